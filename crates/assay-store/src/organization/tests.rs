//! What only the inside of the store can show: what was there before, and very many accounts.

use super::*;
use crate::finding::Cause;
use crate::{
    database::{Dialect, Place},
    schema::migrate_to,
};

fn cause() -> Cause {
    Cause {
        code: 4,
        reference: "o-aaaaaaaaaa".into(),
        at: 7,
    }
}

async fn open(directory: &tempfile::TempDir) -> Database {
    let place = Place::File(directory.path().join("assay.db"));
    Database::open(&place).await.unwrap()
}

async fn run(database: &Database, texts: &[&str]) {
    let mut writing = database.write().await.unwrap();
    for text in texts {
        writing.run_text(text).await.unwrap();
    }
    writing.commit().await.unwrap();
}

/// Accounts that had a relation of their own are one organisation.
#[tokio::test]
async fn relations_of_an_earlier_version_become_an_organization() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(&directory).await;
    let tables =
        "SELECT 'DROP TABLE ' || name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    for row in database.rows(&statement(tables, [])).await.unwrap() {
        run(&database, &[row.try_get(0).unwrap()]).await;
    }
    migrate_to(&database, 2).await.unwrap();
    run(
        &database,
        &[
            "INSERT INTO account (account, name, created_at, relation) VALUES ('1', '', 1, 'standalone'), \
             ('2', '', 2, 'delegated-administrator'), ('3', '', 3, 'member'), ('4', '', 4, 'management')",
            "INSERT INTO scope (account, region) VALUES ('1', 'r'), ('3', 'r')",
        ],
    )
    .await;
    database.close().await;
    let database = open(&directory).await;
    let all = database.organizations().await.unwrap();
    assert_eq!((all.len(), all[0].management.as_str()), (1, "4"));
    let members = database
        .members(&all[0].id, MemberList::Accounts, "", 9)
        .await
        .unwrap();
    let members: Vec<(&str, &str)> = members
        .iter()
        .map(|member| (member.account.as_str(), member.status.as_str()))
        .collect();
    assert_eq!(members, [("2", "CREATED"), ("3", "ENABLED"), ("4", "ENABLED")]);
    let administrator = database.scope("2", "r").await.unwrap();
    let ruled = database.ruled_by(administrator).await.unwrap();
    let accounts: Vec<&str> = ruled.iter().map(|(_, account)| account.as_str()).collect();
    assert_eq!(accounts, ["2", "3"]);
    assert_eq!(database.account("1").await.unwrap().unwrap().belonging, None);
}

/// Ten thousand members, and not one more.
#[tokio::test]
async fn an_administrator_has_so_many_members() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(&directory).await;
    assert_eq!(database.dialect, Dialect::Sqlite);
    run(
        &database,
        &[
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 10002) \
             INSERT INTO account (account, name, created_at) SELECT printf('%012d', i), '', 0 FROM n",
        ],
    )
    .await;
    let id = "o-aaaaaaaaaa";
    let account = |number: i64| format!("{number:012}");
    database.create_organization(id, &account(0), 0).await.unwrap();
    database.add_member(id, &account(1), &cause()).await.unwrap();
    database.delegate(id, Some(&account(1)), &cause()).await.unwrap();
    database.set_auto_enable(id, "r", &["EC2"]).await.unwrap();
    run(
        &database,
        &["INSERT INTO member (account, organization, status, added_at, changed_at) \
           SELECT account, 'o-aaaaaaaaaa', 'ENABLED', 0, 0 FROM account WHERE account BETWEEN '000000000002' AND '000000010000'"],
    )
    .await;
    assert_eq!(database.count_associated(id).await.unwrap(), MOST_MEMBERS - 1);
    assert!(database.add_member(id, &account(10_001), &cause()).await.unwrap());
    assert_eq!(database.count_associated(id).await.unwrap(), MOST_MEMBERS);
    // There is room for it in the organisation, and none with the administrator.
    assert!(database.add_member(id, &account(10_002), &cause()).await.unwrap());
    assert_eq!(database.count_associated(id).await.unwrap(), MOST_MEMBERS);
    let refused = database
        .associate(id, &account(10_002), MemberStatus::Enabled, &cause())
        .await;
    assert!(matches!(refused, Err(StoreError::Quota { .. })), "{refused:?}");
    let refused = database.create_organization("o-bbbbbbbbbb", &account(3), 0).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    // All of them go at once.
    database.delegate(id, None, &cause()).await.unwrap();
    assert_eq!(database.count_associated(id).await.unwrap(), 0);
}

//! Which accounts are seen from where, by their names.

use assay_store::{Cause, MemberStatus, StoredAccount};
use serde_json::{Value, json};

use crate::bench::{Bench, OTHER, OWN};

const ORGANIZATION: &str = "o-aaaaaaaaaa";
const MANAGEMENT: &str = "000000000009";
const LATER: &str = "333344445555";

/// An organisation that an account administers, in which it rules the accounts that were named.
pub(crate) async fn organize(bench: &Bench, ruled: &[&str]) {
    let cause = Cause {
        code: 4,
        reference: String::new(),
        at: 0,
    };
    for account in [MANAGEMENT, LATER] {
        let account = StoredAccount {
            account: account.to_owned(),
            name: format!("the {account}"),
            created_at: 0,
            belonging: None,
        };
        bench.database.create_account(&account).await.unwrap();
    }
    bench.database.rename_account(OWN, "security").await.unwrap();
    bench
        .database
        .create_organization(ORGANIZATION, MANAGEMENT, 0)
        .await
        .unwrap();
    for account in [OWN, OTHER, LATER] {
        let added = bench.database.add_member(ORGANIZATION, account, &cause).await;
        assert!(added.unwrap());
    }
    let delegated = bench.database.delegate(ORGANIZATION, Some(OWN), &cause).await;
    delegated.unwrap();
    for account in ruled {
        let status = MemberStatus::Enabled;
        let associated = bench.database.associate(ORGANIZATION, account, status, &cause);
        assert!(associated.await.unwrap());
    }
}

async fn pages(bench: &Bench, user: &str, size: i64) -> Vec<Vec<(String, String)>> {
    let (mut pages, mut token) = (Vec::new(), Value::Null);
    loop {
        let more = token.as_str().map(|token| format!("&nextToken={token}"));
        let target = format!("/accounts?maxResults={size}{}", more.unwrap_or_default());
        let sent = bench.get(user, &target).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        let accounts = sent.answer["accounts"].as_array().unwrap();
        let text = |account: &Value, name: &str| account[name].as_str().unwrap().to_owned();
        let page = accounts
            .iter()
            .map(|account| (text(account, "id"), text(account, "name")));
        pages.push(page.collect());
        token = sent.answer["nextToken"].clone();
        if token.is_null() {
            return pages;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_administers_sees_whom_it_rules() {
    let bench = Bench::start().await;
    let named = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    assert_eq!(pages(&bench, "aud", 10).await, [[named(OWN, "")]]);

    organize(&bench, &[OTHER, LATER]).await;
    let all = [
        named(OWN, "security"),
        named(OTHER, ""),
        named(LATER, &format!("the {LATER}")),
    ];
    assert_eq!(pages(&bench, "aud", 10).await, [all.to_vec()]);
    let in_ones = pages(&bench, "ada", 1).await;
    assert_eq!(in_ones.concat(), all);
    assert_eq!(in_ones.len(), 3);
    // A member sees itself.
    assert_eq!(pages(&bench, "eve", 10).await, [[named(OTHER, "")]]);
    for wrong in ["maxResults=0", "maxResults=1001", "nextToken=x", "of=all"] {
        let sent = bench.get("ada", &format!("/accounts?{wrong}")).await;
        assert_eq!(sent.status, 400, "{wrong}: {sent:?}");
        assert_ne!(sent.answer, json!({}));
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_ruled_is_not_seen() {
    let bench = Bench::start().await;
    organize(&bench, &[LATER]).await;
    let ids: Vec<String> = pages(&bench, "ada", 10)
        .await
        .concat()
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(ids, [OWN, LATER]);
    bench.stop().await;
}

//! Those who manage the people of an account.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_store::{MOST_KEYS, OfRole, StoreError, StoredAccount, StoredKey, StoredPerson, StoredSignInCode};

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;
use support::{World, both};

const OWN: &str = "111111111111";

fn person(name: &str, role: &str) -> StoredPerson {
    StoredPerson {
        account: OWN.into(),
        name: name.into(),
        role: role.into(),
        status: "ACTIVE".into(),
        password_hash: String::new(),
        sessions_not_before: 0,
        created_at: 1,
    }
}

fn key(id: &str, person: &str) -> StoredKey {
    StoredKey {
        id: id.into(),
        account: OWN.into(),
        person: person.into(),
        sealed_secret: "sealed".into(),
        status: "ACTIVE".into(),
        created_at: 1,
        ends_at: 0,
    }
}

async fn fill(world: &World) {
    let account = StoredAccount {
        account: OWN.into(),
        name: String::new(),
        created_at: 0,
        belonging: None,
    };
    world.database.create_account(&account).await.unwrap();
    for (name, role) in [
        ("ada", "administrator"),
        ("bob", "auditor"),
        ("i-1", "host"),
        ("i-2", "host"),
        ("x~", "auditor"),
    ] {
        world.database.create_person(&person(name, role)).await.unwrap();
    }
}

both!(people_are_listed_by_role_and_name, |world| {
    fill(world).await;
    for (of, prefix, after, most, expected) in [
        (OfRole::AllBut("host"), "", "", 9, "ada bob x~"),
        (OfRole::AllBut("host"), "", "ada", 1, "bob"),
        (OfRole::Only("host"), "", "", 9, "i-1 i-2"),
        (OfRole::Only("host"), "i-", "i-1", 9, "i-2"),
        (OfRole::Only("auditor"), "b", "", 9, "bob"),
        (OfRole::Only("auditor"), "x", "", 9, "x~"),
        (OfRole::Only("auditor"), "c", "", 9, ""),
    ] {
        let found = world.database.people_after(OWN, of, prefix, after, most).await;
        let names: Vec<String> = found.unwrap().into_iter().map(|person| person.name).collect();
        assert_eq!(names.join(" "), expected, "{of:?} {prefix} {after}");
    }
    let others = world
        .database
        .people_after("222222222222", OfRole::AllBut("host"), "", "", 9)
        .await;
    assert_eq!(others.unwrap(), []);
});

both!(an_account_keeps_an_administrator, |world| {
    fill(world).await;
    let set = async |name: &str, role: &str, status: &str| {
        world.database.set_standing(OWN, name, role, status).await
    };
    for (role, status) in [("auditor", "ACTIVE"), ("administrator", "INACTIVE")] {
        let refused = set("ada", role, status).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
    }
    assert_eq!(
        world.database.person(OWN, "ada").await.unwrap(),
        Some(person("ada", "administrator"))
    );
    assert!(set("ada", "administrator", "ACTIVE").await.unwrap());
    assert!(!set("eve", "administrator", "ACTIVE").await.unwrap());
    // One who is turned off is none.
    assert!(set("bob", "administrator", "INACTIVE").await.unwrap());
    assert!(set("ada", "auditor", "ACTIVE").await.is_err());
    assert!(set("bob", "administrator", "ACTIVE").await.unwrap());
    // Of two who would turn each other off one stays.
    let (one, other) = tokio::join!(
        set("ada", "administrator", "INACTIVE"),
        set("bob", "auditor", "ACTIVE")
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
});

both!(keys_are_of_people_who_are_there, |world| {
    fill(world).await;
    assert!(!world.database.add_key(&key("AKIA0", "eve")).await.unwrap());
    for number in 0..MOST_KEYS {
        let added = world
            .database
            .add_key(&key(&format!("AKIA{number:02}"), "ada"))
            .await;
        assert!(added.unwrap());
    }
    let more = world.database.add_key(&key("AKIA99", "ada")).await.unwrap_err();
    assert!(matches!(more, StoreError::Quota { .. }), "{more}");
    assert!(world.database.add_key(&key("AKIA98", "bob")).await.unwrap());
    let found = world.database.keys_of(OWN, &["bob", "i-1"]).await.unwrap();
    assert_eq!(found, [key("AKIA98", "bob")]);
    assert_eq!(world.database.keys_of(OWN, &[]).await.unwrap(), []);
    assert!(
        world
            .database
            .set_password_hash(OWN, "bob", "hash", 7)
            .await
            .unwrap()
    );
    let bob = world.database.person(OWN, "bob").await.unwrap().unwrap();
    assert_eq!((bob.password_hash.as_str(), bob.sessions_not_before), ("hash", 7));
    assert!(
        !world
            .database
            .set_password_hash(OWN, "eve", "hash", 7)
            .await
            .unwrap()
    );
});

both!(sessions_that_were_ended_stay_so, |world| {
    fill(world).await;
    for (name, now, expected) in [
        ("ada", 5, Some(5)),
        ("ada", 3, Some(5)),
        ("ada", 7, Some(7)),
        ("eve", 9, None),
    ] {
        let changed = world.database.end_sessions(OWN, name, now).await.unwrap();
        let person = world.database.person(OWN, name).await.unwrap();
        assert_eq!(person.map(|person| person.sessions_not_before), expected);
        assert_eq!(changed, expected.is_some());
    }
    let bob = world.database.person(OWN, "bob").await.unwrap().unwrap();
    assert_eq!(bob.sessions_not_before, 0);
});

both!(a_code_is_taken_once, |world| {
    let code = |digest: &str, created_at| StoredSignInCode {
        digest: digest.into(),
        account: OWN.into(),
        person: "ada".into(),
        created_at,
        ends_at: created_at + 10,
    };
    let first = code("d1", 1);
    for kept in [&first, &code("d2", 2), &code("d3", 3)] {
        world.database.create_sign_in_code(kept).await.unwrap();
    }
    let take = async |digest: &str, now| world.database.take_sign_in_code(digest, now).await.unwrap();
    assert_eq!(take("d0", 5).await, None);
    assert_eq!(take("d1", 10).await, Some(first));
    assert_eq!(take("d1", 10).await, None);
    // An end is no part of the time before it; and those that ended are forgotten with the next.
    assert_eq!(take("d2", 12).await, None);
    assert_eq!(take("d2", 11).await, Some(code("d2", 2)));
    world.database.create_sign_in_code(&code("d4", 13)).await.unwrap();
    assert_eq!(take("d3", 5).await, None);
    // Of two at once one gets it.
    let (one, other) = tokio::join!(take("d4", 14), take("d4", 14));
    assert_ne!(one.is_some(), other.is_some());
});

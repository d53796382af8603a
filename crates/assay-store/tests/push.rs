//! Pushes that were made of what was kept.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_store::{Basis, Content, NotTaken};

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;
use support::{World, both, host, package};

both!(a_push_holds_only_upon_what_it_was_made_of, |world| {
    let read = async || {
        let mut named = world.database.resources_named(world.scope, "i-1").await.unwrap();
        named.pop()
    };
    let push = async |basis: Basis<'_>, description: &str, at: i64| {
        let mut resource = host("i-1");
        resource.description = description.into();
        let pushed = world
            .database
            .push_upon(&resource, Content::Nothing, basis, at)
            .await;
        pushed.unwrap().map(|_| ())
    };
    assert_eq!(read().await, None);
    assert_eq!(push(Basis::Read(None), r#"{"n":1}"#, 1).await, Ok(()));
    // Somebody was quicker.
    assert_eq!(
        push(Basis::Read(None), r#"{"n":2}"#, 2).await,
        Err(NotTaken::OtherResource)
    );
    let first = read().await.unwrap();
    assert_eq!(first.description, r#"{"n":1}"#, "nothing of it is kept");
    assert_eq!(push(Basis::Read(Some(&first)), r#"{"n":3}"#, 3).await, Ok(()));
    assert_eq!(
        push(Basis::Read(Some(&first)), r#"{"n":4}"#, 4).await,
        Err(NotTaken::OtherResource)
    );
    // An inventory that came meanwhile is heard of, that it was assessed is not.
    let before = read().await.unwrap();
    world.push(host("i-1"), &[&package("a", "1")], 5).await;
    assert_eq!(
        push(Basis::Read(Some(&before)), r#"{"n":5}"#, 6).await,
        Err(NotTaken::OtherResource)
    );
    let unassessed = read().await.unwrap();
    world.assess(&[("a", &[])], 7).await;
    assert_eq!(
        push(Basis::Read(Some(&unassessed)), r#"{"n":6}"#, 8).await,
        Ok(())
    );
    // Whoever builds on nothing is never late.
    assert_eq!(push(Basis::Any, r#"{"n":7}"#, 9).await, Ok(()));
    assert_eq!(read().await.unwrap().description, r#"{"n":7}"#);
});

both!(an_inventory_is_still_the_one_that_it_is_said_to_be, |world| {
    let confirm = async |name: &str, digest: &str| {
        let content = Content::Same(digest);
        let pushed = world
            .database
            .push_upon(&host(name), content, Basis::Any, 2)
            .await;
        pushed.unwrap().map(|_| ())
    };
    world.push(host("i-1"), &[&package("a", "1")], 1).await;
    let digest = package("a", "1").identity;
    for (name, digest, expected) in [
        ("i-1", digest.as_str(), Ok(())),
        ("i-1", "another", Err(NotTaken::OtherInventory)),
        ("i-2", digest.as_str(), Err(NotTaken::OtherInventory)),
    ] {
        assert_eq!(confirm(name, digest).await, expected, "{name} {digest}");
    }
    let named = world.database.resources_named(world.scope, "i-2").await.unwrap();
    assert!(named.is_empty(), "nothing is kept of what was not taken");
});

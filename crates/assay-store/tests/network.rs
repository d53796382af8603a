//! What is told of networks.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_store::{NetworkKind, NetworkList, NewNetworkKind};

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;
use support::{World, both};

const HOUR: i64 = 3600 * 1_000_000;
const DAY: i64 = 24 * HOUR;

fn told(kind: &str, list: Option<&str>, problem: &str) -> NewNetworkKind {
    NewNetworkKind {
        kind: kind.into(),
        list: list.map(|digest| NetworkList {
            document: digest.as_bytes().to_vec(),
            digest: digest.into(),
            objects: 2,
        }),
        problem: problem.into(),
    }
}

/// What is kept of a network, a text a kind.
async fn kept(world: &World) -> Vec<String> {
    let network = world.database.network(world.scope).await.unwrap();
    let mut lines = Vec::new();
    for NetworkKind {
        kind,
        digest,
        objects,
        told_at,
        looked_at,
        problem,
    } in network
    {
        let list = world.database.network_list(world.scope, &kind).await.unwrap();
        let document = list.map(|list| String::from_utf8(list.document).unwrap());
        assert_eq!(document.unwrap_or_default(), digest);
        lines.push(format!(
            "{kind} {digest}*{objects} {told_at} {looked_at} {problem}"
        ));
    }
    lines
}

both!(a_network_is_kept_kind_by_kind, |world| {
    let tell = async |told: &[NewNetworkKind], at: i64| {
        world.database.tell_network(world.scope, told, at).await.unwrap()
    };
    assert_eq!(kept(world).await, Vec::<String>::new());
    let (subnets, vpcs) = (told("Subnets", Some("s1"), ""), told("Vpcs", Some("v1"), ""));
    assert!(tell(&[vpcs.clone(), subnets.clone()], 10).await);
    assert_eq!(kept(world).await, ["Subnets s1*2 10 10 ", "Vpcs v1*2 10 10 "]);
    assert!(!tell(&[vpcs.clone(), subnets], 20).await, "the same again");
    assert_eq!(kept(world).await, ["Subnets s1*2 20 20 ", "Vpcs v1*2 20 20 "]);
    // What could not be read is as it was, and said to be so.
    let unreadable = [
        told("Subnets", None, "denied"),
        told("Vpcs", Some("v2"), "in part"),
        told("Rules", None, "denied"),
    ];
    assert!(tell(&unreadable, 30).await);
    let expected = [
        "Rules *0 0 30 denied",
        "Subnets s1*2 20 30 denied",
        "Vpcs v2*2 30 30 in part",
    ];
    assert_eq!(kept(world).await, expected);
    assert!(!tell(&unreadable, 30).await);
    // Whoever looked earlier and tells later changes nothing.
    assert!(!tell(&[told("Subnets", Some("s0"), ""), vpcs.clone()], 25).await);
    assert_eq!(kept(world).await, expected);
    assert!(
        tell(&[told("Subnets", Some("s1"), "")], 40).await,
        "it can be read again"
    );
    assert!(tell(&[told("Vpcs", Some("v2"), "")], 40).await);
    assert_eq!(
        kept(world).await,
        ["Rules *0 0 30 denied", "Subnets s1*2 40 40 ", "Vpcs v2*2 40 40 "]
    );
});

both!(a_network_is_forgotten_with_the_hosts_in_it, |world| {
    let tell = async |at: i64| {
        let told = [told("Vpcs", Some("v1"), "")];
        world.database.tell_network(world.scope, &told, at).await.unwrap();
    };
    let forget = async |now: i64| {
        world.database.forget_disabled(now - DAY, now).await.unwrap();
        kept(world).await.len()
    };
    tell(0).await;
    assert_eq!(forget(10 * DAY).await, 1, "it is scanned");
    world
        .database
        .disable(world.scope, &["ECR"], 10 * DAY)
        .await
        .unwrap();
    assert_eq!(forget(12 * DAY).await, 1, "hosts are");
    world
        .database
        .disable(world.scope, &["EC2"], 12 * DAY)
        .await
        .unwrap();
    assert_eq!(forget(12 * DAY + HOUR).await, 1, "not at once");
    assert_eq!(forget(13 * DAY + HOUR).await, 0);
    tell(13 * DAY).await;
    assert_eq!(
        forget(13 * DAY + HOUR).await,
        1,
        "whoever goes on to tell is heard for a day"
    );
    assert_eq!(forget(15 * DAY).await, 0);
    tell(15 * DAY).await;
    world
        .database
        .enable(world.scope, &["EC2"], 15 * DAY)
        .await
        .unwrap();
    assert_eq!(forget(20 * DAY).await, 1, "it is turned on again");
});

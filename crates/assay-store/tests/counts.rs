//! What is counted beside the findings is what counting these would give.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(clippy::print_stdout, reason = "a test says that it is skipped")]

#[allow(dead_code, reason = "other tests use more of it")]
mod support;

use assay_criteria::{Condition, Criteria, Field, Test};
use assay_store::{Aggregation, Attribute, Direction, GroupSort, Grouping, NewResource, NewSubject, Trend};
use support::{World, both, found, host, package};

const DAY: i64 = 86_400_000_000;

fn image(name: &str, repository: &str) -> NewResource {
    NewResource {
        kind: "AWS_ECR_CONTAINER_IMAGE".into(),
        ecr_repository: repository.into(),
        ..host(name)
    }
}

fn in_layers(name: &str, layers: &[&str]) -> NewSubject {
    let places: Vec<String> = layers
        .iter()
        .map(|layer| format!(r#"{{"path":"a/{name}","layer":"{layer}"}}"#))
        .collect();
    NewSubject {
        places: format!("[{}]", places.join(",")),
        ..package(name, "1")
    }
}

fn started_from(name: &str, image: &str) -> NewResource {
    let mut host = host(name);
    host.attributes.push(Attribute {
        name: "ec2_instance_image_id",
        key: String::new(),
        text: image.into(),
        number: 0.0,
    });
    host
}

/// The groups, as `name detail: all (critical/high) affected`, page by page.
async fn counted(
    world: &World,
    by: Grouping,
    sort: GroupSort,
    criteria: &Criteria,
    names: &[Test],
) -> Vec<String> {
    let scopes = [world.scope];
    let aggregation = Aggregation {
        scopes: &scopes,
        by,
        criteria,
        names,
        sort,
        direction: Direction::Descending,
    };
    let (mut groups, mut after) = (Vec::new(), None);
    loop {
        let page = world
            .database
            .aggregate(&aggregation, after.as_ref(), 2)
            .await
            .unwrap();
        groups.extend(page.groups.iter().map(|group| {
            let (counts, name) = (group.counts, format!("{} {}", group.name, group.detail));
            let name = name.trim();
            format!(
                "{name}: {} ({}/{}) {}",
                counts.all, counts.critical, counts.high, group.affected
            )
        }));
        match page.next {
            Some(next) => after = Some(next),
            None => return groups,
        }
    }
}

async fn all(world: &World, by: Grouping, sort: GroupSort) -> Vec<String> {
    counted(world, by, sort, &Criteria::default(), &[]).await
}

fn one(field: Field, test: Test) -> Criteria {
    Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![test],
        }],
    }
}

async fn fill(world: &World) {
    world.database.enable(world.scope, &["ECR"], 0).await.unwrap();
    let (a, b) = (package("a", "1"), package("b", "1"));
    world.push(started_from("i-1", "ami-1"), &[&a, &b], 1).await;
    world.push(started_from("i-2", "ami-1"), &[&a], 1).await;
    world.push(started_from("i-3", "ami-2"), &[&b], 1).await;
    let (c, d) = (in_layers("a", &["base"]), in_layers("d", &["base", "app"]));
    world.push(image("web-1", "web"), &[&c, &d], 1).await;
    world.push(image("web-2", "web"), &[&d], 1).await;
    world
        .assess(
            &[
                ("a", &[found("CVE-1", 5)]),
                ("b", &[found("CVE-1", 4), found("CVE-2", 3)]),
                ("d", &[found("CVE-3", 4)]),
            ],
            2,
        )
        .await;
}

both!(groups_are_counted, |world| {
    fill(world).await;
    assert_eq!(
        all(world, Grouping::Account, GroupSort::All).await,
        [": 8 (3/3) 0"]
    );
    assert_eq!(
        all(world, Grouping::Title, GroupSort::Critical).await,
        [
            "CVE-1 - a CVE-1: 2 (2/0) 0",
            "CVE-1 - a, b CVE-1: 1 (1/0) 0",
            "CVE-3 - d CVE-3: 2 (0/2) 0",
            "CVE-2 - b CVE-2: 2 (0/0) 0",
            "CVE-1 - b CVE-1: 1 (0/1) 0",
        ]
    );
    assert_eq!(
        all(world, Grouping::Package, GroupSort::Critical).await,
        ["a: 3 (3/0) 0", "b: 4 (1/1) 0", "d: 2 (0/2) 0"]
    );
    assert_eq!(
        all(world, Grouping::Resource, GroupSort::All).await,
        [
            "web-1: 2 (1/1) 1",
            "i-3: 2 (0/1) 1",
            "i-1: 2 (1/0) 1",
            "web-2: 1 (0/1) 1",
            "i-2: 1 (1/0) 1",
        ]
    );
    assert_eq!(
        all(world, Grouping::Repository, GroupSort::Affected).await,
        ["web: 3 (1/2) 2"]
    );
    assert_eq!(
        all(world, Grouping::MachineImage, GroupSort::Affected).await,
        [
            "ami-1 AWS_EC2_INSTANCE: 3 (2/0) 2",
            "ami-2 AWS_EC2_INSTANCE: 2 (0/1) 1"
        ]
    );
    assert_eq!(
        all(world, Grouping::Layer, GroupSort::High).await,
        [
            "base: 1 (0/1) 1",
            "base: 2 (1/1) 1",
            "app: 1 (0/1) 1",
            "app: 1 (0/1) 1"
        ]
    );
    // Narrowed down by what is said of findings, by resources, by names.
    let hosts = one(Field::ResourceType, Test::Equals("AWS_EC2_INSTANCE".into()));
    for (by, criteria, names, expected) in [
        (Grouping::Account, &hosts, vec![], vec![": 5 (2/1) 0"]),
        (
            Grouping::Package,
            &Criteria::default(),
            vec![Test::Prefix("b".into()), Test::Equals("d".into())],
            vec!["b: 4 (1/1) 0", "d: 2 (0/2) 0"],
        ),
        (
            Grouping::Resource,
            &one(Field::ResourceId, Test::Equals("web-1".into())),
            vec![],
            vec!["web-1: 2 (1/1) 1"],
        ),
        (Grouping::Layer, &hosts, vec![], vec![]),
        (
            Grouping::MachineImage,
            &Criteria::default(),
            vec![Test::NotEquals("ami-1".into())],
            vec!["ami-2 AWS_EC2_INSTANCE: 2 (0/1) 1"],
        ),
    ] {
        assert_eq!(
            counted(world, by, GroupSort::All, criteria, &names).await,
            expected,
            "{by:?} {names:?}"
        );
    }
});

both!(counts_follow_what_happens, |world| {
    fill(world).await;
    // The same packages of an image move to another layer; one finding closes, another is suppressed.
    let (a, d) = (in_layers("a", &["app"]), in_layers("d", &["app"]));
    let mut again = image("web-1", "web");
    again.attributes.clear();
    world.push(again, &[&d, &a], 3).await;
    world.push(host("i-3"), &[], 3).await;
    world.assess(&[], 4).await;
    assert_eq!(
        world.database.contradictions().await.unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(
        all(world, Grouping::Layer, GroupSort::All).await,
        ["app: 2 (1/1) 1", "base: 1 (0/1) 1", "app: 1 (0/1) 1"]
    );
    let rule = assay_store::Filter {
        id: 0,
        scope: world.scope,
        identifier: "f".into(),
        name: "all of d".into(),
        action: "SUPPRESS".into(),
        filter_criteria: "{}".into(),
        criteria: one(Field::VulnerabilityId, Test::Equals("CVE-3".into())),
        description: String::new(),
        reason: String::new(),
        owner: String::new(),
        until_fixed: false,
        expires_at: 0,
        created_at: 5,
        updated_at: 5,
        matched_at: 0,
    };
    world
        .database
        .create_filter(&rule, &world.cause(5))
        .await
        .unwrap();
    assert_eq!(
        all(world, Grouping::Layer, GroupSort::All).await,
        ["app: 1 (1/0) 1"]
    );
    assert_eq!(
        all(world, Grouping::Repository, GroupSort::All).await,
        ["web: 1 (1/0) 1"]
    );
    // What is kept is what counting anew gives.
    let mut kept = Vec::new();
    for by in Grouping::ALL {
        kept.push(all(world, by, GroupSort::All).await);
    }
    world.database.recount().await.unwrap();
    for (by, kept) in Grouping::ALL.into_iter().zip(kept) {
        assert_eq!(all(world, by, GroupSort::All).await, kept, "{by:?}");
    }
});

both!(days_tell_how_it_went, |world| {
    let fixed = |at| assay_store::Cause {
        code: 1,
        ..world.cause(at)
    };
    let a = package("a", "1");
    for name in ["i-1", "i-2"] {
        world.push(host(name), &[&a], DAY).await;
    }
    world.assess(&[("a", &[found("CVE-1", 5)])], DAY).await;
    // One is fixed after four days, beyond the two that it may last; the other stays.
    world.push(host("i-1"), &[], 5 * DAY).await;
    world.assess_because(&[], &fixed(5 * DAY)).await;
    let limits = [None, None, None, None, None, Some(2)];
    let trends = world.database.trends(&[world.scope], 0, 6, limits).await.unwrap();
    assert_eq!(trends.len(), 7 * 6);
    let told: Vec<(i64, i64, i64, i64, i64, i64)> = trends
        .iter()
        .filter(|trend| trend.severity == 5)
        .map(|day| {
            (
                day.opened,
                day.closed,
                day.fixed,
                day.active,
                day.breached,
                day.in_breach,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (0, 0, 0, 0, 0, 0),
            (2, 0, 0, 2, 0, 0),
            (0, 0, 0, 2, 0, 0),
            (0, 0, 0, 2, 0, 0),
            (0, 0, 0, 2, 2, 2),
            (0, 1, 1, 1, 0, 1),
            (0, 0, 0, 1, 0, 1),
        ]
    );
    let closed = trends.iter().find(|trend| trend.closed > 0).unwrap();
    assert_eq!(closed.seconds, 4 * 24 * 3600);
    // A later window begins with what was active before it.
    let later = world.database.trends(&[world.scope], 6, 6, limits).await.unwrap();
    let last: Vec<&Trend> = trends.iter().filter(|trend| trend.day == 6).collect();
    assert_eq!(later.iter().collect::<Vec<_>>(), last);
});

both!(upgrades_are_told_with_what_they_end, |world| {
    let fixed = |id, severity, version: &str| assay_store::SubjectMatch {
        fix: "YES".into(),
        fixed_in: version.into(),
        ..found(id, severity)
    };
    let of = |name: &str, key: &str| NewSubject {
        keys: vec![key.into()],
        ..package(name, "1")
    };
    let (ssl, lib) = (
        of("openssl", "Debian:12 openssl"),
        of("libssl3", "Debian:12 openssl"),
    );
    let other = of("zlib", "Debian:12 zlib");
    // Nothing tells of this one alone: its flaw is one of others, too.
    let shared = of("curl", "Debian:12 curl");
    world.push(host("i-3"), &[&shared], 1).await;
    world.push(host("i-1"), &[&ssl, &lib], 1).await;
    world.push(host("i-2"), &[&lib, &other], 1).await;
    world
        .assess(
            &[
                ("openssl", &[fixed("CVE-1", 5, "2"), found("CVE-9", 5)]),
                ("libssl3", &[fixed("CVE-1", 5, "2"), fixed("CVE-2", 3, "3")]),
                ("zlib", &[fixed("CVE-2", 3, "7"), fixed("CVE-4", 2, "8")]),
                ("curl", &[fixed("CVE-2", 3, "9")]),
            ],
            2,
        )
        .await;
    let (remedies, next) = world
        .database
        .remedies(&[world.scope], &Criteria::default(), GroupSort::All, None, 10)
        .await
        .unwrap();
    assert_eq!(next, None);
    let told: Vec<String> = remedies
        .iter()
        .map(|remedy| {
            let fixed: Vec<&str> = remedy.fixed_in.iter().map(String::as_str).collect();
            format!(
                "{} to {}: {} on {}, {} installed",
                remedy.key,
                fixed.join(" "),
                remedy.counts.all,
                remedy.resources,
                remedy.installed.len()
            )
        })
        .collect();
    // CVE-2 on the second host needs both.
    assert_eq!(
        told,
        [
            "Debian:12 openssl to 2 3: 3 on 2, 2 installed",
            "Debian:12 zlib to 7 8: 1 on 1, 1 installed",
            "Debian:12 curl to 9: 1 on 1, 1 installed"
        ]
    );
});

both!(active_findings_are_counted_by_what_they_are_about, |world| {
    let (a, b, c) = (package("a", "1"), package("b", "1"), package("c", "1"));
    let (first, _) = world.push(host("i-1"), &[&a, &b, &c], 1).await;
    world.push(host("i-2"), &[&a], 1).await;
    let told: &[(&str, &[_])] = &[
        ("a", &[found("CVE-1", 4), found("CVE-2", 3)]),
        ("b", &[found("CVE-1", 4)]),
    ];
    world.assess(told, 2).await;
    let active = async || {
        let resource = world.database.resources(&[first]).await.unwrap().remove(0);
        let inventory = resource.assessed_inventory;
        let active = world.database.active_by_subject(first, inventory).await.unwrap();
        let mut active: Vec<String> = active
            .iter()
            .map(|(subject, number)| format!("{} {number}", &subject["pkg:deb/debian/".len()..]))
            .collect();
        active.sort();
        active
    };
    assert_eq!(active().await, ["a@1 2", "b@1 1"]);
    // What closed is about nothing any more.
    let outcome = world.outcome(&[("a", &[found("CVE-2", 3)]), ("b", &[])]).await;
    world.database.apply(&outcome, 1, &world.cause(3)).await.unwrap();
    assert_eq!(active().await, ["a@1 1"]);
});

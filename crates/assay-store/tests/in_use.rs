//! Which images are in use, on both engines.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

use assay_criteria::{Condition, Criteria, Field, Test};
use assay_store::{
    Attribute, Filter, INDEX_DIGEST, InUse, NewResource, RunImage, Runs, ScopeId, Teller, Workload,
};
use support::{World, both, host};

const HOUR: i64 = 3600 * 1_000_000;
const CLUSTER: &str = "arn:aws:eks:us-east-1:111111111111:cluster/prod";

/// An image of a registry with a digest, part of an index.
fn image(digest: &str, index: &str) -> NewResource {
    let attribute = |name, text: &str| Attribute {
        name,
        key: String::new(),
        text: text.into(),
        number: 0.0,
    };
    NewResource {
        kind: "AWS_ECR_CONTAINER_IMAGE".into(),
        name: format!("shop@{digest}"),
        attributes: vec![
            attribute(Field::EcrImageHash.name(), digest),
            attribute(INDEX_DIGEST, index),
        ],
        ecr_pushed_at: 1,
        ecr_repository: "shop".into(),
        scan_mode: String::new(),
        ..host("x")
    }
}

/// What runs: digests, the first of them that of a manifest where it begins with `m`, and how many containers.
fn runs(told: &[(&[&str], i64)]) -> Runs {
    in_namespace("", told)
}

fn in_namespace(namespace: &str, told: &[(&[&str], i64)]) -> Runs {
    told.iter()
        .map(|(digests, containers)| {
            let image = RunImage {
                digests: digests.iter().map(|digest| (*digest).to_owned()).collect(),
                manifest: digests
                    .first()
                    .filter(|digest| digest.starts_with('m'))
                    .map(|digest| (*digest).to_owned()),
            };
            let workload = match namespace {
                "" => Workload::default(),
                namespace => Workload {
                    namespace: namespace.into(),
                    kind: "Deployment".into(),
                    name: "web".into(),
                },
            };
            ((image, workload), *containers)
        })
        .collect()
}

fn on(host: &str) -> Teller {
    Teller::Host(host.into())
}

fn node(host: &str) -> Teller {
    Teller::Node {
        host: host.into(),
        cluster: CLUSTER.into(),
    }
}

impl World {
    async fn push_image(&self, image: &NewResource, now: i64) {
        self.database.push(image, None, now).await.unwrap();
    }

    /// Takes it up; tells whether anything was different.
    async fn tell(&self, teller: &Teller, runs: &Runs, now: i64) -> bool {
        self.database
            .tell_running(self.scope, teller, runs, now)
            .await
            .unwrap()
    }

    /// How many containers run an image, and when any was last seen.
    async fn used(&self, digest: &str) -> (i64, i64) {
        let name = format!("shop@{digest}");
        let found = self.database.resources_named(self.scope, &name).await.unwrap();
        let InUse { count, last_at } = found[0].in_use;
        (count, last_at)
    }
}

both!(images_that_run, |world| {
    for digest in ["m1", "m2"] {
        world.push_image(&image(digest, "index"), 1).await;
    }
    world.database.push(&host("a"), None, 1).await.unwrap();
    assert_eq!(world.used("m1").await, (0, 0));
    let other = world.database.resources_named(world.scope, "a").await.unwrap();
    assert_eq!(other[0].in_use.count, -1);

    // By their own digest; by that of an index where nobody knows which of its images it is.
    assert!(world.tell(&on("a"), &runs(&[(&["m1", "index"], 2)]), 10).await);
    assert_eq!(
        (world.used("m1").await, world.used("m2").await),
        ((2, 10), (0, 0))
    );
    assert!(
        world
            .tell(
                &on("b"),
                &runs(&[(&["index"], 1), (&["m2", "x"], 4), (&["nobody's"], 1)]),
                20
            )
            .await
    );
    assert_eq!(
        (world.used("m1").await, world.used("m2").await),
        ((3, 20), (5, 20))
    );

    // It sinks when there are fewer, and when a host tells of none; when it was last in use stays.
    assert!(world.tell(&on("a"), &runs(&[(&["m1", "index"], 1)]), 30).await);
    assert_eq!(world.used("m1").await, (2, 30));
    assert!(world.tell(&on("b"), &Runs::new(), 40).await);
    assert_eq!(
        (world.used("m1").await, world.used("m2").await),
        ((1, 30), (0, 20))
    );
    assert!(!world.tell(&on("b"), &Runs::new(), 50).await);
    assert!(!world.tell(&on("c"), &Runs::new(), 50).await);
});

both!(the_same_again_writes_almost_nothing, |world| {
    world.push_image(&image("m1", "index"), 1).await;
    let told = runs(&[(&["m1"], 1)]);
    assert!(world.tell(&on("a"), &told, 10).await);
    assert!(!world.tell(&on("a"), &told, HOUR).await);
    assert_eq!(world.used("m1").await, (1, 10), "within the hour");
    assert!(!world.tell(&on("a"), &told, 2 * HOUR).await);
    assert_eq!(world.used("m1").await, (1, 2 * HOUR));
    // Another host that runs the same needs not say so again.
    assert!(world.tell(&on("b"), &told, 2 * HOUR + 1).await);
    assert_eq!(world.used("m1").await, (2, 2 * HOUR + 1));
    // Of what it tells beside a change, neither.
    world.push_image(&image("m2", "index"), 1).await;
    let more = runs(&[(&["m1"], 1), (&["m2"], 1)]);
    assert!(world.tell(&on("b"), &more, 2 * HOUR + 2).await);
    assert_eq!(world.used("m1").await, (2, 2 * HOUR + 1));
    assert_eq!(world.used("m2").await, (1, 2 * HOUR + 2));
    let more = runs(&[(&["m1"], 1), (&["m2"], 2)]);
    assert!(world.tell(&on("b"), &more, 4 * HOUR).await);
    assert_eq!(world.used("m1").await, (2, 4 * HOUR));
});

both!(images_that_are_pushed_later, |world| {
    assert!(
        world
            .tell(&on("a"), &runs(&[(&["index"], 2), (&["m1"], 1)]), 10)
            .await
    );
    world.push_image(&image("m1", "index"), 20).await;
    assert_eq!(world.used("m1").await, (3, 10));
    // One that is told to be part of another index than before.
    world
        .push_image(
            &NewResource {
                description: "{\"x\": 1}".into(),
                ..image("m1", "other")
            },
            30,
        )
        .await;
    assert_eq!(world.used("m1").await, (1, 10));
    // What whoever pushes it tells is counted besides.
    let mut more = image("m1", "index");
    for (name, number) in [
        (Field::EcrImageInUseCount, 5.0),
        (Field::EcrImageLastInUseAt, 25.0),
    ] {
        more.attributes.push(Attribute {
            name: name.name(),
            key: String::new(),
            text: number.to_string(),
            number,
        });
    }
    world
        .push_image(
            &NewResource {
                description: "{\"x\": 2}".into(),
                ..more
            },
            40,
        )
        .await;
    assert_eq!(world.used("m1").await, (8, 25));
});

both!(clusters_that_tell_of_themselves, |world| {
    world.push_image(&image("m1", "index"), 1).await;
    let of_nodes = in_namespace("sales", &[(&["m1"], 2)]);
    for name in ["a", "b"] {
        world.tell(&node(name), &of_nodes, 10).await;
    }
    world.tell(&on("a"), &runs(&[(&["m1"], 1)]), 10).await;
    assert_eq!(world.used("m1").await, (5, 10));
    // The cluster knows of three pods; what its nodes tell is the same, and not counted besides.
    let cluster = Teller::Cluster(CLUSTER.into());
    world
        .tell(&cluster, &in_namespace("sales", &[(&["index"], 3)]), 20)
        .await;
    assert_eq!(world.used("m1").await, (4, 20));
    world.tell(&node("c"), &of_nodes, 30).await;
    assert_eq!(world.used("m1").await, (4, 30));
    let image = world
        .database
        .resources_named(world.scope, "shop@m1")
        .await
        .unwrap()[0]
        .id;
    let clusters = async || {
        let found = world
            .database
            .clusters_of(&[world.scope], &[image])
            .await
            .unwrap();
        let told: Vec<String> = found
            .into_iter()
            .map(|found| {
                let Workload {
                    namespace,
                    kind,
                    name,
                } = found.workload;
                format!(
                    "{} {namespace} {kind} {name} {} {}",
                    found.cluster, found.containers, found.told_at
                )
            })
            .collect();
        told
    };
    assert_eq!(clusters().await, [format!("{CLUSTER} sales Deployment web 3 20")]);
    // One that says nothing any more leaves it to its nodes, of which one is silent, too.
    world
        .tell(&node("a"), &in_namespace("sales", &[(&["m1"], 1)]), 40)
        .await;
    assert_eq!(world.database.forget_silent(25).await.unwrap(), 3);
    assert_eq!(world.used("m1").await, (3, 40));
    assert_eq!(clusters().await, [format!("{CLUSTER} sales Deployment web 3 40")]);
    assert_eq!(world.database.forget_silent(1000).await.unwrap(), 2);
    assert_eq!(world.used("m1").await, (0, 40));
    assert_eq!(clusters().await, Vec::<String>::new());
});

both!(filters_by_use, |world| {
    for digest in ["m1", "m2"] {
        world.push_image(&image(digest, "index"), 1).await;
    }
    world.database.push(&host("a"), None, 1).await.unwrap();
    world.tell(&on("a"), &runs(&[(&["m1"], 2)]), 10).await;
    let number = |lower: f64, upper: f64| {
        (
            Field::EcrImageInUseCount,
            Test::Number {
                lower: Some(lower),
                upper: Some(upper),
            },
        )
    };
    let time = |from: i64| {
        (
            Field::EcrImageLastInUseAt,
            Test::Time {
                from: Some(from),
                to: None,
            },
        )
    };
    for ((field, test), expected) in [
        (number(1.0, 9.0), vec!["shop@m1"]),
        (number(0.0, 0.0), vec!["shop@m2"]),
        (number(0.0, 2.0), vec!["shop@m1", "shop@m2"]),
        (time(10), vec!["shop@m1"]),
        (time(11), vec![]),
    ] {
        let criteria = Criteria {
            conditions: vec![Condition {
                field,
                tests: vec![test],
            }],
        };
        let found = world
            .database
            .list_coverage(&[world.scope], &criteria, None, 10)
            .await
            .unwrap();
        let found: Vec<String> = found.into_iter().map(|covered| covered.name).collect();
        assert_eq!(found, expected, "{criteria:?}");
    }
});

/// A rule of suppression by one condition.
fn rule(scope: ScopeId, name: &str, field: Field, test: Test) -> Filter {
    Filter {
        id: 0,
        scope,
        identifier: name.into(),
        name: name.into(),
        action: "SUPPRESS".into(),
        filter_criteria: "{}".into(),
        criteria: Criteria {
            conditions: vec![Condition {
                field,
                tests: vec![test],
            }],
        },
        description: String::new(),
        reason: String::new(),
        owner: String::new(),
        until_fixed: false,
        expires_at: 0,
        created_at: 1,
        updated_at: 1,
        matched_at: 0,
    }
}

both!(rules_by_use_follow_it, |world| {
    world.database.enable(world.scope, &["ECR"], 0).await.unwrap();
    let flawed = support::package("openssl", "1");
    for digest in ["m1", "m2"] {
        world.push(image(digest, "index"), &[&flawed], 1).await;
    }
    let flaws = [support::found("CVE-1", 3), support::found("CVE-2", 4)];
    world.assess(&[("openssl", &flaws)], 2).await;
    let apply = async |now: i64| {
        let mut images = 0;
        while let portion @ 1.. = world.database.suppress_by_use(&world.cause(now)).await.unwrap() {
            images += portion;
        }
        images
    };
    // What is active of each image, by the rule that suppresses the rest.
    let suppressed = async |filter: i64| world.database.suppressed_by(filter).await.unwrap();
    // Nobody has a rule, and no finding is looked at.
    assert_eq!(apply(3).await, 2);
    let unused = rule(
        world.scope,
        "unused",
        Field::EcrImageInUseCount,
        Test::Number {
            lower: None,
            upper: Some(0.0),
        },
    );
    world
        .database
        .create_filter(&unused, &world.cause(4))
        .await
        .unwrap();
    let busy = rule(
        world.scope,
        "lately",
        Field::EcrImageLastInUseAt,
        Test::Time {
            from: Some(50),
            to: None,
        },
    );
    let filters = async || {
        let filters = world.database.filters(world.scope, None, None, 0, 10).await;
        filters
            .unwrap()
            .into_iter()
            .map(|filter| filter.id)
            .collect::<Vec<_>>()
    };
    let unused = filters().await[0];
    assert_eq!((suppressed(unused).await, apply(5).await), (4, 0));

    // One that is run is suppressed no more; the other is, and what is as it was has no history of it.
    world.tell(&on("a"), &runs(&[(&["m1"], 1)]), 10).await;
    assert_eq!(suppressed(unused).await, 4, "not before the engine sees to it");
    assert_eq!((apply(11).await, suppressed(unused).await), (1, 2));
    let changes = async || {
        let changes = world.database.changes(world.scope, 0, 100).await.unwrap();
        changes.len()
    };
    let before = changes().await;
    world.tell(&on("a"), &runs(&[(&["m1"], 7)]), 20).await;
    assert_eq!((apply(21).await, suppressed(unused).await), (1, 2));
    assert_eq!(changes().await, before);

    // The use runs out by itself, or ends.
    world.tell(&on("b"), &runs(&[(&["m2"], 1)]), 30).await;
    assert_eq!((apply(31).await, suppressed(unused).await), (1, 0));
    assert_eq!(world.database.forget_silent(25).await.unwrap(), 1);
    assert_eq!((apply(32).await, suppressed(unused).await), (1, 2));
    world.tell(&on("b"), &Runs::new(), 40).await;
    assert_eq!((apply(41).await, suppressed(unused).await), (1, 4));

    // Another rule takes what the first one leaves, by when it was last in use.
    world
        .database
        .create_filter(&busy, &world.cause(42))
        .await
        .unwrap();
    let lately = filters().await[1];
    assert_eq!((suppressed(unused).await, suppressed(lately).await), (4, 0));
    world.tell(&on("a"), &runs(&[(&["m1"], 1)]), 60).await;
    assert_eq!(apply(61).await, 1);
    assert_eq!((suppressed(unused).await, suppressed(lately).await), (2, 2));
    // It was in use, whether it still is or not.
    world.tell(&on("a"), &Runs::new(), 70).await;
    assert_eq!(apply(71).await, 1);
    assert_eq!((suppressed(unused).await, suppressed(lately).await), (2, 2));
});

both!(other_accounts_are_others, |world| {
    let other = world.database.scope("222222222222", "us-east-1").await.unwrap();
    let theirs = NewResource {
        scope: other,
        ..image("m1", "index")
    };
    world.push_image(&theirs, 1).await;
    world.push_image(&image("m1", "index"), 1).await;
    world.tell(&on("a"), &runs(&[(&["m1"], 2)]), 10).await;
    assert_eq!(world.used("m1").await, (2, 10));
    let found = world.database.resources_named(other, "shop@m1").await.unwrap();
    assert_eq!(found[0].in_use, InUse { count: 0, last_at: 0 });
    assert_ne!(other, ScopeId(1));
});

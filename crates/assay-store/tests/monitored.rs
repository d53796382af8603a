//! Which resources are monitored: what nobody uses is not, nor what is not configured.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

use assay_store::{Attribute, NewResource};
use serde_json::json;
use support::{World, both, found, host, package};

const DAY: i64 = 24 * 3600 * 1_000_000;

impl World {
    /// The state of a resource, and how it is covered.
    async fn standing(&self, name: &str) -> String {
        let resource = self
            .database
            .resources_named(self.scope, name)
            .await
            .unwrap()
            .remove(0);
        let covered = self.database.coverage_of(resource.id).await.unwrap().remove(0);
        format!("{} {}", resource.state, covered.reason)
    }

    async fn configure(&self, before: &str, after: &str) {
        self.database.configure(self.scope, before, after).await.unwrap();
    }
}

fn function(name: &str, invoked_at: i64, changed_at: i64) -> NewResource {
    #[allow(clippy::cast_precision_loss, reason = "days fit")]
    let changed = Attribute {
        name: "lambda_function_last_modified_at",
        key: String::new(),
        text: String::new(),
        number: changed_at as f64,
    };
    NewResource {
        kind: "AWS_LAMBDA_FUNCTION".into(),
        name: format!("arn:aws:lambda:us-east-1:111111111111:function:{name}"),
        attributes: vec![Attribute::invoked_at(invoked_at / 1_000_000), changed],
        ..host("")
    }
}

both!(functions_that_nobody_uses_expire, |world| {
    world.database.enable(world.scope, &["LAMBDA"], 0).await.unwrap();
    let now = 200 * DAY;
    let a = package("a", "1");
    let functions = [
        function("used:$LATEST", 150 * DAY, 0),
        function("new:$LATEST", 0, 130 * DAY),
    ];
    for function in &functions {
        world.push(function.clone(), &[&a], now).await;
    }
    world.assess(&[("a", &[found("CVE-1", 4)])], now).await;
    for (days, expected, standings) in [
        (200, 0, ["ACTIVE SUCCESSFUL", "ACTIVE SUCCESSFUL"]),
        (221, 1, ["ACTIVE SUCCESSFUL", "EXPIRED SCAN_ELIGIBILITY_EXPIRED"]),
        (
            241,
            1,
            [
                "EXPIRED SCAN_ELIGIBILITY_EXPIRED",
                "EXPIRED SCAN_ELIGIBILITY_EXPIRED",
            ],
        ),
        (
            242,
            0,
            [
                "EXPIRED SCAN_ELIGIBILITY_EXPIRED",
                "EXPIRED SCAN_ELIGIBILITY_EXPIRED",
            ],
        ),
    ] {
        let expired = world.database.expire_functions(&world.cause(days * DAY)).await;
        assert_eq!(expired.unwrap(), expected, "{days}");
        for (function, expected) in functions.iter().zip(standings) {
            assert_eq!(
                world.standing(&function.name).await,
                expected,
                "{days} {}",
                function.name
            );
        }
    }
});

both!(machine_images_are_scanned_as_configured, |world| {
    let now = 200 * DAY;
    let a = package("a", "1");
    let names = ["ami-1", "ami-2"];
    for (name, tags) in names.into_iter().zip([json!({"scan": ""}), json!({})]) {
        let image = NewResource {
            kind: "MACHINE_IMAGE".into(),
            name: name.into(),
            description: json!({ "tags": tags }).to_string(),
            ..host("")
        };
        world.push(image, &[&a], now).await;
    }
    world.assess(&[("a", &[found("CVE-1", 4)])], now).await;
    let tagged = json!({"ami": {"by": "", "at": 0,
        "scanModeConfiguration": {"scanMode": "TARGET_SCANNING", "tags": [{"key": "scan"}]}}});
    let new = json!({"ami": {"by": "", "at": 0, "createdWithin": "DAYS_7",
        "scanModeConfiguration": {"scanMode": "SCAN_ALL"}}});
    let (tagged, new) = (tagged.to_string(), new.to_string());
    let left_out = "EXCLUDED NO_SCAN_CONFIGURATION_ASSOCIATED";
    let expired = "EXPIRED SCAN_ELIGIBILITY_EXPIRED";
    for (before, after, days, expected) in [
        ("", "", 200, ["ACTIVE SUCCESSFUL", "ACTIVE SUCCESSFUL"]),
        ("", &tagged, 200, ["ACTIVE SUCCESSFUL", left_out]),
        (&tagged, &new, 207, ["ACTIVE SUCCESSFUL", "ACTIVE SUCCESSFUL"]),
        (&new, &new, 208, [expired, expired]),
        (&new, "", 208, ["ACTIVE SUCCESSFUL", "ACTIVE SUCCESSFUL"]),
    ] {
        if before != after {
            world.configure(before, after).await;
        }
        let cause = world.cause(days * DAY);
        world.database.select_machine_images(&cause).await.unwrap();
        world.assess(&[("a", &[found("CVE-1", 4)])], days * DAY).await;
        for (name, expected) in names.into_iter().zip(expected) {
            assert_eq!(world.standing(name).await, expected, "{days} {after} {name}");
        }
    }
});

both!(what_is_not_assessed_is_counted, |world| {
    let a = package("a", "1");
    let with = |name: &str, change: fn(&mut NewResource)| {
        let mut resource = host(name);
        change(&mut resource);
        resource
    };
    for resource in [
        with("i-1", |_| {}),
        with("i-2", |host| {
            host.diagnostics = r#"[{"code": "limit-reached"}]"#.into();
        }),
        with("i-3", |host| {
            host.state = "STOPPED".into();
            host.coverage = ("INACTIVE".into(), "EC2_INSTANCE_STOPPED".into());
        }),
        with("i-4", |host| {
            host.state = "EXCLUDED".into();
            host.coverage = ("INACTIVE".into(), "EXCLUDED_BY_TAG".into());
        }),
    ] {
        world.push(resource, &[&a], 1).await;
    }
    world.database.push(&host("i-5"), None, 1).await.unwrap();
    world.assess(&[("a", &[found("CVE-1", 4)])], 2).await;
    let gaps = async || world.database.coverage_gaps(&[world.scope]).await.unwrap();
    assert_eq!(gaps().await, (2, 1));
    world.database.mark_stale(3).await.unwrap();
    assert_eq!(gaps().await, (2, 2));
    let other = world.database.scope("222222222222", "us-east-1").await.unwrap();
    assert_eq!(world.database.coverage_gaps(&[other]).await.unwrap(), (0, 0));
});

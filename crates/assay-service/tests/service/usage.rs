//! What was used and what was asked for beside findings, through a stock boto3.

use serde_json::{Value, json};

use crate::{
    bench::{MEMBER, OWN, REGION, both},
    promises::ask,
};

const FLASK: &str = "pkg:pypi/flask@2.0.0";
const DAY: i64 = 24 * 3600;
const IMAGE: &str = "arn:aws:ecr:eu-west-1:111122223333:repository/web/sha256:0101010101010101010101010101010101010101010101010101010101010101";

// F22: scans are free for 15 days from when they were first turned on, whatever happens in between. A stock client's clock
// does not move with the service's, so what is later is asked by hand.
both!(free_trials_end, |bench| {
    let asked = json!({"accountIds": [OWN, MEMBER]});
    let enabled = bench
        .send("ada", "POST", "/enable", r#"{"resourceTypes": ["EC2"]}"#)
        .await;
    assert_eq!(enabled.status, 200, "{enabled:?}");
    if let Some(told) = ask(&bench, "aud", "batch_get_free_trial_info", asked.clone()) {
        let told = told.unwrap();
        assert_eq!(
            told["accounts"][0]["freeTrialInfo"][0]["status"], "ACTIVE",
            "{told}"
        );
        assert_eq!(told["failedAccounts"][0]["code"], "ACCESS_DENIED", "{told}");
    }
    let mut first = None;
    for (days, expected) in [(0, "ACTIVE"), (10, "ACTIVE"), (4, "ACTIVE"), (1, "INACTIVE")] {
        bench.pass(days * DAY);
        if days == 10 {
            for operation in ["/disable", "/enable"] {
                let done = bench
                    .send("ada", "POST", operation, r#"{"resourceTypes": ["EC2"]}"#)
                    .await;
                assert_eq!(done.status, 200, "{done:?}");
            }
        }
        let told = bench
            .send("aud", "POST", "/freetrialinfo/batchget", &asked.to_string())
            .await;
        let trial = told.answer["accounts"][0]["freeTrialInfo"][0].clone();
        assert_eq!(trial["status"], expected, "{days}: {told:?}");
        let (start, end) = (trial["start"].as_f64().unwrap(), trial["end"].as_f64().unwrap());
        #[allow(clippy::cast_precision_loss, reason = "a number of seconds")]
        let whole = (15 * DAY) as f64;
        assert!((end - start - whole).abs() < 1.0, "{trial}");
        assert_eq!(*first.get_or_insert(start.to_string()), start.to_string());
    }
    bench.stop().await;
});

// F23: hours and scans are counted, and cost what the table says.
both!(usage_is_counted_and_priced, |bench| {
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    bench.database.enable(scope, &["EC2", "ECR"], 0).await.unwrap();
    bench.host(OWN, "i-1", &[FLASK]).await;
    bench.host(OWN, "i-2", &[FLASK]).await;
    let details =
        json!({"awsEcrContainerImage": {"repositoryName": "web", "imageHash": "x", "registry": OWN}});
    bench
        .take(
            OWN,
            ("AWS_ECR_CONTAINER_IMAGE", IMAGE),
            &details,
            &[],
            &[(FLASK, "")],
        )
        .await;
    bench.tick().await;
    // Through a stock client, as long as its clock is the service's.
    if let Some(listed) = ask(&bench, "aud", "list_usage_totals", json!({})) {
        let listed = listed.unwrap();
        assert_eq!(listed["totals"][0]["accountId"], OWN, "{listed}");
    }
    for _ in 0..4 {
        bench.pass(1800);
        bench.tick().await;
    }
    // While the service was down it looked after nothing.
    bench.pass(7 * 3600);
    bench.tick().await;
    let told = bench.send("aud", "POST", "/usage/list", "{}").await.answer;
    let usage = told["totals"][0]["usage"].as_array().unwrap();
    let of = |kind: &str| usage.iter().find(|usage| usage["type"] == kind).unwrap();
    let near = |value: &Value, expected: f64| {
        let value = value.as_f64().unwrap();
        assert!(
            (value / expected - 1.0).abs() < 0.01,
            "{value} {expected}: {told}"
        );
    };
    near(&of("EC2_INSTANCE_HOURS")["total"], 6.0);
    near(&of("ECR_INITIAL_SCAN")["total"], 1.0);
    // All within a day, unless midnight came between.
    let hours = of("EC2_INSTANCE_HOURS")["estimatedMonthlyCost"].as_f64().unwrap();
    let days = if hours > 6.0 * 30.0 * 1.2528 / 720.0 * 0.75 {
        1.0
    } else {
        2.0
    };
    near(
        &of("EC2_INSTANCE_HOURS")["estimatedMonthlyCost"],
        6.0 * 30.0 / days * 1.2528 / 720.0,
    );
    assert_eq!(of("ECR_INITIAL_SCAN")["currency"], "USD");
    assert_eq!(told["totals"][0]["accountId"], OWN);
    let other = json!({"accountIds": [MEMBER]}).to_string();
    let other = bench.send("aud", "POST", "/usage/list", &other).await;
    assert_eq!(other.answer["totals"], json!([]), "{other:?}");
    bench.stop().await;
});

both!(keys_are_kept_and_taken_back, |bench| {
    let what = json!({"scanType": "CODE", "resourceType": "AWS_LAMBDA_FUNCTION"});
    let Some(none) = ask(&bench, "ada", "get_encryption_key", what.clone()) else {
        return;
    };
    assert!(none.unwrap_err().starts_with("ResourceNotFoundException"));
    let key = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";
    let mut chosen = what.clone();
    chosen["kmsKeyId"] = key.into();
    let ask = |user, operation, arguments: &Value| ask(&bench, user, operation, arguments.clone()).unwrap();
    ask("ada", "update_encryption_key", &chosen).unwrap();
    assert_eq!(ask("aud", "get_encryption_key", &what).unwrap()["kmsKeyId"], key);
    let denied = ask("aud", "update_encryption_key", &chosen).unwrap_err();
    assert!(denied.starts_with("AccessDeniedException"), "{denied}");
    ask("ada", "reset_encryption_key", &what).unwrap();
    let none = ask("ada", "reset_encryption_key", &what).unwrap_err();
    assert!(none.starts_with("ResourceNotFoundException"), "{none}");
    bench.stop().await;
});

both!(scans_are_made_on_demand, |bench| {
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    bench.database.enable(scope, &["EC2", "ECR"], 0).await.unwrap();
    let host = "i-0123456789abcdef0";
    bench.host(OWN, host, &[FLASK]).await;
    let wanted = json!({"resourceId": host, "resourceType": "AMI", "clientToken": "one"});
    let Some(begun) = ask(&bench, "ada", "start_on_demand_scan", wanted.clone()) else {
        return;
    };
    let begun = begun.unwrap()["scanId"].clone();
    let ask = |user, operation, arguments: Value| ask(&bench, user, operation, arguments).unwrap();
    // Asked for again with the same token it is the same; another has to wait.
    assert_eq!(
        ask("ada", "start_on_demand_scan", wanted).unwrap()["scanId"],
        begun
    );
    let other = json!({"resourceId": host, "resourceType": "AMI"});
    let busy = ask("ada", "start_on_demand_scan", other).unwrap_err();
    assert!(busy.starts_with("ConflictException"), "{busy}");
    let which = json!({"resourceId": host, "resourceType": "AMI", "scanId": begun});
    let told = ask("aud", "get_on_demand_scan_status", which.clone()).unwrap();
    assert_eq!(told["scanStatus"], "IN_PROGRESS", "{told}");
    bench.pass(60);
    bench.work().await;
    let told = ask("aud", "get_on_demand_scan_status", which).unwrap();
    assert_eq!(told["scanStatus"], "SUCCESSFUL", "{told}");
    assert!(told.get("completedAt").is_some(), "{told}");
    let listed = json!({"resourceId": host, "resourceType": "AMI"});
    let listed = ask("aud", "list_on_demand_scans", listed).unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    // What was never pushed, and whose is another's.
    for (user, resource) in [("ada", "i-0aaaaaaaaaaaaaaaa"), ("mia", host)] {
        let unknown = json!({"resourceId": resource, "resourceType": "AMI"});
        let refused = ask(user, "start_on_demand_scan", unknown).unwrap_err();
        assert!(refused.starts_with("ValidationException"), "{refused}");
    }
    let none = json!({"resourceId": host, "resourceType": "AMI", "scanId": begun});
    let none = ask("mia", "get_on_demand_scan_status", none).unwrap_err();
    assert!(none.starts_with("ResourceNotFoundException"), "{none}");
    bench.stop().await;
});

both!(findings_of_packages_have_no_lines, |bench| {
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    bench.database.enable(scope, &["EC2"], 0).await.unwrap();
    bench.host(OWN, "i-1", &[FLASK]).await;
    let Some(listed) = ask(&bench, "aud", "list_findings", json!({})) else {
        return;
    };
    let arn = listed.unwrap()["findings"][0]["findingArn"].clone();
    let other = "arn:aws:inspector2:eu-west-1:111122223333:finding/00000000000000000000000000000000";
    let asked = json!({"findingArns": [arn, other]});
    let told = ask(&bench, "aud", "batch_get_code_snippet", asked)
        .unwrap()
        .unwrap();
    assert_eq!(told["errors"][0]["errorCode"], "CODE_SNIPPET_NOT_FOUND", "{told}");
    assert_eq!(told["errors"][1]["errorCode"], "INVALID_INPUT", "{told}");
    bench.stop().await;
});

//! Operations, driven by a stock boto3.

use assay_api::{Limits, Rate, Tls, Transport};
use serde_json::{Value, json};

use crate::bench::{Bench, PASSWORD, boto3, python};

const FILTER: &str = "arn:aws:inspector2:eu-west-1:111122223333:owner/111122223333/filter/a b";

fn with(mut call: Value, members: &[(&str, Value)]) -> Value {
    for (name, value) in members {
        call[*name] = value.clone();
    }
    call
}

#[tokio::test]
async fn answers_and_faults() {
    let bench = Bench::start().await;
    let permissions = |user: &str| bench.call(user, "list_account_permissions", json!({}));
    let filter = |action: &str| json!({"name": "mine", "action": action, "filterCriteria": {}});
    let cases = [
        (
            "it lists",
            permissions("ada"),
            Ok(json!({"permissions": [
                {"operation": "ENABLE_SCANNING", "service": "EC2"},
                {"operation": "DISABLE_SCANNING", "service": "EC2"},
                {"operation": "ENABLE_REPOSITORY", "service": "EC2"},
            ]})),
        ),
        (
            "an auditor reads",
            with(
                bench.call("aud", "list_account_permissions", json!({"maxResults": 1})),
                &[("paginate", json!("permissions"))],
            ),
            Ok(json!([
                [{"operation": "ENABLE_SCANNING", "service": "EC2"}],
                [{"operation": "DISABLE_SCANNING", "service": "EC2"}],
                [{"operation": "ENABLE_REPOSITORY", "service": "EC2"}],
            ])),
        ),
        (
            "a path has an ARN",
            bench.call(
                "ada",
                "tag_resource",
                json!({"resourceArn": FILTER, "tags": {"team": "réd"}}),
            ),
            Ok(json!({})),
        ),
        (
            "and again",
            bench.call("ada", "list_tags_for_resource", json!({"resourceArn": FILTER})),
            Ok(json!({"tags": {"team": "réd"}})),
        ),
        (
            "presigned",
            with(
                bench.call("ada", "list_tags_for_resource", json!({"resourceArn": FILTER})),
                &[("presign", json!(60))],
            ),
            Ok(json!({"tags": {"team": "réd"}})),
        ),
        (
            "another region",
            with(
                bench.call("ada", "create_filter", filter("SUPPRESS")),
                &[("region", json!("us-east-1"))],
            ),
            Ok(json!({"arn": "arn:aws:inspector2:us-east-1:111122223333:owner/111122223333/filter/mine"})),
        ),
        (
            "the scan API",
            with(
                bench.call("aud", "scan_sbom", json!({"sbom": {"components": [1, 2]}})),
                &[("service", json!("inspector-scan"))],
            ),
            Ok(json!({"sbom": {"components": 2}})),
        ),
        (
            "a large one",
            with(
                bench.call(
                    "ada",
                    "scan_sbom",
                    json!({"sbom": {"components": vec!["x".repeat(100); 20_000]}}),
                ),
                &[("service", json!("inspector-scan"))],
            ),
            Ok(json!({"sbom": {"components": 20_000}})),
        ),
        (
            "what is not there",
            bench.call(
                "ada",
                "list_tags_for_resource",
                json!({"resourceArn": FILTER.replace("a b", "b")}),
            ),
            Err((404, "ResourceNotFoundException")),
        ),
        (
            "a wrong secret",
            with(permissions("ada"), &[("secret", json!("wrong"))]),
            Err((403, "InvalidSignatureException")),
        ),
        (
            "no such key",
            with(permissions("ada"), &[("key", json!("AKIAIOSFODNN7EXAMPLE"))]),
            Err((403, "UnrecognizedClientException")),
        ),
        (
            "no key of ours",
            with(permissions("ada"), &[("key", json!("key"))]),
            Err((403, "UnrecognizedClientException")),
        ),
        (
            "a token that belongs to nothing",
            with(permissions("ada"), &[("token", json!("token"))]),
            Err((403, "UnrecognizedClientException")),
        ),
        (
            "a disabled user",
            permissions("dan"),
            Err((403, "UnrecognizedClientException")),
        ),
        (
            "an unknown region",
            with(permissions("ada"), &[("region", json!("mars-north-1"))]),
            Err((403, "InvalidSignatureException")),
        ),
        (
            "an auditor changes nothing",
            bench.call("aud", "create_filter", filter("NONE")),
            Err((403, "AccessDeniedException")),
        ),
        (
            "a member saves filters",
            bench.call("mia", "create_filter", filter("NONE")),
            Ok(json!({"arn": "arn:aws:inspector2:eu-west-1:444455556666:owner/444455556666/filter/mine"})),
        ),
        (
            "but suppresses nothing",
            bench.call("mia", "create_filter", filter("SUPPRESS")),
            Err((403, "AccessDeniedException")),
        ),
        (
            "an agent reads nothing",
            permissions("bot"),
            Err((403, "AccessDeniedException")),
        ),
        (
            "what this version has not",
            bench.call("ada", "enable", json!({"resourceTypes": ["EC2"]})),
            Err((501, "NotImplementedException")),
        ),
        (
            "a token of nobody",
            bench.call("ada", "list_account_permissions", json!({"nextToken": "AAAA"})),
            Err((400, "ValidationException")),
        ),
        (
            "a panic",
            bench.call("ada", "disable", json!({})),
            Err((500, "InternalServerException")),
        ),
    ];
    let calls = cases.iter().map(|(_, call, _)| call.clone()).collect();
    let Some(outcomes) = boto3(calls).await else {
        return;
    };
    for ((name, _, expected), outcome) in cases.iter().zip(&outcomes) {
        match expected {
            Ok(answer) => assert_eq!(&outcome["answer"], answer, "{name}: {outcome}"),
            Err((status, fault)) => {
                assert_eq!(outcome["fault"], *fault, "{name}: {outcome}");
                assert_eq!(outcome["status"], *status, "{name}: {outcome}");
            }
        }
        if outcome["answer"].is_object() && *name != "presigned" {
            assert_eq!(outcome["request"].as_str().unwrap().len(), 36, "{name}");
        }
    }
    let text = bench.metrics.render();
    assert!(text.contains("assay_api_panics_total 1"), "{text}");
    let expected =
        "assay_api_requests_total{operation=\"Enable\",status=\"501\",fault=\"NotImplementedException\"} 1";
    assert!(text.contains(expected), "{text}");
}

#[tokio::test]
async fn invalid_input_is_answered_field_by_field() {
    let bench = Bench::start().await;
    let input = json!({
        "action": "HIDE",
        "filterCriteria": {"severity": [{"comparison": "EQUALS", "value": ""}]},
        "description": "x".repeat(513),
    });
    let call = bench.call("ada", "create_filter", input);
    let Some(outcomes) = boto3(vec![call]).await else {
        return;
    };
    let outcome = &outcomes[0];
    assert_eq!(
        (&outcome["fault"], &outcome["type"], &outcome["reason"]),
        (
            &json!("ValidationException"),
            &json!("ValidationException"),
            &json!("FIELD_VALIDATION_FAILED")
        ),
        "{outcome}"
    );
    let fields: Vec<&str> = outcome["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "action",
            "description",
            "filterCriteria.severity[0].value",
            "name"
        ]
    );
}

#[tokio::test]
async fn clocks_and_sessions() {
    let bench = Bench::start().await;
    let signed_in = bench
        .post("/session", &json!({"user": "ada", "password": PASSWORD}))
        .await;
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    let session = signed_in.json();
    assert_eq!(session["account"], "111122223333");
    assert_eq!(session["regions"], json!(["eu-west-1", "us-east-1"]));
    let call = bench.call("ada", "list_account_permissions", json!({}));
    let temporary = with(
        call.clone(),
        &[
            ("key", session["accessKeyId"].clone()),
            ("secret", session["secretAccessKey"].clone()),
            ("token", session["sessionToken"].clone()),
        ],
    );
    let without = with(temporary.clone(), &[("token", Value::Null)]);
    for (seconds, call, fault) in [
        (0, &call, None),
        (0, &temporary, None),
        (0, &without, Some("UnrecognizedClientException")),
        (14 * 60, &call, None),
        (-14 * 60, &temporary, None),
        (16 * 60, &call, Some("InvalidSignatureException")),
        (-16 * 60, &call, Some("InvalidSignatureException")),
        (3601, &temporary, Some("ExpiredTokenException")),
    ] {
        bench.move_clock(seconds);
        let Some(outcomes) = boto3(vec![call.clone()]).await else {
            return;
        };
        let outcome = &outcomes[0];
        assert_eq!(outcome["fault"].as_str(), fault, "{seconds}: {outcome}");
    }
    bench.move_clock(0);
    // A user whose password was changed, and one who is gone.
    let place = ("111122223333".parse().unwrap(), "ada".parse().unwrap());
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    bench
        .people
        .users
        .lock()
        .unwrap()
        .get_mut(&place)
        .unwrap()
        .sessions_not_before = Some(later);
    let Some(outcomes) = boto3(vec![temporary.clone()]).await else {
        return;
    };
    assert_eq!(outcomes[0]["fault"], "ExpiredTokenException");
    bench.people.users.lock().unwrap().remove(&place);
    let Some(outcomes) = boto3(vec![temporary]).await else {
        return;
    };
    assert_eq!(outcomes[0]["fault"], "UnrecognizedClientException");

    let records = bench.records.0.lock().unwrap();
    let record = serde_json::to_value(&records[0]).unwrap();
    assert_eq!(record["eventName"], "CreateSession");
    assert_eq!(
        record["requestParameters"],
        json!({"account": null, "user": "ada", "durationSeconds": null})
    );
    assert_eq!(
        record["responseElements"],
        json!({"accessKeyId": session["accessKeyId"]})
    );
    let record = serde_json::to_value(&records[2]).unwrap();
    let identity = &record["userIdentity"];
    assert_eq!(identity["type"], "IAMUser", "{record}");
    assert_eq!(identity["arn"], "arn:aws:iam::111122223333:user/ada");
    assert!(identity["sessionContext"]["attributes"]["creationDate"].is_string());
    for record in &*records {
        let text = serde_json::to_string(record).unwrap();
        assert!(!text.contains(PASSWORD) && !text.contains(session["secretAccessKey"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn records_of_calls() {
    let bench = Bench::start().await;
    let filter = json!({"name": "mine", "action": "SUPPRESS", "filterCriteria": {}});
    let calls = vec![
        bench.call("ada", "create_filter", filter.clone()),
        bench.call("aud", "list_account_permissions", json!({"maxResults": 1})),
        bench.call("mia", "create_filter", filter.clone()),
        with(
            bench.call("mia", "create_filter", filter.clone()),
            &[("secret", json!("wrong"))],
        ),
    ];
    let Some(outcomes) = boto3(calls).await else {
        return;
    };
    let records = bench.records.0.lock().unwrap();
    let records: Vec<Value> = records
        .iter()
        .map(|record| serde_json::to_value(record).unwrap())
        .collect();
    assert_eq!(records.len(), 4);
    for (record, outcome) in records.iter().zip(&outcomes) {
        assert_eq!(record["requestID"], outcome["request"]);
        assert_eq!(record["eventVersion"], "1.11");
        assert_eq!(record["eventSource"], "inspector2.amazonaws.com");
        assert_eq!(record["awsRegion"], "eu-west-1");
        assert_eq!(record["sourceIPAddress"], "127.0.0.1");
        assert!(
            record["userAgent"].as_str().unwrap().contains("Boto3"),
            "{record}"
        );
        let time = record["eventTime"].as_str().unwrap();
        assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
    }
    let [made, listed, denied, unproved] = &records[..] else {
        panic!("{records:?}")
    };
    assert_eq!(made["requestParameters"], filter);
    assert_eq!(made["responseElements"], outcomes[0]["answer"]);
    assert_eq!(made["readOnly"], false);
    assert_eq!(made["recipientAccountId"], "111122223333");
    assert_eq!(listed["readOnly"], true);
    assert_eq!(listed["responseElements"], Value::Null);
    assert_eq!(denied["errorCode"], "AccessDeniedException");
    assert_eq!(denied["errorMessage"], outcomes[2]["message"]);
    assert_eq!(denied["responseElements"], Value::Null);
    assert_eq!(
        unproved["userIdentity"],
        json!({"type": "Unknown", "accessKeyId": bench.credentials("mia").access_key})
    );
    assert_eq!(unproved["requestParameters"], Value::Null);
}

#[tokio::test]
async fn those_who_ask_too_often() {
    let limits = Limits {
        per_user: Rate {
            per_second: 0.01,
            burst: 2,
        },
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    let call = bench.call("ada", "list_account_permissions", json!({}));
    let other = bench.call("aud", "list_account_permissions", json!({}));
    let calls = vec![call.clone(), call.clone(), call, other];
    let Some(outcomes) = boto3(calls).await else {
        return;
    };
    let faults: Vec<Option<&str>> = outcomes.iter().map(|outcome| outcome["fault"].as_str()).collect();
    assert_eq!(faults, [None, None, Some("ThrottlingException"), None]);
    assert_eq!(outcomes[2]["status"], 429);
    let wait: u32 = outcomes[2]["retryAfter"].as_str().unwrap().parse().unwrap();
    assert!((90..=100).contains(&wait), "{wait}");
}

#[tokio::test]
async fn encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls::generated(folder.path(), &["127.0.0.1".to_owned()]).unwrap();
    let certificate = tls.certificate().to_str().unwrap().to_owned();
    let bench = Bench::with(Limits::default(), Transport::Tls(tls)).await;
    let call = bench.call("ada", "list_account_permissions", json!({}));
    let members = [
        ("endpoint", json!(format!("https://{}", bench.server))),
        ("verify", json!(certificate)),
    ];
    let Some(outcomes) = boto3(vec![with(call, &members)]).await else {
        return;
    };
    assert!(outcomes[0]["answer"].is_object(), "{}", outcomes[0]);
}

#[tokio::test]
async fn the_command_line() {
    let bench = Bench::start().await;
    let Some(python) = python("import awscli.clidriver") else {
        return;
    };
    let credentials = bench.credentials("ada");
    let endpoint = format!("http://{}", bench.server);
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new(python)
            .args([
                "-m",
                "awscli",
                "inspector2",
                "list-account-permissions",
                "--endpoint-url",
            ])
            .args([
                &endpoint,
                "--region",
                "eu-west-1",
                "--output",
                "json",
                "--page-size",
                "1",
            ])
            .env("AWS_ACCESS_KEY_ID", credentials.access_key)
            .env("AWS_SECRET_ACCESS_KEY", credentials.secret)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env_remove("AWS_PROFILE")
            .output()
            .unwrap()
    });
    let output = output.await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["permissions"].as_array().unwrap().len(), 3, "{answer}");
}

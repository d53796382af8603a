//! Suppression rules: previews, terms, and what becomes of the rules by time.

use serde_json::{Value, json};

use crate::bench::{Bench, escaped};

/// Makes a rule that suppresses a vulnerability; gives its ARN.
async fn rule(bench: &Bench, vulnerability: &str) -> String {
    let body = json!({
        "name": vulnerability,
        "action": "SUPPRESS",
        "filterCriteria": {"vulnerabilityId": [{"comparison": "EQUALS", "value": vulnerability}]},
    });
    let made = bench
        .call("ada", "inspector2", "POST", "/filters/create", &body)
        .await;
    made.answer["arn"].as_str().unwrap().to_owned()
}

async fn set(bench: &Bench, arn: &str, terms: &Value) -> Value {
    let target = format!("/assay/v1/filters/terms?arn={}", escaped(arn));
    let sent = bench.call("ada", "assay", "PUT", &target, terms).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    sent.answer
}

async fn get(bench: &Bench, arn: &str) -> Value {
    let sent = bench
        .get("aud", &format!("/filters/terms?arn={}", escaped(arn)))
        .await;
    assert_eq!(sent.status, 200, "{sent:?}");
    sent.answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_changes_nothing_and_tells_what_would_change() {
    let bench = Bench::start().await;
    bench
        .host("i-1", &["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.0"])
        .await;
    bench.host("i-2", &["pkg:pypi/jinja2@2.0"]).await;
    let preview = async |body: Value| {
        bench
            .call("aud", "assay", "POST", "/assay/v1/filters/preview", &body)
            .await
    };
    let all = preview(json!({"filterCriteria": {}})).await;
    assert_eq!(all.status, 200, "{all:?}");
    assert_eq!(all.answer["count"], 3);
    assert_eq!(all.answer["isComplete"], true);
    assert_eq!(
        all.answer["bySeverity"],
        json!([{"severity": "HIGH", "count": 3}])
    );
    assert_eq!(all.answer["examples"].as_array().unwrap().len(), 3);
    let unfixed = preview(json!({"filterCriteria": {}, "untilFixed": true})).await;
    assert_eq!(unfixed.answer["count"], 1, "of flask alone no fix is known");
    let of_one = json!({"resourceId": [{"comparison": "EQUALS", "value": "i-2"}]});
    assert_eq!(
        preview(json!({"filterCriteria": of_one})).await.answer["count"],
        1
    );
    let wrong = json!({"severity": [{"comparison": "LIKES", "value": "HIGH"}]});
    let refused = preview(json!({"filterCriteria": wrong})).await;
    assert_eq!(refused.status, 400);
    let field = refused.answer["fields"][0]["name"].as_str().unwrap();
    assert!(field.starts_with("filterCriteria.severity[0]"), "{field}");
    assert!(
        bench
            .statuses()
            .await
            .iter()
            .all(|status| status.ends_with(" ACTIVE"))
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_end_by_the_clock_by_a_fix_and_by_deletion() {
    let bench = Bench::start().await;
    bench.host("i-1", &["pkg:pypi/flask@1.5"]).await;
    let arn = rule(&bench, "CVE-2024-1").await;
    assert_eq!(bench.statuses().await, ["CVE-2024-1 SUPPRESSED"]);
    // By the clock; with a later end it holds again.
    let tomorrow = (bench.service.clock.now() + jiff::SignedDuration::from_hours(24)).to_string();
    let told = set(&bench, &arn, &json!({"owner": "team red", "expiresAt": tomorrow})).await;
    assert_eq!(
        (&told["owner"], &told["suppressed"]),
        (&json!("team red"), &json!(1))
    );
    assert_eq!(bench.statuses().await, ["CVE-2024-1 SUPPRESSED"]);
    bench.pass(2).await;
    assert_eq!(bench.statuses().await, ["CVE-2024-1 ACTIVE"]);
    let told = get(&bench, &arn).await;
    assert_eq!(told["stale"]["because"], "EXPIRED", "{told}");
    set(&bench, &arn, &json!({"untilFixed": true})).await;
    assert_eq!(bench.statuses().await, ["CVE-2024-1 SUPPRESSED"]);
    assert_eq!(get(&bench, &arn).await["stale"], Value::Null);
    // By a fix.
    bench.learn(&[Some("1.6"), None]).await;
    assert_eq!(bench.statuses().await, ["CVE-2024-1 ACTIVE"]);
    // By deletion.
    set(&bench, &arn, &json!({})).await;
    assert_eq!(bench.statuses().await, ["CVE-2024-1 SUPPRESSED"]);
    let deleted = bench
        .call(
            "ada",
            "inspector2",
            "POST",
            "/filters/delete",
            &json!({"arn": arn}),
        )
        .await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
    assert_eq!(bench.statuses().await, ["CVE-2024-1 ACTIVE"]);
    let gone = bench
        .get("aud", &format!("/filters/terms?arn={}", escaped(&arn)))
        .await;
    assert_eq!(gone.status, 404);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_nobody_needs_are_told() {
    let bench = Bench::start().await;
    bench.host("i-1", &["pkg:pypi/flask@1.5"]).await;
    let used = rule(&bench, "CVE-2024-1").await;
    let useless = rule(&bench, "CVE-1999-1").await;
    bench.pass(1).await;
    let stale = async || {
        let listed = bench.get("aud", "/filters").await.answer;
        let rules = listed["rules"].as_array().unwrap();
        let told: Vec<Value> = rules
            .iter()
            .map(|rule| rule["stale"]["because"].clone())
            .collect();
        assert_eq!(rules[0]["arn"], used.as_str());
        assert_eq!(rules[1]["arn"], useless.as_str());
        told
    };
    assert_eq!(stale().await, [Value::Null, Value::Null], "they are young");
    bench.pass(91).await;
    assert_eq!(stale().await, [Value::Null, json!("NEVER_MATCHED")]);
    bench.host("i-1", &[]).await;
    assert_eq!(
        stale().await,
        [Value::Null, json!("NEVER_MATCHED")],
        "it matched until now"
    );
    bench.pass(91).await;
    assert_eq!(stale().await, [json!("UNMATCHED"), json!("NEVER_MATCHED")]);
    for (user, body, status) in [
        ("aud", json!({}), 403),
        ("ada", json!({"expiresAt": "tomorrow"}), 400),
        ("ada", json!({"owner": "x".repeat(257)}), 400),
        ("ada", json!({"until": true}), 400),
        ("eve", json!({}), 404),
    ] {
        let target = format!("/assay/v1/filters/terms?arn={}", escaped(&used));
        let sent = bench.call(user, "assay", "PUT", &target, &body).await;
        assert_eq!(sent.status, status, "{user} {body}");
    }
    bench.stop().await;
}

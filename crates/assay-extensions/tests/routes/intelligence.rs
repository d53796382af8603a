//! Where the intelligence comes from and what it brought, and scans that are counted.

use assay_engine::{FeedOutcome, Outcome};
use assay_intel::FeedProvenance;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_generation_brought_is_told_to_whoever_it_concerns() {
    let bench = Bench::start().await;
    bench
        .host("i-1", &["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.2"])
        .await;
    let first = bench.get("aud", "/intelligence").await.answer;
    assert_eq!(first["isStarterOnly"], false);
    assert_eq!(first["inForce"]["advisories"], 2);
    assert_eq!(first["generations"].as_array().unwrap().len(), 1);
    assert_eq!(first["generations"][0]["news"], Value::Null);
    assert_eq!(first["generations"][0]["digest"], first["inForce"]["digest"]);
    assert_eq!(first["upkeep"]["nextLookAt"], Value::Null);

    // One flaw turns out to be fixed before, the other one is as it was; then all is as before.
    bench.learn(&[Some("1.4"), Some("2.3")]).await;
    bench.learn(&[None, Some("2.3")]).await;
    let told = bench.get("aud", "/intelligence").await.answer;
    let generations = told["generations"].as_array().unwrap();
    let news = json!({"added": 0, "changed": 1, "removed": 0, "newVulnerabilities": [],
        "changedVulnerabilities": ["CVE-2024-1"]});
    assert_eq!(generations.len(), 3);
    assert_eq!(generations[1]["news"], news);
    assert_eq!(
        json!([generations[1]["opened"], generations[1]["closed"]]),
        json!([0, 1])
    );
    // What was in force before has one name, whenever it is.
    assert_eq!(generations[0]["digest"], generations[2]["digest"]);
    assert_eq!(
        json!([generations[0]["opened"], generations[0]["closed"]]),
        json!([1, 0])
    );
    assert!(generations[0]["appliedAt"].is_string());
    // Another account has no findings that it did anything to.
    let theirs = bench.get("eve", "/intelligence").await.answer;
    assert_eq!(theirs["generations"][1]["news"], news);
    assert_eq!(theirs["generations"][1]["closed"], 0);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_it_is_kept_up_to_date_is_told() {
    let bench = Bench::start().await;
    let at = Timestamp::from_second(1_700_000_000).unwrap();
    for (outcome, word, problem) in [
        (Outcome::Taken, "TAKEN", Value::Null),
        (Outcome::Failed("no feeds".into()), "FAILED", json!("no feeds")),
        (Outcome::Refused("damaged".into()), "REFUSED", json!("damaged")),
    ] {
        bench.service.intelligence.note(|upkeep| {
            upkeep.looked(at, outcome);
            upkeep.next_at = Some(at);
        });
        let told = bench.get("ada", "/intelligence").await.answer;
        let expected = json!({"lastLookedAt": "2023-11-14T22:13:20Z", "outcome": word, "problem": problem,
            "nextLookAt": "2023-11-14T22:13:20Z"});
        assert_eq!(told["upkeep"], expected);
    }
    let feed = |told: &Value| told["feeds"][0].clone();
    let before = feed(&bench.get("ada", "/intelligence").await.answer);
    assert_eq!(
        json!([
            before["name"],
            before["records"],
            before["status"],
            before["date"],
            before["problems"]
        ]),
        json!(["osv/PyPI", 2, null, "2024-01-02T00:00:00Z", ["it is old"]])
    );
    assert!(before["ageSeconds"].as_i64().unwrap() > 0);
    // What was read last says the same as what is in force, and could not be refreshed.
    let read = |warnings: &[&str]| FeedProvenance {
        name: "osv/PyPI".into(),
        date: Some("2024-01-03T00:00:00Z".into()),
        records: 3,
        bytes: 4,
        warnings: warnings.iter().map(|warning| (*warning).to_owned()).collect(),
    };
    bench.service.intelligence.note(|upkeep| {
        upkeep.fared(read(&[]), at, FeedOutcome::Current);
        upkeep.fared(read(&["out of reach"]), at, FeedOutcome::Stale);
    });
    let after = feed(&bench.get("ada", "/intelligence").await.answer);
    assert_eq!(
        json!([
            after["status"],
            after["currentAt"],
            after["date"],
            after["records"],
            after["problems"]
        ]),
        json!([
            "STALE",
            "2023-11-14T22:13:20Z",
            "2024-01-03T00:00:00Z",
            3,
            ["out of reach"]
        ])
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_of_bills_of_materials_are_counted() {
    let bench = Bench::start().await;
    let scan = async |user: &str, sbom: Value| {
        let body = json!({ "sbom": sbom });
        let sent = bench.call(user, "inspector-scan", "POST", "/scan/sbom", &body);
        sent.await.status
    };
    let count = async |user: &str, query: &str| {
        let told = bench.get(user, &format!("/sbom-scans{query}")).await.answer;
        let days = told["days"].as_array().unwrap();
        let sum: i64 = days.iter().map(|day| day["scans"].as_i64().unwrap()).sum();
        assert_eq!(told["scans"], sum, "{told}");
        (sum, days.len())
    };
    assert_eq!(count("aud", "").await, (0, 0));
    let sbom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": []});
    assert_eq!(scan("ada", sbom.clone()).await, 200);
    assert_eq!(count("aud", "").await, (1, 1));
    // What is refused is no scan, and another account has its own.
    assert_eq!(scan("ada", json!("nothing")).await, 400);
    assert_eq!(scan("eve", sbom.clone()).await, 200);
    assert_eq!(scan("aud", sbom.clone()).await, 200);
    assert_eq!(count("aud", "").await, (2, 1));
    assert_eq!(count("eve", "").await, (1, 1));
    bench.pass(1).await;
    assert_eq!(scan("ada", sbom).await, 200);
    assert_eq!(count("aud", "").await, (3, 2));
    assert_eq!(count("aud", "?to=2001-01-01").await, (0, 0));
    bench.pass(40).await;
    assert_eq!(count("aud", "").await, (0, 0));
    bench.stop().await;
}

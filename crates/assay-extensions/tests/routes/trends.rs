//! How findings went and what ends them, out of what was pushed.

use serde_json::{Value, json};

use crate::bench::Bench;

const FLASK: &str = "pkg:pypi/flask@1.5";
const JINJA: &str = "pkg:pypi/jinja2@1.5";

/// The days of a severity: opened, closed, fixed, active, breached, in breach.
fn told(trends: &Value, severity: &str) -> Vec<[i64; 6]> {
    let days = trends["days"].as_array().unwrap().iter();
    days.map(|day| {
        let all = day["bySeverity"].as_array().unwrap();
        let of = all.iter().find(|of| of["severity"] == severity).unwrap();
        ["opened", "closed", "fixed", "active", "breached", "inBreach"].map(|name| of[name].as_i64().unwrap())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_told_by_what_is_to_be_fixed_in_time() {
    let bench = Bench::start().await;
    bench.host("i-1", &[FLASK]).await;
    bench.host("i-2", &[FLASK]).await;
    let levels = json!({"critical": 15, "high": 1, "medium": null, "low": 180, "informational": null, "untriaged": null});
    let set = bench
        .call("ada", "assay", "PUT", "/assay/v1/service-levels", &levels)
        .await;
    assert_eq!(set.status, 200, "{set:?}");
    assert_eq!(bench.get("aud", "/service-levels").await.answer, levels);
    bench.pass(3).await;
    bench.host("i-1", &[]).await;
    let trends = bench.get("aud", "/trends").await;
    let days = told(&trends.answer, "HIGH");
    assert_eq!(days.len(), 30);
    assert_eq!(
        trends.answer["gaps"],
        json!({"notAssessed": 0, "assessedInPart": 0})
    );
    assert_eq!(
        days[26..],
        [
            [2, 0, 0, 2, 0, 0],
            [0, 0, 0, 2, 0, 0],
            [0, 0, 0, 2, 2, 2],
            [0, 1, 1, 1, 0, 1],
        ],
        "{trends:?}"
    );
    // What is not one span of days that are told is cut to one.
    for (query, days) in [
        ("?from=2026-01-01&to=2025-01-01", 1),
        ("?from=1971-01-01&to=2025-01-01", 400),
        ("?from=1900-01-01&to=1901-01-01", 1),
    ] {
        let cut = bench.get("aud", &format!("/trends{query}")).await.answer;
        assert_eq!(cut["days"].as_array().unwrap().len(), days, "{query}");
    }
    for (method, target, body, user, status) in [
        (
            "PUT",
            "/assay/v1/service-levels",
            json!({"critical": -1}),
            "ada",
            400,
        ),
        (
            "PUT",
            "/assay/v1/service-levels",
            json!({"urgent": 1}),
            "ada",
            400,
        ),
        ("PUT", "/assay/v1/service-levels", levels, "aud", 403),
    ] {
        let sent = bench.call(user, "assay", method, target, &body).await;
        assert_eq!(sent.status, status, "{target} {body}: {sent:?}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fixes_are_told_with_what_they_end() {
    let bench = Bench::start().await;
    bench.host("i-1", &[FLASK, JINJA]).await;
    bench.host("i-2", &[FLASK]).await;
    bench.learn(&[Some("2.0"), None]).await;
    // One that nobody reads, one that is excluded, and one of which something is not known.
    for (id, more) in [
        ("i-7", json!({})),
        ("i-8", json!({"tags": {"InspectorEc2Exclusion": ""}})),
    ] {
        let mut resource = json!({"type": "host", "id": id});
        resource["tags"] = more["tags"].clone();
        let body = json!({ "resource": resource });
        let told = bench
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(told.status, 200, "{told:?}");
    }
    let body = json!({"resource": {"type": "host", "id": "i-9"},
        "inventory": {"schema": "assay.inventory/1", "packages": [], "artifact": {}},
        "problem": {"reason": "ACCESS_DENIED", "message": "one of its disks cannot be read"}});
    let told = bench
        .call("bot", "assay", "POST", "/assay/v1/resources", &body)
        .await;
    assert_eq!(told.status, 200, "{told:?}");
    bench.work().await;
    let fixes = bench.get("aud", "/fixes?sortBy=all").await;
    assert_eq!(
        fixes.answer,
        json!({
            "fixes": [{
                "ecosystem": "PyPI",
                "name": "flask",
                "version": "2.0",
                "findings": {"all": 2, "critical": 0, "high": 2, "medium": 0, "low": 0, "informational": 0, "untriaged": 0},
                "resources": 2,
                "installed": [{"name": "flask", "version": "1.5"}],
            }],
            "gaps": {"notAssessed": 2, "assessedInPart": 1},
            "nextToken": null,
        })
    );
    bench.learn(&[Some("2.0"), Some("3.0")]).await;
    let first = bench.get("aud", "/fixes?sortBy=all&maxResults=1").await.answer;
    assert_eq!(first["fixes"][0]["name"], "flask");
    let token = first["nextToken"].as_str().unwrap();
    let second = bench
        .get(
            "aud",
            &format!("/fixes?sortBy=all&maxResults=1&nextToken={token}"),
        )
        .await
        .answer;
    assert_eq!(
        (&second["fixes"][0]["name"], &second["nextToken"]),
        (&json!("jinja2"), &Value::Null)
    );
    let none = bench.get("aud", "/fixes?resourceType=AWS_LAMBDA_FUNCTION").await;
    assert_eq!(none.answer["fixes"], json!([]));
    assert_eq!(bench.get("eve", "/fixes").await.answer["fixes"], json!([]));
    assert_eq!(bench.get("bot", "/fixes").await.status, 403);
    bench.stop().await;
}

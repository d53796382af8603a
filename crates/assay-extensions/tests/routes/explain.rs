//! Why there is a finding, and why there is none.

use serde_json::{Value, json};

use crate::bench::{Bench, escaped};

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_explained_down_to_the_file() {
    let bench = Bench::start().await;
    let pushed = bench.host("i-1", &["pkg:pypi/jinja2@2.0"]).await;
    let rule = json!({
        "name": "later", "action": "SUPPRESS", "reason": "next sprint",
        "filterCriteria": {"severity": [{"comparison": "EQUALS", "value": "HIGH"}]},
    });
    bench
        .call("ada", "inspector2", "POST", "/filters/create", &rule)
        .await;
    let (_, status, arn) = bench.findings().await.remove(0);
    assert_eq!(status, "SUPPRESSED");
    let told = bench
        .get("aud", &format!("/explain?finding={}", escaped(&arn)))
        .await;
    assert_eq!(told.status, 200, "{told:?}");
    let told = told.answer;
    assert_eq!(told["verdict"], "AFFECTED");
    assert_eq!(told["inventory"], pushed["inventory"]["digest"]);
    assert_eq!(told["finding"]["arn"], arn.as_str());
    assert_eq!(told["finding"]["suppressedBy"]["reason"], "next sprint");
    let package = &told["packages"][0];
    assert_eq!(package["package"], "pkg:pypi/jinja2@2.0");
    assert_eq!(package["fixedIn"], "2.3");
    assert_eq!(package["severity"], json!({"source": "ghsa", "severity": "high"}));
    assert_eq!(
        package["statements"],
        json!([{
            "advisory": "CVE-2024-2", "source": "ghsa", "package": "PyPI jinja2", "version": "2.0",
            "range": ">= 1.0, < 2.3", "word": "affected", "status": "affected", "fixedIn": "2.3",
        }])
    );
    assert_eq!(package["evidence"][0]["path"], "opt/app/requirements.txt");
    // Of a closed one, by the inventory that had it.
    bench.host("i-1", &["pkg:pypi/jinja2@3.0"]).await;
    let told = bench
        .get("aud", &format!("/explain?finding={}", escaped(&arn)))
        .await
        .answer;
    assert_eq!(told["finding"]["status"], "CLOSED");
    assert_eq!(told["packages"][0]["installed"], "2.0");
    for (user, target, status) in [
        ("eve", format!("/explain?finding={}", escaped(&arn)), 404),
        ("aud", "/explain?finding=x".to_owned(), 400),
        ("aud", "/explain".to_owned(), 400),
        ("bot", format!("/explain?finding={}", escaped(&arn)), 403),
    ] {
        assert_eq!(bench.get(user, &target).await.status, status, "{user} {target}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_explained() {
    let bench = Bench::start().await;
    bench
        .host("i-1", &["pkg:pypi/jinja2@3.0", "pkg:pypi/flask@2.0"])
        .await;
    assert_eq!(bench.get_pushed("i-2", None).await.status, 200);
    for (id, vulnerability, verdict, range) in [
        ("i-1", "CVE-2024-2", "OUTSIDE_RANGE", json!(">= 1.0, < 2.3")),
        ("i-1", "CVE-2024-1", "AFFECTED", json!(">= 1.0")),
        ("i-1", "cve-2024-1", "AFFECTED", json!(">= 1.0")),
        ("i-1", "CVE-1999-1", "UNKNOWN_VULNERABILITY", Value::Null),
        ("i-2", "CVE-2024-1", "NOT_ASSESSED", Value::Null),
    ] {
        let told = bench
            .get(
                "aud",
                &format!("/explain/resource?id={id}&vulnerability={vulnerability}"),
            )
            .await;
        assert_eq!(told.status, 200, "{told:?}");
        assert_eq!(
            told.answer["verdict"], verdict,
            "{id} {vulnerability}: {}",
            told.answer
        );
        assert_eq!(told.answer["packages"][0]["statements"][0]["range"], range);
        assert_eq!(told.answer["finding"].is_null(), verdict != "AFFECTED");
    }
    bench.host("i-3", &["pkg:pypi/six@1"]).await;
    let told = bench
        .get("aud", "/explain/resource?id=i-3&vulnerability=CVE-2024-1")
        .await;
    assert_eq!(told.answer["verdict"], "NOT_INSTALLED");
    let told = bench
        .get("aud", "/explain/resource?id=i-9&vulnerability=CVE-2024-1")
        .await;
    assert_eq!(told.status, 404);
    bench.stop().await;
}

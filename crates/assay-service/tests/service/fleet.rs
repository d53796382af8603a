//! What is promised of many: resources without limit, regions that know nothing of each other, every call in the log.

use serde_json::{Value, json};

use crate::{
    bench::{Bench, OWN, REGION, both, boto3},
    promises::ask,
};

const FLASK: &str = "pkg:pypi/flask@2.0.0";
const JINJA: &str = "pkg:pypi/jinja2@2.1.0";

/// How many hosts: a page and some more, or `$ASSAY_FLEET`.
fn size() -> usize {
    let asked = std::env::var("ASSAY_FLEET").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(250)
}

/// Every item of a list, page by page.
fn all(bench: &Bench, operation: &str, member: &str, arguments: &Value) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    let mut arguments = arguments.clone();
    loop {
        let mut page = ask(bench, "aud", operation, arguments.clone())?.unwrap();
        items.extend(page[member].as_array().unwrap().iter().cloned());
        match page["nextToken"].take() {
            Value::Null => return Some(items),
            token => arguments["nextToken"] = token,
        }
    }
}

// F5, F11: however many hosts, all are covered and all have their findings, each with a score and what it is made of.
both!(a_fleet_is_covered_whole, |bench| {
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    bench.database.enable(scope, &["EC2"], 0).await.unwrap();
    for number in 0..size() {
        let packages: &[&str] = if number % 2 == 0 {
            &[FLASK, JINJA]
        } else {
            &[FLASK]
        };
        bench.host(OWN, &format!("i-{number:017x}"), packages).await;
    }
    let Some(coverage) = all(&bench, "list_coverage", "coveredResources", &json!({})) else {
        return;
    };
    assert_eq!(coverage.len(), size());
    for covered in &coverage {
        let status = (
            &covered["scanStatus"]["statusCode"],
            &covered["scanStatus"]["reason"],
        );
        assert_eq!(status, (&json!("ACTIVE"), &json!("SUCCESSFUL")), "{covered}");
    }
    let findings = all(&bench, "list_findings", "findings", &json!({"maxResults": 100})).unwrap();
    assert_eq!(findings.len(), size() + size().div_ceil(2));
    let mut arns: Vec<&str> = findings
        .iter()
        .map(|finding| finding["findingArn"].as_str().unwrap())
        .collect();
    arns.sort_unstable();
    arns.dedup();
    assert_eq!(arns.len(), findings.len(), "none comes twice");
    for finding in &findings {
        let has_scores = finding["packageVulnerabilityDetails"]["cvss"] != json!([]);
        assert!(!has_scores || finding["inspectorScore"].is_number(), "{finding}");
        assert!(
            !has_scores || finding["inspectorScoreDetails"]["adjustedCvss"].is_object(),
            "{finding}"
        );
    }
    bench.stop().await;
});

// F24: what is in one region is not in another, and ARNs say which.
both!(regions_are_apart, |bench| {
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    bench.database.enable(scope, &["EC2"], 0).await.unwrap();
    bench.host(OWN, "i-0123456789abcdef0", &[JINJA]).await;
    let there = |operation: &str, arguments: Value| {
        let mut call = bench.call("ada", operation, arguments);
        call["region"] = "us-east-1".into();
        boto3(&bench, &call)
    };
    let filter = json!({"name": "one", "action": "SUPPRESS",
        "filterCriteria": {"severity": [{"comparison": "EQUALS", "value": "LOW"}]}});
    let Some(made) = there("create_filter", filter.clone()) else {
        return;
    };
    let arn = made["answer"]["arn"].as_str().unwrap();
    assert!(
        arn.starts_with(&format!("arn:aws:inspector2:us-east-1:{OWN}:")),
        "{arn}"
    );
    assert_eq!(
        there("list_findings", json!({})).unwrap()["answer"]["findings"],
        json!([])
    );
    let status = there("batch_get_account_status", json!({})).unwrap();
    assert_eq!(status["answer"]["accounts"][0]["state"]["status"], "DISABLED");
    let here = ask(&bench, "ada", "list_findings", json!({})).unwrap().unwrap();
    let arn = here["findings"][0]["findingArn"].as_str().unwrap();
    assert!(
        arn.starts_with(&format!("arn:aws:inspector2:{REGION}:{OWN}:finding/")),
        "{arn}"
    );
    let details = there("batch_get_finding_details", json!({"findingArns": [arn]})).unwrap();
    assert_eq!(details["answer"]["findingDetails"], json!([]), "{details}");
    // The same name is free here.
    assert!(ask(&bench, "ada", "create_filter", filter).unwrap().is_ok());
    bench.stop().await;
});

// F74: every call of a run is in the log, in its order, with who, when, with what and how it ended.
both!(every_call_is_in_the_log, |bench| {
    let calls = [
        ("ada", "enable", json!({"resourceTypes": ["EC2"]}), "Enable", ""),
        (
            "aud",
            "list_findings",
            json!({"maxResults": 7}),
            "ListFindings",
            "",
        ),
        ("aud", "list_coverage", json!({}), "ListCoverage", ""),
        (
            "aud",
            "disable",
            json!({"resourceTypes": ["EC2"]}),
            "Disable",
            "AccessDeniedException",
        ),
        (
            "ada",
            "delete_filter",
            json!({"arn": format!("arn:aws:inspector2:{REGION}:{OWN}:owner/{OWN}/filter/0123456789abcdef")}),
            "DeleteFilter",
            "ResourceNotFoundException",
        ),
    ];
    for (user, operation, arguments, _, _) in &calls {
        if ask(&bench, user, operation, arguments.clone()).is_none() {
            return;
        }
    }
    bench.calls.flush().await;
    let filter = assay_store::CallFilter::default();
    let mut kept = bench.database.calls(OWN, &filter, None, 100).await.unwrap();
    kept.reverse();
    assert_eq!(kept.len(), calls.len());
    for (call, (user, _, arguments, name, fault)) in kept.iter().zip(&calls) {
        let told = (
            call.person.as_str(),
            call.operation.as_str(),
            call.outcome.as_str(),
        );
        assert_eq!(told, (*user, *name, *fault));
        let record: Value = serde_json::from_str(&call.record).unwrap();
        assert_eq!(record["eventName"], *name, "{record}");
        assert_eq!(record["eventSource"], "inspector2.amazonaws.com");
        assert_eq!(record["awsRegion"], REGION);
        assert_eq!(record["userIdentity"]["accountId"], OWN);
        assert_eq!(record["userIdentity"]["userName"], *user);
        assert!(record["eventTime"].as_str().unwrap().ends_with('Z'), "{record}");
        assert_eq!(record["sourceIPAddress"], "127.0.0.1");
        for (parameter, value) in arguments.as_object().unwrap() {
            assert_eq!(&record["requestParameters"][parameter], value, "{record}");
        }
        assert!(
            !call.record.contains("Signature="),
            "what proves a caller is not kept"
        );
    }
    bench.stop().await;
});

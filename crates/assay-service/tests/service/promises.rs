//! What is promised, each held by a stock boto3.

use assay_api_model::{Enumeration, inspector2 as api};
use serde_json::{Value, json};

use crate::bench::{ADMINISTRATOR, Bench, MEMBER, OWN, both, boto3};

pub(crate) const HOST: &str = "i-0123456789abcdef0";
const FLASK: &str = "pkg:pypi/flask@2.0.0";
const JINJA: &str = "pkg:pypi/jinja2@2.1.0";
const OPENSSL: &str = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12";

/// The answer to one call, or its fault as text; `None` where there is no boto3.
pub(crate) fn ask(
    bench: &Bench,
    user: &str,
    operation: &str,
    arguments: Value,
) -> Option<Result<Value, String>> {
    outcome(bench, &bench.call(user, operation, arguments))
}

/// The same of a call that was put together already.
pub(crate) fn outcome(bench: &Bench, call: &Value) -> Option<Result<Value, String>> {
    let outcome = boto3(bench, call)?;
    Some(match outcome.get("answer") {
        Some(answer) => Ok(answer.clone()),
        None => Err(format!(
            "{}: {}",
            outcome["fault"].as_str().unwrap(),
            outcome["message"]
        )),
    })
}

macro_rules! ask {
    ($bench:expr, $user:literal, $operation:literal, $arguments:tt) => {
        match ask(&$bench, $user, $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

/// Turns scanning on and pushes a host with three flawed packages.
pub(crate) async fn fill(bench: &Bench) {
    let scope = bench.database.scope(OWN, crate::bench::REGION).await.unwrap();
    bench.database.enable(scope, &["EC2"], 0).await.unwrap();
    bench.host(OWN, HOST, &[FLASK, JINJA, OPENSSL]).await;
}

pub(crate) fn texts<'a>(list: &'a Value, pointer: &str) -> Vec<&'a str> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or("-"))
        .collect()
}

// F19, F20, F21: exploits, fixed versions, EPSS; several scores; whole findings through a stock client.
both!(findings_carry_the_intelligence, |bench| {
    fill(&bench).await;
    let listed = ask!(bench, "aud", "list_findings", {}).unwrap();
    let findings = &listed["findings"];
    let mut ids = texts(findings, "/packageVulnerabilityDetails/vulnerabilityId");
    assert_eq!(ids[0], "CVE-2024-1000", "the worst is first");
    ids.sort_unstable();
    assert_eq!(ids, ["CVE-2024-1000", "CVE-2024-2000", "GHSA-dddd-eeee-ffff"]);
    let flask = &findings[0];
    for (pointer, expected) in [
        ("/severity", json!("HIGH")),
        ("/status", json!("ACTIVE")),
        ("/type", json!("PACKAGE_VULNERABILITY")),
        ("/inspectorScore", json!(9.8)),
        ("/inspectorScoreDetails/adjustedCvss/score", json!(9.8)),
        ("/exploitAvailable", json!("YES")),
        ("/fixAvailable", json!("YES")),
        ("/epss/score", json!(0.9)),
        ("/awsAccountId", json!(OWN)),
        ("/title", json!("CVE-2024-1000 - flask")),
        ("/resources/0/id", json!(HOST)),
        ("/resources/0/tags/team", json!("red")),
        ("/resources/0/details/awsEc2Instance/platform", json!("DEBIAN_12")),
        ("/packageVulnerabilityDetails/source", json!("NVD")),
        ("/packageVulnerabilityDetails/vendorSeverity", json!("CRITICAL")),
        (
            "/packageVulnerabilityDetails/vulnerablePackages/0/fixedInVersion",
            json!("2.3.0"),
        ),
        (
            "/packageVulnerabilityDetails/vulnerablePackages/0/filePath",
            json!("opt/app/requirements.txt"),
        ),
        (
            "/packageVulnerabilityDetails/vulnerablePackages/0/packageManager",
            json!("PIP"),
        ),
    ] {
        assert_eq!(flask.pointer(pointer), Some(&expected), "{pointer}: {flask}");
    }
    let scores = &flask["packageVulnerabilityDetails"]["cvss"];
    let mut versions = texts(scores, "/version");
    versions.sort_unstable();
    assert_eq!(versions, ["2.0", "3.1", "3.1"]);
    let mut sources = texts(scores, "/source");
    sources.sort_unstable();
    assert_eq!(sources, ["GITHUB", "NVD", "NVD"]);

    let arn = flask["findingArn"].as_str().unwrap();
    let forged = format!(
        "{}{}",
        &arn[..arn.len() - 1],
        if arn.ends_with('0') { "1" } else { "0" }
    );
    let details = ask!(bench, "ada", "batch_get_finding_details", {"findingArns": [arn, forged]}).unwrap();
    let detail = &details["findingDetails"][0];
    assert_eq!(detail["findingArn"], arn);
    assert_eq!(detail["cwes"], json!(["CWE-94"]));
    assert_eq!(detail["epssScore"], 0.9);
    assert!(
        detail["cisaData"]["dateAdded"]
            .as_str()
            .unwrap()
            .starts_with("2024-03-01")
    );
    assert_eq!(details["errors"][0]["errorCode"], "FINDING_DETAILS_NOT_FOUND");
    assert_eq!(details["errors"][0]["findingArn"], forged);

    let found = ask!(bench, "ada", "search_vulnerabilities",
        {"filterCriteria": {"vulnerabilityIds": ["CVE-2024-1000"]}})
    .unwrap();
    assert_eq!(found["vulnerabilities"][0]["cvss3"]["baseScore"], 9.8);
    assert_eq!(
        found["vulnerabilities"][0]["detectionPlatforms"],
        json!(["PYTHON"])
    );
    bench.stop().await;
});

// Filters and sorting see what answers show; names of findings are asked for like any other.
both!(filters_agree_with_answers, |bench| {
    fill(&bench).await;
    let listed = ask!(bench, "ada", "list_findings", {}).unwrap();
    let first = listed["findings"][0].clone();
    let arn = first["findingArn"].as_str().unwrap().to_owned();
    let stem = arn[..arn.len() - 32].to_owned();
    let test = |comparison: &str, value: &str| json!([{"comparison": comparison, "value": value}]);
    for (name, criteria, expected) in [
        (
            "score",
            json!({"inspectorScore": [{"lowerInclusive": 9.8, "upperInclusive": 9.8}]}),
            1,
        ),
        (
            "source",
            json!({"vulnerabilitySource": test("EQUALS", "DEBIAN_CVE")}),
            1,
        ),
        (
            "word",
            json!({"vendorSeverity": test("EQUALS", "not yet assigned")}),
            1,
        ),
        ("fix", json!({"fixAvailable": test("EQUALS", "NO")}), 1),
        ("epss", json!({"epssScore": [{"lowerInclusive": 0.5}]}), 1),
        (
            "tag",
            json!({"resourceTags": [{"comparison": "EQUALS", "key": "team", "value": "red"}]}),
            3,
        ),
        ("name", json!({"findingArn": test("EQUALS", &arn)}), 1),
        ("not the name", json!({"findingArn": test("NOT_EQUALS", &arn)}), 2),
        ("all names", json!({"findingArn": test("PREFIX", "arn:aws:")}), 3),
        (
            "all names of the account",
            json!({"findingArn": test("PREFIX", &stem)}),
            3,
        ),
        (
            "names elsewhere",
            json!({"findingArn": test("PREFIX", "arn:aws-cn:")}),
            0,
        ),
        ("no name", json!({"findingArn": test("EQUALS", "arn")}), 0),
    ] {
        let found = ask!(bench, "ada", "list_findings", {"filterCriteria": criteria}).unwrap();
        assert_eq!(found["findings"].as_array().unwrap().len(), expected, "{name}");
    }
    let within = format!("{stem}0");
    let refused = ask!(bench, "ada", "list_findings", {"filterCriteria": {"findingArn": [
        {"comparison": "PREFIX", "value": within}]}});
    let refused = refused.unwrap_err();
    assert!(
        refused.starts_with("ValidationException: \"filterCriteria.findingArn[0].value"),
        "{refused}"
    );

    for (field, order, expected) in [
        ("SEVERITY", "DESC", "CVE-2024-1000"),
        ("INSPECTOR_SCORE", "DESC", "CVE-2024-1000"),
        ("VULNERABILITY_ID", "DESC", "GHSA-dddd-eeee-ffff"),
        ("VULNERABILITY_SOURCE", "ASC", "CVE-2024-2000"),
        ("EPSS_SCORE", "DESC", "CVE-2024-1000"),
        ("UPDATED_AT", "ASC", ""),
    ] {
        let criteria = json!({"field": field, "sortOrder": order});
        let mut call = bench.call(
            "ada",
            "list_findings",
            json!({"sortCriteria": criteria, "maxResults": 1}),
        );
        call["paginate"] = json!("findings");
        let Some(mut outcome) = boto3(&bench, &call) else {
            return;
        };
        let pages = outcome["answer"].take();
        assert_eq!(pages.as_array().unwrap().len(), 3, "{field}");
        let id = pages[0][0]["packageVulnerabilityDetails"]["vulnerabilityId"].as_str();
        assert!(id.unwrap().starts_with(expected), "{field}: {id:?}");
    }
    bench.stop().await;
});

// F46: code of functions is never scanned alone. F77, F78: all or each is turned off, nothing is suspended.
both!(activation, |bench| {
    let refused = ask!(bench, "ada", "enable", {"resourceTypes": ["LAMBDA_CODE"]}).unwrap_err();
    assert!(refused.starts_with("ValidationException"), "{refused}");
    let both = ask!(bench, "ada", "enable", {"resourceTypes": ["LAMBDA", "LAMBDA_CODE", "EC2"]}).unwrap();
    let account = &both["accounts"][0];
    assert_eq!(account["status"], "ENABLED");
    assert_eq!(account["resourceStatus"]["lambdaCode"], "ENABLED");
    assert_eq!(account["resourceStatus"]["ecr"], "DISABLED");
    let less = ask!(bench, "ada", "disable", {"resourceTypes": ["LAMBDA"]}).unwrap();
    let left = &less["accounts"][0]["resourceStatus"];
    assert_eq!(
        (&left["lambda"], &left["lambdaCode"]),
        (&json!("DISABLED"), &json!("DISABLED"))
    );
    assert_eq!(left["ec2"], "ENABLED");
    let alone = ask!(bench, "ada", "enable", {"resourceTypes": ["LAMBDA"]});
    let code = ask!(bench, "ada", "enable", {"resourceTypes": ["LAMBDA_CODE"]});
    assert!(alone.is_ok() && code.is_ok(), "standard scanning is on: {code:?}");
    let status = ask!(bench, "aud", "batch_get_account_status", {}).unwrap();
    assert_eq!(
        status["accounts"][0]["resourceState"]["lambdaCode"]["status"],
        "ENABLED"
    );
    let off = ask!(bench, "ada", "disable", {}).unwrap();
    let off = &off["accounts"][0];
    assert_eq!(off["status"], "DISABLED");
    assert!(!off.to_string().contains("ENABLED"), "{off}");
    let status = ask!(bench, "aud", "batch_get_account_status", {}).unwrap();
    assert_eq!(status["accounts"][0]["state"]["status"], "DISABLED");
    assert!(!status.to_string().contains("SUSPEND"), "{status}");
    let permissions = ask!(bench, "ada", "list_account_permissions", {"service": "ECR"}).unwrap();
    assert_eq!(permissions["permissions"].as_array().unwrap().len(), 4);
    let permissions = ask!(bench, "aud", "list_account_permissions", {}).unwrap();
    assert_eq!(permissions["permissions"], json!([]));
    bench.stop().await;
});

// Whose accounts are whose: strangers fail one by one, members are a delegated administrator's.
both!(accounts_of_others, |bench| {
    let all = json!([OWN, ADMINISTRATOR, MEMBER, "999999999999"]);
    let enabled = ask!(bench, "dora", "enable", {"accountIds": all, "resourceTypes": ["EC2"]}).unwrap();
    assert_eq!(texts(&enabled["accounts"], "/accountId"), [ADMINISTRATOR, MEMBER]);
    assert_eq!(
        texts(&enabled["failedAccounts"], "/errorCode"),
        ["ACCESS_DENIED", "ACCESS_DENIED"]
    );
    let status =
        ask!(bench, "mia", "batch_get_account_status", {"accountIds": [ADMINISTRATOR, MEMBER]}).unwrap();
    assert_eq!(status["accounts"][0]["state"]["status"], "ENABLED");
    assert_eq!(texts(&status["failedAccounts"], "/errorCode"), ["ACCESS_DENIED"]);

    bench.host(MEMBER, HOST, &[FLASK]).await;
    for (user, expected) in [("ada", 0), ("mia", 1), ("dora", 1)] {
        let call = bench.call(user, "list_findings", json!({}));
        let Some(mut outcome) = boto3(&bench, &call) else {
            return;
        };
        let found = outcome["answer"]["findings"].take();
        assert_eq!(found.as_array().unwrap().len(), expected, "{user}");
    }

    let ninety = json!({"rescanDuration": "DAYS_90", "pullDateRescanDuration": "DAYS_90",
        "pullDateRescanMode": "LAST_PULL_DATE", "status": "SUCCESS"});
    let first = ask!(bench, "mia", "get_configuration", {}).unwrap();
    assert_eq!(first["ecrConfiguration"]["rescanDurationState"], ninety);
    let denied = ask!(bench, "mia", "update_configuration", {"ec2Configuration": {"scanMode": "EC2_HYBRID"}});
    assert!(denied.unwrap_err().starts_with("AccessDeniedException"));
    for duration in ["DAYS_14", "DAYS_30", "DAYS_60", "DAYS_180", "LIFETIME"] {
        ask!(bench, "dora", "update_configuration", {"ecrConfiguration": {"rescanDuration": duration},
            "ec2Configuration": {"scanMode": "EC2_HYBRID"}})
        .unwrap();
        let told = ask!(bench, "mia", "get_configuration", {}).unwrap();
        assert_eq!(
            told["ecrConfiguration"]["rescanDurationState"]["rescanDuration"],
            duration
        );
        assert_eq!(
            told["ec2Configuration"]["scanModeState"]["scanMode"],
            "EC2_HYBRID"
        );
    }
    let own = json!({"accountId": MEMBER, "ec2Configuration": {"scanMode": "EC2_SSM_AGENT_BASED"}});
    let inherit = json!({"accountId": MEMBER,
        "updateConfigurationInheritance": {"ec2Configuration": "INHERIT_FROM_ADMIN"}});
    for (change, expected) in [(own, "EC2_SSM_AGENT_BASED"), (inherit, "EC2_HYBRID")] {
        ask!(bench, "dora", "update_configuration", change).unwrap();
        let told = ask!(bench, "mia", "get_configuration", {}).unwrap();
        assert_eq!(told["ec2Configuration"]["scanModeState"]["scanMode"], expected);
    }
    let strangers = ask!(bench, "ada", "get_configuration", {"accountId": MEMBER}).unwrap_err();
    assert!(strangers.starts_with("AccessDeniedException"), "{strangers}");
    bench.stop().await;
});

// F54: rules suppress what is there and what comes, and give it back when they go.
both!(suppression, |bench| {
    fill(&bench).await;
    let rule = json!({"name": "flask", "action": "SUPPRESS", "reason": "behind a wall", "tags": {"team": "red"},
        "filterCriteria": {"vulnerabilityId": [{"comparison": "EQUALS", "value": "CVE-2024-1000"}]}});
    let created = ask!(bench, "ada", "create_filter", rule).unwrap();
    let arn = created["arn"].as_str().unwrap().to_owned();
    let again = ask!(bench, "ada", "create_filter", rule).unwrap_err();
    assert!(again.starts_with("BadRequestException"), "{again}");
    let suppressed = json!({"filterCriteria": {"findingStatus": [
        {"comparison": "EQUALS", "value": "SUPPRESSED"}]}});
    let found = ask!(bench, "ada", "list_findings", suppressed).unwrap();
    assert_eq!(found["findings"].as_array().unwrap().len(), 1);
    bench.host(OWN, "i-0cccccccccccccccc", &[FLASK]).await;
    let found = ask!(bench, "ada", "list_findings", suppressed).unwrap();
    assert_eq!(found["findings"].as_array().unwrap().len(), 2);

    let listed = ask!(bench, "aud", "list_filters", {"action": "SUPPRESS", "arns": [arn]}).unwrap();
    let listed = &listed["filters"][0];
    assert_eq!(
        (&listed["name"], &listed["reason"]),
        (&json!("flask"), &json!("behind a wall"))
    );
    assert_eq!(listed["criteria"], rule["filterCriteria"]);
    assert_eq!(listed["tags"], json!({"team": "red"}));
    ask!(bench, "ada", "tag_resource", {"resourceArn": arn, "tags": {"a": "b", "team": "blue"}}).unwrap();
    ask!(bench, "ada", "untag_resource", {"resourceArn": arn, "tagKeys": ["a"]}).unwrap();
    let tags = ask!(bench, "ada", "list_tags_for_resource", {"resourceArn": arn}).unwrap();
    assert_eq!(tags["tags"], json!({"team": "blue"}));
    let unknown =
        ask!(bench, "ada", "list_tags_for_resource", {"resourceArn": format!("{arn}0")}).unwrap_err();
    assert!(unknown.starts_with("ResourceNotFoundException"), "{unknown}");
    let strangers = ask!(bench, "mia", "delete_filter", {"arn": arn}).unwrap_err();
    assert!(strangers.starts_with("ResourceNotFoundException"), "{strangers}");

    ask!(bench, "ada", "update_filter", {"filterArn": arn, "name": "renamed", "filterCriteria": {"title": [
        {"comparison": "PREFIX", "value": "nothing"}]}})
    .unwrap();
    let found = ask!(bench, "ada", "list_findings", suppressed).unwrap();
    assert_eq!(found["findings"], json!([]));
    ask!(bench, "ada", "update_filter", {"filterArn": arn, "filterCriteria": rule["filterCriteria"]})
        .unwrap();
    let found = ask!(bench, "ada", "list_findings", suppressed).unwrap();
    assert_eq!(found["findings"].as_array().unwrap().len(), 2);
    ask!(bench, "ada", "delete_filter", {"arn": arn}).unwrap();
    let found = ask!(bench, "ada", "list_findings", suppressed).unwrap();
    assert_eq!(found["findings"], json!([]));
    let gone = ask!(bench, "ada", "delete_filter", {"arn": arn}).unwrap_err();
    assert!(gone.starts_with("ResourceNotFoundException"), "{gone}");
    bench.stop().await;
});

// F53: the severity of a finding that nobody but scores judge is the band of one of these.
both!(severities_follow_scores, |bench| {
    fill(&bench).await;
    let listed = ask!(bench, "ada", "list_findings", {}).unwrap();
    let flask = &listed["findings"][0];
    let scores = flask["packageVulnerabilityDetails"]["cvss"]
        .as_array()
        .unwrap()
        .iter();
    let bands: Vec<&str> = scores
        .filter_map(|score| score["baseScore"].as_f64())
        .map(|score| assay_inspector::severity_of_score(score).as_str())
        .collect();
    assert!(bands.contains(&flask["severity"].as_str().unwrap()), "{flask}");
    let untriaged = listed["findings"].as_array().unwrap().iter().skip(1);
    for finding in untriaged {
        assert_eq!(
            (&finding["severity"], finding.get("inspectorScore")),
            (&json!("UNTRIAGED"), None)
        );
    }
    bench.stop().await;
});

// Calls are kept for whoever asks later, with who made them and what came of it; closed findings stay listed.
both!(calls_are_kept_and_time_passes, |bench| {
    fill(&bench).await;
    bench.pass(3600);
    bench.host(OWN, HOST, &[JINJA]).await;
    let listed = bench.send("ada", "POST", "/findings/list", "{}").await;
    assert_eq!((listed.status, &listed.fault), (200, &None));
    let mut statuses = texts(&listed.answer["findings"], "/status");
    statuses.sort_unstable();
    assert_eq!(statuses, ["ACTIVE", "CLOSED", "CLOSED"]);
    let denied = bench.send("aud", "POST", "/disable", "{}").await;
    assert_eq!(
        (denied.status, denied.fault.as_deref()),
        (403, Some("AccessDeniedException"))
    );
    let stranger = bench.send("dan", "POST", "/findings/list", "{}").await;
    assert_eq!(stranger.status, 403, "whoever is not let in is not let in");
    bench.calls.flush().await;
    let filter = assay_store::CallFilter::default();
    let calls = bench.database.calls(OWN, &filter, None, 10).await.unwrap();
    let told: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call.person.as_str(),
                call.operation.as_str(),
                call.outcome.as_str(),
            )
        })
        .collect();
    assert!(told.contains(&("ada", "ListFindings", "")), "{told:?}");
    assert!(
        told.contains(&("aud", "Disable", "AccessDeniedException")),
        "{told:?}"
    );
    bench.stop().await;
});

// F67: a bill of materials is scanned for whoever never turned anything on, in each of the three forms.
both!(bills_of_materials_are_scanned_for_anybody, |bench| {
    let sbom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
        {"bom-ref": "1", "type": "library", "name": "flask", "version": "2.0.0", "purl": FLASK}]});
    for format in ["CYCLONE_DX_1_5", "INSPECTOR", "INSPECTOR_ALT"] {
        let arguments = json!({"sbom": sbom, "outputFormat": format});
        let mut call = bench.call("aud", "scan_sbom", arguments);
        call["service"] = json!("inspector-scan");
        let Some(outcome) = boto3(&bench, &call) else {
            return;
        };
        let answer = outcome["answer"].to_string();
        assert!(answer.contains("CVE-2024-1000"), "{format}: {outcome}");
    }
    let mut call = bench.call("aud", "scan_sbom", json!({"sbom": {"bomFormat": "SPDX"}}));
    call["service"] = json!("inspector-scan");
    let Some(outcome) = boto3(&bench, &call) else {
        return;
    };
    assert_eq!(outcome["fault"], "ValidationException", "{outcome}");
    assert_eq!(outcome["fields"][0]["name"], "sbom.bomFormat", "{outcome}");
    bench.stop().await;
});

// Every order of the model and our own gives all findings, page by page, each once.
both!(every_order_gives_every_finding_once, |bench| {
    fill(&bench).await;
    bench.host(OWN, "i-0cccccccccccccccc", &[FLASK, JINJA]).await;
    let fields = <api::SortField as Enumeration>::VALUES.iter().copied();
    for field in fields.chain(["UPDATED_AT"]) {
        for order in ["ASC", "DESC"] {
            let mut seen = Vec::new();
            let mut token = Value::Null;
            loop {
                let request = json!({"maxResults": 2, "nextToken": token,
                    "sortCriteria": {"field": field, "sortOrder": order}});
                let page = bench
                    .send("ada", "POST", "/findings/list", &request.to_string())
                    .await;
                assert_eq!(page.status, 200, "{field}: {page:?}");
                let arns = texts(&page.answer["findings"], "/findingArn").into_iter();
                seen.extend(arns.map(str::to_owned));
                token = page.answer["nextToken"].clone();
                if token.is_null() {
                    break;
                }
            }
            assert_eq!(seen.len(), 5, "{field} {order}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 5, "{field} {order}");
        }
    }
    let other = json!({"sortCriteria": {"field": "SOMETHING", "sortOrder": "ASC"}});
    let refused = bench
        .send("ada", "POST", "/findings/list", &other.to_string())
        .await;
    assert_eq!(refused.fault.as_deref(), Some("ValidationException"));
    bench.stop().await;
});

//! Who gets what of others: every operation, called about things of the organisation by strangers and by its own.
//!
//! The rows are held against the operations that there are, so that none is forgotten. A stranger, who administers another
//! organisation, names the things of this one; a member names those of its administrator; its auditor and its agent ask for
//! what any account may have. Whoever signs nothing is refused everything.

use assay_api_model::{Service, inspector_scan, inspector2};
use assay_service::operations;
use serde_json::{Value, json};

use crate::{
    bench::{ADMINISTRATOR, Bench, MANAGEMENT, MEMBER, ORGANIZATION, OTHER_ADMINISTRATOR, Sent, both},
    walk::request,
};

/// A host of the member.
const HOST: &str = "i-0feedc0de00000001";

/// What nobody but the organisation is told: names, hosts, tags, accounts.
const SECRETS: [&str; 8] = [
    HOST,
    "secret-rule",
    "secret-reason",
    "secret-tag",
    ORGANIZATION,
    MANAGEMENT,
    ADMINISTRATOR,
    MEMBER,
];

/// Each operation with what comes of it for a stranger, a member, its auditor and its agent: `ok`, `failed` in an answer that
/// lists what failed, or the fault. Where an administrator may name others, `about` does so.
const TABLE: &[(&str, &str, [&str; 4])] = &[
    // operation, about; stranger, member, auditor, agent
    (
        "AssociateMember",
        "account",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        "BatchGetAccountStatus",
        "accounts",
        ["failed", "failed", "failed", "denied"],
    ),
    (
        "BatchGetCodeSnippet",
        "findings",
        ["failed", "failed", "failed", "denied"],
    ),
    (
        "BatchGetFindingDetails",
        "findings",
        ["failed", "ok", "ok", "denied"],
    ),
    (
        "BatchGetFreeTrialInfo",
        "trials",
        ["failed", "failed", "failed", "denied"],
    ),
    (
        "BatchGetMemberEc2DeepInspectionStatus",
        "members",
        ["failed", "denied", "denied", "denied"],
    ),
    (
        "BatchUpdateMemberEc2DeepInspectionStatus",
        "inspected-members",
        ["failed", "denied", "denied", "denied"],
    ),
    (
        "CancelFindingsReport",
        "report",
        ["unknown", "unknown", "denied", "denied"],
    ),
    (
        "CancelSbomExport",
        "export",
        ["unknown", "unknown", "denied", "denied"],
    ),
    ("CreateFilter", "rule", ["ok", "denied", "denied", "denied"]),
    (
        "CreateFindingsReport",
        "report-order",
        ["ok", "ok", "denied", "denied"],
    ),
    (
        "CreateSbomExport",
        "export-order",
        ["ok", "ok", "denied", "denied"],
    ),
    (
        "DeleteFilter",
        "filter",
        ["unknown", "unknown", "denied", "denied"],
    ),
    (
        "DescribeOrganizationConfiguration",
        "",
        ["ok", "denied", "denied", "denied"],
    ),
    ("Disable", "accounts", ["failed", "failed", "denied", "denied"]),
    (
        "DisableDelegatedAdminAccount",
        "administrator",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        "DisassociateMember",
        "account",
        ["denied", "denied", "denied", "denied"],
    ),
    ("Enable", "accounts", ["failed", "failed", "denied", "denied"]),
    (
        "EnableDelegatedAdminAccount",
        "administrator",
        ["denied", "denied", "denied", "denied"],
    ),
    ("GetClustersForImage", "image", ["ok", "ok", "ok", "denied"]),
    (
        "GetConfiguration",
        "account",
        ["denied", "denied", "denied", "denied"],
    ),
    ("GetDelegatedAdminAccount", "", ["ok", "ok", "ok", "denied"]),
    (
        "GetEc2DeepInspectionConfiguration",
        "",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        "GetEncryptionKey",
        "scan-type",
        ["unknown", "unknown", "unknown", "denied"],
    ),
    (
        "GetFindingsReportStatus",
        "report",
        ["unknown", "unknown", "unknown", "denied"],
    ),
    ("GetMember", "account", ["unknown", "denied", "denied", "denied"]),
    (
        "GetOnDemandScanStatus",
        "scan",
        ["unknown", "unknown", "unknown", "denied"],
    ),
    (
        "GetSbomExport",
        "export",
        ["unknown", "unknown", "unknown", "denied"],
    ),
    ("ListAccountPermissions", "", ["ok", "ok", "ok", "denied"]),
    ("ListCoverage", "resources-of", ["ok", "ok", "ok", "denied"]),
    (
        "ListCoverageStatistics",
        "resources-of",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        "ListDelegatedAdminAccounts",
        "",
        ["ok", "denied", "denied", "denied"],
    ),
    ("ListFilters", "filters", ["ok", "ok", "ok", "denied"]),
    (
        "ListFindingAggregations",
        "aggregation",
        ["ok", "ok", "ok", "denied"],
    ),
    ("ListFindings", "findings-of", ["ok", "ok", "ok", "denied"]),
    ("ListMembers", "everybody", ["ok", "denied", "denied", "denied"]),
    ("ListOnDemandScans", "resource", ["ok", "ok", "ok", "denied"]),
    (
        "ListTagsForResource",
        "tags",
        ["unknown", "unknown", "unknown", "denied"],
    ),
    ("ListUsageTotals", "usage", ["ok", "ok", "ok", "denied"]),
    (
        "ResetEncryptionKey",
        "scan-type",
        ["unknown", "denied", "denied", "denied"],
    ),
    ("ScanSbom", "document", ["ok", "ok", "ok", "denied"]),
    (
        "SearchVulnerabilities",
        "vulnerability",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        "StartOnDemandScan",
        "resource",
        ["invalid", "ok", "denied", "denied"],
    ),
    (
        "TagResource",
        "new-tags",
        ["unknown", "unknown", "denied", "denied"],
    ),
    (
        "UntagResource",
        "tag-keys",
        ["unknown", "unknown", "denied", "denied"],
    ),
    (
        "UpdateConfiguration",
        "configuration",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        "UpdateEc2DeepInspectionConfiguration",
        "paths",
        ["ok", "ok", "denied", "denied"],
    ),
    ("UpdateEncryptionKey", "key", ["ok", "denied", "denied", "denied"]),
    (
        "UpdateFilter",
        "new-filter",
        ["unknown", "unknown", "denied", "denied"],
    ),
    (
        "UpdateOrgEc2DeepInspectionConfiguration",
        "paths-of-all",
        ["ok", "denied", "denied", "denied"],
    ),
    (
        "UpdateOrganizationConfiguration",
        "auto-enable",
        ["ok", "denied", "denied", "denied"],
    ),
];

/// Things of the organisation.
struct Things {
    filter: String,
    finding: String,
    report: String,
    export: String,
}

async fn things(bench: &Bench) -> Things {
    let call = async |user: &str, target: &str, body: Value| {
        let sent = bench.send(user, "POST", target, &body.to_string()).await;
        assert_eq!(sent.status, 200, "{target}: {sent:?}");
        sent.answer
    };
    bench.host(MEMBER, HOST, &["pkg:pypi/flask@2.0.0"]).await;
    let rule = json!({"name": "secret-rule", "action": "SUPPRESS", "reason": "secret-reason",
        "tags": {"team": "secret-tag"},
        "filterCriteria": {"title": [{"comparison": "PREFIX", "value": "nothing"}]}});
    let made = call("dora", "/filters/create", rule).await;
    let listed = call("dora", "/findings/list", json!({})).await;
    let to = json!({"bucketName": "reports",
        "kmsKeyArn": "arn:aws:kms:eu-west-1:222233334444:key/01234567-89ab-cdef-0123-456789abcdef"});
    let order = json!({"reportFormat": "CSV", "s3Destination": to});
    let report = call("dora", "/reporting/create", order).await;
    let order = json!({"reportFormat": "SPDX_2_3", "s3Destination": to});
    let export = call("dora", "/sbomexport/create", order).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Things {
        report: text(&report["reportId"]),
        export: text(&export["reportId"]),
        filter: made["arn"].as_str().unwrap().to_owned(),
        finding: listed["findings"][0]["findingArn"].as_str().unwrap().to_owned(),
    }
}

fn document(about: &str, user: &str, things: &Things) -> Value {
    // A member names its administrator, a stranger the member.
    let account = match user {
        "oda" => MEMBER,
        _ => ADMINISTRATOR,
    };
    let is_account = json!([{"comparison": "EQUALS", "value": account}]);
    let to = json!({"bucketName": "reports",
        "kmsKeyArn": "arn:aws:kms:eu-west-1:777788889999:key/01234567-89ab-cdef-0123-456789abcdef"});
    match about {
        "account" => json!({"accountId": account}),
        "accounts" => json!({"accountIds": [account], "resourceTypes": ["EC2"]}),
        "members" => json!({"accountIds": [account]}),
        "inspected-members" => {
            json!({"accountIds": [{"accountId": account, "activateDeepInspection": false}]})
        }
        "paths" => json!({"packagePaths": ["/opt/own"]}),
        "paths-of-all" => json!({"orgPackagePaths": ["/opt/own"]}),
        "administrator" => json!({"delegatedAdminAccountId": account}),
        "auto-enable" => json!({"autoEnable": {"ec2": true, "ecr": true}}),
        "configuration" => json!({"accountId": account, "ec2Configuration": {"scanMode": "EC2_HYBRID"}}),
        "aggregation" => json!({"aggregationType": "ACCOUNT", "accountIds": is_account}),
        "usage" | "trials" => json!({"accountIds": [account]}),
        "scan-type" => json!({"scanType": "CODE", "resourceType": "AWS_LAMBDA_FUNCTION"}),
        "key" => json!({"scanType": "CODE", "resourceType": "AWS_LAMBDA_FUNCTION",
            "kmsKeyId": "arn:aws:kms:eu-west-1:777788889999:key/01234567-89ab-cdef-0123-456789abcdef"}),
        "resource" => json!({"resourceId": HOST, "resourceType": "AMI"}),
        "scan" => json!({"resourceId": HOST, "resourceType": "AMI", "scanId": "0".repeat(32)}),
        "image" => json!({"filter": {"resourceId":
            format!("arn:aws:ecr:eu-west-1:{MEMBER}:repository/shop/sha256:{}", "0".repeat(64))}}),
        "report-order" => json!({"reportFormat": "CSV", "s3Destination": to}),
        "export-order" => json!({"reportFormat": "SPDX_2_3", "s3Destination": to}),
        "report" => json!({"reportId": things.report}),
        "export" => json!({"reportId": things.export}),
        "document" => json!({"sbom": {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": []}}),
        "everybody" => json!({"onlyAssociated": false}),
        "filter" => json!({"arn": things.filter}),
        "filters" => json!({"arns": [things.filter]}),
        "findings" => json!({"findingArns": [things.finding]}),
        "new-filter" => json!({"filterArn": things.filter, "name": "mine"}),
        "new-tags" => json!({"resourceArn": things.filter, "tags": {"a": "b"}}),
        "findings-of" => json!({"filterCriteria": {"awsAccountId": is_account}}),
        "resources-of" => json!({"filterCriteria": {"accountId": is_account}}),
        "rule" => json!({"name": "own-rule", "action": "SUPPRESS",
            "filterCriteria": {"findingArn": [{"comparison": "EQUALS", "value": things.finding}]}}),
        "tag-keys" => json!({"resourceArn": things.filter, "tagKeys": ["team"]}),
        "tags" => json!({"resourceArn": things.filter}),
        "vulnerability" => json!({"filterCriteria": {"vulnerabilityIds": ["CVE-2024-1000"]}}),
        _ => json!({}),
    }
}

fn outcome(sent: &Sent) -> &'static str {
    let is_listed = |name: &str| {
        sent.answer[name]
            .as_array()
            .is_some_and(|failed| !failed.is_empty())
    };
    match sent.fault.as_deref() {
        None if is_listed("failedAccounts") || is_listed("failedAccountIds") || is_listed("errors") => {
            "failed"
        }
        None => "ok",
        Some("AccessDeniedException") => "denied",
        Some("ResourceNotFoundException") => "unknown",
        Some("ValidationException") => "invalid",
        Some("ConflictException") => "conflict",
        Some(_) => "another",
    }
}

both!(nobody_gets_what_is_not_theirs, |bench| {
    let things = things(&bench).await;
    let here = operations(bench.service.clone()).unwrap();
    let services: [&Service; 2] = [&inspector2::API, &inspector_scan::API];
    let mut told = Vec::new();
    for service in services {
        let there = service
            .operations
            .iter()
            .filter(|operation| here.has(service, operation));
        for operation in there {
            let row = TABLE.iter().find(|(name, ..)| *name == operation.name);
            let Some((name, about, expected)) = row else {
                panic!(
                    "{} has no row in the table: who may call it about what?",
                    operation.name
                );
            };
            let mut outcomes = Vec::new();
            for user in ["oda", "mia", "max", "bot"] {
                let document = document(about, user, &things);
                let (target, body) = request(operation, &document);
                let method = operation.method.to_string();
                let sent = bench
                    .send_to(service.signing_name, user, &method, &target, &body)
                    .await;
                outcomes.push(outcome(&sent));
                if user == "oda" {
                    let (answer, asked) = (sent.answer.to_string(), document.to_string());
                    for secret in SECRETS {
                        let is_told = answer.contains(secret) && !asked.contains(secret);
                        assert!(!is_told, "{name} tells a stranger of {secret}: {answer}");
                    }
                    // An account of others is no other to a stranger than one that there is not.
                    let nobody = "999999999999";
                    let document: Value = serde_json::from_str(&asked.replace(MEMBER, nobody)).unwrap();
                    let (target, body) = request(operation, &document);
                    let like = bench
                        .send_to(service.signing_name, user, &method, &target, &body)
                        .await;
                    if asked.contains(MEMBER) && *about != "rule" {
                        let expected = like.answer.to_string().replace(nobody, MEMBER);
                        assert_eq!(answer, expected, "{name} tells whether there is an account");
                    }
                }
                let unsigned = bench.send_unsigned(&method, &target, &body).await;
                assert_eq!(unsigned.status, 403, "{name}: {unsigned:?}");
                assert_eq!(
                    unsigned.fault.as_deref(),
                    Some("MissingAuthenticationTokenException"),
                    "{name}"
                );
            }
            if outcomes != expected {
                told.push(format!("{name}: {outcomes:?}, not {expected:?}"));
            }
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    let is_there = |name: &str| {
        services.iter().any(|service| {
            service
                .operations
                .iter()
                .any(|operation| operation.name == name && here.has(service, operation))
        })
    };
    for (name, ..) in TABLE {
        assert!(is_there(name), "{name} has a row and is not there");
    }
    // All is as it was: nobody of these changed anything of the organisation.
    let sent = bench.send("dora", "POST", "/filters/list", "{}").await;
    let filter = &sent.answer["filters"][0];
    assert_eq!(
        (&filter["name"], &filter["tags"]["team"]),
        (&json!("secret-rule"), &json!("secret-tag"))
    );
    let sent = bench.send("dora", "POST", "/findings/list", "{}").await;
    assert_eq!(
        sent.answer["findings"][0]["status"], "ACTIVE",
        "a stranger's rule does not hold"
    );
    let sent = bench.send("dora", "POST", "/members/list", "{}").await;
    assert_eq!(sent.answer["members"][0]["accountId"], MEMBER);
    let sent = bench.send("oda", "POST", "/members/list", "{}").await;
    assert_eq!(
        sent.answer["members"][0]["delegatedAdminAccountId"],
        OTHER_ADMINISTRATOR
    );
    bench.stop().await;
});

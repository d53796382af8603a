//! Who gets what of others by our own routes: every route, called about things of one account by another, by an auditor and an
//! agent of the account itself, and by nobody.
//!
//! The rows are held against the document of the routes, so that none is forgotten.

use serde_json::{Value, json};

use crate::bench::{Bench, OWN, Sent, escaped};

/// A host of the account.
const HOST: &str = "i-0feedc0de00000001";

/// What nobody but the account is told.
const SECRETS: [&str; 4] = [HOST, "secret-rule", OWN, "secret-package"];

/// What comes of a route for a stranger, an auditor and an agent: `ok`, or the status of the refusal.
const TABLE: &[(&str, [&str; 3])] = &[
    // route; stranger, auditor, agent
    ("BackUp", ["403", "403", "403"]),
    ("ChangeResourceState", ["404", "403", "ok"]),
    ("CreateUser", ["ok", "403", "403"]),
    // Whose names are nothing to a stranger.
    ("CreateUserKey", ["404", "403", "403"]),
    ("DeleteUserKey", ["404", "403", "403"]),
    ("EnrolAgent", ["ok", "403", "403"]),
    // Everybody may end their own.
    ("EndSessions", ["ok", "ok", "ok"]),
    ("ExplainFinding", ["404", "ok", "403"]),
    ("ExplainResource", ["404", "ok", "403"]),
    ("ForgetHostAgent", ["404", "403", "403"]),
    ("GetAgentSettings", ["ok", "ok", "ok"]),
    ("GetChangeMark", ["ok", "ok", "403"]),
    ("GetFilterTerms", ["404", "ok", "403"]),
    ("GetFindingHistory", ["404", "ok", "403"]),
    ("GetIntelligence", ["ok", "ok", "403"]),
    ("GetNetwork", ["ok", "ok", "403"]),
    ("GetReport", ["404", "ok", "403"]),
    // Nobody has made its files yet.
    ("GetReportFile", ["404", "404", "403"]),
    ("GetResource", ["404", "ok", "403"]),
    ("GetResourceBill", ["404", "ok", "403"]),
    ("GetSbomScans", ["ok", "ok", "403"]),
    ("GetServiceLevels", ["ok", "ok", "403"]),
    ("GetTrends", ["ok", "ok", "403"]),
    ("ListAccounts", ["ok", "ok", "403"]),
    ("ListCalls", ["ok", "ok", "403"]),
    ("ListChanges", ["ok", "ok", "403"]),
    ("ListFixes", ["ok", "ok", "403"]),
    ("ListReports", ["ok", "ok", "403"]),
    ("ListResourcePackages", ["404", "ok", "403"]),
    ("ListResources", ["ok", "ok", "403"]),
    ("ListSuppressionRules", ["ok", "ok", "403"]),
    ("ListUsers", ["ok", "403", "403"]),
    // Auditors have nothing to push.
    ("ListWantedResources", ["ok", "403", "ok"]),
    ("NotePulls", ["ok", "403", "ok"]),
    ("PreviewSuppression", ["ok", "ok", "403"]),
    ("PushResource", ["ok", "403", "ok"]),
    // Keys that do not end so have nothing to renew.
    ("RenewSession", ["403", "403", "403"]),
    // Only agents of hosts have keys of their own, which they rotate.
    ("RotateAgentKey", ["403", "403", "403"]),
    ("SetAgentSettings", ["ok", "403", "403"]),
    ("SetFilterTerms", ["404", "403", "403"]),
    ("SetServiceLevels", ["ok", "403", "403"]),
    ("SetUser", ["404", "403", "403"]),
    ("SetUserKey", ["404", "403", "403"]),
    ("SetUserPassword", ["404", "403", "403"]),
    ("TellCluster", ["ok", "403", "ok"]),
    ("TellNetwork", ["ok", "403", "ok"]),
];

/// The query and the body by which a route is asked about things of the account.
fn asked(route: &str, [finding, rule, report, key]: [&str; 4]) -> (String, Value) {
    let finding = escaped(finding);
    let rule = escaped(rule);
    match route {
        "ChangeResourceState" => (String::new(), json!({"id": HOST, "state": "active"})),
        "CreateUser" => (String::new(), json!({"name": "ada", "role": "auditor"})),
        "CreateUserKey" => (String::new(), json!({"user": "bot"})),
        "DeleteUserKey" => (format!("?id={key}"), Value::Null),
        // A host of the stranger.
        "EnrolAgent" => (String::new(), json!({"hostId": "i-0feedc0de0000000e"})),
        "ExplainFinding" | "GetFindingHistory" => (format!("?finding={finding}"), Value::Null),
        "ExplainResource" => (format!("?id={HOST}&vulnerability=CVE-2024-1"), Value::Null),
        "ForgetHostAgent" => (format!("?name={HOST}"), Value::Null),
        "GetFilterTerms" => (format!("?arn={rule}"), Value::Null),
        "GetReport" => (format!("?id={report}"), Value::Null),
        "GetReportFile" => (format!("?id={report}&name={report}.csv"), Value::Null),
        "GetResource" | "ListResourcePackages" => (format!("?id={HOST}"), Value::Null),
        "GetResourceBill" => (format!("?id={HOST}&format=spdx"), Value::Null),
        "ListWantedResources" => ("?type=AWS_EC2_INSTANCE".to_owned(), Value::Null),
        "NotePulls" => (String::new(), json!({"pulls": []})),
        "PreviewSuppression" => (String::new(), json!({"filterCriteria": {}})),
        "PushResource" => (
            String::new(),
            json!({"resource": {"type": "host", "id": "i-00000000000000002"}}),
        ),
        "SetAgentSettings" => (String::new(), json!({"reportEverySeconds": 60})),
        "SetFilterTerms" => (format!("?arn={rule}"), json!({"owner": "mine"})),
        "SetUser" => (
            "?name=bot".to_owned(),
            json!({"role": "auditor", "status": "INACTIVE"}),
        ),
        "SetUserKey" => (format!("?id={key}"), json!({"status": "INACTIVE"})),
        "SetUserPassword" => (
            "?name=bot".to_owned(),
            json!({"password": "correct horse battery"}),
        ),
        "TellCluster" => (String::new(), json!({"cluster": "prod", "images": []})),
        "TellNetwork" => (String::new(), json!({"described": {}})),
        "SetServiceLevels" => (String::new(), json!({"critical": 7})),
        _ => (String::new(), Value::Null),
    }
}

fn outcome(sent: &Sent) -> String {
    match sent.status {
        200 => "ok".to_owned(),
        status => status.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_what_is_not_theirs() {
    let bench = Bench::start().await;
    bench.host(HOST, &["pkg:pypi/flask@1.5"]).await;
    let (_, _, finding) = bench.findings().await.remove(0);
    let body = json!({"name": "secret-rule", "action": "SUPPRESS", "reason": "secret-package",
        "filterCriteria": {"title": [{"comparison": "PREFIX", "value": "nothing"}]}});
    let made = bench
        .call("ada", "inspector2", "POST", "/filters/create", &body)
        .await;
    let rule = made.answer["arn"].as_str().unwrap();
    let order = json!({"reportFormat": "CSV", "s3Destination": {"bucketName": "reports",
        "kmsKeyArn": format!("arn:aws:kms:eu-west-1:{OWN}:key/01234567-89ab-cdef-0123-456789abcdef")}});
    let ordered = bench
        .call("ada", "inspector2", "POST", "/reporting/create", &order)
        .await;
    let report = ordered.answer["reportId"].as_str().unwrap();
    let people = bench.get("ada", "/users?startsWith=bot").await.answer;
    let key = people["users"][0]["accessKeys"][0]["accessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let document = bench.get("nobody", "/openapi.json").await.answer;
    let mut told = Vec::new();
    let mut rows = TABLE.to_vec();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            let Some(at) = rows.iter().position(|(route, _)| *route == name) else {
                panic!("{name} has no row in the table: who may call it about what?");
            };
            let (_, expected) = rows.swap_remove(at);
            let (query, body) = asked(name, [&finding, rule, report, &key]);
            let target = format!("/assay/v1{path}{query}");
            let text = match &body {
                Value::Null => String::new(),
                body => body.to_string(),
            };
            let method = method.to_uppercase();
            let mut outcomes = Vec::new();
            for user in ["eve", "aud", "bot", "nobody"] {
                let sent = bench.send(user, "assay", &method, &target, &text).await;
                if user == "nobody" {
                    assert_eq!(sent.status, 403, "{name}: {sent:?}");
                    continue;
                }
                outcomes.push(outcome(&sent));
                let (answer, asked) = (sent.answer.to_string(), format!("{target}{text}"));
                let strangers = SECRETS.iter().filter(|_| user == "eve");
                for secret in strangers {
                    // What was asked for may be named again.
                    let is_told = answer.contains(secret) && !asked.contains(secret);
                    assert!(!is_told, "{name} tells a stranger of {secret}: {answer}");
                }
            }
            if outcomes != expected {
                told.push(format!("{name}: {outcomes:?}, not {expected:?}"));
            }
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    assert!(rows.is_empty(), "these have rows and are not there: {rows:?}");
    // All is as it was.
    let resource = bench.get("ada", &format!("/resource?id={HOST}")).await.answer;
    assert_eq!(resource["state"], "ACTIVE");
    let terms = bench
        .get("ada", &format!("/filters/terms?arn={}", escaped(rule)))
        .await;
    assert_eq!(terms.answer["owner"], Value::Null);
    bench.stop().await;
}

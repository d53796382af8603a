//! The document of the routes.

use serde_json::Value;

use crate::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_read_which_routes_there_are_and_nobody_may_use_them_unsigned() {
    let bench = Bench::start().await;
    let document = bench.get("nobody", "/openapi.json").await;
    assert_eq!(document.status, 200);
    let document = document.answer;
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            operations.push(operation["operationId"].as_str().unwrap().to_owned());
            let target = format!("/assay/v1{path}");
            for (user, status) in [("nobody", 403), ("bot", 403)] {
                let sent = bench.send(user, "assay", &method, &target, "").await;
                let expected = match (user, method.as_str(), path.as_str()) {
                    ("bot", "POST", "/resources" | "/resource/state") => 400,
                    // They ask for nothing that could be missing.
                    ("bot", "GET", "/agents/settings" | "/resources/wanted") => 200,
                    ("bot", "POST", "/session/end") => 200,
                    ("bot", ..) => 403,
                    _ => status,
                };
                // What must be asked for more exactly is refused for that, before or after.
                assert!(
                    [expected, 400].contains(&sent.status),
                    "{user} {method} {path}: {sent:?}"
                );
                assert!(
                    user != "nobody" || sent.status == 403,
                    "{method} {path}: {sent:?}"
                );
            }
            assert!(operation["summary"].is_string(), "{method} {path} is described");
            for status in ["200", "400", "403", "404", "429", "500", "503"] {
                assert!(
                    operation["responses"][status].is_object(),
                    "{method} {path} {status}"
                );
            }
            assert!(operation["security"][0]["sigv4"].is_array());
        }
    }
    operations.sort();
    assert_eq!(
        operations.join(" "),
        "BackUp ChangeResourceState CreateUser CreateUserKey DeleteUserKey EndSessions EnrolAgent ExplainFinding ExplainResource ForgetHostAgent GetAgentSettings GetChangeMark GetFilterTerms GetFindingHistory GetIntelligence GetNetwork GetReport GetReportFile GetResource GetResourceBill GetSbomScans GetServiceLevels GetTrends \
         ListAccounts ListCalls ListChanges ListFixes ListReports ListResourcePackages ListResources ListSuppressionRules ListUsers ListWantedResources NotePulls PreviewSuppression PushResource RenewSession RotateAgentKey SetAgentSettings SetFilterTerms SetServiceLevels SetUser SetUserKey SetUserPassword TellCluster TellNetwork"
    );
    // Nothing refers to what is not there.
    let mut missing = Vec::new();
    references(&document, &mut |reference| {
        let pointer = reference.trim_start_matches('#');
        if document.pointer(pointer).is_none() {
            missing.push(reference.to_owned());
        }
    });
    assert!(missing.is_empty(), "{missing:?}");
    bench.stop().await;
}

fn references(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member.as_str()) {
                    ("$ref", Some(reference)) => visit(reference),
                    _ => references(member, visit),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, visit)),
        _ => {}
    }
}

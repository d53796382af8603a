//! Requests of botocore, the client that everybody has: each must find its operation, verify, and arrive whole.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

use std::{collections::HashSet, process::Command};

use assay_api_model::{Constraint, Router, check, document_of, inspector_scan, inspector2};
use assay_sigv4::{BodyDigest, Claim, Request, SigningKey};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Sent {
    operation: String,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    document: Value,
}

/// What the script prints, where botocore is installed.
fn requests(seed: &str) -> Option<Vec<Sent>> {
    let python = std::env::var_os("ASSAY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    // One of before connectors lacks operations that the model has.
    let question = "import botocore.session as session; \
                    session.Session().get_service_model('inspector2').operation_model('CreateConnector')";
    let answer = Command::new(&python).args(["-c", question]).output();
    if !answer.is_ok_and(|output| output.status.success()) {
        println!("skipped: neither $ASSAY_TEST_PYTHON nor python3 has botocore of 1.44 or later");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/send.py");
    let output = Command::new(&python).args([script, seed]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

#[test]
fn requests_of_botocore() {
    let router = Router::new(&[&inspector2::API, &inspector_scan::API]).unwrap();
    for seed in ["1", "2", "3", "4"] {
        let Some(requests) = requests(seed) else { return };
        let mut operations = HashSet::new();
        for sent in requests {
            let headers: Vec<(&str, &[u8])> = sent
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_bytes()))
                .collect();
            let request = Request {
                method: &sent.method,
                path: &sent.path,
                query: &sent.query,
                headers: &headers,
                body: BodyDigest::of(sent.body.as_bytes()),
            };
            let route = router.route(&sent.method, &sent.path).unwrap();
            assert_eq!(route.operation.name, sent.operation);
            let claim = Claim::read(&request).unwrap();
            claim
                .scope()
                .require("eu-west-1", &[route.service.signing_name])
                .unwrap();
            claim
                .verify(&SigningKey::derive("secret", claim.scope()), claim.signed_at())
                .unwrap();

            let document =
                document_of(route.operation, route.labels, &sent.query, sent.body.as_bytes()).unwrap();
            assert_eq!(document, sent.document, "{}", sent.operation);
            for violation in check(&document, route.operation.input) {
                // The script knows no patterns.
                let is_pattern = matches!(
                    violation.constraint,
                    Constraint::Pattern(_) | Constraint::Length(_)
                );
                assert!(is_pattern, "{}: {violation}", sent.operation);
            }
            operations.insert(sent.operation);
        }
        // A newer botocore may have more of them, which this model does not.
        assert!(operations.len() >= 85, "{} operations", operations.len());
    }
}

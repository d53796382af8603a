//! Who gets what of others by operations of neighbours.

use serde_json::json;

use super::{FLASK, ask, turn_on};
use crate::bench::{ADMINISTRATOR, MANAGEMENT, MEMBER, ORGANIZATION, both};

/// Each operation of a neighbour's with what comes of it for a stranger, a member, its auditor and its agent: `ok` or the fault.
/// A stranger names the member's registry and accounts, a member the administrator's.
const TABLE: &[((&str, &str), &str, [&str; 4])] = &[
    // operation, about; stranger, member, auditor, agent
    (
        ("ecr", "BatchGetRepositoryScanningConfiguration"),
        "repositories",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        ("ecr", "DescribeImageScanFindings"),
        "image",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        ("ecr", "DescribeImages"),
        "images",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        ("ecr", "DescribeRepositories"),
        "registry",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        ("ecr", "GetRegistryScanningConfiguration"),
        "",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        ("ecr", "PutRegistryScanningConfiguration"),
        "rules",
        ["ok", "ok", "denied", "denied"],
    ),
    (
        ("organizations", "DescribeAccount"),
        "account",
        ["AccountNotFoundException", "denied", "denied", "denied"],
    ),
    (
        ("organizations", "DescribeOrganization"),
        "",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        ("organizations", "ListAccounts"),
        "",
        ["ok", "denied", "denied", "denied"],
    ),
    (
        ("organizations", "ListDelegatedAdministrators"),
        "",
        ["ok", "denied", "denied", "denied"],
    ),
    (
        ("sts", "AssumeRole"),
        "role",
        ["denied", "denied", "denied", "denied"],
    ),
    (("sts", "GetCallerIdentity"), "", ["ok", "ok", "ok", "ok"]),
];

/// As the client calls an operation.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

// Isolation: the rows are held against the operations that there are, so that none is forgotten.
both!(nobody_gets_what_is_not_theirs, |bench| {
    turn_on(&bench, MEMBER).await;
    bench
        .image(MEMBER, ("secret/web", "secret-tag", "a"), &[FLASK])
        .await;
    let secrets = ["secret-tag", ORGANIZATION, MANAGEMENT, ADMINISTRATOR, MEMBER];
    let mut rows = TABLE.to_vec();
    let mut told = Vec::new();
    for (service, name) in assay_neighbours::neighbours(&bench.service).names() {
        let at = rows
            .iter()
            .position(|(operation, ..)| *operation == (service, name));
        let Some(at) = at else {
            panic!("{service}:{name} has no row in the table: who may call it about what?");
        };
        let (_, about, expected) = rows.swap_remove(at);
        let mut outcomes = Vec::new();
        for user in ["oda", "mia", "max", "bot"] {
            let account = if user == "oda" { MEMBER } else { ADMINISTRATOR };
            let arguments = match about {
                "repositories" => json!({"repositoryNames": ["secret/web"]}),
                "image" => json!({"registryId": account, "repositoryName": "secret/web",
                    "imageId": {"imageDigest": format!("sha256:{}", "a".repeat(64))}}),
                "images" => json!({"registryId": account, "repositoryName": "secret/web"}),
                "registry" => json!({"registryId": account}),
                "rules" => json!({"scanType": "ENHANCED", "rules": [{"scanFrequency": "CONTINUOUS_SCAN",
                    "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]}),
                "account" => json!({"AccountId": account}),
                "role" => json!({"RoleArn": format!("arn:aws:iam::{account}:role/AssayAuditor"),
                    "RoleSessionName": "tool"}),
                _ => json!({}),
            };
            let Some(outcome) = ask(&bench, (user, service), &snake(name), arguments.clone()) else {
                return;
            };
            let (word, answer) = match outcome {
                Ok(answer) => ("ok".to_owned(), answer.to_string()),
                Err(fault) if fault.starts_with("AccessDenied") => ("denied".to_owned(), fault),
                Err(fault) => (fault.split(':').next().unwrap().to_owned(), fault),
            };
            outcomes.push(word);
            for secret in secrets.iter().filter(|_| user == "oda") {
                let is_told = answer.contains(secret) && !arguments.to_string().contains(secret);
                assert!(!is_told, "{name} tells a stranger of {secret}: {answer}");
            }
        }
        if outcomes != expected {
            told.push(format!("{service}:{name}: {outcomes:?}, not {expected:?}"));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    assert!(rows.is_empty(), "these have rows and are not there: {rows:?}");
    bench.stop().await;
});

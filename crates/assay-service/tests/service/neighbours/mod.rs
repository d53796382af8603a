//! What clients look for beside Inspector's API, by a stock boto3: ECR, Organizations, STS.

use serde_json::{Value, json};

use crate::{
    bench::{ADMINISTRATOR, Bench, MEMBER, ORGANIZATION, REGION, both},
    promises::outcome,
};

pub(super) const FLASK: &str = "pkg:pypi/flask@2.0.0";
pub(super) const JINJA: &str = "pkg:pypi/jinja2@2.1.0";

/// What comes of a call, or its fault; `None` without boto3.
pub(super) fn ask(
    bench: &Bench,
    (user, service): (&str, &str),
    operation: &str,
    arguments: Value,
) -> Option<Result<Value, String>> {
    let mut call = bench.call(user, operation, arguments);
    call["service"] = service.into();
    outcome(bench, &call)
}

macro_rules! ask {
    ($bench:expr, $user:expr, $service:literal, $operation:literal, $arguments:tt) => {
        match ask(&$bench, ($user, $service), $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

// After the macro, which they use.
mod isolation;
mod organization;
mod registry;

pub(super) fn is_fault(outcome: &Result<Value, String>, fault: &str) -> bool {
    outcome.as_ref().is_err_and(|told| told.starts_with(fault))
}

pub(super) async fn turn_on(bench: &Bench, account: &str) {
    let scope = bench.database.scope(account, REGION).await.unwrap();
    bench.database.enable(scope, &["ECR"], 0).await.unwrap();
}

// The stock command line speaks to them, too, wherever it believes them to be.
both!(the_command_line, |bench| {
    let python = std::env::var_os("ASSAY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let has_it = std::process::Command::new(&python)
        .args(["-c", "import awscli"])
        .output();
    if !has_it.is_ok_and(|output| output.status.success()) {
        println!("skipped: neither $ASSAY_TEST_PYTHON nor python3 has awscli");
        return;
    }
    for (arguments, expected) in [
        (
            "sts get-caller-identity --query Account --output text",
            ADMINISTRATOR,
        ),
        (
            "organizations describe-organization --query Organization.Id --output text",
            ORGANIZATION,
        ),
        (
            "organizations list-accounts --query Accounts[1].Id --output text",
            MEMBER,
        ),
        (
            "ecr get-registry-scanning-configuration --query scanningConfiguration.scanType --output text",
            "ENHANCED",
        ),
    ] {
        let call = bench.call("dora", "", json!({}));
        let text = |name: &str| call[name].as_str().unwrap().to_owned();
        let output = tokio::task::block_in_place(|| {
            std::process::Command::new(&python)
                .args(["-m", "awscli"])
                .args(arguments.split(' '))
                .args(["--region", REGION, "--endpoint-url", &text("endpoint")])
                .env_remove("AWS_PROFILE")
                .env("AWS_ACCESS_KEY_ID", text("key"))
                .env("AWS_SECRET_ACCESS_KEY", text("secret"))
                .env("AWS_EC2_METADATA_DISABLED", "true")
                .output()
                .unwrap()
        });
        let told = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(told.trim(), expected, "{arguments}: {error}");
    }
    bench.stop().await;
});

// Whoever signs nothing, or for another service, is refused in the form of the protocol.
both!(nobody_asks_neighbours_unsigned, |bench| {
    for (service, names) in [
        (
            "ecr",
            vec!["describe_repositories", "get_registry_scanning_configuration"],
        ),
        ("organizations", vec!["list_accounts"]),
        ("sts", vec!["get_caller_identity"]),
    ] {
        for name in names {
            let mut call = bench.call("ada", name, json!({}));
            call["service"] = service.into();
            call["secret"] = "0000000000000000000000000000000000000000".into();
            let Some(refused) = outcome(&bench, &call) else {
                return;
            };
            let expected = ["InvalidSignatureException", "SignatureDoesNotMatch"];
            let told = refused.unwrap_err();
            assert!(expected.iter().any(|fault| told.starts_with(fault)), "{told}");
        }
    }
    let unsigned = bench.send_unsigned("POST", "/", "Action=GetCallerIdentity").await;
    assert!(unsigned.status == 403 || unsigned.status == 404, "{unsigned:?}");
    bench.stop().await;
});

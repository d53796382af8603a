//! Our own routes held against their own description by schemathesis: every answer to whatever it thinks of, right and
//! wrong, has a status, a type and a shape that the description has; what is wrong is refused, what is right is not.

use std::process::Command;

use serde_json::{Value, json};

use crate::{service::Service, support::World};

#[test]
fn the_routes_are_what_their_document_says() {
    let Ok(python) = std::env::var("ASSAY_TEST_PYTHON") else {
        println!("skipped: ASSAY_TEST_PYTHON names no python with schemathesis");
        return;
    };
    let has_it = Command::new(&python).args(["-c", "import schemathesis"]).status();
    if !has_it.is_ok_and(|status| status.success()) {
        println!("skipped: {python} has no schemathesis");
        return;
    }
    let world = World::with_database();
    let service = Service::start(&world, "data");
    service.enable();
    assert_eq!(service.push("i-1", "5.3").status, 200);
    let (finding, _) = service.expect(1).remove(0);
    let rule = json!({
        "name": "one", "action": "SUPPRESS",
        "filterCriteria": {"title": [{"comparison": "PREFIX", "value": "CVE-2020-1"}]},
    });
    let made = service.call(
        &service.administrator,
        "inspector2",
        "POST",
        "/filters/create",
        &rule,
    );
    let arn = made.answer["arn"].as_str().unwrap();
    let known: Value = json!({
        "/history": {"finding": finding},
        "/explain": {"finding": finding},
        "/explain/resource": {"id": "i-1", "vulnerability": "CVE-2020-14343"},
        "/resource": {"id": "i-1"},
        "/resource/packages": {"id": "i-1"},
        "/resource/sbom": {"id": "i-1"},
        "/filters/terms": {"arn": arn},
        "/calls": {"user": "administrator"},
    });
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operating");
    let document = format!("{}/assay/v1/openapi.json", service.serving.url);
    let output = Command::new(&python)
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(format!("{folder}/schemathesis.toml"))
        .args(["run", &document, "--no-color"])
        // What it remembers of a run goes where the run goes.
        .current_dir(world.path("."))
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .env("PYTHONPATH", folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ASSAY_KNOWN", known.to_string())
        .env("AWS_ACCESS_KEY_ID", &service.administrator.access_key)
        .env("AWS_SECRET_ACCESS_KEY", &service.administrator.secret)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(told.contains("Tested: 46"), "{told}");
    // It is there still, and what was found is as it was or told of.
    assert_eq!(
        service.get(&service.administrator, "/assay/v1/changes").status,
        200
    );
}

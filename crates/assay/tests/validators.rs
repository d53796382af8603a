//! Bills of materials held against the publishers' validators, `cyclonedx-python-lib` and `spdx-tools`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::{path::PathBuf, process::Command};

use assay_testkit::ImageBuilder;
use serde_json::Value;
use support::{World, layers};

const FORMATS: [(&str, &str); 4] = [
    ("cyclonedx", "V1_6"),
    ("cyclonedx-1.5", "V1_5"),
    ("cyclonedx-1.4", "V1_4"),
    ("spdx", "SPDX-2.3"),
];

/// An image with packages, licences of every form, an owner and odd names.
fn world() -> World {
    let world = World::with_database();
    let [system, application] = layers();
    let application = application
        .file(
            "srv/app/node_modules/@scope/odd name/package.json",
            r#"{"name":"@scope/odd name","version":"1.0.0+build","license":"(MIT OR Apache-2.0)"}"#,
        )
        .file(
            "srv/app/node_modules/own/package.json",
            r#"{"name":"own","version":"2","license":"My own licence & more <x>"}"#,
        );
    let image = ImageBuilder::new().layer(system).layer(application);
    world.write("image.tar", image.docker_archive());
    world
}

fn written(world: &World, format: &str) -> PathBuf {
    // SPDX's own parser goes by the name.
    let name = if format == "spdx" {
        "bill.spdx.json".to_owned()
    } else {
        format!("{format}.json")
    };
    let run = world.run(&["sbom", "image.tar", "--format", format, "--output", &name]);
    assert_eq!(run.code, 0, "{}", run.err);
    world.path(&name)
}

#[test]
fn every_document_is_valid() {
    let Some(python) = std::env::var_os("ASSAY_TEST_PYTHON").filter(|python| PathBuf::from(python).exists())
    else {
        println!(
            "skipped: ASSAY_TEST_PYTHON names no Python with .ci/requirements.txt (`make test` makes one)"
        );
        return;
    };
    let world = world();
    let documents = FORMATS.map(|(format, kind)| format!("{kind}={}", written(&world, format).display()));
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/validators.py");
    let output = Command::new(python)
        .arg(script)
        .args(&documents)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

#[test]
fn every_document_read_again_gives_the_same_findings() {
    let world = world();
    let findings = |target: &str| {
        let run = world.run(&["scan", target, "--format", "json"]);
        assert_eq!(run.code, 0, "{}", run.err);
        let document: Value = serde_json::from_str(&run.out).unwrap();
        let told = document["findings"].as_array().unwrap().iter().map(|finding| {
            let id = finding["vulnerability"]["id"].as_str().or(finding["id"].as_str());
            (
                id.unwrap_or_default().to_owned(),
                finding["package"].clone(),
                finding["fixedIn"].clone(),
            )
        });
        told.collect::<Vec<_>>()
    };
    let expected = findings("image.tar");
    assert!(expected.len() > 3);
    for (format, _) in FORMATS {
        let path = written(&world, format);
        let first = std::fs::read(&path).unwrap();
        assert_eq!(findings(&path.display().to_string()), expected, "{format}");
        assert!(
            std::fs::read(written(&world, format)).unwrap() == first,
            "{format} differs from run to run"
        );
    }
}

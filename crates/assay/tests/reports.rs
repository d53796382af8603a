//! Reports and exports as users have them: the program serves, stock boto3 orders, files are fetched without S3 and from it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

#[path = "support/moto.rs"]
mod moto;
mod support;

use std::process::Command;

use moto::{Moto, python};
use support::{World, serving::Serving};

/// The test's own program, in Python for boto3's sake.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports.py");

/// A world with what two hosts have.
fn world() -> World {
    let world = World::with_database();
    world.write(
        "bill.json",
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
            {"type":"library","name":"PyYAML","version":"5.3","purl":"pkg:pypi/pyyaml@5.3"}]}"#,
    );
    world
}

fn push(world: &World, service: &Serving, id: &str) {
    let output = world
        .command(&[
            "push",
            "bill.json",
            "--server",
            &service.url,
            "--resource",
            "host",
            "--id",
            id,
            "--enable",
        ])
        .env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn run(world: &World, python: &str, arguments: &[&str]) -> String {
    let output = Command::new(python)
        .arg(SCRIPT)
        .args(arguments)
        .env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn files_are_fetched_by_whoever_has_their_address() {
    let Some(python) = python() else {
        return;
    };
    let world = world();
    std::fs::create_dir_all(world.path("data/reports/mine")).unwrap();
    let service = Serving::start(&world, "data");
    for id in ["i-1", "i-2"] {
        push(&world, &service, id);
    }
    run(&world, &python, &["directory", &service.url]);
}

#[test]
fn a_kill_while_reports_are_made_loses_none() {
    let Some(python) = python() else {
        return;
    };
    let world = world();
    let bucket = world.path("data/reports/mine");
    std::fs::create_dir_all(&bucket).unwrap();
    let mut ids: Vec<String> = Vec::new();
    for round in 0..3 {
        // Dropped, it is killed.
        let service = Serving::start(&world, "data");
        push(&world, &service, "i-1");
        if round > 0 {
            // What was ordered before the kill is made.
            run(&world, &python, &["await", &service.url, &ids[round - 1]]);
        }
        ids.push(run(&world, &python, &["order", &service.url]).trim().to_owned());
    }
    let service = Serving::start(&world, "data");
    run(
        &world,
        &python,
        &["await", &service.url, &ids[0], &ids[1], &ids[2]],
    );
    drop(service);
    let mut found: Vec<String> = std::fs::read_dir(bucket)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected: Vec<String> = ids.iter().map(|id| format!("{id}.json")).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "each once, and nothing half");
}

#[test]
fn reports_go_to_s3_encrypted_as_asked() {
    let Some(python) = python() else {
        return;
    };
    let Some(moto) = Moto::start(&python) else {
        return;
    };
    let world = world();
    let service = Serving::start_with(
        &world,
        "data",
        &["--object-storage", "s3"],
        &[
            ("AWS_ENDPOINT_URL", &moto.url),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ],
    );
    push(&world, &service, "i-1");
    run(&world, &python, &["s3", &service.url, &moto.url]);
}

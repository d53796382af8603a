//! The scan of a bill of materials through the API's function, held against the program and the publisher's schema.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use assay_api_model::inspector_scan::OutputFormat;
use assay_inspector::scan_sbom;
use assay_intel::Index;
use assay_testkit::ImageBuilder;
use jiff::Timestamp;
use serde_json::{Value, json};
use support::{World, layers};

/// Vulnerability, package, fixed version.
type Told = BTreeSet<(String, String, Option<String>)>;

fn open(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// What `assay scan` finds in a document.
fn by_program(world: &World, arguments: &[&str]) -> Told {
    let run = world.run(&[&["scan", "--format", "json"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let findings = document["findings"].as_array().unwrap().iter();
    let told = findings.map(|finding| {
        let id = finding["vulnerability"]["id"]
            .as_str()
            .or(finding["id"].as_str())
            .unwrap();
        let package = finding["package"]["purl"]
            .as_str()
            .or(finding["package"].as_str());
        (
            id.to_owned(),
            package.unwrap_or_default().to_owned(),
            finding["fixedIn"].as_str().map(str::to_owned),
        )
    });
    told.collect()
}

/// What the answer in CycloneDX lists.
fn by_answer(answer: &Value) -> Told {
    let components = answer["components"].as_array().unwrap();
    let mut told = Told::new();
    for found in answer["vulnerabilities"].as_array().unwrap() {
        let id = found["id"].as_str().unwrap();
        for affected in found["affects"].as_array().unwrap() {
            let is_it = |component: &&Value| component["bom-ref"] == affected["ref"];
            let component = components.iter().find(is_it).unwrap();
            let name = format!(
                "amazon:inspector:sbom_scanner:fixed_version:{}",
                affected["ref"].as_str().unwrap()
            );
            let properties = found["properties"].as_array().unwrap();
            let fixed = properties
                .iter()
                .find(|property| property["name"] == name.as_str());
            // Inspector writes the epoch 0, our own program does not.
            let fixed = fixed.map(|property| {
                let version = property["value"].as_str().unwrap();
                version.strip_prefix("0:").unwrap_or(version).to_owned()
            });
            let purl = component["purl"].as_str().unwrap_or_default();
            told.insert((id.to_owned(), purl.to_owned(), fixed));
        }
    }
    told
}

fn without_epoch_zero(told: Told) -> Told {
    let strip = |version: String| version.strip_prefix("0:").map(str::to_owned).unwrap_or(version);
    told.into_iter()
        .map(|(id, purl, fixed)| (id, purl, fixed.map(strip)))
        .collect()
}

/// Scans a document both ways with the same database.
fn check(world: &World, document: &Path, database: &Path, expected_at_least: usize) -> Value {
    let index = Index::open(database).unwrap();
    let path = document.display().to_string();
    let answer = scan_sbom(
        &open(document),
        OutputFormat::CycloneDx1_5,
        &index,
        Timestamp::now(),
    )
    .unwrap();
    let told = by_answer(&answer);
    assert!(told.len() >= expected_at_least, "{} findings", told.len());
    let program = by_program(world, &[&path, "--db", &database.display().to_string()]);
    assert_eq!(told, without_epoch_zero(program));
    answer
}

fn world() -> World {
    let world = World::with_database();
    let [system, application] = layers();
    world.write(
        "image.tar",
        ImageBuilder::new()
            .layer(system)
            .layer(application)
            .docker_archive(),
    );
    let run = world.run(&[
        "sbom",
        "image.tar",
        "--format",
        "cyclonedx-1.5",
        "--output",
        "bom.json",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    world
}

#[test]
fn finds_what_the_program_finds() {
    let world = world();
    check(
        &world,
        &world.path("bom.json"),
        &world.path("home/intelligence.idx"),
        5,
    );
}

#[test]
fn finds_what_the_program_finds_with_all_advisories() {
    let Some(database) = std::env::var_os("ASSAY_TEST_DATABASE").map(PathBuf::from) else {
        println!("skipped: ASSAY_TEST_DATABASE names no database compiled by `assay db update`");
        return;
    };
    let world = world();
    let run = world.run(&[
        "sbom",
        "host:",
        "--format",
        "cyclonedx-1.5",
        "--output",
        "host.json",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    check(&world, &world.path("bom.json"), &database, 1);
    check(&world, &world.path("host.json"), &database, 1);
}

/// A document that is valid by nobody's schema.
fn odd() -> Value {
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "components": [
            {"type": "operating-system", "name": "Debian GNU/Linux", "version": "9"},
            {"type": "no such type", "bom-ref": "", "name": null, "purl": "pkg:pypi/pyyaml@5.3", "version": "\u{0}"},
            {"bom-ref": "a b", "type": "library", "name": "x", "purl": "pkg:npm/lodash@4.17.10?vcs_url=a b"},
            {"bom-ref": "a b", "type": "library", "name": "y", "purl": "not a package URL"},
        ],
    })
}

#[test]
fn answers_are_valid() {
    let Some(python) = std::env::var_os("ASSAY_TEST_PYTHON").filter(|python| PathBuf::from(python).exists())
    else {
        println!(
            "skipped: ASSAY_TEST_PYTHON names no Python with .ci/requirements.txt (`make test` makes one)"
        );
        return;
    };
    let world = world();
    let mut database = world.path("home/intelligence.idx");
    let mut documents = vec![open(&world.path("bom.json")), odd()];
    // All advisories have all kinds of links and texts.
    if let Some(full) = std::env::var_os("ASSAY_TEST_DATABASE").map(PathBuf::from) {
        let run = world.run(&[
            "sbom",
            "host:",
            "--format",
            "cyclonedx-1.5",
            "--output",
            "host.json",
        ]);
        assert_eq!(run.code, 0, "{}", run.err);
        let mut host = open(&world.path("host.json"));
        // The validator takes minutes for thousands.
        host["components"].as_array_mut().unwrap().truncate(200);
        documents.push(host);
        database = full;
    }
    let index = Index::open(&database).unwrap();
    let mut arguments = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let answer = scan_sbom(document, OutputFormat::CycloneDx1_5, &index, Timestamp::now()).unwrap();
        let name = format!("answer-{at}.json");
        world.write(&name, serde_json::to_vec(&answer).unwrap());
        arguments.push(format!("V1_5={}", world.path(&name).display()));
    }
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/validators.py");
    let output = Command::new(python)
        .arg(script)
        .args(&arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

//! Stock clients in other languages than Rust's and Python's tests have, and the calls that other people's integrations make,
//! against the program as it serves.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod organization;
#[path = "../support/mod.rs"]
mod support;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use organization::Organization;

/// Where the clients are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// What `make test-tools` installed, by the variable that names it.
fn installed(variable: &str) -> Option<PathBuf> {
    let place = std::env::var_os(variable).map(PathBuf::from);
    let found = place.filter(|place| place.exists());
    if found.is_none() {
        println!("skipped: {variable} names nothing that is there; `make test-tools` installs it");
    }
    found
}

/// Runs a client to its end, which has to be a good one.
fn passes(client: &mut Command) {
    let output = client.output().unwrap();
    let (told, more) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{client:?}\n{told}\n{more}");
}

#[test]
fn the_sdk_for_javascript() {
    let Some(modules) = installed("ASSAY_TEST_NODE_MODULES") else {
        return;
    };
    let organization = Organization::start();
    // Modules are looked for beside whoever imports them, so the tests go where the SDK is not in the source tree.
    let place = organization.path("javascript");
    std::fs::create_dir(&place).unwrap();
    let mut tests = Vec::new();
    for entry in std::fs::read_dir(folder().join("javascript")).unwrap() {
        let path = entry.unwrap().path();
        let copy = place.join(path.file_name().unwrap());
        std::fs::copy(&path, &copy).unwrap();
        if path.to_string_lossy().ends_with(".test.js") {
            tests.push(copy);
        }
    }
    std::os::unix::fs::symlink(std::path::absolute(modules).unwrap(), place.join("node_modules")).unwrap();
    tests.sort();
    assert!(!tests.is_empty());
    passes(
        organization
            .client("node")
            .args(["--test", "--test-concurrency=1"])
            .args(tests),
    );
}

#[test]
fn the_sdk_for_rust() {
    let Some(program) = installed("ASSAY_TEST_RUST_SDK") else {
        return;
    };
    passes(&mut Organization::start().client(program));
}

#[test]
fn the_calls_of_integrations() {
    let Some(python) = installed("ASSAY_TEST_PYTHON") else {
        return;
    };
    let organization = Organization::start();
    passes(
        organization
            .client(python)
            .args([
                "-m",
                "unittest",
                "discover",
                "--pattern",
                "*_test.py",
                "--start-directory",
            ])
            .arg(folder().join("integrations")),
    );
}

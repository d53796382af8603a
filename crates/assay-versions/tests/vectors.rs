//! Replays the comparisons of `tests/vectors/`, and holds Debian's against dpkg where it is installed.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assay_versions::Scheme;
use assay_versions::check::check_lines;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// Replays one file, whose name is an OSV ecosystem.
fn check(path: &Path) -> Vec<String> {
    let ecosystem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let scheme = Scheme::for_ecosystem(ecosystem).expect("files are named after ecosystems");
    let text = fs::read_to_string(path).expect("the file is readable");
    let mut failures = Vec::new();
    let report = check_lines(scheme, text.lines(), &mut |failure| {
        failures.push(format!("{ecosystem}: {failure}"));
    });
    assert!(
        report.passed + report.failed >= 15,
        "{ecosystem} has too few lines"
    );
    failures
}

#[test]
fn vectors_hold() {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 15);
    let failures: Vec<String> = paths.iter().flat_map(|path| check(path)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn dpkg_agrees() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        println!("skipped: dpkg is not installed");
        return;
    }
    let text = fs::read_to_string(folder().join("Debian.txt")).unwrap();
    for line in text.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [a, relation, b] = fields[..] else { continue };
        // Quoted versions and underscores are beyond dpkg's grammar.
        if a.starts_with(['#', '"']) || line.contains('_') {
            continue;
        }
        let relation = match relation {
            "<" => "lt",
            "=" => "eq",
            _ => "gt",
        };
        let status = Command::new("dpkg")
            .args(["--compare-versions", a, relation, b])
            .status()
            .unwrap();
        assert!(status.success(), "dpkg disagrees with {line}");
    }
}

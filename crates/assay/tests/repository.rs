//! `assay scan repo:…`: a checkout is judged by its lock files, and nothing else is.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use serde_json::Value;
use support::World;

/// The findings as `purl vulnerability`.
fn findings(world: &World, target: &str) -> Vec<(String, String)> {
    let run = world.run(&["scan", target, "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{target}");
    let value: Value = serde_json::from_str(&run.out).unwrap();
    value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["package"].to_string(),
                finding["vulnerability"].to_string(),
            )
        })
        .collect()
}

#[test]
fn lock_files_count_in_a_checkout_only() {
    let world = World::with_database();
    let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/lodash": {"version": "4.17.10"}}}"#;
    world
        .write("app/web/package-lock.json", lock)
        .write(
            "app/poetry.lock",
            "[[package]]\nname = \"PyYAML\"\nversion = \"5.3\"\n",
        )
        .write(
            "app/Cargo.lock",
            "version = 4\n[[package]]\nname = \"smallvec\"\nversion = \"0.6.13\"\nsource = \"registry+https://example.org\"\n",
        )
        .write(
            "app/node_modules/other/package-lock.json",
            lock.replace("4.17.10", "4.17.0"),
        );
    let found = findings(&world, "repo:app");
    for name in ["lodash", "pyyaml"] {
        assert!(
            found.iter().any(|(package, _)| package.contains(name)),
            "{name} in {found:?}"
        );
    }
    assert!(!found.iter().any(|(package, _)| package.contains("4.17.0\"")));
    let sbom = world.run(&["sbom", "repo:app"]);
    let document: Value = serde_json::from_str(&sbom.out).unwrap();
    assert_eq!(document["artifact"]["kind"], "repository");
    assert!(sbom.out.contains("pkg:cargo/smallvec@0.6.13"));
    assert_eq!(findings(&world, "dir:app"), []);
}

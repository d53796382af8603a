//! `assay db` and `assay debug` as their users run them.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use assay_testkit::MirrorBuilder;
use serde_json::Value;
use support::World;

#[test]
fn update_reports_each_feed_and_status_tells_the_whole() {
    let world = World::new();
    support::feeds(&world.path("feeds"));
    let run = world.run(&["db", "update", "--feeds", "feeds"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for line in [
        "osv/PyPI               current         4 records  2026-08-20",
        "debian-tracker         current         6 records  undated",
        "epss                   current         2 records  2026-08-16",
        "intelligence: 6 feeds up to 2026-08-20 · ",
    ] {
        assert!(run.out.contains(line), "{line}\n{}", run.out);
    }
    let status = world.run(&["db", "status", "--verify"]);
    assert!(status.out.ends_with("every byte verified\n"), "{}", status.out);
    let json: Value = serde_json::from_str(&world.run(&["db", "status", "--format", "json"]).out).unwrap();
    assert_eq!(json["schema"], "assay.intelligence/1");
    assert_eq!(json["intelligence"]["feeds"].as_array().unwrap().len(), 6);
}

#[test]
fn a_failing_feed_is_reported_and_the_others_go_on() {
    let world = World::with_database();
    world.write("feeds/kev/known_exploited_vulnerabilities.json", "{");
    world.write("feeds/osv/Go/all.zip", "no zip");
    let run = world.run(&["db", "update", "--feeds", "feeds"]);
    assert_eq!(run.code, 0);
    assert!(
        run.out
            .contains("kev                    stale           1 records"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("is not a valid KEV catalogue: EOF"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("osv/Go                 failed          0 records"),
        "{}",
        run.out
    );
    assert!(
        run.err
            .contains("warning: 2 of 7 feeds could not be refreshed or read"),
        "{}",
        run.err
    );
    assert!(
        world
            .run(&["db", "status"])
            .out
            .contains("is not a valid OSV zip")
    );
}

#[test]
fn a_failed_update_leaves_the_database_as_it_is() {
    let world = World::with_database();
    let before = fs::read(world.path("home/intelligence.idx")).unwrap();
    for place in ["nowhere", "http://127.0.0.1:1"] {
        let run = world.run(&["db", "update", "--feeds", place]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert!(run.err.contains(place), "{}", run.err);
    }
    assert_eq!(fs::read(world.path("home/intelligence.idx")).unwrap(), before);
}

#[test]
fn search_by_id_and_by_package() {
    let world = World::with_database();
    let by_cve = world.run(&["db", "search", "cve-2020-14343"]);
    assert_eq!(by_cve.code, 0);
    for part in [
        "also known as GHSA-2222-3333-4444, PYSEC-2021-142",
        "EPSS 50.00%",
        "known to be exploited since 2025-01-02, used by ransomware",
        "PyPI pyyaml < 5.4 (GHSA-2222-3333-4444)",
        "Loading a document runs code",
    ] {
        assert!(by_cve.out.contains(part), "{part}\n{}", by_cve.out);
    }
    assert_eq!(
        world.run(&["db", "search", "PYSEC-2021-142"]).out,
        by_cve.out,
        "any of its names leads there"
    );
    let withdrawn = world.run(&["db", "search", "PYSEC-2021-999"]);
    assert!(withdrawn.out.contains("withdrawn"), "{}", withdrawn.out);
    let by_package = world.run(&["db", "search", "PyYAML"]);
    assert!(
        by_package.out.starts_with("PyPI pyyaml · 3 rules\n"),
        "{}",
        by_package.out
    );
    let not_affected = world.run(&["db", "search", "CVE-2024-0002"]);
    assert!(
        not_affected.out.contains("Debian:12 openssl not-affected"),
        "{}",
        not_affected.out
    );
    assert_eq!(world.run(&["db", "search", "nothing-of-that-name"]).code, 1);
}

#[test]
fn diff_names_the_packages_whose_advisories_changed() {
    let world = World::with_database();
    fs::copy(world.path("home/intelligence.idx"), world.path("old.idx")).unwrap();
    let _ = MirrorBuilder::new(&world.path("feeds")).osv(
        "npm",
        &[r#"{"id":"GHSA-5555-6666-7777","aliases":["CVE-2019-10744"],"affected":[{"package":{"ecosystem":"npm","name":"lodash"},
             "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"4.17.13"}]}]}]}"#],
    );
    assert_eq!(world.run(&["db", "update", "--feeds", "feeds"]).code, 0);
    let run = world.run(&["db", "diff", "old.idx", "home/intelligence.idx"]);
    assert_eq!(
        run.out,
        "npm lodash: -GHSA-8888-9999-aaaa ~GHSA-5555-6666-7777\n1 packages differ\n"
    );
    let json: Value = serde_json::from_str(
        &world
            .run(&[
                "db",
                "diff",
                "old.idx",
                "home/intelligence.idx",
                "--format",
                "json",
            ])
            .out,
    )
    .unwrap();
    assert_eq!(json["packages"][0]["changed"][0], "GHSA-5555-6666-7777");
    assert_eq!(
        world.run(&["db", "diff", "old.idx", "old.idx"]).out,
        "0 packages differ\n"
    );
}

#[test]
fn versions_are_checked_from_standard_input() {
    let check = |ecosystem: &str, input: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_assay"))
            .args(["debug", "versions", ecosystem])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), text)
    };
    assert_eq!(
        check("Debian", b"1.0~rc1 < 1.0\n\n# remark\n1:0 > 2\n"),
        (0, "2 passed, 0 failed\n".into())
    );
    assert_eq!(check("PyPI", b"1.0 = 1.0.0\n1.0 < 1.0.0\n").0, 1);
    assert_eq!(
        check("Red Hat", b"1.0 < 1.0.1\xff\n").0,
        0,
        "any bytes make a version"
    );
    let (code, text) = check("Cobol", b"");
    assert_eq!(code, 2);
    assert!(
        text.starts_with("error: unknown ecosystem \"Cobol\": use an OSV name"),
        "{text}"
    );
    for ecosystem in [
        "Debian",
        "Alpine",
        "Red Hat",
        "PyPI",
        "npm",
        "crates.io",
        "Go",
        "Maven",
        "RubyGems",
        "NuGet",
        "Packagist",
        "CRAN",
        "Hackage",
        "Hex",
        "Pub",
    ] {
        assert_eq!(
            check(ecosystem, b"1.0.0 < 1.0.1\n"),
            (0, "1 passed, 0 failed\n".into()),
            "{ecosystem}"
        );
    }
}

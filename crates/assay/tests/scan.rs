//! `assay scan` and `assay sbom` as their users run them.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_testkit::{ImageBuilder, Packing};
use serde_json::Value;
use support::{World, layers, root};

/// The result without what differs from run to run or machine to machine.
fn stable(json: &str) -> Value {
    let mut value: Value = serde_json::from_str(json).unwrap();
    if let Some(intelligence) = value.get_mut("intelligence") {
        for field in ["built", "generation", "bytes"] {
            assert!(!intelligence[field].is_null(), "{field}");
            intelligence[field] = Value::from("…");
        }
    }
    for diagnostic in value["diagnostics"].as_array_mut().unwrap() {
        // Tells the age of the intelligence in days.
        if diagnostic["code"] == "intelligence-incomplete" {
            diagnostic["message"] = Value::from("…");
        }
    }
    value
}

fn scanned() -> World {
    let world = World::with_database();
    root(&world.path("root"));
    world
}

#[test]
fn json() {
    let world = scanned();
    let run = world.run(&["scan", "root", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    insta::assert_json_snapshot!(stable(&run.out));
    let again = world.run(&["scan", "root", "--format", "json"]);
    assert!(again.out == run.out, "equal input gives equal bytes");
}

#[test]
fn table() {
    let world = scanned();
    let run = world.run(&["scan", "dir:root"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let lines: Vec<&str> = run
        .out
        .lines()
        .filter(|line| !line.contains("intelligence"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(run.out.lines().all(|line| line.chars().count() <= 100));
    assert!(!run.out.contains('\x1b'), "no colour when piped");
}

#[test]
fn every_form_of_an_image_has_the_findings_of_its_root() {
    let world = scanned();
    let [base, app] = layers();
    let image = ImageBuilder::new().layer(base).layer(app);
    world.write("image.tar", image.docker_archive());
    world.write("image.tar.gz", assay_testkit::gzip(&image.docker_archive()));
    for (name, packing) in [
        ("gzip", Packing::Gzip),
        ("zstd", Packing::Zstd),
        ("plain", Packing::Plain),
    ] {
        world.write(&format!("{name}.oci.tar"), image.oci(packing).archive());
        image.oci(packing).write_to(&world.path(&format!("{name}.oci")));
    }
    let findings = |target: &str| {
        let run = world.run(&["scan", target, "--format", "json"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{target}");
        let value = stable(&run.out);
        value["findings"].clone()
    };
    let expected = findings("root");
    assert_eq!(expected.as_array().unwrap().len(), 11);
    for target in [
        "image.tar",
        "docker-archive:image.tar",
        "image.tar.gz",
        "gzip.oci.tar",
        "oci:zstd.oci.tar",
        "plain.oci.tar",
        "gzip.oci",
        "oci:zstd.oci",
        "plain.oci",
    ] {
        assert_eq!(findings(target), expected, "{target}");
    }
    // What `assay sbom` writes, read back, is judged alike.
    assert_eq!(world.run(&["sbom", "root", "--output", "root.json"]).code, 0);
    assert_eq!(findings("root.json"), expected);
    assert_eq!(findings("sbom:root.json"), expected);
    for format in ["cyclonedx", "cyclonedx-1.4", "cyclonedx-1.5", "spdx"] {
        let write = || world.run(&["sbom", "root", "--format", format]).out;
        let document = write();
        assert_eq!(document, write(), "equal input gives an equal {format} document");
        world.write("root.sbom.json", document);
        assert_eq!(findings("root.sbom.json"), expected, "{format}");
    }
}

#[test]
fn layers_are_named_as_evidence() {
    let world = World::new();
    let [base, app] = layers();
    let image = ImageBuilder::new().layer(base).layer(app);
    world.write("image.tar", image.docker_archive());
    let inventory: Value = serde_json::from_str(&world.run(&["sbom", "image.tar"]).out).unwrap();
    let lodash = inventory["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["purl"] == "pkg:npm/lodash@4.17.10")
        .unwrap();
    assert_eq!(lodash["evidence"][0]["layer"]["index"], 1);
    assert_eq!(
        lodash["evidence"][0]["layer"]["digest"],
        image.diff_ids()[1].as_str()
    );
    assert_eq!(lodash["licences"][0], "MIT");
}

#[test]
fn an_sbom_of_another_tool_is_judged_by_the_same_matcher() {
    let world = World::with_database();
    world.write(
        "x.cdx.json",
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
            {"type":"operating-system","name":"debian","version":"12.5"},
            {"type":"library","name":"libssl3","purl":"pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.5",
             "properties":[{"name":"aquasecurity:trivy:SrcName","value":"openssl"},{"name":"aquasecurity:trivy:SrcVersion","value":"3.0.11"},
                           {"name":"aquasecurity:trivy:SrcRelease","value":"1~deb12u2"}]},
            {"type":"library","name":"lodash","purl":"pkg:npm/lodash@4.17.10"}]}"#,
    );
    let value = stable(&world.run(&["scan", "x.cdx.json", "--format", "json"]).out);
    let ids: Vec<_> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "CVE-2024-0001",
            "CVE-2019-10744",
            "CVE-2024-0004",
            "CVE-2024-0003",
            "CVE-2024-0006",
            "GHSA-8888-9999-aaaa"
        ]
    );
}

#[test]
fn options_choose_what_is_listed_and_how_it_ends() {
    let world = scanned();
    let ids = |options: &[&str]| {
        let run = world.run(&[&["scan", "root", "--format", "json"], options].concat());
        let value: Value = serde_json::from_str(&run.out).unwrap();
        let findings = value["findings"].as_array().unwrap();
        let mut ids: Vec<String> = findings
            .iter()
            .map(|finding| finding["id"].as_str().unwrap().to_owned())
            .collect();
        ids.dedup();
        (run.code, ids.join(" "))
    };
    assert_eq!(
        ids(&["--severity", "high"]),
        (0, "CVE-2020-14343 CVE-2024-0001".into())
    );
    assert_eq!(
        ids(&["--only-fixed"]),
        (0, "CVE-2020-14343 CVE-2024-0001 CVE-2019-10744".into())
    );
    assert_eq!(ids(&["--severity", "high", "--fail-on", "critical"]).0, 1);
    assert_eq!(ids(&["--fail-on", "untriaged"]).0, 1);
    world.write("empty/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    assert_eq!(world.run(&["scan", "empty", "--fail-on", "low"]).code, 0);
    let hidden = world.run(&["scan", "root", "--severity", "critical"]);
    assert!(
        hidden.out.contains("10 more not listed by your options"),
        "{}",
        hidden.out
    );
}

#[test]
fn unknown_and_ended_distributions_are_said_at_the_top() {
    let world = World::with_database();
    let status = "Package: bash\nStatus: install ok installed\nVersion: 5.0\n\n";
    for (release, expected) in [
        (
            "ID=debian\nVERSION_ID=10\n",
            "debian 10 gets no security updates since 2024-06-30",
        ),
        (
            "ID=plan9\nVERSION_ID=4\n",
            "1 package (plan9 4) not assessed: no advisories are known for it",
        ),
        (
            "ID=debian\nVERSION_ID=13\n",
            "1 package (Debian:13) not assessed: this intelligence has no advisories for it",
        ),
        ("", "1 package"),
    ] {
        world
            .write("root/etc/os-release", release)
            .write("root/var/lib/dpkg/status", status);
        let run = world.run(&["scan", "root"]);
        let head: String = run.out.lines().take(6).collect::<Vec<_>>().join("\n");
        assert!(
            head.contains("\n  ! ") && run.out.contains(expected),
            "{}",
            run.out
        );
    }
}

#[test]
fn without_a_database_the_starter_intelligence_is_used_and_named() {
    let world = World::new();
    root(&world.path("root"));
    let run = world.run(&["scan", "root"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("intelligence: starter intelligence of "),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("! only the starter intelligence of "),
        "{}",
        run.out
    );
    let json: Value = serde_json::from_str(&world.run(&["scan", "root", "--format", "json"]).out).unwrap();
    assert_eq!(json["intelligence"]["kind"], "starter");
}

#[test]
fn this_host() {
    let world = World::with_database();
    let run = world.run(&["scan", "host:", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value["artifact"]["kind"], "host");
}

#[test]
fn this_host_against_the_real_feeds() {
    let feeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/feeds");
    if !feeds.join("osv").is_dir() {
        eprintln!("skipped: no feeds at {}", feeds.display());
        return;
    }
    let world = World::new();
    let update = world.run(&["db", "update", "--feeds", feeds.to_str().unwrap()]);
    assert_eq!((update.code, update.err.as_str()), (0, ""), "{}", update.out);
    // Debian's own word on a flaw of its own, and the best-known Java flaw of all.
    world.write("root/etc/os-release", "ID=debian\nVERSION_ID=12\n").write(
        "root/var/lib/dpkg/status",
        "Package: zlib1g\nStatus: install ok installed\nSource: zlib\nArchitecture: amd64\nVersion: 1:1.2.13.dfsg-1\n\n",
    );
    world.write(
        "root/srv/node_modules/minimist/package.json",
        r#"{"name":"minimist","version":"1.2.0"}"#,
    );
    let run = world.run(&["scan", "root", "--format", "json"]);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    let found = |id: &str| {
        value["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| finding["id"] == id)
            .cloned()
    };
    let zlib = found("CVE-2023-45853").expect("the tracker names zlib");
    assert_eq!(zlib["matches"][0]["source"], "debian");
    let minimist = found("CVE-2021-44906").expect("GitHub's database names minimist");
    assert_eq!(
        (&minimist["fixState"], &minimist["fixedIn"]),
        (&Value::from("fixed"), &Value::from("1.2.6"))
    );
    assert_eq!(world.run(&["scan", "host:"]).code, 0);
}

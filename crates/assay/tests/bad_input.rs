//! Broken, hostile and absurd input: one clear message, the right exit code, no panic, bounded work.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use std::{fs, os::unix::fs::symlink};

use assay_testkit::{ImageBuilder, LayerBuilder, Packing, gzip, zstd};
use support::{Run, World};

/// One line on standard error that names the thing, and nothing on standard output.
fn check(world: &World, target: &str, expected: &str) {
    let Run { code, out, err } = world.run(&["sbom", target]);
    assert_eq!((code, out.as_str()), (2, ""), "{target}: {err}");
    assert_eq!(err.lines().count(), 1, "{target}: {err}");
    assert!(err.starts_with("error: "), "{target}: {err}");
    assert!(err.contains(expected), "{target}: {err}\nlacks: {expected}");
    assert!(!err.contains("panicked"), "{target}: {err}");
}

fn image() -> ImageBuilder {
    ImageBuilder::new().layer(LayerBuilder::new().file("etc/os-release", "ID=debian\nVERSION_ID=12\n"))
}

#[test]
fn what_is_not_there_or_not_what_it_should_be() {
    let world = World::new();
    world.write("text.txt", "hello, I am a text");
    world.write("empty", "");
    symlink("loop-b", world.path("loop-a")).unwrap();
    symlink("loop-a", world.path("loop-b")).unwrap();
    check(&world, "missing", "missing");
    check(&world, "docker-archive:text.txt", "text.txt");
    check(&world, "text.txt", "text.txt");
    check(&world, "oci:text.txt", "text.txt");
    check(&world, "empty", "empty");
    check(&world, "loop-a", "loop-a");
    check(&world, "/dev/null", "/dev/null");
    check(&world, "", "");
}

#[test]
fn archives_that_break_off() {
    let world = World::new();
    let content: String = (0..200_000).map(|n| format!("{n} ")).collect();
    let layer = LayerBuilder::new()
        .file("etc/os-release", "ID=debian\n")
        .file("big", content);
    let image = ImageBuilder::new().layer(layer);
    let whole = image.docker_archive();
    world.write("cut.tar", &whole[..whole.len() / 2]);
    check(&world, "cut.tar", "cut.tar");
    for (name, packed) in [("cut.tar.gz", gzip(&whole)), ("cut.tar.zst", zstd(&whole))] {
        world.write(name, &packed[..packed.len() / 2]);
        check(&world, name, name);
    }
    for packing in [Packing::Gzip, Packing::Zstd] {
        let oci = image.oci(packing).archive();
        world.write("cut.oci.tar", &oci[..oci.len() / 2]);
        check(&world, "cut.oci.tar", "cut.oci.tar");
    }
}

#[test]
fn paths_that_lead_out_are_diagnosed_and_ignored() {
    let world = World::new();
    let hostile = |path: &str| {
        let mut header = tar::Header::new_gnu();
        let name = header.as_gnu_mut().unwrap();
        name.name[..path.len()].copy_from_slice(path.as_bytes());
        let body = br#"{"name":"evil","version":"1.0.0"}"#;
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend_from_slice(body);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    };
    let mut layer = hostile("../../node_modules/evil/package.json");
    layer.extend(hostile("/srv/node_modules/evil/package.json"));
    layer.resize(layer.len() + 1024, 0);
    world.write("image.tar", ImageBuilder::new().raw_layer(layer).docker_archive());
    let run = world.run(&["sbom", "image.tar"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let codes: Vec<_> = value["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"unsafe-path"), "{}", run.out);
    for package in value["packages"].as_array().unwrap() {
        assert_eq!(
            package["evidence"][0]["path"], "srv/node_modules/evil/package.json",
            "nothing is found outside"
        );
    }
}

#[test]
fn a_bomb_is_refused() {
    let world = World::new();
    // Ten gigabytes of nothing in ten kilobytes: gzip members that unpack to zeros, packed once more.
    let zeros = gzip(&vec![0u8; 64 << 20]);
    let many: Vec<u8> = (0..160).flat_map(|_| zeros.clone()).collect();
    world.write("bomb.tar.gz", &many);
    check(&world, "bomb.tar.gz", "bomb.tar.gz");
    let image = ImageBuilder::new().raw_layer(many).docker_archive();
    let twice = zstd(&image);
    assert!(twice.len() < 100 << 10, "{}", twice.len());
    world.write("twice.tar.zst", twice);
    check(&world, "twice.tar.zst", "twice.tar.zst");
}

#[test]
fn links_in_a_tree_lead_nowhere() {
    let world = World::new();
    world.write(
        "outside/node_modules/secret/package.json",
        r#"{"name":"secret","version":"1.0.0"}"#,
    );
    world.write(
        "root/srv/node_modules/own/package.json",
        r#"{"name":"own","version":"1.0.0"}"#,
    );
    symlink("../../outside", world.path("root/srv/link")).unwrap();
    symlink(".", world.path("root/srv/self")).unwrap();
    symlink("b", world.path("root/a")).unwrap();
    symlink("a", world.path("root/b")).unwrap();
    let run = world.run(&["sbom", "root"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("pkg:npm/own@1.0.0") && !run.out.contains("secret"),
        "{}",
        run.out
    );
    symlink("root", world.path("door")).unwrap();
    assert!(
        world.run(&["sbom", "door"]).out.contains("pkg:npm/own@1.0.0"),
        "a root may be named by a link"
    );
}

#[test]
fn garbage_where_a_database_should_be() {
    let world = World::new();
    let garbage: Vec<u8> = (0..200_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    for path in [
        "var/lib/rpm/rpmdb.sqlite",
        "var/lib/rpm/Packages.db",
        "var/lib/rpm/Packages",
    ] {
        world.write(&format!("root/{path}"), &garbage);
    }
    world.write("root/var/lib/dpkg/status", &garbage);
    world.write("root/lib/apk/db/installed", &garbage);
    world.write("root/srv/app.jar", &garbage);
    world.write("root/srv/node_modules/x/package.json", &garbage);
    world.write("root/etc/os-release", &garbage);
    let run = world.run(&["sbom", "root"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let paths: Vec<_> = value["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|d| d["path"].as_str())
        .collect();
    for path in [
        "var/lib/rpm/rpmdb.sqlite",
        "var/lib/rpm/Packages.db",
        "var/lib/rpm/Packages",
        "srv/app.jar",
    ] {
        assert!(paths.contains(&path), "{path} of {paths:?}");
    }
}

#[test]
fn documents_that_are_none() {
    let world = World::new();
    let line = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","junk":"{}"}}"#,
        "x".repeat(50 << 20)
    );
    world.write("long.json", line);
    let run = world.run(&["sbom", "long.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    world.write(
        "cut.json",
        format!(
            r#"{{"bomFormat":"CycloneDX","components":["{}"#,
            "x".repeat(50 << 20)
        ),
    );
    check(&world, "cut.json", "cut.json\" is not a valid JSON document: EOF");
    world.write("other.json", r#"{"hello":"world"}"#);
    check(&world, "other.json", "other.json");
    check(
        &world,
        "sbom:other.json",
        "other.json\" is JSON, but neither CycloneDX",
    );
    world.write("old.json", r#"{"bomFormat":"CycloneDX","specVersion":"0.9"}"#);
    check(
        &world,
        "old.json",
        "old.json\" is CycloneDX 0.9, which is not supported",
    );
    world.write(
        "deep.json",
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":{}"#,
            "[".repeat(1 << 20)
        ),
    );
    check(&world, "deep.json", "deep.json\" is not a valid");
}

#[test]
fn a_blob_that_is_not_what_its_digest_says() {
    let world = World::new();
    let mut files = image().oci(Packing::Gzip);
    let digest = assay_testkit::sha256(&gzip(
        &LayerBuilder::new()
            .file("etc/os-release", "ID=debian\nVERSION_ID=12\n")
            .build(),
    ));
    files.corrupt(
        &digest,
        gzip(&LayerBuilder::new().file("etc/os-release", "ID=other\n").build()),
    );
    world.write("image.oci.tar", files.archive());
    check(&world, "image.oci.tar", &digest[..19]);
}

#[test]
fn a_broken_database() {
    let world = World::with_database();
    let path = world.path("home/intelligence.idx");
    let whole = fs::read(&path).unwrap();
    world.write("root/etc/os-release", "ID=debian\n");
    let scan = |bytes: &[u8], expected: &str| {
        fs::write(&path, bytes).unwrap();
        let run = world.run(&["scan", "root"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(
            run.err.contains("intelligence.idx") && run.err.contains(expected),
            "{}",
            run.err
        );
    };
    scan(b"not a database", "is not an intelligence file");
    scan(&whole[..whole.len() / 2], "is truncated");
    let mut newer = whole.clone();
    newer[8] = 99;
    scan(&newer, "has format 99");
    let mut flipped = whole;
    flipped[200] ^= 1;
    scan(&flipped, "is corrupt");
    let run = world.run(&["scan", "root", "--db", "nowhere.idx"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("no intelligence file at nowhere.idx: run `assay db update`"),
        "{}",
        run.err
    );
}

#[test]
fn output_that_cannot_be_written() {
    let world = World::new();
    world.write("root/etc/os-release", "ID=debian\n");
    let run = world.run(&["sbom", "root", "--output", "no/such/folder/x.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("cannot write no/such/folder/x.json"),
        "{}",
        run.err
    );
    let run = world.run(&["sbom", "root", "--platform", "a/b/c/d"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is no platform"), "{}", run.err);
}

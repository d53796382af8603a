//! Archives of every shape to packages.

use assay_artifacts::RandomAccess;
use assay_testkit::ZipBuilder;
use proptest::prelude::*;

use super::archive;
use crate::{Facts, JarIndex, facts::Fact};

fn run(name: &str, bytes: &[u8]) -> Vec<String> {
    run_with(None, name, bytes)
}

fn run_with(index: Option<&JarIndex>, name: &str, bytes: &[u8]) -> Vec<String> {
    let mut facts = Facts::new("java");
    archive::read(RandomAccess::in_memory(bytes), name, index, &mut facts);
    let describe = |fact: Fact| match fact {
        Fact::Package { found, .. } => match found.inside {
            Some(path) => format!("{} in {path}", found.purl),
            None => found.purl.to_string(),
        },
        Fact::Diagnostic { code, message } => format!("{code}: {message}"),
        other => format!("{other:?}"),
    };
    facts.list.into_iter().map(describe).collect()
}

#[track_caller]
fn check(name: &str, archive: ZipBuilder, expected: &[&str]) {
    assert_eq!(run(name, &archive.build()), expected, "{name}");
}

fn library(artifact: &str) -> Vec<u8> {
    ZipBuilder::new().pom_properties("g", artifact, "1").build()
}

#[test]
fn one_archive() {
    let a = ZipBuilder::new().pom_properties("g", "a", "1");
    check("a-1.jar", a.clone(), &["pkg:maven/g/a@1"]);
    check(
        "a.war",
        a.clone().script("#!/bin/sh\nexit\n"),
        &["pkg:maven/g/a@1"],
    );
    check(
        "a.jar",
        a.pom_properties("g", "shaded", "2"),
        &["pkg:maven/g/a@1", "pkg:maven/g/shaded@2"],
    );
    check("empty.jar", ZipBuilder::new(), &[]);
    check(
        "b-2.0.jar",
        ZipBuilder::new()
            .stored("META-INF/MANIFEST.MF", "Implementation-Version: 2.0\n")
            .stored("META-INF/maven/g.h/b/pom.xml", "<project/>"),
        &["pkg:maven/g.h/b@2.0"],
    );
}

#[test]
fn what_cannot_be_told() {
    check(
        "b-2.0.jar",
        ZipBuilder::new().stored("META-INF/MANIFEST.MF", "Implementation-Version: 2.0\n"),
        &[
            "pkg:maven/b@2.0",
            "unidentified: b-2.0.jar does not tell its Maven group, so b 2.0 cannot be matched",
        ],
    );
    check(
        "b.jar",
        ZipBuilder::new().stored("b/B.class", ""),
        &["unidentified: b.jar does not tell which package it is"],
    );
    check(
        "b.war",
        ZipBuilder::new().stored("WEB-INF/classes/b/B.class", ""),
        &[],
    );
}

#[test]
fn archives_in_archives() {
    let inner = ZipBuilder::new()
        .stored("lib/c.jar", library("c"))
        .pom_properties("g", "b", "1")
        .build();
    let expected = [
        "pkg:maven/g/a@1",
        "pkg:maven/g/b@1 in BOOT-INF/lib/b-1.jar",
        "pkg:maven/g/c@1 in BOOT-INF/lib/b-1.jar!/lib/c.jar",
        "pkg:maven/g/d@1 in WEB-INF/lib/D.JAR",
    ];
    let a = || ZipBuilder::new().pom_properties("g", "a", "1");
    check(
        "a.ear",
        a().stored("BOOT-INF/lib/b-1.jar", &inner)
            .stored("WEB-INF/lib/D.JAR", library("d")),
        &expected,
    );
    check(
        "a.ear",
        a().deflated("BOOT-INF/lib/b-1.jar", &inner)
            .deflated("WEB-INF/lib/D.JAR", library("d")),
        &expected,
    );
}

#[test]
fn depth_is_limited() {
    let mut bytes = library("deep");
    for _ in 0..10 {
        bytes = ZipBuilder::new().stored("a.jar", bytes).build();
    }
    let found = run("a.jar", &bytes);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].ends_with("archives in archives are followed 8 deep"),
        "{found:?}"
    );
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![0; 8 << 20];
    let found = run(
        "a.jar",
        &ZipBuilder::new()
            .deflated("b.jar", &zeros)
            .stored("c.jar", library("c"))
            .build(),
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("limit-reached: b.jar: 8388608 bytes are packed into"),
        "{found:?}"
    );
    assert_eq!(found[1], "pkg:maven/g/c@1 in c.jar");
    // One that understates its size is cut off there.
    let found = run(
        "a.jar",
        &ZipBuilder::new().deflated_as("b.jar", &zeros, 1000).build(),
    );
    assert_eq!(
        found,
        ["malformed: b.jar: the file is no zip archive, or it is cut off"]
    );
}

#[test]
fn an_archive_that_holds_itself() {
    // The stored entry spans from its own content to the end of the file, directory included.
    let mut bytes = ZipBuilder::new().stored("a.jar", [0; 64]).build();
    let content = 30 + "a.jar".len();
    let span = u32::try_from(bytes.len() - content).unwrap().to_le_bytes();
    let directory = content + 64;
    for at in [directory + 20, directory + 24] {
        bytes[at..at + 4].copy_from_slice(&span);
    }
    let found = run("a.jar", &bytes);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn damage_costs_only_itself() {
    check(
        "a.jar",
        ZipBuilder::new()
            .stored("b.jar", "no archive")
            .stored("c.jar", library("c"))
            .stored("META-INF/maven/g/d/pom.properties", "version=1"),
        &[
            "malformed: b.jar: the file is no zip archive, or it is cut off",
            "pkg:maven/g/c@1 in c.jar",
        ],
    );
    assert_eq!(
        run("a.jar", b"no archive"),
        ["malformed: the file is no zip archive, or it is cut off"]
    );
}

fn varied() -> Vec<u8> {
    ZipBuilder::new()
        .stored("META-INF/MANIFEST.MF", "Implementation-Version: 2.0\n")
        .pom_properties("g", "a", "1")
        .stored("b.jar", library("b"))
        .deflated("c.jar", library("c"))
        .build()
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let _ = run("a.jar", &bytes);
        let _ = run("a.jar", &[&bytes, &ZipBuilder::new().build()[..]].concat());
    }

    #[test]
    fn changed_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10)) {
        let mut bytes = varied();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = run("a.jar", &bytes);
    }
}

#[test]
fn archives_that_only_an_index_names() {
    use std::io::Write;

    use sha1::{Digest, Sha1};

    let bare = ZipBuilder::new()
        .stored("org/example/A.class", "\u{ca}fe")
        .build();
    let told = library("told");
    let line = |bytes: &[u8], rest: &str| {
        let digest: [u8; 20] = Sha1::digest(bytes).into();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{hex} {rest}\n")
    };
    let outer = ZipBuilder::new()
        .stored("WEB-INF/lib/odd.jar", bare.clone())
        .build();
    let mut lines = [
        line(&bare, "org.example bare 1.0"),
        line(&told, "org.example other 2.0"),
    ];
    lines.sort();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(lines.concat().as_bytes()).unwrap();
    let index = JarIndex::open(file.path()).unwrap();
    for (name, bytes, expected) in [
        ("odd.jar", &bare, "pkg:maven/org.example/bare@1.0"),
        ("told-1.jar", &told, "pkg:maven/g/told@1"),
        (
            "app.war",
            &outer,
            "pkg:maven/org.example/bare@1.0 in WEB-INF/lib/odd.jar",
        ),
    ] {
        assert_eq!(run_with(Some(&index), name, bytes), [expected], "{name}");
    }
    assert_eq!(run("odd.jar", &bare).len(), 1);
}

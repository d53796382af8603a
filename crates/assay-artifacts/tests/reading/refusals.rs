//! Bad input gives one clear sentence.

use std::os::unix::fs::symlink;

use crate::record::{lines, read, read_bytes};
use assay_artifacts::{Limits, OpenOptions, Opened, Target, open};
use assay_model::DiagnosticCode;
use assay_testkit::{ImageBuilder, LayerBuilder, Packing, gzip, sha256, zstd};

#[track_caller]
fn check_with(bytes: &[u8], prefix: &str, options: &OpenOptions, expected: &[&str]) {
    let message = read_bytes(bytes, prefix, options).unwrap_err().to_string();
    for part in expected {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

#[track_caller]
fn check(bytes: &[u8], prefix: &str, expected: &[&str]) {
    check_with(bytes, prefix, &OpenOptions::default(), expected);
}

fn image() -> ImageBuilder {
    ImageBuilder::new()
        .layer(LayerBuilder::new().file("a", "1"))
        .layer(LayerBuilder::new().file("b", noise(20_000)).file("c", "3"))
}

/// Bytes that do not compress.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn other_things() {
    check(
        b"hello world",
        "",
        &[
            "image",
            ".tar\" is not a directory, a docker archive",
            "it looks like a text file",
        ],
    );
    check(
        b"hello",
        "docker-archive:",
        &["not an image as docker save writes it", "a text file"],
    );
    check(b"hello", "oci:", &["not an OCI image layout", "a text file"]);
    check(b"hello", "dir:", &["is not a directory", "a text file"]);
    check(b"", "", &["an empty file"]);
    check(b"PK\x03\x04aaaa", "", &["no zip archive, or it is cut off"]);
    check(
        b"PK\x03\x04aaaa",
        "oci:",
        &["not an OCI image layout", "a zip archive"],
    );
    check(
        b"\x7fELF\x02\x01\0\0",
        "archive:",
        &["not a tar or zip archive", "an ELF binary"],
    );
    check(b"hello", "function:", &["is not a zip archive"]);
    check(b"\xfd7zXZ\0\0", "", &["is cut off after 7 bytes"]);
    check(
        br#"{"name": "left-pad"}"#,
        "",
        &["a JSON document of some other kind"],
    );
    check(b"SPDXVersion: SPDX-2.3\n", "", &["SPDX in tag-value form"]);
    check(&gzip(b"hello"), "", &["a compressed file that holds no tar"]);
    let plain = LayerBuilder::new().file("readme", "x").build();
    check(
        &plain,
        "",
        &["a tar without manifest.json or index.json: it holds readme; write archive:FILE"],
    );
    check(&gzip(&plain), "", &["a compressed tar with readme"]);
    check(&image().docker_archive(), "oci:", &["not an OCI image layout"]);
    check(
        &image().docker_archive(),
        "dir:",
        &["is not a directory", "a tar archive"],
    );
}

#[test]
fn paths() {
    let directory = tempfile::tempdir().unwrap();
    let absent = directory.path().join("absent");
    let message = read(&absent.display().to_string(), &OpenOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("there is no file or directory") && message.contains("absent"),
        "{message}"
    );
    let looped = directory.path().join("looped");
    symlink("looped", &looped).unwrap();
    let message = read(&looped.display().to_string(), &OpenOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("a symbolic link that leads back to itself"),
        "{message}"
    );
    let message = read("", &OpenOptions::default()).unwrap_err().to_string();
    assert!(message.contains("no file or directory"), "{message}");
}

#[test]
fn broken_manifests() {
    let tar = |manifest: &str| {
        LayerBuilder::new()
            .file("c.json", "{}")
            .file("manifest.json", manifest)
            .build()
    };
    check(
        &tar("not json"),
        "",
        &[
            "manifest.json in",
            "is damaged",
            "not the JSON that belongs there",
        ],
    );
    check(&tar("[]"), "", &["names no image"]);
    check(
        &tar(r#"[{"Config":"d.json","Layers":[]}]"#),
        "",
        &["manifest.json in", "refers to d.json, which is not in it"],
    );
    check(
        &tar(r#"[{"Config":"c.json","Layers":["x/layer.tar"]}]"#),
        "",
        &["refers to x/layer.tar"],
    );
    check(
        &tar(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        "",
        &["manifest.json in"],
    );
    let index = |index: &str| {
        LayerBuilder::new()
            .file("oci-layout", "{}")
            .file("index.json", index)
            .build()
    };
    check(&index("{}"), "", &["names no image"]);
    let traversal = r#"{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}"#;
    check(
        &index(traversal),
        "",
        &["the digest \"sha256:../../../etc/passwd\", which is not supported"],
    );
}

#[test]
fn cut_off() {
    let whole = image().docker_archive();
    check(
        &whole[..whole.len() / 2],
        "",
        &["image", "is cut off after", "bytes"],
    );
    let half = |layer: Vec<u8>| {
        ImageBuilder::new()
            .raw_layer(layer[..layer.len() / 2].to_vec())
            .docker_archive()
    };
    let layer = LayerBuilder::new().file("a", noise(20_000)).build();
    for layer in [layer.clone(), gzip(&layer), zstd(&layer)] {
        check(&half(layer), "", &["layer 0 (sha256:", ".tar is cut off after"]);
    }
    let packed = gzip(&whole);
    check(&packed[..packed.len() - 3000], "", &["is cut off after"]);
}

#[test]
fn damaged() {
    let mut layer = LayerBuilder::new().file("a", "1").file("b", "2").build();
    layer[1024 + 10] ^= 1;
    check(
        &ImageBuilder::new().raw_layer(layer).docker_archive(),
        "",
        &["layer 0", "at byte 1024 there should be a tar header"],
    );
    check(
        &ImageBuilder::new()
            .raw_layer(b"text".repeat(200))
            .docker_archive(),
        "",
        &["layer 0", "neither a tar nor"],
    );
    let mut packed = gzip(&LayerBuilder::new().file("a", noise(4000)).build());
    let middle = packed.len() / 2;
    packed[middle..middle + 40].fill(0xff);
    check(
        &ImageBuilder::new().raw_layer(packed).docker_archive(),
        "",
        &["layer 0 (sha256:"],
    );
}

#[test]
fn digests() {
    for packing in Packing::ALL {
        let mut layout = image().oci(packing);
        let base = assay_testkit::pack(&LayerBuilder::new().file("a", "1").build(), packing);
        let other = assay_testkit::pack(&LayerBuilder::new().file("a", "2").build(), packing);
        let (expected, found) = (sha256(&base), sha256(&other));
        layout.corrupt(&expected, other);
        check(
            &layout.archive(),
            "",
            &["layer 0 (sha256:", "expected", &expected, "found", &found],
        );
    }
    let mut layout = image().oci(Packing::Gzip);
    layout.remove(&sha256(&gzip(&LayerBuilder::new().file("a", "1").build())));
    check(
        &layout.archive(),
        "",
        &[
            "layer 0 (sha256:",
            "refers to blobs/sha256/",
            "which is not in it",
        ],
    );
}

#[test]
fn limits() {
    let bomb = LayerBuilder::new().file("zeros", vec![0; 16 << 20]);
    let archive = ImageBuilder::new().layer(bomb).oci(Packing::Zstd).archive();
    let with = |limits| OpenOptions {
        limits,
        ..OpenOptions::default()
    };
    let ratio = with(Limits {
        ratio_from: 1 << 20,
        ..Limits::default()
    });
    check_with(
        &archive,
        "",
        &ratio,
        &["layer 0", "safety limit", "more than 200 times as many"],
    );
    check_with(
        &zstd(&archive),
        "",
        &ratio,
        &["safety limit", "more than 200 times as many"],
    );
    let bytes = with(Limits {
        layer_bytes: 1 << 20,
        ..Limits::default()
    });
    check_with(&archive, "", &bytes, &["layer 0", "more than 1048576 bytes"]);
    let entries = with(Limits {
        entries: 1,
        ..Limits::default()
    });
    check_with(
        &image().docker_archive(),
        "",
        &entries,
        &["layer 1", "more than 1 entries"],
    );
    assert!(read_bytes(&archive, "", &OpenOptions::default()).is_ok());
}

#[test]
fn unsafe_paths() {
    let layer = LayerBuilder::new()
        .file("/etc/absolute", "1")
        .file("../../etc/escaping", "2")
        .hard_link("link", "../outside")
        .file("fine", "3");
    let contents = read_bytes(
        &ImageBuilder::new().layer(layer).docker_archive(),
        "",
        &OpenOptions::default(),
    )
    .unwrap();
    assert_eq!(lines(&contents), [["etc/absolute = 1", "fine = 3"]]);
    let found: Vec<_> = contents.visitors[0]
        .diagnostics
        .iter()
        .map(|d| (d.code, d.path.as_deref()))
        .collect();
    let code = DiagnosticCode::UnsafePath;
    assert_eq!(
        found,
        [
            (code, Some("etc/absolute")),
            (code, Some("../../etc/escaping")),
            (code, Some("link"))
        ]
    );
}

#[test]
fn bills_of_materials() {
    let late = format!(
        r#"{{"packages": ["{}"], "spdxVersion": "SPDX-2.3"}}"#,
        "x".repeat(300_000)
    );
    for text in [r#"{"bomFormat": "CycloneDX"}"#, &late] {
        let file = crate::record::written(text.as_bytes());
        for prefix in ["", "sbom:"] {
            let target = Target::parse(&format!("{prefix}{}", file.path().display()));
            let opened = open(&target, &OpenOptions::default()).unwrap();
            let Opened::Sbom(sbom) = opened else {
                panic!("a bill of materials was expected")
            };
            assert_eq!(String::from_utf8(sbom.read().unwrap()).unwrap(), text);
        }
    }
}

//! Archives of files, functions with layers, single files.

use std::io::Write;

use assay_artifacts::{Limits, OpenOptions, Opened, Target, open};
use assay_model::{ArtifactKind, DiagnosticCode};
use assay_testkit::{ImageBuilder, LayerBuilder, ZipBuilder, gzip, zstd};

use crate::record::{lines, read, read_bytes, written};

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_tar_of_files_in_every_compression() {
    let tar = LayerBuilder::new()
        .file("./etc/os-release", "ID=debian")
        .hard_link("etc/also", "etc/os-release")
        .executable("bin/run", "#!")
        .build();
    let expected = [
        "etc/os-release = ID=debian",
        "etc/also => etc/os-release",
        "bin/run = #!",
    ];
    for bytes in [tar.clone(), gzip(&tar), zstd(&tar), xz(&tar), bzip2(&tar)] {
        let contents = read_bytes(&bytes, "archive:", &OpenOptions::default()).unwrap();
        assert_eq!(lines(&contents), [expected.map(str::to_owned)]);
        assert_eq!(contents.artifact.kind, ArtifactKind::Archive);
        assert!(contents.artifact.digest.is_some());
    }
}

#[test]
fn images_in_xz_and_bzip2() {
    let image = ImageBuilder::new()
        .layer(LayerBuilder::new().file("a", "1"))
        .docker_archive();
    for bytes in [xz(&image), bzip2(&image)] {
        let contents = read_bytes(&bytes, "", &OpenOptions::default()).unwrap();
        assert_eq!(lines(&contents), [["a = 1"]]);
    }
    let damaged = xz(&image);
    let message = read_bytes(&damaged[..damaged.len() / 2], "", &OpenOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("cut off") || message.contains("damaged"),
        "{message}"
    );
}

fn code() -> ZipBuilder {
    ZipBuilder::new()
        .deflated("app.py", "print()")
        .stored("lib\\windows.py", "w")
        .stored("/absolute", "a")
        .stored("empty/", "")
        .stored("../../etc/passwd", "x")
        .deflated("big.ignored", "unread")
}

#[test]
fn a_zip_is_a_tree() {
    let contents = read_bytes(&code().build(), "", &OpenOptions::default()).unwrap();
    let expected = ["app.py = print()", "lib/windows.py = w", "absolute = a"];
    assert_eq!(lines(&contents), [expected.map(str::to_owned)]);
    assert_eq!(contents.artifact.kind, ArtifactKind::Archive);
    let codes: Vec<_> = contents.visitors[0]
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [DiagnosticCode::UnsafePath]);
}

#[test]
fn a_function_and_its_layers() {
    let one = written(&ZipBuilder::new().deflated("python/a.py", "one").build());
    let two = written(&ZipBuilder::new().deflated("python/a.py", "two").build());
    let options = OpenOptions {
        function_layers: vec![one.path().to_owned(), two.path().to_owned()],
        ..OpenOptions::default()
    };
    let contents = read_bytes(
        &ZipBuilder::new().stored("app.py", "code").build(),
        "function:",
        &options,
    )
    .unwrap();
    assert_eq!(
        lines(&contents),
        [
            ["opt/python/a.py = one"],
            ["opt/python/a.py = two"],
            ["var/task/app.py = code"]
        ]
    );
    assert_eq!(contents.artifact.kind, ArtifactKind::Function);
    assert_eq!(contents.artifact.layers.len(), 3);
    assert_eq!(contents.artifact.digest.as_ref(), contents.artifact.layers.last());
    let broken = OpenOptions {
        function_layers: vec!["/absent.zip".into()],
        ..OpenOptions::default()
    };
    let message = read_bytes(&ZipBuilder::new().build(), "function:", &broken)
        .unwrap_err()
        .to_string();
    assert!(message.contains("/absent.zip"), "{message}");
}

#[test]
fn a_zip_that_claims_too_much() {
    let limits = Limits {
        ratio: 10,
        ratio_from: 1000,
        ..Limits::default()
    };
    let options = OpenOptions {
        limits,
        ..OpenOptions::default()
    };
    let zip = ZipBuilder::new()
        .deflated("bomb", vec![0; 1 << 20])
        .deflated("small", "s")
        .build();
    let contents = read_bytes(&zip, "", &options).unwrap();
    assert_eq!(
        contents.visitors[0].diagnostics[0].code,
        DiagnosticCode::LimitReached
    );
    let lying = ZipBuilder::new()
        .deflated_as("more", "abc", 2)
        .deflated_as("less", "abc", 9)
        .build();
    let contents = read_bytes(&lying, "", &OpenOptions::default()).unwrap();
    assert_eq!(contents.visitors[0].lines[0], "more = ab");
}

#[test]
fn single_files() {
    for (name, bytes) in [
        ("program", &b"\x7fELF\x02\x01\x01\0rest"[..]),
        ("program.exe", b"MZ rest"),
        ("app.jar", b"PK\x03\x04rest"),
        ("lock", b"text"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let options = OpenOptions {
            is_readable_alone: |path| path.ends_with("/lock"),
            ..OpenOptions::default()
        };
        for target in [path.display().to_string(), format!("file:{}", path.display())] {
            let contents = read(&target, &options).unwrap();
            let line = format!("{name} = {}", String::from_utf8_lossy(bytes));
            assert_eq!(lines(&contents), [[line]]);
            assert_eq!(contents.artifact.kind, ArtifactKind::File);
        }
    }
}

#[test]
fn compressed_bills_of_materials() {
    let text = br#"{"bomFormat":"CycloneDX","specVersion":"1.5"}"#;
    for bytes in [gzip(text), zstd(text), xz(text)] {
        let file = written(&bytes);
        let target = Target::parse(&file.path().display().to_string());
        match open(&target, &OpenOptions::default()).unwrap() {
            Opened::Sbom(sbom) => assert_eq!(sbom.read().unwrap(), text),
            Opened::Tree(_) => panic!("a tree"),
        }
    }
}

//! Images in every archive form tell the same.

use crate::record::{lines, read, read_bytes};
use assay_artifacts::{OpenOptions, Platform};
use assay_model::{ArtifactKind, DiagnosticCode};
use assay_testkit::{ImageBuilder, LayerBuilder, OciFiles, Packing, gzip, pack, zstd};

fn image() -> ImageBuilder {
    let long = format!("{}/deep.txt", "directory/".repeat(20).trim_end_matches('/'));
    let base = LayerBuilder::new()
        .directory("etc/")
        .file("./etc/os-release", "ID=debian")
        .file("store/abc.ignored", "linked")
        .hard_link("app/package.json", "store/abc.ignored")
        .hard_link("etc/also", "./etc/os-release")
        .executable("bin/run", "#!")
        .file("bin/note", "no")
        .file(&long, "deep")
        .symbolic_link("lib", "usr/lib");
    let top = LayerBuilder::new()
        .whiteout("etc/also")
        .opaque("app")
        .whiteout("gone")
        .file("app/.wh..wh.plnk", "");
    ImageBuilder::new().layer(base).layer(top)
}

fn check(bytes: &[u8], prefix: &str, expected_kind: ArtifactKind) {
    let contents = read_bytes(bytes, prefix, &OpenOptions::default()).unwrap();
    let long = format!(
        "{}/deep.txt = deep",
        "directory/".repeat(20).trim_end_matches('/')
    );
    let base = [
        "etc/os-release = ID=debian",
        "app/package.json => store/abc.ignored",
        "etc/also => etc/os-release",
        "bin/run = #!",
        "bin/note passed over",
        &long,
        "lib ->",
        "app/package.json = linked",
    ];
    let top = ["etc/also removed", "app/ emptied", "gone removed"];
    assert_eq!(
        lines(&contents),
        [&base.map(str::to_owned)[..], &top.map(str::to_owned)[..]]
    );
    assert_eq!(contents.artifact.kind, expected_kind);
    assert_eq!(contents.artifact.tags, ["test:latest"]);
    assert_eq!(contents.artifact.platform.as_deref(), Some("linux/amd64"));
    assert_eq!(contents.artifact.layers, image().diff_ids());
    assert!(
        contents
            .artifact
            .digest
            .as_ref()
            .is_some_and(|digest| digest.starts_with("sha256:"))
    );
    let layers: Vec<_> = contents
        .layers
        .iter()
        .map(|(layer, _)| layer.clone().unwrap().digest)
        .collect();
    assert_eq!(layers, image().diff_ids());
    assert!(
        contents
            .visitors
            .iter()
            .all(|visitor| visitor.diagnostics.is_empty())
    );
}

#[test]
fn docker_archives() {
    check(&image().docker_archive(), "", ArtifactKind::DockerArchive);
    check(
        &image().docker_archive(),
        "docker-archive:",
        ArtifactKind::DockerArchive,
    );
}

#[test]
fn oci_archives() {
    for packing in Packing::ALL {
        check(&image().oci(packing).archive(), "", ArtifactKind::OciLayout);
        check(&image().oci(packing).archive(), "oci:", ArtifactKind::OciLayout);
    }
}

#[test]
fn oci_directories() {
    for packing in Packing::ALL {
        let directory = tempfile::tempdir().unwrap();
        image().oci(packing).write_to(directory.path());
        for prefix in ["", "oci:"] {
            let contents = read(
                &format!("{prefix}{}", directory.path().display()),
                &OpenOptions::default(),
            )
            .unwrap();
            assert_eq!(contents.artifact.kind, ArtifactKind::OciLayout);
            assert_eq!(lines(&contents).len(), 2);
        }
    }
}

/// A compressed archive is read once, so the link to a file that went by unread stays unread and says so.
#[test]
fn compressed_archives() {
    for archive in [
        image().docker_archive(),
        image().oci(Packing::Gzip).archive(),
        image().oci(Packing::Plain).archive(),
    ] {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let contents = read_bytes(&pack(&archive, packing), "", &OpenOptions::default()).unwrap();
            assert_eq!(contents.artifact.layers, image().diff_ids());
            assert_eq!(lines(&contents)[1].len(), 3);
            assert_eq!(lines(&contents)[0].len(), 7);
            let diagnostics: Vec<_> = contents
                .visitors
                .iter()
                .flat_map(|visitor| &visitor.diagnostics)
                .map(|d| d.code)
                .collect();
            assert_eq!(diagnostics, [DiagnosticCode::Unreadable]);
        }
    }
}

#[test]
fn gzip_members_and_zstd_frames_in_a_row() {
    let layer = LayerBuilder::new().file("a", "1").file("b", "2").build();
    let (front, back) = layer.split_at(700);
    let with_garbage = [&gzip(&layer)[..], b"rubbish that belongs to nothing"].concat();
    for joined in [
        [gzip(front), gzip(back)].concat(),
        [zstd(front), zstd(back)].concat(),
        with_garbage,
    ] {
        let archive = ImageBuilder::new().raw_layer(joined).docker_archive();
        let contents = read_bytes(&archive, "", &OpenOptions::default()).unwrap();
        assert_eq!(lines(&contents), [["a = 1", "b = 2"]]);
    }
}

#[test]
fn threads_change_nothing() {
    let many = (0..12).fold(ImageBuilder::new(), |image, index| {
        let layer = (0..20).fold(LayerBuilder::new(), |layer, file| {
            layer.file(&format!("{index}/{file}"), "x")
        });
        image.layer(layer)
    });
    let archive = many.oci(Packing::Gzip).archive();
    let [one, four] = [1, 4].map(|threads| {
        read_bytes(
            &archive,
            "",
            &OpenOptions {
                threads,
                ..OpenOptions::default()
            },
        )
        .unwrap()
    });
    assert_eq!(lines(&one), lines(&four));
    assert_eq!(lines(&one).len(), 12);
}

#[test]
fn a_layer_that_occurs_twice_is_read_once() {
    let layer = || LayerBuilder::new().file("a", "1");
    let image = ImageBuilder::new()
        .layer(layer())
        .layer(LayerBuilder::new().file("b", "2"))
        .layer(layer());
    let contents = read_bytes(&image.oci(Packing::Gzip).archive(), "", &OpenOptions::default()).unwrap();
    assert_eq!(lines(&contents), [["a = 1"], ["b = 2"], ["a = 1"]]);
    assert_eq!(contents.visitors.len(), 2);
}

#[test]
fn platforms_and_references() {
    let mut layout = OciFiles::new();
    let mut inner = Vec::new();
    for architecture in ["amd64", "arm64", "s390x"] {
        let image = ImageBuilder::new()
            .architecture(architecture)
            .tag("multi:1")
            .layer(LayerBuilder::new().file("architecture", architecture));
        inner.push(image.add_to(&mut layout, Packing::Plain));
    }
    let mut attestation = inner[0].clone();
    attestation["platform"] = serde_json::json!({ "os": "unknown", "architecture": "unknown" });
    inner.insert(0, attestation);
    // The index inside the index is what buildx writes.
    let nested = serde_json::json!({ "schemaVersion": 2, "manifests": inner });
    let nested = layout.document("application/vnd.oci.image.index.v1+json", &nested);
    layout.name(nested);
    let other = ImageBuilder::new()
        .tag("registry.example/other:2")
        .layer(LayerBuilder::new().file("other", "yes"));
    let other = other.add_to(&mut layout, Packing::Plain);
    layout.name(other);
    let archive = layout.archive();
    let find = |platform: Option<&str>, reference: Option<&str>| {
        let options = OpenOptions {
            platform: platform.and_then(Platform::parse),
            reference: reference.map(str::to_owned),
            ..OpenOptions::default()
        };
        read_bytes(&archive, "", &options)
            .map(|contents| lines(&contents)[0].join(" "))
            .map_err(|error| error.to_string())
    };
    let own = Platform::of_this_machine().architecture;
    if ["amd64", "arm64", "s390x"].contains(&own.as_str()) {
        assert_eq!(find(None, None), Ok(format!("architecture = {own}")));
    }
    assert_eq!(
        find(Some("linux/arm64"), None),
        Ok("architecture = arm64".to_owned())
    );
    assert_eq!(find(None, Some("other:2")), Ok("other = yes".to_owned()));
    let error = find(Some("linux/riscv64"), None).unwrap_err();
    assert!(
        error.contains("no image for linux/riscv64") && error.contains("linux/s390x"),
        "{error}"
    );
    let error = find(None, Some("absent:3")).unwrap_err();
    assert!(
        error.contains("no image tagged absent:3; it holds multi:1"),
        "{error}"
    );
}

#[test]
fn docker_archives_with_links_between_layers() {
    let layer = LayerBuilder::new().file("a", "1").build();
    let archive = LayerBuilder::new()
        .file("one/layer.tar", &layer)
        .symbolic_link("two/layer.tar", "../one/layer.tar")
        .file(
            "c.json",
            r#"{"os":"linux","architecture":"arm64","rootfs":{"diff_ids":["sha256:a","sha256:b"]}}"#,
        )
        .file(
            "manifest.json",
            r#"[{"Config":"c.json","RepoTags":null,"Layers":["one/layer.tar","two/layer.tar"]}]"#,
        )
        .build();
    for bytes in [archive.clone(), gzip(&archive)] {
        let contents = read_bytes(&bytes, "", &OpenOptions::default()).unwrap();
        assert_eq!(lines(&contents), [["a = 1"], ["a = 1"]]);
        assert_eq!(contents.visitors.len(), 1);
    }
}

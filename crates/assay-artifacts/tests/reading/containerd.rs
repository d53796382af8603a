//! The storage of containerd: blobs by their digests, names in a bbolt database.

use std::{fs, os::unix::fs::symlink, path::Path};

use assay_artifacts::OpenOptions;
use assay_model::ArtifactKind;
use assay_testkit::{BoltValue, ImageBuilder, LayerBuilder, OciFiles, Packing, bolt_database};
use tempfile::TempDir;

use crate::record::{lines, read};

const CONTENT: &str = "io.containerd.content.v1.content";
const METADATA: &str = "io.containerd.metadata.v1.bolt/meta.db";
const PAGE: usize = 4096;

/// A storage with two images, of one of which Kubernetes keeps a second name.
fn storage() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut layout = OciFiles::new();
    let mut add = |content: &str| {
        let layer = LayerBuilder::new().file("etc/motd", content);
        let manifest = ImageBuilder::new()
            .layer(layer)
            .add_to(&mut layout, Packing::Gzip);
        manifest["digest"].as_str().unwrap().to_owned()
    };
    let (one, two) = (add("one"), add("two"));
    let image = |digest: &str| {
        BoltValue::bucket([
            ("createdat", BoltValue::text("x")),
            ("target", BoltValue::bucket([("digest", BoltValue::text(digest))])),
        ])
    };
    let images = BoltValue::bucket([
        ("docker.io/library/one:1", image(&one)),
        ("docker.io/library/two:2", image(&two)),
        (&one, image(&one)),
    ]);
    let namespace = BoltValue::bucket([("images", images), ("leases", BoltValue::bucket([]))]);
    let version = BoltValue::bucket([("default", namespace), ("version", BoltValue::text("3"))]);
    write(folder.path(), METADATA, &bolt_database(&[("v1", version)]));
    for (path, bytes) in layout.finish() {
        write(&folder.path().join(CONTENT), &path, &bytes);
    }
    folder
}

fn write(root: &Path, path: &str, content: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn named(image: &str) -> OpenOptions {
    OpenOptions {
        reference: Some(image.to_owned()),
        ..OpenOptions::default()
    }
}

#[test]
fn images_by_name() {
    let folder = storage();
    let target = folder.path().display().to_string();
    for (image, content) in [
        ("one:1", "one"),
        ("docker.io/library/two:2", "two"),
        ("two:2", "two"),
    ] {
        let contents = read(&target, &named(image)).unwrap();
        assert_eq!(lines(&contents), [[format!("etc/motd = {content}")]], "{image}");
        assert_eq!(contents.artifact.kind, ArtifactKind::ContainerStorage);
    }
    for (options, expected) in [
        (named("three:3"), "called three:3"),
        (OpenOptions::default(), "docker.io/library/one:1"),
    ] {
        let error = read(&target, &options).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// Docker keeps one within its own directory, and a machine has that.
#[test]
fn within_other_directories() {
    for path in ["containerd", "containerd/daemon"] {
        let docker = tempfile::tempdir().unwrap();
        let place = docker.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::rename(storage().keep(), &place).unwrap();
        let contents = read(&docker.path().display().to_string(), &named("one:1")).unwrap();
        assert_eq!(lines(&contents), [["etc/motd = one".to_owned()]]);
    }
}

#[test]
fn links_do_not_lead_out_of_a_storage() {
    let other = storage();
    let folder = storage();
    let target = format!("storage:{}", folder.path().display());
    let check = |path: &str| {
        let full = folder.path().join(path);
        let aside = folder.path().join("aside");
        fs::rename(&full, &aside).unwrap();
        symlink(other.path().join(path), &full).unwrap();
        assert!(read(&target, &named("one:1")).is_err(), "{path}");
        fs::remove_file(&full).unwrap();
        fs::rename(&aside, &full).unwrap();
        assert!(read(&target, &named("one:1")).is_ok(), "{path}");
    };
    check(METADATA);
    check(CONTENT);
    check(&format!("{CONTENT}/blobs"));
    check(&format!("{CONTENT}/blobs/sha256"));
    let blobs = fs::read_dir(folder.path().join(CONTENT).join("blobs/sha256")).unwrap();
    let manifest = blobs
        .flatten()
        .find(|blob| fs::read(blob.path()).is_ok_and(|bytes| bytes.starts_with(b"{\"config\"")));
    let name = manifest.unwrap().file_name().into_string().unwrap();
    check(&format!("{CONTENT}/blobs/sha256/{name}"));
}

#[test]
fn broken_databases() {
    let folder = storage();
    let target = folder.path().display().to_string();
    let good = fs::read(folder.path().join(METADATA)).unwrap();
    for len in [0, 20, 80, PAGE, PAGE + 10, good.len() - PAGE + 100] {
        write(folder.path(), METADATA, &good[..len]);
        let error = read(&target, &named("one:1")).unwrap_err().to_string();
        assert!(error.contains("meta.db"), "{len}: {error}");
    }
}

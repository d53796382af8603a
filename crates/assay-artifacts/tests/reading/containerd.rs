//! The storage of containerd: blobs by their digests, names in a bbolt database.

use std::{fs, os::unix::fs::symlink, path::Path};

use assay_artifacts::OpenOptions;
use assay_model::ArtifactKind;
use assay_testkit::{ImageBuilder, LayerBuilder, OciFiles, Packing};
use tempfile::TempDir;

use crate::record::{lines, read};

const CONTENT: &str = "io.containerd.content.v1.content";
const METADATA: &str = "io.containerd.metadata.v1.bolt/meta.db";
const PAGE: usize = 4096;

/// What stands under a key.
enum Value {
    Text(String),
    Bucket(Vec<(String, Value)>),
}

/// A leaf page with these entries; buckets lie within their values.
fn page(entries: &[(String, Value)]) -> Vec<u8> {
    let mut elements = Vec::new();
    let mut rest = Vec::new();
    for (number, (key, value)) in entries.iter().enumerate() {
        let (kind, value) = match value {
            Value::Text(text) => (0_u32, text.clone().into_bytes()),
            Value::Bucket(entries) => (1, [vec![0; 16], page(entries)].concat()),
        };
        let position = (entries.len() - number) * 16 + rest.len();
        for field in [kind, position as u32, key.len() as u32, value.len() as u32] {
            elements.extend(field.to_le_bytes());
        }
        rest.extend_from_slice(key.as_bytes());
        rest.extend(value);
    }
    let mut header = vec![0; 16];
    header[8..10].copy_from_slice(&2_u16.to_le_bytes());
    header[10..12].copy_from_slice(&(entries.len() as u16).to_le_bytes());
    [header, elements, rest].concat()
}

/// A database with these entries: a meta page, and one page with everything.
fn database(entries: &[(String, Value)]) -> Vec<u8> {
    let mut bytes = vec![0; PAGE];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(16, &0xed0c_daed_u32.to_le_bytes());
    put(20, &2_u32.to_le_bytes());
    put(24, &(PAGE as u32).to_le_bytes());
    put(32, &1_u64.to_le_bytes());
    bytes.extend(page(entries));
    bytes.resize(2 * PAGE, 0);
    bytes
}

fn bucket<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Bucket(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

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
        bucket([
            ("createdat", Value::Text("x".to_owned())),
            ("target", bucket([("digest", Value::Text(digest.to_owned()))])),
        ])
    };
    let images = bucket([
        ("docker.io/library/one:1", image(&one)),
        ("docker.io/library/two:2", image(&two)),
        (&one, image(&one)),
    ]);
    let namespace = bucket([("images", images), ("leases", bucket([]))]);
    let version = bucket([("default", namespace), ("version", Value::Text("3".to_owned()))]);
    write(folder.path(), METADATA, &database(&[("v1".to_owned(), version)]));
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

//! The storage of container engines, laid out as docker and podman lay it out.

use std::{fs, os::unix::fs::symlink, path::Path};

use assay_artifacts::{ArtifactError, OpenOptions};
use assay_model::ArtifactKind;
use assay_testkit::sha256;
use rustix::fs::{CWD, Dev, FileType, Mode, XattrFlags};
use serde_json::json;
use tempfile::TempDir;

use crate::record::{lines, read};

fn write(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Three layers below the directories that `place` names: files, their removal by name, and by device and attribute
/// where this user may make these.
fn layers(root: &Path, place: impl Fn(usize) -> String) -> Vec<Vec<String>> {
    let (base, middle, top) = (place(0), place(1), place(2));
    write(root, &format!("{base}/etc/os-release"), "ID=debian");
    write(root, &format!("{base}/etc/motd"), "hello");
    write(root, &format!("{base}/srv/old"), "old");
    symlink("usr/lib", root.join(&base).join("lib")).unwrap();
    write(root, &format!("{middle}/etc/.wh.motd"), "");
    write(root, &format!("{middle}/srv/.wh..wh..opq"), "");
    write(root, &format!("{top}/srv/new"), "new");
    let mut expected = vec![
        vec![
            "etc/motd = hello".to_owned(),
            "etc/os-release = ID=debian".to_owned(),
            "lib ->".to_owned(),
            "srv/old = old".to_owned(),
        ],
        vec!["etc/motd removed".to_owned(), "srv/ emptied".to_owned()],
        vec!["srv/new = new".to_owned()],
    ];
    let top = root.join(top);
    let device = rustix::fs::mknodat(
        CWD,
        top.join("lib"),
        FileType::CharacterDevice,
        Mode::empty(),
        Dev::default(),
    );
    if device.is_ok() {
        expected[2].insert(0, "lib removed".to_owned());
    }
    let attribute = rustix::fs::setxattr(top.join("srv"), "user.overlay.opaque", b"y", XattrFlags::empty());
    if attribute.is_ok() {
        let at = expected[2].len() - 1;
        expected[2].insert(at, "srv/ emptied".to_owned());
    }
    expected
}

fn check(target: &str, options: &OpenOptions, expected: &[Vec<String>], tag: &str) {
    let contents = read(target, options).unwrap();
    assert_eq!(lines(&contents), expected);
    assert_eq!(contents.artifact.kind, ArtifactKind::ContainerStorage);
    assert_eq!(contents.artifact.tags, [tag]);
    assert_eq!(contents.artifact.layers.len(), 3);
    assert!(
        contents
            .visitors
            .iter()
            .all(|record| record.diagnostics.is_empty())
    );
}

fn named(image: &str) -> OpenOptions {
    OpenOptions {
        reference: Some(image.to_owned()),
        ..OpenOptions::default()
    }
}

fn docker() -> (TempDir, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let diffs = ["a", "b", "c"].map(|layer| sha256(layer.as_bytes()));
    let mut chain = String::new();
    for (at, diff) in diffs.iter().enumerate() {
        chain = match at {
            0 => diff.clone(),
            _ => sha256(format!("{chain} {diff}").as_bytes()),
        };
        let hex = chain.trim_start_matches("sha256:");
        write(
            root,
            &format!("image/overlay2/layerdb/sha256/{hex}/cache-id"),
            format!("cache{at}"),
        );
    }
    let config =
        json!({ "os": "linux", "architecture": "amd64", "rootfs": { "diff_ids": diffs } }).to_string();
    let id = sha256(config.as_bytes());
    let hex = id.trim_start_matches("sha256:");
    write(
        root,
        &format!("image/overlay2/imagedb/content/sha256/{hex}"),
        config,
    );
    let other = json!({ "rootfs": { "diff_ids": ["sha256:../../../etc"] } }).to_string();
    let other_id = sha256(other.as_bytes());
    let other_hex = other_id.trim_start_matches("sha256:");
    write(
        root,
        &format!("image/overlay2/imagedb/content/sha256/{other_hex}"),
        other,
    );
    let repositories = json!({ "Repositories": {
        "example/app": { "example/app:1": id },
        "evil": { "evil:1": other_id },
    } });
    write(root, "image/overlay2/repositories.json", repositories.to_string());
    let expected = layers(root, |at| format!("overlay2/cache{at}/diff"));
    (folder, expected)
}

#[test]
fn docker_storage() {
    let (folder, expected) = docker();
    let root = folder.path().display().to_string();
    check(&root, &named("app:1"), &expected, "example/app:1");
    check(
        &format!("storage:{root}"),
        &named("example/app:1"),
        &expected,
        "example/app:1",
    );
    let error = read(&root, &OpenOptions::default()).unwrap_err();
    assert!(
        matches!(&error, ArtifactError::SeveralImages { available, .. } if available.contains("evil:1")),
        "{error}"
    );
    let error = read(&root, &named("none:2")).unwrap_err();
    assert!(
        error.to_string().contains("holds no image called none:2"),
        "{error}"
    );
    let error = read(&root, &named("evil:1")).unwrap_err();
    assert!(error.to_string().contains("no identifier"), "{error}");
}

#[test]
fn storage_of_a_whole_machine() {
    let (folder, expected) = docker();
    let machine = tempfile::tempdir().unwrap();
    let target = format!("storage:{}", machine.path().display());
    let usual = machine.path().join("var/lib/docker");
    fs::create_dir_all(usual.parent().unwrap()).unwrap();
    // A link there means a directory of that machine, and would be taken for one of ours.
    symlink(folder.path(), &usual).unwrap();
    assert!(read(&target, &named("app:1")).is_err());
    fs::remove_file(&usual).unwrap();
    fs::rename(folder.keep(), &usual).unwrap();
    check(&target, &named("app:1"), &expected, "example/app:1");
    let empty = tempfile::tempdir().unwrap();
    let error = read(&format!("storage:{}", empty.path().display()), &named("x")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the storage of docker, podman or containerd"),
        "{error}"
    );
}

#[test]
fn podman_storage() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let expected = layers(root, |at| format!("overlay/layer{at}/diff"));
    let list = json!([
        { "id": "layer1", "parent": "layer0", "diff-digest": "sha256:b" },
        { "id": "layer0", "diff-digest": "sha256:a" },
        { "id": "layer2", "parent": "layer1" },
        { "id": "loop", "parent": "loop" },
    ]);
    write(root, "overlay-layers/layers.json", list.to_string());
    let images = json!([
        { "id": "abc", "digest": "sha256:manifest", "names": ["localhost/app:1"], "layer": "layer2" },
        { "id": "def", "names": ["localhost/loop:1"], "layer": "loop" },
        { "id": "fed", "names": ["localhost/gone:1"], "layer": "gone" },
    ]);
    write(root, "overlay-images/images.json", images.to_string());
    let target = root.display().to_string();
    check(&target, &named("localhost/app:1"), &expected, "localhost/app:1");
    check(&target, &named("sha256:manifest"), &expected, "localhost/app:1");
    for (image, message) in [("loop:1", "the layer loop"), ("gone:1", "the layer gone")] {
        let error = read(&target, &named(image)).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    write(root, "overlay-images/images.json", "{");
    let error = read(&target, &named("x")).unwrap_err();
    assert!(
        error.to_string().contains("overlay-images/images.json"),
        "{error}"
    );
}

#[test]
fn the_topmost_tree_of_vfs_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "vfs/dir/base/etc/os-release", "ID=debian");
    write(root, "vfs/dir/top/etc/os-release", "ID=ubuntu");
    let list = json!([{ "id": "base" }, { "id": "top", "parent": "base" }]);
    write(root, "vfs-layers/layers.json", list.to_string());
    write(
        root,
        "vfs-images/images.json",
        json!([{ "id": "abc", "layer": "top" }]).to_string(),
    );
    let contents = read(&root.display().to_string(), &OpenOptions::default()).unwrap();
    assert_eq!(lines(&contents), [["etc/os-release = ID=ubuntu".to_owned()]]);
    assert_eq!(contents.artifact.layers.len(), 2);
}

/// A storage that was taken off another machine, and that someone there prepared.
#[test]
fn links_do_not_lead_out_of_a_storage() {
    let secret = tempfile::tempdir().unwrap();
    write(secret.path(), "etc/os-release", "ID=secret");
    let check = |path: &str, expected: &str| {
        let (folder, _) = docker();
        let full = folder.path().join(path);
        fs::rename(&full, folder.path().join("aside")).unwrap();
        symlink(secret.path(), &full).unwrap();
        let error = read(&folder.path().display().to_string(), &named("app:1")).unwrap_err();
        assert!(error.to_string().contains(expected), "{path}: {error}");
    };
    for path in [
        "overlay2/cache0/diff",
        "overlay2/cache0",
        "overlay2",
        "image/overlay2/layerdb",
        "image/overlay2/imagedb",
    ] {
        check(path, "symbolic link");
    }
}

#[test]
fn what_an_engine_is_about_to_write_is_no_image() {
    let (folder, expected) = docker();
    let root = folder.path();
    write(root, "image/overlay2/imagedb/content/sha256/.tmp-1234", "{");
    check(
        &root.display().to_string(),
        &named("app:1"),
        &expected,
        "example/app:1",
    );
}

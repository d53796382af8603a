//! Images that lie in several files: documents that name each other, and what container engines keep.

use std::{fs, path::Path};

use assay_artifacts::{Begin, OpenOptions, Opened, Silent, Target, open};
use sha2::{Digest, Sha256};

use super::artifacts::{Curious, options};

/// What separates the documents of one input.
const SEPARATOR: &[u8] = b"\n--\n";

/// Files that an input may stand for; what it does not name is as an engine writes it.
const STORAGE: [(&str, &str); 9] = [
    (
        "image/overlay2/repositories.json",
        r#"{"Repositories":{"a":{"a:1":"sha256:c0"}}}"#,
    ),
    (
        "image/overlay2/imagedb/content/sha256/c0",
        r#"{"rootfs":{"diff_ids":["sha256:d0"]},"history":[{"created_by":"ADD x"}]}"#,
    ),
    ("image/overlay2/layerdb/sha256/d0/cache-id", "layer"),
    ("overlay2/layer/diff/etc/os-release", "ID=debian"),
    (
        "overlay-images/images.json",
        r#"[{"id":"c0","names":["a:1"],"layer":"b"}]"#,
    ),
    (
        "overlay-images/c0/=c2hhMjU2OmMw",
        r#"{"rootfs":{"diff_ids":["sha256:d0"]}}"#,
    ),
    (
        "overlay-layers/layers.json",
        r#"[{"id":"b","parent":"a"},{"id":"a"}]"#,
    ),
    ("overlay/a/diff/etc/os-release", "ID=debian"),
    ("overlay/b/diff/.wh.etc", ""),
];

/// Where containerd keeps its names.
pub(super) const NAMES: &str = "io.containerd.metadata.v1.bolt/meta.db";
/// Where containerd keeps its documents.
pub(super) const BLOBS: &str = "io.containerd.content.v1.content/blobs/sha256";

/// Writes a file with the directories above it.
pub(super) fn write(root: &Path, path: &str, content: &[u8]) {
    let path = root.join(path);
    if let Some(parent) = path.parent()
        && fs::create_dir_all(parent).is_ok()
    {
        let _ = fs::write(path, content);
    }
}

fn read(prefix: &str, root: &Path, options: &OpenOptions) {
    if let Ok(Opened::Tree(tree)) = open(&Target::parse(&format!("{prefix}{}", root.display())), options) {
        let _ = tree.read(|_| Begin::Read(Curious), &Silent);
    }
}

/// The place of one file in a storage, as a digit, and then its content.
pub(super) fn unpacked(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let (at, content) = bytes.split_first().unwrap_or((&b'0', &[]));
    let at = usize::from(at.wrapping_sub(b'0')) % STORAGE.len();
    // Files of Docker come first; those of podman are looked for where there are none.
    let half = if at < 4 { &STORAGE[..4] } else { &STORAGE[4..] };
    for (path, usual) in half {
        let is_it = *path == STORAGE[at].0;
        write(
            folder.path(),
            path,
            if is_it { content } else { usual.as_bytes() },
        );
    }
    let named = OpenOptions {
        reference: Some("a:1".to_owned()),
        ..options()
    };
    read("storage:", folder.path(), &named);
    read("storage:", folder.path(), &options());
}

/// A database of names, above blobs of which none is there.
pub(super) fn names(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    write(folder.path(), NAMES, bytes);
    let _ = fs::create_dir_all(folder.path().join(BLOBS));
    let named = OpenOptions {
        reference: Some("a:1".to_owned()),
        ..options()
    };
    read("storage:", folder.path(), &named);
    read("storage:", folder.path(), &options());
}

/// Documents of a layout, the index last. Each is filed under its digest, for which later ones write `@N`.
pub(super) fn documents(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let index = filed(bytes, &folder.path().join("blobs/sha256"));
    write(folder.path(), "index.json", &index);
    write(folder.path(), "oci-layout", b"{}");
    read("oci:", folder.path(), &options());
}

/// Files all documents but the last under their digests below a folder, and gives the last.
pub(super) fn filed(bytes: &[u8], folder: &Path) -> Vec<u8> {
    let mut digests: Vec<String> = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest
            .windows(SEPARATOR.len())
            .position(|window| window == SEPARATOR);
        let document = referring(&rest[..end.unwrap_or(rest.len())], &digests);
        let Some(end) = end else {
            return document;
        };
        let hex = hex_digest(&document);
        write(folder, &hex, &document);
        digests.push(format!("sha256:{hex}"));
        rest = &rest[end + SEPARATOR.len()..];
    }
}

/// The SHA-256 of a document, in hexadecimal.
pub(super) fn hex_digest(document: &[u8]) -> String {
    let digest = Sha256::digest(document);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn referring(document: &[u8], digests: &[String]) -> Vec<u8> {
    let mut out = Vec::with_capacity(document.len());
    let mut bytes = document.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let number = bytes
            .peek()
            .filter(|_| byte == b'@')
            .and_then(|digit| (*digit as char).to_digit(10));
        match number.and_then(|number| digests.get(number as usize)) {
            Some(digest) => {
                bytes.next();
                out.extend_from_slice(digest.as_bytes());
            }
            None => out.push(byte),
        }
    }
    out
}

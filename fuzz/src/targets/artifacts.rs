//! Whatever can be opened, and the files in it.

use std::io::{Read, Write};

use assay_artifacts::{
    Begin, Content, Entry, Interest, Limits, LinkAnswer, OpenOptions, Opened, Silent, Target, Visitor, open,
};
use assay_inventory::{JarIndex, Registry, scan};
use assay_model::{ArtifactKind, Diagnostic};

/// Looks at everything that is there.
pub(super) struct Curious;

impl Visitor for Curious {
    fn interest(&mut self, path: &str) -> Interest {
        if path.len().is_multiple_of(3) {
            Interest::IfExecutable
        } else {
            Interest::Yes
        }
    }

    fn file(&mut self, entry: &Entry<'_>, content: &mut Content<'_>) {
        let _ = content.peek(512);
        if entry.path.len().is_multiple_of(2) {
            let _ = content
                .random_access()
                .map(|access| access.read_at(&mut [0; 64], access.len() / 2));
        }
        let _ = content.bytes(1 << 20);
        if let Ok(stream) = content.stream() {
            let _ = std::io::copy(&mut stream.take(1 << 20), &mut std::io::sink());
        }
    }

    fn hard_link(&mut self, path: &str, _: &str) -> LinkAnswer {
        if path.len().is_multiple_of(2) {
            LinkAnswer::ReadTarget
        } else {
            LinkAnswer::Done
        }
    }

    fn diagnostic(&mut self, _: Diagnostic) {}
}

/// Limits that let a run end soon.
pub(super) fn options() -> OpenOptions {
    OpenOptions {
        limits: Limits {
            layer_bytes: 64 << 20,
            entries: 20_000,
            spool_memory: 1 << 20,
            random_access: 64 << 20,
            ..Limits::default()
        },
        threads: 1,
        is_readable_alone: |_| true,
        ..OpenOptions::default()
    }
}

/// Writes bytes to a file that vanishes; `None` where the system has no room for it.
pub(super) fn written(bytes: &[u8], suffix: &str) -> Option<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().ok()?;
    file.write_all(bytes).ok()?;
    Some(file)
}

fn read(prefix: &str, path: &str) {
    if let Ok(Opened::Tree(tree)) = open(&Target::parse(&format!("{prefix}{path}")), &options()) {
        let _ = tree.read(|_| Begin::Read(Curious), &Silent);
    }
}

/// Detected by its content, and as each form of image.
pub(super) fn image(bytes: &[u8]) {
    if let Some(file) = written(bytes, "") {
        for prefix in ["", "docker-archive:", "oci:"] {
            read(prefix, &file.path().display().to_string());
        }
    }
}

/// As a tar or zip of files, and as a function.
pub(super) fn archive(bytes: &[u8]) {
    if let Some(file) = written(bytes, "") {
        for prefix in ["archive:", "function:"] {
            read(prefix, &file.path().display().to_string());
        }
    }
}

/// One file in a tree: its path up to the first line feed, then its content.
pub(super) fn analysers(bytes: &[u8]) {
    let at = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(bytes.len());
    let (path, content) = bytes.split_at(at);
    let content = content.get(1..).unwrap_or_default();
    let tar = tar_of(path, content);
    let Some(file) = written(&tar, ".tar") else { return };
    for registry in [Registry::default(), Registry::checkout()] {
        let target = Target::parse(&format!("archive:{}", file.path().display()));
        if let Ok(Opened::Tree(tree)) = open(&target, &options()) {
            debug_assert_eq!(tree.artifact().kind, ArtifactKind::Archive);
            let _ = scan(*tree, &registry, &Silent);
        }
    }
}

/// An index of Java archives, in which one that names itself nowhere is looked up.
pub(super) fn jar_index(bytes: &[u8]) {
    let Some(index) = written(bytes, "").and_then(|file| JarIndex::open(file.path()).ok()) else {
        return;
    };
    let registry = Registry::default().with_jar_index(index);
    let Some(file) = written(&tar_of(b"a.jar", &nameless()), ".tar") else {
        return;
    };
    let target = Target::parse(&format!("archive:{}", file.path().display()));
    if let Ok(Opened::Tree(tree)) = open(&target, &options()) {
        let _ = scan(*tree, &registry, &Silent);
    }
}

/// A zip archive with one empty file.
fn nameless() -> Vec<u8> {
    let mut local = vec![0; 31];
    local[..4].copy_from_slice(b"PK\x03\x04");
    local[26] = 1;
    local[30] = b'A';
    let mut entry = vec![0; 47];
    entry[..4].copy_from_slice(b"PK\x01\x02");
    entry[28] = 1;
    entry[46] = b'A';
    let mut end = vec![0; 22];
    end[..4].copy_from_slice(b"PK\x05\x06");
    end[8] = 1;
    end[10] = 1;
    end[12] = 47;
    end[16] = 31;
    [local, entry, end].concat()
}

/// A tar with one executable file.
fn tar_of(path: &[u8], content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    for (target, byte) in header[..100].iter_mut().zip(path) {
        *target = *byte;
    }
    header[100..107].copy_from_slice(b"0000755");
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut tar = header.to_vec();
    tar.extend_from_slice(content);
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    tar
}

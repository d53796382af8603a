//! The disks of a machine as a tree: their file systems put together as the machine would mount them.
//!
//! The volume with an `os-release` is the root; where the others belong stands in its `fstab`. What is on the disks and
//! belongs nowhere, or cannot be read, is said.

use std::{collections::HashSet, io::Read, sync::Arc};

use assay_disks::{
    DirectoryEntry, DiskError, FileKind, FileSystem, FileSystemKind, Place, ReadLimit, Volume,
};
use assay_model::{Diagnostic, DiagnosticCode};

use crate::{
    ArtifactError, Content, Entry, Interest, Limits, Visitor, content::Scratch, fetched::Fetched, fstab,
    nodes::Nodes, path::push_lossy, tar::Surroundings,
};

/// Bytes of an `fstab`.
const LARGEST_FSTAB: u64 = 256 << 10;

/// Bytes that directories take which are known and not read yet, their paths and what stands beside each.
const MOST_PENDING: usize = 64 << 20;
const BESIDE: usize = 64;

/// Where a system tells what it is.
const OS_RELEASE: [&[&str]; 2] = [&["etc", "os-release"], &["usr", "lib", "os-release"]];

/// The open disks of a machine.
pub(crate) struct Disks {
    volumes: Vec<Volume>,
    nodes: Nodes,
    fetched: Vec<Arc<Fetched>>,
    place: String,
}

impl std::fmt::Debug for Disks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disks")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// A file system, and where in the tree it goes.
struct Mounted<'a> {
    volume: &'a Volume,
    file_system: Box<dyn FileSystem>,
    /// A clean path, empty for the root; `None` until it is known.
    directory: Option<String>,
}

pub(crate) fn disk_error(error: DiskError, place: &str) -> ArtifactError {
    let place = place.to_owned();
    match error {
        DiskError::Io(source) => ArtifactError::Unreadable { place, source },
        DiskError::Damaged(reason) => ArtifactError::Damaged { place, reason },
        DiskError::Unsupported(feature) => ArtifactError::Unsupported { place, feature },
        DiskError::Exhausted => ArtifactError::LimitReached {
            place,
            limit: error.to_string(),
        },
    }
}

/// What is read of one disk at most.
pub(crate) fn read_limit(limits: &Limits) -> ReadLimit {
    ReadLimit {
        bytes: limits.layer_bytes,
        ratio: limits.ratio,
        ratio_from: limits.ratio_from,
    }
}

impl Disks {
    /// Divides disks, which their machine knows as `nodes` and some of which are `fetched`. What cannot be read of them is told
    /// in `diagnostics`.
    pub(crate) fn open(
        disks: &[assay_disks::Disk],
        nodes: Nodes,
        fetched: Vec<Arc<Fetched>>,
        place: String,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Disks, ArtifactError> {
        let opened = volumes(disks, &place, diagnostics);
        match fetched.iter().find_map(|disk| disk.failure()) {
            Some(failure) => Err(failure),
            None => Ok(Disks {
                volumes: opened?,
                nodes,
                fetched,
                place,
            }),
        }
    }

    /// Tells every file of every file system.
    pub(crate) fn walk(
        &self,
        visitor: &mut dyn Visitor,
        surroundings: &Surroundings<'_>,
    ) -> Result<(), ArtifactError> {
        let walked = self.walk_volumes(visitor, surroundings);
        match self.fetched.iter().find_map(|disk| disk.failure()) {
            Some(failure) => Err(failure),
            None => walked,
        }
    }

    fn walk_volumes(
        &self,
        visitor: &mut dyn Visitor,
        surroundings: &Surroundings<'_>,
    ) -> Result<(), ArtifactError> {
        let mut mounted = Vec::new();
        let mut last = None;
        for volume in &self.volumes {
            match volume.file_system() {
                Ok(file_system) => mounted.push(Mounted {
                    volume,
                    file_system,
                    directory: None,
                }),
                Err(error) => {
                    let message = format!("{}: {error}", volume.name);
                    visitor.diagnostic(Diagnostic::new(DiagnosticCode::Unreadable, message));
                    last = Some(error);
                }
            }
        }
        if let (true, Some(error)) = (mounted.is_empty(), last) {
            return Err(disk_error(error, &self.place));
        }
        arrange(&mut mounted, &self.nodes, visitor);
        // The root first, then what lies deeper over what lies higher.
        mounted.sort_by_key(|mounted| mounted.directory.as_ref().map(|path| path.len()));
        let mut walker = Walker {
            visitor,
            surroundings,
            scratch: Scratch::default(),
            entries: 0,
            stop: None,
        };
        for Mounted {
            file_system,
            directory,
            ..
        } in &mounted
        {
            if let Some(directory) = directory {
                walker.walk(&**file_system, directory);
            }
        }
        Ok(())
    }
}

/// The volumes of disks that may have something installed.
fn volumes(
    disks: &[assay_disks::Disk],
    place: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Volume>, ArtifactError> {
    let division = assay_disks::divide(disks).map_err(|error| disk_error(error, place))?;
    let mut found = Vec::new();
    let mut volumes = Vec::new();
    for note in division.notes {
        diagnostics.push(Diagnostic::new(DiagnosticCode::Unsupported, note));
    }
    for volume in division.volumes {
        match volume.kind() {
            Ok(FileSystemKind::Ext | FileSystemKind::Xfs) => volumes.push(volume),
            // Neither has anything installed.
            Ok(FileSystemKind::Swap | FileSystemKind::Fat) => {}
            Ok(FileSystemKind::Unknown) => {
                let message = format!("{} holds nothing that is known", volume.name);
                diagnostics.push(Diagnostic::new(DiagnosticCode::Skipped, message.clone()));
                found.push(message);
            }
            Ok(FileSystemKind::PhysicalVolume) => {}
            Ok(FileSystemKind::Unsupported(name)) => {
                let message = format!("{} holds {name}, which is not read", volume.name);
                diagnostics.push(Diagnostic::new(DiagnosticCode::Unsupported, message.clone()));
                found.push(message);
            }
            Err(error) => {
                let message = format!("{}: {error}", volume.name);
                diagnostics.push(Diagnostic::new(DiagnosticCode::Unreadable, message.clone()));
                found.push(message);
            }
        }
    }
    if volumes.is_empty() {
        let notes = diagnostics.iter().map(|diagnostic| diagnostic.message.clone());
        found.extend(notes.filter(|note| !found.contains(note)).collect::<Vec<_>>());
        return Err(ArtifactError::NotRecognised {
            place: place.to_owned(),
            expected: "a disk with an ext2, ext3, ext4 or XFS file system",
            found: match found.is_empty() {
                true => "one without any".to_owned(),
                false => crate::image::some_of(&found),
            },
        });
    }
    Ok(volumes)
}

/// Finds where each file system goes.
fn arrange(mounted: &mut [Mounted<'_>], nodes: &Nodes, visitor: &mut dyn Visitor) {
    let root = mounted.iter().position(|mounted| {
        OS_RELEASE
            .iter()
            .any(|path| find(&*mounted.file_system, path).is_some())
    });
    let Some(root) = root else {
        // No system, just files: each volume for itself.
        let only = mounted.len() == 1;
        for (number, mounted) in (1..).zip(mounted) {
            let name = if only {
                String::new()
            } else {
                format!("volume-{number}")
            };
            mounted.directory = Some(name);
        }
        return;
    };
    let table = mounted
        .get(root)
        .map(|mounted| read_fstab(&*mounted.file_system))
        .unwrap_or_default();
    let lines = fstab::parse(&table);
    for (at, mounted) in mounted.iter_mut().enumerate() {
        if at == root {
            mounted.directory = Some(String::new());
            continue;
        }
        let known = fstab::Known {
            uuid: &mounted.file_system.uuid(),
            label: &mounted.file_system.label(),
            position: &mounted.volume.position,
            nodes,
        };
        mounted.directory = fstab::mount_point(&lines, &known);
        if mounted.directory.is_none() {
            let message = format!(
                "{} is not in the system's fstab and is not read",
                mounted.volume.name
            );
            visitor.diagnostic(Diagnostic::new(DiagnosticCode::Skipped, message));
        }
    }
    let mounts = |line: &fstab::Line| {
        let is_it = |mounted: &Mounted<'_>| mounted.directory.as_ref() == Some(&line.directory);
        mounted.iter().any(is_it)
    };
    for line in lines.iter().filter(|line| line.is_part && !mounts(line)) {
        let message = format!(
            "\"{}\", which the system's fstab has at /{}, is nothing that can be read of the disks",
            line.device, line.directory
        );
        visitor.diagnostic(Diagnostic::new(DiagnosticCode::Skipped, message));
    }
}

/// The file at a path without links; `None` where there is none.
fn find(file_system: &dyn FileSystem, path: &[&str]) -> Option<(FileKind, Place)> {
    let mut at = (FileKind::Directory, file_system.root());
    for part in path {
        let mut found = None;
        let outcome = file_system.list(at.1, &mut |entry: DirectoryEntry| {
            if entry.name == part.as_bytes() {
                found = Some((entry.kind, entry.place));
            }
            found.is_none()
        });
        outcome.ok()?;
        at = found?;
    }
    Some(at)
}

fn read_fstab(file_system: &dyn FileSystem) -> String {
    let mut bytes = Vec::new();
    if let Some((FileKind::File, place)) = find(file_system, &["etc", "fstab"])
        && let Ok(reader) = file_system.open(place)
    {
        // What could be read of a damaged one is worth more than nothing.
        let _ = reader.take(LARGEST_FSTAB).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Walker<'w> {
    visitor: &'w mut dyn Visitor,
    surroundings: &'w Surroundings<'w>,
    scratch: Scratch,
    entries: u64,
    /// Why nothing more is read.
    stop: Option<String>,
}

/// Directories of one file system that are to be read.
#[derive(Default)]
struct Pending {
    directories: Vec<(String, Place)>,
    bytes: usize,
}

impl Pending {
    fn push(&mut self, path: String, place: Place) {
        self.bytes += path.len() + BESIDE;
        self.directories.push((path, place));
    }

    fn pop(&mut self) -> Option<(String, Place)> {
        let (path, place) = self.directories.pop()?;
        self.bytes -= path.len() + BESIDE;
        Some((path, place))
    }
}

impl Walker<'_> {
    /// Tells all files of a file system below a directory, those of one directory in the order in which it has them.
    fn walk(&mut self, file_system: &dyn FileSystem, directory: &str) {
        let limits = self.surroundings.limits;
        let mut seen = HashSet::new();
        let mut pending = Pending::default();
        pending.push(directory.to_owned(), file_system.root());
        while let Some((path, place)) = pending.pop() {
            // Damage can make a directory lead to one above it.
            if !seen.insert(place) {
                continue;
            }
            let depth = crate::path::depth(&path);
            if depth > limits.depth || path.len() > limits.path_bytes {
                self.diagnostic(
                    DiagnosticCode::LimitReached,
                    &path,
                    "directories lie deeper than the limit",
                );
                continue;
            }
            let before = self.entries;
            let outcome = file_system.list(place, &mut |entry| {
                self.entry(file_system, &path, &entry, &mut pending);
                self.stop.is_none()
            });
            self.surroundings.progress.entries(self.entries - before);
            if let Err(error) = outcome {
                self.failed(&path, &error);
            }
            if let Some(reason) = self.stop.take() {
                self.visitor
                    .diagnostic(Diagnostic::new(DiagnosticCode::LimitReached, reason));
                return;
            }
        }
    }

    fn entry(
        &mut self,
        file_system: &dyn FileSystem,
        directory: &str,
        entry: &DirectoryEntry,
        pending: &mut Pending,
    ) {
        let most = self.surroundings.limits.entries;
        if self.entries >= most {
            self.stop = Some(format!("more than {most} entries; the rest is left out"));
            return;
        }
        self.entries += 1;
        if entry.name.contains(&b'/') {
            let message = "a name in it is a path, left out";
            return self.diagnostic(DiagnosticCode::UnsafePath, directory, message);
        }
        let mut full = String::with_capacity(directory.len() + 1 + entry.name.len());
        full.push_str(directory);
        if !full.is_empty() {
            full.push('/');
        }
        push_lossy(&entry.name, &mut full);
        match entry.kind {
            FileKind::Directory if pending.bytes > MOST_PENDING => {
                let message = "more directories than can be kept, left out";
                self.diagnostic(DiagnosticCode::LimitReached, &full, message);
            }
            FileKind::Directory => pending.push(full, entry.place),
            FileKind::File => {
                if let Err(error) = self.file(file_system, &full, entry.place) {
                    self.failed(&full, &error);
                }
            }
            FileKind::SymbolicLink => self.visitor.symbolic_link(&full),
            FileKind::Other => {}
        }
    }

    /// Tells that something could not be read; nothing can be once the limit is met.
    fn failed(&mut self, path: &str, error: &DiskError) {
        match error {
            DiskError::Exhausted => self.stop = Some(format!("{error}; the rest is left out")),
            _ => self.diagnostic(DiagnosticCode::Unreadable, path, &error.to_string()),
        }
    }

    fn file(&mut self, file_system: &dyn FileSystem, path: &str, place: Place) -> Result<(), DiskError> {
        let interest = self.visitor.interest(path);
        if interest == Interest::No {
            return Ok(());
        }
        let stat = file_system.stat(place)?;
        if interest == Interest::IfExecutable && stat.mode & 0o111 == 0 {
            self.visitor.passed_over(path);
            return Ok(());
        }
        let mut reader = file_system.open(place)?.take(stat.size);
        let entry = Entry {
            path,
            size: stat.size,
            mode: stat.mode,
        };
        let limits = self.surroundings.limits;
        let mut content = Content::passing(&mut reader, stat.size, &mut self.scratch, limits);
        self.visitor.file(&entry, &mut content);
        let read = stat.size - reader.limit();
        self.surroundings.progress.bytes(read);
        Ok(())
    }

    fn diagnostic(&mut self, code: DiagnosticCode, path: &str, message: &str) {
        self.visitor.diagnostic(Diagnostic::at(code, path, message));
    }
}

//! The image of a disk as a tree: its file systems put together as the machine would mount them.
//!
//! The volume with an `os-release` is the root; where the others belong stands in its `fstab`. What is on the disk and
//! belongs nowhere, or cannot be read, is said.

use std::{collections::HashSet, io::Read, path::Path};

use assay_disks::{Device, DirectoryEntry, DiskError, FileKind, FileSystem, FileSystemKind, Place, Volume};
use assay_model::{Diagnostic, DiagnosticCode};

use crate::{
    ArtifactError, Content, Entry, Interest, Visitor, content::Scratch, fstab, path::push_lossy,
    tar::Surroundings,
};

/// Bytes of an `fstab`.
const LARGEST_FSTAB: u64 = 256 << 10;

/// Where a system tells what it is.
const OS_RELEASE: [&[&str]; 2] = [&["etc", "os-release"], &["usr", "lib", "os-release"]];

/// An open disk.
pub(crate) struct Disk {
    volumes: Vec<Volume>,
    place: String,
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disk")
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
    }
}

impl Disk {
    /// Opens the image and divides the disk. What cannot be read of it is told in `diagnostics`.
    pub(crate) fn open(
        file: std::fs::File,
        path: Option<&Path>,
        place: String,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Disk, ArtifactError> {
        let failed = |error| disk_error(error, &place);
        let device: std::sync::Arc<dyn Device> = assay_disks::open_image(file, path).map_err(failed)?;
        let division = assay_disks::divide(&device).map_err(failed)?;
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
                place,
                expected: "a disk with an ext2, ext3, ext4 or XFS file system",
                found: match found.is_empty() {
                    true => "one without any".to_owned(),
                    false => crate::image::some_of(&found),
                },
            });
        }
        Ok(Disk { volumes, place })
    }

    /// Tells every file of every file system.
    pub(crate) fn walk(
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
        arrange(&mut mounted, visitor);
        // The root first, then what lies deeper over what lies higher.
        mounted.sort_by_key(|mounted| mounted.directory.as_ref().map(|path| path.len()));
        let mut walker = Walker {
            visitor,
            surroundings,
            scratch: Scratch::default(),
            entries: 0,
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

/// Finds where each file system goes.
fn arrange(mounted: &mut [Mounted<'_>], visitor: &mut dyn Visitor) {
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
            partition_id: mounted.volume.partition_id.as_deref(),
            name: &mounted.volume.name,
            logical: mounted.volume.logical.as_ref(),
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
}

impl Walker<'_> {
    /// Tells all files of a file system below a directory, each directory in order of name.
    fn walk(&mut self, file_system: &dyn FileSystem, directory: &str) {
        let limits = self.surroundings.limits;
        let mut seen = HashSet::new();
        let mut stack = vec![(directory.to_owned(), file_system.root())];
        while let Some((path, place)) = stack.pop() {
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
            let mut entries = Vec::new();
            let room = limits.entries.saturating_sub(self.entries);
            let outcome = file_system.list(place, &mut |entry| {
                entries.push(entry);
                (entries.len() as u64) < room
            });
            if let Err(error) = outcome {
                self.diagnostic(DiagnosticCode::Unreadable, &path, &error.to_string());
            }
            self.entries += entries.len() as u64;
            self.surroundings.progress.entries(entries.len() as u64);
            entries.sort_by(|one, other| one.name.cmp(&other.name));
            let mut directories = Vec::new();
            for entry in entries {
                let mut full = path.clone();
                if !full.is_empty() {
                    full.push('/');
                }
                push_lossy(&entry.name, &mut full);
                match entry.kind {
                    FileKind::Directory => directories.push((full, entry.place)),
                    FileKind::File => {
                        if let Err(error) = self.file(file_system, &full, entry.place) {
                            self.diagnostic(DiagnosticCode::Unreadable, &full, &error.to_string());
                        }
                    }
                    FileKind::SymbolicLink => self.visitor.symbolic_link(&full),
                    FileKind::Other => {}
                }
            }
            stack.extend(directories.into_iter().rev());
            if self.entries >= limits.entries {
                let message = format!("more than {} entries; the rest is left out", limits.entries);
                self.visitor
                    .diagnostic(Diagnostic::new(DiagnosticCode::LimitReached, message));
                return;
            }
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

//! One archive and all in it, within bounds.

use std::io::BufRead;

use assay_artifacts::{
    RandomAccess,
    zip::{Method, Span, ZipArchive, ZipEntry, ZipError},
};
use assay_model::{DiagnosticCode, Purl};
use sha1::{Digest, Sha1};

use super::{
    identity::{Clues, Identity},
    manifest::{Coordinates, Manifest},
    stem,
};
use crate::{Facts, FilePath, FoundPackage, JarIndex, binary_file::FormatError};

/// Archives in archives that are followed.
const DEEPEST: usize = 8;
/// Bytes of a packed archive in an archive that are unpacked.
const LARGEST_INNER: u64 = 256 << 20;
/// Bytes of unpacked archives that are held at a time, each inside the one before.
const MOST_HELD: u64 = 512 << 20;
/// Bytes that all entries of one file together may unpack to.
const MOST_UNPACKED: u64 = 2 << 30;
/// What an entry counts at least, so that many small ones are bounded as well.
const LEAST_COUNTED: u64 = 4 << 10;
/// How many times its packed size an archive may have. Class files shrink to a half.
const LARGEST_RATIO: u64 = 200;
/// Below this the ratio says nothing.
const SMALL: u64 = 1 << 20;
/// Bytes of a manifest that are read; what matters comes first, the rest are checksums.
const LARGEST_MANIFEST: u64 = 64 << 10;
/// Bytes of a `pom.properties` that are read.
const LARGEST_PROPERTIES: u64 = 64 << 10;
/// Descriptions of one archive that are read.
const MOST_DESCRIPTIONS: usize = 2000;

/// Reads the archive in a file of this name.
pub(super) fn read(file: RandomAccess<'_>, name: &str, index: Option<&JarIndex>, facts: &mut Facts) {
    let mut reader = Reader {
        index,
        facts,
        unpacked: 0,
        held: 0,
    };
    reader.archive(Span::whole(file), name, "", 0);
}

struct Reader<'f> {
    index: Option<&'f JarIndex>,
    facts: &'f mut Facts,
    unpacked: u64,
    held: u64,
}

/// What the directory of an archive shows.
#[derive(Default)]
struct Listing {
    manifest: Option<ZipEntry>,
    properties: Vec<ZipEntry>,
    /// Directories of Maven's with a `pom.xml`: group and artifact.
    models: Vec<(String, String)>,
    inner: Vec<ZipEntry>,
    has_classes: bool,
    /// Bytes that the entries above take up.
    kept: usize,
}

/// Bytes of entries of one archive that are kept: more than a hundred thousand inner archives.
const MOST_KEPT: usize = 16 << 20;

impl Listing {
    fn take(&mut self, entry: &ZipEntry) {
        if self.kept > MOST_KEPT {
            return;
        }
        let name = entry.name.as_str();
        if let Some(path) = name.strip_prefix("META-INF/") {
            let described = path.strip_prefix("maven/").and_then(|path| {
                let mut parts = path.split('/');
                let parts = [parts.next()?, parts.next()?, parts.next()?];
                Some(parts)
            });
            match described {
                Some([_, _, "pom.properties"]) if self.properties.len() < MOST_DESCRIPTIONS => {
                    let entry = self.keep(entry);
                    self.properties.push(entry);
                }
                Some([group, artifact, "pom.xml"]) if self.models.len() < MOST_DESCRIPTIONS => {
                    self.models.push((group.to_owned(), artifact.to_owned()));
                }
                _ if path.eq_ignore_ascii_case("MANIFEST.MF") => self.manifest = Some(self.keep(entry)),
                _ => {}
            }
        }
        if name.ends_with(".class") {
            // What belongs to an application rather than to a library, and the loader that Spring Boot puts in.
            let is_foreign = ["BOOT-INF/", "WEB-INF/", "org/springframework/boot/loader/"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
            self.has_classes |= !is_foreign;
        } else if stem(FilePath::new(name).name).is_some() {
            let entry = self.keep(entry);
            self.inner.push(entry);
        }
    }

    fn keep(&mut self, entry: &ZipEntry) -> ZipEntry {
        self.kept += entry.name.len() + size_of::<ZipEntry>();
        entry.clone()
    }
}

impl Reader<'_> {
    /// Reads one archive: `name` is its file name, `path` where it is in the file, empty for the file itself.
    fn archive(&mut self, span: Span<'_>, name: &str, path: &str, depth: usize) {
        let archive = match ZipArchive::open(span) {
            Ok(archive) => archive,
            Err(error) => return self.report(error, path),
        };
        let mut listing = Listing::default();
        let walked = archive.entries(&mut |entry| listing.take(entry));
        if listing.kept > MOST_KEPT {
            let error = FormatError::LimitReached("the archive holds too many others".into());
            self.report(error, path);
        }
        if let Err(error) = walked {
            self.report(error, path);
        }
        self.packages(&archive, &listing, name, path);
        for entry in &listing.inner {
            let inner_path = match path {
                "" => entry.name.clone(),
                path => format!("{path}!/{}", entry.name),
            };
            if let Err(error) = self.inner(&archive, entry, &inner_path, depth + 1) {
                self.report(error, &inner_path);
            }
        }
    }

    /// Reads an archive in an archive: in place where it is stored, else unpacked.
    fn inner(
        &mut self,
        archive: &ZipArchive<'_>,
        entry: &ZipEntry,
        path: &str,
        depth: usize,
    ) -> Result<(), FormatError> {
        if depth > DEEPEST {
            let what = format!("archives in archives are followed {DEEPEST} deep");
            return Err(FormatError::LimitReached(what.into()));
        }
        // Entries of directories may bear such names as well.
        if entry.size == 0 {
            return Ok(());
        }
        let name = FilePath::new(&entry.name).name;
        if entry.method == Method::Stored {
            let span = archive.packed(entry)?;
            self.count(span.len())?;
            self.archive(span, name, path, depth);
            return Ok(());
        }
        let allowed = entry.packed_size.saturating_mul(LARGEST_RATIO).max(SMALL);
        let limit = allowed.min(LARGEST_INNER);
        if entry.size > limit {
            let what = format!(
                "{} bytes are packed into {}; that is too much to unpack",
                entry.size, entry.packed_size
            );
            return Err(FormatError::LimitReached(what.into()));
        }
        self.count(entry.size)?;
        if self.held + entry.size > MOST_HELD {
            return Err(FormatError::LimitReached("too much is unpacked at a time".into()));
        }
        // The directory may understate the size; what is more is cut off.
        let content = archive.read(entry, entry.size)?;
        self.held += entry.size;
        self.archive(Span::whole(RandomAccess::in_memory(&content)), name, path, depth);
        self.held -= entry.size;
        Ok(())
    }

    /// Counts bytes towards what one file may unpack to.
    fn count(&mut self, bytes: u64) -> Result<(), FormatError> {
        self.unpacked = self.unpacked.saturating_add(bytes.max(LEAST_COUNTED));
        if self.unpacked > MOST_UNPACKED {
            let what = format!("the file unpacks to more than {MOST_UNPACKED} bytes; the rest is not read");
            return Err(FormatError::LimitReached(what.into()));
        }
        Ok(())
    }

    /// A small entry's content; what cannot be read is reported and missing.
    fn small(
        &mut self,
        archive: &ZipArchive<'_>,
        entry: &ZipEntry,
        limit: u64,
        path: &str,
    ) -> Option<Vec<u8>> {
        let read = self
            .count(entry.size.min(limit))
            .and_then(|()| Ok(archive.read(entry, limit)?));
        match read {
            Ok(content) => Some(content),
            Err(error) => {
                self.report(error.within(&entry.name), path);
                None
            }
        }
    }

    /// Takes down the packages that an archive itself consists of.
    fn packages(&mut self, archive: &ZipArchive<'_>, listing: &Listing, name: &str, path: &str) {
        let manifest = listing
            .manifest
            .as_ref()
            .and_then(|entry| self.small(archive, entry, LARGEST_MANIFEST, path))
            .map(|content| Manifest::parse(&content))
            .unwrap_or_default();
        let mut described = Vec::new();
        for entry in &listing.properties {
            if let Some(content) = self.small(archive, entry, LARGEST_PROPERTIES, path) {
                described.extend(Coordinates::parse(&content));
            }
        }
        let is_described = |(group, artifact): &&(String, String)| {
            described
                .iter()
                .any(|c: &Coordinates| c.group == *group && c.artifact == *artifact)
        };
        let undescribed = listing
            .models
            .iter()
            .filter(|model| !is_described(model))
            .cloned()
            .collect();
        let clues = Clues {
            stem: stem(name).unwrap_or(name).to_owned(),
            manifest,
            described,
            undescribed,
        };
        let mut identity = clues.identity();
        let is_open = match &identity {
            Identity::WithoutGroup { .. } => true,
            Identity::Unknown => listing.has_classes && clues.described.is_empty(),
            Identity::Described(_) | Identity::Stated(_) => false,
        };
        if is_open && let Some(coordinates) = self.look_up(archive, path) {
            identity = Identity::Stated(coordinates);
        }
        for coordinates in &clues.described {
            let is_main = matches!(&identity, Identity::Described(main) if main == coordinates);
            let licences = if is_main {
                clues.manifest.licences()
            } else {
                Vec::new()
            };
            self.package(coordinates, licences, path);
        }
        match identity {
            Identity::Described(_) => {}
            Identity::Stated(coordinates) => self.package(&coordinates, clues.manifest.licences(), path),
            Identity::WithoutGroup { artifact, version } => {
                let purl = Purl::new("maven", &artifact, &version);
                let found = FoundPackage::language(purl).with_licences(clues.manifest.licences());
                self.facts.package(found.inside(path));
                let message = format!(
                    "{name} does not tell its Maven group, so {artifact} {version} cannot be matched"
                );
                self.facts.diagnostic(DiagnosticCode::Unidentified, message);
            }
            Identity::Unknown if listing.has_classes && clues.described.is_empty() => {
                let message = format!("{name} does not tell which package it is");
                self.facts.diagnostic(DiagnosticCode::Unidentified, message);
            }
            Identity::Unknown => {}
        }
    }

    /// What the index says of an archive.
    fn look_up(&mut self, archive: &ZipArchive<'_>, path: &str) -> Option<Coordinates> {
        let index = self.index?;
        let looked_up = sha1(archive.span()).and_then(|digest| Ok(index.find(&digest)?));
        match looked_up {
            Ok(found) => found.map(|found| Coordinates {
                group: found.group,
                artifact: found.artifact,
                version: found.version,
            }),
            Err(error) => {
                self.report(FormatError::from(error).within("the index of archives"), path);
                None
            }
        }
    }

    fn package(&mut self, coordinates: &Coordinates, licences: Vec<String>, path: &str) {
        let purl = Purl::new("maven", &coordinates.artifact, &coordinates.version)
            .with_namespace(&coordinates.group);
        let found = FoundPackage::language(purl).with_licences(licences);
        self.facts.package(found.inside(path));
    }

    fn report(&mut self, error: impl Into<FormatError>, path: &str) {
        let error: FormatError = error.into();
        match path {
            "" => error.report(self.facts),
            path => error.within(path).report(self.facts),
        }
    }
}

/// The digest that repositories name an archive by.
fn sha1(archive: Span<'_>) -> Result<[u8; 20], ZipError> {
    let mut reader = archive.reader()?;
    let mut hasher = Sha1::new();
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hasher.finalize().into());
        }
        hasher.update(bytes);
        let used = bytes.len();
        reader.consume(used);
    }
}

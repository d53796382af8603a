//! An open intelligence file: look up a package's rules, an advisory, a vulnerability, an id.

use std::{path::Path, sync::Arc};

use assay_model::{
    AdvisoryKind, Ecosystem, Epss, KnownExploited, PackageKey, Ransomware, Severity, Ssvc, Standing,
};
use fst::{IntoStreamer, Streamer};
use zerocopy::FromBytes;

use crate::{
    bytes::Reader,
    details::{Detail, DetailReader},
    error::IndexError,
    format::{AdvisoryRecord, NO_EPSS, Section, VulnerabilityRecord},
    metadata::Metadata,
    pages::{Pages, SectionBytes},
    rules::Rules,
};

/// An open intelligence file. Cheap to open, safe to share between threads.
pub struct Index {
    pages: Arc<Pages>,
    metadata: Metadata,
    names: fst::Map<SectionBytes>,
    identifiers: fst::Map<SectionBytes>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("path", &self.pages.path())
            .finish_non_exhaustive()
    }
}

/// A record of one source.
#[derive(Clone, Copy, Debug)]
pub struct AdvisoryView<'a> {
    /// The source's id.
    pub id: &'a str,
    /// The source's short name.
    pub source: &'a str,
    /// Flaw, or something milder.
    pub kind: AdvisoryKind,
    /// Whether it still holds.
    pub standing: Standing,
    /// The source's own severity word.
    pub severity: Option<Severity>,
    /// CISA's reading in the words of SSVC.
    pub ssvc: Option<Ssvc>,
    /// First published, in Unix seconds.
    pub published: Option<u32>,
    /// Last changed, in Unix seconds.
    pub modified: Option<u32>,
    record: AdvisoryRecord,
}

/// A vulnerability: one flaw, whatever it is called.
#[derive(Clone, Debug)]
pub struct VulnerabilityView<'a> {
    /// The id to show: the CVE where there is one.
    pub id: &'a str,
    /// Other ids of the same flaw, sorted.
    pub aliases: Vec<&'a str>,
    /// The records about it, by position.
    pub advisories: Vec<u32>,
    /// EPSS figures.
    pub epss: Option<Epss>,
    /// Entry in the catalogue of known exploited vulnerabilities.
    pub known_exploited: Option<KnownExploited>,
}

/// What stands behind an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdEntry {
    /// The vulnerabilities that it names, by position.
    pub vulnerabilities: Vec<u32>,
    /// The records of that very id, by position.
    pub advisories: Vec<u32>,
}

impl Index {
    /// Opens a file. Reads and verifies the header, the metadata and the two name maps; everything else is
    /// verified when it is first read.
    ///
    /// # Errors
    ///
    /// When the file is missing, no intelligence file, of another format version, truncated or corrupt.
    pub fn open(path: &Path) -> Result<Index, IndexError> {
        let pages = Pages::open(path)?;
        let metadata = serde_json::from_slice(pages.section(Section::Metadata)?)
            .map_err(|error| pages.corrupt(format!("metadata: {error}")))?;
        let map = |section| {
            fst::Map::new(SectionBytes::new(&pages, section)?)
                .map_err(|error| pages.corrupt(format!("names: {error}")))
        };
        let (names, identifiers) = (map(Section::Names)?, map(Section::Identifiers)?);
        Ok(Index {
            names,
            identifiers,
            metadata,
            pages,
        })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        self.pages.path()
    }

    /// What the file is made of.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The digest of the content, hexadecimal; equal content has an equal generation whenever it was built.
    pub fn generation(&self) -> String {
        self.pages
            .generation()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The file's length in bytes.
    pub fn file_length(&self) -> u64 {
        self.pages.file_length()
    }

    /// Verifies every byte of the file.
    ///
    /// # Errors
    ///
    /// When a page is not what was written.
    pub fn verify(&self) -> Result<(), IndexError> {
        self.pages.verify_all()
    }

    /// The rules for a package, by the bytes of its key (see [`PackageKey::write_bytes`]); `None` when no
    /// advisory names it.
    ///
    /// # Errors
    ///
    /// When the file is corrupt at that place.
    pub fn rules(&self, key: &[u8]) -> Result<Option<Rules<'_>>, IndexError> {
        let Some(at) = self.names.get(key) else {
            return Ok(None);
        };
        self.rules_at(at).map(Some)
    }

    fn rules_at(&self, at: u64) -> Result<Rules<'_>, IndexError> {
        let start = usize::try_from(at).unwrap_or(usize::MAX);
        let mut prefix = Reader(self.pages.from(Section::Rules, start, 5)?);
        let before = prefix.0.len();
        let length = prefix.number().ok_or_else(|| self.pages.corrupt("rules"))? as usize;
        let content = start + before - prefix.0.len();
        let block = self.pages.bytes(Section::Rules, content..content + length)?;
        Rules::new(block).ok_or_else(|| self.pages.corrupt("rules"))
    }

    /// Whether any advisory speaks of packages of this ecosystem and release.
    pub fn covers(&self, ecosystem: &Ecosystem) -> bool {
        let mut from = ecosystem.as_str().as_bytes().to_vec();
        from.push(0);
        let mut to = ecosystem.as_str().as_bytes().to_vec();
        to.push(1);
        self.names.range().ge(from).lt(to).into_stream().next().is_some()
    }

    /// Every package that is named, in order of key.
    ///
    /// # Errors
    ///
    /// When the file is corrupt.
    pub fn for_each_package(
        &self,
        mut visit: impl FnMut(&[u8], Rules<'_>) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let mut stream = self.names.stream();
        while let Some((key, at)) = stream.next() {
            visit(key, self.rules_at(at)?)?;
        }
        Ok(())
    }

    /// Packages of that name in every ecosystem.
    pub fn packages_named(&self, name: &str) -> Vec<PackageKey> {
        let mut ecosystems: Vec<String> = Vec::new();
        let mut stream = self.names.stream();
        while let Some((key, _)) = stream.next() {
            if let Some(found) = key_of(key)
                && ecosystems.last().map(String::as_str) != Some(found.ecosystem.as_str())
            {
                ecosystems.push(found.ecosystem.as_str().to_owned());
            }
        }
        let mut key = Vec::new();
        let mut found = Vec::new();
        for ecosystem in ecosystems {
            let package = PackageKey::new(Ecosystem::new(&ecosystem), name);
            key.clear();
            package.write_bytes(&mut key);
            if self.names.contains_key(&key) {
                found.push(package);
            }
        }
        found
    }

    /// What an id stands for, in any case of letters.
    ///
    /// # Errors
    ///
    /// When the file is corrupt at that place.
    pub fn find(&self, id: &str) -> Result<Option<IdEntry>, IndexError> {
        let Some(at) = self.identifiers.get(id.to_ascii_uppercase()) else {
            return Ok(None);
        };
        let at = u32::try_from(at).map_err(|_| self.pages.corrupt("identifiers"))?;
        let (vulnerabilities, next) = self.list(at)?;
        let (advisories, _) = self.list(next)?;
        Ok(Some(IdEntry {
            vulnerabilities,
            advisories,
        }))
    }

    /// A record by position.
    ///
    /// # Errors
    ///
    /// When the file is corrupt at that place.
    pub fn advisory(&self, position: u32) -> Result<AdvisoryView<'_>, IndexError> {
        let record: AdvisoryRecord = self.record(Section::Advisories, position)?;
        let corrupt = || self.pages.corrupt(format!("advisory {position}"));
        Ok(AdvisoryView {
            id: self.text(record.id.get())?,
            source: self.text(record.source.get())?,
            kind: AdvisoryKind::from_code(record.kind).ok_or_else(corrupt)?,
            standing: Standing::from_code(record.standing).ok_or_else(corrupt)?,
            severity: Severity::from_code(record.severity)
                .filter(|severity| *severity != Severity::Untriaged),
            ssvc: Ssvc::from_code(record.ssvc),
            published: (record.published.get() != 0).then_some(record.published.get()),
            modified: (record.modified.get() != 0).then_some(record.modified.get()),
            record,
        })
    }

    /// The vulnerabilities that a record is about, by position.
    ///
    /// # Errors
    ///
    /// When the file is corrupt at that place.
    pub fn vulnerabilities_of(&self, advisory: &AdvisoryView<'_>) -> Result<Vec<u32>, IndexError> {
        self.list(advisory.record.vulnerabilities.get())
            .map(|(list, _)| list)
    }

    /// A vulnerability by position.
    ///
    /// # Errors
    ///
    /// When the file is corrupt at that place.
    pub fn vulnerability(&self, position: u32) -> Result<VulnerabilityView<'_>, IndexError> {
        let record: VulnerabilityRecord = self.record(Section::Vulnerabilities, position)?;
        let id = self.text(record.id.get())?;
        let (aliases, _) = self.list(record.aliases.get())?;
        let (advisories, _) = self.list(record.advisories.get())?;
        let epss = (record.epss_score.get() != NO_EPSS).then(|| Epss {
            score: record.epss_score.get(),
            percentile: record.epss_percentile.get(),
        });
        let known_exploited = match record.known_exploited.get() {
            u32::MAX => None,
            at => Some(known_exploited(id, self.text(at)?)),
        };
        let aliases = aliases
            .into_iter()
            .map(|at| self.text(at))
            .collect::<Result<_, _>>()?;
        Ok(VulnerabilityView {
            id,
            aliases,
            advisories,
            epss,
            known_exploited,
        })
    }

    /// A reader for the texts of advisories.
    ///
    /// # Errors
    ///
    /// When the dictionary is corrupt.
    pub fn detail_reader(&self) -> Result<DetailReader, IndexError> {
        let dictionary = self.pages.section(Section::Dictionary)?;
        DetailReader::new(dictionary).map_err(|error| self.pages.corrupt(format!("dictionary: {error}")))
    }

    /// The texts of a record; `None` when its source gives none.
    ///
    /// # Errors
    ///
    /// When the file is corrupt at that place.
    pub fn detail<'r>(
        &self,
        advisory: &AdvisoryView<'_>,
        reader: &'r mut DetailReader,
    ) -> Result<Option<Detail<'r>>, IndexError> {
        let start = advisory.record.detail_offset.get() as usize;
        let length = advisory.record.detail_length.get() as usize;
        if length == 0 {
            return Ok(None);
        }
        // Copied, not mapped: texts are the bulk of the file, scattered, and each is read once.
        let frame = self
            .pages
            .copy(Section::Details, start..start + length, &mut reader.pages)?;
        reader
            .read(frame)
            .map(Some)
            .ok_or_else(|| self.pages.corrupt(format!("texts of {}", advisory.id)))
    }

    fn record<T>(&self, section: Section, position: u32) -> Result<T, IndexError>
    where
        T: FromBytes,
    {
        let start = position as usize * size_of::<T>();
        let bytes = self.pages.bytes(section, start..start + size_of::<T>())?;
        T::read_from_bytes(bytes).map_err(|_| self.pages.corrupt(format!("{section:?} record {position}")))
    }

    fn text(&self, at: u32) -> Result<&str, IndexError> {
        let start = at as usize;
        let mut prefix = Reader(self.pages.from(Section::Strings, start, 5)?);
        let before = prefix.0.len();
        let corrupt = || self.pages.corrupt(format!("string at {at}"));
        let length = prefix.number().ok_or_else(corrupt)? as usize;
        let content = start + before - prefix.0.len();
        let bytes = self.pages.bytes(Section::Strings, content..content + length)?;
        std::str::from_utf8(bytes).map_err(|_| corrupt())
    }

    /// A list and the offset behind it.
    fn list(&self, at: u32) -> Result<(Vec<u32>, u32), IndexError> {
        let start = at as usize;
        let corrupt = || self.pages.corrupt(format!("list at {at}"));
        let mut prefix = Reader(self.pages.from(Section::Lists, start, 5)?);
        let count = prefix.number().ok_or_else(corrupt)? as usize;
        let whole = self
            .pages
            .from(Section::Lists, start, 5 + count.saturating_mul(5))?;
        let mut reader = Reader(whole);
        reader.number();
        let mut items = Vec::with_capacity(count.min(whole.len()));
        for _ in 0..count {
            items.push(reader.number().ok_or_else(corrupt)?);
        }
        Ok((items, at + (whole.len() - reader.0.len()) as u32))
    }
}

/// The package behind a key in the name map.
pub(crate) fn key_of(key: &[u8]) -> Option<PackageKey> {
    let (ecosystem, name) = std::str::from_utf8(key).ok()?.split_once('\0')?;
    Some(PackageKey {
        ecosystem: Ecosystem::new(ecosystem),
        name: name.to_owned(),
    })
}

fn known_exploited(id: &str, entry: &str) -> KnownExploited {
    let mut parts = entry.split(' ');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (date_added, due_date) = (next(), next());
    let ransomware = if next() == "known" {
        Ransomware::Known
    } else {
        Ransomware::Unknown
    };
    KnownExploited {
        id: id.to_owned(),
        date_added,
        due_date,
        ransomware,
    }
}

//! Advisories in, one immutable file out.
//!
//! Records are encoded as they arrive: rules into one arena, texts into a spool file. What stays in memory is
//! bounded by the number of records, not by the length of their texts.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufWriter, Seek, Write},
    ops::Range,
};

use assay_model::{Advisory, Epss, KnownExploited, PackageKey, Ransomware, Ssvc};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;
use zerocopy::IntoBytes;

use crate::{
    aliases::{AliasGraph, CanonicalIds, IdNumber},
    bytes::{put_bytes, put_number},
    details::{self, Detail},
    draft::{AdvisoryDraft, Frame},
    format::{SECTIONS, Section},
    metadata::{Counts, FeedProvenance, IntelligenceKind, Metadata},
    rules,
    tables::Tables,
};

/// One detail in so many is a sample for the dictionary.
const SAMPLE_EVERY: usize = 16;
const MOST_SAMPLES: usize = 6000;

struct RuleDraft {
    package: u32,
    advisory: u32,
    body: Range<usize>,
}

/// Collects advisories and enrichment and compiles them.
pub struct Builder {
    kind: IntelligenceKind,
    feeds: Vec<FeedProvenance>,
    graph: AliasGraph,
    sources: Vec<String>,
    advisories: Vec<AdvisoryDraft>,
    by_key: HashMap<(u32, IdNumber), u32>,
    packages: HashMap<PackageKey, u32>,
    rules: Vec<RuleDraft>,
    rule_bytes: Vec<u8>,
    epss: HashMap<IdNumber, Epss>,
    known_exploited: BTreeMap<IdNumber, String>,
    spool: BufWriter<std::fs::File>,
    spooled: u64,
    samples: Vec<Vec<u8>>,
    details: usize,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("advisories", &self.advisories.len())
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// An empty builder.
    ///
    /// # Errors
    ///
    /// When no temporary file can be made for the texts.
    pub fn new(kind: IntelligenceKind) -> io::Result<Builder> {
        Ok(Builder {
            kind,
            feeds: Vec::new(),
            graph: AliasGraph::default(),
            sources: Vec::new(),
            advisories: Vec::new(),
            by_key: HashMap::new(),
            packages: HashMap::new(),
            rules: Vec::new(),
            rule_bytes: Vec::new(),
            epss: HashMap::new(),
            known_exploited: BTreeMap::new(),
            spool: BufWriter::with_capacity(1 << 20, tempfile::tempfile()?),
            spooled: 0,
            samples: Vec::new(),
            details: 0,
        })
    }

    /// Notes a feed that the records come from.
    pub fn feed(&mut self, feed: FeedProvenance) {
        self.feeds.push(feed);
    }

    /// Takes an advisory. A second record of the same source and id adds its packages to the first.
    ///
    /// # Errors
    ///
    /// When its text cannot be spooled to disk.
    pub fn advisory(&mut self, advisory: &Advisory) -> io::Result<()> {
        let id = self.graph.number(&advisory.id);
        let source = self.source(&advisory.source.0);
        let index = match self.by_key.get(&(source, id)) {
            Some(&index) => index,
            None => {
                let index = u32::try_from(self.advisories.len()).unwrap_or(u32::MAX);
                self.by_key.insert((source, id), index);
                let draft = self.draft(advisory, id, source)?;
                self.advisories.push(draft);
                index
            }
        };
        for affected in &advisory.affected {
            let start = self.rule_bytes.len();
            rules::encode(affected, &mut self.rule_bytes);
            let package = match self.packages.get(&affected.package) {
                Some(&package) => package,
                None => {
                    let package = u32::try_from(self.packages.len()).unwrap_or(u32::MAX);
                    self.packages.insert(affected.package.clone(), package);
                    package
                }
            };
            self.rules.push(RuleDraft {
                package,
                advisory: index,
                body: start..self.rule_bytes.len(),
            });
        }
        Ok(())
    }

    /// Takes an EPSS figure; kept only for flaws that something else names too.
    pub fn epss(&mut self, id: &str, epss: Epss) {
        let number = self.graph.number(id);
        self.epss.insert(number, epss);
    }

    /// Takes an entry of the catalogue of known exploited vulnerabilities.
    pub fn known_exploited(&mut self, entry: &KnownExploited) {
        let number = self.graph.number(&entry.id);
        let ransomware = match entry.ransomware {
            Ransomware::Known => "known",
            Ransomware::Unknown => "unknown",
        };
        self.known_exploited.insert(
            number,
            format!("{} {} {ransomware}", entry.date_added, entry.due_date),
        );
    }

    fn source(&mut self, name: &str) -> u32 {
        let position = self
            .sources
            .iter()
            .position(|source| source == name)
            .unwrap_or_else(|| {
                self.sources.push(name.to_owned());
                self.sources.len() - 1
            });
        u32::try_from(position).unwrap_or(u32::MAX)
    }

    fn draft(&mut self, advisory: &Advisory, id: IdNumber, source: u32) -> io::Result<AdvisoryDraft> {
        let names: Vec<IdNumber> = advisory
            .aliases
            .iter()
            .map(|alias| self.graph.number(alias))
            .collect();
        let fixes: Vec<IdNumber> = advisory.fixes.iter().map(|fix| self.graph.number(fix)).collect();
        // A bulletin is a notice about flaws, not another name of one.
        if fixes.is_empty() {
            for &alias in &names {
                self.graph.alias(id, alias);
            }
        }
        Ok(AdvisoryDraft {
            id,
            source,
            names,
            fixes,
            detail: self.spool_detail(&Detail::of(advisory))?,
            published: seconds(advisory.published),
            modified: seconds(advisory.modified),
            kind: advisory.kind as u8,
            standing: advisory.standing as u8,
            severity: advisory.severity.map_or(0, |severity| severity as u8),
            ssvc: advisory.ssvc.map_or(0, Ssvc::code),
        })
    }

    fn spool_detail(&mut self, detail: &Detail<'_>) -> io::Result<Range<u64>> {
        let start = self.spooled;
        if detail.is_empty() {
            return Ok(start..start);
        }
        let bytes = postcard::to_stdvec(detail).map_err(io::Error::other)?;
        self.spool.write_all(&bytes)?;
        self.spooled += bytes.len() as u64;
        if self.details.is_multiple_of(SAMPLE_EVERY) && self.samples.len() < MOST_SAMPLES {
            self.samples.push(bytes);
        }
        self.details += 1;
        Ok(start..self.spooled)
    }

    /// Compiles everything to the sections of a file.
    ///
    /// # Errors
    ///
    /// When the spooled texts cannot be read back.
    pub(crate) fn compile(mut self, built: jiff::Timestamp) -> io::Result<Compiled> {
        let dictionary = details::train(&std::mem::take(&mut self.samples));
        let graph = std::mem::take(&mut self.graph).resolve();
        self.cluster(&graph);
        let (detail_section, detail_spans) = self.compress_details(&dictionary)?;

        let mut tables = Tables::new(&graph);
        tables.link(&self.advisories);
        let advisory_records = tables.advisory_records(&self.advisories, &self.sources, &detail_spans);
        tables.name_exploited(self.known_exploited.keys().copied());
        let vulnerability_records = tables.vulnerability_records(&self.epss, &self.known_exploited);
        let identifiers = tables.identifiers().map_err(io::Error::other)?;
        let (names, rule_section, rule_count) = self.rule_section(&graph)?;

        let mut feeds = self.feeds;
        feeds.sort_by(|a, b| a.name.cmp(&b.name));
        let metadata = Metadata {
            kind: self.kind,
            built: built.to_string(),
            feeds,
            counts: Counts {
                advisories: advisory_records.len() as u64,
                vulnerabilities: vulnerability_records.len() as u64,
                packages: self.packages.len() as u64,
                rules: rule_count,
            },
        };
        let mut sections: [Vec<u8>; SECTIONS] = Default::default();
        sections[Section::Metadata as usize] = serde_json::to_vec(&metadata).map_err(io::Error::other)?;
        sections[Section::Names as usize] = names;
        sections[Section::Identifiers as usize] = identifiers;
        sections[Section::Rules as usize] = rule_section;
        sections[Section::Advisories as usize] = advisory_records.as_bytes().to_vec();
        sections[Section::Vulnerabilities as usize] = vulnerability_records.as_bytes().to_vec();
        sections[Section::Lists as usize] = tables.lists;
        sections[Section::Strings as usize] = tables.strings.bytes;
        sections[Section::Dictionary as usize] = dictionary;
        sections[Section::Details as usize] = detail_section;

        let mut hash = Sha256::new();
        for section in &sections[Section::Metadata as usize + 1..] {
            hash.update((section.len() as u64).to_le_bytes());
            hash.update(section);
        }
        Ok(Compiled {
            metadata,
            generation: hash.finalize().into(),
            sections,
        })
    }

    /// Puts the records of one flaw next to each other, and the flaws of packages of one name, so that a scan finds
    /// what it needs on few pages: distributions mostly call a package alike, and an artifact has few of all names.
    fn cluster(&mut self, graph: &CanonicalIds) {
        let mut names: Vec<(&str, u32)> = self
            .packages
            .iter()
            .map(|(package, &number)| (package.name.as_str(), number))
            .collect();
        names.sort_unstable();
        let mut rank_of_package = vec![u32::MAX; names.len()];
        for (rank, (_, package)) in (0..).zip(&names) {
            rank_of_package[*package as usize] = rank;
        }
        let flaw_of = |draft: &AdvisoryDraft| {
            let named = draft.fixes.first().copied().unwrap_or(draft.id);
            graph.vulnerabilities(named).first().copied().unwrap_or(named)
        };
        let flaws: Vec<IdNumber> = self.advisories.iter().map(flaw_of).collect();
        let mut rank_of_flaw: HashMap<IdNumber, u32> = HashMap::new();
        for rule in &self.rules {
            let rank = rank_of_package[rule.package as usize];
            let known = rank_of_flaw.entry(flaws[rule.advisory as usize]).or_insert(rank);
            *known = rank.min(*known);
        }
        let mut drafts: Vec<(usize, AdvisoryDraft)> = std::mem::take(&mut self.advisories)
            .into_iter()
            .enumerate()
            .collect();
        drafts.sort_by_key(|(before, _)| {
            let flaw = flaws[*before];
            (
                rank_of_flaw.get(&flaw).copied().unwrap_or(u32::MAX),
                flaw,
                *before,
            )
        });
        let mut position_of = vec![0; drafts.len()];
        for (now, (before, _)) in (0..).zip(&drafts) {
            position_of[*before] = now;
        }
        for rule in &mut self.rules {
            rule.advisory = position_of[rule.advisory as usize];
        }
        self.advisories = drafts.into_iter().map(|(_, draft)| draft).collect();
    }

    /// Compresses the spooled details; the spans are per advisory, in its order.
    fn compress_details(&mut self, dictionary: &[u8]) -> io::Result<(Vec<u8>, Vec<Frame>)> {
        self.spool.flush()?;
        self.spool.get_mut().rewind()?;
        let file = self.spool.get_ref();
        let mut section = Vec::new();
        let mut spans = Vec::with_capacity(self.advisories.len());
        for batch in self.advisories.chunks(4096) {
            let frames: Vec<Vec<u8>> = batch
                .par_iter()
                .map_init(
                    || details::compressor(dictionary),
                    |compressor, draft| {
                        let length =
                            usize::try_from(draft.detail.end - draft.detail.start).unwrap_or(usize::MAX);
                        if length == 0 {
                            return Ok(Vec::new());
                        }
                        let mut raw = vec![0; length];
                        std::os::unix::fs::FileExt::read_exact_at(file, &mut raw, draft.detail.start)?;
                        match compressor {
                            Ok(compressor) => compressor.compress(&raw),
                            Err(error) => Err(io::Error::other(error.to_string())),
                        }
                    },
                )
                .collect::<io::Result<_>>()?;
            for frame in frames {
                spans.push(Frame {
                    offset: offset(section.len())?,
                    length: offset(frame.len())?,
                });
                section.extend_from_slice(&frame);
            }
        }
        Ok((section, spans))
    }

    fn rule_section(&mut self, graph: &CanonicalIds) -> io::Result<(Vec<u8>, Vec<u8>, u64)> {
        let mut keys: Vec<(Vec<u8>, u32)> = self
            .packages
            .iter()
            .map(|(package, &number)| {
                let mut key = Vec::new();
                package.write_bytes(&mut key);
                (key, number)
            })
            .collect();
        keys.sort_unstable();

        let arena = &self.rule_bytes;
        self.rules.par_sort_unstable_by(|a, b| {
            let body = |rule: &RuleDraft| &arena[rule.body.clone()];
            (a.package, a.advisory)
                .cmp(&(b.package, b.advisory))
                .then_with(|| body(a).cmp(body(b)))
        });
        self.rules.dedup_by(|a, b| {
            a.package == b.package
                && a.advisory == b.advisory
                && arena[a.body.clone()] == arena[b.body.clone()]
        });

        let mut names = fst::MapBuilder::memory();
        let mut section = Vec::new();
        let mut block = Vec::new();
        for (key, package) in &keys {
            let start = self.rules.partition_point(|rule| rule.package < *package);
            let length = self.rules[start..].partition_point(|rule| rule.package == *package);
            block.clear();
            let mut digest = Xxh3::new();
            for rule in &self.rules[start..start + length] {
                let body = &arena[rule.body.clone()];
                put_number(&mut block, rule.advisory);
                put_bytes(&mut block, body);
                let draft = &self.advisories[rule.advisory as usize];
                digest.update(self.sources[draft.source as usize].as_bytes());
                digest.update(graph.id(draft.id).as_bytes());
                digest.update(&[0, draft.kind, draft.standing, draft.severity]);
                digest.update(body);
            }
            names
                .insert(key, section.len() as u64)
                .map_err(io::Error::other)?;
            put_number(&mut section, offset(block.len() + 8)?);
            section.extend_from_slice(&digest.digest().to_le_bytes());
            section.extend_from_slice(&block);
        }
        let names = names.into_inner().map_err(io::Error::other)?;
        Ok((names, section, self.rules.len() as u64))
    }
}

/// The parts of a file, ready to be written.
pub(crate) struct Compiled {
    pub(crate) metadata: Metadata,
    pub(crate) generation: [u8; 32],
    pub(crate) sections: [Vec<u8>; SECTIONS],
}

fn seconds(time: Option<jiff::Timestamp>) -> u32 {
    time.and_then(|time| u32::try_from(time.as_second()).ok())
        .unwrap_or(0)
}

fn offset(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| io::Error::other("a section of the intelligence file exceeds 4 GiB"))
}

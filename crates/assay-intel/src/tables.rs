//! The string, list and record tables of a file under construction, and which vulnerability each id leads to.

use std::collections::{BTreeMap, HashMap};

use assay_model::Epss;

use crate::{
    aliases::{CanonicalIds, IdNumber},
    bytes::{put_bytes, put_number},
    draft::{AdvisoryDraft, Frame},
    format::{AdvisoryRecord, NO_EPSS, VulnerabilityRecord},
};

/// The string and list tables under construction, and which vulnerability each id leads to.
pub(crate) struct Tables<'a> {
    graph: &'a CanonicalIds,
    pub(crate) strings: Strings,
    pub(crate) lists: Vec<u8>,
    /// Canonical ids in the order of their vulnerability's index.
    vulnerabilities: Vec<IdNumber>,
    index_of: HashMap<IdNumber, u32>,
    about: Vec<Vec<u32>>,
    advisories_of: Vec<Vec<u32>>,
    aliases_of: Vec<Vec<IdNumber>>,
    records_of_id: HashMap<IdNumber, Vec<u32>>,
}

impl<'a> Tables<'a> {
    pub(crate) fn new(graph: &'a CanonicalIds) -> Tables<'a> {
        Tables {
            graph,
            strings: Strings::default(),
            lists: Vec::new(),
            vulnerabilities: Vec::new(),
            index_of: HashMap::new(),
            about: Vec::new(),
            advisories_of: Vec::new(),
            aliases_of: Vec::new(),
            records_of_id: HashMap::new(),
        }
    }

    fn vulnerability(&mut self, canonical: IdNumber) -> u32 {
        if let Some(&index) = self.index_of.get(&canonical) {
            return index;
        }
        let index = self.vulnerabilities.len() as u32;
        self.vulnerabilities.push(canonical);
        self.advisories_of.push(Vec::new());
        self.aliases_of.push(Vec::new());
        self.index_of.insert(canonical, index);
        index
    }

    /// Ties every advisory to its vulnerabilities, and these to their aliases.
    pub(crate) fn link(&mut self, advisories: &[AdvisoryDraft]) {
        for (position, draft) in advisories.iter().enumerate() {
            let position = position as u32;
            let named = if draft.fixes.is_empty() {
                std::slice::from_ref(&draft.id)
            } else {
                &draft.fixes
            };
            let mut about: Vec<u32> = Vec::new();
            for &id in named {
                for canonical in self.graph.vulnerabilities(id) {
                    about.push(self.vulnerability(canonical));
                }
            }
            about.sort_unstable();
            about.dedup();
            for &vulnerability in &about {
                self.advisories_of[vulnerability as usize].push(position);
                if draft.fixes.is_empty() {
                    let aliases = &mut self.aliases_of[vulnerability as usize];
                    aliases.push(draft.id);
                    aliases.extend(&draft.names);
                }
            }
            self.about.push(about);
            self.records_of_id.entry(draft.id).or_default().push(position);
        }
        for (index, aliases) in self.aliases_of.iter_mut().enumerate() {
            let own = self.vulnerabilities[index];
            // A record about two CVEs makes neither an alias of the other.
            aliases.retain(|&alias| alias != own && !self.graph.id(alias).starts_with("CVE-"));
            aliases.sort_by_key(|&alias| self.graph.id(alias));
            aliases.dedup();
        }
    }

    pub(crate) fn name_exploited(&mut self, ids: impl Iterator<Item = IdNumber>) {
        for id in ids {
            self.vulnerability(id);
        }
    }

    fn list(&mut self, items: &[u32]) -> u32 {
        let at = self.lists.len() as u32;
        put_number(&mut self.lists, items.len() as u32);
        for &item in items {
            put_number(&mut self.lists, item);
        }
        at
    }

    pub(crate) fn advisory_records(
        &mut self,
        drafts: &[AdvisoryDraft],
        sources: &[String],
        details: &[Frame],
    ) -> Vec<AdvisoryRecord> {
        let mut records = Vec::with_capacity(drafts.len());
        for (position, (draft, detail)) in drafts.iter().zip(details).enumerate() {
            let about = std::mem::take(&mut self.about[position]);
            records.push(AdvisoryRecord {
                id: self.strings.add(self.graph.id(draft.id)).into(),
                source: self.strings.add(&sources[draft.source as usize]).into(),
                vulnerabilities: self.list(&about).into(),
                detail_offset: detail.offset.into(),
                detail_length: detail.length.into(),
                published: draft.published.into(),
                modified: draft.modified.into(),
                kind: draft.kind,
                standing: draft.standing,
                severity: draft.severity,
                ssvc: draft.ssvc,
            });
        }
        records
    }

    pub(crate) fn vulnerability_records(
        &mut self,
        epss: &HashMap<IdNumber, Epss>,
        known_exploited: &BTreeMap<IdNumber, String>,
    ) -> Vec<VulnerabilityRecord> {
        let mut records = Vec::with_capacity(self.vulnerabilities.len());
        for index in 0..self.vulnerabilities.len() {
            let id = self.vulnerabilities[index];
            let aliases: Vec<u32> = self.aliases_of[index]
                .iter()
                .map(|&alias| self.strings.add(self.graph.id(alias)))
                .collect();
            let advisories = std::mem::take(&mut self.advisories_of[index]);
            let epss = epss.get(&id);
            records.push(VulnerabilityRecord {
                id: self.strings.add(self.graph.id(id)).into(),
                aliases: self.list(&aliases).into(),
                advisories: self.list(&advisories).into(),
                epss_score: epss.map_or(NO_EPSS, |epss| epss.score).into(),
                epss_percentile: epss.map_or(NO_EPSS, |epss| epss.percentile).into(),
                known_exploited: known_exploited
                    .get(&id)
                    .map_or(u32::MAX.into(), |entry| self.strings.add(entry).into()),
            });
        }
        records
    }

    /// The map from every id to what stands behind it: vulnerabilities, then the records of that very id.
    pub(crate) fn identifiers(&mut self) -> Result<Vec<u8>, fst::Error> {
        let mut entries: BTreeMap<Vec<u8>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        for id in self.graph.all() {
            let records = self.records_of_id.get(&id).cloned().unwrap_or_default();
            let vulnerabilities: Vec<u32> = self
                .graph
                .vulnerabilities(id)
                .into_iter()
                .filter_map(|canonical| self.index_of.get(&canonical).copied())
                .collect();
            if records.is_empty() && vulnerabilities.is_empty() {
                continue;
            }
            let entry = entries
                .entry(self.graph.id(id).to_ascii_uppercase().into_bytes())
                .or_default();
            entry.0.extend(vulnerabilities);
            entry.1.extend(records);
        }
        let mut map = fst::MapBuilder::memory();
        for (key, (vulnerabilities, records)) in entries {
            let at = self.list(&vulnerabilities);
            self.list(&records);
            map.insert(key, u64::from(at))?;
        }
        map.into_inner()
    }
}

/// Length-prefixed strings, each stored once.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    pub(crate) bytes: Vec<u8>,
    offsets: HashMap<String, u32>,
}

impl Strings {
    fn add(&mut self, text: &str) -> u32 {
        if let Some(&at) = self.offsets.get(text) {
            return at;
        }
        let at = self.bytes.len() as u32;
        put_bytes(&mut self.bytes, text.as_bytes());
        self.offsets.insert(text.to_owned(), at);
        at
    }
}

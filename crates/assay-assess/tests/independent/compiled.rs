//! The way that the program itself goes: a mirror of the documents, imported, compiled and matched.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use assay_assess::{Subject, assess};
use assay_feeds::{Place, Silent, Sink, update};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::{Advisory, Artifact, ArtifactKind, Epss, Inventory, KnownExploited, Package, Purl};
use jiff::{Timestamp, civil::date};

struct Compiler(Builder);

impl Sink for Compiler {
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()> {
        self.0.advisory(&advisory)
    }

    fn epss(&mut self, id: &str, epss: Epss) {
        self.0.epss(id, epss);
    }

    fn known_exploited(&mut self, entry: KnownExploited) {
        self.0.known_exploited(&entry);
    }
}

/// The ids of the records that each package matches, in the order of the packages.
pub(crate) fn matched(mirror: &Path, purls: &[Purl]) -> Vec<BTreeSet<String>> {
    let dir = tempfile::tempdir().unwrap();
    let mut compiler = Compiler(Builder::new(IntelligenceKind::Upstream).unwrap());
    let place = Place::Directory(mirror.to_owned());
    let now = Timestamp::UNIX_EPOCH;
    update(&place, &dir.path().join("cache"), now, &mut compiler, &Silent).unwrap();
    let path = dir.path().join("i.idx");
    compiler.0.finish(&path, now).unwrap();
    let index = Index::open(&path).unwrap();
    let inventory = Inventory {
        artifact: Artifact::new("x", ArtifactKind::Directory),
        distribution: None,
        packages: purls.iter().cloned().map(Package::new).collect(),
        diagnostics: Vec::new(),
    };
    let assessment = assess(&inventory, &index, date(2000, 1, 1)).unwrap();
    let mut matched = vec![BTreeSet::new(); purls.len()];
    for finding in &assessment.findings {
        if let Subject::Package(position) = finding.subject {
            let records = finding.matches.iter().map(|explained| explained.advisory.clone());
            matched[position].extend(records);
        }
    }
    matched
}

/// Compares what was expected of each package with what matches, and shows the first few that differ.
pub(crate) fn compare(what: &str, mirror: &Path, expected: &[(Purl, BTreeSet<String>)]) {
    let purls: Vec<Purl> = expected.iter().map(|(purl, _)| purl.clone()).collect();
    let actual = matched(mirror, &purls);
    let mut differing: BTreeMap<String, String> = BTreeMap::new();
    let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
    for ((purl, expected), actual) in expected.iter().zip(&actual) {
        *hits.entry(&purl.kind).or_default() += expected.len();
        if expected != actual {
            let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| -> Vec<String> {
                a.difference(b).cloned().collect()
            };
            let told = format!(
                "expected but not matched {:?}, matched but not expected {:?}",
                only(expected, actual),
                only(actual, expected)
            );
            differing.insert(purl.to_string(), told);
        }
    }
    let first: Vec<_> = differing.iter().take(10).collect();
    assert!(
        differing.is_empty(),
        "{what}: {} of {} packages differ: {first:#?}",
        differing.len(),
        expected.len()
    );
    for (kind, hits) in hits {
        assert!(
            hits > 0,
            "{what}: nothing of type {kind} matches, so nothing was checked"
        );
    }
}

//! The starter intelligence: complete, well formed, right where everyone knows the answer, and in our own words.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(clippy::print_stderr, reason = "a skipped check says so")]

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use assay_feeds::{Sink, starter};
use assay_model::{Advisory, AdvisoryKind, Affected, Epss, KnownExploited, RangeEvent};
use assay_versions::Scheme;
use serde_json::Value;

/// The files, and how many advisories each holds at least.
const FILES: [(&str, usize); 8] = [
    ("Alpine", 25),
    ("crates.io", 15),
    ("Debian", 40),
    ("Go", 20),
    ("Maven", 35),
    ("npm", 40),
    ("PyPI", 35),
    ("RubyGems", 20),
];

/// Keeps everything.
#[derive(Default)]
struct Collected {
    advisories: Vec<Advisory>,
    known_exploited: Vec<KnownExploited>,
}

impl Sink for Collected {
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()> {
        self.advisories.push(advisory);
        Ok(())
    }

    fn epss(&mut self, id: &str, _epss: Epss) {
        panic!("{id}: EPSS moves daily and has no place in a snapshot");
    }

    fn known_exploited(&mut self, entry: KnownExploited) {
        self.known_exploited.push(entry);
    }
}

fn collected() -> Collected {
    let mut collected = Collected::default();
    starter(&mut collected).unwrap();
    collected
}

fn crate_directory() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents(file: &str) -> Vec<Value> {
    let path = crate_directory().join("starter").join(format!("{file}.jsonl"));
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_ecosystem_has_enough() {
    let reports = starter(&mut Collected::default()).unwrap();
    for (file, least) in FILES {
        let report = reports
            .iter()
            .find(|report| report.name == format!("starter/{file}"))
            .unwrap();
        assert!(report.warnings.is_empty(), "{file}: {:?}", report.warnings);
        assert!(
            report.records >= least as u64,
            "{file}: {} of {least}",
            report.records
        );
        assert_eq!(
            report.records as usize,
            documents(file).len(),
            "{file}: a document was passed over"
        );
    }
    let records: u64 = reports.iter().map(|report| report.records).sum();
    assert!(records >= 200, "{records}");
}

#[test]
fn ids_and_titles_are_unique() {
    let advisories = collected().advisories;
    let ids: BTreeSet<&str> = advisories.iter().map(|advisory| advisory.id.as_str()).collect();
    assert_eq!(ids.len(), advisories.len());
    let mut seen = BTreeMap::new();
    for advisory in &advisories {
        let (id, title) = (&advisory.id, &advisory.title);
        assert!(!title.is_empty() && title.chars().count() <= 90, "{id}: {title}");
        assert!(!title.ends_with('.'), "{id}: {title}");
        if let Some(other) = seen.insert(title.to_lowercase(), id) {
            panic!("{id} and {other} are both called {title}");
        }
    }
}

#[test]
fn files_are_in_order_and_hold_facts_only() {
    const KEYS: [&str; 8] = [
        "id",
        "modified",
        "aliases",
        "upstream",
        "summary",
        "severity",
        "affected",
        "database_specific",
    ];
    for (file, _) in FILES {
        let documents = documents(file);
        let ids: Vec<&str> = documents
            .iter()
            .map(|document| document["id"].as_str().unwrap())
            .collect();
        assert!(ids.is_sorted(), "{file} is not sorted by id");
        for document in &documents {
            for key in document.as_object().unwrap().keys() {
                assert!(KEYS.contains(&key.as_str()), "{}: {key}", document["id"]);
            }
            assert_eq!(document["modified"], "2026-08-21T00:00:00Z", "{}", document["id"]);
        }
    }
}

#[test]
fn each_advisory_is_a_flaw_of_its_ecosystem() {
    const PREFIXES: [(&str, &str); 9] = [
        ("Alpine", "ALPINE-CVE-"),
        ("crates.io", "RUSTSEC-"),
        ("Debian", "DEBIAN-CVE-"),
        ("Go", "GHSA-"),
        ("Go", "GO-"),
        ("Maven", "GHSA-"),
        ("npm", "GHSA-"),
        ("PyPI", "GHSA-"),
        ("RubyGems", "GHSA-"),
    ];
    for advisory in collected().advisories {
        let id = &advisory.id;
        assert!(
            matches!(
                advisory.kind,
                AdvisoryKind::Vulnerability | AdvisoryKind::Malicious
            ),
            "{id}"
        );
        assert!(!advisory.affected.is_empty(), "{id} names no package");
        for affected in &advisory.affected {
            let ecosystem = affected.package.ecosystem.base();
            assert!(
                PREFIXES
                    .iter()
                    .any(|(of, prefix)| *of == ecosystem && id.starts_with(prefix)),
                "{id} in {ecosystem}"
            );
        }
        if let Some(cve) = id.split_once("-CVE-").map(|(_, number)| format!("CVE-{number}")) {
            assert_eq!(advisory.aliases, [cve], "{id}");
        }
    }
}

#[test]
fn every_cvss_vector_scores() {
    let advisories = collected().advisories;
    for advisory in &advisories {
        for cvss in &advisory.cvss {
            assert!(
                assay_risk::base_score(&cvss.vector).is_some(),
                "{}: {}",
                advisory.id,
                cvss.vector
            );
        }
    }
    let scored = advisories
        .iter()
        .filter(|advisory| !advisory.cvss.is_empty())
        .count();
    assert!(scored * 10 >= advisories.len() * 9, "only {scored} have a score");
}

#[test]
fn known_exploited_entries_are_cves_with_days() {
    let collected = collected();
    let marked: usize = FILES
        .iter()
        .flat_map(|(file, _)| documents(file))
        .filter(|document| document["database_specific"]["assay"]["known_exploited"].is_string())
        .count();
    assert_eq!(collected.known_exploited.len(), marked, "a mark was not read");
    let mut days = BTreeMap::new();
    for entry in &collected.known_exploited {
        assert!(entry.id.starts_with("CVE-"), "{}", entry.id);
        for day in [&entry.date_added, &entry.due_date] {
            day.parse::<jiff::civil::Date>().unwrap();
        }
        assert!(entry.date_added < entry.due_date, "{}", entry.id);
        // The same CVE stands in several ecosystems.
        let said = days.entry(&entry.id).or_insert(entry);
        assert_eq!(*said, entry);
    }
    assert!(days.len() >= 40, "{}", days.len());
}

/// One range: begun by `introduced`, ended by `fixed` or `last_affected`, in the order of its ecosystem.
fn check_range(id: &str, affected: &Affected, range: &[RangeEvent]) {
    let package = &affected.package;
    let scheme = Scheme::for_ecosystem(package.ecosystem.as_str()).unwrap();
    assert!(
        !range.is_empty() && range.len().is_multiple_of(2),
        "{id}: {range:?}"
    );
    let mut before: Option<&str> = None;
    for pair in range.chunks(2) {
        let (from, to) = match pair {
            [
                RangeEvent::Introduced(from),
                RangeEvent::Fixed(to) | RangeEvent::LastAffected(to),
            ] => (from, to),
            _ => panic!("{id}: {range:?}"),
        };
        if let Some(before) = before {
            assert_ne!(
                scheme.compare(before, from),
                Ordering::Greater,
                "{id}: {before} {from}"
            );
        }
        if from != "0" {
            assert_ne!(scheme.compare(from, to), Ordering::Greater, "{id}: {from} {to}");
        }
        before = Some(to);
    }
}

#[test]
fn every_range_begins_and_ends() {
    for advisory in collected().advisories {
        for affected in &advisory.affected {
            assert!(
                !affected.ranges.is_empty() && affected.versions.is_empty(),
                "{}",
                advisory.id
            );
            for range in &affected.ranges {
                check_range(&advisory.id, affected, range);
            }
        }
    }
}

/// An advisory that everyone knows: what it is called elsewhere, one package, one version that fixes it.
fn check(advisories: &[Advisory], id: &str, alias: &str, ecosystem: &str, package: &str, fixed: &str) {
    let advisory = advisories
        .iter()
        .find(|advisory| advisory.id == id)
        .unwrap_or_else(|| panic!("no {id}"));
    assert!(advisory.aliases.iter().any(|name| name == alias), "{id}: {alias}");
    let fixes: Vec<&RangeEvent> = advisory
        .affected
        .iter()
        .filter(|affected| {
            affected.package.ecosystem.as_str() == ecosystem && affected.package.name == package
        })
        .flat_map(|affected| affected.ranges.iter().flatten())
        .collect();
    assert!(
        fixes.contains(&&RangeEvent::Fixed(fixed.to_owned())),
        "{id}: {package} {fixed} {fixes:?}"
    );
}

#[test]
fn the_well_known_ones() {
    let advisories = collected().advisories;
    for (id, alias, ecosystem, package, fixed) in [
        (
            "GHSA-jfh8-c2jp-5v3q",
            "CVE-2021-44228",
            "Maven",
            "org.apache.logging.log4j:log4j-core",
            "2.15.0",
        ),
        (
            "GHSA-36p3-wjmg-h94x",
            "CVE-2022-22965",
            "Maven",
            "org.springframework:spring-beans",
            "5.3.18",
        ),
        (
            "GHSA-599f-7c49-w659",
            "CVE-2022-42889",
            "Maven",
            "org.apache.commons:commons-text",
            "1.10.0",
        ),
        (
            "GHSA-j77q-2qqg-6989",
            "CVE-2017-5638",
            "Maven",
            "org.apache.struts:struts2-core",
            "2.5.10.1",
        ),
        (
            "GHSA-83qj-6fr2-vhqg",
            "CVE-2025-24813",
            "Maven",
            "org.apache.tomcat:tomcat-catalina",
            "9.0.99",
        ),
        (
            "GHSA-35jh-r3h4-6jhm",
            "CVE-2021-23337",
            "npm",
            "lodash",
            "4.17.21",
        ),
        ("GHSA-f82v-jwr5-mffw", "CVE-2025-29927", "npm", "next", "15.2.3"),
        (
            "GHSA-fv66-9v8q-g76r",
            "CVE-2025-55182",
            "npm",
            "react-server-dom-webpack",
            "19.2.1",
        ),
        ("GHSA-8q59-q68h-6hv4", "CVE-2020-14343", "PyPI", "pyyaml", "5.4"),
        ("GHSA-j7hp-h8jx-5ppr", "CVE-2023-4863", "PyPI", "pillow", "10.0.1"),
        (
            "GO-2023-2102",
            "CVE-2023-39325",
            "Go",
            "golang.org/x/net",
            "0.17.0",
        ),
        (
            "GO-2024-2491",
            "CVE-2024-21626",
            "Go",
            "github.com/opencontainers/runc",
            "1.1.12",
        ),
        (
            "RUSTSEC-2020-0071",
            "CVE-2020-26235",
            "crates.io",
            "time",
            "0.2.23",
        ),
        (
            "RUSTSEC-2022-0013",
            "CVE-2022-24713",
            "crates.io",
            "regex",
            "1.5.5",
        ),
        (
            "GHSA-86g5-2wh3-gc9j",
            "CVE-2019-5418",
            "RubyGems",
            "actionview",
            "5.2.2.1",
        ),
        (
            "DEBIAN-CVE-2024-6387",
            "CVE-2024-6387",
            "Debian:12",
            "openssh",
            "1:9.2p1-2+deb12u3",
        ),
        (
            "DEBIAN-CVE-2024-3094",
            "CVE-2024-3094",
            "Debian:13",
            "xz-utils",
            "5.6.1+really5.4.5-1",
        ),
        (
            "DEBIAN-CVE-2021-3156",
            "CVE-2021-3156",
            "Debian:12",
            "sudo",
            "1.9.5p1-1.1",
        ),
        (
            "ALPINE-CVE-2023-38545",
            "CVE-2023-38545",
            "Alpine:v3.20",
            "curl",
            "8.4.0-r0",
        ),
        (
            "ALPINE-CVE-2022-48174",
            "CVE-2022-48174",
            "Alpine:v3.20",
            "busybox",
            "1.36.1-r2",
        ),
    ] {
        check(&advisories, id, alias, ecosystem, package, fixed);
    }
}

/// One spelling for texts that differ in case, white space or the final dot only.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_lowercase()
}

/// The feeds that a developer may keep beside the checkout.
fn feeds() -> Option<PathBuf> {
    let feeds = crate_directory().join("../../../shared/feeds");
    if feeds.is_dir() {
        return Some(feeds);
    }
    eprintln!("skipped: no feeds at {}", feeds.display());
    None
}

/// What publishers call their advisories: titles of OSV documents and of the catalogue of exploited flaws.
fn titles_of(feeds: &Path) -> BTreeSet<String> {
    let mut titles = BTreeSet::new();
    let mut add = |value: &Value| {
        titles.extend(value.as_str().map(plain).filter(|title| !title.is_empty()));
    };
    for (file, _) in FILES {
        let Ok(bytes) = fs::read(feeds.join("osv").join(file).join("all.zip")) else {
            continue;
        };
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for index in 0..archive.len() {
            let document: Value = serde_json::from_reader(archive.by_index(index).unwrap()).unwrap();
            add(&document["summary"]);
        }
    }
    if let Ok(bytes) = fs::read(feeds.join("kev/known_exploited_vulnerabilities.json")) {
        let catalogue: Value = serde_json::from_slice(&bytes).unwrap();
        for entry in catalogue["vulnerabilities"].as_array().unwrap() {
            add(&entry["vulnerabilityName"]);
            add(&entry["shortDescription"]);
        }
    }
    titles
}

#[test]
fn titles_are_our_own_words() {
    let Some(feeds) = feeds() else { return };
    let theirs = titles_of(&feeds);
    // Terms of the trade ("header injection") are nobody's sentence.
    let sentences: Vec<&String> = theirs
        .iter()
        .filter(|title| title.split(' ').count() > 2 && title.len() <= 90)
        .collect();
    for advisory in collected().advisories {
        let ours = plain(&advisory.title);
        assert!(!theirs.contains(&ours), "{}: {ours}", advisory.id);
        if let Some(copied) = sentences.iter().find(|sentence| ours.contains(**sentence)) {
            panic!("{}: {ours} holds {copied}", advisory.id);
        }
        if let Some(source) = theirs.iter().find(|title| title.contains(&ours)) {
            panic!("{}: {ours} is part of {source}", advisory.id);
        }
    }
}

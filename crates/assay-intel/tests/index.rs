//! Building, opening, looking up and damaging intelligence files.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::{fs, path::Path};

use assay_intel::{Builder, End, Index, IndexError, IntelligenceKind, Matched, diff, news};
use assay_model::{
    Advisory, AdvisoryKind, Affected, CvssVector, Ecosystem, Epss, KnownExploited, PackageKey, RangeEvent,
    Ransomware, Reference, Severity, Ssvc, VendorStatus,
};
use assay_versions::Scheme;
use jiff::Timestamp;

fn affected(ecosystem: &str, name: &str, introduced: &str, fixed: &str) -> Affected {
    Affected {
        package: PackageKey::new(Ecosystem::new(ecosystem), name),
        status: VendorStatus::Affected,
        ranges: vec![vec![
            RangeEvent::Introduced(introduced.into()),
            RangeEvent::Fixed(fixed.into()),
        ]],
        versions: Vec::new(),
        severity: None,
        module: None,
    }
}

fn advisory(source: &str, id: &str, alias: Option<&str>, affected: Vec<Affected>) -> Advisory {
    let mut advisory = Advisory::new(source, id);
    advisory.aliases = alias.into_iter().map(str::to_owned).collect();
    advisory.title = format!("title of {id}");
    advisory.severity = Some(Severity::High);
    advisory.cvss = vec![CvssVector {
        source: source.into(),
        vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".into(),
    }];
    advisory.cwes = vec![79];
    advisory.references = vec![Reference {
        kind: "WEB".into(),
        url: format!("https://example.org/{id}"),
    }];
    advisory.affected = affected;
    advisory
}

fn sample() -> Vec<Advisory> {
    let mut bulletin = advisory(
        "almalinux",
        "ALSA-2022:1",
        None,
        vec![affected("AlmaLinux:8", "bash", "0", "4.4-2.el8")],
    );
    bulletin.fixes = vec!["CVE-2020-1".into(), "CVE-2020-2".into()];
    vec![
        advisory(
            "ghsa",
            "GHSA-aaaa",
            Some("CVE-2020-1"),
            vec![affected("PyPI", "Foo_Bar", "1.0", "2.0")],
        ),
        advisory(
            "pysec",
            "PYSEC-1",
            Some("GHSA-aaaa"),
            vec![affected("PyPI", "foo.bar", "0", "2.0.1")],
        ),
        advisory(
            "rustsec",
            "RUSTSEC-1",
            None,
            vec![affected("crates.io", "smallvec", "0.0.0-0", "0.6.14")],
        ),
        bulletin,
    ]
}

fn build(path: &Path, advisories: &[Advisory]) {
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.epss(
        "CVE-2020-1",
        Epss {
            score: 500_000,
            percentile: 990_000,
        },
    );
    builder.epss(
        "CVE-1999-9",
        Epss {
            score: 1,
            percentile: 1,
        },
    );
    builder.known_exploited(&KnownExploited {
        id: "CVE-2020-1".into(),
        date_added: "2021-01-02".into(),
        due_date: String::new(),
        ransomware: Ransomware::Known,
    });
    builder.finish(path, Timestamp::UNIX_EPOCH).unwrap();
}

fn key(ecosystem: &str, name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    PackageKey::new(Ecosystem::new(ecosystem), name).write_bytes(&mut key);
    key
}

#[test]
fn look_ups() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("i.idx");
    build(&path, &sample());
    let index = Index::open(&path).unwrap();
    index.verify().unwrap();

    let rules: Vec<_> = index.rules(&key("PyPI", "FOO-bar")).unwrap().unwrap().collect();
    assert_eq!(rules.len(), 2);
    let version = Scheme::Pep440.key("1.5");
    let ends: Vec<_> = rules
        .iter()
        .filter_map(|rule| match rule.matched(version.as_bytes())? {
            Matched::Interval(interval) => Some(interval.end),
            Matched::Listed => None,
        })
        .collect();
    assert_eq!(ends, [End::Fixed("2.0"), End::Fixed("2.0.1")]);
    assert!(index.rules(&key("PyPI", "nothing")).unwrap().is_none());
    assert!(index.covers(&Ecosystem::new("AlmaLinux:8")) && !index.covers(&Ecosystem::new("AlmaLinux")));

    let entry = index.find("cve-2020-1").unwrap().unwrap();
    assert_eq!((entry.vulnerabilities.len(), entry.advisories.len()), (1, 0));
    let vulnerability = index.vulnerability(entry.vulnerabilities[0]).unwrap();
    assert_eq!(
        (vulnerability.id, vulnerability.aliases.as_slice()),
        ("CVE-2020-1", &["GHSA-aaaa", "PYSEC-1"][..])
    );
    assert_eq!(vulnerability.epss.unwrap().score, 500_000);
    assert_eq!(vulnerability.known_exploited.unwrap().date_added, "2021-01-02");
    assert_eq!(vulnerability.advisories.len(), 3, "two records and a bulletin");
    assert_eq!(
        index.find("ALSA-2022:1").unwrap().unwrap().vulnerabilities.len(),
        0,
        "a bulletin is no flaw"
    );
    assert_eq!(
        index.find("CVE-1999-9").unwrap(),
        None,
        "an EPSS row alone is no knowledge"
    );

    let mut reader = index.detail_reader().unwrap();
    let first = index.advisory(rules[0].advisory).unwrap();
    let detail = index.detail(&first, &mut reader).unwrap().unwrap();
    assert_eq!(
        (detail.title, detail.cwes.as_slice()),
        ("title of GHSA-aaaa", &[79][..])
    );
    assert_eq!(index.packages_named("foo_bar").len(), 1);
}

#[test]
fn equal_content_has_an_equal_generation() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b, c) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("c"));
    build(&a, &sample());
    build(&b, &sample());
    build(&c, &sample()[..2]);
    let generation = |path: &Path| Index::open(path).unwrap().generation();
    assert_eq!(fs::read(&a).unwrap(), fs::read(&b).unwrap());
    assert_eq!(generation(&a), generation(&b));
    assert_ne!(generation(&a), generation(&c));
}

#[test]
fn differences_name_packages_and_advisories() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    let mut later = sample();
    build(&old, &later);
    later[0].affected = vec![affected("PyPI", "foo-bar", "1.0", "2.2")];
    later.remove(2);
    // A record in front shifts every position; that alone changes nothing for anyone.
    later.insert(
        0,
        advisory("ghsa", "GHSA-new", None, vec![affected("npm", "new", "0", "1")]),
    );
    build(&new, &later);
    let (old, new) = (Index::open(&old).unwrap(), Index::open(&new).unwrap());
    let changes = diff(&old, &new).unwrap();
    let told = news(&old, &new, &changes).unwrap();
    assert_eq!((told.added, told.changed, told.removed), (1, 1, 1));
    assert_eq!(told.new_vulnerabilities, ["GHSA-new"]);
    assert_eq!(told.changed_vulnerabilities, ["CVE-2020-1"]);
    let changes: Vec<_> = changes
        .into_iter()
        .map(|change| {
            (
                change.package.to_string(),
                change.added,
                change.removed,
                change.changed,
            )
        })
        .collect();
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        changes,
        [
            ("PyPI foo-bar".to_owned(), ids(&[]), ids(&[]), ids(&["GHSA-aaaa"])),
            (
                "crates.io smallvec".to_owned(),
                ids(&[]),
                ids(&["RUSTSEC-1"]),
                ids(&[])
            ),
            ("npm new".to_owned(), ids(&["GHSA-new"]), ids(&[]), ids(&[])),
        ]
    );
    assert!(diff(&old, &old).unwrap().is_empty());
}

/// Everything that can be asked of a file, or the first error.
fn read_all(path: &Path) -> Result<String, IndexError> {
    let index = Index::open(path)?;
    let mut text = format!("{:?} {}\n", index.metadata(), index.generation());
    let mut reader = index.detail_reader()?;
    index.for_each_package(|key, rules| {
        text.push_str(&format!("{key:?} {:?}\n", rules.collect::<Vec<_>>()));
        Ok(())
    })?;
    for id in ["CVE-2020-1", "CVE-2020-2", "RUSTSEC-1", "ALSA-2022:1"] {
        let Some(entry) = index.find(id)? else { continue };
        for position in entry.vulnerabilities {
            let vulnerability = index.vulnerability(position)?;
            text.push_str(&format!("{vulnerability:?}\n"));
            for advisory in vulnerability.advisories {
                let advisory = index.advisory(advisory)?;
                text.push_str(&format!(
                    "{advisory:?} {:?}\n",
                    index.detail(&advisory, &mut reader)?
                ));
            }
        }
    }
    Ok(text)
}

#[test]
fn a_damaged_file_gives_an_error_or_the_truth_never_a_wrong_answer() {
    let dir = tempfile::tempdir().unwrap();
    let (path, damaged) = (dir.path().join("i.idx"), dir.path().join("damaged.idx"));
    build(&path, &sample());
    let truth = read_all(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let mut errors = 0;
    for at in (0..bytes.len()).step_by(7) {
        let mut copy = bytes.clone();
        copy[at] ^= 0x41;
        fs::write(&damaged, &copy).unwrap();
        match read_all(&damaged) {
            Ok(told) => assert_eq!(told, truth, "byte {at}"),
            Err(_) => errors += 1,
        }
        if let Ok(index) = Index::open(&damaged) {
            assert!(
                index.verify().is_err() || at < 4096,
                "byte {at} passes verification"
            );
        }
    }
    assert!(errors > 0);
    for length in [0, 3, 8, 11, 100, 300, 4096, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&damaged, &bytes[..length]).unwrap();
        assert!(read_all(&damaged).is_err(), "cut at {length}");
    }
}

#[test]
fn each_fault_has_its_message() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("i.idx");
    let message = |bytes: Option<&[u8]>| {
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).unwrap();
        }
        Index::open(&path)
            .unwrap_err()
            .to_string()
            .replace(&path.display().to_string(), "FILE")
    };
    assert_eq!(
        message(None),
        "no intelligence file at FILE: run `assay db update` to make it"
    );
    build(&path, &sample());
    let bytes = fs::read(&path).unwrap();
    let with = |at: usize, value: u8| {
        let mut copy = bytes.clone();
        copy[at] = value;
        copy
    };
    assert_eq!(
        message(Some(b"hello, I am a text")),
        "FILE is not an intelligence file: it does not start with the mark of one; run `assay db update`"
    );
    assert!(
        message(Some(&with(8, 9)))
            .starts_with("FILE has format 9 and this assay reads format 2: a newer assay")
    );
    assert!(
        message(Some(&with(8, 0)))
            .starts_with("FILE has format 0 and this assay reads format 2: an older assay")
    );
    assert!(message(Some(&bytes[..5000])).starts_with("FILE is truncated: 5000 bytes of "));
    assert!(message(Some(&with(40, bytes[40] ^ 1))).starts_with("FILE is corrupt (header checksum)"));
}

/// The files that each format was released with. They are never made anew: what they hold has to be read for ever, or
/// be refused with the advice to compile anew.
#[test]
fn a_file_of_each_released_format_is_still_read() {
    for format in 1..=assay_intel::FORMAT_VERSION {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/format-{format}.idx"));
        let index = Index::open(&path).unwrap();
        index.verify().unwrap();
        let entry = index.find("PYSEC-1").unwrap().unwrap();
        assert_eq!(
            index.vulnerability(entry.vulnerabilities[0]).unwrap().id,
            "CVE-2020-1"
        );
        assert_eq!(index.rules(&key("PyPI", "foo-bar")).unwrap().unwrap().count(), 2);
        assert!(read_all(&path).unwrap().contains("title of GHSA-aaaa"));
        let ended = index.find("EOL-debian-9").unwrap();
        assert_eq!(ended.is_some(), format >= 2, "format {format}");
        for position in ended.iter().flat_map(|entry| &entry.advisories) {
            let advisory = index.advisory(*position).unwrap();
            assert_eq!(advisory.kind, AdvisoryKind::EndOfLife);
            assert_eq!(advisory.ssvc.map(Ssvc::code), Some(0b10_01_11));
        }
    }
}

/// Writes the fixture of the present format where it is missing; how a new format gets its file.
#[test]
#[ignore = "makes a file of the repository"]
fn make_the_fixture_of_this_format() {
    let format = assay_intel::FORMAT_VERSION;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/format-{format}.idx"));
    assert!(!path.exists(), "a released fixture is never made anew");
    let mut advisories = sample();
    let mut ended = advisory("endoflife", "EOL-debian-9", None, Vec::new());
    ended.kind = AdvisoryKind::EndOfLife;
    ended.ssvc = Ssvc::from_code(0b10_01_11);
    advisories.push(ended);
    build(&path, &advisories);
}

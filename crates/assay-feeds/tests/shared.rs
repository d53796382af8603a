//! The shared mirror of real feeds, where there is one: every feed is current, and hardly a record passed over.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(clippy::print_stderr, reason = "a skipped check says so")]

use std::{collections::BTreeMap, path::Path};

use assay_feeds::{FeedStatus, Place, Silent, Sink, update};
use assay_model::{Advisory, Epss, KnownExploited};

/// Counts records by source, and those that name packages.
#[derive(Default)]
struct Counts(BTreeMap<String, (usize, usize)>);

impl Sink for Counts {
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()> {
        let (records, with_packages) = self.0.entry(advisory.source.0).or_default();
        *records += 1;
        *with_packages += usize::from(!advisory.affected.is_empty());
        Ok(())
    }

    fn epss(&mut self, _id: &str, _epss: Epss) {}

    fn known_exploited(&mut self, _entry: KnownExploited) {}
}

/// Feeds of the mirror, each with the source of its records and how many of these name packages at least.
const FEEDS: [(&str, &str, usize); 14] = [
    ("azurelinux", "azurelinux", 3000),
    ("debian-tracker", "debian", 39_000),
    ("endoflife", "endoflife", 250),
    ("friendsofphp", "friendsofphp", 1500),
    ("nodejs/core", "nodejs", 600),
    ("nodejs/npm", "nodejs", 600),
    ("photon", "photon", 200),
    ("psf", "psf", 0),
    ("redhat-advisories", "redhat", 39),
    ("redhat-vex", "redhat", 39),
    ("retirejs", "retirejs", 200),
    ("rubysec", "rubysec", 1300),
    ("rustsec", "rustsec", 1200),
    ("vulnrichment", "vulnrichment", 0),
];

#[test]
fn every_feed_of_the_mirror_is_read() {
    let feeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/feeds");
    if !feeds.is_dir() {
        eprintln!("skipped: there are no shared feeds");
        return;
    }
    // The few large feeds that tests of their own read are left out, for time.
    let mirror = tempfile::tempdir().unwrap();
    for (directory, _, _) in FEEDS {
        let top = directory.split_once(['-', '/']).map_or(directory, |(top, _)| top);
        link(&feeds.join(top), &mirror.path().join(top));
    }
    let cache = tempfile::tempdir().unwrap();
    let mut counts = Counts::default();
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let place = Place::Directory(mirror.path().to_owned());
    let reports = update(&place, cache.path(), now, &mut counts, &Silent).unwrap();
    for (feed, source, least) in FEEDS {
        let report = reports.iter().find(|report| report.name == feed);
        let report = report.unwrap_or_else(|| panic!("no report on {feed}"));
        assert_eq!(report.status, FeedStatus::Current, "{report:?}");
        assert!(report.records > 0, "{report:?}");
        assert!(report.warnings.is_empty(), "{report:?}");
        let (records, with_packages) = counts.0[source];
        assert!(with_packages >= least, "{source}: {with_packages} of {records}");
    }
}

fn link(from: &Path, to: &Path) {
    if !to.exists() {
        std::os::unix::fs::symlink(from, to).unwrap();
    }
}

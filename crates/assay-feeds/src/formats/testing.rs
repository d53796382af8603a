//! What the tests of several formats share.

use std::{io::Read, path::Path};

use assay_model::{Advisory, Affected, Epss, KnownExploited, RangeEvent, VendorStatus};

use crate::record::Sink;

/// Keeps everything.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) advisories: Vec<Advisory>,
    pub(crate) epss: Vec<(String, Epss)>,
    pub(crate) known_exploited: Vec<KnownExploited>,
}

impl Sink for Collected {
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()> {
        self.advisories.push(advisory);
        Ok(())
    }

    fn epss(&mut self, id: &str, epss: Epss) {
        self.epss.push((id.to_owned(), epss));
    }

    fn known_exploited(&mut self, entry: KnownExploited) {
        self.known_exploited.push(entry);
    }
}

impl Collected {
    /// Every advisory as [`told`].
    pub(crate) fn told(&self) -> Vec<String> {
        self.advisories.iter().flat_map(told).collect()
    }
}

/// An advisory in lines `ID SEVERITY [FLAWS] PACKAGE (MODULE) STATUS RANGES VERSIONS`, one a package.
pub(crate) fn told(advisory: &Advisory) -> Vec<String> {
    let severity = advisory.severity.map_or("-", |severity| severity.as_str());
    let head = format!("{} {severity} [{}]", advisory.id, advisory.fixes.join(" "));
    advisory
        .affected
        .iter()
        .map(|affected| format!("{head} {}", entry(affected)))
        .collect()
}

fn entry(affected: &Affected) -> String {
    let mut words = vec![affected.package.to_string()];
    words.extend(affected.module.iter().map(|module| format!("({module})")));
    if affected.status != VendorStatus::Affected {
        words.push(affected.status.as_str().to_owned());
    }
    words.extend(affected.ranges.iter().map(|events| range(events)));
    words.extend(affected.versions.iter().cloned());
    words.join(" ")
}

fn range(events: &[RangeEvent]) -> String {
    let (mut from, mut to) = (String::new(), "…)".to_owned());
    for event in events {
        match event {
            RangeEvent::Introduced(version) => from.clone_from(version),
            RangeEvent::Fixed(version) => to = format!("{version})"),
            RangeEvent::LastAffected(version) => to = format!("{version}]"),
            RangeEvent::Limit(version) => to = format!("|{version})"),
        }
    }
    format!("[{from}, {to}")
}

/// A file of the shared samples of upstream formats, decompressed; `None`, with a word, where there are none.
pub(crate) fn sample(path: &str) -> Option<Vec<u8>> {
    let zip = shared("samples/upstream-format-samples.zip")?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut content = Vec::new();
    archive.by_name(path).unwrap().read_to_end(&mut content).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, &content).unwrap();
    Some(crate::content::whole(file.path()).unwrap())
}

/// A file of the shared feeds as it is stored; `None`, with a word, where there are none.
#[allow(clippy::print_stderr, reason = "a skipped check says so")]
pub(crate) fn shared(path: &str) -> Option<Vec<u8>> {
    let feeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/feeds");
    let found = std::fs::read(feeds.join(path)).ok();
    if found.is_none() {
        eprintln!("skipped: there are no shared feeds with {path}");
    }
    found
}

//! Which feeds there are, which files they consist of, and where upstream serves these.
//!
//! A mirror, local or remote, holds the same files under the paths given here. What a feed consists of is sometimes
//! known only from a list that the publisher keeps: such a list is a file of the catalogue too, and leads to others.

use std::path::Path;

use crate::{
    formats::{
        csaf::CsafSource, cvrf::CvrfSource, oval::OvalSource, secdb::SecdbSource,
        updateinfo::UpdateinfoSource,
    },
    manifest::Manifest,
};

mod distributions;
mod enrichment;
mod languages;

/// The format of a file, which decides who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// A zip of OSV documents.
    OsvZip,
    /// Debian's security tracker.
    DebianTracker,
    /// Fixes by version, of Alpine and those who took its layout over.
    Secdb(SecdbSource),
    /// NVD in the format of its API 2.0.
    Nvd,
    /// Exploit prediction scores.
    Epss,
    /// CISA's known exploited vulnerabilities.
    KnownExploited,
    /// CVE records with CISA's decisions, as a zip.
    Vulnrichment,
    /// OVAL definitions of an RPM distribution.
    Oval(OvalSource),
    /// A tar of CSAF documents.
    CsafArchive(CsafSource),
    /// One CSAF document, newer than the archive of its feed.
    Csaf(CsafSource),
    /// A list of CSAF documents that were taken back.
    CsafDeletions,
    /// Errata of an RPM repository.
    Updateinfo(UpdateinfoSource),
    /// A page of Fedora's updates.
    Bodhi,
    /// One CVRF document, or a tar of them.
    Cvrf(CvrfSource),
    /// A zip of the dates of products.
    EndOfLife,
    /// The dates of one product.
    EndOfLifeProduct(&'static str),
    /// A tar of RustSec's Markdown files.
    RustSec,
    /// A tar of the Ruby advisory database's YAML files.
    RubySec,
    /// A tar of FriendsOfPHP's YAML files.
    FriendsOfPhp,
    /// RetireJS's repository of JavaScript libraries.
    RetireJs,
    /// The Node.js project's list of flaws of the runtime.
    NodeCore,
    /// The Node.js project's frozen list of flaws of npm packages.
    NodeNpm,
    /// A tar of the Python Software Foundation's OSV documents.
    Psf,
    /// A list that leads to the files of the feed.
    Manifest(Manifest),
}

impl Format {
    /// The name in messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Format::OsvZip => "OSV zip",
            Format::DebianTracker => "Debian security tracker file",
            Format::Secdb(_) => "secdb file",
            Format::Nvd => "NVD 2.0 file",
            Format::Epss => "EPSS file",
            Format::KnownExploited => "KEV catalogue",
            Format::Vulnrichment => "zip of CVE records",
            Format::Oval(_) => "OVAL file",
            Format::CsafArchive(_) => "tar of CSAF documents",
            Format::Csaf(_) => "CSAF document",
            Format::CsafDeletions => "list of deletions",
            Format::Updateinfo(_) => "updateinfo file",
            Format::Bodhi => "page of Bodhi updates",
            Format::Cvrf(_) => "CVRF document",
            Format::EndOfLife | Format::EndOfLifeProduct(_) => "endoflife.date file",
            Format::RustSec => "RustSec database",
            Format::RubySec => "Ruby advisory database",
            Format::FriendsOfPhp => "FriendsOfPHP database",
            Format::RetireJs => "RetireJS repository",
            Format::NodeCore | Format::NodeNpm => "Node.js flaw list",
            Format::Psf => "PSF advisory database",
            Format::Manifest(_) => "list of files",
        }
    }
}

/// What it means when a place does not have a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The feed is broken.
    Required,
    /// Its publisher serves it always; a mirror may leave it out.
    Published,
    /// Nothing: the branch or year is not there yet, or not any more.
    Optional,
}

/// One file of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFile {
    /// The feed that it belongs to, such as `osv/PyPI` or `nvd`.
    pub feed: String,
    /// Its path below a mirror.
    pub path: String,
    /// Where upstream serves it.
    pub upstream: String,
    /// Its format.
    pub format: Format,
    /// Whether it has to be there.
    pub presence: Presence,
}

/// The path of the list of ecosystems below a mirror.
pub(crate) const ECOSYSTEM_LIST: &str = "osv/ecosystems.txt";

/// Every file that may exist, up to the given year of NVD.
pub fn files(ecosystems: Option<&str>, year: i16) -> Vec<FeedFile> {
    let mut files = languages::osv(ecosystems);
    files.extend(distributions::files());
    files.extend(languages::files());
    files.extend(enrichment::files(year));
    files
}

impl FeedFile {
    /// A file that its publisher serves always.
    fn published(feed: &str, path: &str, upstream: &str, format: Format) -> FeedFile {
        FeedFile {
            feed: feed.to_owned(),
            path: path.to_owned(),
            upstream: upstream.to_owned(),
            format,
            presence: Presence::Published,
        }
    }

    /// The same with another presence.
    fn with_presence(mut self, presence: Presence) -> FeedFile {
        self.presence = presence;
        self
    }

    /// Paths below a directory under which the file may stand: mirrors keep some files with or without `.gz`.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.path.as_str()).chain(self.path.strip_suffix(".gz"))
    }

    /// Whether the file's own name says that it holds a checksum list of its own (NVD's `.meta`).
    pub(crate) fn checksum_url(&self, url: &str) -> Option<String> {
        (self.format == Format::Nvd)
            .then(|| url.strip_suffix(".json.gz").map(|stem| format!("{stem}.meta")))?
    }

    /// The feed's path made of its file name alone, for messages.
    pub fn file_name(&self) -> &str {
        Path::new(&self.path)
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn paths_and_addresses() {
        let files = files(None, 2024);
        let find = |path: &str| files.iter().find(|file| file.path == path).unwrap();
        assert_eq!(
            find("osv/GitHub Actions/all.zip").upstream,
            "https://osv-vulnerabilities.storage.googleapis.com/GitHub%20Actions/all.zip"
        );
        assert_eq!(find("alpine/secdb/v3.20/main.json").presence, Presence::Optional);
        let nvd = find("nvd/json/cve/2.0/nvdcve-2.0-2024.json.gz");
        assert_eq!(
            nvd.checksum_url(&nvd.upstream).as_deref(),
            Some("https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2024.meta")
        );
        assert!(!files.iter().any(|file| file.path.contains("2025.json")));
    }

    #[test]
    fn no_path_stands_twice_and_the_files_of_a_feed_stand_together() {
        let files = files(None, 2026);
        let paths: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths.len(), files.len());
        let mut feeds: Vec<&str> = files.iter().map(|file| file.feed.as_str()).collect();
        feeds.dedup();
        let names: HashSet<&str> = feeds.iter().copied().collect();
        assert_eq!(names.len(), feeds.len());
    }

    #[test]
    fn a_list_of_ecosystems_cannot_name_paths() {
        let names: Vec<_> = files(Some("npm\n../x\nDebian\nDebian:12\n\n"), 2002)
            .into_iter()
            .filter(|file| file.format == Format::OsvZip)
            .map(|file| file.feed)
            .collect();
        assert_eq!(names, ["osv/npm"]);
    }
}

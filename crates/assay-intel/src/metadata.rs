//! Where an intelligence file comes from: which feeds, how old, how large.

use serde::{Deserialize, Serialize};

/// What kind of knowledge a file holds. Starter knowledge is never passed off as more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntelligenceKind {
    /// Compiled from upstream feeds.
    Upstream,
    /// The few hundred advisories that come with the program.
    Starter,
}

/// One feed that went into a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedProvenance {
    /// The feed's name, such as `osv/PyPI`.
    pub name: String,
    /// When its content is from (RFC 3339), as the feed or its server says; absent when neither does.
    pub date: Option<String>,
    /// Records read.
    pub records: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Why an older copy was used, or records were passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Counts of what a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records of sources.
    pub advisories: u64,
    /// Distinct flaws.
    pub vulnerabilities: u64,
    /// (Ecosystem, package) pairs that some advisory names.
    pub packages: u64,
    /// What advisories say about packages.
    pub rules: u64,
}

/// The description of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What kind of knowledge it is.
    pub kind: IntelligenceKind,
    /// When it was compiled (RFC 3339).
    pub built: String,
    /// The feeds, in order of name.
    pub feeds: Vec<FeedProvenance>,
    /// What it holds.
    pub counts: Counts,
}

impl Metadata {
    /// The date of the newest feed, which is what the file knows up to; the day of building when no feed tells.
    pub fn date(&self) -> &str {
        self.feeds
            .iter()
            .filter_map(|feed| feed.date.as_deref())
            .max()
            .unwrap_or(&self.built)
    }
}

//! The parts of an OSV document that are read. Unknown members are normal and ignored; every member but the id may
//! be missing or null.
//!
//! Source: the OSV schema (ossf.github.io/osv-schema).

use std::borrow::Cow;

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Document<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) modified: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) published: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) withdrawn: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) aliases: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    pub(super) upstream: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    pub(super) related: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    pub(super) summary: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) details: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) severity: Option<Vec<Score<'a>>>,
    #[serde(borrow, default)]
    pub(super) affected: Option<Vec<Entry<'a>>>,
    #[serde(borrow, default)]
    pub(super) references: Option<Vec<Link<'a>>>,
    #[serde(borrow, default)]
    pub(super) database_specific: Option<DatabaseSpecific<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Score<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) score: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) source: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(super) struct Link<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) url: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    pub(super) package: Option<Package<'a>>,
    #[serde(borrow, default)]
    pub(super) ranges: Option<Vec<Range<'a>>>,
    #[serde(borrow, default)]
    pub(super) versions: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    pub(super) severity: Option<Vec<Score<'a>>>,
    #[serde(borrow, default)]
    pub(super) database_specific: Option<EntryDatabaseSpecific<'a>>,
    #[serde(borrow, default)]
    pub(super) ecosystem_specific: Option<EcosystemSpecific<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Package<'a> {
    #[serde(borrow, default)]
    pub(super) ecosystem: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) name: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct Range<'a> {
    #[serde(borrow, default)]
    pub(super) repo: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) events: Option<Vec<Event<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, default)]
    pub(super) introduced: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) fixed: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) last_affected: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) limit: Option<Cow<'a, str>>,
}

/// Publishers use these keys freely, so a value of another shape is read as absent.
#[derive(Default, Deserialize)]
pub(super) struct DatabaseSpecific<'a> {
    #[serde(borrow, default)]
    pub(super) severity: Lenient<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) cwe_ids: Lenient<Vec<Cow<'a, str>>>,
    #[serde(default)]
    pub(super) assay: Lenient<Starter>,
}

/// What our own starter intelligence adds to OSV.
#[derive(Default, Deserialize)]
pub(super) struct Starter {
    #[serde(default)]
    pub(super) known_exploited: Option<String>,
    #[serde(default)]
    pub(super) due: Option<String>,
    #[serde(default)]
    pub(super) ransomware: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct EntryDatabaseSpecific<'a> {
    #[serde(borrow, default)]
    pub(super) informational: Lenient<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) cvss: Lenient<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
pub(super) struct EcosystemSpecific<'a> {
    #[serde(borrow, default)]
    pub(super) severity: Lenient<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) urgency: Lenient<Cow<'a, str>>,
}

/// A value that is ignored when it has another type than expected.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Lenient<T> {
    Expected(T),
    Other(serde::de::IgnoredAny),
}

impl<T> Default for Lenient<T> {
    fn default() -> Lenient<T> {
        Lenient::Other(serde::de::IgnoredAny)
    }
}

impl<T> Lenient<T> {
    pub(super) fn get(&self) -> Option<&T> {
        match self {
            Lenient::Expected(value) => Some(value),
            Lenient::Other(_) => None,
        }
    }
}

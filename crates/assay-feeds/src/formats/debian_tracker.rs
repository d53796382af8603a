//! The Debian security tracker's JSON: source package → CVE → release → status.
//!
//! Traps: `fixed_version` "0" means that the release never had the flaw; "resolved" is a statement about the version
//! given, not about the installed one; an urgency can carry a trailing `**`; `nodsa` without a reason means that no
//! advisory is planned, which is neither a fix nor a refusal.
//!
//! Source: security-tracker.debian.org/tracker/data/json and the tracker's own documentation of its states.

use std::{borrow::Cow, collections::BTreeMap};

use assay_model::{
    Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Severity, Standing, VendorStatus, debian_release,
};
use serde::Deserialize;

use super::{ReadError, is_identifier};
use crate::record::{Sink, Summary};

type Tracker<'a> = BTreeMap<Cow<'a, str>, BTreeMap<Cow<'a, str>, Flaw<'a>>>;

#[derive(Deserialize)]
struct Flaw<'a> {
    #[serde(borrow, default)]
    description: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    releases: BTreeMap<Cow<'a, str>, Release<'a>>,
}

#[derive(Deserialize)]
struct Release<'a> {
    #[serde(borrow, default)]
    status: Cow<'a, str>,
    #[serde(borrow, default)]
    fixed_version: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    urgency: Cow<'a, str>,
    #[serde(borrow, default)]
    nodsa: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    nodsa_reason: Option<Cow<'a, str>>,
}

/// Reads the whole file. A release whose codename is unknown is passed over with a warning.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let tracker: Tracker<'_> = serde_json::from_slice(json)?;
    let mut summary = Summary::default();
    for (package, flaws) in &tracker {
        for (id, flaw) in flaws {
            if !is_identifier(id) {
                summary.warn(format!("{package}: \"{id}\" is no identifier"));
                continue;
            }
            let mut advisory = Advisory::new("debian", id.as_ref());
            advisory.details = flaw.description.as_deref().unwrap_or_default().to_owned();
            if advisory.details.starts_with("REJECTED") {
                advisory.standing = Standing::Rejected;
            }
            for (codename, release) in &flaw.releases {
                match debian_release(codename) {
                    Some(number) => advisory.affected.push(release.affected(number, package)),
                    None => summary.warn(format!("{package} {id}: unknown release \"{codename}\"")),
                }
            }
            summary.records += 1;
            sink.advisory(advisory)?;
        }
    }
    Ok(summary)
}

impl Release<'_> {
    fn affected(&self, number: &str, package: &str) -> Affected {
        let urgency = self.urgency.trim_end_matches('*');
        let from_start = RangeEvent::Introduced("0".to_owned());
        let (status, ranges) = match (self.status.as_ref(), self.fixed_version.as_deref()) {
            ("resolved", Some("0")) => (VendorStatus::NotAffected, Vec::new()),
            ("resolved", Some(version)) => (
                VendorStatus::Affected,
                vec![vec![from_start, RangeEvent::Fixed(version.to_owned())]],
            ),
            ("undetermined", _) => (VendorStatus::Undetermined, vec![vec![from_start]]),
            _ => (self.open_status(), vec![vec![from_start]]),
        };
        let status = match (urgency, status) {
            (_, VendorStatus::NotAffected) => VendorStatus::NotAffected,
            ("unimportant", _) => VendorStatus::Unimportant,
            ("end-of-life", _) => VendorStatus::EndOfLife,
            (_, status) => status,
        };
        Affected {
            package: PackageKey::new(Ecosystem::new(&format!("Debian:{number}")), package),
            status,
            ranges,
            versions: Vec::new(),
            severity: Severity::from_word(urgency),
            module: None,
        }
    }

    fn open_status(&self) -> VendorStatus {
        match (self.nodsa.is_some(), self.nodsa_reason.as_deref()) {
            (_, Some("ignored")) => VendorStatus::WontFix,
            (_, Some("postponed")) => VendorStatus::Postponed,
            (true, _) => VendorStatus::NoAdvisoryPlanned,
            (false, _) => VendorStatus::Affected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    fn check(release: &str, status: VendorStatus, severity: Option<Severity>, fixed: Option<&str>) {
        let json = format!(
            r#"{{"openssl":{{"CVE-2024-1":{{"description":"d","releases":{{"bookworm":{release}}}}}}}}}"#
        );
        let mut collected = Collected::default();
        let summary = read(json.as_bytes(), &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 0));
        let affected = &collected.advisories[0].affected[0];
        assert_eq!(affected.package.to_string(), "Debian:12 openssl");
        assert_eq!(
            (affected.status, affected.severity),
            (status, severity),
            "{release}"
        );
        let named = affected.ranges.iter().flatten().find_map(|event| match event {
            RangeEvent::Fixed(version) => Some(version.as_str()),
            _ => None,
        });
        assert_eq!(named, fixed, "{release}");
    }

    #[test]
    fn states() {
        use VendorStatus::*;
        check(
            r#"{"status":"resolved","fixed_version":"0","urgency":"unimportant"}"#,
            NotAffected,
            Some(Severity::Informational),
            None,
        );
        check(
            r#"{"status":"resolved","fixed_version":"1:3.0-1","urgency":"not yet assigned"}"#,
            Affected,
            None,
            Some("1:3.0-1"),
        );
        check(
            r#"{"status":"open","urgency":"high**"}"#,
            Affected,
            Some(Severity::High),
            None,
        );
        check(
            r#"{"status":"open","urgency":"unimportant"}"#,
            Unimportant,
            Some(Severity::Informational),
            None,
        );
        check(
            r#"{"status":"open","urgency":"end-of-life"}"#,
            EndOfLife,
            None,
            None,
        );
        check(
            r#"{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":"ignored"}"#,
            WontFix,
            Some(Severity::Low),
            None,
        );
        check(
            r#"{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":"postponed"}"#,
            Postponed,
            Some(Severity::Low),
            None,
        );
        check(
            r#"{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":""}"#,
            NoAdvisoryPlanned,
            Some(Severity::Low),
            None,
        );
        check(
            r#"{"status":"undetermined","urgency":"low"}"#,
            Undetermined,
            Some(Severity::Low),
            None,
        );
    }

    #[test]
    fn odd_input() {
        let mut collected = Collected::default();
        assert!(read(b"[]", &mut collected).is_err());
        let json = br#"{"p":{"CVE-2024-1":{"releases":{"plan9":{"status":"open"}}},"x":{"releases":{}}}}"#;
        let summary = read(json, &mut collected).unwrap();
        assert_eq!(summary.passed_over, 2);
    }
}

//! The operating system's own finding: it gets no security updates any more, so that flaws found later are not listed.
//!
//! The day comes from the intelligence where it knows the release, else from our own table.

use std::rc::Rc;

use assay_intel::{DetailReader, Index, IndexError, Matched};
use assay_model::{
    AdvisoryKind, Distribution, Ecosystem, OPERATING_SYSTEM, PackageKey, Severity, Standing, VendorStatus,
};
use assay_versions::Scheme;
use jiff::civil::Date;

use crate::{
    finding::{Applicability, Exploit, Finding, FixState, Match, Subject, Vulnerability},
    lifecycle::{Support, support},
    vulnerability::gather,
};

/// The finding, when support has ended by that day.
pub(crate) fn end_of_life(
    distribution: &Distribution,
    index: &Index,
    today: Date,
    reader: &mut DetailReader,
) -> Result<Option<Finding>, IndexError> {
    let release = distribution.release_number();
    for candidate in releases(release) {
        let name = format!("{} {candidate}", distribution.id);
        if let Some(outcome) = in_index(&name, index, today, reader)? {
            return Ok(outcome.map(|ended| ended.finding(release)));
        }
    }
    match support(distribution, today) {
        Support::EndedOn(day) => Ok(Some(of_table(distribution, day).finding(release))),
        Support::Until(_) | Support::Rolling | Support::Unknown => Ok(None),
    }
}

/// A release as the intelligence may name it: by two numbers, else by one.
pub(crate) fn releases(release: &str) -> impl Iterator<Item = &str> {
    let second_dot = release.match_indices('.').nth(1).map(|(at, _)| &release[..at]);
    let first_dot = release.split_once('.').map(|(major, _)| major);
    [Some(release), second_dot, first_dot].into_iter().flatten()
}

/// A release whose support has ended.
struct Ended {
    vulnerability: Rc<Vulnerability>,
    source: String,
    package: String,
    since: Option<String>,
}

/// What the intelligence says of a release: that it has ended or not; `None` when it does not know the release.
fn in_index(
    name: &str,
    index: &Index,
    today: Date,
    reader: &mut DetailReader,
) -> Result<Option<Option<Ended>>, IndexError> {
    let package = PackageKey::new(Ecosystem::new(OPERATING_SYSTEM), name);
    let mut key = Vec::new();
    package.write_bytes(&mut key);
    let Some(rules) = index.rules(&key)? else {
        return Ok(None);
    };
    let today = Scheme::Generic.key(&today.to_string());
    for rule in rules {
        let advisory = index.advisory(rule.advisory)?;
        let Some(matched) = rule.matched(today.as_bytes()) else {
            continue;
        };
        if advisory.kind != AdvisoryKind::EndOfLife || !advisory.standing.holds() {
            continue;
        }
        let Some(&position) = index.vulnerabilities_of(&advisory)?.first() else {
            continue;
        };
        let since = match matched {
            Matched::Interval(interval) => interval.introduced.map(str::to_owned),
            Matched::Listed => None,
        };
        return Ok(Some(Some(Ended {
            vulnerability: gather(index, position, reader)?,
            source: advisory.source.to_owned(),
            package: package.to_string(),
            since,
        })));
    }
    Ok(Some(None))
}

/// The release that is supported as one, so that the id stays through its updates: `debian-10` of Debian 10.13.
fn branch(distribution: &Distribution) -> String {
    match distribution.ecosystem().as_ref().and_then(Ecosystem::release) {
        Some(release) => format!("{}-{}", distribution.id, release.trim_start_matches('v')),
        None => distribution.qualifier(),
    }
}

fn of_table(distribution: &Distribution, day: Date) -> Ended {
    let name = distribution.display_name();
    let release = distribution.release_number();
    let major = release.split('.').next().unwrap_or_default();
    Ended {
        vulnerability: Rc::new(Vulnerability {
            id: format!("EOL-{}", branch(distribution)),
            aliases: Vec::new(),
            title: format!("{name} is past its end of life"),
            description: format!(
                "{name} gets no security updates since {day}; flaws found later are not listed"
            ),
            cvss: Vec::new(),
            epss: None,
            known_exploited: None,
            ssvc: None,
            exploit: Exploit::Unknown,
            cwes: Vec::new(),
            references: Vec::new(),
            standing: Standing::Valid,
            published: None,
            modified: None,
            words: Vec::new(),
        }),
        source: "assay".to_owned(),
        package: format!("{OPERATING_SYSTEM} {} {major}", distribution.id),
        since: Some(day.to_string()),
    }
}

impl Ended {
    fn finding(self, release: &str) -> Finding {
        let explained = Match {
            advisory: self.vulnerability.id.clone(),
            source: self.source.clone(),
            package: self.package,
            range: match self.since {
                Some(day) => format!(">= {day}"),
                None => "all versions".to_owned(),
            },
            status: VendorStatus::EndOfLife,
            fixed_in: None,
        };
        Finding {
            vulnerability: self.vulnerability,
            kind: AdvisoryKind::EndOfLife,
            subject: Subject::OperatingSystem,
            applicability: Applicability::Applicable,
            installed: release.to_owned(),
            scheme: Scheme::Generic,
            fixed_in: None,
            // Only a later release is maintained.
            fix_state: FixState::NoneKnown,
            severity: Severity::Critical,
            severity_source: self.source,
            matches: vec![explained],
        }
    }
}

//! The one matcher: every package against the rules of its ecosystem.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use assay_intel::{DetailReader, End, Index, IndexError, Matched, Rule};
use assay_model::{AdvisoryKind, Inventory, Package, Severity, VendorStatus};
use assay_versions::Scheme;
use jiff::civil::Date;

use crate::{
    coverage::Coverage,
    finding::{Assessment, Finding, FixState, Match, Vulnerability},
    severity::{VendorWord, severity},
    target::{Family, NoTarget, Target},
    vulnerability::gather,
};

/// Holds an inventory against the intelligence, as of a day (which decides what is past its support).
///
/// The same inventory, intelligence and day give an equal assessment.
///
/// # Errors
///
/// When the intelligence file proves corrupt.
pub fn assess(inventory: &Inventory, index: &Index, today: Date) -> Result<Assessment, IndexError> {
    let mut matcher = Matcher {
        index,
        reader: index.detail_reader()?,
        vulnerabilities: HashMap::new(),
        coverage: Coverage::new(index),
        findings: Vec::new(),
        key: Vec::new(),
        version: Vec::new(),
    };
    let mut assessed = 0;
    for (position, package) in inventory.packages.iter().enumerate() {
        match Target::of(&package.purl, inventory.distribution.as_ref()) {
            // Its files belong to a package of the operating system, whose distribution speaks for it.
            Ok(target) if target.family == Family::Language && package.owner.is_some() => assessed += 1,
            Ok(target) => {
                assessed += usize::from(matcher.coverage.sees(&target));
                matcher.package(position, &target)?;
            }
            Err(reason) => matcher.coverage.misses(package, reason),
        }
    }
    let mut findings = matcher.findings;
    let name = |finding: &Finding| &inventory.packages[finding.package].purl;
    findings.sort_by(|a, b| {
        worst_first(a)
            .cmp(&worst_first(b))
            .then_with(|| a.vulnerability.id.cmp(&b.vulnerability.id))
            .then_with(|| name(a).cmp(name(b)))
    });
    let diagnostics = matcher.coverage.diagnostics(inventory, today);
    Ok(Assessment {
        findings,
        diagnostics,
        assessed,
    })
}

/// Severity, then whether it is exploited, then how likely it will be.
fn worst_first(finding: &Finding) -> impl Ord + use<> {
    let vulnerability = &finding.vulnerability;
    let exploited = vulnerability.known_exploited.is_some();
    let likely = vulnerability.epss.map_or(0, |epss| epss.score);
    std::cmp::Reverse((finding.severity, exploited, likely))
}

struct Matcher<'a> {
    index: &'a Index,
    reader: DetailReader,
    vulnerabilities: HashMap<u32, Rc<Vulnerability>>,
    coverage: Coverage<'a>,
    findings: Vec<Finding>,
    /// Buffers reused from package to package.
    key: Vec<u8>,
    version: Vec<u8>,
}

/// A rule that a version fell under.
struct Hit<'a> {
    rule: Rule<'a>,
    matched: Matched<'a>,
}

impl<'a> Matcher<'a> {
    fn package(&mut self, position: usize, target: &Target) -> Result<(), IndexError> {
        self.key.clear();
        target.key.write_bytes(&mut self.key);
        let Some(rules) = self.index.rules(&self.key)? else {
            return Ok(());
        };
        let scheme = Scheme::for_ecosystem(target.key.ecosystem.as_str()).unwrap_or(Scheme::Generic);
        self.version.clear();
        scheme.key_into(&target.version, &mut self.version);

        let mut hits: BTreeMap<u32, Vec<Hit<'a>>> = BTreeMap::new();
        let mut cleared: HashSet<u32> = HashSet::new();
        for rule in rules {
            let not_affected = rule.status == VendorStatus::NotAffected;
            let matched = if not_affected {
                None
            } else {
                rule.matched(&self.version)
            };
            if !not_affected && matched.is_none() || !module_applies(rule.module, target.module.as_deref()) {
                continue;
            }
            let advisory = self.index.advisory(rule.advisory)?;
            if !advisory.standing.holds() || advisory.kind == AdvisoryKind::Update {
                continue;
            }
            for vulnerability in self.index.vulnerabilities_of(&advisory)? {
                match matched {
                    Some(matched) => hits.entry(vulnerability).or_default().push(Hit { rule, matched }),
                    // The vendor says that this package never had the flaw, which beats any other source.
                    None => {
                        cleared.insert(vulnerability);
                    }
                }
            }
        }
        for (vulnerability, hits) in hits {
            if !cleared.contains(&vulnerability) {
                let finding = self.finding(position, target, vulnerability, &hits, scheme)?;
                self.findings.push(finding);
            }
        }
        Ok(())
    }

    fn finding(
        &mut self,
        package: usize,
        target: &Target,
        vulnerability: u32,
        hits: &[Hit<'_>],
        scheme: Scheme,
    ) -> Result<Finding, IndexError> {
        let vulnerability = match self.vulnerabilities.get(&vulnerability) {
            Some(known) => Rc::clone(known),
            None => {
                let gathered = gather(self.index, vulnerability, &mut self.reader)?;
                self.vulnerabilities.insert(vulnerability, Rc::clone(&gathered));
                gathered
            }
        };
        let mut matches = Vec::with_capacity(hits.len());
        let mut sources = Vec::with_capacity(hits.len());
        let mut vendor: Option<VendorWord<'_>> = None;
        let mut kinds = Vec::with_capacity(hits.len());
        for hit in hits {
            let advisory = self.index.advisory(hit.rule.advisory)?;
            // One record may name the package in several entries.
            let explained = explain(hit, advisory.id, advisory.source, target);
            if !matches.contains(&explained) {
                matches.push(explained);
            }
            sources.push(advisory.source);
            let word = hit.rule.severity.or(advisory.severity);
            if let Some(severity) =
                word.filter(|word| vendor.as_ref().is_none_or(|known| known.severity < *word))
            {
                vendor = Some(VendorWord {
                    source: advisory.source,
                    severity,
                });
            }
            kinds.push(advisory.kind);
        }
        // A flaw in one record and a notice in another is a flaw.
        let kind = kinds
            .into_iter()
            .max_by_key(|kind| gravity(*kind))
            .unwrap_or(AdvisoryKind::Vulnerability);
        let statuses: Vec<VendorStatus> = hits.iter().map(|hit| hit.rule.status).collect();
        let (severity, severity_source) =
            match statuses.iter().all(|status| *status == VendorStatus::Unimportant) {
                true => (
                    Severity::Informational,
                    sources.first().copied().unwrap_or_default().to_owned(),
                ),
                false => severity(target.family, kind, vendor, &vulnerability, &sources),
            };
        // With several records the highest of their fixes satisfies all of them.
        let fixes = matches
            .iter()
            .filter_map(|explained| explained.fixed_in.as_deref());
        let fixed_in = fixes.max_by(|a, b| scheme.compare(a, b)).map(str::to_owned);
        let fix_state = fix_state(target.family, fixed_in.is_some(), &statuses);
        Ok(Finding {
            vulnerability,
            kind,
            package,
            installed: target.version.clone(),
            scheme,
            fixed_in,
            fix_state,
            severity,
            severity_source,
            matches,
        })
    }
}

/// How grave one source's reading is beside another's.
fn gravity(kind: AdvisoryKind) -> u8 {
    match kind {
        AdvisoryKind::EndOfLife => 6,
        AdvisoryKind::Malicious => 5,
        AdvisoryKind::Vulnerability => 4,
        AdvisoryKind::Unsound => 3,
        AdvisoryKind::Unmaintained => 2,
        AdvisoryKind::Notice => 1,
        AdvisoryKind::Update => 0,
    }
}

/// Whether a rule confined to a module stream speaks of a package of the given stream.
fn module_applies(rule: Option<&str>, package: Option<&str>) -> bool {
    match (rule, package) {
        (None, None) => true,
        // `*` is a module build whose stream its record does not tell; the version decides.
        (Some("*"), Some(_)) => true,
        (Some(rule), Some(package)) => rule == package,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn fix_state(family: Family, has_fix: bool, statuses: &[VendorStatus]) -> FixState {
    use VendorStatus::*;
    if has_fix {
        FixState::Fixed
    } else if statuses
        .iter()
        .any(|status| matches!(status, WontFix | EndOfLife))
    {
        FixState::WontFix
    } else if family == Family::OperatingSystem {
        FixState::Pending
    } else {
        FixState::NoneKnown
    }
}

fn explain(hit: &Hit<'_>, advisory: &str, source: &str, target: &Target) -> Match {
    let (range, fixed_in) = match hit.matched {
        Matched::Listed => (format!("= {} (listed)", target.version), None),
        Matched::Interval(interval) => {
            let from = interval.introduced.map(|version| format!(">= {version}"));
            let (to, fixed) = match interval.end {
                End::Open => (None, None),
                End::Fixed(version) => (Some(format!("< {version}")), Some(version.to_owned())),
                End::LastAffected(version) => (Some(format!("<= {version}")), None),
                End::Limit(version) => (Some(format!("< {version} (limit)")), None),
            };
            let parts: Vec<String> = [from, to].into_iter().flatten().collect();
            (
                if parts.is_empty() {
                    "all versions".to_owned()
                } else {
                    parts.join(", ")
                },
                fixed,
            )
        }
    };
    Match {
        advisory: advisory.to_owned(),
        source: source.to_owned(),
        package: target.key.to_string(),
        range,
        status: hit.rule.status,
        fixed_in,
    }
}

impl Coverage<'_> {
    fn misses(&mut self, package: &Package, reason: NoTarget) {
        match reason {
            NoTarget::NoVersion => self.unidentified(package),
            NoTarget::UnknownDistribution(name) => self.unknown_distribution(&name),
            NoTarget::UnknownType(kind) => self.unknown_type(&kind),
        }
    }
}

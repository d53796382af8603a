//! The one matcher: every package against the rules of its ecosystem.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use assay_intel::{DetailReader, Index, IndexError, Matched};
use assay_model::{AdvisoryKind, Inventory, Package, PackageKey, Purl, Severity, VendorStatus};
use assay_versions::Scheme;
use jiff::civil::Date;

use crate::{
    coverage::Coverage,
    end_of_life::end_of_life,
    explain::in_words,
    finding::{Applicability, Assessment, Finding, FixState, Match, Subject, Vulnerability},
    kernel::Kernels,
    severity::{VendorWord, severity},
    statements::{Hit, Ranks, Statement, Voice, decide},
    target::{Elsewhere, Family, NoTarget, Target},
    vulnerability::gather,
};

/// What an assessment takes as given beside inventory and intelligence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// The day, which decides what is past its support.
    pub today: Date,
    /// The kernel that runs on the machine, as `uname -r` tells it; of another than a machine there is none.
    pub running_kernel: Option<&'a str>,
}

impl<'a> Conditions<'a> {
    /// The same with the kernel that runs.
    #[must_use]
    pub fn with_running_kernel(self, release: &'a str) -> Conditions<'a> {
        Conditions {
            running_kernel: Some(release),
            ..self
        }
    }
}

impl From<Date> for Conditions<'_> {
    fn from(today: Date) -> Self {
        Conditions {
            today,
            running_kernel: None,
        }
    }
}

/// Holds an inventory against the intelligence under some conditions, in the least as of a day.
///
/// The same inventory, intelligence and conditions give an equal assessment.
///
/// # Errors
///
/// When the intelligence file proves corrupt.
pub fn assess<'c>(
    inventory: &Inventory,
    index: &Index,
    conditions: impl Into<Conditions<'c>>,
) -> Result<Assessment, IndexError> {
    let Conditions {
        today,
        running_kernel,
    } = conditions.into();
    let mut matcher = Matcher::new(index, Kernels::of(inventory, running_kernel))?;
    let mut coverage = Coverage::new(index);
    let mut assessed = 0;
    for (position, package) in inventory.packages.iter().enumerate() {
        match Target::of(&package.purl, inventory.distribution.as_ref()) {
            // Its files belong to a package of the operating system, whose distribution speaks for it.
            Ok(target) if target.family == Family::Language && package.owner.is_some() => assessed += 1,
            Ok(target) => {
                assessed += usize::from(coverage.sees(&target));
                matcher.package(position, &package.purl, &target)?;
            }
            Err(reason) => coverage.misses(package, reason),
        }
    }
    if let Some(distribution) = &inventory.distribution {
        let ended = end_of_life(distribution, index, today, &mut matcher.reader)?;
        matcher.findings.extend(ended);
    }
    let mut findings = matcher.findings;
    let name = |finding: &Finding| {
        let package = finding
            .subject
            .package()
            .and_then(|position| inventory.packages.get(position));
        package.map(|package| &package.purl)
    };
    findings.sort_by(|a, b| {
        worst_first(a)
            .cmp(&worst_first(b))
            .then_with(|| a.vulnerability.id.cmp(&b.vulnerability.id))
            .then_with(|| name(a).cmp(&name(b)))
    });
    let diagnostics = coverage.diagnostics(today);
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

pub(crate) struct Matcher<'a> {
    pub(crate) index: &'a Index,
    reader: DetailReader,
    vulnerabilities: HashMap<u32, Rc<Vulnerability>>,
    kernels: Kernels<'a>,
    findings: Vec<Finding>,
    /// Buffers reused from package to package.
    pub(crate) key: Vec<u8>,
    pub(crate) version: Vec<u8>,
}

/// Flaw → what is said of it.
type Statements<'a> = BTreeMap<u32, Vec<Statement<'a>>>;

/// Which rules are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those that the version falls under, and those that say that no version does.
    Telling,
    /// The others, on flaws that something was told of already: they say that the version is well again.
    Silent,
}

/// A place where rules on a package are kept.
pub(crate) struct Place<'t> {
    pub(crate) key: &'t PackageKey,
    pub(crate) version: &'t str,
    ranks: Ranks,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(index: &'a Index, kernels: Kernels<'a>) -> Result<Matcher<'a>, IndexError> {
        Ok(Matcher {
            index,
            reader: index.detail_reader()?,
            vulnerabilities: HashMap::new(),
            kernels,
            findings: Vec::new(),
            key: Vec::new(),
            version: Vec::new(),
        })
    }

    /// The findings of one package.
    pub(crate) fn findings_of(&mut self, purl: &Purl, target: &Target) -> Result<Vec<Finding>, IndexError> {
        self.package(0, purl, target)?;
        Ok(std::mem::take(&mut self.findings))
    }

    /// The reader of texts.
    pub(crate) fn reader(&mut self) -> &mut DetailReader {
        &mut self.reader
    }

    fn package(&mut self, position: usize, purl: &Purl, target: &Target) -> Result<(), IndexError> {
        let places = places(target);
        let mut statements = Statements::new();
        for place in &places {
            self.gather(place, target, Wanted::Telling, &mut statements)?;
        }
        statements.retain(|_, said| said.iter().any(|statement| statement.matched.is_some()));
        self.name_voices(&mut statements)?;
        // The record of a flaw on the very package has the last word, but for a fix that is for subscribers.
        let may_be_cleared = |statement: &Statement<'_>| {
            statement.voice != Voice::Flaw || matches!(target.elsewhere, Some(Elsewhere::Subscription(_)))
        };
        if statements.values().flatten().any(may_be_cleared) {
            for place in &places {
                self.gather(place, target, Wanted::Silent, &mut statements)?;
            }
            self.name_voices(&mut statements)?;
        }
        let scheme = scheme_of(&target.key);
        for (vulnerability, statements) in statements {
            let hits = decide(&statements);
            if !hits.is_empty() {
                let mut finding = self.finding(position, target, vulnerability, &hits, scheme)?;
                finding.applicability = self.kernels.applicability(purl);
                self.findings.push(finding);
            }
        }
        Ok(())
    }

    /// Adds what is said of a package in one place.
    fn gather(
        &mut self,
        place: &Place<'_>,
        target: &Target,
        wanted: Wanted,
        statements: &mut Statements<'a>,
    ) -> Result<(), IndexError> {
        self.key.clear();
        place.key.write_bytes(&mut self.key);
        let Some(rules) = self.index.rules(&self.key)? else {
            return Ok(());
        };
        self.version.clear();
        scheme_of(place.key).key_into(place.version, &mut self.version);
        for rule in rules {
            let not_affected = rule.status == VendorStatus::NotAffected;
            let matched = if not_affected {
                None
            } else {
                rule.matched(&self.version)
            };
            let tells = not_affected || matched.is_some();
            if tells != (wanted == Wanted::Telling) || !module_applies(rule.module, target.module.as_deref())
            {
                continue;
            }
            let advisory = self.index.advisory(rule.advisory)?;
            if !advisory.standing.holds() || advisory.kind == AdvisoryKind::Update {
                continue;
            }
            for vulnerability in self.index.vulnerabilities_of(&advisory)? {
                if wanted == Wanted::Telling || statements.contains_key(&vulnerability) {
                    statements.entry(vulnerability).or_default().push(Statement {
                        rule,
                        matched,
                        advisory: advisory.id,
                        ranks: place.ranks,
                        voice: place.ranks.bulletin,
                    });
                }
            }
        }
        Ok(())
    }

    /// Tells records of a flaw from bulletins about updates: the former are under one of the flaw's own names.
    fn name_voices(&self, statements: &mut Statements<'a>) -> Result<(), IndexError> {
        for (&position, said) in statements {
            if said
                .iter()
                .all(|statement| statement.ranks.record == statement.ranks.bulletin)
            {
                continue;
            }
            let flaw = self.index.vulnerability(position)?;
            for statement in said {
                if statement.advisory == flaw.id || flaw.aliases.contains(&statement.advisory) {
                    statement.voice = statement.ranks.record;
                }
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
            let explained = because(hit, advisory.id, advisory.source, target);
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
            subject: Subject::Package(package),
            applicability: Applicability::Applicable,
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

/// Where a target is looked up.
pub(crate) fn places(target: &Target) -> Vec<Place<'_>> {
    let ranks = |record, bulletin| Ranks { record, bulletin };
    let own = Place {
        key: &target.key,
        version: &target.version,
        ranks: match target.family {
            Family::OperatingSystem => ranks(Voice::Flaw, Voice::Bulletin),
            // Languages have no ranks.
            Family::Language => ranks(Voice::Flaw, Voice::Flaw),
        },
    };
    let elsewhere = target.elsewhere.as_ref().map(|elsewhere| match elsewhere {
        Elsewhere::Source(key, version) => Place {
            key,
            version,
            ranks: ranks(Voice::SourceFlaw, Voice::SourceBulletin),
        },
        Elsewhere::Subscription(key) => Place {
            key,
            version: &target.version,
            ranks: ranks(Voice::Subscription, Voice::Subscription),
        },
        Elsewhere::Packager(key) => Place {
            key,
            version: &target.version,
            ranks: ranks(Voice::Packager, Voice::Packager),
        },
    });
    std::iter::once(own).chain(elsewhere).collect()
}

pub(crate) fn scheme_of(package: &PackageKey) -> Scheme {
    Scheme::for_ecosystem(package.ecosystem.as_str()).unwrap_or(Scheme::Generic)
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
pub(crate) fn module_applies(rule: Option<&str>, package: Option<&str>) -> bool {
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

fn because(hit: &Hit<'_>, advisory: &str, source: &str, target: &Target) -> Match {
    let (package, version) = match (&target.elsewhere, hit.voice) {
        (Some(Elsewhere::Source(key, version)), Voice::SourceFlaw | Voice::SourceBulletin) => (key, version),
        (Some(Elsewhere::Subscription(key)), Voice::Subscription)
        | (Some(Elsewhere::Packager(key)), Voice::Packager) => (key, &target.version),
        _ => (&target.key, &target.version),
    };
    let (range, fixed_in) = match hit.matched {
        Matched::Listed => (format!("= {version} (listed)"), None),
        Matched::Interval(interval) => in_words(&interval),
    };
    Match {
        advisory: advisory.to_owned(),
        source: source.to_owned(),
        package: package.to_string(),
        range,
        status: hit.rule.status,
        fixed_in,
    }
}

impl Coverage<'_> {
    pub(crate) fn misses(&mut self, package: &Package, reason: NoTarget) {
        match reason {
            NoTarget::NoVersion => self.unidentified(package),
            NoTarget::UnknownDistribution(name) => self.unknown_distribution(&name),
            NoTarget::UnknownType(kind) => self.unknown_type(&kind),
        }
    }
}

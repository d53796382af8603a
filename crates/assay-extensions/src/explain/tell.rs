//! An explanation of `assay-assess` in the words of the answer.

use assay_assess::{Explained, ExplainedPackage, Finding, Outcome, Said};
use assay_model::{Diagnostic, Inventory, Package};

use super::shapes::{Score, Seen, SeverityWord, Statement, ToldPackage, ToldVulnerability, Verdict};
use crate::resources::NotAssessed;

pub(super) fn tell_vulnerability(explained: Option<&Explained>, id: &str) -> ToldVulnerability {
    let Some(explained) = explained else {
        return ToldVulnerability {
            id: id.to_owned(),
            aliases: Vec::new(),
            title: String::new(),
            cvss: Vec::new(),
            severities: Vec::new(),
            epss: None,
            known_exploited: false,
        };
    };
    let known = &explained.vulnerability;
    ToldVulnerability {
        id: known.id.clone(),
        aliases: known.aliases.clone(),
        title: known.title.clone(),
        cvss: known
            .cvss
            .iter()
            .map(|score| Score {
                source: score.source.clone(),
                vector: score.vector.clone(),
                score: f64::from(score.tenths) / 10.0,
            })
            .collect(),
        severities: known
            .words
            .iter()
            .map(|(source, severity)| SeverityWord {
                source: source.clone(),
                severity: severity.as_str().to_owned(),
            })
            .collect(),
        epss: known.epss.map(|epss| f64::from(epss.score) / 1_000_000.0),
        known_exploited: known.known_exploited.is_some(),
    }
}

pub(super) fn tell_packages(explained: &Explained, inventory: &Inventory) -> Vec<ToldPackage> {
    let system = explained.operating_system.iter().map(|ended| ToldPackage {
        package: inventory
            .distribution
            .as_ref()
            .map_or_else(String::new, |distribution| distribution.display_name()),
        installed: ended.installed.clone(),
        outcome: Outcome::Affected.as_str(),
        owner: None,
        severity: Some(severity_of(ended)),
        fix_state: Some(ended.fix_state.as_str()),
        fixed_in: ended.fixed_in.clone(),
        statements: ended
            .matches
            .iter()
            .map(|matched| Statement {
                advisory: matched.advisory.clone(),
                source: matched.source.clone(),
                package: matched.package.clone(),
                version: ended.installed.clone(),
                range: matched.range.clone(),
                word: assay_assess::Word::Affected.as_str(),
                status: matched.status.as_str(),
                fixed_in: matched.fixed_in.clone(),
            })
            .collect(),
        evidence: Vec::new(),
    });
    let packages = explained.packages.iter().filter_map(|explained| {
        let package = inventory.packages.get(explained.position)?;
        Some(tell_package(explained, package))
    });
    system.chain(packages).collect()
}

fn tell_package(explained: &ExplainedPackage, package: &Package) -> ToldPackage {
    let finding = explained.finding.as_ref();
    ToldPackage {
        package: package.purl.to_string(),
        installed: explained.installed.clone(),
        outcome: explained.outcome.as_str(),
        owner: package.owner.as_ref().map(ToString::to_string),
        severity: finding.map(severity_of),
        fix_state: finding.map(|finding| finding.fix_state.as_str()),
        fixed_in: finding.and_then(|finding| finding.fixed_in.clone()),
        statements: explained.statements.iter().map(tell_statement).collect(),
        evidence: package
            .evidence
            .iter()
            .map(|evidence| Seen {
                path: evidence.path.clone(),
                layer: evidence.layer.as_ref().map(|layer| layer.digest.clone()),
                analyser: evidence.analyser.to_owned(),
            })
            .collect(),
    }
}

fn severity_of(finding: &Finding) -> SeverityWord {
    SeverityWord {
        source: finding.severity_source.clone(),
        severity: finding.severity.as_str().to_owned(),
    }
}

fn tell_statement(said: &Said) -> Statement {
    Statement {
        advisory: said.advisory.clone(),
        source: said.source.clone(),
        package: said.package.clone(),
        version: said.version.clone(),
        range: said.range.clone(),
        word: said.word.as_str(),
        status: said.status.as_str(),
        fixed_in: said.fixed_in.clone(),
    }
}

pub(super) fn not_assessed(diagnostic: &Diagnostic) -> NotAssessed {
    NotAssessed {
        code: diagnostic.code.as_str().to_owned(),
        path: diagnostic.path.clone(),
        message: diagnostic.message.clone(),
    }
}

/// One verdict over all packages: what says most of why there is, or is not, a finding.
pub(super) fn verdict(explained: Option<&Explained>, inventory: Option<&Inventory>) -> Verdict {
    let Some(explained) = explained else {
        return Verdict::UnknownVulnerability;
    };
    if inventory.is_none() {
        return Verdict::NotAssessed;
    }
    if explained.operating_system.is_some() {
        return Verdict::Affected;
    }
    let outcomes = || explained.packages.iter().map(|package| package.outcome);
    let any = |wanted: fn(Outcome) -> bool| outcomes().any(wanted);
    if any(|outcome| outcome == Outcome::Affected) {
        Verdict::Affected
    } else if any(|outcome| matches!(outcome, Outcome::NotApplicable(_))) {
        Verdict::NotApplicable
    } else if any(|outcome| outcome == Outcome::NotAffected) {
        Verdict::NotAffected
    } else if any(|outcome| outcome == Outcome::OutsideRange) {
        Verdict::OutsideRange
    } else if any(|outcome| outcome == Outcome::OwnedBySystem) {
        Verdict::OwnedByOperatingSystem
    } else {
        Verdict::NotInstalled
    }
}

pub(super) fn because(verdict: Verdict, vulnerability: &str, coverage: &[String]) -> String {
    match verdict {
        Verdict::Affected => format!("an installed version has {vulnerability}"),
        Verdict::NotInstalled => {
            format!("nothing is installed that records about {vulnerability} name")
        }
        Verdict::OutsideRange => {
            format!("no installed version lies in the affected ranges of {vulnerability}")
        }
        Verdict::NotAffected => {
            format!("the vendor says that what is installed is not affected by {vulnerability}")
        }
        Verdict::NotApplicable => {
            format!("{vulnerability} is in a kernel that does not run here, or in headers alone")
        }
        Verdict::OwnedByOperatingSystem => format!(
            "what records about {vulnerability} name belongs to packages of the operating system, whose distribution \
             speaks for them"
        ),
        Verdict::NotAssessed => match coverage {
            [] => "nothing was assessed yet".to_owned(),
            reasons => format!("nothing was assessed yet: {}", reasons.join(", ")),
        },
        Verdict::UnknownVulnerability => {
            format!("no source of the intelligence in force tells of {vulnerability}")
        }
    }
}

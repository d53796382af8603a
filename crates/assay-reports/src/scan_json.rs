//! `assay.scan/1`: packages, findings and what could not be looked at.

use std::io::{self, Write};

use assay_assess::{Applicability, Assessment, CvssScore, Exploit, Finding, Match, Subject};
use assay_intel::Index;
use assay_model::{Distribution, Epss, Inventory, KnownExploited, Purl, Ransomware, Reference, Ssvc};
use serde::Serialize;

use crate::json::{self, ArtifactJson, DiagnosticJson, IntelligenceJson, PackageJson};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    artifact: ArtifactJson<'a>,
    intelligence: IntelligenceJson<'a>,
    packages: Vec<PackageJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingJson<'a> {
    id: &'a str,
    aliases: &'a [String],
    kind: &'static str,
    package: FindingPackageJson<'a>,
    installed: &'a str,
    fixed_in: Option<&'a str>,
    fix_state: &'static str,
    severity: &'static str,
    severity_source: &'a str,
    cvss: Vec<CvssJson<'a>>,
    epss: Option<EpssJson>,
    kev: Option<KnownExploitedJson<'a>>,
    /// Absent where CISA decided nothing.
    ssvc: Option<SsvcJson>,
    exploit_known: bool,
    cwes: Vec<String>,
    title: &'a str,
    description: &'a str,
    references: Vec<ReferenceJson<'a>>,
    published: Option<String>,
    modified: Option<String>,
    standing: &'static str,
    /// The reason, where the finding does not apply.
    not_applicable: Option<&'static str>,
    matches: Vec<MatchJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SsvcJson {
    exploitation: Option<&'static str>,
    automatable: Option<&'static str>,
    technical_impact: Option<&'static str>,
}

#[derive(Serialize)]
struct FindingPackageJson<'a> {
    purl: &'a str,
    paths: Vec<&'a str>,
}

#[derive(Serialize)]
struct CvssJson<'a> {
    version: &'static str,
    vector: &'a str,
    score: f64,
    source: &'a str,
}

#[derive(Serialize)]
struct EpssJson {
    score: f64,
    percentile: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KnownExploitedJson<'a> {
    date_added: &'a str,
    due_date: Option<&'a str>,
    ransomware: &'static str,
}

#[derive(Serialize)]
struct ReferenceJson<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MatchJson<'a> {
    advisory: &'a str,
    source: &'a str,
    package: &'a str,
    range: &'a str,
    status: &'static str,
    fixed_in: Option<&'a str>,
}

/// Writes a scan as JSON with a final newline. `findings` are those of the assessment that are to be shown.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_scan(
    inventory: &Inventory,
    index: &Index,
    assessment: &Assessment,
    findings: &[&Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let purls: Vec<String> = inventory
        .packages
        .iter()
        .map(|package| package.purl.to_string())
        .collect();
    let system = inventory
        .distribution
        .as_ref()
        .map(system_purl)
        .unwrap_or_default();
    let mut diagnostics: Vec<_> = inventory
        .diagnostics
        .iter()
        .chain(&assessment.diagnostics)
        .collect();
    diagnostics.sort();
    let document = Document {
        schema: "assay.scan/1",
        artifact: json::artifact(inventory),
        intelligence: json::intelligence(index),
        packages: inventory.packages.iter().map(json::package).collect(),
        findings: findings
            .iter()
            .map(|finding| finding_json(finding, finding_package(finding, inventory, &purls, &system)))
            .collect(),
        diagnostics: diagnostics.into_iter().map(json::diagnostic).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// The operating system as a package URL: of the type `generic`, there being none for it.
fn system_purl(distribution: &Distribution) -> String {
    Purl::new("generic", &distribution.id, distribution.release_number()).to_string()
}

fn finding_package<'a>(
    finding: &Finding,
    inventory: &'a Inventory,
    purls: &'a [String],
    system: &'a str,
) -> FindingPackageJson<'a> {
    match finding.subject {
        Subject::OperatingSystem => FindingPackageJson {
            purl: system,
            paths: Vec::new(),
        },
        Subject::Package(position) => FindingPackageJson {
            purl: &purls[position],
            paths: inventory.packages[position]
                .evidence
                .iter()
                .map(|evidence| evidence.path.as_str())
                .collect(),
        },
    }
}

fn finding_json<'a>(finding: &'a Finding, package: FindingPackageJson<'a>) -> FindingJson<'a> {
    let vulnerability = &*finding.vulnerability;
    FindingJson {
        id: &vulnerability.id,
        aliases: &vulnerability.aliases,
        kind: finding.kind.as_str(),
        package,
        installed: &finding.installed,
        fixed_in: finding.fixed_in.as_deref(),
        fix_state: finding.fix_state.as_str(),
        severity: finding.severity.as_str(),
        severity_source: &finding.severity_source,
        cvss: vulnerability.cvss.iter().map(cvss_json).collect(),
        epss: vulnerability.epss.map(epss_json),
        kev: vulnerability.known_exploited.as_ref().map(known_exploited_json),
        ssvc: vulnerability.ssvc.map(ssvc_json),
        exploit_known: vulnerability.exploit == Exploit::Known,
        cwes: vulnerability
            .cwes
            .iter()
            .map(|number| format!("CWE-{number}"))
            .collect(),
        title: &vulnerability.title,
        description: &vulnerability.description,
        references: vulnerability.references.iter().map(reference_json).collect(),
        published: vulnerability.published.and_then(rfc3339),
        modified: vulnerability.modified.and_then(rfc3339),
        standing: vulnerability.standing.as_str(),
        not_applicable: match finding.applicability {
            Applicability::Applicable => None,
            Applicability::NotApplicable(reason) => Some(reason.as_str()),
        },
        matches: finding.matches.iter().map(match_json).collect(),
    }
}

fn cvss_json(
    CvssScore {
        source,
        version,
        vector,
        tenths,
    }: &CvssScore,
) -> CvssJson<'_> {
    CvssJson {
        version: version.as_str(),
        vector,
        score: f64::from(*tenths) / 10.0,
        source,
    }
}

fn epss_json(Epss { score, percentile }: Epss) -> EpssJson {
    EpssJson {
        score: f64::from(score) / 1_000_000.0,
        percentile: f64::from(percentile) / 1_000_000.0,
    }
}

fn ssvc_json(ssvc: Ssvc) -> SsvcJson {
    SsvcJson {
        exploitation: ssvc.exploitation.map(|point| point.as_str()),
        automatable: ssvc.automatable.map(|point| point.as_str()),
        technical_impact: ssvc.technical_impact.map(|point| point.as_str()),
    }
}

fn known_exploited_json(entry: &KnownExploited) -> KnownExploitedJson<'_> {
    KnownExploitedJson {
        date_added: &entry.date_added,
        due_date: Some(entry.due_date.as_str()).filter(|day| !day.is_empty()),
        ransomware: match entry.ransomware {
            Ransomware::Known => "known",
            Ransomware::Unknown => "unknown",
        },
    }
}

fn reference_json(Reference { kind, url }: &Reference) -> ReferenceJson<'_> {
    ReferenceJson { kind, url }
}

fn match_json(explained: &Match) -> MatchJson<'_> {
    MatchJson {
        advisory: &explained.advisory,
        source: &explained.source,
        package: &explained.package,
        range: &explained.range,
        status: explained.status.as_str(),
        fixed_in: explained.fixed_in.as_deref(),
    }
}

/// Unix seconds as RFC 3339.
pub(crate) fn rfc3339(seconds: u32) -> Option<String> {
    jiff::Timestamp::from_second(i64::from(seconds))
        .ok()
        .map(|time| time.to_string())
}

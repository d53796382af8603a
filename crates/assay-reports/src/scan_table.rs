//! A scan for people: worst first, grouped by what to upgrade, readable at 100 columns.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

use assay_assess::{Applicability, Assessment, Finding, FixState};
use assay_intel::{Index, IntelligenceKind};
use assay_model::{
    AdvisoryKind, Artifact, BaseImage, DiagnosticCode, Evidence, Inventory, Severity, Standing,
};

use crate::layout::{FAINT, STRONG, WIDTH, bytes, counted, fit, paint, severity_style};

/// How much of each group is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The gravest findings of each package; the others are summed up.
    Gravest,
    /// Every finding.
    All,
}

/// Findings that a group always lists.
const LISTED: usize = 6;

/// Most diagnostics that are shown beside the prominent ones.
const MOST_DIAGNOSTICS: usize = 5;

/// Packages that are upgraded together: the binaries of one source, or the copies of one library.
struct Group<'a> {
    name: String,
    installed: &'a str,
    kind: &'a str,
    findings: Vec<&'a Finding>,
    paths: Vec<&'a str>,
    /// The layer that brought it, in words.
    origin: Option<String>,
}

/// Writes the table. `findings` are those of the assessment that are to be shown, `hidden` how many are not.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_table(
    inventory: &Inventory,
    index: &Index,
    assessment: &Assessment,
    findings: &[&Finding],
    hidden: usize,
    detail: Detail,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = heading(inventory, index);
    text.push_str(&warnings(inventory, assessment));
    for group in groups(inventory, findings) {
        write_group(&mut text, &group, detail);
    }
    text.push_str(&summary(inventory, assessment, findings, hidden));
    out.write_all(text.as_bytes())
}

fn heading(inventory: &Inventory, index: &Index) -> String {
    let artifact = &inventory.artifact;
    let mut text = paint(&fit(&artifact.name, WIDTH), STRONG);
    let mut facts = vec![artifact.kind.as_str().to_owned()];
    facts.extend(
        inventory
            .distribution
            .as_ref()
            .map(|distribution| distribution.display_name()),
    );
    facts.extend(artifact.platform.clone());
    facts.push(counted(inventory.packages.len(), "package"));
    let _ = writeln!(text, "\n  {}", fit(&facts.join(" · "), WIDTH - 2));
    if let Some(base) = &artifact.base {
        let _ = writeln!(
            text,
            "  {}",
            fit(&built_on(base, artifact.layers.len()), WIDTH - 2)
        );
    }
    let _ = writeln!(text, "  {}", intelligence_line(index));
    text
}

/// Which image this one was built on.
fn built_on(base: &BaseImage, layers: usize) -> String {
    let name = base
        .name
        .as_deref()
        .or(base.digest.as_deref())
        .unwrap_or("another image");
    match base.layers {
        0 => format!("built on {name}"),
        own => format!(
            "built on {name}, which has {own} of its {}",
            counted(layers, "layer")
        ),
    }
}

/// Which layer brought a package, of an image that has several.
fn origin(evidence: &Evidence, artifact: &Artifact) -> Option<String> {
    let index = evidence
        .layer
        .as_ref()
        .filter(|_| artifact.layers.len() > 1)?
        .index;
    let of_base = artifact.base.as_ref().is_some_and(|base| index < base.layers);
    Some(if of_base {
        "in the base image".to_owned()
    } else {
        format!("layer {index}")
    })
}

/// Which intelligence was used, its date and size.
pub(crate) fn intelligence_line(index: &Index) -> String {
    let metadata = index.metadata();
    let what = match metadata.kind {
        IntelligenceKind::Upstream => format!("{} up to", counted(metadata.feeds.len(), "feed")),
        IntelligenceKind::Starter => "starter intelligence of".to_owned(),
    };
    format!(
        "intelligence: {what} {} · {} advisories · {} · generation {}",
        metadata.date().get(..10).unwrap_or_default(),
        metadata.counts.advisories,
        bytes(index.file_length()),
        &index.generation()[..12],
    )
}

fn warnings(inventory: &Inventory, assessment: &Assessment) -> String {
    let mut text = String::new();
    let mut lesser = Vec::new();
    for diagnostic in assessment.diagnostics.iter().chain(&inventory.diagnostics) {
        if diagnostic.code.is_prominent() {
            let _ = writeln!(text, "  {} {}", paint("!", STRONG), wrap(&diagnostic.message, 4));
        } else if diagnostic.code != DiagnosticCode::Skipped {
            lesser.push(diagnostic);
        }
    }
    for diagnostic in lesser.iter().take(MOST_DIAGNOSTICS) {
        let _ = writeln!(text, "  - {}", wrap(&diagnostic.to_string(), 4));
    }
    if lesser.len() > MOST_DIAGNOSTICS {
        let _ = writeln!(
            text,
            "  - and {} more of that kind; --format json lists them",
            lesser.len() - MOST_DIAGNOSTICS
        );
    }
    text
}

/// Breaks a sentence into lines that start at a column, without a break in the first.
fn wrap(sentence: &str, column: usize) -> String {
    let mut lines = vec![String::new()];
    for word in sentence.split_whitespace() {
        let word = fit(word, WIDTH - column);
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            *line = word;
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH - column {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines.join(&format!("\n{}", " ".repeat(column)))
}

fn groups<'a>(inventory: &'a Inventory, findings: &[&'a Finding]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: BTreeMap<(String, &str, &str), usize> = BTreeMap::new();
    for finding in findings {
        let Some(position) = finding.subject.package() else {
            groups.push(system(inventory, finding));
            continue;
        };
        let package = &inventory.packages[position];
        let source = package
            .purl
            .qualifier("upstream")
            .and_then(|upstream| upstream.split('@').next());
        let name = match package.purl.kind.as_str() {
            "deb" | "apk" => source.map_or_else(|| package.purl.display_name(), str::to_owned),
            _ => package.purl.display_name(),
        };
        let key = (
            name.clone(),
            finding.installed.as_str(),
            package.purl.kind.as_str(),
        );
        let position = *known.entry(key).or_insert_with(|| {
            let kind = package.purl.kind.as_str();
            groups.push(Group {
                name,
                installed: &finding.installed,
                kind,
                findings: Vec::new(),
                paths: Vec::new(),
                origin: None,
            });
            groups.len() - 1
        });
        let group = &mut groups[position];
        // Two binaries of one source have the same flaws; the group tells each once.
        if !group
            .findings
            .iter()
            .any(|other| other.vulnerability.id == finding.vulnerability.id)
        {
            group.findings.push(finding);
        }
        let first = package.evidence.first();
        let brought_by = first.and_then(|first| origin(first, &inventory.artifact));
        group.origin = group.origin.take().or(brought_by);
        for evidence in &package.evidence {
            if !group.paths.contains(&evidence.path.as_str()) {
                group.paths.push(&evidence.path);
            }
        }
    }
    groups
}

/// The operating system as a group of its own.
fn system<'a>(inventory: &Inventory, finding: &'a Finding) -> Group<'a> {
    let distribution = inventory.distribution.as_ref();
    Group {
        name: distribution
            .map(|distribution| distribution.display_name())
            .unwrap_or_default(),
        installed: &finding.installed,
        kind: OPERATING_SYSTEM,
        findings: vec![finding],
        paths: Vec::new(),
        origin: None,
    }
}

/// The kind of a group that is the operating system.
const OPERATING_SYSTEM: &str = "operating system";

fn write_group(text: &mut String, group: &Group<'_>, detail: Detail) {
    let fixable: Vec<_> = group
        .findings
        .iter()
        .filter(|finding| finding.fixed_in.is_some())
        .collect();
    let target = highest_fix(group);
    let name = fit(&group.name, 34);
    let installed = fit(group.installed, 20);
    let head = match target {
        Some(target) => {
            let closes = if fixable.len() == group.findings.len() {
                format!("closes {}", fixable.len())
            } else {
                format!("closes {} of {}", fixable.len(), group.findings.len())
            };
            format!("upgrade {name} {installed} to {} {closes}", fit(target, 20))
        }
        None => format!("no fix yet for {name} {installed}: {}", group.findings.len()),
    };
    let (head, place) = match group.findings.as_slice() {
        [finding] if finding.kind == AdvisoryKind::EndOfLife => (
            format!("upgrade {} to a release that is still supported", group.name),
            finding.vulnerability.description.clone(),
        ),
        _ => (head, place(group)),
    };
    let _ = writeln!(text, "\n{}", paint(&fit(&head, WIDTH), STRONG));
    let _ = writeln!(text, "  {}", paint(&fit(&place, WIDTH - 2), FAINT));
    let listed = match detail {
        Detail::All => group.findings.len(),
        Detail::Gravest => {
            let grave = |finding: &&&Finding| {
                finding.severity == Severity::Critical || finding.vulnerability.known_exploited.is_some()
            };
            group
                .findings
                .iter()
                .filter(grave)
                .count()
                .max(LISTED)
                .min(group.findings.len())
        }
    };
    for finding in &group.findings[..listed] {
        write_finding(text, finding);
    }
    let rest = &group.findings[listed..];
    if !rest.is_empty() {
        let _ = writeln!(text, "  and {}; --all lists them", by_severity(rest));
    }
}

/// The version that satisfies every finding of the group that has a fix.
fn highest_fix<'a>(group: &Group<'a>) -> Option<&'a str> {
    let fixes = group
        .findings
        .iter()
        .filter_map(|finding| Some((finding, finding.fixed_in.as_deref()?)));
    fixes
        .max_by(|(finding, a), (_, b)| finding.scheme.compare(a, b))
        .map(|(_, version)| version)
}

fn place(group: &Group<'_>) -> String {
    let paths = group.paths.len();
    let first = group.paths.first().copied().unwrap_or_default();
    let more = if paths > 1 {
        format!(" and {} more", paths - 1)
    } else {
        String::new()
    };
    let mut parts = vec![group.kind.to_owned()];
    parts.extend(group.origin.clone());
    if !first.is_empty() {
        parts.push(format!("{first}{more}"));
    }
    parts.join(" · ")
}

fn write_finding(text: &mut String, finding: &Finding) {
    let vulnerability = &finding.vulnerability;
    let severity = match finding.severity {
        Severity::Informational => "info     ".to_owned(),
        severity => format!("{:<9}", severity.as_str()),
    };
    let exploited = if vulnerability.known_exploited.is_some() {
        "KEV"
    } else {
        ""
    };
    let likely = vulnerability.epss.map_or_else(String::new, |epss| {
        format!("{:.1}%", f64::from(epss.score) / 10_000.0)
    });
    let fix = match (&finding.fixed_in, finding.fix_state) {
        (Some(version), _) => version.clone(),
        (None, FixState::WontFix) => "won't fix".to_owned(),
        (None, FixState::Pending) => "pending".to_owned(),
        (None, FixState::Fixed | FixState::NoneKnown) => "no fix".to_owned(),
    };
    let title = match finding.kind {
        AdvisoryKind::Vulnerability if vulnerability.title.is_empty() => {
            let advisories = finding
                .matches
                .iter()
                .map(|explained| explained.advisory.as_str());
            advisories
                .filter(|id| *id != vulnerability.id)
                .take(1)
                .map(|id| format!("see {id}"))
                .collect()
        }
        AdvisoryKind::Vulnerability if vulnerability.standing != Standing::Valid => {
            format!("{}: {}", vulnerability.standing.as_str(), vulnerability.title)
        }
        AdvisoryKind::Vulnerability | AdvisoryKind::EndOfLife => vulnerability.title.clone(),
        kind => format!("{}: {}", kind.as_str(), vulnerability.title),
    };
    let title = match finding.applicability {
        Applicability::Applicable => title,
        Applicability::NotApplicable(reason) => format!("not applicable ({}): {title}", reason.as_str()),
    };
    let _ = writeln!(
        text,
        "  {} {:<19} {exploited:<3} {likely:>6}  {:<16} {}",
        paint(&severity, severity_style(finding.severity)),
        fit(&vulnerability.id, 19),
        fit(&fix, 16),
        fit(&title, WIDTH - 61),
    );
}

fn by_severity(findings: &[&Finding]) -> String {
    let parts: Vec<String> = Severity::WORST_FIRST
        .into_iter()
        .map(|severity| {
            (
                severity,
                findings
                    .iter()
                    .filter(|finding| finding.severity == severity)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    parts.join(", ")
}

fn summary(inventory: &Inventory, assessment: &Assessment, findings: &[&Finding], hidden: usize) -> String {
    let mut packages: Vec<usize> = findings
        .iter()
        .filter_map(|finding| finding.subject.package())
        .collect();
    packages.sort_unstable();
    packages.dedup();
    let mut text = String::from("\n");
    let total = inventory.packages.len();
    if findings.is_empty() {
        let _ = write!(text, "no findings in {}", counted(total, "package"));
    } else {
        let exploited = findings
            .iter()
            .filter(|finding| finding.vulnerability.known_exploited.is_some())
            .count();
        let fixable = findings
            .iter()
            .filter(|finding| finding.fix_state == FixState::Fixed)
            .count();
        let _ = write!(
            text,
            "{} in {} of {}: {}\n{fixable} fixable, {exploited} known to be exploited",
            counted(findings.len(), "finding"),
            packages.len(),
            counted(total, "package"),
            by_severity(findings),
        );
    }
    if hidden > 0 {
        let _ = write!(text, "; {hidden} more not listed by your options");
    }
    let is_shown = |finding: &Finding| findings.iter().any(|shown| std::ptr::eq(*shown, finding));
    let not_applicable = assessment
        .findings
        .iter()
        .filter(|finding| finding.applicability != Applicability::Applicable && !is_shown(finding))
        .count();
    if not_applicable > 0 {
        let _ = write!(text, "; {not_applicable} not applicable here");
    }
    if assessment.assessed < total {
        let _ = write!(
            text,
            "; {} could not be assessed",
            counted(total - assessment.assessed, "package")
        );
    }
    text.push('\n');
    text
}

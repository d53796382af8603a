//! The advisory database shown: status, an id, a package, a difference.

use std::{
    fmt::Write as _,
    io::{self, Write},
    path::Path,
};

use assay_intel::{DetailReader, End, IdEntry, Index, IndexError, PackageChange, VulnerabilityView};
use assay_model::{PackageKey, Ransomware};
use serde::Serialize;

use crate::{
    json,
    layout::{STRONG, WIDTH, bytes, counted, fit, paint},
    scan_json::rfc3339,
    scan_table::intelligence_line,
};

/// Most packages that the page of a vulnerability lists.
const MOST_PACKAGES: usize = 200;

/// Which database something was found in, in a line.
pub fn origin(index: &Index) -> String {
    format!("{}\n", intelligence_line(index))
}

/// Where a database comes from, in a few lines.
pub fn status_table(index: &Index, path: &Path) -> String {
    let metadata = index.metadata();
    let counts = &metadata.counts;
    format!(
        "{}\n  file: {} · format {}\n  built: {}\n  {} vulnerabilities · {} packages · {} rules\n",
        intelligence_line(index),
        path.display(),
        assay_intel::FORMAT_VERSION,
        metadata.built,
        counts.vulnerabilities,
        counts.packages,
        counts.rules,
    )
}

/// The feeds of a database, a line each, with what was wrong.
pub fn feeds_table(index: &Index) -> String {
    let mut text = String::new();
    for feed in &index.metadata().feeds {
        let date = feed
            .date
            .as_deref()
            .and_then(|date| date.get(..10))
            .unwrap_or("undated");
        let _ = writeln!(
            text,
            "  {:<22} {date:<10} {:>8} records  {:>9}",
            feed.name,
            feed.records,
            bytes(feed.bytes)
        );
        for warning in &feed.warnings {
            let _ = writeln!(text, "    ! {}", fit(warning, WIDTH - 6));
        }
    }
    text
}

/// Where a database comes from, as JSON.
///
/// # Errors
///
/// When `out` refuses.
pub fn status_json(index: &Index, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        intelligence: json::IntelligenceJson<'a>,
    }
    let document = Document {
        schema: "assay.intelligence/1",
        intelligence: json::intelligence(index),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Everything that is known behind an id.
///
/// # Errors
///
/// When the database is corrupt.
pub fn vulnerability(index: &Index, entry: &IdEntry) -> Result<String, IndexError> {
    let mut text = String::new();
    let mut reader = index.detail_reader()?;
    for &position in &entry.vulnerabilities {
        let vulnerability = index.vulnerability(position)?;
        write_vulnerability(&mut text, &vulnerability);
        for &advisory in &vulnerability.advisories {
            write_advisory(&mut text, index, advisory, &mut reader)?;
        }
        write_affected(&mut text, &packages_of(index, &vulnerability.advisories)?);
        text.push('\n');
    }
    // A bulletin is no flaw itself, but about some.
    if entry.vulnerabilities.is_empty() {
        for &position in &entry.advisories {
            let advisory = index.advisory(position)?;
            let _ = write!(text, "{}", paint(advisory.id, STRONG));
            let mut fixes = Vec::new();
            for vulnerability in index.vulnerabilities_of(&advisory)? {
                fixes.push(index.vulnerability(vulnerability)?.id);
            }
            let _ = writeln!(text, "{}", prefixed(" fixes ", &fixes.join(", ")));
            write_advisory(&mut text, index, position, &mut reader)?;
            write_affected(&mut text, &packages_of(index, &[position])?);
            text.push('\n');
        }
    }
    Ok(text)
}

fn write_vulnerability(text: &mut String, vulnerability: &VulnerabilityView<'_>) {
    let _ = writeln!(text, "{}", paint(vulnerability.id, STRONG));
    if !vulnerability.aliases.is_empty() {
        let _ = writeln!(text, "  also known as {}", vulnerability.aliases.join(", "));
    }
    if let Some(epss) = vulnerability.epss {
        let (score, percentile) = (
            f64::from(epss.score) / 10_000.0,
            f64::from(epss.percentile) / 10_000.0,
        );
        let _ = writeln!(text, "  EPSS {score:.2}% (higher than {percentile:.1}% of all)");
    }
    if let Some(entry) = &vulnerability.known_exploited {
        let ransomware = if entry.ransomware == Ransomware::Known {
            ", used by ransomware"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "  known to be exploited since {}{ransomware}",
            entry.date_added
        );
    }
}

fn write_advisory(
    text: &mut String,
    index: &Index,
    position: u32,
    reader: &mut DetailReader,
) -> Result<(), IndexError> {
    let advisory = index.advisory(position)?;
    let date = advisory.modified.or(advisory.published).and_then(rfc3339);
    let date = date
        .as_deref()
        .and_then(|date| date.get(..10))
        .unwrap_or_default();
    let severity = advisory
        .severity
        .map(|severity| severity.as_str())
        .unwrap_or_default();
    let _ = writeln!(
        text,
        "\n  {} · {} · {} · {}{}{}",
        advisory.id,
        advisory.source,
        advisory.kind.as_str(),
        advisory.standing.as_str(),
        prefixed(" · ", severity),
        prefixed(" · ", date),
    );
    let Some(detail) = index.detail(&advisory, reader)? else {
        return Ok(());
    };
    let summary = if detail.title.is_empty() {
        detail.description
    } else {
        detail.title
    };
    for line in summary.lines().filter(|line| !line.trim().is_empty()).take(4) {
        let _ = writeln!(text, "    {}", fit(line.trim(), WIDTH - 4));
    }
    for (source, vector) in &detail.cvss {
        let _ = writeln!(text, "    {source}: {vector}");
    }
    for (_, url) in detail.references.iter().take(5) {
        let _ = writeln!(text, "    {}", fit(url, WIDTH - 4));
    }
    Ok(())
}

fn write_affected(text: &mut String, affected: &[String]) {
    if !affected.is_empty() {
        let _ = writeln!(text, "\n  affects");
    }
    for line in affected.iter().take(MOST_PACKAGES) {
        let _ = writeln!(text, "    {}", fit(line, 4 * WIDTH));
    }
    if affected.len() > MOST_PACKAGES {
        let _ = writeln!(text, "    and {} more", affected.len() - MOST_PACKAGES);
    }
}

fn prefixed(separator: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{separator}{text}")
    }
}

/// Every rule of some advisories (sorted), as lines. Goes through the whole database, which takes a fraction of a
/// second.
fn packages_of(index: &Index, wanted: &[u32]) -> Result<Vec<String>, IndexError> {
    let mut lines = Vec::new();
    index.for_each_package(|key, rules| {
        let about: Vec<_> = rules
            .filter(|rule| wanted.binary_search(&rule.advisory).is_ok())
            .collect();
        if about.is_empty() {
            return Ok(());
        }
        let package = String::from_utf8_lossy(key).replace('\0', " ");
        for rule in about {
            let advisory = index.advisory(rule.advisory)?;
            lines.push(format!("{package} {} ({})", ranges(&rule), advisory.id));
        }
        Ok(())
    })?;
    lines.dedup();
    Ok(lines)
}

fn ranges(rule: &assay_intel::Rule<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for interval in rule.intervals() {
        let from = interval
            .introduced
            .map(|version| format!(">= {version} "))
            .unwrap_or_default();
        let to = match interval.end {
            End::Open => "no fix".to_owned(),
            End::Fixed(version) | End::Limit(version) => format!("< {version}"),
            End::LastAffected(version) => format!("<= {version}"),
        };
        parts.push(format!("{from}{to}"));
    }
    let status = rule.status.as_str();
    match (status, parts.is_empty()) {
        ("affected", false) => parts.join(" or "),
        ("affected", true) => "single versions".to_owned(),
        (_, true) => status.to_owned(),
        (_, false) => format!("{status}, {}", parts.join(" or ")),
    }
}

/// Every rule about a package.
///
/// # Errors
///
/// When the database is corrupt.
pub fn package(index: &Index, package: &PackageKey) -> Result<String, IndexError> {
    let mut key = Vec::new();
    package.write_bytes(&mut key);
    let mut text = String::new();
    let rules: Vec<_> = index.rules(&key)?.into_iter().flatten().collect();
    let _ = writeln!(
        text,
        "{} · {}",
        paint(&package.to_string(), STRONG),
        counted(rules.len(), "rule")
    );
    for rule in rules {
        let advisory = index.advisory(rule.advisory)?;
        let mut names = Vec::new();
        for vulnerability in index.vulnerabilities_of(&advisory)? {
            let id = index.vulnerability(vulnerability)?.id;
            if id != advisory.id {
                names.push(id);
            }
        }
        let names = if names.is_empty() {
            String::new()
        } else {
            format!(" ({})", names.join(", "))
        };
        let module = rule
            .module
            .map(|module| format!(" in module {module}"))
            .unwrap_or_default();
        let _ = writeln!(text, "  {}{names} {}{module}", advisory.id, ranges(&rule));
    }
    text.push('\n');
    Ok(text)
}

/// The packages that differ between two databases, as JSON.
///
/// # Errors
///
/// When `out` refuses.
pub fn diff_json(old: &Index, new: &Index, changes: &[PackageChange], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        old: String,
        new: String,
        packages: Vec<ChangeJson<'a>>,
    }
    #[derive(Serialize)]
    struct ChangeJson<'a> {
        ecosystem: &'a str,
        name: &'a str,
        added: &'a [String],
        removed: &'a [String],
        changed: &'a [String],
    }
    let packages = changes
        .iter()
        .map(
            |PackageChange {
                 package,
                 added,
                 removed,
                 changed,
             }| ChangeJson {
                ecosystem: package.ecosystem.as_str(),
                name: &package.name,
                added,
                removed,
                changed,
            },
        )
        .collect();
    let document = Document {
        schema: "assay.difference/1",
        old: old.generation(),
        new: new.generation(),
        packages,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

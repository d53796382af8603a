//! What subjects have, by one generation of the intelligence. Computes on all processors; the caller keeps it off the
//! runtime's threads.

use std::collections::BTreeMap;

use assay_assess::{AssessedSubject, Assessor, Exploit, FixState, Vulnerability as Known};
use assay_intel::Index;
use assay_store::{Assessed, Subject, SubjectMatch, Vulnerability};
use jiff::civil::Date;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::{describe::Describe, error::Result};

/// Subjects that one assessor takes, so that it meets the same vulnerabilities often.
const PART: usize = 256;

/// Works out what subjects have.
///
/// # Errors
///
/// When the intelligence proves corrupt.
pub(crate) fn work_out(
    index: &Index,
    today: Date,
    subjects: &[Subject],
    describe: Describe,
) -> Result<Assessed> {
    let parts: Vec<Part> = subjects
        .par_chunks(PART)
        .map(|part| work_out_part(index, today, part, describe))
        .collect::<Result<_>>()?;
    let mut all = Assessed::default();
    let mut vulnerabilities = BTreeMap::new();
    for part in parts {
        all.subjects.extend(part.subjects);
        vulnerabilities.extend(part.vulnerabilities);
    }
    all.vulnerabilities = vulnerabilities.into_values().collect();
    Ok(all)
}

#[derive(Default)]
struct Part {
    subjects: Vec<(i64, Vec<SubjectMatch>)>,
    vulnerabilities: BTreeMap<String, Vulnerability>,
}

fn work_out_part(index: &Index, today: Date, subjects: &[Subject], describe: Describe) -> Result<Part> {
    let mut assessor = Assessor::new(index, today)?;
    let mut part = Part::default();
    for subject in subjects {
        let findings = match AssessedSubject::from_identity(&subject.identity) {
            Some(read) => assessor.assess(&read)?,
            // Written by a later program, perhaps; it has no findings until that one reads it.
            None => Vec::new(),
        };
        let mut matches: Vec<SubjectMatch> = Vec::with_capacity(findings.len());
        for finding in &findings {
            let described = describe(finding);
            let id = finding.vulnerability.id.clone();
            if !part.vulnerabilities.contains_key(&id) {
                let mut kept = kept(&finding.vulnerability);
                kept.title = described.title;
                kept.description = described.description;
                part.vulnerabilities.insert(id.clone(), kept);
            }
            matches.push(SubjectMatch {
                vulnerability: id,
                severity: i64::from(finding.severity as u8),
                score: described.score,
                source: described.source,
                vendor_severity: described.vendor_severity,
                fix: if finding.fix_state == FixState::Fixed {
                    "YES"
                } else {
                    "NO"
                }
                .to_owned(),
                fixed_in: finding.fixed_in.clone().unwrap_or_default(),
            });
        }
        matches.dedup_by(|a, b| a.vulnerability == b.vulnerability);
        part.subjects.push((subject.id, matches));
    }
    Ok(part)
}

/// What is kept of a vulnerability, but for its texts.
pub(crate) fn kept(known: &Known) -> Vulnerability {
    let mut related = known.aliases.clone();
    related.sort();
    related.dedup();
    Vulnerability {
        name: known.id.clone(),
        epss: known.epss.map_or(-1, |epss| i64::from(epss.score)),
        exploit: match known.exploit {
            Exploit::Known => "YES",
            Exploit::Unknown => "NO",
        }
        .to_owned(),
        digest: digest(known),
        title: String::new(),
        description: String::new(),
        related,
    }
}

/// A digest of all that is said of a vulnerability itself, so that what changed can be told from what did not.
pub(crate) fn digest(known: &Known) -> i64 {
    let said = format!(
        "{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
        known.aliases,
        known.title,
        known.description,
        known.cvss,
        known.epss,
        known.known_exploited,
        known.ssvc,
        known.exploit,
        known.standing,
        known.modified,
    );
    i64::from_le_bytes(xxh3_64(said.as_bytes()).to_le_bytes())
}

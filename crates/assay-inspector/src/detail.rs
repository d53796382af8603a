//! What intelligence stands behind a finding (`BatchGetFindingDetails`).

use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_assess::Vulnerability;
use assay_model::{Automatable, Exploitation, KnownExploited, Ransomware, Reference};

use crate::{
    finding::{last_known_exploit, probability, reference_urls},
    text::address,
    time::of_day,
};

/// How many links to exploits are listed as evidence.
const MOST_EXPLOITS: usize = 10;

/// The details of a finding by its name.
///
/// Tools, techniques and a risk score are left out: nothing that Assay reads tells them.
pub fn finding_detail(arn: &str, vulnerability: &Vulnerability) -> api::FindingDetail {
    let cwes = vulnerability.cwes.iter().map(|number| format!("CWE-{number}"));
    api::FindingDetail {
        cisa_data: vulnerability.known_exploited.as_ref().map(cisa_data),
        cwes: Some(cwes.collect()),
        epss_score: vulnerability.epss.map(|epss| probability(epss.score)),
        evidences: Some(evidences(vulnerability)),
        exploit_observed: exploit_observed(vulnerability),
        finding_arn: Some(arn.to_owned()),
        reference_urls: Some(reference_urls(vulnerability)),
        risk_score: None,
        tools: None,
        ttps: None,
    }
}

/// The entry in CISA's catalogue of known exploited vulnerabilities.
pub(crate) fn cisa_data(entry: &KnownExploited) -> api::CisaData {
    api::CisaData {
        // The catalogue's text is not kept.
        action: None,
        date_added: of_day(&entry.date_added).map(EpochSeconds),
        date_due: of_day(&entry.due_date).map(EpochSeconds),
    }
}

/// When exploitation was seen. The catalogue tells one day only, by which it had been.
pub(crate) fn exploit_observed(vulnerability: &Vulnerability) -> Option<api::ExploitObserved> {
    last_known_exploit(vulnerability).map(|at| api::ExploitObserved {
        first_seen: Some(EpochSeconds(at)),
        last_seen: None,
    })
}

fn evidences(vulnerability: &Vulnerability) -> Vec<api::Evidence> {
    let evidence = |rule: &str, detail: String, severity: &str| api::Evidence {
        evidence_rule: Some(rule.to_owned()),
        evidence_detail: Some(detail),
        severity: Some(severity.to_owned()),
    };
    let mut evidences = Vec::new();
    if let Some(entry) = &vulnerability.known_exploited {
        let since = entry.date_added.chars().take(10).collect::<String>();
        let detail = match entry.ransomware {
            Ransomware::Known => format!("in CISA's catalogue since {since}, and used by ransomware"),
            Ransomware::Unknown => format!("in CISA's catalogue since {since}"),
        };
        evidences.push(evidence("KNOWN_EXPLOITED", detail, "CRITICAL"));
    }
    if let Some(ssvc) = vulnerability.ssvc {
        let automatable = match ssvc.automatable {
            Some(Automatable::Yes) => ", and attacks can be automated",
            Some(Automatable::No) | None => "",
        };
        let told = match ssvc.exploitation {
            Some(Exploitation::Active) => Some(("exploitation is going on", "CRITICAL")),
            Some(Exploitation::ProofOfConcept) => Some(("an exploit is public", "HIGH")),
            Some(Exploitation::None) | None => None,
        };
        if let Some((told, severity)) = told {
            evidences.push(evidence(
                "SSVC",
                format!("CISA says that {told}{automatable}"),
                severity,
            ));
        }
    }
    let is_exploit = |reference: &&Reference| reference.kind == "EVIDENCE";
    let exploits = vulnerability.references.iter().filter(is_exploit);
    let addresses = exploits.filter_map(|reference| address(&reference.url));
    evidences.extend(
        addresses
            .take(MOST_EXPLOITS)
            .map(|url| evidence("PUBLIC_EXPLOIT", url, "HIGH")),
    );
    evidences
}

#[cfg(test)]
mod tests {
    use assay_model::Ssvc;

    use super::*;
    use crate::fixtures::vulnerability;

    #[test]
    fn what_is_known_and_no_more() {
        let mut known = vulnerability("CVE-2021-44228");
        let nothing = finding_detail("arn", &known);
        assert_eq!((nothing.cisa_data, nothing.exploit_observed), (None, None));
        assert_eq!(nothing.evidences, Some(Vec::new()));

        known.cwes = vec![20, 502];
        known.known_exploited = Some(KnownExploited {
            id: known.id.clone(),
            date_added: "2021-12-10".into(),
            due_date: String::new(),
            ransomware: Ransomware::Known,
        });
        known.ssvc = Some(Ssvc {
            exploitation: Some(Exploitation::Active),
            automatable: Some(Automatable::Yes),
            technical_impact: None,
        });
        let detail = finding_detail("arn", &known);
        let cisa = detail.cisa_data.unwrap();
        assert_eq!(
            cisa.date_added.map(|time| time.0.as_second()),
            Some(1_639_094_400)
        );
        assert_eq!(cisa.date_due, None);
        assert_eq!(detail.cwes.unwrap(), ["CWE-20", "CWE-502"]);
        let evidences = detail.evidences.unwrap();
        let told: Vec<_> = evidences
            .iter()
            .filter_map(|evidence| evidence.evidence_detail.as_deref())
            .collect();
        assert_eq!(
            told,
            [
                "in CISA's catalogue since 2021-12-10, and used by ransomware",
                "CISA says that exploitation is going on, and attacks can be automated",
            ]
        );
    }
}

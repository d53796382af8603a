//! Findings as the API shows them: what the store knows of a finding, and what the intelligence in force says of its
//! vulnerability.

use std::{collections::HashMap, num::NonZeroUsize, rc::Rc};

use assay_api::Fault;
use assay_api_model::inspector2 as api;
use assay_assess::{AssessedSubject, Exploit, FixState, Vulnerability};
use assay_inspector::{AffectedPackage, PackageFinding, Place, severity};
use assay_intel::{Index, IndexError};
use assay_model::{AdvisoryKind, Purl, Severity, Standing};
use assay_store::{FindingId, ResourceId, ScopeId, StoredFinding, StoredPackage, StoredResource};
use jiff::Timestamp;
use lru::LruCache;
use serde::Deserialize;

use crate::{
    fault::{index_fault, store_fault},
    resource::{Identity, known, resource},
    service::Service,
};

impl Service {
    /// Findings of some accounts by their numbers, as shapes, in the order of the numbers.
    pub(crate) async fn shapes(
        &self,
        scopes: &[ScopeId],
        ids: &[FindingId],
    ) -> Result<Vec<api::Finding>, Fault> {
        let findings = self.database.findings(scopes, ids).await.map_err(store_fault)?;
        if findings.is_empty() {
            return Ok(Vec::new());
        }
        let mut places: Vec<ResourceId> = findings.iter().map(|finding| finding.resource).collect();
        places.sort();
        places.dedup();
        let resources = self.database.resources(&places).await.map_err(store_fault)?;
        let arns = self.finding_arns.clone();
        self.read(move |current| {
            let resources: HashMap<ResourceId, &StoredResource> =
                resources.iter().map(|resource| (resource.id, resource)).collect();
            let mut reader = Reader::new(&current.index);
            let mut shapes = Vec::with_capacity(findings.len());
            for finding in &findings {
                // One whose resource was forgotten in between is gone as well.
                if let Some(place) = resources.get(&finding.resource) {
                    let arn = arns.arn(&finding.region, &finding.account, finding.id);
                    let resource = resource_of(finding, place);
                    shapes.push(reader.shape(&arn, finding, resource).map_err(index_fault)?);
                }
            }
            Ok(shapes)
        })
        .await
    }
}

/// How many vulnerabilities are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(2_000).unwrap();

/// Reads vulnerabilities, each once for as long as it is remembered.
pub(crate) struct Reader<'a> {
    index: &'a Index,
    known: LruCache<String, (Rc<Vulnerability>, AdvisoryKind)>,
}

/// Where a package was seen, as the store keeps it.
#[derive(Debug, Deserialize)]
struct Seen {
    path: Option<String>,
    layer: Option<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self {
            index,
            known: LruCache::new(REMEMBERED),
        }
    }

    /// What is said of the vulnerability of a finding; what the store keeps where the intelligence knows it no more.
    pub(crate) fn vulnerability(
        &mut self,
        finding: &StoredFinding,
    ) -> Result<(Rc<Vulnerability>, AdvisoryKind), IndexError> {
        if let Some(known) = self.known.get(&finding.vulnerability) {
            return Ok(known.clone());
        }
        let read = match assay_assess::vulnerability(self.index, &finding.vulnerability)? {
            Some(vulnerability) => vulnerability,
            None => Rc::new(forgotten(finding)),
        };
        let read = (read, kind_of(self.index, &finding.vulnerability)?);
        self.known.put(finding.vulnerability.clone(), read.clone());
        Ok(read)
    }

    /// A finding of a resource, as the API shows it.
    pub(crate) fn shape(
        &mut self,
        arn: &str,
        finding: &StoredFinding,
        resource: api::Resource,
    ) -> Result<api::Finding, IndexError> {
        let (vulnerability, kind) = self.vulnerability(finding)?;
        let parsed: Vec<(&StoredPackage, Purl, Vec<Seen>)> =
            finding.packages.iter().filter_map(package).collect();
        let packages: Vec<AffectedPackage<'_>> = parsed
            .iter()
            .map(|(stored, purl, seen)| affected(stored, purl, seen))
            .collect();
        let shown = PackageFinding {
            arn,
            account: &finding.account,
            status: status_of(finding.status),
            first_observed: time(finding.first_observed_at),
            last_observed: time(finding.last_observed_at),
            updated: time(finding.updated_at),
            resource,
            vulnerability: &vulnerability,
            kind,
            packages: &packages,
        };
        Ok(as_stored(shown.shape(), finding))
    }
}

/// The resource of a finding, as the API shows it.
pub(crate) fn resource_of(finding: &StoredFinding, place: &StoredResource) -> api::Resource {
    let identity = Identity {
        kind: &place.kind,
        name: &place.name,
        account: &finding.account,
        region: &finding.region,
    };
    resource(identity, &place.description, place.in_use)
}

/// Says what the store says, so that answers agree with filters and sorting while new intelligence is being taken up.
fn as_stored(mut shape: api::Finding, finding: &StoredFinding) -> api::Finding {
    let score = u8::try_from(finding.score)
        .ok()
        .map(|tenths| f64::from(tenths) / 10.0);
    if shape.inspector_score != score {
        shape.inspector_score = score;
        shape.inspector_score_details = None;
    }
    shape.severity = severity(severity_of(finding.severity)).into();
    shape.fix_available = Some(known(&finding.fix));
    shape.title = Some(finding.title.clone());
    if let Some(details) = &mut shape.package_vulnerability_details {
        details.source.clone_from(&finding.source);
        let word = &finding.vendor_severity;
        details.vendor_severity = (!word.is_empty()).then(|| word.clone());
    }
    shape
}

fn package(stored: &StoredPackage) -> Option<(&StoredPackage, Purl, Vec<Seen>)> {
    match AssessedSubject::from_identity(&stored.identity)? {
        AssessedSubject::Package(purl) => {
            let seen = serde_json::from_str(&stored.places).unwrap_or_default();
            Some((stored, purl, seen))
        }
        // The finding is of the release itself.
        AssessedSubject::OperatingSystem(_) => None,
    }
}

fn affected<'a>(stored: &'a StoredPackage, purl: &'a Purl, seen: &'a [Seen]) -> AffectedPackage<'a> {
    let fixed_in = Some(stored.fixed_in.as_str()).filter(|version| !version.is_empty());
    let places = seen.iter().map(|seen| {
        let layer = seen.layer.as_deref();
        let (function_layer, layer) = match layer {
            Some(name) if name.starts_with("arn:") => (layer, None),
            _ => (None, layer),
        };
        Place {
            path: seen.path.as_deref(),
            layer,
            function_layer,
        }
    });
    AffectedPackage {
        purl,
        places: places.collect(),
        fixed_in,
        fix_state: match fixed_in {
            Some(_) => FixState::Fixed,
            None => FixState::NoneKnown,
        },
        severity: severity_of(stored.severity),
        severity_source: "",
    }
}

/// What a vulnerability is: a flaw, unless every record about it says otherwise. Flaws with a CVE are flaws.
fn kind_of(index: &Index, id: &str) -> Result<AdvisoryKind, IndexError> {
    if id.starts_with("CVE-") {
        return Ok(AdvisoryKind::Vulnerability);
    }
    let mut kinds = Vec::new();
    for position in index
        .find(id)?
        .map(|entry| entry.vulnerabilities)
        .unwrap_or_default()
    {
        for advisory in index.vulnerability(position)?.advisories {
            kinds.push(index.advisory(advisory)?.kind);
        }
    }
    Ok(match kinds.as_slice() {
        [first, others @ ..] if others.iter().all(|kind| kind == first) => *first,
        _ => AdvisoryKind::Vulnerability,
    })
}

/// A vulnerability of which only the store still tells.
fn forgotten(finding: &StoredFinding) -> Vulnerability {
    Vulnerability {
        id: finding.vulnerability.clone(),
        aliases: Vec::new(),
        title: finding.title_of_vulnerability.clone(),
        description: finding.description.clone(),
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
    }
}

fn status_of(code: i64) -> api::FindingStatus {
    match code {
        2 => api::FindingStatus::Suppressed,
        3 => api::FindingStatus::Closed,
        _ => api::FindingStatus::Active,
    }
}

fn severity_of(code: i64) -> Severity {
    let mut known = Severity::WORST_FIRST.into_iter();
    known
        .find(|severity| i64::from(*severity as u8) == code)
        .unwrap_or(Severity::Untriaged)
}

/// A time of so many microseconds since 1970.
pub(crate) fn time(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}

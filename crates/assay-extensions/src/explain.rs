//! Why there is a finding, and why there is none.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_assess::{Conditions, Explained, ExplainedPackage, Finding, Outcome, Said};
use assay_engine::Current;
use assay_identity::Action;
use assay_model::{Artifact, ArtifactKind, Diagnostic, Inventory, Package};
use assay_service::{Service, store_fault};
use assay_store::{ScopeId, StoredFinding, StoredResource, kind};
use axum::{extract::State as Shared, response::Response};
use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{exact_time, told},
    description::resource_types,
    feed::{require_finding_arn, severities, statuses},
    push::Named,
    request::Asked,
    resources::{NotAssessed, coverage, find},
    routes::Extensions,
};

/// Bytes that the document of an inventory may have; none that was taken up has more.
const LARGEST_DOCUMENT: usize = 1 << 30;

/// Why a resource has a vulnerability, or why it has not.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    verdict: Verdict,
    /// The verdict for people.
    because: String,
    resource: Named,
    vulnerability: ToldVulnerability,
    /// The finding; null where there is none.
    finding: Option<ToldFinding>,
    /// Packages of the resource that records about the vulnerability name.
    packages: Vec<ToldPackage>,
    /// What could not be looked at, so that nobody takes silence for safety.
    not_assessed: Vec<NotAssessed>,
    /// The generation of the intelligence that was asked.
    generation: String,
    /// The inventory that was asked; null where the resource has none.
    inventory: Option<String>,
}

/// How a resource stands to a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Verdict {
    /// It has it.
    Affected,
    /// None of the packages that records about it name is installed.
    NotInstalled,
    /// Their versions lie in none of the affected ranges.
    OutsideRange,
    /// Their vendor says that they are not affected.
    NotAffected,
    /// They have it in name, without an effect: kernels that do not run, headers.
    NotApplicable,
    /// They belong to packages of the operating system, whose distribution speaks for them.
    OwnedByOperatingSystem,
    /// It has no inventory, or none that was assessed yet.
    NotAssessed,
    /// No source that is in force tells of the vulnerability.
    UnknownVulnerability,
}

/// A vulnerability as the sources have it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldVulnerability {
    /// The id to show.
    id: String,
    /// Other ids of the same flaw.
    aliases: Vec<String>,
    /// One line.
    title: String,
    /// Scores, the best source first.
    cvss: Vec<Score>,
    /// Words of the sources on how bad it is, the best source first.
    severities: Vec<SeverityWord>,
    /// The probability of exploitation within 30 days; null where none is told.
    epss: Option<f64>,
    /// Whether CISA's catalogue lists it as exploited.
    known_exploited: bool,
}

/// A scored vector.
#[derive(Serialize, ToSchema)]
pub(crate) struct Score {
    source: String,
    vector: String,
    score: f64,
}

/// A source's word on how bad it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeverityWord {
    source: String,
    severity: String,
}

/// The finding as it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldFinding {
    arn: String,
    #[schema(schema_with = statuses)]
    status: &'static str,
    #[schema(schema_with = severities)]
    severity: &'static str,
    /// When it was first observed.
    #[schema(format = DateTime)]
    first_observed_at: String,
    /// When it was last observed.
    #[schema(format = DateTime)]
    last_observed_at: String,
    /// The rule that suppresses it; null where none does.
    suppressed_by: Option<Suppressing>,
}

/// The rule that suppresses a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suppressing {
    arn: String,
    name: String,
    reason: String,
    owner: String,
}

/// How a package stands to the vulnerability.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldPackage {
    /// The package URL; of the operating system itself, its name.
    package: String,
    /// The version that was compared.
    installed: String,
    /// What comes of all that is said of it: `affected`, `outside-range`, `not-affected`, `kernel-headers`,
    /// `kernel-not-running`, `owned-by-operating-system`.
    outcome: &'static str,
    /// The package of the operating system that owns its files; null where none does.
    owner: Option<String>,
    /// How bad it is here, and whose word or score that is; null where it is not affected.
    severity: Option<SeverityWord>,
    /// `fixed`, `pending`, `wont-fix` or `none-known`; null where it is not affected.
    fix_state: Option<&'static str>,
    /// The version to upgrade to; null where none is known.
    fixed_in: Option<String>,
    /// What each record says of it.
    statements: Vec<Statement>,
    /// Where it was seen.
    evidence: Vec<Seen>,
}

/// What a record says of a package.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    /// The record's id.
    advisory: String,
    /// Its source.
    source: String,
    /// The package as the record names it: ecosystem and name.
    package: String,
    /// The version that is compared there.
    version: String,
    /// The affected versions in words.
    range: String,
    /// `affected`, `outside-range`, `not-affected`, `other-stream` or `withdrawn`.
    word: &'static str,
    /// What the vendor says beside the range, as `wont-fix`.
    status: &'static str,
    /// The version that ends the range; null where none does.
    fixed_in: Option<String>,
}

/// A place where a package was seen.
#[derive(Serialize, ToSchema)]
pub(crate) struct Seen {
    path: String,
    /// The digest of the image's layer; null where there are none.
    layer: Option<String>,
    /// What read it.
    analyser: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The ARN of a finding.
    #[param(pattern = r"^arn:aws:inspector2:[a-z0-9-]{1,32}:[0-9]{12}:finding/[0-9a-f]{32}$")]
    finding: String,
}

/// Why there is a finding
///
/// Which package, which version, which range of which record; who says what, and whose word is the severity; what fixes it;
/// which rule suppresses it; where the package was seen.
#[utoipa::path(get, path = "/explain", operation_id = "ExplainFinding", params(Of), responses(
    (status = 200, description = "The explanation.", body = Explanation),
    (status = 404, description = "There is no such finding."),
))]
pub(crate) async fn finding(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Of>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    require_finding_arn(&asked.finding)?;
    let none = || Fault::NotFound(format!("there is no finding {}", asked.finding));
    let id = extensions
        .service
        .finding_arns
        .read(&asked.finding)
        .ok_or_else(none)?;
    let scopes = extensions.service.scopes(&caller).await?;
    let found = extensions
        .database
        .findings(&scopes, &[id])
        .await
        .map_err(store_fault)?;
    let finding = found.into_iter().next().ok_or_else(none)?;
    let resources = extensions
        .database
        .resources(&[finding.resource])
        .await
        .map_err(store_fault)?;
    let resource = resources.into_iter().next().ok_or_else(none)?;
    let inventory = match finding.inventory {
        0 => resource.assessed_inventory,
        closed_in => closed_in,
    };
    let vulnerability = finding.vulnerability.clone();
    let answer = explanation(&extensions, resource, inventory, &vulnerability, Some(finding)).await?;
    told("ExplainFinding", json!({"finding": asked.finding}), &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct About {
    /// The id of a resource, as Inspector's API has it: of images and functions an ARN.
    #[param(min_length = 1, max_length = 341)]
    id: String,
    /// Its type, where an id alone does not tell.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    kind: Option<String>,
    /// Any id of a vulnerability, as `CVE-2021-44228`.
    #[param(min_length = 1, max_length = 128)]
    vulnerability: String,
}

/// Why a resource has a vulnerability, or why it has not
///
/// Not installed, a version outside of the range, a vendor who says that it is not affected, or nobody looked: each has its
/// verdict.
#[utoipa::path(get, path = "/explain/resource", operation_id = "ExplainResource", params(About), responses(
    (status = 200, description = "The explanation.", body = Explanation),
    (status = 404, description = "There is no such resource in this account and region."),
    (status = 409, description = "Resources of several types have this id."),
))]
pub(crate) async fn resource(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<About>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    if !(1..=128).contains(&asked.vulnerability.chars().count()) {
        return Err(Fault::field("vulnerability", "must have 1 to 128 characters"));
    }
    let resource = find(&extensions, &caller, &asked.id, asked.kind.as_deref()).await?;
    let name = canonical(&extensions, &asked.vulnerability).await?;
    let id = extensions
        .database
        .finding_of(resource.id, &name)
        .await
        .map_err(store_fault)?;
    let finding = match id {
        Some(id) => extensions
            .database
            .findings(&[resource.scope], &[id])
            .await
            .map_err(store_fault)?
            .into_iter()
            .next(),
        None => None,
    };
    let inventory = resource.assessed_inventory;
    let answer = explanation(&extensions, resource, inventory, &name, finding).await?;
    told(
        "ExplainResource",
        json!({"id": asked.id, "vulnerability": asked.vulnerability}),
        &answer,
    )
}

/// The id by which a vulnerability is shown; the id itself where nothing is known by it.
async fn canonical(extensions: &Extensions, id: &str) -> Result<String, Fault> {
    let (current, id) = (extensions.service.intelligence.current(), id.to_owned());
    off_the_runtime(move || {
        let known = assay_assess::vulnerability(&current.index, &id).map_err(Fault::internal)?;
        Ok(known.map_or(id, |known| known.id.clone()))
    })
    .await
}

async fn explanation(
    extensions: &Extensions,
    resource: StoredResource,
    inventory: i64,
    vulnerability: &str,
    finding: Option<StoredFinding>,
) -> Result<Explanation, Fault> {
    let document = extensions
        .database
        .inventory_document(inventory)
        .await
        .map_err(store_fault)?;
    let kept = extensions
        .database
        .inventory(inventory)
        .await
        .map_err(store_fault)?;
    let coverage = coverage(extensions, resource.id).await?;
    let account = extensions
        .database
        .account_of(resource.scope)
        .await
        .map_err(store_fault)?;
    let named = Named {
        kind: resource.kind,
        id: resource.name,
        region: account.1,
        account_id: account.0,
    };
    let told_finding = match finding {
        Some(finding) => Some(tell_finding(extensions, finding).await?),
        None => None,
    };
    let today = TimeZone::UTC.to_datetime(extensions.clock.now()).date();
    let reasons: Vec<String> = coverage.iter().map(|covered| covered.reason.clone()).collect();
    let (current, vulnerability) = (
        extensions.service.intelligence.current(),
        vulnerability.to_owned(),
    );
    let digest = kept.map(|kept| format!("sha256:{}", kept.digest));
    off_the_runtime(move || {
        let read = document.map(|document| read_back(&document)).transpose()?;
        let explained = explain(&current, read.as_ref(), &vulnerability, today)?;
        let mut answer = Explanation {
            verdict: Verdict::UnknownVulnerability,
            because: String::new(),
            resource: named,
            vulnerability: tell_vulnerability(explained.as_ref(), &vulnerability),
            finding: told_finding,
            packages: Vec::new(),
            not_assessed: coverage
                .iter()
                .flat_map(|covered| {
                    serde_json::from_str::<Vec<NotAssessed>>(&covered.diagnostics).unwrap_or_default()
                })
                .collect(),
            generation: current.index.generation(),
            inventory: digest,
        };
        if let (Some(explained), Some(read)) = (&explained, &read) {
            answer.packages = tell_packages(explained, read);
            answer
                .not_assessed
                .extend(explained.diagnostics.iter().map(not_assessed));
        }
        answer.verdict = verdict(explained.as_ref(), read.as_ref());
        answer.because = because(answer.verdict, &answer.vulnerability.id, &reasons);
        Ok(answer)
    })
    .await
}

fn explain(
    current: &Current,
    inventory: Option<&Inventory>,
    vulnerability: &str,
    today: Date,
) -> Result<Option<Explained>, Fault> {
    let nothing = Inventory {
        artifact: Artifact::new("", ArtifactKind::Sbom),
        distribution: None,
        packages: Vec::new(),
        diagnostics: Vec::new(),
    };
    let inventory = inventory.unwrap_or(&nothing);
    let conditions = Conditions {
        today,
        running_kernel: inventory.artifact.kernel.as_deref(),
    };
    assay_assess::explain(inventory, &current.index, vulnerability, conditions).map_err(Fault::internal)
}

fn read_back(document: &[u8]) -> Result<Inventory, Fault> {
    let whole = zstd::bulk::Decompressor::upper_bound(document)
        .filter(|size| *size <= LARGEST_DOCUMENT)
        .ok_or_else(|| Fault::internal("a kept inventory is damaged"))?;
    let document = zstd::bulk::decompress(document, whole).map_err(Fault::internal)?;
    assay_sbom::read(&document, Artifact::new("", ArtifactKind::Sbom)).map_err(Fault::internal)
}

async fn tell_finding(extensions: &Extensions, finding: StoredFinding) -> Result<ToldFinding, Fault> {
    let suppressed_by = match finding.filter {
        0 => None,
        filter => suppressing(extensions, finding.scope, filter, &finding).await?,
    };
    Ok(ToldFinding {
        arn: extensions
            .service
            .finding_arns
            .arn(&finding.region, &finding.account, finding.id),
        status: kind::word(&kind::STATUSES, finding.status),
        severity: kind::word(&kind::SEVERITIES, finding.severity),
        first_observed_at: exact_time(finding.first_observed_at),
        last_observed_at: exact_time(finding.last_observed_at),
        suppressed_by,
    })
}

async fn suppressing(
    extensions: &Extensions,
    scope: ScopeId,
    filter: i64,
    finding: &StoredFinding,
) -> Result<Option<Suppressing>, Fault> {
    let filter = extensions
        .database
        .filter(scope, filter)
        .await
        .map_err(store_fault)?;
    Ok(filter.map(|filter| Suppressing {
        arn: Service::filter_arn(&finding.region, &finding.account, &filter),
        name: filter.name,
        reason: filter.reason,
        owner: filter.owner,
    }))
}

fn tell_vulnerability(explained: Option<&Explained>, id: &str) -> ToldVulnerability {
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

fn tell_packages(explained: &Explained, inventory: &Inventory) -> Vec<ToldPackage> {
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

fn not_assessed(diagnostic: &Diagnostic) -> NotAssessed {
    NotAssessed {
        code: diagnostic.code.as_str().to_owned(),
        path: diagnostic.path.clone(),
        message: diagnostic.message.clone(),
    }
}

/// One verdict over all packages: what says most of why there is, or is not, a finding.
fn verdict(explained: Option<&Explained>, inventory: Option<&Inventory>) -> Verdict {
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

fn because(verdict: Verdict, vulnerability: &str, coverage: &[String]) -> String {
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

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?
}

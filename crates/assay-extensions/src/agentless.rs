//! Hosts whose disks are read from outside: whether that is wanted, and what becomes of it beside an agent.
//!
//! Where an agent tells of a host, it knows better, and goes on to. When it falls silent, the disks tell; when it is back, it does.
//! The resource is one and the same, and so are its findings.
//!
//! Source: Amazon Inspector user guide, "Agentless scanning", and its FAQ.

use assay_api::{Caller, Fault};
use assay_service::store_fault;
use assay_store::{Covered, ScopeId, StoredResource};
use jiff::Timestamp;

use crate::{
    description::{Description, ScanMode, State},
    kind::Kind,
    resources::coverage,
    routes::Extensions,
};

/// How often the disks of a host are read, in microseconds.
const PERIOD: i64 = 24 * 3600 * 1_000_000;

/// What is done with what somebody tells of a host by its disks.
pub(crate) enum Decision {
    /// It is taken up, as everything that agents and others tell.
    Take,
    /// It is taken up, and its disks are to be read.
    TakeAndWant,
    /// It is taken up as a host that nobody manages: its account has hosts scanned by agents alone.
    Unmanaged,
    /// Its agent tells of it.
    Leave(Box<(StoredResource, Covered)>),
}

/// Decides it.
///
/// # Errors
///
/// When the database does not answer.
pub(crate) async fn decide(
    extensions: &Extensions,
    caller: &Caller,
    scope: ScopeId,
    (kind, description): (&Kind, &Description),
    now: Timestamp,
) -> Result<Decision, Fault> {
    if description.scan_mode(kind) != Some(ScanMode::Agentless) || description.state != State::Active {
        return Ok(Decision::Take);
    }
    let named = extensions.database.resources_named(scope, &description.id).await;
    let mut named = named.map_err(store_fault)?.into_iter();
    let known = named.find(|resource| resource.kind == kind.resource_type);
    let is_due = match &known {
        None => true,
        Some(known) => known.inventory == 0 || now.as_microsecond() - known.inventory_at >= PERIOD,
    };
    if let Some(known) = known {
        let covered = coverage(extensions, known.id).await?;
        let is_told = |covered: &Covered| {
            covered.mode != ScanMode::Agentless.as_str() && covered.reason != "STALE_INVENTORY"
        };
        let packages = covered.into_iter().find(|covered| covered.scan_type == "PACKAGE");
        if let Some(covered) = packages.filter(|covered| known.inventory > 0 && is_told(covered)) {
            return Ok(Decision::Leave(Box::new((known, covered))));
        }
    }
    Ok(match extensions.service.scans_without_agents(caller).await? {
        false => Decision::Unmanaged,
        true if is_due => Decision::TakeAndWant,
        true => Decision::Take,
    })
}

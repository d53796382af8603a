//! Who tells of a host, and what of it is taken up: an agent of ours, an agent that was there before, and whoever reads its
//! disks from outside.
//!
//! Each of them knows what is in a host better than the next. While one tells, what those after it say is in the host is left,
//! and only what they say of the host itself is taken up: whether it runs, its tags and details. When one falls silent, the next
//! is heard; when it is back, it is heard again. The resource is one and the same, and so are its findings.
//!
//! Source: Amazon Inspector user guide, "Agentless scanning", and its FAQ.

use assay_api::{Caller, Fault};
use assay_engine::STALE;
use assay_store::{Covered, StoredResource};
use jiff::Timestamp;

use crate::{
    description::{ScanMode, State},
    resources::coverage,
    routes::Extensions,
};

/// How often the disks of a host are read, in microseconds.
const PERIOD: i64 = 24 * 3600 * 1_000_000;

/// Somebody who tells of a host.
pub(crate) struct Teller {
    /// How they look at it; `None` where they do not say, and tell nothing of what is in it.
    pub(crate) mode: Option<ScanMode>,
    /// What the host does, as they or others told.
    pub(crate) state: State,
}

/// What is done with what somebody tells of a host.
pub(crate) enum Decision {
    /// All of it is taken up.
    Take,
    /// It is taken up, and what is in the host is to be read.
    TakeAndWant,
    /// It is taken up as a host that nobody manages: its account has hosts scanned by agents alone.
    Unmanaged,
    /// What is in it is as somebody else tells who knows better, and covered so.
    Describe(Box<Covered>),
}

impl ScanMode {
    /// How well whoever looks at a host so knows what is in it.
    const fn rank(self) -> u8 {
        match self {
            Self::Agent => 2,
            Self::ExistingAgent => 1,
            Self::Agentless => 0,
        }
    }

    fn of(covered: &Covered) -> Option<ScanMode> {
        let all = [Self::Agent, Self::ExistingAgent, Self::Agentless];
        all.into_iter().find(|mode| mode.as_str() == covered.mode)
    }
}

/// Decides it, and how the host is looked at from now on.
///
/// # Errors
///
/// When the database does not answer.
pub(crate) async fn decide(
    extensions: &Extensions,
    caller: &Caller,
    known: Option<&StoredResource>,
    teller: Teller,
    now: Timestamp,
) -> Result<(ScanMode, Decision), Fault> {
    if teller.mode == Some(ScanMode::Agent) {
        return Ok((ScanMode::Agent, Decision::Take));
    }
    let covered = match known {
        Some(known) => coverage(extensions, known.id).await?,
        None => Vec::new(),
    };
    let covered = covered.into_iter().find(|covered| covered.scan_type == "PACKAGE");
    let before = covered.as_ref().and_then(ScanMode::of);
    let mode = teller.mode.or(before).unwrap_or(ScanMode::Agent);
    let age = |known: &StoredResource| now.as_microsecond() - known.inventory_at;
    if let (Some(known), Some(covered), Some(before)) = (known, covered, before) {
        let is_silent = covered.reason == "STALE_INVENTORY" || age(known) > STALE;
        if before.rank() > mode.rank() && known.inventory > 0 && !is_silent {
            return Ok((before, Decision::Describe(Box::new(covered))));
        }
    }
    if mode != ScanMode::Agentless || teller.state != State::Active {
        return Ok((mode, Decision::Take));
    }
    let is_due = known.is_none_or(|known| known.inventory == 0 || age(known) >= PERIOD);
    let decision = match extensions.service.scans_without_agents(caller).await? {
        false => Decision::Unmanaged,
        true if is_due => Decision::TakeAndWant,
        true => Decision::Take,
    };
    Ok((mode, decision))
}

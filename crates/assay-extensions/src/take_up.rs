//! Keeping what is told of a resource, with its inventory where there is one.

use assay_api::{Caller, Fault};
use assay_delta::DIGEST;
use assay_identity::Role;
use assay_inspector::platform;
use assay_service::store_fault;
use assay_store::{
    Basis, Cause, Content, Kept, NewResource, NotTaken, PushOutcome, ScopeId, StoredResource, kind,
};
use jiff::Timestamp;

use crate::{
    change,
    description::{Description, Enabled, ScanMode, State},
    inventory,
    kept::Extent,
    kind::Kind,
    problem::Problem,
    push::{Coverage, Named, Pushed, Taken},
    routes::Extensions,
    running::Running,
    tellers::{self, Decision, Teller},
};

/// How often it is tried to add what is told of a host to what others tell at the same time.
const ATTEMPTS: usize = 10;

/// What a push says of the inventory of a resource.
pub(crate) enum Heard {
    /// All of it.
    Whole(Box<inventory::Read>),
    /// It is still the one of this digest, without the word before it.
    Same(String),
    /// Nothing.
    Nothing,
}

impl Heard {
    fn content(&self) -> Content<'_> {
        match self {
            Heard::Whole(read) => Content::Whole(&read.kept),
            Heard::Same(digest) => Content::Same(digest),
            Heard::Nothing => Content::Nothing,
        }
    }
}

/// All that is told of a resource.
struct Report {
    description: Description,
    heard: Heard,
    problem: Option<Problem>,
    diagnostics: String,
}

/// What was made of a report with what is kept of the resource.
struct Made<'r> {
    description: Description,
    content: Content<'r>,
    problem: Option<Problem>,
    decision: Decision,
    /// Whether it tells anew what runs on a host, if only that nothing is known of it.
    runs_anew: bool,
    /// What was kept; of others than hosts nobody asked for it where it is `None`.
    known: Option<StoredResource>,
}

/// Takes a resource up, with its inventory where there is one, or why it could not be read.
///
/// # Errors
///
/// What is wrong with the description, or that the caller does not speak for the resource; an inventory that is another than
/// it is said to be; when the database does not answer.
pub(crate) async fn take_up(
    extensions: &Extensions,
    caller: &Caller,
    description: Description,
    (heard, problem): (Heard, Option<Problem>),
    diagnostics: String,
) -> Result<Pushed, Fault> {
    let kind: &Kind = description.kind()?;
    speaks_for(caller, kind, &description.id)?;
    let report = Report {
        description,
        heard,
        problem,
        diagnostics,
    };
    let scope = extensions.service.scope(caller).await?;
    let is_enabled = is_enabled(extensions, scope, kind).await?;
    // What is told is added to what is kept, so it is kept only where that is still as it was read; else it is added anew.
    for _ in 0..ATTEMPTS {
        let now = extensions.clock.now();
        let made = make(extensions, caller, (scope, kind), &report, now).await?;
        let problem = made.problem.as_ref();
        let stored = made
            .description
            .stored(scope, kind, is_enabled, problem, report.diagnostics.clone());
        let basis = match kind.is_host() {
            true => Basis::Read(made.known.as_ref()),
            false => Basis::Any,
        };
        let at = now.as_microsecond();
        let kept = extensions
            .database
            .push_upon(&stored, made.content, basis, at)
            .await;
        match kept.map_err(store_fault)? {
            Ok(pushed) => {
                return follow(extensions, caller, (kind, is_enabled), (made, stored), pushed, at).await;
            }
            Err(NotTaken::OtherInventory) => {
                let (id, digest) = (&stored.name, made.content.digest().unwrap_or_default());
                let what = format!("the inventory of {id} is not {DIGEST}{digest}");
                return Err(change::push_the_whole(id, &what));
            }
            Err(NotTaken::OtherResource) => {}
        }
    }
    Err(Fault::Unavailable {
        message: format!("too many tell of {} at the same time", report.description.id),
        retry_after: std::time::Duration::from_secs(1),
    })
}

async fn is_enabled(extensions: &Extensions, scope: ScopeId, kind: &Kind) -> Result<Enabled, Fault> {
    let activations = extensions.database.activations(scope).await;
    let activations = activations.map_err(store_fault)?;
    let is_on = activations
        .iter()
        .any(|(scan_type, status, _)| scan_type == kind.scan_type && status == "ENABLED");
    Ok(if is_on { Enabled::Yes } else { Enabled::No })
}

/// Makes of what is told, and of what is kept of a host, what is to be kept.
async fn make<'r>(
    extensions: &Extensions,
    caller: &Caller,
    (scope, kind): (ScopeId, &Kind),
    report: &'r Report,
    now: Timestamp,
) -> Result<Made<'r>, Fault> {
    let mut description = report.description.clone();
    let known = match (&report.heard, kind.is_host()) {
        (_, true) | (Heard::Same(_), _) => known(extensions, scope, kind, &description.id).await?,
        _ => None,
    };
    let (mut content, mut problem) = (report.heard.content(), report.problem.clone());
    let mut decision = Decision::Take;
    let mut kept = None;
    if kind.is_host() {
        kept = known
            .as_ref()
            .map(Description::of)
            .transpose()
            .map_err(Fault::internal)?;
        let tells_content = content != Content::Nothing || problem.is_some();
        let mode = description.scan_mode.or(tells_content.then_some(ScanMode::Agent));
        if mode == Some(ScanMode::Agent) && tells_content {
            // Its agent runs on it.
            description.state.get_or_insert(State::Active);
        }
        let before = kept.as_ref().and_then(|kept| kept.state);
        let state = description.state.or(before).unwrap_or_default();
        let teller = Teller { mode, state };
        let (mode, decided) = tellers::decide(extensions, caller, known.as_ref(), teller, now).await?;
        description.scan_mode = Some(mode);
        match &decided {
            Decision::Take | Decision::TakeAndWant => {}
            Decision::Unmanaged => (content, problem) = (Content::Nothing, Some(Problem::unmanaged())),
            Decision::Describe(_) => {
                (content, problem) = (Content::Nothing, None);
                description.running = None;
            }
        }
        decision = decided;
    }
    let runs_anew = content != Content::Nothing || description.running.is_some();
    let system = match (content, &report.heard) {
        (Content::Whole(_), Heard::Whole(read)) => read.inventory.distribution.as_ref().map(platform),
        (Content::Same(_), _) => known.as_ref().and_then(Description::platform_of),
        _ => None,
    };
    let account = caller.principal.account.to_string();
    description.complete(kind, &account, system, now)?;
    if kind.is_host() {
        let extent = match content {
            Content::Whole(_) | Content::Same(_) => Extent::Content,
            Content::Nothing => Extent::Description,
        };
        description.upon(kind, kept.as_ref(), extent);
    }
    Ok(Made {
        description,
        content,
        problem,
        decision,
        runs_anew,
        known,
    })
}

/// Does what follows of a resource that was kept, and answers.
async fn follow(
    extensions: &Extensions,
    caller: &Caller,
    (kind, is_enabled): (&Kind, Enabled),
    (made, stored): (Made<'_>, NewResource),
    pushed: assay_store::Pushed,
    at: i64,
) -> Result<Pushed, Fault> {
    let (database, description) = (&extensions.database, &made.description);
    let account = caller.principal.account.to_string();
    if let Some(repository) = description.repository(&stored, &caller.region, &account) {
        database.push(&repository, None, at).await.map_err(store_fault)?;
    }
    let (mut status_code, mut reason) = pushed.coverage;
    if description.state() == State::Terminated {
        let cause = Cause {
            code: kind::code(&kind::CAUSES, "RESOURCE").unwrap_or_default(),
            reference: description.id.clone(),
            at,
        };
        let changed = database.change_state(pushed.resource, "GONE", (&status_code, &reason), &cause);
        changed.await.map_err(store_fault)?;
    }
    let is_in_another_state = made
        .known
        .as_ref()
        .is_none_or(|known| known.state != stored.state);
    if kind.is_host() && (made.runs_anew || is_in_another_state) {
        // What is stopped or gone runs nothing.
        let running = description
            .running
            .as_ref()
            .filter(|_| description.state() == State::Active);
        for (teller, runs) in Running::told(running, &description.id, caller) {
            let told = database.tell_running(stored.scope, &teller, &runs, at).await;
            told.map_err(store_fault)?;
        }
    }
    extensions.wake.notify_one();
    let is_due = matches!(made.decision, Decision::TakeAndWant);
    if let (Decision::Describe(covered), PushOutcome::Unchanged) = (made.decision, &pushed.outcome) {
        // It is covered as it was.
        (status_code, reason) = (covered.status, covered.reason);
    }
    Ok(Pushed {
        resource: Named {
            kind: kind.resource_type.to_owned(),
            id: stored.name,
            region: caller.region.to_string(),
            account_id: account,
        },
        inventory: match made.content {
            Content::Whole(kept) => Some(Taken {
                digest: format!("{DIGEST}{}", kept.digest),
                packages: kept.packages,
            }),
            Content::Same(_) | Content::Nothing => None,
        },
        outcome: match pushed.outcome {
            PushOutcome::Changed => "changed",
            PushOutcome::Unchanged => "unchanged",
        },
        wanted: status_code == "ACTIVE"
            && made.content == Content::Nothing
            && (is_due || pushed.inventory == Kept::No),
        coverage: Coverage { status_code, reason },
        enabled: is_enabled == Enabled::Yes,
    })
}

/// Refuses an agent of a host that speaks of another resource.
///
/// # Errors
///
/// When the caller is one that does.
pub(crate) fn speaks_for(caller: &Caller, kind: &Kind, id: &str) -> Result<(), Fault> {
    let principal = &caller.principal;
    let is_its_own = kind.is_host() && principal.user.as_str() == id;
    if principal.role != Role::Host || is_its_own {
        return Ok(());
    }
    Err(Fault::AccessDenied(format!(
        "the agent of the host {} may tell of no other resource",
        principal.user
    )))
}

/// Refuses agents of hosts, which know nothing of other resources.
///
/// # Errors
///
/// When the caller is one.
pub(crate) fn refuse_host(caller: &Caller) -> Result<(), Fault> {
    match caller.principal.role {
        Role::Host => Err(Fault::AccessDenied(
            "the agent of a host may tell of that host only".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// The resource of a kind and an id that is kept.
async fn known(
    extensions: &Extensions,
    scope: ScopeId,
    kind: &Kind,
    id: &str,
) -> Result<Option<StoredResource>, Fault> {
    let named = extensions.database.resources_named(scope, id).await;
    let mut named = named.map_err(store_fault)?.into_iter();
    Ok(named.find(|resource| resource.kind == kind.resource_type))
}

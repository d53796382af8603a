//! The shell: everything between a connection and the handlers, put together.

use std::{
    any::Any,
    fmt,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use assay_api_model::{Ambiguity, Router as OperationRouter};
use assay_identity::{Identities, MasterKey};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    handler::Handler,
    middleware::from_fn_with_state,
    response::Response,
    routing::{get, post},
};
use thiserror::Error;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    arrive::{arrive, panicked, take_turns},
    authenticate::Authenticator,
    body::{Bodies, BodySize},
    call_log::CallLog,
    clock::Clock,
    coverage::SERVICES,
    cursor::Cursors,
    dispatch::{dispatch, gate, sign_in},
    fault::Fault,
    health::{Readiness, health, readiness},
    limits::Limits,
    metrics::Metrics,
    neighbour::Neighbours,
    registry::Operations,
    session::Sessions,
    sign_in::SignIn,
    throttle::Throttle,
};

/// What a shell is put together from.
pub struct Parts {
    /// The operations that there are.
    pub operations: Operations,
    /// Operations of other services of AWS's that are answered here, too.
    pub neighbours: Neighbours,
    /// Who there is.
    pub identities: Arc<dyn Identities>,
    /// What secrets are sealed with.
    pub master_key: MasterKey,
    /// What tells the time.
    pub clock: Clock,
    /// The regions that are served, as `eu-west-1`; one at least. A request's signature says which it is for.
    pub regions: Vec<String>,
    /// What takes the records of calls.
    pub call_log: Arc<dyn CallLog>,
    /// What tells whether the service can do its work.
    pub readiness: Arc<dyn Readiness>,
    /// The figures of the service.
    pub metrics: Arc<Metrics>,
    /// How much of anything there may be.
    pub limits: Limits,
}

/// The HTTP surface of the service, before it is served.
///
/// Routes of our own are added below `/assay/v1`. Their requests are authenticated like any other, with signatures for the
/// service `assay`; their bodies are read, bounded, and in memory. They extract the [`Caller`](crate::Caller), require
/// their action of it, answer [`Fault`]s, and put [`Logged`](crate::Logged) into the extensions of their answers.
pub struct Shell {
    shared: Arc<Shared>,
    large: Router,
    small: Router,
    open: Router,
    pages: Router,
}

/// Why there is no shell.
#[derive(Debug, Error)]
pub enum ShellError {
    /// There is no region.
    #[error("no region is configured; name one at least, as `eu-west-1`")]
    NoRegion,
    /// Two operations of the model have one route.
    #[error(transparent)]
    Ambiguity(#[from] Ambiguity),
}

/// The surface, ready to be served.
#[derive(Clone)]
pub struct Surface {
    pub(crate) router: Router,
    pub(crate) limits: Arc<Limits>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) is_stopping: Arc<AtomicBool>,
}

impl Surface {
    /// Routes of another service than Inspector's, which have nothing of the shell but its connections. They bound and read
    /// bodies themselves.
    pub fn plain(router: Router, limits: Limits) -> Self {
        Self {
            router,
            limits: Arc::new(limits),
            metrics: Arc::new(Metrics::default()),
            is_stopping: Arc::default(),
        }
    }
}

/// What requests share.
pub(crate) struct Shared {
    pub(crate) operations: Operations,
    pub(crate) neighbours: Neighbours,
    pub(crate) router: OperationRouter,
    pub(crate) authenticator: Authenticator,
    pub(crate) sign_in: SignIn,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) cursors: Arc<Cursors>,
    pub(crate) clock: Clock,
    pub(crate) call_log: Arc<dyn CallLog>,
    pub(crate) readiness: Arc<dyn Readiness>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    pub(crate) bodies: Bodies,
    pub(crate) turns: Arc<Semaphore>,
    pub(crate) by_user: Throttle<String>,
    pub(crate) unproved: Throttle<IpAddr>,
    pub(crate) is_stopping: Arc<AtomicBool>,
}

impl Shell {
    /// Puts a shell together.
    ///
    /// # Errors
    ///
    /// When no region is configured, or the model itself is ambiguous.
    pub fn new(parts: Parts) -> Result<Self, ShellError> {
        if parts.regions.is_empty() {
            return Err(ShellError::NoRegion);
        }
        let regions: Vec<Arc<str>> = parts.regions.into_iter().map(Arc::from).collect();
        let limits = parts.limits;
        let (identities, master, clock) = (parts.identities, parts.master_key, parts.clock);
        let sessions = Arc::new(Sessions::new(master.clone(), clock.clone(), regions.clone()));
        let shared = Shared {
            operations: parts.operations,
            neighbours: parts.neighbours,
            router: OperationRouter::new(&SERVICES)?,
            cursors: Arc::new(Cursors::new(&master)),
            sign_in: SignIn::new(identities.clone(), sessions.clone(), clock.clone(), &limits),
            sessions,
            authenticator: Authenticator::new(identities, master, clock.clone(), regions),
            clock,
            call_log: parts.call_log,
            readiness: parts.readiness,
            metrics: parts.metrics,
            bodies: Bodies::new(&limits),
            turns: Arc::new(Semaphore::new(limits.requests_at_once.max(1))),
            by_user: Throttle::new(limits.per_user, limits.remembered),
            unproved: Throttle::new(limits.records_of_strangers, limits.remembered),
            limits,
            is_stopping: Arc::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            large: Router::new(),
            small: Router::new(),
            open: Router::new(),
            pages: Router::new(),
        })
    }

    /// Adds routes below `/assay/v1`; their own paths begin after that. Paths that two of them have are a mistake that
    /// panics here, as axum has it.
    #[must_use]
    pub fn extension(mut self, bodies: BodySize, routes: Router) -> Self {
        match bodies {
            BodySize::Large => self.large = self.large.merge(routes),
            BodySize::Small => self.small = self.small.merge(routes),
        }
        self
    }

    /// Adds routes below `/assay/v1` that nobody has to sign for: what is no secret, as a description of the others.
    #[must_use]
    pub fn open(mut self, routes: Router) -> Self {
        self.open = self.open.merge(routes);
        self
    }

    /// Adds pages for people, by their whole paths. They are answered as `/healthz` is: nobody signs for them, they take no turn
    /// and leave no record. Where they have a path that operations have, too, as `/`, the methods that they leave go there.
    #[must_use]
    pub fn pages(mut self, routes: Router) -> Self {
        self.pages = self.pages.merge(routes);
        self
    }

    /// The surface with everything that was added.
    pub fn finish(self) -> Surface {
        let Self {
            shared,
            large,
            small,
            open,
            pages,
        } = self;
        let take_turn = || from_fn_with_state(shared.clone(), take_turns);
        let gated = |routes: Router, bodies| routes.layer(from_fn_with_state((shared.clone(), bodies), gate));
        let extensions = gated(large, BodySize::Large)
            .merge(gated(small, BodySize::Small))
            .merge(open)
            // The gate has bounded and read the bodies.
            .layer(DefaultBodyLimit::disable())
            .fallback(|| async { Fault::NoRoute(assay_api_model::NoRoute::Path) })
            .method_not_allowed_fallback(|| async { no_such_method() });
        let calls = Router::new()
            .route("/session", post(sign_in))
            .nest("/assay/v1", extensions.with_state(()))
            .fallback(dispatch)
            .layer(take_turn());
        let pages = pages
            .with_state(())
            .method_not_allowed_fallback(dispatch.layer(take_turn()));
        let panics = shared.metrics.panics.clone();
        let router = Router::new()
            .route("/healthz", get(|| async { health() }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .merge(pages)
            .merge(calls)
            .layer(CatchPanicLayer::custom(move |payload: Box<dyn Any + Send>| {
                panics.inc();
                panicked(payload.as_ref())
            }))
            .layer(from_fn_with_state(shared.clone(), arrive))
            .with_state(shared.clone());
        Surface {
            router,
            limits: Arc::new(shared.limits.clone()),
            metrics: shared.metrics.clone(),
            is_stopping: shared.is_stopping.clone(),
        }
    }
}

/// The methods that a route has are axum's to know; its `Allow` header tells them.
fn no_such_method() -> Fault {
    Fault::NoRoute(assay_api_model::NoRoute::Method { methods: Vec::new() })
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    if shared.is_stopping.load(Ordering::Relaxed) {
        return readiness(Err("the service is stopping".to_owned()));
    }
    readiness(shared.readiness.ready().await)
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    shared.metrics.answer().await
}

impl fmt::Debug for Shell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Shell({:?})", self.shared.operations)
    }
}

impl fmt::Debug for Surface {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Surface")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

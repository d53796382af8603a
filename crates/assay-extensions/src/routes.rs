//! The routes.

use std::sync::Arc;

use assay_api::Clock;
use assay_service::Service;
use assay_store::Database;
use axum::{
    Router,
    routing::{get, post},
};
use tokio::sync::Notify;

use crate::{
    feed::{changes, history},
    push::push,
};

/// What the routes work on.
pub struct Extensions {
    /// The store.
    pub database: Database,
    /// The handlers of the API's operations, which know names of findings and numbers of accounts.
    pub service: Arc<Service>,
    /// The time.
    pub clock: Clock,
    /// Tells the engine that there is work.
    pub wake: Arc<Notify>,
}

/// The routes whose bodies may be large.
pub fn large(extensions: Arc<Extensions>) -> Router {
    Router::new()
        .route("/resources", post(push))
        .with_state(extensions)
}

/// The routes whose bodies are small.
pub fn small(extensions: Arc<Extensions>) -> Router {
    Router::new()
        .route("/changes", get(changes))
        .route("/history", get(history))
        .with_state(extensions)
}

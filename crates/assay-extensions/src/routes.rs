//! The routes.

use std::sync::Arc;

use assay_api::Clock;
use assay_engine::Intelligence;
use assay_store::Database;
use axum::{Router, routing::post};
use tokio::sync::Notify;

use crate::push::push;

/// What the routes work on.
pub struct Extensions {
    /// The store.
    pub database: Database,
    /// The intelligence in force.
    pub intelligence: Arc<Intelligence>,
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

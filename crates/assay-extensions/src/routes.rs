//! The routes.

use std::sync::Arc;

use assay_api::Clock;
use assay_backup::Backups;
use assay_objects::ObjectStorage;
use assay_service::{Service, StoredCalls};
use assay_store::Database;
use axum::Router;
use tokio::sync::Notify;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    accounts, agents, backup, calls, clusters, document, explain, feed, filters, fixes, images, intelligence,
    keys, mark, network, packages, preview, push, reports, resources, scans, sessions, trends, users,
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
    /// The log of calls, which is written behind.
    pub calls: StoredCalls,
    /// Makes backups.
    pub backups: Backups,
    /// Where the files of reports are.
    pub storage: ObjectStorage,
}

/// The routes, by how requests come to them.
pub struct Routes {
    /// Signed, with bodies that may be large.
    pub large: Router,
    /// Signed, with bodies that are small.
    pub small: Router,
    /// Open to everybody.
    pub open: Router,
}

/// The routes over what they work on.
pub fn routes(extensions: Arc<Extensions>) -> Routes {
    let (large, described_large) = large().split_for_parts();
    let (small, described_small) = small().split_for_parts();
    let mut document = document::empty();
    document.merge(described_large);
    document.merge(described_small);
    Routes {
        large: large.with_state(Arc::clone(&extensions)),
        small: small.with_state(extensions),
        open: document::serve(&document),
    }
}

fn large() -> OpenApiRouter<Arc<Extensions>> {
    OpenApiRouter::new()
        .routes(routes!(push::push))
        .routes(routes!(clusters::tell))
        .routes(routes!(network::tell))
}

fn small() -> OpenApiRouter<Arc<Extensions>> {
    OpenApiRouter::new()
        .routes(routes!(resources::list))
        .routes(routes!(resources::get))
        .routes(routes!(packages::list))
        .routes(routes!(packages::bill))
        .routes(routes!(resources::change_state))
        .routes(routes!(resources::wanted))
        .routes(routes!(images::pulls))
        .routes(routes!(network::get))
        .routes(routes!(accounts::list))
        .routes(routes!(agents::enrol))
        .routes(routes!(agents::rotate_key))
        .routes(routes!(agents::settings, agents::set_settings))
        .routes(routes!(feed::changes))
        .routes(routes!(feed::history))
        .routes(routes!(mark::mark))
        .routes(routes!(filters::list))
        .routes(routes!(filters::get, filters::set))
        .routes(routes!(preview::preview))
        .routes(routes!(explain::finding))
        .routes(routes!(explain::resource))
        .routes(routes!(trends::trends))
        .routes(routes!(trends::levels, trends::set_levels))
        .routes(routes!(fixes::list))
        .routes(routes!(reports::list))
        .routes(routes!(reports::get))
        .routes(routes!(reports::file))
        .routes(routes!(calls::list))
        .routes(routes!(intelligence::get))
        .routes(routes!(scans::count))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::set, users::forget))
        .routes(routes!(users::set_password))
        .routes(routes!(keys::create))
        .routes(routes!(keys::set, keys::delete))
        .routes(routes!(sessions::renew))
        .routes(routes!(sessions::end))
        .routes(routes!(backup::make))
}

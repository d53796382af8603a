//! Who calls, from where, and for which region.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use assay_identity::{AccessKeyId, Action, Principal};
use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    cursor::{Cursors, Pages},
    fault::Fault,
    session::Sessions,
};

/// Whoever a request is from, proved by its signature. Handlers of operations get it; routes of our own extract it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user, their role, their account.
    pub principal: Principal,
    /// The access key that signed.
    pub access_key: AccessKeyId,
    /// When whoever calls gave the password or code that their temporary credentials come from; none for other keys.
    pub signed_in_at: Option<Timestamp>,
    /// The region that the request is for, one of those that are served.
    pub region: Arc<str>,
    /// What called, by its own account.
    pub user_agent: Option<String>,
    /// Where the connection comes from.
    pub address: SocketAddr,
    /// The id of the request, which every answer and line of the log has.
    pub request_id: Uuid,
    /// The pages of the list that the request is for.
    pub pages: Pages,
    /// Tokens of pages, for lists whose operation the model does not know.
    pub cursors: Arc<Cursors>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) is_stopping: Arc<AtomicBool>,
}

impl Caller {
    /// Whether the service stops: who waits for something is to be answered now.
    pub fn service_is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    /// Refuses what the caller may not do.
    ///
    /// # Errors
    ///
    /// Whatever role and account do not allow.
    pub fn require(&self, action: Action) -> Result<(), Fault> {
        Ok(self.principal.require(action)?)
    }

    /// The pages of a list of our own: what decides which items it has, without token and page size.
    pub fn pages_of(&self, list: &str, request: &Value) -> Pages {
        self.cursors
            .pages(list, self.principal.account, &self.region, request)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let caller = parts.extensions.get::<Self>().cloned();
        // Routes are only reached through the gate, which puts it there.
        caller.ok_or_else(|| Fault::internal("a route stands outside the gate"))
    }
}

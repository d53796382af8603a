//! A mark that moves with every change of a finding, for who shows findings and wants to know when to look again.
//!
//! Who follows each change reads the feed instead. The mark is of everything that the caller may look into, also of the
//! members of a delegated administrator, whose feeds are numbered apart.

use std::{sync::Arc, time::Duration};

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use axum::{extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until},
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::told,
    request::{Asked, LARGEST},
    routes::Extensions,
};

/// Seconds that a request may wait: no proxy on the way gives up on it.
const LONGEST_WAIT: i64 = 20;

/// How often the store is looked at for one that waits. Another process may have changed it.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Requests that wait at once. Each holds one of the turns of all requests; further ones are answered at once.
static WAITING: Semaphore = Semaphore::const_new(64);

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Past {
    /// The mark that is known. The answer waits until there is another.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    than: Option<i64>,
    /// The most seconds that it waits; it does not, unless it is said.
    #[param(minimum = 0, maximum = 20)]
    wait: Option<i64>,
}

/// A mark.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mark {
    /// A number that grows with every change of a finding that the caller may see.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    mark: i64,
}

/// Whether any finding changed
#[utoipa::path(get, path = "/changes/mark", operation_id = "GetChangeMark", params(Past), responses((status = 200, description = "The mark; the one that is known where the time was over before there was another.", body = Mark)))]
pub(crate) async fn mark(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Past>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let wait = asked.wait.unwrap_or(0);
    if !(0..=LONGEST_WAIT).contains(&wait) {
        return Err(Fault::field("wait", format!("must be from 0 to {LONGEST_WAIT}")));
    }
    if asked.than.is_some_and(|than| !(0..=LARGEST).contains(&than)) {
        return Err(Fault::field("than", format!("must be from 0 to {LARGEST}")));
    }
    let scopes = extensions.service.scopes(&caller).await?;
    let look = || async {
        let mark = extensions.database.change_mark(&scopes).await;
        mark.map_err(store_fault)
    };
    let until = Instant::now() + Duration::from_secs(wait.unsigned_abs());
    let turn = WAITING.try_acquire();
    let mut mark = look().await?;
    while turn.is_ok() && Some(mark) == asked.than && Instant::now() < until && !caller.service_is_stopping()
    {
        sleep_until(until.min(Instant::now() + LOOK_EVERY)).await;
        mark = look().await?;
    }
    told(
        "GetChangeMark",
        json!({"than": asked.than, "wait": asked.wait}),
        &Mark { mark },
    )
}

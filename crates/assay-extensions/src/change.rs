//! What changed of the inventory of a resource, applied to the one that is kept.

use assay_api::{Caller, Fault};
use assay_delta::{Change, ChangeError, DIGEST, LARGEST};
use assay_service::{kept_inventory, store_fault};

use crate::{
    inventory::{self, Read},
    kind::Kind,
    routes::Extensions,
};

/// The inventory that a change makes of the one that is kept of a resource, as if the whole had been pushed.
///
/// # Errors
///
/// [`Fault::Conflict`] where another is kept, or the change makes another than it says; what is wrong with what is added;
/// when the database does not answer.
pub(crate) async fn whole(
    extensions: &Extensions,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    change: Change,
) -> Result<Read, Fault> {
    let scope = extensions.service.scope(caller).await?;
    let base = change.base.strip_prefix(DIGEST).unwrap_or_default();
    let kept = extensions
        .database
        .document_of(scope, kind.resource_type, id, base)
        .await
        .map_err(store_fault)?
        .filter(|document| {
            zstd::bulk::Decompressor::upper_bound(document).is_some_and(|size| size <= LARGEST)
        });
    let Some(kept) = kept else {
        let what = format!("no change can be made to {} of {id}", change.base);
        return Err(push_the_whole(id, &what));
    };
    let id = id.to_owned();
    let made = move || {
        let whole = change
            .apply(kept_inventory(&kept)?)
            .map_err(|error| match error {
                ChangeError::Added(error) => Fault::field("inventory.added", error.to_string()),
                ChangeError::Other(_) => push_the_whole(&id, &format!("the change of {id} fails: {error}")),
            })?;
        inventory::of(whole).map_err(Fault::internal)
    };
    tokio::task::spawn_blocking(made).await.map_err(Fault::internal)?
}

/// What a client is told that must push all that there is.
pub(crate) fn push_the_whole(id: &str, what: &str) -> Fault {
    Fault::Conflict {
        message: format!("{what}; push the whole"),
        resource_id: id.to_owned(),
        resource_type: "INVENTORY".to_owned(),
    }
}

//! What clients are told when the store does not do its part.

use std::time::Duration;

use assay_api::Fault;
use assay_store::StoreError;

/// The fault for an error of the store.
pub(crate) fn of_store(error: StoreError) -> Fault {
    match error {
        StoreError::Exists(what) => Fault::Conflict {
            message: format!("there is a {what} of that name already"),
            resource_id: String::new(),
            resource_type: what.to_owned(),
        },
        error if error.is_passing() => Fault::Unavailable {
            message: error.to_string(),
            retry_after: Duration::from_secs(2),
        },
        error => Fault::internal(error),
    }
}

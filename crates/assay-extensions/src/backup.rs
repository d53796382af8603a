//! Backups of the running service, kept on its own machine.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_backup::BackupError;
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::StoreError;
use axum::{extract::State as Shared, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{answer::logged, routes::Extensions};

/// A backup that was made.
#[derive(Serialize, ToSchema)]
struct Made {
    /// The name of the file, in the folder `backups` of the service's directory.
    name: String,
    /// How many bytes it has.
    size: u64,
}

/// Back the service up
///
/// All of the service, of every account, as it is at one moment, in a file on its own machine that only its owner may read; the
/// master key is in it. Only the account that the service was first started with may. The latest seven are kept. Not where
/// findings are in PostgreSQL, which has tools of its own.
#[utoipa::path(post, path = "/backup", operation_id = "BackUp", responses(
    (status = 200, description = "It is made.", body = Made),
    (status = 403, description = "It is for another account."),
    (status = 409, description = "Another is being made."),
))]
pub(crate) async fn make(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
) -> Result<Response, Fault> {
    caller.require(Action::BackUp)?;
    let first = extensions.database.first_account().await.map_err(store_fault)?;
    if caller.principal.account.to_string() != first {
        return Err(Fault::AccessDenied(
            "only the account that the service was first started with backs up the whole service".to_owned(),
        ));
    }
    let made = extensions
        .backups
        .make(extensions.clock.now())
        .await
        .map_err(fault)?;
    let name = made.file.file_name().unwrap_or_default().to_string_lossy();
    let answer = Made {
        name: name.into_owned(),
        size: made.size,
    };
    let log = Logged {
        name: "BackUp",
        parameters: None,
        response: serde_json::to_value(&answer).ok(),
    };
    logged(log, &answer)
}

fn fault(error: BackupError) -> Fault {
    match error {
        BackupError::Busy => Fault::Conflict {
            message: error.to_string(),
            resource_id: "backup".to_owned(),
            resource_type: "BACKUP".to_owned(),
        },
        BackupError::Store(error @ StoreError::Place { .. }) => Fault::BadRequest(error.to_string()),
        BackupError::Store(error) => store_fault(error),
        error => Fault::internal(error),
    }
}

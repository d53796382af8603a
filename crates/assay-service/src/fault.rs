//! What fails underneath, as faults.

use std::time::Duration;

use assay_api::{Fault, Field, ValidationReason};
use assay_inspector::FilterError;
use assay_intel::IndexError;
use assay_store::StoreError;

/// How long clients wait before they ask a store again that could not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// What the store failed of. It is logged whole; where it may pass, clients are told why and ask again by themselves.
pub fn store_fault(error: StoreError) -> Fault {
    match &error {
        StoreError::Refused(message) => {
            return Fault::Validation {
                message: message.clone(),
                reason: ValidationReason::Other,
                fields: Vec::new(),
            };
        }
        StoreError::Quota { what, .. } => {
            return Fault::QuotaExceeded {
                message: error.to_string(),
                resource_id: (*what).to_owned(),
            };
        }
        _ => {}
    }
    if !error.is_passing() {
        return Fault::internal(error);
    }
    tracing::warn!(%error, "the store cannot answer for now");
    Fault::Unavailable {
        message: error.to_string(),
        retry_after: PAUSE,
    }
}

/// A damaged intelligence file.
pub(crate) fn index_fault(error: IndexError) -> Fault {
    Fault::internal(error)
}

/// Everything that is wrong with a filter, below the member that holds it.
pub(crate) fn filter_fault(member: &str, errors: Vec<FilterError>) -> Fault {
    let fields: Vec<Field> = errors
        .into_iter()
        .map(|error| Field {
            name: format!("{member}.{}", error.path),
            message: error.problem.to_string(),
        })
        .collect();
    let told: Vec<String> = fields
        .iter()
        .map(|field| format!("{} {}", field.name, field.message))
        .collect();
    Fault::Validation {
        message: told.join("; "),
        reason: ValidationReason::FieldValidationFailed,
        fields,
    }
}

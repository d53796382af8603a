//! What fails underneath, as faults.

use assay_api::{Fault, Field, ValidationReason};
use assay_inspector::FilterError;
use assay_intel::IndexError;
use assay_store::StoreError;

/// What the store failed of. It is logged whole; clients are told to try again, which they do by themselves.
pub(crate) fn store_fault(error: StoreError) -> Fault {
    if error.is_passing() {
        tracing::warn!(%error, "the store cannot answer for now");
    }
    Fault::internal(error)
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

//! What reports fail of, and the codes that the API has for it.

use assay_api::Fault;
use assay_api_model::inspector2::ReportingErrorCode;
use assay_objects::ObjectError;
use assay_store::StoreError;
use thiserror::Error;

/// Why a report is not made.
#[derive(Debug, Error)]
pub(crate) enum Trouble {
    /// It was cancelled, or somebody else makes it.
    #[error("it is somebody else's now, or was cancelled")]
    Lost,
    /// There is nothing to tell.
    #[error("nothing matches what was asked for")]
    Nothing,
    #[error(transparent)]
    Objects(#[from] ObjectError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it cannot be rendered: {0}")]
    Rendering(#[from] std::io::Error),
    /// Something of our own.
    #[error("{0}")]
    Broken(String),
}

impl Trouble {
    pub(crate) fn broken(fault: &Fault) -> Trouble {
        Trouble::Broken(fault.to_string())
    }

    /// Whether trying again later may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Trouble::Objects(error) => error.is_passing(),
            Trouble::Store(error) => error.is_passing(),
            Trouble::Lost | Trouble::Nothing | Trouble::Rendering(_) | Trouble::Broken(_) => false,
        }
    }

    pub(crate) fn code(&self) -> ReportingErrorCode {
        match self {
            Trouble::Nothing => ReportingErrorCode::NoFindingsFound,
            Trouble::Objects(ObjectError::NoBucket { .. }) => ReportingErrorCode::BucketNotFound,
            Trouble::Objects(ObjectError::Denied(_)) => ReportingErrorCode::InvalidPermissions,
            Trouble::Objects(ObjectError::OtherRegion { .. }) => ReportingErrorCode::IncompatibleBucketRegion,
            Trouble::Objects(ObjectError::KmsKey(_)) => ReportingErrorCode::MalformedKmsKey,
            _ => ReportingErrorCode::InternalError,
        }
    }

    /// What whoever ordered it is told. What is the service's own affair stands in its log.
    pub(crate) fn for_people(&self) -> String {
        match self {
            Trouble::Store(_) | Trouble::Rendering(_) | Trouble::Broken(_) | Trouble::Lost => {
                "the service failed at it; its log tells more".to_owned()
            }
            Trouble::Objects(ObjectError::Failed(_)) => {
                "the object storage failed again and again; the log of the service tells more".to_owned()
            }
            told => told.to_string(),
        }
    }
}

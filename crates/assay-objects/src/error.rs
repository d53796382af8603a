//! What can go wrong with buckets and objects.

use thiserror::Error;

/// Why an object cannot be written or read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ObjectError {
    /// There is no such bucket.
    #[error("there is no bucket `{bucket}` {place}")]
    NoBucket {
        /// Its name.
        bucket: String,
        /// Where it was looked for, and what to do.
        place: String,
    },
    /// It may not be done.
    #[error("access is denied: {0}")]
    Denied(String),
    /// The bucket is elsewhere.
    #[error("the bucket `{bucket}` is in the region {region}, and must be in {wanted}")]
    OtherRegion {
        /// Its name.
        bucket: String,
        /// Where it is.
        region: String,
        /// Where it must be.
        wanted: String,
    },
    /// The key that is to encrypt cannot be used.
    #[error("the KMS key cannot be used: {0}")]
    KmsKey(String),
    /// There is no such object.
    #[error("there is no object `{0}`")]
    NoObject(String),
    /// A name that no object can have.
    #[error("`{key}` cannot be the name of an object: {reason}")]
    Key {
        /// The name.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// More objects than are listed.
    #[error("`{prefix}` has more than {most} objects: name a longer prefix")]
    TooMany {
        /// The bucket and the prefix.
        prefix: String,
        /// How many are listed.
        most: usize,
    },
    /// Anything else: a full disk, a broken connection, a service that fails. Trying again may help.
    #[error("the object storage failed: {0}")]
    Failed(String),
}

impl ObjectError {
    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, ObjectError::Failed(_))
    }

    /// What an error of the storage means while an object of a bucket is written or read.
    pub(crate) fn of(error: &object_store::Error, bucket: &str, key: &str) -> ObjectError {
        let told = tell(error);
        // S3 names the fault in the body of its answer, which is in the text; KMS's names are passed through.
        let is = |name: &str| told.contains(name);
        if is("<Code>KMS.") || is("KMS.NotFoundException") || is("KMS.DisabledException") {
            return ObjectError::KmsKey(told);
        }
        if is("<Code>NoSuchBucket</Code>") {
            return ObjectError::NoBucket {
                bucket: bucket.to_owned(),
                place: "in S3".to_owned(),
            };
        }
        if is("<Code>AccessDenied</Code>") || is("<Code>AllAccessDisabled</Code>") {
            return ObjectError::Denied(told);
        }
        match error {
            object_store::Error::NotFound { .. } => ObjectError::NoObject(key.to_owned()),
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                ObjectError::Denied(told)
            }
            _ if is_permission(error) => ObjectError::Denied(told),
            _ => ObjectError::Failed(told),
        }
    }
}

/// An error with what lies behind it, each once.
fn tell(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        let text = behind.to_string();
        if !told.contains(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        source = behind.source();
    }
    told.chars().take(1_000).collect()
}

/// Whether the operating system refused it.
fn is_permission(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<std::io::Error>()
            && matches!(
                error.kind(),
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem
            )
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> object_store::Error {
        object_store::Error::Generic {
            store: "S3",
            source: text.to_owned().into(),
        }
    }

    #[test]
    fn faults_of_s3_have_their_meaning() {
        let of = |text: &str| ObjectError::of(&generic(text), "b", "k");
        assert!(matches!(
            of("400: <Error><Code>KMS.NotFoundException</Code></Error>"),
            ObjectError::KmsKey(_)
        ));
        assert!(matches!(
            of("404: <Error><Code>NoSuchBucket</Code></Error>"),
            ObjectError::NoBucket { .. }
        ));
        assert!(matches!(
            of("403: <Error><Code>AccessDenied</Code></Error>"),
            ObjectError::Denied(_)
        ));
        assert!(of("503: slow down").is_passing());
    }

    #[test]
    fn what_the_system_refuses_is_denied() {
        let refused = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let error = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(refused),
        };
        assert!(matches!(
            ObjectError::of(&error, "b", "k"),
            ObjectError::Denied(_)
        ));
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let error = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(full),
        };
        assert!(ObjectError::of(&error, "b", "k").is_passing());
    }
}

//! What goes wrong with asking AWS.

use thiserror::Error;

/// Names of faults that say that less is to be asked.
const THROTTLED: [&str; 12] = [
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
];

/// A question that AWS did not answer.
#[derive(Debug, Error)]
pub(crate) enum AwsError {
    #[error("cannot reach {host}: {message}")]
    Unreachable { host: String, message: String },
    #[error("AWS refuses {operation} in {account} {region}: {message} ({code}, {status})")]
    Refused {
        operation: String,
        account: String,
        region: String,
        status: u16,
        code: String,
        message: String,
    },
    /// A proxy, a stand-in, or an operation that there is not.
    #[error("{host} answers {operation} with something else than AWS does ({status}): {beginning}")]
    Strange {
        operation: String,
        host: String,
        status: u16,
        beginning: String,
    },
    #[error("{host} sends more than {most} bytes")]
    TooLarge { host: String, most: u64 },
    #[error("no keys for AWS: {0}")]
    Keys(String),
}

impl AwsError {
    /// Whether less is to be asked.
    pub(crate) fn is_throttled(&self) -> bool {
        matches!(self, Self::Refused { code, status, .. } if *status == 429 || THROTTLED.contains(&code.as_str()))
    }

    /// Whether the same may be answered later.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, code, .. } => {
                self.is_throttled() || *status >= 500 || code == "RequestTimeout"
            }
            Self::Strange { status, .. } => *status >= 500 || *status == 429,
            Self::TooLarge { .. } | Self::Keys(_) => false,
        }
    }

    /// Whether we may not.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, Self::Refused { code, status, .. }
            if *status == 403 || code.starts_with("AccessDenied") || code.starts_with("UnauthorizedOperation"))
    }

    /// Whether it is the key that we may not use, by which something is encrypted.
    ///
    /// Source: EBS direct APIs, `AccessDeniedExceptionReason`; API references of Lambda and ECR.
    pub(crate) fn is_denied_key(&self) -> bool {
        !self.is_passing()
            && matches!(self, Self::Refused { code, message, .. }
            if code.starts_with("KMS") || code.starts_with("Kms") || message.contains("DEPENDENCY_ACCESS_DENIED"))
    }

    /// Whether what was asked for is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { code, status, .. }
            if *status == 404 || code.contains("NotFound") || code.contains("DoesNotExist"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes() {
        let refused = |status, code: &str, message: &str| AwsError::Refused {
            operation: "DescribeVpcs".to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
            status,
            code: code.to_owned(),
            message: message.to_owned(),
        };
        for (status, code, message, expected) in [
            (400, "ThrottlingException", "", "throttled passing"),
            (503, "RequestLimitExceeded", "", "throttled passing"),
            (429, "Whatever", "", "throttled passing"),
            (500, "InternalError", "", "passing"),
            (403, "UnauthorizedOperation", "", "denied"),
            (400, "AccessDeniedException", "", "denied"),
            (
                403,
                "AccessDeniedException",
                "no (DEPENDENCY_ACCESS_DENIED)",
                "denied key",
            ),
            (400, "KmsException", "", "key"),
            (502, "KMSAccessDeniedException", "", "passing"),
            (404, "ResourceNotFoundException", "", "missing"),
            (400, "InvalidInstanceID.NotFound", "", "missing"),
            (400, "ValidationException", "", ""),
        ] {
            let error = refused(status, code, message);
            let words = [
                (error.is_throttled(), "throttled"),
                (error.is_passing(), "passing"),
                (error.is_denied(), "denied"),
                (error.is_denied_key(), "key"),
                (error.is_missing(), "missing"),
            ];
            let words: Vec<&str> = words
                .iter()
                .filter(|(is, _)| *is)
                .map(|(_, word)| *word)
                .collect();
            assert_eq!(words.join(" "), expected, "{code}");
        }
    }
}

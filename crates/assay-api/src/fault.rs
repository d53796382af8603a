//! Everything that the service refuses or fails at, in the one form that clients get it.

use std::{fmt, time::Duration};

use assay_api_model::{NoRoute, Rejection};
use assay_identity::{Away, Cause, Denial};
use assay_sigv4::{Dialect, Fault as SignatureFault};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// The header by which SDKs tell faults apart.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A fault, as clients are told.
///
/// Source: the faults of Inspector's service models; "Common error types" in its API reference.
#[derive(Debug)]
pub enum Fault {
    /// The request is not what the operation takes.
    Validation {
        /// What is wrong, for people.
        message: String,
        /// Which kind of wrong.
        reason: ValidationReason,
        /// What is wrong field by field.
        fields: Vec<Field>,
    },
    /// The request cannot be served as things are.
    BadRequest(String),
    /// The caller may not do this.
    AccessDenied(String),
    /// The request is not signed, or its signature does not hold.
    Signature(SignatureFault),
    /// Somebody who wants to sign in gave the wrong user or password; which of both is not told.
    SignIn,
    /// Somebody who wants to sign in gave a code that is not known, was used already or is too old; which of these is not told.
    SignInCode,
    /// What is named is not there.
    NotFound(String),
    /// What is wanted and what is there do not go together.
    Conflict {
        /// What is wrong, for people.
        message: String,
        /// What is there.
        resource_id: String,
        /// Its type.
        resource_type: String,
    },
    /// There would be more of something than there may be.
    QuotaExceeded {
        /// What is wrong, for people.
        message: String,
        /// Of what.
        resource_id: String,
    },
    /// The caller asks too often.
    Throttled {
        /// When asking again may help.
        retry_after: Duration,
    },
    /// The body is larger than it may be.
    TooLarge {
        /// Bytes that it may have.
        limit: usize,
    },
    /// The body came too slowly or not whole.
    Incomplete,
    /// No operation has this path and method.
    NoRoute(NoRoute),
    /// The operation is known, but this version of the service does not have it.
    NotImplemented {
        /// Its name.
        operation: &'static str,
    },
    /// A fault that Inspector's model does not have: one of a neighbour's.
    Named {
        /// Its name.
        code: &'static str,
        /// What is wrong, for people.
        message: String,
    },
    /// The service cannot do it for now.
    Unavailable {
        /// Why, for people.
        message: String,
        /// When asking again may help.
        retry_after: Duration,
    },
    /// Something of the service's own failed. Clients are told nothing of it; it is logged under the id of the request.
    Internal(Cause),
}

/// Which kind of wrong a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidationReason {
    /// It cannot be read.
    CannotParse,
    /// A field is not what it may be.
    FieldValidationFailed,
    /// Something else.
    Other,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's place, as `filterCriteria.severity[0].value`.
    pub name: String,
    /// What is wrong there.
    pub message: String,
}

/// What the call log and the metrics keep of a fault.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// The name of the fault.
    pub(crate) code: &'static str,
    /// What the client was told.
    pub(crate) message: String,
}

impl Fault {
    /// Something of the service's own that failed.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// What whoever knows users and keys failed of. It is logged whole; nobody has proved yet who asks.
    pub(crate) fn of_identities(cause: Cause) -> Self {
        match cause.downcast::<Away>() {
            Ok(away) => {
                tracing::warn!(error = %away, "who calls cannot be looked up for now");
                Self::Unavailable {
                    message: "users and keys cannot be looked up for now; try again".to_owned(),
                    retry_after: Duration::from_secs(2),
                }
            }
            Err(cause) => Self::Internal(cause),
        }
    }

    /// A field that is not what it may be, for reasons that the model does not know.
    pub fn field(name: impl Into<String>, message: impl Into<String>) -> Self {
        let (name, message) = (name.into(), message.into());
        Self::Validation {
            message: format!("{name} {message}"),
            reason: ValidationReason::FieldValidationFailed,
            fields: vec![Field { name, message }],
        }
    }

    /// The name, as in the header `x-amzn-errortype`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Validation { .. } => "ValidationException",
            Self::BadRequest(_) => "BadRequestException",
            Self::AccessDenied(_) | Self::SignIn | Self::SignInCode => "AccessDeniedException",
            Self::Signature(fault) => fault.code(Dialect::Json),
            Self::NotFound(_) => "ResourceNotFoundException",
            Self::Conflict { .. } => "ConflictException",
            Self::QuotaExceeded { .. } => "ServiceQuotaExceededException",
            Self::Throttled { .. } => "ThrottlingException",
            Self::TooLarge { .. } => "RequestEntityTooLargeException",
            Self::Incomplete => "RequestTimeoutException",
            Self::NoRoute(NoRoute::Label { .. }) => "ValidationException",
            Self::NoRoute(_) => "UnknownOperationException",
            Self::NotImplemented { .. } => "NotImplementedException",
            Self::Named { code, .. } => code,
            Self::Unavailable { .. } => "ServiceUnavailableException",
            Self::Internal(_) => "InternalServerException",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Validation { .. }
            | Self::BadRequest(_)
            | Self::Named { .. }
            | Self::NoRoute(NoRoute::Label { .. }) => StatusCode::BAD_REQUEST,
            Self::AccessDenied(_) | Self::SignIn | Self::SignInCode => StatusCode::FORBIDDEN,
            Self::Signature(fault) => StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::FORBIDDEN),
            Self::NotFound(_) | Self::NoRoute(NoRoute::Path) => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::QuotaExceeded { .. } => StatusCode::PAYMENT_REQUIRED,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::NoRoute(NoRoute::Method { .. }) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotImplemented { .. } => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What clients are told in words.
    pub fn message(&self) -> String {
        match self {
            Self::Validation { message, .. }
            | Self::BadRequest(message)
            | Self::AccessDenied(message)
            | Self::NotFound(message)
            | Self::Conflict { message, .. }
            | Self::QuotaExceeded { message, .. }
            | Self::Named { message, .. }
            | Self::Unavailable { message, .. } => message.clone(),
            Self::Signature(fault) => fault.to_string(),
            Self::SignIn => "the account, user or password is wrong".to_owned(),
            Self::SignInCode => {
                "this code is not known, was used already or is too old; ask for another, or sign in with a password".to_owned()
            }
            Self::Throttled { retry_after } => format!(
                "too many requests; try again in {} s, and less often",
                whole_seconds(*retry_after)
            ),
            Self::TooLarge { limit } => format!("the body may have {limit} bytes and has more"),
            Self::Incomplete => "the body did not arrive whole in good time".to_owned(),
            Self::NoRoute(reason) => reason.to_string(),
            Self::NotImplemented { operation } => {
                format!("this version of the service does not have the operation {operation}")
            }
            Self::Internal(_) => {
                "the service failed at this; its log tells more under the id of this request".to_owned()
            }
        }
    }

    /// When asking again may help.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } | Self::Unavailable { retry_after, .. } => Some(*retry_after),
            Self::Internal(_) => Some(Duration::from_secs(1)),
            _ => None,
        }
    }

    fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("message".to_owned(), Value::from(self.message()));
        match self {
            Self::Validation { reason, fields, .. } => {
                body.insert("reason".to_owned(), Value::from(reason.as_str()));
                if !fields.is_empty() {
                    let fields = fields
                        .iter()
                        .map(|Field { name, message }| json!({"name": name, "message": message}));
                    body.insert("fields".to_owned(), fields.collect());
                }
            }
            Self::NoRoute(NoRoute::Label { label }) => {
                let reason = ValidationReason::CannotParse.as_str();
                body.insert("reason".to_owned(), Value::from(reason));
                let message = "is not escaped text in UTF-8";
                body.insert("fields".to_owned(), json!([{"name": label, "message": message}]));
            }
            Self::Conflict {
                resource_id,
                resource_type,
                ..
            } => {
                body.insert("resourceId".to_owned(), Value::from(resource_id.as_str()));
                body.insert("resourceType".to_owned(), Value::from(resource_type.as_str()));
            }
            Self::QuotaExceeded { resource_id, .. } => {
                body.insert("resourceId".to_owned(), Value::from(resource_id.as_str()));
            }
            // The scan API's shape asks for one, and others pass it over.
            Self::Internal(_) => {
                body.insert("reason".to_owned(), Value::from("OTHER"));
            }
            _ => {}
        }
        Value::Object(body)
    }
}

impl ValidationReason {
    /// Its name in the model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CannotParse => "CANNOT_PARSE",
            Self::FieldValidationFailed => "FIELD_VALIDATION_FAILED",
            Self::Other => "OTHER",
        }
    }
}

/// Seconds, rounded up, and one at least.
fn whole_seconds(duration: Duration) -> u64 {
    (duration.as_secs() + u64::from(duration.subsec_nanos() > 0)).max(1)
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code(), self.message())
    }
}

impl From<Denial> for Fault {
    fn from(denial: Denial) -> Self {
        Self::AccessDenied(denial.to_string())
    }
}

impl From<SignatureFault> for Fault {
    fn from(fault: SignatureFault) -> Self {
        Self::Signature(fault)
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        let message = rejection.to_string();
        match rejection {
            Rejection::Body(_) | Rejection::Query => Self::Validation {
                message,
                reason: ValidationReason::CannotParse,
                fields: Vec::new(),
            },
            Rejection::Constraints { violations } => {
                let count = violations.len();
                let fields = violations.into_iter().map(|violation| Field {
                    name: violation.path,
                    message: violation.constraint.to_string(),
                });
                Self::Validation {
                    message: match count {
                        1 => message,
                        count => format!("{count} constraints are broken: {message}"),
                    },
                    reason: ValidationReason::FieldValidationFailed,
                    fields: fields.collect(),
                }
            }
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        if let Self::Internal(cause) = &self {
            let mut causes = cause.to_string();
            let mut source = cause.source();
            while let Some(cause) = source {
                causes.push_str(": ");
                causes.push_str(&cause.to_string());
                source = cause.source();
            }
            tracing::error!(cause = causes, "a request failed for a reason of our own");
        }
        let told = Told {
            code: self.code(),
            message: self.message(),
        };
        let mut response = (self.status(), self.body().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ERROR_TYPE, HeaderValue::from_static(told.code));
        if let Some(duration) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(duration)));
        }
        if let Self::NoRoute(NoRoute::Method { methods }) = &self
            && let Ok(value) = HeaderValue::from_str(&methods.join(", "))
        {
            headers.insert(header::ALLOW, value);
        }
        // What is left of an unread body would be taken for the next request.
        if matches!(self, Self::TooLarge { .. } | Self::Incomplete) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(told);
        response
    }
}

#[cfg(test)]
mod tests {
    use assay_api_model::{Constraint, Shape, Violation, check, inspector_scan, inspector2};

    use super::*;

    fn faults() -> Vec<Fault> {
        let text = || "text".to_owned();
        let retry_after = Duration::from_millis(1500);
        vec![
            Fault::field("name", "is taken"),
            Fault::BadRequest(text()),
            Fault::AccessDenied(text()),
            Fault::Signature(SignatureFault::ExpiredToken),
            Fault::SignIn,
            Fault::SignInCode,
            Fault::NotFound(text()),
            Fault::Conflict {
                message: text(),
                resource_id: text(),
                resource_type: text(),
            },
            Fault::QuotaExceeded {
                message: text(),
                resource_id: text(),
            },
            Fault::Throttled { retry_after },
            Fault::TooLarge { limit: 1 },
            Fault::Incomplete,
            Fault::NoRoute(NoRoute::Path),
            Fault::NoRoute(NoRoute::Method {
                methods: vec!["GET", "POST"],
            }),
            Fault::NoRoute(NoRoute::Label { label: "resourceArn" }),
            Fault::NotImplemented { operation: "Enable" },
            Fault::Unavailable {
                message: text(),
                retry_after,
            },
            Fault::internal("cause"),
        ]
    }

    #[test]
    fn faults_that_the_model_has_are_as_it_has_them() {
        let mut known = 0;
        for fault in faults() {
            let models = inspector2::API.faults.iter().chain(inspector_scan::API.faults);
            for model in models.filter(|model| model.name == fault.code()) {
                known += 1;
                assert_eq!(fault.status().as_u16(), model.status, "{fault}");
                assert_eq!(check(&fault.body(), model.shape), [], "{fault}");
                let has_header = |shape: &Shape| shape.member("retryAfterSeconds").is_some();
                assert_eq!(fault.retry_after().is_some(), has_header(model.shape), "{fault}");
            }
        }
        assert!(known > inspector2::API.faults.len() + inspector_scan::API.faults.len());
    }

    #[test]
    fn answers() {
        for (fault, status, code, retry_after) in [
            (
                Fault::Throttled {
                    retry_after: Duration::from_millis(1500),
                },
                429,
                "ThrottlingException",
                Some("2"),
            ),
            (
                Fault::internal("secret cause"),
                500,
                "InternalServerException",
                Some("1"),
            ),
            (
                Fault::NotImplemented { operation: "Enable" },
                501,
                "NotImplementedException",
                None,
            ),
        ] {
            assert!(!fault.message().contains("secret"));
            let response = fault.into_response();
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers()[ERROR_TYPE], code);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
            let header = response.headers().get(header::RETRY_AFTER);
            assert_eq!(header.map(|value| value.to_str().unwrap()), retry_after);
        }
    }

    #[test]
    fn violations_are_told_field_by_field() {
        let violation = |path: &str, constraint| Violation {
            path: path.to_owned(),
            constraint,
        };
        let fault = Fault::from(Rejection::Constraints {
            violations: vec![
                violation("name", Constraint::Required),
                violation("filterCriteria.severity[0].value", Constraint::Type("a text")),
            ],
        });
        assert_eq!(
            fault.body(),
            json!({
                "message": "2 constraints are broken: name must be given; filterCriteria.severity[0].value must be a text",
                "reason": "FIELD_VALIDATION_FAILED",
                "fields": [
                    {"name": "name", "message": "must be given"},
                    {"name": "filterCriteria.severity[0].value", "message": "must be a text"},
                ],
            })
        );
    }
}

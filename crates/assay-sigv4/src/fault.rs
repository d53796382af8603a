//! Why a request is refused, by AWS's names.

use jiff::Timestamp;
use thiserror::Error;

/// Why a request is not let in; each is one fault of AWS, with the text that a person needs.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// The request carries no signature at all.
    #[error("the request is not signed; send an `Authorization` header or a presigned query")]
    MissingAuthenticationToken,
    /// The parts of the signature are not all there, or do not have their form.
    #[error("{0}")]
    IncompleteSignature(String),
    /// The signature does not hold for this request, here and now.
    #[error("{0}")]
    InvalidSignature(Mismatch),
    /// The access key, or its session token, is not known. [`Claim::read`](crate::Claim::read) never gives it; whoever
    /// looks access keys up does.
    #[error("the access key or the session token is not known here")]
    UnrecognizedClient,
    /// The session token was good once. Given by whoever checks session tokens.
    #[error("the session token has expired; get new temporary credentials")]
    ExpiredToken,
    /// The signature leaves something open that it must cover, or the caller may not do this.
    #[error("{0}")]
    AccessDenied(String),
}

/// What it is in a request that its signature does not hold for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Mismatch {
    /// The computed signature is another.
    #[error(
        "the signature is not that of this request; check the secret access key, and that nothing between client and \
         service changes the method, host, path, query, signed headers or body"
    )]
    Signature,
    /// The request was signed too long ago.
    #[error("the signature is of {signed} and no longer good at {now}; check the client's clock")]
    Expired {
        /// When the request was signed.
        signed: Timestamp,
        /// The time here.
        now: Timestamp,
    },
    /// The request was signed in the future.
    #[error("the signature is of {signed} and not yet good at {now}; check the client's clock")]
    NotYetValid {
        /// When the request was signed.
        signed: Timestamp,
        /// The time here.
        now: Timestamp,
    },
    /// The scope's day is not that of the request's date.
    #[error("the credential is scoped to the day {scope} but the request is of {date}")]
    Date {
        /// The day of the scope.
        scope: String,
        /// The day of the request.
        date: String,
    },
    /// The scope is of another region.
    #[error("the credential is scoped to the region `{signed}`; this is `{served}`")]
    Region {
        /// The scope's region.
        signed: String,
        /// The region here.
        served: String,
    },
    /// The scope is of another service.
    #[error("the credential is scoped to the service `{signed}`; served here: {served}")]
    Service {
        /// The scope's service.
        signed: String,
        /// The services here.
        served: String,
    },
    /// `x-amz-content-sha256` states another digest than the body has.
    #[error("`x-amz-content-sha256` is not the digest of the body that arrived")]
    Body,
    /// `x-amz-content-sha256` says that the body is not signed, or signed in chunks.
    #[error("the body must be signed as a whole; `{0}` is not accepted by this service")]
    UnsignedBody(String),
    /// A header is named as signed but did not arrive.
    #[error("the header `{0}` is signed but did not arrive")]
    Header(String),
}

/// Which family of AWS protocols names the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// JSON protocols, as of Inspector.
    Json,
    /// Query and XML protocols, as of STS and EC2.
    Query,
}

impl Fault {
    /// AWS's name of the fault.
    ///
    /// Source: "Common error types" in the API references of Amazon Inspector and AWS STS.
    pub fn code(&self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::MissingAuthenticationToken, Dialect::Json) => "MissingAuthenticationTokenException",
            (Self::MissingAuthenticationToken, Dialect::Query) => "MissingAuthenticationToken",
            (Self::IncompleteSignature(_), Dialect::Json) => "IncompleteSignatureException",
            (Self::IncompleteSignature(_), Dialect::Query) => "IncompleteSignature",
            (Self::InvalidSignature(_), Dialect::Json) => "InvalidSignatureException",
            (Self::InvalidSignature(_), Dialect::Query) => "SignatureDoesNotMatch",
            (Self::UnrecognizedClient, Dialect::Json) => "UnrecognizedClientException",
            (Self::UnrecognizedClient, Dialect::Query) => "InvalidClientTokenId",
            (Self::ExpiredToken, Dialect::Json) => "ExpiredTokenException",
            (Self::ExpiredToken, Dialect::Query) => "ExpiredToken",
            (Self::AccessDenied(_), Dialect::Json) => "AccessDeniedException",
            (Self::AccessDenied(_), Dialect::Query) => "AccessDenied",
        }
    }

    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::IncompleteSignature(_) => 400,
            _ => 403,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_a_name_of_its_own() {
        let faults = [
            Fault::MissingAuthenticationToken,
            Fault::IncompleteSignature(String::new()),
            Fault::InvalidSignature(Mismatch::Signature),
            Fault::UnrecognizedClient,
            Fault::ExpiredToken,
            Fault::AccessDenied(String::new()),
        ];
        let mut names: Vec<&str> = faults
            .iter()
            .flat_map(|fault| [fault.code(Dialect::Json), fault.code(Dialect::Query)])
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 12);
    }
}

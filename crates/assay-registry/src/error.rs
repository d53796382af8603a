//! Why a registry could not be used, in words for people.

use thiserror::Error;

/// Names the registry or image, what was wrong, and what to do where something can be done.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// The text names no image.
    #[error("\"{text}\" names no image: {reason}; write REGISTRY/REPOSITORY[:TAG][@DIGEST]")]
    InvalidReference {
        /// What the user wrote.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No answer.
    #[error("the registry {registry} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        registry: String,
        /// What happened.
        reason: String,
    },
    /// The credentials are missing or wrong.
    #[error(
        "the registry {registry} does not let {who} read {what}; log in with `docker login {registry}`, or set ASSAY_REGISTRY_USERNAME and ASSAY_REGISTRY_PASSWORD"
    )]
    Unauthorised {
        /// Host and port.
        registry: String,
        /// Under which name we asked.
        who: String,
        /// What we asked for.
        what: String,
    },
    /// Credentials are configured and could not be had.
    #[error("the credentials for {registry} cannot be had: {reason}")]
    Credentials {
        /// Host and port.
        registry: String,
        /// What happened.
        reason: String,
    },
    /// The registry has no such thing.
    #[error("the registry {registry} has no {what}; check the name and the tag")]
    NotFound {
        /// Host and port.
        registry: String,
        /// What we asked for.
        what: String,
    },
    /// Any other refusal.
    #[error("the registry {registry} answers {status} to the request for {what}{reason}")]
    Refused {
        /// Host and port.
        registry: String,
        /// What we asked for.
        what: String,
        /// The HTTP status.
        status: u16,
        /// The registry's own words after a colon, or nothing.
        reason: String,
    },
    /// An answer that breaks the protocol.
    #[error("the registry {registry} sent {what} that cannot be used: {reason}")]
    Malformed {
        /// Host and port.
        registry: String,
        /// What we asked for.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The connection broke, again and again.
    #[error("the download of {what} from {registry} broke off: {reason}")]
    BrokeOff {
        /// Host and port.
        registry: String,
        /// What we asked for.
        what: String,
        /// What happened last.
        reason: String,
    },
    /// A local file could not be read or written.
    #[error("{file}: {source}")]
    File {
        /// Which file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
}

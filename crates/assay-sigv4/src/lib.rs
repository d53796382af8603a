//! AWS Signature Version 4: what a signed request claims, whether its signature holds, and signing requests.
//!
//! Verifying takes two steps, because the secret is found by what the request says of itself:
//!
//! 1. [`Claim::read`] reads a [`Request`] as it came over the wire and gives what it claims: access key, [`Scope`],
//!    session token. It refuses what cannot be right whoever signed it.
//! 2. The caller looks the access key up, checks the scope's region and service, and the session token if there is one.
//! 3. [`Claim::verify`] holds the signature against the [`SigningKey`] of that secret, at a time that the caller gives.
//!
//! Nothing here reads a clock, a file or a socket. Every refusal is a [`Fault`] with AWS's name for it.
//!
//! The traps of the domain, each handled in one place:
//!
//! - *Paths are escaped twice.* The client escapes the path for the wire, then, for every service but S3, escapes that
//!   again for the signature. `/tags/arn%3Aaws` is signed as `/tags/arn%253Aaws`. A path that a framework has decoded is
//!   of no use; neither is one that a proxy has tidied. Dot segments and repeated slashes are resolved before.
//! - *Queries are escaped once*, so they are decoded and escaped anew, and sorted by their escaped form: `-` sorts before
//!   `%5B` although it does not before `[`. A name without `=` is signed with one. A plain `+` is a space.
//! - *Headers are folded*: surrounding spaces go, inner runs become one space, repeated headers are joined by a comma in
//!   the order of their arrival. HTTP/2 has `:authority` in place of `host`: the caller hands it over as `host`.
//! - *What is not signed can be changed on the way.* `host` must be signed, the date, and every `x-amz-` header.
//! - *The body's digest is signed, not the body.* The digest of what arrived is used, never the one that a header states.
//!   `UNSIGNED-PAYLOAD` and the `STREAMING-` forms belong to S3 and are refused, or anyone could swap the body.
//! - *The date stands twice*, in the request and in the scope, and both must be one day, or a derived key outlives it.
//! - *Comparing signatures* takes the same time whatever differs.
//!
//! Source: AWS Identity and Access Management user guide, "AWS Signature Version 4 for API requests".

mod canonical;
mod claim;
mod digest;
mod escape;
mod fault;
mod fields;
mod key;
mod request;
mod scope;
mod sign;
mod time;

pub use claim::{Claim, Form};
pub use digest::BodyDigest;
pub use fault::{Dialect, Fault, Mismatch};
pub use key::{Credentials, SigningKey};
pub use request::Request;
pub use scope::Scope;
pub use sign::{SigningError, presign, sign};
pub use time::ALLOWED_SKEW;

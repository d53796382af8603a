//! Images where they are published: a client of the OCI distribution protocol.
//!
//! [`Connection::open`] finds out how a registry wants to be spoken to; then [`Connection::manifest`] gives documents
//! and [`Connection::download`] the bytes of a layer. Nothing here knows what a manifest says or what a layer holds.
//!
//! The traps of the domain, each handled in one place:
//!
//! - *Names*: `debian` is `docker.io/library/debian:latest`, and `docker.io` is served by `registry-1.docker.io` while
//!   its credentials stand under `https://index.docker.io/v1/`.
//! - *Authentication* is by challenge: a registry says who gives out tokens, or that it takes a user name and
//!   password itself. Tokens expire in the middle of a download. An *identity token* is no password: it is changed
//!   into an access token by a form of its own.
//! - *Redirects* lead to object stores that must not see the registry's credentials, refuse requests that carry them,
//!   and may not name a service that would like them. None leaves TLS.
//! - *What arrives is not to be trusted*: documents are bounded and held to their digest, a blob to its stated size;
//!   whoever reads the blob holds it to its digest.
//! - A broken download goes on where it broke off, and starts anew where the server does not know ranges. One that
//!   gets nowhere, or only a byte at a time, ends.
//!
//! Source: OCI distribution specification 1.1; Docker registry token authentication.

mod certificates;
mod connection;
mod credentials;
mod download;
mod ecr;
mod error;
mod listing;
mod options;
mod reference;
mod referrers;
mod token;

pub use connection::{Connection, Document};
pub use error::RegistryError;
pub use listing::repositories;
pub use options::{ConnectOptions, Credentials};
pub use reference::ImageReference;
pub use referrers::Referrer;

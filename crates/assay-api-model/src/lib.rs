//! The operations and shapes of Amazon Inspector's API (`inspector2`, `inspector-scan`), generated from its public
//! service models.
//!
//! Each operation is a type, as [`inspector2::ListFindings`], that knows its request, its answer and its table
//! ([`Call`]). A service finds the operation with a [`Router`], reads the request with [`read`] and writes the answer with
//! [`answer`] or [`answer_fault`]; a client writes the request with [`write()`]. Every shape is there twice: as a Rust type, and
//! as a [`Shape`] that tells its constraints, which [`check`] and [`Validate`] hold documents against.
//!
//! The traps of the domain, each handled in one place:
//!
//! - *Paths are split before they are decoded.* The ARN in `/tags/{resourceArn}` holds slashes, escaped as `%2F`.
//! - *Requests come in parts*: labels, query and body make one document, and the body cannot override the path.
//! - *Everything that is wrong is told at once*, with its place. Types that fail at the first missing member cannot do
//!   that, so documents are checked before types are made of them.
//! - *Requests are closed, answers are open*: an unknown value in a request is refused; in an answer it is kept
//!   ([`Open`]), since later services know more values. Unknown members are passed over on both sides.
//! - *`null` is absence*, except in lists, where it is an error. A union has exactly one member that is not `null`.
//! - *Times are numbers*, seconds with a fraction, but in a few shapes RFC 3339 texts ([`EpochSeconds`], [`DateTime`]).
//! - *Lengths are in characters*, of bytes after base 64 is undone. Patterns match whole texts, in ASCII's sense of digits
//!   and spaces ([`Pattern`]).
//! - *Violations and debug output show no values*: some are access tokens ([`Secret`]).
//! - *A fault is known by the header `x-amzn-errortype`*, not by its body; its `Retry-After` is a header too.
//!
//! `inspector2` and `inspector_scan` are written by `cargo xtask codegen --model DATA`, where `DATA` is the folder `data` of
//! the `botocore` package. They hold names, types and constraints of the model, and none of its prose.
//!
//! Sources: the service models of botocore; Smithy 2.0 specification (constraint traits, HTTP bindings, AWS restJson1).

mod blob;
mod check;
mod enumeration;
mod escape;
#[allow(
    clippy::large_enum_variant,
    reason = "unions travel one at a time, and boxes would be in everybody's way"
)]
pub mod inspector2;
#[allow(clippy::large_enum_variant, reason = "as above")]
pub mod inspector_scan;
mod message;
mod open;
mod operation;
mod pattern;
#[cfg(test)]
mod round_trip;
mod route;
mod secret;
mod shape;
mod time;
mod union;
mod violation;

pub use blob::Blob;
pub use check::{Validate, check};
pub use enumeration::{Enumeration, UnknownValue};
pub use escape::query_pairs;
pub use message::{
    Answer, FaultShape, Outgoing, Rejection, answer, answer_fault, decode, document_of, read, write,
};
pub use open::Open;
pub use operation::{Call, Fault, Method, Operation, Pagination, Repetition, Retry, Service, Side};
pub use pattern::Pattern;
pub use route::{Ambiguity, NoRoute, Route, Router};
pub use secret::Secret;
pub use shape::{
    Disclosure, List, Location, Map, Member, Presence, Range, Shape, Shaped, Structure, StructureKind, Text,
};
pub use time::{DateTime, EpochSeconds};
pub use violation::{Constraint, Violation};

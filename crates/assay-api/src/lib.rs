//! The HTTP shell of the service, around whatever handles its operations.
//!
//! A [`Registry`] collects typed handlers of the operations of `assay-api-model`; a [`Shell`] puts signatures, limits,
//! faults, the call log and figures around them, and takes routes of our own below `/assay/v1`; a [`Server`] serves what
//! comes of it. What is kept elsewhere is asked through traits: [`Identities`], [`CallLog`], [`Readiness`]. No business rule
//! lives here.
//!
//! The way of a request:
//!
//! 1. It gets an id and a task of its own, so that a client that goes away leaves neither half a change nor no record.
//! 2. Its raw path leads to an operation, which says how large its body may be and which service it is signed for.
//! 3. Its head is read: who does it say that it is from? What nobody can have signed is refused before the body is read.
//! 4. The body is read in the time and room that there is, and the signature held against all of it.
//! 5. Document, permission and constraints are checked; the handler gets its typed input.
//! 6. What comes of it is answered, counted, and handed to the call log.
//!
//! The traps of the domain, each handled in one place:
//!
//! - *Frameworks decode paths*, and signatures cover what came over the wire: operations are routed by the raw path.
//! - *Bodies are trusted late.* They are bounded in size, time and room for all of them together before they are hashed.
//! - *Hashing and parsing megabytes blocks*; beyond some hundred kilobytes it is done off the runtime's threads.
//! - *Memory hangs on [`Limits`] alone*: every table, queue and cache has its size there or beside it.

mod arrive;
mod authenticate;
mod blocking;
mod body;
mod call_log;
mod caller;
mod clock;
mod coverage;
mod cursor;
mod dispatch;
mod fault;
mod health;
mod limits;
mod metrics;
mod neighbour;
mod registry;
mod server;
mod session;
mod shell;
mod sign_in;
mod throttle;
mod tls;
mod trace;

pub use assay_identity::{Cause, Identities, KeyRecord, Pending, UserRecord};
pub use body::BodySize;
pub use call_log::{
    CallLog, CallRecord, FileCallLog, FileLimits, SessionAttributes, SessionContext, UserIdentity,
};
pub use caller::Caller;
pub use clock::Clock;
pub use coverage::api_coverage;
pub use cursor::{Cursors, Pages};
pub use fault::{Fault, Field, ValidationReason};
pub use health::Readiness;
pub use limits::{Limits, Rate};
pub use metrics::{Figures, Metrics};
pub use neighbour::{Invalid, NeighbourService, Neighbours, Protocol, Regions};
pub use registry::{Operations, RegisteredTwice, Registry};
pub use server::{Drained, ServeError, Server, Transport};
pub use session::SessionCredentials;
pub use shell::{Parts, Shell, ShellError, Surface};
pub use tls::{Tls, TlsError};
pub use trace::Logged;

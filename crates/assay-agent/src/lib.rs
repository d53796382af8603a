//! What an agent keeps, watches and reports of the host that it runs on.
//!
//! * *Two processes.* One waits, for minutes or until packages or containers change, and holds next to nothing. For each report it
//!   starts another of the same program, which reads the host, tells the service and ends: its memory goes back whole, and
//!   a file that makes it fail fails one report.
//! * *The service never decides what runs.* It answers whether a report was taken, which directories are watched, how often the
//!   host is read, and keys.
//! * *Nothing is lost.* What the service did not take is kept in a file, one report: the next supersedes it, for a report is
//!   all that the host has. What has not changed since is confirmed by its digest only.

mod digest;
mod enrolment;
mod host;
mod report;
mod running;
mod schedule;
mod state;
mod watch;

pub use enrolment::{EnrolmentError, EnrolmentToken, enrol};
pub use host::{Addresses, addresses, host_id};
pub use report::{Report, ReportError, Reporter, Taken};
pub use running::{Agent, Listener, Outdated, Running, running};
pub use schedule::{Due, Schedule};
pub use state::{Identity, Settings, State, StateError, USUAL_INTERVAL};
pub use watch::{Changed, Watch, Woken, package_databases};

//! The log of API calls: who did what, when, from where, and what came of it.

mod file;
mod record;
mod redact;

pub use file::{FileCallLog, FileLimits};
pub use record::{CallRecord, SessionAttributes, SessionContext, UserIdentity};
pub(crate) use redact::redact;

use std::sync::Arc;

use assay_identity::{Cause, Pending};

/// Takes records of calls.
///
/// The answer to a call waits for its record to be taken: whoever takes them decides what that means, and slows callers
/// down rather than lose records.
pub trait CallLog: Send + Sync + 'static {
    /// Takes a record. A failure is told to the service's own log and does not change what the caller is told, since the
    /// call has been done.
    fn append(&self, record: CallRecord) -> Pending<'_, Result<(), Cause>>;
}

/// A log that somebody else holds, too, as to see it flushed.
impl<L: CallLog> CallLog for Arc<L> {
    fn append(&self, record: CallRecord) -> Pending<'_, Result<(), Cause>> {
        self.as_ref().append(record)
    }
}

/// Several logs that each take every record.
impl CallLog for Vec<Box<dyn CallLog>> {
    fn append(&self, record: CallRecord) -> Pending<'_, Result<(), Cause>> {
        Box::pin(async move {
            let mut taken = Ok(());
            for log in self {
                taken = taken.and(log.append(record.clone()).await);
            }
            taken
        })
    }
}

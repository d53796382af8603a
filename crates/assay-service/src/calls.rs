//! The log of calls as the store keeps it, written behind in batches.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use assay_api::{CallLog, CallRecord};
use assay_identity::{Cause, Pending};
use assay_store::{Database, StoredCall};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

/// Records that wait to be kept; callers wait once there are so many, unless the store does not answer.
const ROOM: usize = 4096;

/// Records of one transaction.
const BATCH: usize = 500;

/// How long to wait before what could not be kept is tried again.
const PAUSE: Duration = Duration::from_millis(500);

enum Message {
    Record(Box<StoredCall>),
    Flush(oneshot::Sender<()>),
}

/// Takes records of calls and keeps them in the store. While that is full or away they wait; those that find no room then go
/// to the service's own log, so that who only reads need not wait as well.
#[derive(Clone, Debug)]
pub struct StoredCalls {
    sender: mpsc::Sender<Message>,
    /// Whether the store takes nothing for now.
    is_stuck: Arc<AtomicBool>,
}

/// A record found no room.
#[derive(Clone, Copy, Debug, Error)]
#[error(
    "the store takes no records of calls for now, and too many wait; this one is in the service's log alone"
)]
struct NoRoom;

impl StoredCalls {
    /// Starts the task that keeps them. It ends after the last clone is gone and everything is kept.
    pub fn start(database: Database) -> StoredCalls {
        let (sender, receiver) = mpsc::channel(ROOM);
        let is_stuck = Arc::new(AtomicBool::new(false));
        tokio::spawn(keep(database, receiver, Arc::clone(&is_stuck)));
        StoredCalls { sender, is_stuck }
    }

    /// Waits until everything that was taken is kept.
    pub async fn flush(&self) {
        let (done, kept) = oneshot::channel();
        // A task that is gone has nothing left to keep.
        if self.sender.send(Message::Flush(done)).await.is_ok() {
            let _ = kept.await;
        }
    }
}

impl CallLog for StoredCalls {
    fn append(&self, record: CallRecord) -> Pending<'_, Result<(), Cause>> {
        Box::pin(async move {
            let call = stored(&record)?;
            if self.is_stuck.load(Ordering::Relaxed) && self.sender.capacity() == 0 {
                tracing::error!(record = call.record, "a record of a call finds no room");
                return Err(NoRoom.into());
            }
            Ok(self.sender.send(Message::Record(Box::new(call))).await?)
        })
    }
}

fn stored(record: &CallRecord) -> Result<StoredCall, serde_json::Error> {
    let identity = &record.user_identity;
    Ok(StoredCall {
        id: 0,
        account: record.recipient_account_id.clone().unwrap_or_default(),
        region: record.aws_region.clone(),
        person: identity.user_name.clone().unwrap_or_default(),
        access_key: identity.access_key_id.clone().unwrap_or_default(),
        operation: record.event_name.clone(),
        outcome: record.error_code.clone().unwrap_or_default(),
        at: record.event_time.as_microsecond(),
        record: serde_json::to_string(record)?,
    })
}

async fn keep(database: Database, mut messages: mpsc::Receiver<Message>, is_stuck: Arc<AtomicBool>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while messages.recv_many(&mut waiting, BATCH).await > 0 {
        let mut calls = Vec::with_capacity(waiting.len());
        let mut flushes = Vec::new();
        for message in waiting.drain(..) {
            match message {
                Message::Record(call) => calls.push(*call),
                Message::Flush(done) => flushes.push(done),
            }
        }
        keep_all(&database, &calls, &is_stuck).await;
        for done in flushes {
            // Whoever asked may have gone.
            let _ = done.send(());
        }
    }
}

/// Keeps calls, however long the store needs. What it will never take goes to the service's own log instead.
async fn keep_all(database: &Database, calls: &[StoredCall], is_stuck: &AtomicBool) {
    if calls.is_empty() {
        return;
    }
    loop {
        match database.keep_calls(calls).await {
            Ok(()) => {
                is_stuck.store(false, Ordering::Relaxed);
                return;
            }
            Err(error) if error.is_passing() => {
                is_stuck.store(true, Ordering::Relaxed);
                tracing::warn!(%error, calls = calls.len(), "records of calls wait for the store");
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                for call in calls {
                    tracing::error!(%error, record = call.record, "a record of a call cannot be kept");
                }
                return;
            }
        }
    }
}

//! What time alone does.

use crate::{engine::Engine, error::Result};

const HOUR: i64 = 3600 * 1_000_000;
const DAY: i64 = 24 * HOUR;

/// How long closed findings are kept.
const CLOSED: i64 = 30 * DAY;
/// How long what a resource had is kept after it is gone.
const GONE: i64 = 3 * DAY;
/// How long what was found in an image is kept after the image is not monitored any more.
const EXPIRED: i64 = 3 * DAY;
/// How long what was found is kept after its type of scan was turned off.
const DISABLED: i64 = DAY;
/// After how long without an inventory a host is stale, in microseconds.
pub const STALE: i64 = 7 * DAY;
/// How long images count as running where somebody told so and tells nothing any more.
const SILENT: i64 = 36 * HOUR;
/// How long calls, attempts and inventories that nobody has any more are kept.
const UNUSED: i64 = 90 * DAY;

impl Engine {
    /// Does what is due by now: usage is counted, rules end, what is kept long enough is forgotten, hosts that are silent are stale and use no images,
    /// images and functions that nobody has to do with are not monitored any more, nor machine images that are not selected, and operating systems come to their end.
    ///
    /// # Errors
    ///
    /// When the database does not answer; nothing is lost, it is due still.
    pub async fn tick(&self) -> Result<()> {
        let now = self.now();
        let cause = self.cause("CLOCK", String::new());
        let late = self.database.heed_clock(now).await?;
        if late > 0 {
            tracing::warn!(
                jobs = late,
                "the clock went back; jobs that would be due later are due now"
            );
        }
        self.database.meter(now).await?;
        self.database.expire_filters(&cause).await?;
        self.database.note_matching_filters(now).await?;
        self.database.forget_closed(now - CLOSED, now).await?;
        self.database.forget_gone(now - GONE, now).await?;
        self.database.expire_images(&cause).await?;
        self.database.expire_functions(&cause).await?;
        self.database.select_machine_images(&cause).await?;
        self.database.forget_expired(now - EXPIRED, now).await?;
        self.database.forget_disabled(now - DISABLED, now).await?;
        self.database.mark_stale(now - STALE).await?;
        self.database.forget_silent(now - SILENT).await?;
        self.database.forget_unused(now - UNUSED).await?;
        let current = self.intelligence.current();
        let systems = self.database.operating_systems().await?;
        match self.bring_up(&current, &systems, &cause).await {
            // A generation is being put in force; its roll-out looks at them too.
            Err(error) if error.is_passing() => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

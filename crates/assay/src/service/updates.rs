//! Keeping the intelligence up to date by itself.

use std::{path::PathBuf, sync::Arc, time::Duration};

use assay_engine::Intelligence;
use assay_feeds::{Place, Silent};
use assay_store::Database;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::intelligence::compile;

/// Fetches and compiles feeds again and again, and puts what is new in force. What fails is tried again the next time;
/// whatever is in force stays.
pub(crate) async fn keep_up_to_date(
    database: Database,
    intelligence: Arc<Intelligence>,
    wake: Arc<Notify>,
    feeds: String,
    file: PathBuf,
    every: Duration,
) {
    loop {
        let (place, target) = (Place::parse(&feeds), file.clone());
        let compiled = tokio::task::spawn_blocking(move || compile(&place, &target, &Silent)).await;
        match compiled {
            Ok(Ok(_)) => {
                let now = Timestamp::now().as_microsecond();
                match intelligence.take(&database, &file, now).await {
                    Ok(current) => {
                        tracing::info!(
                            generation = current.index.generation(),
                            "intelligence is up to date"
                        );
                        wake.notify_one();
                    }
                    Err(error) => tracing::error!(%error, "new intelligence is not put in force"),
                }
            }
            Ok(Err(error)) => tracing::warn!(error = format!("{error:#}"), "the intelligence stays as it is"),
            Err(error) => tracing::error!(%error, "compiling the intelligence was broken off"),
        }
        // Many services that were started together do not ask together for ever.
        let spread = u64::from(std::process::id() % 60);
        tokio::time::sleep(every + Duration::from_secs(spread)).await;
    }
}

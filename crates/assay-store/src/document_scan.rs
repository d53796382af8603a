//! How many bills of materials were scanned on which day without being kept, as pipelines do. They are counted as calls are
//! kept, so that a scan writes nothing itself.

use std::collections::BTreeMap;

use sqlx::Row;

use crate::{
    call::StoredCall,
    database::{Database, Writing},
    error::Result,
    finding::count::DAY,
    statement::{bound, statement},
};

/// The operation that scans them.
const SCAN: &str = "ScanSbom";

impl Database {
    /// How many there were on each day from one to another, both in days since 1970; days without any are left out.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn document_scans(
        &self,
        account: &str,
        region: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<(i64, i64)>> {
        let select = statement(
            "SELECT day, scans FROM document_scan \
             WHERE account = $1 AND region = $2 AND day >= $3 AND day <= $4 ORDER BY day",
            bound![account, region, from, to],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }
}

/// Counts those among some calls that were answered.
pub(crate) async fn count(writing: &mut Writing, calls: &[StoredCall]) -> Result<()> {
    // In order, so that two who count wait for each other one way only.
    let mut days: BTreeMap<(&str, &str, i64), i64> = BTreeMap::new();
    for call in calls {
        if call.operation == SCAN && call.outcome.is_empty() {
            *days
                .entry((&call.account, &call.region, call.at / DAY))
                .or_default() += 1;
        }
    }
    for ((account, region, day), scans) in days {
        writing
            .run(&statement(
                "INSERT INTO document_scan (account, region, day, scans) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (account, region, day) DO UPDATE SET scans = document_scan.scans + excluded.scans",
                bound![account, region, day, scans],
            ))
            .await?;
    }
    Ok(())
}

//! Within how many days findings are to be fixed, as each account has it.

use sqlx::Row;

use crate::{
    database::Database,
    error::Result,
    finding::ScopeId,
    statement::{bound, statement},
};

impl Database {
    /// The days for each severity, in the order of their numbers; `None` where no limit was ever set.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn service_levels(&self, scope: ScopeId) -> Result<Option<[Option<i64>; 6]>> {
        let select = statement(
            "SELECT severity, days FROM service_level WHERE scope = $1",
            bound![scope.0],
        );
        let rows = self.rows(&select).await?;
        let mut levels = [None; 6];
        for row in &rows {
            let severity: i64 = row.try_get(0)?;
            let days: i64 = row.try_get(1)?;
            if let Some(level) = usize::try_from(severity).ok().and_then(|at| levels.get_mut(at)) {
                *level = (days >= 0).then_some(days);
            }
        }
        Ok((!rows.is_empty()).then_some(levels))
    }

    /// Sets them, all at once; `None` for no limit.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_service_levels(&self, scope: ScopeId, levels: [Option<i64>; 6]) -> Result<()> {
        let mut writing = self.write().await?;
        for (severity, days) in (0..).zip(levels) {
            writing
                .run(&statement(
                    "INSERT INTO service_level (scope, severity, days) VALUES ($1, $2, $3) \
                     ON CONFLICT (scope, severity) DO UPDATE SET days = excluded.days",
                    bound![scope.0, severity, days.unwrap_or(-1)],
                ))
                .await?;
        }
        writing.commit().await
    }
}

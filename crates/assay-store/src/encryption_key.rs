//! Keys that whoever uses the service chose.

use sqlx::Row;

use crate::{
    database::Database,
    error::Result,
    finding::ScopeId,
    statement::{bound, statement},
};

impl Database {
    /// The key for one type of scan of one type of resource; `None` for that of the service.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn encryption_key(
        &self,
        scope: ScopeId,
        scan_type: &str,
        resource_type: &str,
    ) -> Result<Option<String>> {
        let select = statement(
            "SELECT key FROM encryption_key WHERE scope = $1 AND scan_type = $2 AND resource_type = $3",
            bound![scope.0, scan_type, resource_type],
        );
        Ok(match self.row(&select).await? {
            Some(row) => Some(row.try_get(0)?),
            None => None,
        })
    }

    /// Sets the key, or with `None` takes that of the service again; tells whether there was one.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_encryption_key(
        &self,
        scope: ScopeId,
        scan_type: &str,
        resource_type: &str,
        key: Option<&str>,
    ) -> Result<bool> {
        let mut writing = self.write().await?;
        let had = writing
            .run(&statement(
                "DELETE FROM encryption_key WHERE scope = $1 AND scan_type = $2 AND resource_type = $3",
                bound![scope.0, scan_type, resource_type],
            ))
            .await?;
        if let Some(key) = key {
            writing
                .run(&statement(
                    "INSERT INTO encryption_key (scope, scan_type, resource_type, key) VALUES ($1, $2, $3, $4)",
                    bound![scope.0, scan_type, resource_type, key],
                ))
                .await?;
        }
        writing.commit().await?;
        Ok(had > 0)
    }
}

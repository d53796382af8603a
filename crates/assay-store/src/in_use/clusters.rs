//! In which clusters images run.

use sqlx::Row;

use super::Workload;
use crate::{
    database::Database,
    error::Result,
    finding::{ResourceId, ScopeId},
    statement::Statement,
};

/// That an image runs in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterUse {
    /// The ARN of the cluster.
    pub cluster: String,
    /// What runs it.
    pub workload: Workload,
    /// How many containers.
    pub containers: i64,
    /// When that was last told, in microseconds since 1970.
    pub told_at: i64,
}

impl Database {
    /// In which clusters images of some scopes run, as their nodes tell or they themselves, in order of clusters and workloads.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn clusters_of(&self, scopes: &[ScopeId], images: &[ResourceId]) -> Result<Vec<ClusterUse>> {
        if images.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Statement::new(
            "SELECT t.cluster, r.namespace, r.workload_type, r.workload, CAST(SUM(r.containers) AS BIGINT) AS containers, \
             MAX(t.told_at) AS told_at FROM (SELECT DISTINCT d.image FROM attribute a CROSS JOIN run_digest d WHERE a.resource IN ",
        );
        select.bind_list(images.iter().map(|image| image.0));
        select.push(&format!(
            " AND {}) u CROSS JOIN run r CROSS JOIN teller t \
             WHERE r.image = u.image AND t.id = r.teller AND t.is_counted = 1 AND t.cluster <> '' AND t.scope IN ",
            super::count::is()
        ));
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(
            " GROUP BY t.cluster, r.namespace, r.workload_type, r.workload \
             ORDER BY t.cluster, r.namespace, r.workload_type, r.workload",
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(ClusterUse {
                    cluster: row.try_get("cluster")?,
                    workload: Workload {
                        namespace: row.try_get("namespace")?,
                        kind: row.try_get("workload_type")?,
                        name: row.try_get("workload")?,
                    },
                    containers: row.try_get("containers")?,
                    told_at: row.try_get("told_at")?,
                })
            })
            .collect()
    }
}

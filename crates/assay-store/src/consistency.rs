//! Whether the database says the same thing in all the places where it says something twice.

use sqlx::Row;

use crate::{database::Database, error::Result, in_use::COUNTED_WRONGLY, statement::Statement};

/// What must not be, each as a name and a statement whose rows tell of it.
const RULES: [(&str, &str); 13] = [
    COUNTED_WRONGLY,
    (
        "a verdict's findings are counted wrongly",
        "SELECT n.scope, n.status, n.verdict FROM (SELECT scope, status, verdict, findings FROM tally \
         UNION ALL SELECT scope, status, verdict, -1 FROM finding) n \
         GROUP BY n.scope, n.status, n.verdict HAVING SUM(n.findings) <> 0",
    ),
    (
        "a change has a number that is still to be given",
        "SELECT s.id, s.next_change, c.sequence FROM scope s JOIN change c ON c.scope = s.id \
         AND c.sequence >= s.next_change",
    ),
    (
        "a finding is not as its last change says",
        "SELECT f.scope, f.id, c.sequence FROM finding f JOIN change c ON c.finding = f.id AND c.sequence = \
         (SELECT MAX(x.sequence) FROM change x WHERE x.finding = f.id) WHERE c.status <> f.status",
    ),
    (
        "a finding has a verdict of another vulnerability or type of resource",
        "SELECT f.scope, f.id, f.verdict FROM finding f JOIN resource r ON r.id = f.resource \
         LEFT JOIN verdict d ON d.id = f.verdict AND d.vulnerability = f.vulnerability AND d.resource_type = r.type \
         WHERE d.id IS NULL",
    ),
    (
        "an open finding has no package",
        "SELECT f.scope, f.id, f.resource FROM finding f JOIN resource r ON r.id = f.resource WHERE f.status <> 3 \
         AND NOT EXISTS (SELECT 1 FROM inventory_subject i JOIN subject_match m ON m.subject = i.subject \
           WHERE i.inventory = r.assessed_inventory AND m.vulnerability = f.vulnerability AND m.gone = 0)",
    ),
    (
        "a resource has a vulnerability and no finding",
        "SELECT r.scope, r.id, m.vulnerability FROM resource r JOIN inventory_subject i \
         ON i.inventory = r.assessed_inventory JOIN subject_match m ON m.subject = i.subject AND m.gone = 0 \
         WHERE r.state IN ('ACTIVE', 'STOPPED', 'DISABLING') AND r.frequency <> 'SCAN_ON_PUSH' AND NOT EXISTS (SELECT 1 FROM finding f \
           WHERE f.resource = r.id AND f.vulnerability = m.vulnerability AND f.retired = 0 AND f.status <> 3)",
    ),
    (
        "a resource's active findings are counted wrongly",
        "SELECT n.resource, n.severity, CAST(SUM(n.findings) AS BIGINT) FROM (\
           SELECT resource, 0 AS severity, untriaged AS findings FROM resource_tally \
           UNION ALL SELECT resource, 1, informational FROM resource_tally \
           UNION ALL SELECT resource, 2, low FROM resource_tally \
           UNION ALL SELECT resource, 3, medium FROM resource_tally \
           UNION ALL SELECT resource, 4, high FROM resource_tally \
           UNION ALL SELECT resource, 5, critical FROM resource_tally \
           UNION ALL SELECT f.resource, d.severity, -1 FROM finding f JOIN verdict d ON d.id = f.verdict WHERE f.status = 1) n \
         GROUP BY n.resource, n.severity HAVING SUM(n.findings) <> 0",
    ),
    (
        "a finding is not in the layers of its packages",
        "SELECT n.finding, n.severity, CAST(SUM(n.number) AS BIGINT) FROM (\
           SELECT finding, layer, severity, -1 AS number FROM finding_layer \
           UNION ALL SELECT DISTINCT f.id, e.layer, d.severity, 1 FROM finding f JOIN verdict d ON d.id = f.verdict \
           JOIN resource r ON r.id = f.resource JOIN inventory_subject i ON i.inventory = r.assessed_inventory \
           JOIN subject_match m ON m.subject = i.subject AND m.vulnerability = f.vulnerability AND m.gone = 0 \
           JOIN evidence_layer e ON e.evidence = i.evidence \
           WHERE f.status = 1 AND r.type IN ('AWS_ECR_CONTAINER_IMAGE', 'AWS_LAMBDA_FUNCTION')) n \
         GROUP BY n.finding, n.layer, n.severity HAVING SUM(n.number) <> 0",
    ),
    (
        "a layer's active findings are counted wrongly",
        "SELECT n.resource, n.severity, CAST(SUM(n.findings) AS BIGINT) FROM (\
           SELECT resource, layer, 0 AS severity, untriaged AS findings FROM layer_tally \
           UNION ALL SELECT resource, layer, 1, informational FROM layer_tally \
           UNION ALL SELECT resource, layer, 2, low FROM layer_tally \
           UNION ALL SELECT resource, layer, 3, medium FROM layer_tally \
           UNION ALL SELECT resource, layer, 4, high FROM layer_tally \
           UNION ALL SELECT resource, layer, 5, critical FROM layer_tally \
           UNION ALL SELECT resource, layer, severity, -1 FROM finding_layer) n \
         GROUP BY n.resource, n.layer, n.severity HAVING SUM(n.findings) <> 0",
    ),
    (
        "the days do not add up to what is active",
        "SELECT n.scope, n.severity, CAST(SUM(n.findings) AS BIGINT) FROM (\
           SELECT scope, severity, active AS findings FROM trend \
           UNION ALL SELECT f.scope, d.severity, -1 FROM finding f JOIN verdict d ON d.id = f.verdict WHERE f.status = 1) n \
         GROUP BY n.scope, n.severity HAVING SUM(n.findings) <> 0",
    ),
    (
        "active findings are counted under a day that they were not first observed on",
        "SELECT n.scope, n.severity, n.opened_on FROM (\
           SELECT scope, severity, opened_on, findings FROM span WHERE closed_on = -1 \
           UNION ALL SELECT f.scope, d.severity, f.first_observed_at / 86400000000, -1 \
           FROM finding f JOIN verdict d ON d.id = f.verdict WHERE f.status = 1) n \
         GROUP BY n.scope, n.severity, n.opened_on HAVING SUM(n.findings) <> 0",
    ),
    (
        "a verdict's packages are not those of its findings",
        "SELECT n.finding, n.verdict, CAST(SUM(n.number) AS BIGINT) FROM (\
           SELECT DISTINCT f.id AS finding, f.verdict AS verdict, p.name AS package, 1 AS number FROM finding f \
           JOIN resource r ON r.id = f.resource JOIN inventory_subject i ON i.inventory = r.assessed_inventory \
           JOIN subject_match m ON m.subject = i.subject AND m.vulnerability = f.vulnerability AND m.gone = 0 \
           JOIN subject p ON p.id = m.subject WHERE f.status <> 3 \
           UNION ALL SELECT f.id, f.verdict, x.package, -1 FROM finding f JOIN verdict_package x ON x.verdict = f.verdict \
           WHERE f.status <> 3) n \
         GROUP BY n.finding, n.verdict, n.package HAVING SUM(n.number) <> 0",
    ),
];

impl Database {
    /// Looks for contradictions, through everything that there is; gives each in a line, at most ten of a kind.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn contradictions(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (name, text) in RULES {
            for row in self.rows(&Statement::new(&format!("{text} LIMIT 10"))).await? {
                let (a, b, c): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                found.push(format!("{name}: {a}, {b}, {c}"));
            }
        }
        Ok(found)
    }
}

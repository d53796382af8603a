//! Whether the database says the same thing in all the places where it says something twice.

use sqlx::Row;

use crate::{database::Database, error::Result, statement::Statement};

/// What must not be, each as a name and a statement whose rows tell of it.
const RULES: [(&str, &str); 6] = [
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
         WHERE r.state IN ('ACTIVE', 'STOPPED', 'DISABLING') AND NOT EXISTS (SELECT 1 FROM finding f \
           WHERE f.resource = r.id AND f.vulnerability = m.vulnerability AND f.retired = 0 AND f.status <> 3)",
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

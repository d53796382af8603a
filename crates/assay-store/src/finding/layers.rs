//! Keeping which layers of images and functions the packages of findings are in, and how many findings each layer has.

use super::{
    count::{SEVERITIES, added, by_severity},
    settle::Touched,
};
use crate::{database::Writing, error::Result, statement::Statement};

/// Types of resources that consist of layers.
const LAYERED: &str = "('AWS_ECR_CONTAINER_IMAGE', 'AWS_LAMBDA_FUNCTION')";

/// Looks the layers of what changed up anew, and of everything in resources whose inventories were taken up: the same
/// packages may have come to be in other layers.
pub(crate) async fn keep(writing: &mut Writing, touched: Option<Touched>) -> Result<()> {
    writing.empty(&["layered"]).await?;
    let mut some = writing
        .run(&Statement::new(&format!(
            "INSERT INTO layered (finding) SELECT c.finding FROM changed c CROSS JOIN finding f CROSS JOIN verdict d \
             WHERE f.id = c.finding AND d.id = f.verdict AND d.resource_type IN {LAYERED}"
        )))
        .await?;
    if touched == Some(Touched::Resources) {
        some += writing
            .run(&Statement::new(&format!(
                "INSERT INTO layered (finding) SELECT f.id FROM touched t CROSS JOIN resource r CROSS JOIN finding f \
                 WHERE r.id = t.id AND r.type IN {LAYERED} AND f.resource = r.id AND f.retired = 0 AND f.status = 1 \
                 ON CONFLICT DO NOTHING"
            )))
            .await?;
    }
    if some == 0 {
        return Ok(());
    }
    take_away(writing).await?;
    writing.run_text(LOOK_UP).await?;
    add(writing, "").await
}

/// The layers of the active ones among the findings in the working table `layered`: from the few packages that have a
/// vulnerability to those that the resource has, not through all of these.
pub(crate) const LOOK_UP: &str = "INSERT INTO finding_layer (finding, layer, resource, severity) \
     SELECT DISTINCT f.id, e.layer, f.resource, d.severity FROM layered l CROSS JOIN finding f CROSS JOIN resource r \
     CROSS JOIN verdict d CROSS JOIN subject_match m CROSS JOIN inventory_subject i CROSS JOIN evidence_layer e \
     WHERE f.id = l.finding AND f.status = 1 AND r.id = f.resource AND d.id = f.verdict \
     AND m.vulnerability = f.vulnerability AND m.gone = 0 AND i.inventory = r.assessed_inventory \
     AND i.subject = m.subject AND e.evidence = i.evidence";

/// Forgets the layers of findings that are about to be forgotten.
pub(crate) async fn forget(writing: &mut Writing, which: &[i64]) -> Result<()> {
    writing.empty(&["layered"]).await?;
    let mut some = Statement::new(
        "INSERT INTO layered (finding) SELECT DISTINCT x.finding FROM finding_layer x WHERE x.finding IN ",
    );
    some.bind_list(which.iter().copied());
    match writing.run(&some).await? {
        0 => Ok(()),
        _ => take_away(writing).await,
    }
}

async fn take_away(writing: &mut Writing) -> Result<()> {
    add(writing, "-").await?;
    writing
        .run_text("DELETE FROM finding_layer WHERE finding IN (SELECT finding FROM layered)")
        .await
}

/// Adds what the findings in `layered` have to the count, or with `-` takes it away.
pub(crate) async fn add(writing: &mut Writing, sign: &str) -> Result<()> {
    writing
        .run_text(&format!(
            "INSERT INTO layer_tally (resource, layer, {}) SELECT x.resource, x.layer, {} \
             FROM layered l CROSS JOIN finding_layer x WHERE x.finding = l.finding GROUP BY x.resource, x.layer \
             ON CONFLICT (resource, layer) DO UPDATE SET {}",
            SEVERITIES.join(", "),
            by_severity("x.severity", &format!("{sign}1")).join(", "),
            added("layer_tally", &SEVERITIES),
        ))
        .await
}

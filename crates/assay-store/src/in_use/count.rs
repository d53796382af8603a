//! How many containers run an image, kept with the image as it runs and with the images of registries that it is.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;

use super::{RunImage, ids, rules};
use crate::{
    database::Writing,
    error::Result,
    finding::ScopeId,
    inventory::{BATCH, insert},
    registry::IMAGE,
    rescan::{self, DIGESTS},
    statement::{Bound, Statement, bound},
    turn::Matter,
};

/// Which images of registries (`r`, by their attributes `a`) an image as it runs is, by its digests (`d`): one of them is their own,
/// or may be that of an index that they are part of.
pub(super) fn is() -> String {
    format!("{DIGESTS} AND a.text = d.digest AND (a.name = 'ecr_image_hash' OR d.may_be_index = 1)")
}

/// Keeps images as they run, each once; gives their numbers.
pub(super) async fn keep_images<'i>(
    writing: &mut Writing,
    scope: ScopeId,
    images: &BTreeSet<&'i RunImage>,
    now: i64,
) -> Result<BTreeMap<&'i RunImage, i64>> {
    let mut by_identity: BTreeMap<String, &'i RunImage> =
        images.iter().map(|image| (image.identity(), *image)).collect();
    let find = |identities: &[&String]| {
        let mut select = Statement::new("SELECT id, identity FROM run_image WHERE scope = ");
        select.bind(scope.0).push(" AND identity IN ");
        select.bind_list(identities.iter().map(|identity| identity.as_str()));
        select
    };
    let mut kept = BTreeMap::new();
    let all: Vec<String> = by_identity.keys().cloned().collect();
    for part in all.chunks(BATCH) {
        let part: Vec<&String> = part.iter().collect();
        for row in writing.rows(&find(&part)).await? {
            if let Some(image) = by_identity.remove(&row.try_get::<String, _>("identity")?) {
                kept.insert(image, row.try_get("id")?);
            }
        }
        let new: Vec<&String> = part
            .into_iter()
            .filter(|identity| by_identity.contains_key(*identity))
            .collect();
        if new.is_empty() {
            continue;
        }
        let rows: Vec<Vec<Bound>> = new
            .iter()
            .map(|identity| bound![scope.0, identity.as_str(), 0, now].into())
            .collect();
        let head = "INSERT INTO run_image (scope, identity, containers, told_at) VALUES ";
        insert(writing, head, &rows, "").await?;
        let mut digests: Vec<Vec<Bound>> = Vec::new();
        for row in writing.rows(&find(&new)).await? {
            let id: i64 = row.try_get("id")?;
            if let Some(image) = by_identity.remove(&row.try_get::<String, _>("identity")?) {
                kept.insert(image, id);
                digests.extend(
                    image
                        .all_digests()
                        .map(|(digest, may_be_index)| bound![digest, id, i64::from(may_be_index)].into()),
                );
            }
        }
        let head = "INSERT INTO run_digest (digest, image, may_be_index) VALUES ";
        insert(writing, head, &digests, " ON CONFLICT DO NOTHING").await?;
    }
    Ok(kept)
}

/// Changes how many containers run images, and so how many run those of registries; forgets what nobody runs.
pub(super) async fn change(
    writing: &mut Writing,
    scope: ScopeId,
    differences: &BTreeMap<i64, i64>,
) -> Result<()> {
    let mut by_difference: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (image, difference) in differences {
        by_difference.entry(*difference).or_default().push(*image);
    }
    // What is left may be what nobody tells of any more.
    let all: Vec<i64> = differences.keys().copied().collect();
    by_difference.remove(&0);
    let changed: Vec<i64> = by_difference.values().flatten().copied().collect();
    for (difference, images) in by_difference {
        for part in images.chunks(BATCH) {
            let mut update = Statement::new("UPDATE run_image SET containers = containers + ");
            update.bind(difference).push(" WHERE id IN ");
            update.bind_list(part.iter().copied());
            writing.run(&update).await?;
        }
    }
    let resources = resources(writing, scope, &changed).await?;
    for part in resources.chunks(BATCH) {
        count(writing, part).await?;
    }
    for part in all.chunks(BATCH) {
        let mut unused = Statement::new("SELECT i.id FROM run_image i WHERE i.id IN ");
        unused.bind_list(part.iter().copied());
        unused.push(" AND i.containers = 0 AND NOT EXISTS (SELECT 1 FROM run r WHERE r.image = i.id)");
        let unused = ids(&writing.rows(&unused).await?)?;
        if !unused.is_empty() {
            for text in [
                "DELETE FROM run_digest WHERE image IN ",
                "DELETE FROM run_image WHERE id IN ",
            ] {
                let mut delete = Statement::new(text);
                delete.bind_list(unused.iter().copied());
                writing.run(&delete).await?;
            }
        }
    }
    Ok(())
}

/// Notes that images run now, and has those of registries scanned again that were not monitored any more.
pub(super) async fn note(writing: &mut Writing, scope: ScopeId, images: &[i64], now: i64) -> Result<()> {
    for part in images.chunks(BATCH) {
        let mut update = Statement::new("UPDATE run_image SET told_at = ");
        update.bind(now).push(" WHERE id IN ");
        update.bind_list(part.iter().copied());
        writing.run(&update).await?;
    }
    let resources = resources(writing, scope, images).await?;
    rules::note_changed(writing, &resources).await?;
    rescan::note_running(writing, scope, &resources, now, now).await
}

/// The images of registries that images are as they run.
async fn resources(writing: &mut Writing, scope: ScopeId, images: &[i64]) -> Result<Vec<i64>> {
    let mut found = BTreeSet::new();
    for part in images.chunks(BATCH) {
        let mut select = Statement::new(
            "SELECT DISTINCT r.id FROM run_digest d CROSS JOIN attribute a CROSS JOIN resource r WHERE d.image IN ",
        );
        select.bind_list(part.iter().copied());
        select.push(&format!(
            " AND {} AND r.id = a.resource AND r.type = '{IMAGE}' AND r.scope = ",
            is()
        ));
        select.bind(scope.0);
        found.extend(ids(&writing.rows(&select).await?)?);
    }
    Ok(found.into_iter().collect())
}

/// Counts anew how many containers run images of registries, with those that whoever pushed them told of.
async fn count(writing: &mut Writing, resources: &[i64]) -> Result<()> {
    let mut update = Statement::new(&format!(
        "UPDATE resource SET ecr_in_use_count = \
         COALESCE((SELECT CAST(SUM(i.containers) AS BIGINT) FROM (SELECT DISTINCT d.image AS image \
           FROM attribute a CROSS JOIN run_digest d WHERE a.resource = resource.id AND {}) u CROSS JOIN run_image i \
           WHERE i.id = u.image AND i.scope = resource.scope), 0) + \
         COALESCE((SELECT CAST(MAX(a.number) AS BIGINT) FROM attribute a WHERE a.resource = resource.id \
           AND a.name = 'ecr_image_in_use_count' AND a.key = ''), 0) WHERE id IN ",
        is()
    ));
    update.bind_list(resources.iter().copied());
    writing.run(&update).await?;
    rules::note_changed(writing, resources).await
}

/// Counts what an image that was pushed has to do with what runs already.
pub(crate) async fn count_pushed(writing: &mut Writing, scope: ScopeId, image: i64, now: i64) -> Result<()> {
    // Who tells of containers meanwhile would not know of the image, nor this of them.
    writing.alone_at(Matter::Use).await?;
    count(writing, &[image]).await?;
    let mut told = Statement::new(
        "SELECT COALESCE(MAX(n.at), 0) FROM (\
         SELECT i.told_at AS at FROM attribute a CROSS JOIN run_digest d CROSS JOIN run_image i WHERE a.resource = ",
    );
    told.bind(image);
    told.push(&format!(
        " AND {} AND i.id = d.image AND i.containers > 0 AND i.scope = ",
        is()
    ));
    told.bind(scope.0);
    told.push(
        " UNION ALL SELECT CAST(a.number AS BIGINT) FROM attribute a \
         WHERE a.name = 'ecr_image_last_in_use_at' AND a.key = '' AND a.resource = ",
    );
    told.bind(image).push(") n");
    let told_at = writing.number(&told).await?;
    if told_at > 0 {
        rescan::note_running(writing, scope, &[image], told_at.min(now), now).await?;
    }
    Ok(())
}

/// What `consistency.rs` holds the counts against.
pub(crate) const COUNTED_WRONGLY: (&str, &str) = (
    "containers that run an image are counted wrongly",
    "SELECT n.image, CAST(SUM(n.containers) AS BIGINT), n.image FROM (\
       SELECT id AS image, containers FROM run_image \
       UNION ALL SELECT r.image, -r.containers FROM run r JOIN teller t ON t.id = r.teller WHERE t.is_counted = 1) n \
     GROUP BY n.image HAVING SUM(n.containers) <> 0",
);

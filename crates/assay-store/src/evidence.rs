//! Where packages were found, kept once for all inventories that say the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use sqlx::Row;

use crate::{
    database::Writing,
    error::Result,
    inventory::{BATCH, NewInventory, insert},
    statement::{Bound, Statement, bound},
};

/// The numbers of what an inventory tells of places, by the places.
pub(crate) async fn keep<'i>(
    writing: &mut Writing,
    inventory: &'i NewInventory,
) -> Result<HashMap<&'i str, i64>> {
    use sha2::{Digest, Sha256};
    // In order, so that two writers never wait for each other in a circle.
    let digests: BTreeMap<String, &str> = inventory
        .subjects
        .iter()
        .map(|subject| subject.places.as_str())
        .map(|places| {
            let digest = Sha256::digest(places.as_bytes());
            let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            (hex, places)
        })
        .collect();
    let find = |digests: Vec<String>| {
        let mut select = Statement::new("SELECT id, digest FROM evidence WHERE digest IN ");
        select.bind_list(digests);
        select
    };
    let mut found = HashMap::new();
    let all: Vec<String> = digests.keys().cloned().collect();
    for part in all.chunks(BATCH) {
        for row in writing.rows(&find(part.to_vec())).await? {
            found.insert(row.try_get::<String, _>("digest")?, row.try_get::<i64, _>("id")?);
        }
        let missing: Vec<&String> = part
            .iter()
            .filter(|digest| !found.contains_key(*digest))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let rows: Vec<Vec<Bound>> = missing
            .iter()
            .map(|digest| bound![digest.as_str(), digests[*digest]].into())
            .collect();
        insert(
            writing,
            "INSERT INTO evidence (digest, places) VALUES ",
            &rows,
            " ON CONFLICT DO NOTHING",
        )
        .await?;
        let mut layers = Vec::new();
        for row in writing
            .rows(&find(missing.into_iter().cloned().collect()))
            .await?
        {
            let (digest, id) = (row.try_get::<String, _>("digest")?, row.try_get::<i64, _>("id")?);
            let places = digests.get(&digest).copied().unwrap_or_default();
            layers.extend(
                layers_of(places)
                    .into_iter()
                    .map(|layer| bound![id, layer].into()),
            );
            found.insert(digest, id);
        }
        keep_layers(writing, &layers).await?;
    }
    Ok(digests
        .into_iter()
        .filter_map(|(digest, places)| Some((places, *found.get(&digest)?)))
        .collect())
}

/// The layers that places name.
pub(crate) fn layers_of(places: &str) -> BTreeSet<String> {
    #[derive(Deserialize)]
    struct Place {
        layer: Option<String>,
    }
    let places: Vec<Place> = serde_json::from_str(places).unwrap_or_default();
    places
        .into_iter()
        .filter_map(|place| place.layer)
        .filter(|layer| !layer.is_empty())
        .collect()
}

/// Keeps layers, each with the number of the evidence before it.
pub(crate) async fn keep_layers(writing: &mut Writing, layers: &[Vec<Bound>]) -> Result<()> {
    insert(
        writing,
        "INSERT INTO evidence_layer (evidence, layer) VALUES ",
        layers,
        " ON CONFLICT DO NOTHING",
    )
    .await
}

//! Which images are in use: who tells of containers, and what they told last.
//!
//! * *What is told is the whole truth of who tells it.* The same again writes that it was told, and at most once in an hour when
//!   images were last in use.
//! * *An image as it runs is a set of digests* (`run_image`), which thousands of hosts share. How many containers run it is kept
//!   with it and changed by differences.
//! * *Nothing is counted twice.* Of a cluster that tells of itself, what its nodes tell of it is kept and not counted.

mod clusters;
mod count;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use sqlx::Row;

pub use clusters::ClusterUse;
pub(crate) use count::{COUNTED_WRONGLY, count_pushed};

use crate::{
    database::{Database, Writing},
    error::Result,
    finding::ScopeId,
    inventory::{BATCH, insert},
    statement::{Bound, Statement, bound, statement},
    turn::Matter,
};

/// How exact the time is that images were last in use; within it nothing is written where nothing changed.
const EXACT: i64 = 3600 * 1_000_000;

/// Who tells of containers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Teller {
    /// A host, by its id, of those that Kubernetes does not run.
    Host(String),
    /// A host, by its id, of those that Kubernetes runs there.
    Node {
        /// The host.
        host: String,
        /// The ARN of the cluster; empty where that is not known.
        cluster: String,
    },
    /// A cluster, by its ARN, of all that run in it.
    Cluster(String),
}

impl Teller {
    fn kind(&self) -> &'static str {
        match self {
            Teller::Host(_) => "HOST",
            Teller::Node { .. } => "NODE",
            Teller::Cluster(_) => "CLUSTER",
        }
    }

    fn name(&self) -> &str {
        match self {
            Teller::Host(name) | Teller::Node { host: name, .. } | Teller::Cluster(name) => name,
        }
    }

    fn cluster(&self) -> &str {
        match self {
            Teller::Host(_) => "",
            Teller::Node { cluster, .. } | Teller::Cluster(cluster) => cluster,
        }
    }
}

/// An image as it runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunImage {
    /// Every digest that it is known under.
    pub digests: BTreeSet<String>,
    /// The digest of the manifest that runs, where that is known.
    pub manifest: Option<String>,
}

impl RunImage {
    fn identity(&self) -> String {
        let digests: Vec<&str> = self.digests.iter().map(String::as_str).collect();
        hexadecimal(&format!(
            "{}\n{}",
            self.manifest.as_deref().unwrap_or_default(),
            digests.join("\n")
        ))
    }

    /// The digests, each with whether any image of an index with that digest may be meant.
    fn all_digests(&self) -> impl Iterator<Item = (&str, bool)> {
        let own = self.manifest.iter().filter(|own| !self.digests.contains(*own));
        let may_be_index = self.manifest.is_none();
        own.chain(&self.digests)
            .map(move |digest| (digest.as_str(), may_be_index))
    }
}

/// What makes containers in a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// The namespace; empty for none.
    pub namespace: String,
    /// What it is, such as `Deployment`; empty for nothing.
    pub kind: String,
    /// Its name; empty for nothing.
    pub name: String,
}

/// How many containers run which images, by what made them.
pub type Runs = BTreeMap<(RunImage, Workload), i64>;

/// A teller as it is kept.
struct Known {
    id: i64,
    cluster: String,
    digest: String,
    told_at: i64,
    is_counted: bool,
}

impl Database {
    /// Takes up what somebody tells of the containers that run, which is all of it. Gives whether anything is different now.
    ///
    /// # Errors
    ///
    /// When the database does not answer; nothing is kept then.
    pub async fn tell_running(&self, scope: ScopeId, teller: &Teller, runs: &Runs, now: i64) -> Result<bool> {
        let digest = digest(teller, runs);
        let find = find(scope, teller);
        let known = self.row(&find).await?.as_ref().map(read).transpose()?;
        // Of a cluster it is known then that nothing runs in it.
        let is_nothing = runs.is_empty() && !matches!(teller, Teller::Cluster(_));
        match &known {
            None if is_nothing => return Ok(false),
            Some(known) if known.digest == digest => {
                self.tell_again(scope, known, now).await?;
                return Ok(false);
            }
            _ => {}
        }
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        writing.alone_at(Matter::Use).await?;
        let known = writing.row(&find).await?.as_ref().map(read).transpose()?;
        match (known, is_nothing) {
            (Some(known), true) => leave(&mut writing, scope, &known).await?,
            (None, true) => return Ok(false),
            (known, false) => arrive(&mut writing, scope, teller, (known, runs, &digest), now).await?,
        }
        writing.commit().await?;
        Ok(true)
    }

    /// Forgets what was told before a time by whoever told nothing since; gives how many they were.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_silent(&self, before: i64) -> Result<u64> {
        let due = statement(
            "SELECT * FROM teller WHERE told_at < $1 ORDER BY id LIMIT 50",
            bound![before],
        );
        let mut forgotten = 0;
        while self.row(&due).await?.is_some() {
            let mut writing = self.write().await?;
            writing.beside_others_at(Matter::Resources).await?;
            writing.alone_at(Matter::Use).await?;
            for row in writing.rows(&due).await? {
                let scope = ScopeId(row.try_get("scope")?);
                let (known, kind): (Known, String) = (read(&row)?, row.try_get("kind")?);
                if kind == "CLUSTER" {
                    count_nodes(&mut writing, scope, &known.cluster, true).await?;
                }
                leave(&mut writing, scope, &known).await?;
                forgotten += 1;
            }
            writing.commit().await?;
        }
        Ok(forgotten)
    }

    /// Notes that the same was told again, and that the images are in use still.
    async fn tell_again(&self, scope: ScopeId, known: &Known, now: i64) -> Result<()> {
        let due = statement(
            "SELECT DISTINCT i.id FROM run r CROSS JOIN run_image i WHERE r.teller = $1 AND i.id = r.image \
             AND i.told_at < $2 ORDER BY i.id",
            bound![known.id, now - EXACT],
        );
        let images = ids(&self.rows(&due).await?)?;
        if images.is_empty() && now - known.told_at < EXACT {
            return Ok(());
        }
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        if !images.is_empty() {
            writing.alone_at(Matter::Use).await?;
        }
        writing
            .run(&statement(
                "UPDATE teller SET told_at = $2 WHERE id = $1",
                bound![known.id, now],
            ))
            .await?;
        count::note(&mut writing, scope, &images, now).await?;
        writing.commit().await
    }
}

fn find(scope: ScopeId, teller: &Teller) -> Statement {
    statement(
        "SELECT * FROM teller WHERE scope = $1 AND kind = $2 AND name = $3",
        bound![scope.0, teller.kind(), teller.name()],
    )
}

fn read(row: &sqlx::any::AnyRow) -> Result<Known> {
    Ok(Known {
        id: row.try_get("id")?,
        cluster: row.try_get("cluster")?,
        digest: row.try_get("digest")?,
        told_at: row.try_get("told_at")?,
        is_counted: row.try_get::<i64, _>("is_counted")? == 1,
    })
}

fn ids(rows: &[sqlx::any::AnyRow]) -> Result<Vec<i64>> {
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn digest(teller: &Teller, runs: &Runs) -> String {
    let mut text = teller.cluster().to_owned();
    for ((image, workload), containers) in runs {
        let Workload {
            namespace,
            kind,
            name,
        } = workload;
        let line = [&image.identity(), namespace, kind, name, &containers.to_string()]
            .map(|part| part.replace('\n', " "));
        text = text + "\n" + &line.join("\t");
    }
    hexadecimal(&text)
}

fn hexadecimal(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Takes up what a teller tells that is not what it told before.
async fn arrive(
    writing: &mut Writing,
    scope: ScopeId,
    teller: &Teller,
    (known, runs, digest): (Option<Known>, &Runs, &str),
    now: i64,
) -> Result<()> {
    let cluster = teller.cluster();
    let is_counted = match teller {
        Teller::Node { .. } if !cluster.is_empty() => !tells_of_itself(writing, scope, cluster).await?,
        _ => true,
    };
    if matches!(teller, Teller::Cluster(_)) && known.is_none() {
        count_nodes(writing, scope, cluster, false).await?;
    }
    let upsert = statement(
        "INSERT INTO teller (scope, kind, name, cluster, digest, told_at, is_counted) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (scope, kind, name) DO UPDATE SET cluster = excluded.cluster, digest = excluded.digest, \
         told_at = excluded.told_at, is_counted = excluded.is_counted RETURNING id",
        bound![
            scope.0,
            teller.kind(),
            teller.name(),
            cluster,
            digest,
            now,
            i64::from(is_counted)
        ],
    );
    let id = writing.number(&upsert).await?;
    let before = kept(writing, id).await?;
    let images: BTreeSet<&RunImage> = runs.keys().map(|(image, _)| image).collect();
    let images = count::keep_images(writing, scope, &images, now).await?;
    let mut after = BTreeMap::new();
    for ((image, workload), containers) in runs {
        if let Some(image) = images.get(image) {
            *after.entry((*image, workload.clone())).or_default() += containers;
        }
    }
    let differing = |one: &BTreeMap<(i64, Workload), i64>, other: &BTreeMap<(i64, Workload), i64>| {
        let runs = one
            .iter()
            .filter(|(run, containers)| other.get(run) != Some(containers));
        runs.map(|((image, _), _)| *image).collect::<BTreeSet<i64>>()
    };
    if before != after {
        let gone = differing(&before, &after);
        for part in gone.into_iter().collect::<Vec<_>>().chunks(BATCH) {
            let mut delete = Statement::new("DELETE FROM run WHERE teller = ");
            delete.bind(id).push(" AND image IN ");
            delete.bind_list(part.iter().copied());
            writing.run(&delete).await?;
        }
        let rows: Vec<Vec<Bound>> = after
            .iter()
            .map(|((image, workload), containers): (&(i64, Workload), &i64)| {
                bound![
                    id,
                    *image,
                    workload.namespace.clone(),
                    workload.kind.clone(),
                    workload.name.clone(),
                    *containers
                ]
                .into()
            })
            .collect();
        insert(
            writing,
            "INSERT INTO run (teller, image, namespace, workload_type, workload, containers) VALUES ",
            &rows,
            " ON CONFLICT DO NOTHING",
        )
        .await?;
    }
    let was_counted = known.is_some_and(|known| known.is_counted);
    let mut differences = BTreeMap::new();
    add(&mut differences, &after, i64::from(is_counted));
    add(&mut differences, &before, -i64::from(was_counted));
    count::change(writing, scope, &differences).await?;
    // Of the others it was told within the hour.
    let mut seen = differing(&after, &before);
    seen.extend(told_before(writing, images.values(), now - EXACT).await?);
    count::note(writing, scope, &seen.into_iter().collect::<Vec<_>>(), now).await
}

/// Which of some images were last told of before a time.
async fn told_before(
    writing: &mut Writing,
    images: impl Iterator<Item = &i64>,
    time: i64,
) -> Result<Vec<i64>> {
    let images: Vec<i64> = images.copied().collect();
    let mut found = Vec::new();
    for part in images.chunks(BATCH) {
        let mut select = Statement::new("SELECT id FROM run_image WHERE told_at < ");
        select
            .bind(time)
            .push(" AND id IN ")
            .bind_list(part.iter().copied());
        found.extend(ids(&writing.rows(&select).await?)?);
    }
    Ok(found)
}

/// Forgets what a teller told.
async fn leave(writing: &mut Writing, scope: ScopeId, known: &Known) -> Result<()> {
    let before = kept(writing, known.id).await?;
    for text in [
        "DELETE FROM run WHERE teller = $1",
        "DELETE FROM teller WHERE id = $1",
    ] {
        writing.run(&statement(text, bound![known.id])).await?;
    }
    let mut differences = BTreeMap::new();
    add(&mut differences, &before, -i64::from(known.is_counted));
    count::change(writing, scope, &differences).await
}

/// Counts what the nodes of a cluster tell, or does so no more.
async fn count_nodes(writing: &mut Writing, scope: ScopeId, cluster: &str, is_counted: bool) -> Result<()> {
    let sign = if is_counted { 1 } else { -1 };
    let sums = statement(
        "SELECT r.image, CAST(SUM(r.containers) AS BIGINT) FROM teller t CROSS JOIN run r \
         WHERE t.scope = $1 AND t.cluster = $2 AND t.kind = 'NODE' AND t.is_counted <> $3 AND r.teller = t.id GROUP BY r.image",
        bound![scope.0, cluster, i64::from(is_counted)],
    );
    let mut differences = BTreeMap::new();
    for row in writing.rows(&sums).await? {
        differences.insert(row.try_get(0)?, sign * row.try_get::<i64, _>(1)?);
    }
    writing
        .run(&statement(
            "UPDATE teller SET is_counted = $3 WHERE scope = $1 AND cluster = $2 AND kind = 'NODE'",
            bound![scope.0, cluster, i64::from(is_counted)],
        ))
        .await?;
    count::change(writing, scope, &differences).await
}

async fn tells_of_itself(writing: &mut Writing, scope: ScopeId, cluster: &str) -> Result<bool> {
    let teller = Teller::Cluster(cluster.to_owned());
    Ok(writing.row(&find(scope, &teller)).await?.is_some())
}

/// What a teller told, by the numbers of images.
async fn kept(writing: &mut Writing, teller: i64) -> Result<BTreeMap<(i64, Workload), i64>> {
    let select = statement(
        "SELECT image, namespace, workload_type, workload, containers FROM run WHERE teller = $1",
        bound![teller],
    );
    let mut kept = BTreeMap::new();
    for row in writing.rows(&select).await? {
        let workload = Workload {
            namespace: row.try_get(1)?,
            kind: row.try_get(2)?,
            name: row.try_get(3)?,
        };
        kept.insert((row.try_get(0)?, workload), row.try_get(4)?);
    }
    Ok(kept)
}

fn add(differences: &mut BTreeMap<i64, i64>, runs: &BTreeMap<(i64, Workload), i64>, factor: i64) {
    for ((image, _), containers) in runs {
        *differences.entry(*image).or_default() += factor * containers;
    }
}

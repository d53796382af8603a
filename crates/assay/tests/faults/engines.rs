//! Both databases, and what only they can tell.

use std::sync::OnceLock;

use assay_store::{Database, Place};
use assay_testkit::Postgres;

use super::{service::Start, support::World};

/// A new database of a PostgreSQL server that all tests share, or why there is none.
pub(crate) fn postgres(name: &str) -> Result<String, String> {
    static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
    let server = SERVER
        .get_or_init(Postgres::start)
        .as_ref()
        .map_err(String::clone)?;
    server.database(name)
}

/// What the database of a service says, beside what it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inside {
    /// Jobs that are owed or were put aside: kind, state, how many.
    pub(crate) jobs: Vec<(String, String, i64)>,
    /// The generation in force, once every finding is up to it.
    pub(crate) generation: Option<String>,
}

/// Looks into the database of a service.
pub(crate) fn inside(world: &World, start: &Start) -> Inside {
    let place = match &start.database {
        Some(address) => Place::Server(address.clone()),
        None => Place::File(
            world
                .path(start.data.as_deref().unwrap_or("data"))
                .join("assay.db"),
        ),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let database = Database::open(&place).await.unwrap();
        let jobs = database.job_counts().await.unwrap();
        let generations = database.generations(1).await.unwrap();
        let generation = generations.first().filter(|generation| generation.applied_at > 0);
        let inside = Inside {
            jobs,
            generation: generation.map(|generation| generation.digest.clone()),
        };
        database.close().await;
        inside
    })
}

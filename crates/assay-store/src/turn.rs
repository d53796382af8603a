//! Who waits for whom with PostgreSQL, where transactions run beside each other. With SQLite there is one writer anyhow.
//!
//! Whoever takes more than one turn takes that of resources first and that of use last.

use crate::{
    database::{Dialect, Writing},
    error::Result,
    statement::{bound, statement},
};

/// What turns are taken at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    /// Taking up what resources have, which many may do at once, but not while what is unused is forgotten.
    Resources,
    /// Bringing findings to what holds. Two at once would each work on what the other is about to change: a resource that
    /// goes, a rule that comes, a generation that is taken.
    Findings,
    /// Counting the containers that run images. Two at once would each count without what the other brings.
    Use,
}

impl Matter {
    /// The number of its lock.
    fn key(self) -> i64 {
        match self {
            Matter::Resources => 0x6173_7361_7901,
            Matter::Findings => 0x6173_7361_7902,
            Matter::Use => 0x6173_7361_7904,
        }
    }
}

/// The number of the lock of the process that works on a database alone.
pub(crate) const ALONE: i64 = 0x6173_7361_7903;

impl Writing {
    /// Waits until nobody else is at a matter, and keeps others from it until the transaction ends.
    pub(crate) async fn alone_at(&mut self, matter: Matter) -> Result<()> {
        self.lock("SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) l", matter)
            .await
    }

    /// Waits until nobody is at a matter alone, and keeps whoever wants to be so from it until the transaction ends.
    pub(crate) async fn beside_others_at(&mut self, matter: Matter) -> Result<()> {
        self.lock(
            "SELECT 1 FROM (SELECT pg_advisory_xact_lock_shared($1)) l",
            matter,
        )
        .await
    }

    async fn lock(&mut self, text: &'static str, matter: Matter) -> Result<()> {
        if self.dialect == Dialect::Postgres {
            self.run(&statement(text, bound![matter.key()])).await?;
        }
        Ok(())
    }
}

//! Which advisory database a command uses, and how one is made.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use assay_feeds::{FeedReport, Place, Progress, Sink, starter, starter_digest, update};
use assay_intel::{Builder, FeedProvenance, Index, IntelligenceKind, Metadata};
use assay_model::{Advisory, Epss, KnownExploited};
use jiff::Timestamp;

use crate::{cli::Database, home};

/// Opens the database that is named, else the usual one, else the starter intelligence.
pub(crate) fn open(database: &Database) -> Result<Index> {
    if let Some(path) = &database.db {
        return Ok(Index::open(path)?);
    }
    let usual = home::database()?;
    if usual.exists() {
        return Ok(Index::open(&usual)?);
    }
    open_starter()
}

/// Where `db update` writes to.
pub(crate) fn path(database: &Database) -> Result<PathBuf> {
    match &database.db {
        Some(path) => Ok(path.clone()),
        None => home::database(),
    }
}

/// Fetches the feeds and compiles them to a database at `path`.
pub(crate) fn compile(
    place: &Place,
    path: &Path,
    progress: &dyn Progress,
) -> Result<(Metadata, Vec<FeedReport>)> {
    let now = Timestamp::now();
    let mut compiler = Compiler::new(IntelligenceKind::Upstream)?;
    let reports = update(
        place,
        &home::directory()?.join("feeds"),
        now,
        &mut compiler,
        progress,
    )?;
    anyhow::ensure!(
        reports.iter().any(|report| report.records > 0),
        "no feed could be read from {place}{}; the database stays as it is",
        reports
            .iter()
            .flat_map(|report| &report.warnings)
            .next()
            .map(|first| format!(" ({first})"))
            .unwrap_or_default()
    );
    progress.begin("compiling");
    let metadata = compiler.finish(&reports, path, now)?;
    progress.end();
    Ok((metadata, reports))
}

/// The starter intelligence, compiled once for each content and format.
fn open_starter() -> Result<Index> {
    let name = format!("starter-{}.idx", starter_digest());
    let path = home::directory()?.join(name);
    if let Ok(index) = Index::open(&path)
        && index.metadata().kind == IntelligenceKind::Starter
    {
        return Ok(index);
    }
    let mut compiler = Compiler::new(IntelligenceKind::Starter)?;
    let reports = starter(&mut compiler)?;
    compiler
        .finish(&reports, &path, Timestamp::now())
        .context("cannot compile the starter intelligence")?;
    Ok(Index::open(&path)?)
}

/// Hands what importers read to the builder of the database.
struct Compiler(Builder);

impl Compiler {
    fn new(kind: IntelligenceKind) -> Result<Compiler> {
        Ok(Compiler(
            Builder::new(kind).context("cannot make a temporary file")?,
        ))
    }

    fn finish(mut self, reports: &[FeedReport], path: &Path, built: Timestamp) -> Result<Metadata> {
        for report in reports {
            self.0.feed(FeedProvenance {
                name: report.name.clone(),
                date: report.date.clone(),
                records: report.records,
                bytes: report.bytes,
                warnings: report.warnings.clone(),
            });
        }
        Ok(self.0.finish(path, built)?)
    }
}

impl Sink for Compiler {
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()> {
        self.0.advisory(&advisory)
    }

    fn epss(&mut self, id: &str, epss: Epss) {
        self.0.epss(id, epss);
    }

    fn known_exploited(&mut self, entry: KnownExploited) {
        self.0.known_exploited(&entry);
    }
}

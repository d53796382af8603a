//! `assay db …`: the advisory database.

use std::fmt::Write as _;

use anyhow::Result;
use assay_feeds::{FeedStatus, Place};
use assay_intel::{Index, PackageChange};
use assay_model::PackageKey;
use assay_reports::intelligence as report;

use crate::{
    Answer,
    cli::{self, Format},
    intelligence, output,
    progress::Bar,
};

/// Fetches the feeds and compiles the database.
pub(crate) fn update(options: &cli::Update) -> Result<Answer> {
    let place = Place::parse(&options.feeds);
    let path = intelligence::path(&options.database)?;
    let bar = Bar::new();
    let outcome = intelligence::compile(&place, &path, &bar);
    bar.finish();
    let (metadata, reports) = outcome?;
    let mut text = String::new();
    let mut ailing = 0;
    for feed in &reports {
        let status = match feed.status {
            FeedStatus::Current => "current",
            FeedStatus::Stale => "stale",
            FeedStatus::Failed => "failed",
        };
        ailing += usize::from(feed.status != FeedStatus::Current);
        let date = feed
            .date
            .as_deref()
            .and_then(|date| date.get(..10))
            .unwrap_or("undated");
        let _ = writeln!(
            text,
            "{:<22} {status:<8} {:>8} records  {date}",
            feed.name, feed.records
        );
        for warning in &feed.warnings {
            let _ = writeln!(text, "    {warning}");
        }
    }
    let index = Index::open(&path)?;
    let _ = write!(text, "\n{}", report::status_table(&index, &path));
    output::print(&text)?;
    if ailing > 0 {
        output::note(&format!(
            "warning: {ailing} of {} feeds could not be refreshed or read; see above",
            metadata.feeds.len()
        ));
    }
    Ok(Answer::Yes)
}

/// Tells where the database comes from.
pub(crate) fn status(options: &cli::Status) -> Result<Answer> {
    let index = intelligence::open(&options.database)?;
    if options.verify {
        index.verify()?;
    }
    output::write(None, |out| match options.format {
        Format::Json => report::status_json(&index, out),
        Format::Table => {
            out.write_all(report::status_table(&index, index.path()).as_bytes())?;
            out.write_all(report::feeds_table(&index).as_bytes())?;
            if options.verify {
                writeln!(out, "every byte verified")?;
            }
            Ok(())
        }
    })?;
    Ok(Answer::Yes)
}

/// Shows what is known of an id or a package. Answers "no" when nothing is.
pub(crate) fn search(options: &cli::Search) -> Result<Answer> {
    let index = intelligence::open(&options.database)?;
    let query = options.query.trim();
    let mut text = String::new();
    if let Some(entry) = index.find(query)? {
        text.push_str(&report::vulnerability(&index, &entry)?);
    } else {
        for package in index.packages_named(query) {
            text.push_str(&report::package(&index, &package)?);
        }
    }
    if text.is_empty() {
        output::note(&format!(
            "nothing is known of \"{query}\": neither an id nor the name of a package with advisories"
        ));
        return Ok(Answer::No);
    }
    text.push_str(&report::origin(&index));
    output::print(&text)?;
    Ok(Answer::Yes)
}

/// Tells which packages' advisories differ. Answers "yes" whether or not any do.
pub(crate) fn diff(options: &cli::Diff) -> Result<Answer> {
    let (old, new) = (Index::open(&options.old)?, Index::open(&options.new)?);
    let changes: Vec<PackageChange> = assay_intel::diff(&old, &new)?;
    output::write(None, |out| match options.format {
        Format::Json => report::diff_json(&old, &new, &changes, out),
        Format::Table => {
            for change in &changes {
                writeln!(out, "{}", line(change))?;
            }
            writeln!(out, "{} packages differ", changes.len())
        }
    })?;
    Ok(Answer::Yes)
}

fn line(change: &PackageChange) -> String {
    let PackageChange {
        package: PackageKey { ecosystem, name },
        added,
        removed,
        changed,
    } = change;
    let mut text = format!("{ecosystem} {name}:");
    for (sign, ids) in [("+", added), ("-", removed), ("~", changed)] {
        for id in ids {
            let _ = write!(text, " {sign}{id}");
        }
    }
    text
}

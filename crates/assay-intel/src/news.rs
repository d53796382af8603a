//! What a generation brings beside an earlier one, in numbers and a few names, for people.

use std::collections::BTreeSet;

use crate::{diff::PackageChange, error::IndexError, index::Index};

/// Vulnerabilities that are named.
const MOST_NAMED: usize = 100;

/// What a generation brings beside an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// How many advisories were not there before.
    pub added: usize,
    /// How many say something else of a package.
    pub changed: usize,
    /// How many are there no more.
    pub removed: usize,
    /// Vulnerabilities that were not known before: those that are known to be exploited first, then by id, later ones first.
    pub new_vulnerabilities: Vec<String>,
    /// Others that advisories which came or changed are about, in the same order. With the new ones at most 100.
    pub changed_vulnerabilities: Vec<String>,
}

/// What comes of the differences between two generations.
///
/// # Errors
///
/// When either file is corrupt.
pub fn news(old: &Index, new: &Index, changes: &[PackageChange]) -> Result<News, IndexError> {
    let touched: BTreeSet<&str> = changes
        .iter()
        .flat_map(|change| change.added.iter().chain(&change.changed).chain(&change.removed))
        .map(String::as_str)
        .collect();
    let mut news = News::default();
    let mut positions = BTreeSet::new();
    for id in touched {
        let now = advisories(new, id)?;
        match (advisories(old, id)?.is_empty(), now.is_empty()) {
            (true, _) => news.added += 1,
            (false, true) => news.removed += 1,
            (false, false) => news.changed += 1,
        }
        for position in now {
            positions.extend(new.vulnerabilities_of(&new.advisory(position)?)?);
        }
    }
    let (mut new_ones, mut changed) = (BTreeSet::new(), BTreeSet::new());
    for position in positions {
        let vulnerability = new.vulnerability(position)?;
        let set = match old.find(vulnerability.id)? {
            None => &mut new_ones,
            Some(_) => &mut changed,
        };
        set.insert((
            vulnerability.known_exploited.is_some(),
            vulnerability.id.to_owned(),
        ));
        // The order is that of what is named, so that what falls out would not be.
        if set.len() > MOST_NAMED {
            set.pop_first();
        }
    }
    let named = new_ones.into_iter().rev().map(|(_, id)| id);
    news.new_vulnerabilities = named.collect();
    let rest = MOST_NAMED - news.new_vulnerabilities.len();
    let named = changed.into_iter().rev().map(|(_, id)| id);
    news.changed_vulnerabilities = named.take(rest).collect();
    Ok(news)
}

/// The records of an id of their own.
fn advisories(index: &Index, id: &str) -> Result<Vec<u32>, IndexError> {
    let Some(entry) = index.find(id)? else {
        return Ok(Vec::new());
    };
    let mut own = Vec::new();
    for position in entry.advisories {
        if index.advisory(position)?.id.eq_ignore_ascii_case(id) {
            own.push(position);
        }
    }
    Ok(own)
}

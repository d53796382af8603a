//! What changed between two generations, package by package. The continual engine assesses again only what hangs
//! on the keys named here.

use std::collections::BTreeMap;

use assay_model::PackageKey;

use crate::{
    error::IndexError,
    index::{Index, key_of},
    rules::Rules,
};

/// One package whose rules changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageChange {
    /// The package.
    pub package: PackageKey,
    /// Ids of advisories that name it now and did not.
    pub added: Vec<String>,
    /// Ids of advisories that named it and do not any more.
    pub removed: Vec<String>,
    /// Ids of advisories that say something else about it now.
    pub changed: Vec<String>,
}

/// The packages that differ between two generations, in order of ecosystem and name.
///
/// # Errors
///
/// When either file is corrupt.
pub fn diff(old: &Index, new: &Index) -> Result<Vec<PackageChange>, IndexError> {
    let mut before: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    old.for_each_package(|key, rules| {
        before.insert(key.to_vec(), rules.digest);
        Ok(())
    })?;
    let mut touched: Vec<Vec<u8>> = Vec::new();
    new.for_each_package(|key, rules| {
        if before.remove(key) != Some(rules.digest) {
            touched.push(key.to_vec());
        }
        Ok(())
    })?;
    touched.extend(before.into_keys());
    touched.sort_unstable();
    touched
        .iter()
        .filter_map(|key| Some((key, key_of(key)?)))
        .map(|(key, package)| change(old, new, key, package))
        .collect()
}

fn change(old: &Index, new: &Index, key: &[u8], package: PackageKey) -> Result<PackageChange, IndexError> {
    let (old, new) = (meanings(old, key)?, meanings(new, key)?);
    let only = |a: &Meanings, b: &Meanings| a.keys().filter(|id| !b.contains_key(*id)).cloned().collect();
    Ok(PackageChange {
        package,
        added: only(&new, &old),
        removed: only(&old, &new),
        changed: new
            .iter()
            .filter(|(id, meaning)| old.get(*id).is_some_and(|was| was != *meaning))
            .map(|(id, _)| id.clone())
            .collect(),
    })
}

/// Advisory id → everything it says about the package.
type Meanings = BTreeMap<String, String>;

fn meanings(index: &Index, key: &[u8]) -> Result<Meanings, IndexError> {
    let mut meanings = Meanings::new();
    let rules: Option<Rules<'_>> = index.rules(key)?;
    for rule in rules.into_iter().flatten() {
        let advisory = index.advisory(rule.advisory)?;
        let said = meanings.entry(advisory.id.to_owned()).or_default();
        said.push_str(&format!(
            "{:?} {:?} {:?} {}\n",
            advisory.kind,
            advisory.standing,
            advisory.severity,
            rule.meaning()
        ));
    }
    Ok(meanings)
}

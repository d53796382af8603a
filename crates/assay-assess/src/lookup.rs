//! What is known behind an id, without an inventory.

use std::{collections::BTreeSet, rc::Rc};

use assay_intel::{Index, IndexError};
use assay_model::{Ecosystem, VendorStatus};

use crate::{finding::Vulnerability, vulnerability::gather};

/// What the sources say of the vulnerability of an id, in any case of letters; `None` when nothing is known by it.
///
/// Any of its ids leads to it. The id of a bulletin names several vulnerabilities and leads to none, unless it is about
/// one alone.
///
/// # Errors
///
/// When the intelligence file proves corrupt.
pub fn vulnerability(index: &Index, id: &str) -> Result<Option<Rc<Vulnerability>>, IndexError> {
    Ok(vulnerabilities(index, [id])?.pop().flatten())
}

/// The same for many ids, in their order; it is quicker than one by one.
///
/// # Errors
///
/// When the intelligence file proves corrupt.
pub fn vulnerabilities<'id>(
    index: &Index,
    ids: impl IntoIterator<Item = &'id str>,
) -> Result<Vec<Option<Rc<Vulnerability>>>, IndexError> {
    let mut reader = index.detail_reader()?;
    ids.into_iter()
        .map(|id| match position(index, id)? {
            Some(position) => gather(index, position, &mut reader).map(Some),
            None => Ok(None),
        })
        .collect()
}

/// The ecosystems with rules by which a package can have the vulnerability of an id, sorted. Reads the rules of all
/// packages, which takes a fraction of a second.
///
/// # Errors
///
/// When the intelligence file proves corrupt.
pub fn affected_ecosystems(index: &Index, id: &str) -> Result<Vec<Ecosystem>, IndexError> {
    let Some(position) = position(index, id)? else {
        return Ok(Vec::new());
    };
    let advisories: BTreeSet<u32> = index.vulnerability(position)?.advisories.into_iter().collect();
    let mut ecosystems = BTreeSet::new();
    index.for_each_package(|key, rules| {
        let is_affected = rules
            .into_iter()
            .any(|rule| rule.status != VendorStatus::NotAffected && advisories.contains(&rule.advisory));
        let name = key.split(|byte| *byte == 0).next().unwrap_or_default();
        if is_affected && let Ok(name) = std::str::from_utf8(name) {
            ecosystems.insert(Ecosystem::new(name));
        }
        Ok(())
    })?;
    Ok(ecosystems.into_iter().collect())
}

pub(crate) fn position(index: &Index, id: &str) -> Result<Option<u32>, IndexError> {
    let Some(entry) = index.find(id)? else {
        return Ok(None);
    };
    if let [position] = entry.vulnerabilities.as_slice() {
        return Ok(Some(*position));
    }
    // A record that is no vulnerability's own name is about some.
    let [advisory] = entry.advisories.as_slice() else {
        return Ok(entry.vulnerabilities.first().copied());
    };
    let about = index.vulnerabilities_of(&index.advisory(*advisory)?)?;
    Ok((about.len() == 1).then(|| about[0]))
}

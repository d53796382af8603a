//! What the records say of one flaw for one package, and who has the last word.
//!
//! A distribution can speak of a flaw several times: in its record of the flaw, in the bulletins of its updates, under
//! the name of the binary package and under that of its source. The record of the flaw beats bulletins, a word on the
//! very package beats one on its source, and *not affected* beats *affected* in the same voice. A subscription's fixes
//! count where they are installed. Languages have no such ranks: whatever any record calls affected is.

use assay_intel::{Matched, Rule};
use assay_model::VendorStatus;

/// Who speaks, the last word first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Voice {
    /// The record of the flaw, on the very package.
    Flaw,
    /// The record of the flaw, on the source package.
    SourceFlaw,
    /// A bulletin about an update of the very package.
    Bulletin,
    /// A bulletin about an update of the source package.
    SourceBulletin,
    /// Whoever packages the same software, where its own publisher says nothing.
    Packager,
    /// Whoever publishes fixes for subscribers.
    Subscription,
}

/// One rule's word on one flaw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) rule: Rule<'a>,
    /// Where the version fell inside; `None` when the rule says that it is not affected.
    pub(crate) matched: Option<Matched<'a>>,
    /// The record's id.
    pub(crate) advisory: &'a str,
    pub(crate) ranks: Ranks,
    pub(crate) voice: Voice,
}

/// Who speaks in one place of a flaw: by a record of it, and by a bulletin about an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ranks {
    pub(crate) record: Voice,
    pub(crate) bulletin: Voice,
}

/// A rule that a version fell under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) rule: Rule<'a>,
    pub(crate) matched: Matched<'a>,
    pub(crate) voice: Voice,
}

/// The rules that make a package affected by a flaw, all of one voice but for a subscription's fix; empty when it is not.
pub(crate) fn decide<'a>(statements: &[Statement<'a>]) -> Vec<Hit<'a>> {
    let by = |voice| {
        statements
            .iter()
            .filter(move |statement| statement.voice == voice)
    };
    let public = [
        Voice::Flaw,
        Voice::SourceFlaw,
        Voice::Bulletin,
        Voice::SourceBulletin,
        Voice::Packager,
    ];
    let decisive = public
        .into_iter()
        .find(|voice| by(*voice).next().is_some())
        .unwrap_or(Voice::Subscription);
    let is_cleared = by(decisive).any(|statement| statement.rule.status == VendorStatus::NotAffected);
    let mut hits = if is_cleared {
        Vec::new()
    } else {
        hits(by(decisive))
    };
    if decisive != Voice::Subscription && !hits.is_empty() && by(Voice::Subscription).next().is_some() {
        let unfixed = self::hits(by(Voice::Subscription));
        if unfixed.is_empty() {
            // The fix for subscribers is installed.
            hits.clear();
        }
        hits.extend(unfixed);
    }
    hits
}

fn hits<'a, 's>(statements: impl Iterator<Item = &'s Statement<'a>>) -> Vec<Hit<'a>>
where
    'a: 's,
{
    statements
        .filter_map(|statement| {
            Some(Hit {
                rule: statement.rule,
                matched: statement.matched?,
                voice: statement.voice,
            })
        })
        .collect()
}

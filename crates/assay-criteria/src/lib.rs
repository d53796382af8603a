//! Which findings, which resources: criteria as data, and what they match.
//!
//! [`Criteria`] are what a filter, a suppression rule or a report keeps. The API's own filter shapes are read into them,
//! the store turns them into SQL, and [`Criteria::matches`] is what both are held against. What to know first:
//!
//! * Conditions on several fields must all hold. Within a field one of the positive tests must hold (if there are any),
//!   and every negative one.
//! * A field may have no value, or several (the tags of an image). A positive test holds when one value passes it; a
//!   negative one when *no* value is the given text, so it holds where there is no value at all.
//! * A package test holds when *one and the same* package passes all its parts.
//! * Texts are compared exactly, in case too; words (`ACTIVE`, `CRITICAL`) are those of Inspector's API.
//! * Ports match when all that is open lies within the given range: a suppression rule never hides more than it names.
//! * The JSON form has a version in `schema`, and reading it checks everything that [`Criteria::check`] does.

mod check;
mod criteria;
mod field;
mod matching;
mod wire;

pub use check::{CriteriaError, LATEST, LONGEST_TEXT, MOST_CONDITIONS, MOST_TESTS, Problem};
pub use criteria::{Condition, Criteria, PackagePart, Test};
pub use field::{Field, Kind, Scope, UnknownField};
pub use matching::{Facts, Value};

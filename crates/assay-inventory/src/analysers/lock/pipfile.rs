//! `Pipfile.lock`.
//!
//! Source: Pipenv's documentation of `Pipfile.lock`. Beside `_meta` there is a section a category, with versions as
//! `==1.0`; what comes from a repository or path has none.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// Pipenv's lock file.
pub(crate) static PIPFILE: Document = Document {
    description: Description {
        name: "pipfile-lock",
        ecosystem: "Pipenv (Python)",
        reads: &["**/Pipfile.lock"],
        kind: Kind::Lock,
        types: &["pypi"],
    },
    version: 2,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for (category, _) in root.entries().iter().filter(|(name, _)| **name != *"_meta") {
        for (name, entry) in root.map_in(category, &mut tally) {
            tally.count(package(name, entry, facts));
        }
    }
    tally.report(facts);
    Ok(())
}

fn package(name: &str, entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    if let Some(version) = entry.optional("version")?.strip_prefix("==") {
        identity::python(name, version.trim_start_matches('='), facts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn categories() {
        let content = r#"{"_meta": {"hash": {}}, "default": {"Django": {"version": "==3.2", "hashes": []},
            "local": {"path": ".", "editable": true}, "odd": "==1"}, "develop": {"pytest": {"version": "==7.0"}}}"#;
        check(
            &PIPFILE,
            "Pipfile.lock",
            content,
            &["pkg:pypi/django@3.2", "pkg:pypi/pytest@7.0", "malformed"],
        );
        check(&PIPFILE, "Pipfile.lock", "{", &["malformed"]);
    }
}

//! `packages.lock.json`, NuGet's lock file.
//!
//! Source: NuGet's documentation, "Locking dependencies". Packages stand by target framework, and by framework and
//! runtime once more; entries of the type `Project` are siblings.

use super::package;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// NuGet's lock file.
pub(crate) static LOCK: Document = Document {
    description: Description {
        name: "nuget-lock",
        ecosystem: "NuGet (.NET)",
        reads: &["**/packages.lock.json", "**/packages.*.lock.json"],
        kind: Kind::Lock,
        types: &["nuget"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let frameworks = root.get("dependencies");
    let mut tally = Tally::default();
    for (framework, _) in root.map_in("dependencies", &mut tally) {
        for (name, entry) in frameworks.map_in(framework, &mut tally) {
            tally.count(read_entry(name, entry, facts));
        }
    }
    tally.report(facts);
    Ok(())
}

fn read_entry(name: &str, entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    if entry.required("type")? != "Project" {
        package(name, entry.required("resolved")?, facts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn frameworks() {
        let content = r#"{"version": 1, "dependencies": {
            "net6.0": {"A": {"type": "Direct", "requested": "[1.0, )", "resolved": "1.0.0"},
                "B": {"type": "Transitive", "resolved": "2.0.0"}, "sibling": {"type": "Project", "dependencies": {}},
                "Odd": {"type": "Direct"}},
            "net6.0/linux-x64": {"C": {"type": "Transitive", "resolved": "3.0.0"}}, "odd": []}}"#;
        check(
            &LOCK,
            "src/packages.lock.json",
            content,
            &[
                "pkg:nuget/A@1.0.0",
                "pkg:nuget/B@2.0.0",
                "pkg:nuget/C@3.0.0",
                "malformed",
            ],
        );
    }
}

//! `build.sbt.lock`, which a plug-in of Scala's build tool writes.
//!
//! Source: the documentation of sbt-dependency-lock. `dependencies` has organisation, name and version of each.

use assay_model::Purl;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// sbt's lock file.
pub(crate) static SBT: Document = Document {
    description: Description {
        name: "sbt-lock",
        ecosystem: "sbt (Scala)",
        reads: &["**/build.sbt.lock"],
        kind: Kind::Lock,
        types: &["maven"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for entry in root.list_in("dependencies", &mut tally) {
        tally.count(package(entry, facts));
    }
    tally.report(facts);
    Ok(())
}

fn package(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let purl = Purl::new("maven", entry.required("name")?, entry.required("version")?)
        .with_namespace(entry.required("org")?);
    identity::found(purl, Vec::new(), facts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn dependencies() {
        let content = r#"{"lockVersion": 1, "configurations": ["compile"], "dependencies": [
            {"org": "org.typelevel", "name": "cats-core_2.12", "version": "2.9.0", "artifacts": [], "configurations": ["compile"]},
            {"org": "odd"}]}"#;
        check(
            &SBT,
            "build.sbt.lock",
            content,
            &["pkg:maven/org.typelevel/cats-core_2.12@2.9.0", "malformed"],
        );
    }
}

//! `stack.yaml.lock` and `cabal.project.freeze`, of Haskell's build tools.
//!
//! Sources: Stack's documentation, "Lock files"; the Cabal User Guide, `cabal freeze`. Stack writes
//! `name-1.0@sha256:…,size` for packages of Hackage and `name` and `version` for others; what its snapshot holds stands
//! elsewhere. Cabal writes constraints, `any.name ==1.0` for versions and `name +flag` for flags.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// Stack's lock file.
pub(crate) static STACK: Document = Document {
    description: Description {
        name: "stack-lock",
        ecosystem: "Stack (Haskell)",
        reads: &["**/stack.yaml.lock"],
        kind: Kind::Lock,
        types: &["hackage"],
    },
    version: 1,
    read: read_stack,
};

/// Cabal's file of frozen versions.
pub(crate) static CABAL: Document = Document {
    description: Description {
        name: "cabal-freeze",
        ecosystem: "Cabal (Haskell)",
        reads: &["**/cabal.project.freeze"],
        kind: Kind::Lock,
        types: &["hackage"],
    },
    version: 1,
    read: read_cabal,
};

fn read_stack(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_yaml(file.text, facts);
    let mut tally = Tally::default();
    for entry in root.list_in("packages", &mut tally) {
        tally.count(completed(entry.get("completed"), facts));
    }
    tally.report(facts);
    Ok(())
}

fn completed(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let hackage = entry.optional("hackage")?;
    let (name, version) = match hackage.split('@').next().unwrap_or_default() {
        "" => (entry.required("name")?, entry.required("version")?),
        package => package.rsplit_once('-').ok_or(Misfit)?,
    };
    identity::plain("hackage", name, version, facts);
    Ok(())
}

fn read_cabal(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut is_frozen = file.text.trim().is_empty();
    let mut in_constraints = false;
    for line in file.text.lines() {
        let line = line.split("--").next().unwrap_or_default();
        let field = line
            .split_once(':')
            .filter(|(name, _)| !name.contains(' ') && !line.starts_with(' '));
        let constraints = match field {
            Some((name, value)) => {
                is_frozen = true;
                in_constraints = name.eq_ignore_ascii_case("constraints");
                value
            }
            None => line,
        };
        if !in_constraints {
            continue;
        }
        for constraint in constraints.split(',') {
            if let Some((name, version)) = constraint.split_once("==") {
                let name = name.trim();
                let name = name.strip_prefix("any.").unwrap_or(name);
                let version = version.trim();
                if !version.contains(['*', ' ', '|', '&']) {
                    identity::plain("hackage", name, version, facts);
                }
            }
        }
    }
    match is_frozen {
        true => Ok(()),
        false => Err(DocumentError::Form("no field of such a file is in it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn stack() {
        let content = "# lock\npackages:\n- completed:\n    hackage: aeson-2.0.3.0@sha256:ab,6089\n    pantry-tree:\n      size: 1\n  original:\n    hackage: aeson-2.0.3.0\n\
            - completed:\n    commit: ab\n    git: https://example.org/x\n    name: forked-thing\n    version: 0.1\n  original: {}\n- odd\nsnapshots:\n- completed:\n    sha256: ab\n";
        check(
            &STACK,
            "stack.yaml.lock",
            content,
            &[
                "pkg:hackage/aeson@2.0.3.0",
                "pkg:hackage/forked-thing@0.1",
                "malformed",
            ],
        );
    }

    #[test]
    fn cabal() {
        let content = "active-repositories: hackage:merge\nconstraints: any.aeson ==2.0.3.0,\n             aeson -cffi +ordered-keymap,\n             \
            any.text ==1.2.5.0,\n             any.wide ==1.*, -- no\nindex-state: hackage 2022-01-01T00:00:00Z\n";
        check(
            &CABAL,
            "cabal.project.freeze",
            content,
            &["pkg:hackage/aeson@2.0.3.0", "pkg:hackage/text@1.2.5.0"],
        );
        check(&CABAL, "cabal.project.freeze", "nothing\n", &["malformed"]);
    }
}

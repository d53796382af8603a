//! `bun.lock`, and `bun.lockb` of before.
//!
//! Source: Bun's documentation of its lock file. The text is JSON with trailing commas; `packages` has a list for each
//! key, whose first item is `name@version`, what is of the workspace or of an address having that after the `@`. The
//! binary file of older versions is not read: Bun itself turns it into text.

use assay_model::DiagnosticCode;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// Bun's lock file.
pub(crate) static BUN: Document = Document {
    description: Description {
        name: "bun-lock",
        ecosystem: "Bun (JavaScript)",
        reads: &["**/bun.lock", "**/bun.lockb"],
        kind: Kind::Lock,
        types: &["npm"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    if file.path.name == "bun.lockb" {
        let message = "Bun's binary lock file is not read; \
            \"bun install --save-text-lockfile --frozen-lockfile --lockfile-only\" makes a bun.lock of it";
        facts.diagnostic(DiagnosticCode::Unsupported, message);
        return Ok(());
    }
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for (_, entry) in root.map_in("packages", &mut tally) {
        let first = entry.items().first().and_then(Node::text);
        match first.and_then(identity::split_npm) {
            Some((name, version)) => identity::npm(name, version, Vec::new(), facts),
            None => tally.count(Err(Misfit)),
        }
    }
    tally.report(facts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn packages() {
        let content = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "app", "dependencies": { "a": "^1", }, },
  },
  "packages": {
    "a": ["a@1.0.0", "", { "dependencies": { "b": "2" } }, "sha512-x"],

    "a/b": ["@s/b@2.0.0", "", {}, "sha512-y"],
    "tool": ["tool@workspace:packages/tool"],
    "forked": ["forked@github:o/r#ab", {}, "o-r-ab"],
    "odd": "odd@1",
  }
}
"#;
        check(
            &BUN,
            "bun.lock",
            content,
            &["pkg:npm/a@1.0.0", "pkg:npm/%40s/b@2.0.0", "malformed"],
        );
        check(
            &BUN,
            "bun.lockb",
            "#!/usr/bin/env bun\nbun-lockfile-format-v0\n\u{0}",
            &["unsupported"],
        );
    }
}

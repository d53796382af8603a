//! `package-lock.json` and `npm-shrinkwrap.json`, lock file versions 1 to 3.
//!
//! Source: npm's documentation of `package-lock.json`. Versions 2 and 3 have `packages` by where they are
//! installed; version 1 has `dependencies` within each other, and version 2 has both. The traps: a directory's name
//! is an alias where the entry has a name of its own; links and entries outside `node_modules` are the project's.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// npm's own lock files.
pub(crate) static NPM: Document = Document {
    description: Description {
        name: "npm-lock",
        ecosystem: "npm",
        reads: &["**/package-lock.json", "**/npm-shrinkwrap.json"],
        kind: Kind::Lock,
        types: &["npm"],
    },
    version: 2,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    if root.get("packages").is_nothing() {
        dependencies(&root, &mut tally, facts);
    } else {
        for (path, entry) in root.map_in("packages", &mut tally) {
            tally.count(package(path, entry, facts));
        }
    }
    tally.report(facts);
    Ok(())
}

fn package(path: &str, entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let Some((_, directory)) = path.rsplit_once("node_modules/") else {
        return Ok(());
    };
    // What is bundled has `false` here in old files.
    let is_local = entry
        .get("resolved")
        .text()
        .is_some_and(|from| from.starts_with("file:"));
    if entry.get("link").is_true() || is_local {
        return Ok(());
    }
    let name = match entry.optional("name")? {
        "" => directory,
        name => name,
    };
    identity::npm(
        name,
        entry.optional("version")?,
        entry.get("license").licences(),
        facts,
    );
    Ok(())
}

/// Version 1. A list of what is still to do, since dependencies are within each other.
fn dependencies(root: &Node, tally: &mut Tally, facts: &mut Facts) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        for (name, dependency) in node.map_in("dependencies", tally) {
            match dependency.optional("version") {
                Ok(version) => {
                    let alias = version.strip_prefix("npm:").and_then(identity::split_npm);
                    let (name, version) = alias.unwrap_or((name, version));
                    identity::npm(name, version, Vec::new(), facts);
                    open.push(dependency);
                }
                Err(misfit) => tally.count(Err(misfit)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn version_1() {
        check(
            &NPM,
            "web/npm-shrinkwrap.json",
            r#"{"lockfileVersion": 1, "dependencies": {
                "a": {"version": "1.0.0", "resolved": false, "dependencies": {"b": {"version": "2.0.0", "dev": true}}},
                "@s/c": {"version": "3.0.0"},
                "alias": {"version": "npm:@real/d@4.0.0"},
                "local": {"version": "file:../local"},
                "odd": {"version": 1, "dependencies": []},
                "git": {"version": "git+ssh://git@example.org/x.git#abc"}}}"#,
            &[
                "pkg:npm/a@1.0.0",
                "pkg:npm/%40s/c@3.0.0",
                "pkg:npm/%40real/d@4.0.0",
                "pkg:npm/b@2.0.0",
                "malformed",
            ],
        );
    }

    #[test]
    fn versions_2_and_3() {
        check(
            &NPM,
            "package-lock.json",
            r#"{"lockfileVersion": 2, "packages": {
                "": {"name": "app", "version": "0.1.0"},
                "packages/tool": {"name": "tool", "version": "0.1.0"},
                "node_modules/tool": {"resolved": "packages/tool", "link": true},
                "node_modules/a": {"version": "1.0.0", "dev": true, "license": "MIT"},
                "node_modules/odd": ["1.0.0"],
                "node_modules/a/node_modules/@s/b": {"version": "2.0.0"},
                "node_modules/alias": {"name": "real", "version": "3.0.0"},
                "node_modules/tarball": {"version": "1.0.0", "resolved": "file:tarball.tgz"}},
              "dependencies": {"a": {"version": "1.0.0"}}}"#,
            &[
                "pkg:npm/a@1.0.0 | MIT",
                "pkg:npm/%40s/b@2.0.0",
                "pkg:npm/real@3.0.0",
                "malformed",
            ],
        );
        check(
            &NPM,
            "package-lock.json",
            r#"{"packages": {"node_modules/a": {"version": "1.0.0"}, "node_modules/b": {"ver"#,
            &["malformed", "pkg:npm/a@1.0.0"],
        );
        check(&NPM, "package-lock.json", r#"{"packages": 7}"#, &["malformed"]);
        check(&NPM, "package-lock.json", "[", &["malformed"]);
        check(&NPM, "package-lock.json", "{}", &[]);
    }
}

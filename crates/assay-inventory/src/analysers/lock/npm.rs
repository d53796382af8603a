//! `package-lock.json` and `npm-shrinkwrap.json`, lock file versions 1 to 3.
//!
//! Source: npm's documentation of `package-lock.json`. Versions 2 and 3 have `packages` by where they are
//! installed; version 1 has `dependencies` within each other, and version 2 has both. The traps: a directory's name
//! is an alias where the entry has a name of its own; links and entries outside `node_modules` are the project's.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{LockError, LockFile, identity};
use crate::Facts;

/// npm's own lock files.
pub(crate) static NPM: LockFile = LockFile {
    name: "npm-lock",
    version: 1,
    is_one: |path| matches!(path.name, "package-lock.json" | "npm-shrinkwrap.json"),
    read,
};

#[derive(Deserialize)]
struct Document {
    packages: Option<BTreeMap<String, Package>>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<String>,
    #[serde(default)]
    link: bool,
}

#[derive(Deserialize)]
struct Dependency {
    version: Option<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

fn read(text: &str, facts: &mut Facts) -> Result<(), LockError> {
    let document: Document = serde_json::from_str(text)?;
    let Some(packages) = document.packages else {
        dependencies(document.dependencies, facts);
        return Ok(());
    };
    for (path, package) in packages {
        let Some((_, directory)) = path.rsplit_once("node_modules/") else {
            continue;
        };
        let is_local = package.resolved.is_some_and(|from| from.starts_with("file:"));
        if package.link || is_local {
            continue;
        }
        let name = package.name.as_deref().unwrap_or(directory);
        identity::npm(name, package.version.as_deref().unwrap_or_default(), facts);
    }
    Ok(())
}

/// Version 1. The parser bounds the depth; the list of what is still to do replaces recursion.
fn dependencies(outermost: BTreeMap<String, Dependency>, facts: &mut Facts) {
    let mut open = vec![outermost];
    while let Some(level) = open.pop() {
        for (name, dependency) in level {
            let version = dependency.version.as_deref().unwrap_or_default();
            match version.strip_prefix("npm:").and_then(identity::split_npm) {
                Some((name, version)) => identity::npm(name, version, facts),
                None => identity::npm(&name, version, facts),
            }
            open.push(dependency.dependencies);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::check, *};

    #[test]
    fn version_1() {
        check(
            &NPM,
            "web/npm-shrinkwrap.json",
            r#"{"lockfileVersion": 1, "dependencies": {
                "a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0", "dev": true}}},
                "@s/c": {"version": "3.0.0"},
                "alias": {"version": "npm:@real/d@4.0.0"},
                "local": {"version": "file:../local"},
                "git": {"version": "git+ssh://git@example.org/x.git#abc"}}}"#,
            &[
                "pkg:npm/%40s/c@3.0.0",
                "pkg:npm/a@1.0.0",
                "pkg:npm/%40real/d@4.0.0",
                "pkg:npm/b@2.0.0",
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
                "node_modules/a": {"version": "1.0.0", "dev": true},
                "node_modules/a/node_modules/@s/b": {"version": "2.0.0"},
                "node_modules/alias": {"name": "real", "version": "3.0.0"},
                "node_modules/tarball": {"version": "1.0.0", "resolved": "file:tarball.tgz"}},
              "dependencies": {"a": {"version": "1.0.0"}}}"#,
            &["pkg:npm/a@1.0.0", "pkg:npm/%40s/b@2.0.0", "pkg:npm/real@3.0.0"],
        );
        check(&NPM, "package-lock.json", "[", &["malformed"]);
        check(&NPM, "package-lock.json", "{}", &[]);
    }
}

//! `poetry.lock`.
//!
//! Source: Poetry's documentation of its lock file. What comes from a directory or file has a `source` that says so.

use serde::Deserialize;

use super::{LockError, LockFile, identity, toml_packages};
use crate::Facts;

/// Poetry's lock file.
pub(crate) static POETRY: LockFile = LockFile {
    name: "poetry-lock",
    version: 1,
    is_one: |path| path.name == "poetry.lock",
    read,
};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<Source>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(rename = "type", default)]
    kind: String,
}

fn read(text: &str, facts: &mut Facts) -> Result<(), LockError> {
    for package in toml_packages::<Package>(text, facts)? {
        let kind = package.source.map(|source| source.kind).unwrap_or_default();
        if !matches!(kind.as_str(), "directory" | "file") {
            identity::python(&package.name, &package.version, facts);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::check, *};

    #[test]
    fn packages() {
        let content = "[[package]]\nname = \"Foo_Bar\"\nversion = \"1.0\"\nfiles = []\n\n[package.dependencies]\nx = \"*\"\n\n\
            [[package]]\nname = \"local\"\nversion = \"0.1\"\n[package.source]\ntype = \"directory\"\nurl = \"../local\"\n\n\
            [[package]]\nname = \"mirrored\"\nversion = \"2\"\n[package.source]\ntype = \"legacy\"\nurl = \"https://example.org\"\n\n\
            [metadata]\nlock-version = \"2.0\"\n";
        check(
            &POETRY,
            "poetry.lock",
            content,
            &["pkg:pypi/foo-bar@1.0", "pkg:pypi/mirrored@2"],
        );
        check(&POETRY, "poetry.lock", "= 1\n", &["malformed"]);
    }
}

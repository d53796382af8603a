//! `poetry.lock`.
//!
//! Source: Poetry's documentation of its lock file. What comes from a directory or file has a `source` that says so.

use serde::Deserialize;

use super::{identity, tables};
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Poetry's lock file.
pub(crate) static POETRY: Document = Document {
    description: Description {
        name: "poetry-lock",
        ecosystem: "Poetry (Python)",
        reads: &["**/poetry.lock"],
        kind: Kind::Lock,
        types: &["pypi"],
    },
    version: 2,
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

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    for package in tables::entries::<Package>("package", file.text, facts) {
        let kind = package.source.map(|source| source.kind).unwrap_or_default();
        if !matches!(kind.as_str(), "directory" | "file") {
            identity::python(&package.name, &package.version, facts);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

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

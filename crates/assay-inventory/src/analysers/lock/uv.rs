//! `uv.lock`.
//!
//! Source: uv's documentation, "Locking and syncing". The project, its workspace members and local directories have
//! `editable`, `virtual` or `directory` as their source, and need have no version.

use serde::Deserialize;

use super::{identity, tables};
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// uv's lock file.
pub(crate) static UV: Document = Document {
    description: Description {
        name: "uv-lock",
        ecosystem: "uv (Python)",
        reads: &["**/uv.lock"],
        kind: Kind::Lock,
        types: &["pypi"],
    },
    version: 2,
    read,
};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    #[serde(default)]
    source: toml::Table,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    for package in tables::entries::<Package>("package", file.text, facts) {
        let is_local = ["editable", "virtual", "directory", "path"]
            .iter()
            .any(|kind| package.source.contains_key(*kind));
        if !is_local {
            identity::python(
                &package.name,
                package.version.as_deref().unwrap_or_default(),
                facts,
            );
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
        let content = "version = 1\nrequires-python = \">=3.12\"\n\n\
            [[package]]\nname = \"app\"\nversion = \"0.1\"\nsource = { editable = \".\" }\n\n\
            [[package]]\nname = \"root\"\nsource = { virtual = \".\" }\n\n\
            [[package]]\nname = \"django\"\nversion = \"3.2\"\nsource = { registry = \"https://example.org/simple\" }\n\n\
            [[package]]\nname = \"forked\"\nversion = \"1.1\"\nsource = { git = \"https://example.org/x?rev=a#b\" }\n";
        check(
            &UV,
            "uv.lock",
            content,
            &["pkg:pypi/django@3.2", "pkg:pypi/forked@1.1"],
        );
        check(&UV, "uv.lock", "[[package]]\nname = 3\n", &["malformed"]);
    }
}

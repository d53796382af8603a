//! `Manifest.toml`, of Julia.
//!
//! Source: the documentation of Pkg, "Project.toml and Manifest.toml". Tables of arrays by name: at the root in
//! version 1, within `deps` in version 2. Names are not unique, so the package URL has the `uuid`. The traps: what is
//! in the standard library has no version of its own; what is developed has a `path`.

use assay_model::Purl;
use serde::Deserialize;

use super::{identity, toml_document};
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Tally},
};

/// Julia's manifest.
pub(crate) static JULIA: Document = Document {
    description: Description {
        name: "julia-manifest",
        ecosystem: "Julia packages",
        reads: &["**/Manifest.toml", "**/JuliaManifest.toml", "**/Manifest-v*.toml"],
        kind: Kind::Lock,
        types: &["julia"],
    },
    version: 1,
    read,
};

#[derive(Deserialize)]
struct Entry {
    uuid: String,
    version: Option<String>,
    path: Option<String>,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut document: toml::Table = toml_document(file.text, facts)?;
    let is_2 = document.contains_key("manifest_format");
    let packages = match document.remove("deps") {
        Some(toml::Value::Table(packages)) if is_2 => packages,
        _ if is_2 => toml::Table::new(),
        // A package may be called "deps".
        Some(other) => {
            document.insert("deps".to_owned(), other);
            document
        }
        None => document,
    };
    let mut tally = Tally::default();
    for (name, entries) in packages {
        let toml::Value::Array(entries) = entries else {
            // A member of the manifest itself.
            continue;
        };
        for entry in entries {
            match entry.try_into::<Entry>() {
                Ok(Entry {
                    uuid,
                    version: Some(version),
                    path: None,
                }) => {
                    let purl = Purl::new("julia", &name, &version).with_qualifier("uuid", &uuid);
                    identity::found(purl, Vec::new(), facts);
                }
                Ok(_) => {}
                Err(_) => tally.count(Err(Misfit)),
            }
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
    fn versions() {
        let packages = |prefix: &str| {
            format!(
                "[[{prefix}HTTP]]\ndeps = [\"Dates\"]\nuuid = \"cd3e\"\nversion = \"1.9.6\"\n\n[[{prefix}Dates]]\nuuid = \"ade2\"\n\n\
                 [[{prefix}Local]]\npath = \"../Local\"\nuuid = \"ab\"\nversion = \"0.1.0\"\n\n[[{prefix}Odd]]\nuuid = 3\n"
            )
        };
        let expected = ["pkg:julia/HTTP@1.9.6?uuid=cd3e", "malformed"];
        check(&JULIA, "Manifest.toml", &packages(""), &expected);
        let new = format!(
            "julia_version = \"1.9.0\"\nmanifest_format = \"2.0\"\n\n{}",
            packages("deps.")
        );
        check(&JULIA, "Manifest.toml", &new, &expected);
        check(&JULIA, "Manifest-v1.11.toml", "manifest_format = \"2.0\"\n", &[]);
        check(
            &JULIA,
            "Manifest.toml",
            "[[A]]\nuuid = \"a\"\nversion = \"1\"\n\n[[B]]\nuuid = \"b",
            &["malformed", "pkg:julia/A@1?uuid=a"],
        );
    }
}

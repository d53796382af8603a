//! `Manifest.toml`, of Julia.
//!
//! Source: the documentation of Pkg, "Project.toml and Manifest.toml". Tables of arrays by name: at the root in
//! version 1, within `deps` in version 2. Names are not unique, so the package URL has the `uuid`. The traps: what is
//! in the standard library has no version of its own; what is developed has a `path`.

use assay_model::Purl;
use serde::Deserialize;

use super::{
    identity,
    tables::{self, Line},
};
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
    let tell = |header: &str| match header.starts_with("[[") {
        true => Line::Entry,
        false => Line::Within,
    };
    let mut tally = Tally::default();
    let mut is_2 = false;
    for part in tables::parts(file.text, tell) {
        let Some(mut table) = tables::table(&part, &mut tally, facts) else {
            continue;
        };
        is_2 |= table.contains_key("manifest_format");
        let packages = match table.remove("deps") {
            Some(toml::Value::Table(packages)) if is_2 => packages,
            // A package may be called "deps".
            Some(other) => {
                table.insert("deps".to_owned(), other);
                table
            }
            None => table,
        };
        for (name, entries) in packages {
            // What is no list is a member of the manifest itself.
            if let toml::Value::Array(entries) = entries {
                for entry in entries {
                    tally.count(package(&name, entry, facts));
                }
            }
        }
    }
    tally.report(facts);
    Ok(())
}

fn package(name: &str, entry: toml::Value, facts: &mut Facts) -> Result<(), Misfit> {
    let entry: Entry = entry.try_into().map_err(|_| Misfit)?;
    if let (Some(version), None) = (entry.version, entry.path) {
        let purl = Purl::new("julia", name, &version).with_qualifier("uuid", &entry.uuid);
        identity::found(purl, Vec::new(), facts);
    }
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
            &["pkg:julia/A@1?uuid=a", "malformed"],
        );
    }
}

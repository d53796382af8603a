//! `Cargo.lock`, every version of the format.
//!
//! Source: the Cargo book, "Cargo.toml vs Cargo.lock". What has no source is a member of the workspace or lies at a
//! path.

use serde::Deserialize;

use super::{identity, tables};
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Cargo's lock file.
pub(crate) static CARGO: Document = Document {
    description: Description {
        name: "cargo-lock",
        ecosystem: "Cargo",
        reads: &["**/Cargo.lock"],
        kind: Kind::Lock,
        types: &["cargo"],
    },
    version: 2,
    read,
};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    for package in tables::entries::<Package>("package", file.text, facts) {
        let source = package.source.unwrap_or_default();
        if ["registry+", "sparse+", "git+"]
            .iter()
            .any(|kind| source.starts_with(kind))
        {
            identity::plain("cargo", &package.name, &package.version, facts);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn sources() {
        let content = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"smallvec\"]\n\n\
            [[package]]\nname = \"smallvec\"\nversion = \"0.6.13\"\nsource = \"registry+https://example.org/index\"\n\n\
            [[package]]\nname = \"forked\"\nversion = \"1.0.0\"\nsource = \"git+https://example.org/x#abc\"\n\n\
            [[package]]\nname = \"quick\"\nversion = \"2.0.0\"\nsource = \"sparse+https://example.org/\"\n";
        check(
            &CARGO,
            "Cargo.lock",
            content,
            &[
                "pkg:cargo/smallvec@0.6.13",
                "pkg:cargo/forked@1.0.0",
                "pkg:cargo/quick@2.0.0",
            ],
        );
        check(&CARGO, "Cargo.lock", "[[package]\n", &["malformed"]);
        let deep = format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000));
        check(&CARGO, "Cargo.lock", &deep, &["malformed"]);
    }
}

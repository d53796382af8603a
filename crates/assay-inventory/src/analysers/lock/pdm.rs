//! `pdm.lock`.
//!
//! Source: PDM's documentation, "Lock file". What lies at a path has a `path`; a package may occur once more for
//! each of its extras.

use serde::Deserialize;

use super::{identity, tables};
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// PDM's lock file.
pub(crate) static PDM: Document = Document {
    description: Description {
        name: "pdm-lock",
        ecosystem: "PDM (Python)",
        reads: &["**/pdm.lock"],
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
    path: Option<String>,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    for package in tables::entries::<Package>("package", file.text, facts) {
        if package.path.is_none() {
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
        let content = "[metadata]\nlock_version = \"4.5\"\n\n\
            [[package]]\nname = \"requests\"\nversion = \"2.0\"\ngroups = [\"default\"]\n\n\
            [[package]]\nname = \"local\"\nversion = \"0.1\"\npath = \"./local\"\neditable = true\n";
        check(&PDM, "pdm.lock", content, &["pkg:pypi/requests@2.0"]);
        let broken = format!("{content}\n[[package]]\nname = 7\n");
        check(&PDM, "pdm.lock", &broken, &["malformed", "pkg:pypi/requests@2.0"]);
    }
}

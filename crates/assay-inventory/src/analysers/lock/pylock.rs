//! `pylock.toml` and `pylock.<name>.toml`, the lock file that all of Python's installers can share.
//!
//! Source: PEP 751. What lies in a directory has `directory`; what comes from a repository or an address may have no
//! version.

use serde::Deserialize;

use super::{identity, tables};
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// Python's common lock file.
pub(crate) static PYLOCK: Document = Document {
    description: Description {
        name: "pylock",
        ecosystem: "pylock (Python)",
        reads: &["**/pylock.toml", "**/pylock.*.toml"],
        kind: Kind::Lock,
        types: &["pypi"],
    },
    version: 1,
    read,
};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    directory: Option<toml::Value>,
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    for package in tables::entries::<Package>("packages", file.text, facts) {
        if package.directory.is_none() {
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
        let content = "lock-version = '1.0'\ncreated-by = 'pip'\n\n[[packages]]\nname = 'Attrs'\nversion = '25.1.0'\nwheels = []\n\n\
            [[packages]]\nname = 'local'\nversion = '0.1'\ndirectory = { path = '.' }\n\n[[packages]]\nname = 'forked'\nvcs = { type = 'git' }\n";
        check(&PYLOCK, "pylock.toml", content, &["pkg:pypi/attrs@25.1.0"]);
        check(
            &PYLOCK,
            "pylock.dev.toml",
            &format!("{content}\n[[packages]]\nname = 1\n"),
            &["malformed", "pkg:pypi/attrs@25.1.0"],
        );
    }
}

//! `Pipfile.lock`.
//!
//! Source: Pipenv's documentation of `Pipfile.lock`. Beside `_meta` there is a section a category, with versions as
//! `==1.0`; what comes from a repository or path has none.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{LockError, LockFile, identity};
use crate::Facts;

/// Pipenv's lock file.
pub(crate) static PIPFILE: LockFile = LockFile {
    name: "pipfile-lock",
    version: 1,
    is_one: |path| path.name == "Pipfile.lock",
    read,
};

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "_meta")]
    _meta: serde::de::IgnoredAny,
    #[serde(flatten)]
    categories: BTreeMap<String, BTreeMap<String, Package>>,
}

#[derive(Deserialize)]
struct Package {
    version: Option<String>,
}

fn read(text: &str, facts: &mut Facts) -> Result<(), LockError> {
    let document: Document = serde_json::from_str(text)?;
    for (name, package) in document.categories.into_values().flatten() {
        let version = package.version.unwrap_or_default();
        if let Some(version) = version.strip_prefix("==") {
            identity::python(&name, version.trim_start_matches('='), facts);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::check, *};

    #[test]
    fn categories() {
        let content = r#"{"_meta": {"hash": {}}, "default": {"Django": {"version": "==3.2", "hashes": []},
            "local": {"path": ".", "editable": true}}, "develop": {"pytest": {"version": "==7.0"}}}"#;
        check(
            &PIPFILE,
            "Pipfile.lock",
            content,
            &["pkg:pypi/django@3.2", "pkg:pypi/pytest@7.0"],
        );
        check(&PIPFILE, "Pipfile.lock", "{", &["malformed"]);
    }
}

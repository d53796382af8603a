//! PHP packages that Composer installed, and the ones that its lock file names.
//!
//! Source: Composer's documentation and schema. `vendor/composer/installed.json` is a list (Composer 1) or an object
//! with `packages` (Composer 2); `composer.lock` parts what only development needs off. The traps: versions keep the
//! `v` of their tags, which the advisories' scheme takes off; a branch stands in a version's place as `dev-main`;
//! what comes from a local path has `path` as the type of its distribution.

use assay_model::Purl;

use super::document::{Document, DocumentError, Text};
use crate::{
    Description, Facts, FoundPackage, Kind,
    tree::{Misfit, Node, Tally},
};

/// What Composer installed.
pub(crate) static INSTALLED: Document = Document {
    description: Description {
        name: "composer",
        ecosystem: "PHP packages",
        reads: &["**/composer/installed.json"],
        kind: Kind::Installed,
        types: &["composer"],
    },
    version: 1,
    read,
};

/// Composer's lock file.
pub(crate) static LOCK: Document = Document {
    description: Description {
        name: "composer-lock",
        ecosystem: "Composer (PHP)",
        reads: &["**/composer.lock"],
        kind: Kind::Lock,
        types: &["composer"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    let first = match &root {
        Node::List(packages) => packages.as_slice(),
        _ => root.list_in("packages", &mut tally),
    };
    for entry in first.iter().chain(root.list_in("packages-dev", &mut tally)) {
        tally.count(package(entry, facts));
    }
    tally.report(facts);
    Ok(())
}

fn package(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let (name, version) = (entry.required("name")?, entry.required("version")?);
    if entry.get("dist").get("type").text() == Some("path") {
        return Ok(());
    }
    let name = name.to_ascii_lowercase();
    let (vendor, name) = name.split_once('/').unwrap_or(("", &name));
    let purl = Purl::new("composer", name, version).with_namespace(vendor);
    facts.package(FoundPackage::language(purl).with_licences(entry.get("license").licences()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    const TWO: &str = r#"{"name": "Symfony/http-kernel", "version": "v4.4.20", "license": ["MIT"], "dist": {"type": "zip"}},
        {"name": "acme/local", "version": "dev-main", "dist": {"type": "path"}}, {"name": "a/b", "version": 1}"#;

    #[test]
    fn installed() {
        let expected = ["pkg:composer/symfony/http-kernel@v4.4.20 | MIT", "malformed"];
        for content in [
            format!("[{TWO}]"),
            format!(r#"{{"packages": [{TWO}], "dev": true, "dev-package-names": []}}"#),
        ] {
            check(
                &INSTALLED,
                "app/vendor/composer/installed.json",
                &content,
                &expected,
            );
        }
    }

    #[test]
    fn lock() {
        let content = format!(
            r#"{{"packages": [{TWO}], "packages-dev": [{{"name": "d/e", "version": "1.0", "license": "BSD-3-Clause"}}]}}"#
        );
        check(
            &LOCK,
            "composer.lock",
            &content,
            &[
                "pkg:composer/symfony/http-kernel@v4.4.20 | MIT",
                "pkg:composer/d/e@1.0 | BSD-3-Clause",
                "malformed",
            ],
        );
        check(
            &LOCK,
            "composer.lock",
            r#"{"packages": [{"name": "a/b", "version": "1"}, {"na"#,
            &["malformed", "pkg:composer/a/b@1", "malformed"],
        );
    }
}

//! `conda-meta/<name>-<version>-<build>.json`, the record of one installed package and its files.

use super::purl;
use crate::{
    Description, Facts, FoundPackage, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// The analyser of installed conda packages.
pub(crate) static INSTALLED: Document = Document {
    description: Description {
        name: "conda",
        ecosystem: "conda packages",
        reads: &["**/conda-meta/*.json"],
        kind: Kind::Installed,
        types: &["conda"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    tally.count(record(&root, facts));
    tally.report(facts);
    Ok(())
}

fn record(root: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let platform = match root.optional("subdir")? {
        "" => "noarch",
        platform => platform,
    };
    let place = match root.optional("channel")? {
        "" => root.optional("url")?,
        channel => channel,
    };
    // What later versions of conda write in both is an address that ends in the platform.
    let purl = purl(
        root.required("name")?,
        root.required("version")?,
        root.optional("build")?,
        place,
        platform,
    );
    facts.package(FoundPackage::language(purl).with_licences(root.get("license").licences()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn records() {
        let one = |channel: &str| {
            format!(
                r#"{{"build": "py311_0", "build_number": 0, "channel": "{channel}", "files": ["bin/x"], "license": "BSD-3-Clause",
                "name": "numpy", "subdir": "linux-64", "version": "1.26.0", "url": "https://example.org/conda-forge/linux-64/numpy.conda"}}"#
            )
        };
        let path = "opt/conda/conda-meta/numpy-1.26.0-py311_0.json";
        for (channel, expected) in [
            ("https://example.org/pkgs/main/linux-64", "main"),
            ("https://example.org/conda-forge", "conda-forge"),
            ("conda-forge", "conda-forge"),
            ("", "conda-forge"),
        ] {
            let expected = format!(
                "pkg:conda/numpy@1.26.0?build=py311_0&channel={expected}&subdir=linux-64 | BSD-3-Clause"
            );
            check(&INSTALLED, path, &one(channel), &[&expected]);
        }
        check(&INSTALLED, path, r#"{"name": 3}"#, &["malformed"]);
        check(&INSTALLED, path, "{\"na", &["malformed", "malformed"]);
    }
}

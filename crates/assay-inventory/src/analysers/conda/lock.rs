//! `conda-lock.yml`, an environment locked for several platforms.
//!
//! Source: conda-lock's documentation. Each package occurs once a platform, of `manager` conda or pip.

use super::{purl, python};
use crate::{
    Description, Facts, FoundPackage, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// conda-lock's file.
pub(crate) static LOCK: Document = Document {
    description: Description {
        name: "conda-lock",
        ecosystem: "conda-lock",
        reads: &["**/conda-lock.yml", "**/conda-lock.yaml", "**/*.conda-lock.yml"],
        kind: Kind::Lock,
        types: &["conda", "pypi"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_yaml(file.text, facts);
    let mut tally = Tally::default();
    for entry in root.list_in("package", &mut tally) {
        tally.count(package(entry, facts));
    }
    tally.report(facts);
    Ok(())
}

fn package(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let (name, version) = (entry.required("name")?, entry.required("version")?);
    let purl = match entry.required("manager")? {
        "pip" => python(name, version),
        _ => {
            let address = entry.optional("url")?;
            let platform = address.rsplit('/').nth(1).unwrap_or_default();
            // `name-version-build.conda`
            let file = address.rsplit('/').next().unwrap_or_default();
            let build = file
                .strip_suffix(".conda")
                .or_else(|| file.strip_suffix(".tar.bz2"))
                .and_then(|stem| stem.rsplit('-').next())
                .unwrap_or_default();
            purl(name, version, build, address, platform)
        }
    };
    facts.package(FoundPackage::language(purl));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn packages() {
        let content = "version: 1\nmetadata:\n  platforms:\n  - linux-64\npackage:\n- name: openssl\n  version: 3.1.0\n  manager: conda\n  platform: linux-64\n  \
            url: https://example.org/conda-forge/linux-64/openssl-3.1.0-hd590300_3.conda\n  dependencies: {}\n\
            - name: tzdata\n  version: 2024.10\n  manager: conda\n  platform: linux-64\n  url: https://example.org/conda-forge/noarch/tzdata-2024.10-h0_0.tar.bz2\n\
            - name: Flask_X\n  version: 2.0.0\n  manager: pip\n  url: https://example.org/x.whl\n- odd\n";
        check(
            &LOCK,
            "conda-lock.yml",
            content,
            &[
                "pkg:conda/openssl@3.1.0?build=hd590300_3&channel=conda-forge&subdir=linux-64",
                "pkg:conda/tzdata@2024.10?build=h0_0&channel=conda-forge&subdir=noarch",
                "pkg:pypi/flask-x@2.0.0",
                "malformed",
            ],
        );
    }
}

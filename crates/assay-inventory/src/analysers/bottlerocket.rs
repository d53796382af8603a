//! Bottlerocket's list of what it is built of.
//!
//! Source: Bottlerocket's documentation of its application inventory. The system is built of RPM packages and has no
//! database of them, only this list, with version and release apart.

use assay_model::Purl;

use super::document::{Document, DocumentError, Text};
use crate::{
    Description, Facts, FoundPackage, Kind,
    tree::{Misfit, Node, Tally},
};

/// The analyser of Bottlerocket's list.
pub(crate) static BOTTLEROCKET: Document = Document {
    description: Description {
        name: "bottlerocket",
        ecosystem: "Bottlerocket packages",
        reads: &["**/usr/share/bottlerocket/application-inventory.json"],
        kind: Kind::Installed,
        types: &["rpm"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for entry in root.list_in("Content", &mut tally) {
        tally.count(package(entry, facts));
    }
    tally.report(facts);
    Ok(())
}

fn package(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let version = match entry.optional("Release")? {
        "" => entry.required("Version")?.to_owned(),
        release => format!("{}-{release}", entry.required("Version")?),
    };
    let epoch = entry.optional("Epoch")?;
    let purl = Purl::new("rpm", entry.required("Name")?, &version)
        .with_qualifier("arch", entry.optional("Architecture")?)
        .with_qualifier("epoch", if epoch == "0" { "" } else { epoch });
    facts.package(FoundPackage::system(purl));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn entries() {
        check(
            &BOTTLEROCKET,
            "usr/share/bottlerocket/application-inventory.json",
            r#"{"Content": [
                {"Name": "glibc", "Publisher": "Bottlerocket", "ApplicationType": "Unspecified", "Architecture": "x86_64", "Version": "2.38", "Release": "1.1700.br1", "Epoch": "1"},
                {"Name": "bash", "Architecture": "x86_64", "Version": "5.2", "Release": "", "Epoch": "0"}, {"Name": "odd"}]}"#,
            &[
                "pkg:rpm/glibc@2.38-1.1700.br1?arch=x86_64&epoch=1",
                "pkg:rpm/bash@5.2?arch=x86_64",
                "malformed",
            ],
        );
    }
}

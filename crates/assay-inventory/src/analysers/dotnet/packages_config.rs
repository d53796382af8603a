//! `packages.config`, in which projects for the .NET Framework list every package that they use.
//!
//! Source: NuGet's documentation, "packages.config reference". Versions are exact.

use super::package;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    xml::Element,
};

/// NuGet's list of packages.
pub(crate) static PACKAGES_CONFIG: Document = Document {
    description: Description {
        name: "nuget-packages-config",
        ecosystem: "NuGet (.NET Framework)",
        reads: &["**/packages.config", "**/packages.*.config"],
        kind: Kind::Lock,
        types: &["nuget"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Element::parse(file.text, facts);
    if root.name != "packages" {
        return Err(DocumentError::Form("its root is not <packages>"));
    }
    for entry in root.all("package") {
        package(entry.attribute("id"), entry.attribute("version"), facts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn packages() {
        check(
            &PACKAGES_CONFIG,
            "src/packages.config",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages>\n  <!-- <package id=\"no\" version=\"1\" /> -->\n  \
             <package id=\"jQuery\" version=\"3.1.1\" targetFramework=\"net46\" />\n  <package id='A' version='1.0' />\n  <package id=\"none\" />\n</packages>\n",
            &["pkg:nuget/jQuery@3.1.1", "pkg:nuget/A@1.0"],
        );
        check(
            &PACKAGES_CONFIG,
            "packages.config",
            "<packages><package id=\"A\" version=\"1\"/><package",
            &["malformed", "pkg:nuget/A@1"],
        );
        check(
            &PACKAGES_CONFIG,
            "packages.config",
            "<configuration/>",
            &["malformed"],
        );
    }
}

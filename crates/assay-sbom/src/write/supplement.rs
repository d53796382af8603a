//! What a document may say beside what its inventory holds.

use std::collections::HashMap;

use jiff::Timestamp;

/// What is known of the thing beside its packages. Without any of it a document follows from its inventory alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supplement {
    /// What an SPDX document is called; else it has the artifact's name.
    pub name: Option<String>,
    /// When the document is made.
    pub created: Option<Timestamp>,
    /// Properties of the document, of CycloneDX alone.
    pub properties: Vec<(&'static str, String)>,
    /// Flaws that were found.
    pub vulnerabilities: Vec<BomVulnerability>,
}

/// A flaw of packages of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BomVulnerability {
    /// Its id.
    pub id: String,
    /// The package URLs of those that have it, as they stand in the inventory; none where the operating system itself does.
    pub packages: Vec<String>,
}

impl Supplement {
    /// The ids of the flaws of each package.
    pub(super) fn by_package(&self) -> HashMap<&str, Vec<&str>> {
        let mut by_package: HashMap<&str, Vec<&str>> = HashMap::new();
        for flaw in &self.vulnerabilities {
            for package in &flaw.packages {
                by_package.entry(package).or_default().push(&flaw.id);
            }
        }
        by_package
    }

    /// The ids of the flaws that no package has.
    pub(super) fn of_the_whole(&self) -> impl Iterator<Item = &str> {
        let flaws = self.vulnerabilities.iter();
        flaws
            .filter(|flaw| flaw.packages.is_empty())
            .map(|flaw| flaw.id.as_str())
    }
}

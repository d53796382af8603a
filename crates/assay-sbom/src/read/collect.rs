//! Gathering packages: one for each package URL, with all its evidence.

use std::collections::BTreeMap;

use assay_model::{Artifact, Diagnostic, DiagnosticCode, Distribution, Evidence, Inventory, Package, Purl};

/// Most diagnostics about single components; a document without any package URL would have as many as components.
const MOST_DIAGNOSTICS: usize = 100;

/// An inventory in the making.
pub(crate) struct Collector {
    artifact: Artifact,
    pub(crate) distribution: Option<Distribution>,
    packages: BTreeMap<Purl, Package>,
    diagnostics: Vec<Diagnostic>,
    left_out: usize,
}

impl Collector {
    pub(crate) fn new(artifact: Artifact) -> Collector {
        Collector {
            artifact,
            distribution: None,
            packages: BTreeMap::new(),
            diagnostics: Vec::new(),
            left_out: 0,
        }
    }

    /// Takes a package; what is known already is joined with it.
    pub(crate) fn package(&mut self, package: Package) {
        match self.packages.get_mut(&package.purl) {
            Some(known) => {
                known.evidence.extend(package.evidence);
                known.licences.extend(package.licences);
                known.owner = known.owner.take().or(package.owner);
            }
            None => {
                self.packages.insert(package.purl.clone(), package);
            }
        }
    }

    /// Notes a component that cannot be matched.
    pub(crate) fn unidentified(&mut self, component: &str, why: &str) {
        if self.diagnostics.len() < MOST_DIAGNOSTICS {
            let message = format!("{component} {why}, so it was not assessed");
            self.diagnostics
                .push(Diagnostic::new(DiagnosticCode::Unidentified, message));
        } else {
            self.left_out += 1;
        }
    }

    pub(crate) fn finish(mut self) -> Inventory {
        if self.left_out > 0 {
            let message = format!("{} more components could not be identified", self.left_out);
            self.diagnostics
                .push(Diagnostic::new(DiagnosticCode::Unidentified, message));
        }
        self.diagnostics.sort();
        let mut packages: Vec<Package> = self.packages.into_values().collect();
        for package in &mut packages {
            package.evidence.sort();
            package.evidence.dedup();
            package.licences.sort();
            package.licences.dedup();
        }
        // Without an operating-system component, packages that agree on their distribution tell it.
        let distribution = self.distribution.or_else(|| common_distribution(&packages));
        Inventory {
            artifact: self.artifact,
            distribution,
            packages,
            diagnostics: self.diagnostics,
        }
    }
}

fn common_distribution(packages: &[Package]) -> Option<Distribution> {
    let mut qualifiers = packages
        .iter()
        .filter_map(|package| package.purl.qualifier("distro"));
    let first = qualifiers.next()?;
    qualifiers
        .all(|other| other == first)
        .then(|| Distribution::from_qualifier(first))
}

/// Where a document says that a component lies.
pub(crate) fn evidence(path: &str) -> Evidence {
    Evidence {
        path: path.trim_start_matches('/').to_owned(),
        layer: None,
        analyser: "sbom",
    }
}

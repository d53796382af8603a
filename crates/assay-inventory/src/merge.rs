//! Layers over each other, and what only the whole can tell: the distribution, and who owns what.

use std::collections::{BTreeMap, BTreeSet};

use assay_model::{
    Artifact, Diagnostic, DiagnosticCode, Distribution, Evidence, Inventory, Layer, Package, Purl,
};

use crate::{
    LayerFacts, OwnedPaths, Owner,
    facts::{Fact, FoundPackage, Scope},
    origin::Origins,
    overlay::Overlay,
    ownership::Owners,
    projects::{self, Placed},
};

/// Merges the facts of layers, base first, into one inventory.
///
/// The result depends on nothing but its input: packages, evidence and diagnostics are in order, and equal ones
/// are one.
pub fn merge(
    artifact: Artifact,
    layers: &[(Option<Layer>, &LayerFacts)],
    mut diagnostics: Vec<Diagnostic>,
) -> Inventory {
    let overlay = Overlay::new(layers.iter().map(|(_, facts)| *facts));
    let origins = Origins::new(layers.iter().map(|(_, facts)| *facts));
    let mut gathered = Gathered::default();
    for (index, (layer, facts)) in layers.iter().enumerate() {
        diagnostics.extend(facts.diagnostics.iter().cloned());
        for file in facts.files.iter().filter(|file| overlay.shows(index, file)) {
            for fact in &file.facts {
                let brought_by = match fact {
                    Fact::Package { found, .. } => origins.layer(&file.path, found),
                    _ => None,
                };
                let layer = brought_by
                    .and_then(|index| layers.get(index))
                    .map_or(layer, |(layer, _)| layer);
                gathered.take(fact, &file.path, layer.as_ref());
            }
        }
    }
    let projects = std::mem::take(&mut gathered.projects);
    let placed: Vec<Placed<'_>> = projects.iter().map(|(placed, _)| *placed).collect();
    let settled = projects::settle(&placed);
    for ((placed, layer), facts) in projects.iter().zip(&settled) {
        for fact in facts {
            gathered.take(fact, placed.path, *layer);
        }
    }
    let distribution = gathered
        .distribution
        .map(|(_, distribution)| distribution.clone());
    let mut system = PackageSet::default();
    let mut language = PackageSet::default();
    for found in gathered.found {
        match found.package.scope {
            Scope::System => system.add(
                in_distribution(&found.package.purl, distribution.as_ref()),
                &found,
            ),
            Scope::Language => language.add(found.package.purl.clone(), &found),
        }
    }
    let mut system: Vec<Package> = system.finish();
    add_licences(&mut system, &gathered.licences);
    let mut language: Vec<Package> = language.finish();
    set_owners(&mut language, &system, &gathered.owned);
    // A program told by a text in it says nothing that the system package it belongs to does not say better.
    language.retain(|package| package.purl.kind != "generic" || package.owner.is_none());

    if distribution.is_none() && !system.is_empty() {
        let message = "packages of an operating system are installed, but no file tells which system it is";
        gathered
            .diagnostics
            .push(Diagnostic::new(DiagnosticCode::DistributionUnknown, message));
    }
    diagnostics.append(&mut gathered.diagnostics);
    diagnostics.sort();
    diagnostics.dedup();
    let mut packages = system;
    packages.append(&mut language);
    packages.sort_by(|left, right| left.purl.cmp(&right.purl));
    Inventory {
        artifact,
        distribution,
        packages,
        diagnostics,
    }
}

/// The facts of the files that are still there, by kind.
#[derive(Default)]
struct Gathered<'f> {
    distribution: Option<((u8, &'f str), &'f Distribution)>,
    found: Vec<Found<'f>>,
    owned: Vec<(&'f Owner, &'f OwnedPaths)>,
    licences: Vec<(&'f Owner, &'f [String])>,
    projects: Vec<(Placed<'f>, Option<&'f Layer>)>,
    diagnostics: Vec<Diagnostic>,
}

struct Found<'f> {
    package: &'f FoundPackage,
    evidence: Evidence,
}

impl<'f> Gathered<'f> {
    fn take(&mut self, fact: &'f Fact, path: &'f str, layer: Option<&'f Layer>) {
        match fact {
            Fact::Package { analyser, found } => {
                let path = match &found.inside {
                    Some(inside) => format!("{path}!/{inside}"),
                    None => path.to_owned(),
                };
                let evidence = Evidence {
                    path,
                    layer: layer.cloned(),
                    analyser,
                };
                self.found.push(Found {
                    package: found,
                    evidence,
                });
            }
            Fact::Distribution { rank, distribution } => {
                let key = (*rank, path);
                if self.distribution.is_none_or(|(best, _)| key < best) {
                    self.distribution = Some((key, distribution));
                }
            }
            Fact::Owned { owner, paths } => self.owned.push((owner, paths)),
            Fact::Licences { owner, licences } => self.licences.push((owner, licences)),
            Fact::Project { analyser, project } => {
                let placed = Placed {
                    path,
                    analyser,
                    project,
                };
                self.projects.push((placed, layer));
            }
            Fact::Diagnostic { code, message } => self.diagnostics.push(Diagnostic::at(*code, path, message)),
        }
    }
}

/// Packages by identity.
#[derive(Default)]
struct PackageSet(BTreeMap<Purl, Package>);

impl PackageSet {
    fn add(&mut self, purl: Purl, found: &Found<'_>) {
        let package = self
            .0
            .entry(purl)
            .or_insert_with_key(|purl| Package::new(purl.clone()));
        package.evidence.push(found.evidence.clone());
        extend(&mut package.licences, &found.package.licences);
    }

    fn finish(self) -> Vec<Package> {
        self.0
            .into_values()
            .map(|mut package| {
                package.evidence.sort();
                package.evidence.dedup();
                package
            })
            .collect()
    }
}

/// Adds what is not there yet.
fn extend(licences: &mut Vec<String>, more: &[String]) {
    for licence in more {
        if !licences.contains(licence) {
            licences.push(licence.clone());
        }
    }
}

/// The package URL with its distribution: the vendor as namespace, the release as qualifier. Without a known
/// distribution neither is made up.
fn in_distribution(purl: &Purl, distribution: Option<&Distribution>) -> Purl {
    let Some(distribution) = distribution else {
        return purl.clone();
    };
    let purl = purl.clone().with_qualifier("distro", &distribution.qualifier());
    match purl.namespace {
        // The category of a Gentoo package.
        Some(_) => purl,
        None => purl.with_namespace(&distribution.id),
    }
}

/// The system packages by name, to find what an [`Owner`] names.
fn by_name(system: &[Package]) -> BTreeMap<&str, Vec<usize>> {
    let mut out: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, package) in system.iter().enumerate() {
        out.entry(package.purl.name.as_str()).or_default().push(at);
    }
    out
}

fn named_by<'s>(
    owner: &'s Owner,
    names: &'s BTreeMap<&str, Vec<usize>>,
    system: &'s [Package],
) -> impl Iterator<Item = usize> + 's {
    let candidates = names.get(owner.name.as_str()).into_iter().flatten().copied();
    candidates.filter(|at| system.get(*at).is_some_and(|package| owner.names(&package.purl)))
}

fn add_licences(system: &mut [Package], licences: &[(&Owner, &[String])]) {
    let mut additions = Vec::new();
    let names = by_name(system);
    for (owner, licences) in licences {
        additions.extend(named_by(owner, &names, system).map(|at| (at, *licences)));
    }
    for (at, licences) in additions {
        if let Some(package) = system.get_mut(at) {
            extend(&mut package.licences, licences);
        }
    }
}

/// Sets the owner of those language packages whose every piece of evidence belongs to a system package. One that
/// was installed by other means as well is nobody's: the distribution does not update that copy.
fn set_owners(language: &mut [Package], system: &[Package], owned: &[(&Owner, &OwnedPaths)]) {
    let mut owners = Owners::default();
    for evidence in language.iter().flat_map(|package| &package.evidence) {
        owners.ask(file_of(&evidence.path));
    }
    let names = by_name(system);
    for (owner, paths) in owned.iter().rev() {
        if let Some(at) = named_by(owner, &names, system).next() {
            owners.claim(at, paths);
        }
    }
    for package in language {
        let all: BTreeSet<Option<usize>> = package
            .evidence
            .iter()
            .map(|evidence| owners.owner(file_of(&evidence.path)))
            .collect();
        if !all.contains(&None)
            && let Some(at) = all.into_iter().flatten().next()
        {
            package.owner = system.get(at).map(|owner| owner.purl.clone());
        }
    }
}

/// The file of the tree that a piece of evidence is in: the archive itself for what is inside.
fn file_of(path: &str) -> &str {
    path.split("!/").next().unwrap_or(path)
}

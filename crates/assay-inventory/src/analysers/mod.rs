//! The analysers, one a file.

mod apk;
mod binary;
mod distribution;
mod document;
mod dpkg;
mod go_version;
mod java;
mod lock;
mod npm;
mod python;
mod rpm;

use crate::{Analyser, JarIndex};

/// Those of what is installed, in the order in which they are asked.
pub(crate) const ALL: &[&dyn Analyser] = &[
    &distribution::DistributionFiles,
    &dpkg::Dpkg,
    &apk::Apk,
    &rpm::Rpm,
    &python::Python,
    &npm::Npm,
    &java::Java::WITHOUT_INDEX,
    &binary::Binary,
];

/// Those of checkouts of source code.
pub(crate) const CHECKOUT: &[&dyn Analyser] = &[
    &lock::CARGO,
    &lock::GO_MODULES,
    &lock::NPM,
    &lock::PDM,
    &lock::PIPFILE,
    &lock::PNPM,
    &lock::POETRY,
    &lock::REQUIREMENTS,
    &lock::UV,
    &lock::YARN,
    &java::Java::WITHOUT_INDEX,
];

/// The analyser of Java archives with an index by digest.
pub(crate) fn java(index: JarIndex) -> impl Analyser {
    java::Java { index: Some(index) }
}

//! The analysers, one a file.

mod apk;
mod binary;
mod distribution;
mod dpkg;
mod java;
mod lock;
mod npm;
mod python;
mod rpm;

use crate::Analyser;

/// Those of what is installed, in the order in which they are asked.
pub(crate) const ALL: &[&dyn Analyser] = &[
    &distribution::DistributionFiles,
    &dpkg::Dpkg,
    &apk::Apk,
    &rpm::Rpm,
    &python::Python,
    &npm::Npm,
    &java::Java,
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
    &lock::UNREAD,
    &lock::UV,
    &lock::YARN,
    &java::Java,
];

//! The analysers, one a file.

mod apk;
mod binary;
mod distribution;
mod dpkg;
mod java;
mod npm;
mod python;
mod rpm;

use crate::Analyser;

/// All of them, in the order in which they are asked.
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

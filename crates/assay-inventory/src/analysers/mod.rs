//! The analysers, one a file.

mod apk;
mod binary;
mod bitnami;
mod bottlerocket;
mod composer;
mod conda;
mod distribution;
mod document;
mod dotnet;
mod dpkg;
mod github_actions;
mod go_version;
mod java;
mod lock;
mod maven;
mod nix;
mod npm;
mod opkg;
mod pacman;
mod portage;
mod python;
mod r;
mod releases;
mod rpm;
mod ruby;
mod snap;
mod wordpress;

pub use binary::known_programs;
pub(crate) use dotnet::{Project as DotnetProject, settle as settle_dotnet};
pub(crate) use maven::{Model as MavenModel, settle as settle_maven};

#[cfg(test)]
pub(crate) use document::tests::describe;

use crate::{Analyser, JarIndex};

/// Those of what is installed, in the order in which they are asked.
pub(crate) const ALL: &[&dyn Analyser] = &[
    &distribution::DistributionFiles,
    &dpkg::Dpkg,
    &apk::Apk,
    &rpm::Rpm,
    &bottlerocket::BOTTLEROCKET,
    &pacman::PACMAN,
    &opkg::Opkg,
    &portage::PORTAGE,
    &nix::Nix,
    &snap::Snap,
    &bitnami::BITNAMI,
    &conda::INSTALLED,
    &python::Python,
    &npm::Npm,
    &java::Java::WITHOUT_INDEX,
    &binary::Binary,
    &binary::KnownPrograms,
    &releases::RELEASES,
    &composer::INSTALLED,
    &dotnet::DEPENDENCIES,
    &r::INSTALLED,
    &ruby::RUBY,
    &wordpress::WordPress,
];

/// Those of checkouts of source code.
pub(crate) const CHECKOUT: &[&dyn Analyser] = &[
    &composer::LOCK,
    &conda::ENVIRONMENT,
    &conda::LOCK,
    &dotnet::LOCK,
    &dotnet::PACKAGES_CONFIG,
    &dotnet::PROJECT,
    &lock::BUN,
    &github_actions::GITHUB_ACTIONS,
    &lock::BUNDLER,
    &lock::CABAL,
    &lock::CARGO,
    &lock::COCOAPODS,
    &lock::CONAN,
    &lock::GO_MODULES,
    &lock::GRADLE,
    &lock::JULIA,
    &lock::MIX,
    &lock::NPM,
    &lock::PDM,
    &lock::PIPFILE,
    &lock::PNPM,
    &lock::POETRY,
    &lock::PUBSPEC,
    &lock::PYLOCK,
    &lock::REBAR,
    &lock::REQUIREMENTS,
    &lock::SBT,
    &lock::STACK,
    &lock::SWIFT,
    &lock::UV,
    &lock::YARN,
    &maven::MAVEN,
    &r::RENV,
    &java::Java::WITHOUT_INDEX,
];

/// The analyser of Java archives with an index by digest.
pub(crate) fn java(index: JarIndex) -> impl Analyser {
    java::Java { index: Some(index) }
}

//! Lock files: what a build of a checkout installs, to the version.
//!
//! A format is a file here and a [`Document`](super::document::Document). The traps that all share: a lock file also
//! lists the project itself, its workspace members and what it takes from local paths, which no advisory speaks of; a
//! dependency can go by another name than its own (an alias); what comes from a repository or an address has a commit
//! or a text where others have a version. Dependencies that only development needs are kept: who builds runs them.

mod bun;
mod bundler;
mod cargo;
mod cocoapods;
mod conan;
mod go_modules;
mod gradle;
mod haskell;
mod identity;
mod julia;
mod mix;
mod npm;
mod pdm;
mod pipfile;
mod pnpm;
mod poetry;
mod pubspec;
mod pylock;
mod rebar;
mod requirements;
mod sbt;
mod swift;
mod tables;
mod uv;
mod yarn;

pub(super) use bun::BUN;
pub(super) use bundler::BUNDLER;
pub(super) use cargo::CARGO;
pub(super) use cocoapods::COCOAPODS;
pub(super) use conan::CONAN;
pub(super) use go_modules::GO_MODULES;
pub(super) use gradle::GRADLE;
pub(super) use haskell::{CABAL, STACK};
pub(super) use julia::JULIA;
pub(super) use mix::MIX;
pub(super) use npm::NPM;
pub(super) use pdm::PDM;
pub(super) use pipfile::PIPFILE;
pub(super) use pnpm::PNPM;
pub(super) use poetry::POETRY;
pub(super) use pubspec::PUBSPEC;
pub(super) use pylock::PYLOCK;
pub(super) use rebar::REBAR;
pub(super) use requirements::REQUIREMENTS;
pub(super) use sbt::SBT;
pub(super) use swift::SWIFT;
pub(super) use uv::UV;
pub(super) use yarn::YARN;

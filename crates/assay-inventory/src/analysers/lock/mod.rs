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

use assay_model::DiagnosticCode;
use serde::de::DeserializeOwned;

use super::document::DocumentError;
use crate::{
    Facts,
    tree::{Misfit, Tally},
};

/// The `[[package]]` entries of a lock file in TOML.
fn toml_packages<P: DeserializeOwned>(text: &str, facts: &mut Facts) -> Result<Vec<P>, DocumentError> {
    toml_entries("package", text, facts)
}

/// The entries of an array of tables. One that is not of the form costs only itself, and what breaks the notation
/// costs the tables from there on.
fn toml_entries<P: DeserializeOwned>(
    name: &str,
    text: &str,
    facts: &mut Facts,
) -> Result<Vec<P>, DocumentError> {
    let mut document: toml::Table = toml_document(text, facts)?;
    let mut tally = Tally::default();
    let entries = match document.remove(name) {
        Some(toml::Value::Array(entries)) => entries,
        Some(_) => {
            tally.count(Err(Misfit));
            Vec::new()
        }
        None => Vec::new(),
    };
    let mut packages = Vec::with_capacity(entries.len());
    for entry in entries {
        match entry.try_into() {
            Ok(package) => packages.push(package),
            Err(_) => tally.count(Err(Misfit)),
        }
    }
    tally.report(facts);
    Ok(packages)
}

/// A document in TOML, or the tables before the one that breaks the notation.
fn toml_document<D: DeserializeOwned>(text: &str, facts: &mut Facts) -> Result<D, DocumentError> {
    let error: toml::de::Error = match toml::from_str(text) {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).and_then(|before| before.rfind("\n["));
    let whole_tables = before.and_then(|end| text.get(..=end));
    match whole_tables.and_then(|tables| toml::from_str(tables).ok()) {
        Some(document) => {
            facts.diagnostic(DiagnosticCode::Malformed, DocumentError::from(error).to_string());
            Ok(document)
        }
        None => Err(error.into()),
    }
}

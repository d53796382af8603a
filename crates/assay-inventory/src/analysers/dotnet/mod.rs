//! NuGet packages: what programs for .NET were published with, and what projects ask for.
//!
//! A file here is a form in which they are named. The traps: NuGet's names have no case; a version in a project is
//! the least that will do unless it stands in brackets; a project may leave the version to a file above it.

mod dependencies;
mod lock;
mod packages_config;
mod project;

pub(super) use dependencies::DEPENDENCIES;
pub(super) use lock::LOCK;
pub(super) use packages_config::PACKAGES_CONFIG;
pub(super) use project::PROJECT;
pub(crate) use project::{Project, settle};

use assay_model::Purl;

use crate::{Facts, FoundPackage};

/// Takes down a package.
fn package(name: &str, version: &str, facts: &mut Facts) {
    if !name.is_empty() && !version.is_empty() {
        facts.package(FoundPackage::language(Purl::new("nuget", name, version)));
    }
}

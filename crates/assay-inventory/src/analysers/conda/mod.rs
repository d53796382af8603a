//! conda packages: the record of each installed one, and the files that say what an environment is made of.
//!
//! Sources: conda's documentation of environments and of `conda-meta`, conda-lock's of its file. A conda package of a
//! Python distribution also brings that distribution's own metadata: both are kept, since advisories know the
//! distribution.

mod environment;
mod installed;
mod lock;

pub(super) use environment::ENVIRONMENT;
pub(super) use installed::INSTALLED;
pub(super) use lock::LOCK;

use assay_model::{Ecosystem, Purl};

/// A conda package. `place` is what names channel and platform: an address such as `https://host/conda-forge/linux-64`,
/// with or without a file, or a channel's name alone.
fn purl(name: &str, version: &str, build: &str, place: &str, platform: &str) -> Purl {
    let is_platform = |part: &&str| *part == "noarch" || (!platform.is_empty() && *part == platform);
    let parts: Vec<&str> = place
        .split_once("://")
        .map_or(place, |(_, rest)| rest)
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let channel = match parts.iter().position(is_platform) {
        Some(at) => at.checked_sub(1).and_then(|at| parts.get(at)),
        None => parts.last(),
    };
    Purl::new("conda", name, version)
        .with_qualifier("build", build)
        .with_qualifier("channel", channel.copied().unwrap_or_default())
        .with_qualifier("subdir", platform)
}

/// A Python distribution that pip put into an environment.
fn python(name: &str, version: &str) -> Purl {
    Purl::new("pypi", &Ecosystem::new("PyPI").normalize_name(name), version)
}

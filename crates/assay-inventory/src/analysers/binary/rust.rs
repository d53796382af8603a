//! The crates in a Rust program that was built with cargo-auditable.
//!
//! Source: cargo-auditable's `PARSING.md` and JSON schema: the section `.dep-v0` holds JSON, compressed by zlib. What
//! was only needed to build is listed too, and is not in the program.

use std::io::Read;

use assay_model::Purl;
use flate2::read::ZlibDecoder;
use serde::Deserialize;

use super::image::{Image, Known};
use crate::{Facts, FoundPackage, binary_file::FormatError};

/// Bytes of the section that are read.
const LARGEST_PACKED: u64 = 8 << 20;
/// Bytes that it may unpack to.
const LARGEST: u64 = 16 << 20;

#[derive(Deserialize)]
struct Crates {
    packages: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    version: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    kind: Kind,
}

#[derive(Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Build,
    #[default]
    #[serde(other)]
    Runtime,
}

/// Takes down the crates of a program; of one without the section nothing.
pub(super) fn read(image: &Image<'_>, facts: &mut Facts) -> Result<(), FormatError> {
    let Some(section) = image.section(Known::Dependencies) else {
        return Ok(());
    };
    if section.size > LARGEST_PACKED {
        return Err(FormatError::LimitReached("it is too large".into()));
    }
    let packed = image.content(section, LARGEST_PACKED)?;
    let mut json = Vec::new();
    ZlibDecoder::new(packed.as_slice())
        .take(LARGEST + 1)
        .read_to_end(&mut json)
        .map_err(|error| FormatError::Malformed(format!("it cannot be unpacked: {error}").into()))?;
    if json.len() as u64 > LARGEST {
        return Err(FormatError::LimitReached("it unpacks to too much".into()));
    }
    let crates: Crates = serde_json::from_slice(&json)
        .map_err(|error| FormatError::Malformed(format!("it is no such list: {error}").into()))?;
    for found in crates.packages.iter().filter(|found| found.kind == Kind::Runtime) {
        if !found.name.is_empty() && !found.version.is_empty() {
            facts.package(FoundPackage::language(purl(found)));
        }
    }
    Ok(())
}

/// A source other than the common registry is named where the list has more than its kind.
fn purl(found: &Crate) -> Purl {
    let purl = Purl::new("cargo", &found.name, &found.version);
    match found.source.as_str() {
        source if source.starts_with("git+") => purl.with_qualifier("vcs_url", source),
        source if source.contains("://") => {
            purl.with_qualifier("repository_url", source.trim_start_matches("registry+"))
        }
        _ => purl,
    }
}

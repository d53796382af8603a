//! An installed package and the proof that it is there.

use crate::Purl;

/// The image layer that something was found in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layer {
    /// Position from the base, starting at 0.
    pub index: u32,
    /// Digest of the uncompressed layer (diff id) where known, else of the blob: `sha256:…`.
    pub digest: String,
}

/// One place that shows a package to be installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// The file, `/`-separated without a leading slash; inside archives as `app.jar!/lib/inner.jar`.
    pub path: String,
    /// The layer that brought it, for images.
    pub layer: Option<Layer>,
    /// The analyser that read it, such as `dpkg` or `python`.
    pub analyser: &'static str,
}

/// An installed package: what it is, where it was seen, under which licence, and who owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The full identity, with the qualifiers that matching needs (`distro`, `epoch`, `upstream`, `arch`, `rpmmod`).
    pub purl: Purl,
    /// Where it was seen, in order of path.
    pub evidence: Vec<Evidence>,
    /// Licences as recorded, each an SPDX expression or the package's own words.
    pub licences: Vec<String>,
    /// The operating-system package whose files these are, when there is one.
    pub owner: Option<Purl>,
}

impl Package {
    /// A package with no evidence yet.
    pub fn new(purl: Purl) -> Package {
        Package {
            purl,
            evidence: Vec::new(),
            licences: Vec::new(),
            owner: None,
        }
    }
}

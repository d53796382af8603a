//! What a registry holds about an image: SBOMs, signatures, attestations.
//!
//! Source: OCI distribution specification 1.1, "Listing Referrers" and "Referrers Tag Schema".

use serde::Deserialize;

use crate::{
    Connection, RegistryError,
    connection::{Part, Wish},
};

/// Bytes of a list of referrers.
const LARGEST_LIST: u64 = 4 << 20;
/// Referrers that are listed.
const MOST_REFERRERS: usize = 1000;

/// A manifest that refers to an image.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referrer {
    /// The digest of the referring manifest.
    pub digest: String,
    /// What it brings, as a media type; empty where the list does not say.
    #[serde(default)]
    pub artifact_type: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    manifests: Vec<Referrer>,
}

impl Connection {
    /// The manifests that refer to the one with this digest. A registry from before the specification keeps them under
    /// a tag; one that knows neither has none.
    ///
    /// # Errors
    ///
    /// When the registry refuses the list or sends something else.
    pub fn referrers(&self, digest: &str) -> Result<Vec<Referrer>, RegistryError> {
        let what = format!("{}, what refers to {digest}", self.reference().repository());
        let wish = Wish {
            path: self.within(&format!("referrers/{digest}")),
            part: Part::Whole,
            accept: "application/vnd.oci.image.index.v1+json",
            from: 0,
            most: LARGEST_LIST,
            what: &what,
        };
        let bytes = match self.bytes(&wish) {
            Err(RegistryError::NotFound { .. } | RegistryError::Refused { status: 405, .. }) => {
                match self.manifest(&digest.replace(':', "-")) {
                    Ok(document) => document.bytes,
                    Err(RegistryError::NotFound { .. }) => return Ok(Vec::new()),
                    Err(error) => return Err(error),
                }
            }
            other => other?,
        };
        let list: List =
            serde_json::from_slice(&bytes).map_err(|error| self.malformed(&what, error.to_string()))?;
        Ok(list.manifests.into_iter().take(MOST_REFERRERS).collect())
    }
}

//! What changed from one inventory to the next.

use std::collections::{BTreeMap, HashSet};

use assay_model::{Artifact, ArtifactKind, Inventory, Package, Purl};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::kept::{DIGEST, Kept, KeptError, digest, written};

/// What makes one inventory of another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The digest of the inventory that it is applied to, with the word before it.
    pub base: String,
    /// The digest of what comes out, with the word before it.
    pub digest: String,
    /// The package URLs of packages that are gone.
    pub removed: Vec<String>,
    /// A document of ours with the packages that are new or have changed; whatever else it says is said of the whole.
    pub added: Box<RawValue>,
}

/// A change that makes nothing.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// What is added cannot be read or written.
    #[error(transparent)]
    Added(#[from] KeptError),
    /// What comes out is another inventory than it is said to be.
    #[error("what comes out is not {0}")]
    Other(String),
}

/// What a document of ours says of its system, as far as it matters here.
#[derive(Deserialize)]
struct Head {
    artifact: System,
}

#[derive(Deserialize)]
struct System {
    #[serde(default)]
    distribution: Option<IgnoredAny>,
}

impl Change {
    /// What makes one inventory of another.
    ///
    /// # Errors
    ///
    /// Where the packages cannot be written.
    pub fn between(base: &Kept, whole: &Kept) -> Result<Change, KeptError> {
        let (before, after) = (by_purl(&base.inventory), by_purl(&whole.inventory));
        let removed = before.keys().filter(|purl| !after.contains_key(*purl));
        let added = Inventory {
            packages: whole
                .inventory
                .packages
                .iter()
                .filter(|package| before.get(&package.purl) != Some(package))
                .cloned()
                .collect(),
            ..without_packages(&whole.inventory)
        };
        let added = String::from_utf8_lossy(&written(&added)?).into_owned();
        Ok(Change {
            base: format!("{DIGEST}{}", base.digest),
            digest: format!("{DIGEST}{}", whole.digest),
            removed: removed.map(ToString::to_string).collect(),
            added: RawValue::from_string(added).map_err(std::io::Error::from)?,
        })
    }

    /// Applies it to the inventory that it is of.
    ///
    /// # Errors
    ///
    /// Where what is added cannot be read; where something else comes out than it says, as of another inventory.
    pub fn apply(&self, base: Inventory) -> Result<Kept, ChangeError> {
        let added = self.added.get().as_bytes();
        let mut whole =
            assay_sbom::read(added, Artifact::new("", ArtifactKind::Sbom)).map_err(KeptError::from)?;
        // A few packages may agree on a system where all of them do not.
        let says_system =
            serde_json::from_slice::<Head>(added).is_ok_and(|head| head.artifact.distribution.is_some());
        if !says_system {
            whole.distribution = None;
        }
        let removed: HashSet<&str> = self.removed.iter().map(String::as_str).collect();
        let stay = base
            .packages
            .into_iter()
            .filter(|package| removed.is_empty() || !removed.contains(package.purl.to_string().as_str()));
        let mut packages: BTreeMap<Purl, Package> =
            stay.map(|package| (package.purl.clone(), package)).collect();
        for package in std::mem::take(&mut whole.packages) {
            packages.insert(package.purl.clone(), package);
        }
        whole.packages = packages.into_values().collect();
        let document = written(&whole).map_err(KeptError::from)?;
        match self.digest.strip_prefix(DIGEST) == Some(digest(&document).as_str()) {
            true => Ok(Kept::read(&document)?),
            false => Err(ChangeError::Other(self.digest.clone())),
        }
    }
}

fn by_purl(inventory: &Inventory) -> BTreeMap<&Purl, &Package> {
    inventory
        .packages
        .iter()
        .map(|package| (&package.purl, package))
        .collect()
}

fn without_packages(inventory: &Inventory) -> Inventory {
    Inventory {
        artifact: inventory.artifact.clone(),
        distribution: inventory.distribution.clone(),
        packages: Vec::new(),
        diagnostics: inventory.diagnostics.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*};
    use serde_json::{Value, json};

    use super::*;

    /// What an agent tells: a document in the form that the service keeps it in.
    fn kept(document: &Value) -> Kept {
        let read = Kept::read(document.to_string().as_bytes()).unwrap();
        Kept::read(&read.document).unwrap()
    }

    prop_compose! {
        fn package()(
            name in "[a-c]",
            version in "[12]",
            distribution in option::of("debian-1[12]"),
            licences in vec("MIT|Apache-2.0|own words", 0..3),
            owner in option::of("pkg:deb/debian/[ab]@1|nonsense"),
            paths in vec(("[ab]/[ab]|", option::of(0..3_u32)), 0..3),
        ) -> Value {
            let qualifier = distribution.map(|name| format!("?distro={name}")).unwrap_or_default();
            let evidence: Vec<Value> = paths
                .into_iter()
                .map(|(path, layer)| json!({
                    "path": path,
                    "layer": layer.map(|index| json!({"index": index, "digest": format!("sha256:{index}")})),
                }))
                .collect();
            json!({
                "purl": format!("pkg:deb/debian/{name}@{version}{qualifier}"),
                "licences": licences,
                "owner": owner,
                "evidence": evidence,
            })
        }
    }

    prop_compose! {
        fn document()(
            packages in vec(prop_oneof![9 => package(), 1 => Just(json!({"purl": "broken"}))], 0..6),
            distribution in option::of(("debian|alpine|", "12|", option::of("Debian|"))),
            kernel in option::of("6.1"),
            diagnostics in vec(
                ("unreadable|unidentified|limit-reached|unknown-code|distribution-unknown", option::of("a/b"), "[ab]"),
                0..3,
            ),
        ) -> Value {
            let distribution = distribution
                .map(|(id, version, name)| json!({"id": id, "version": version, "name": name}));
            let diagnostics: Vec<Value> = diagnostics
                .into_iter()
                .map(|(code, path, message)| json!({"code": code, "path": path, "message": message}))
                .collect();
            json!({
                "schema": "assay.inventory/1",
                "artifact": {"name": "host:/", "kernel": kernel, "distribution": distribution},
                "packages": packages,
                "diagnostics": diagnostics,
            })
        }
    }

    proptest! {
        /// The form of what is kept is its own form.
        #[test]
        fn what_is_kept_is_read_as_it_is(document in document()) {
            let once = Kept::read(document.to_string().as_bytes()).unwrap();
            let twice = Kept::read(&once.document).unwrap();
            prop_assert_eq!(&twice.document, &once.document);
            prop_assert_eq!(&Kept::read(&twice.document).unwrap(), &twice);
        }

        /// A change to an inventory is as good as the whole, on its way in JSON too.
        #[test]
        fn base_and_change_are_the_whole(base in document(), whole in document()) {
            let (base, whole) = (kept(&base), kept(&whole));
            let change = Change::between(&base, &whole).unwrap();
            let sent = serde_json::to_string(&change).unwrap();
            let heard: Change = serde_json::from_str(&sent).unwrap();
            prop_assert_eq!(heard.apply(base.inventory).unwrap(), whole);
        }

        /// Applied to anything else it comes to nothing, or to the same.
        #[test]
        fn of_another_inventory_nothing_comes(base in document(), other in document(), whole in document()) {
            let (base, other, whole) = (kept(&base), kept(&other), kept(&whole));
            let change = Change::between(&base, &whole).unwrap();
            if let Ok(made) = change.apply(other.inventory) {
                prop_assert_eq!(made, whole);
            }
        }
    }

    #[test]
    fn only_what_changed_is_sent() {
        let document = |packages: Value| {
            kept(
                &json!({"schema": "assay.inventory/1", "artifact": {"kernel": "6.1"}, "packages": packages,
                "diagnostics": [{"code": "unreadable", "path": "a", "message": "b"}]}),
            )
        };
        let base =
            document(json!([{"purl": "pkg:npm/a@1"}, {"purl": "pkg:npm/b@1"}, {"purl": "pkg:npm/c@1"}]));
        let whole = document(json!([{"purl": "pkg:npm/a@1"}, {"purl": "pkg:npm/b@2"},
            {"purl": "pkg:npm/c@1", "licences": ["MIT"]}]));
        let change = Change::between(&base, &whole).unwrap();
        assert_eq!(change.removed, ["pkg:npm/b@1"]);
        let added: Value = serde_json::from_str(change.added.get()).unwrap();
        let purls: Vec<&Value> = added["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| &p["purl"])
            .collect();
        assert_eq!(purls, ["pkg:npm/b@2", "pkg:npm/c@1"]);
        let nothing = Change::between(&base, &base).unwrap();
        assert!(nothing.removed.is_empty() && nothing.base == nothing.digest);
        let wrong = Change {
            added: RawValue::from_string("{}".into()).unwrap(),
            ..nothing
        };
        assert!(matches!(wrong.apply(base.inventory), Err(ChangeError::Added(_))));
    }
}

//! Packages in Nix's store, by the names of their directories.
//!
//! Source: the Nix manual, "Store Path". `/nix/store/<32 characters>-<name>-<version>`, in which the version is what
//! follows the first hyphen before a digit; the outputs of one package (`-dev`, `-lib`) have that behind. Files directly
//! in the store, and directories without a version, are sources and steps of builds.

use assay_artifacts::{Content, Entry, Interest};
use assay_model::Purl;

use crate::{Analyser, Description, Facts, FilePath, FoundPackage, Kind};

/// The analyser of Nix's store.
pub(crate) struct Nix;

/// Characters of the digest in a name.
const DIGEST: usize = 32;

/// Names of outputs that stand behind a version.
const OUTPUTS: [&str; 11] = [
    "bin", "data", "debug", "dev", "devdoc", "doc", "info", "lib", "man", "out", "static",
];

impl Analyser for Nix {
    fn describe(&self) -> Description {
        Description {
            name: "nix",
            ecosystem: "Nix packages",
            reads: &["nix/store/*/"],
            kind: Kind::Installed,
            types: &["nix"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, _path: FilePath<'_>) -> Interest {
        Interest::No
    }

    fn analyse(&self, _entry: &Entry<'_>, _content: &mut Content<'_>, _facts: &mut Facts) {}

    fn folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix("nix/store/")?;
        let (directory, _) = rest.split_once('/')?;
        path.get(..path.len() - rest.len() + directory.len())
    }

    fn analyse_folder(&self, folder: FilePath<'_>, facts: &mut Facts) {
        if let Some((name, version)) = name_and_version(folder.name) {
            facts.package(FoundPackage::language(Purl::new("nix", name, version)));
        }
    }
}

fn name_and_version(directory: &str) -> Option<(&str, &str)> {
    let (digest, name) = directory.split_at_checked(DIGEST)?;
    let name = name.strip_prefix('-')?;
    let is_digest = digest
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if !is_digest || name.ends_with(".drv") {
        return None;
    }
    let (at, _) = name.match_indices('-').find(|(at, _)| {
        let after = name.as_bytes().get(at + 1);
        after.is_some_and(u8::is_ascii_digit)
    })?;
    let (name, version) = (name.get(..at)?, name.get(at + 1..)?);
    let version = match version.rsplit_once('-') {
        Some((before, output)) if OUTPUTS.contains(&output) => before,
        _ => version,
    };
    (!name.is_empty()).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories() {
        let digest = "z1p5y0lqa1dzm9r8jwxc4yqk2l6b7v3n";
        for (name, expected) in [
            ("openssl-3.0.12", Some(("openssl", "3.0.12"))),
            ("openssl-3.0.12-dev", Some(("openssl", "3.0.12"))),
            (
                "python3.11-requests-2.31.0",
                Some(("python3.11-requests", "2.31.0")),
            ),
            ("gtk+3-3.24.38", Some(("gtk+3", "3.24.38"))),
            ("glibc-2.38-27", Some(("glibc", "2.38-27"))),
            ("hello-2.12.1.drv", None),
            ("setup-hook", None),
            ("-1", None),
        ] {
            assert_eq!(name_and_version(&format!("{digest}-{name}")), expected, "{name}");
        }
        assert_eq!(name_and_version("short-1.0"), None);
        for (path, expected) in [
            ("nix/store/x-1/bin/a", Some("nix/store/x-1")),
            ("nix/store/x-1.drv", None),
            ("home/nix/store/x-1/a", None),
        ] {
            assert_eq!(Nix.folder(path), expected, "{path}");
        }
    }
}

//! `pnpm-lock.yaml`, lock file versions 5 to 9.
//!
//! Source: pnpm's specification of its lock file. The keys of `packages` say everything: `/name/1.0.0_peers` in
//! version 5, `/name@1.0.0(peers)` in version 6, `name@1.0.0` in version 9. Only what comes from an address has its
//! name and version below. They are machine-written, one a line, so that no YAML and none of its aliases need be unfolded.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// pnpm's lock file.
pub(crate) static PNPM: Document = Document {
    description: Description {
        name: "pnpm-lock",
        ecosystem: "pnpm (JavaScript)",
        reads: &["**/pnpm-lock.yaml"],
        kind: Kind::Lock,
        types: &["npm"],
    },
    version: 2,
    read,
};

/// How keys part name and version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// `/name/1.0.0`
    Slash,
    /// `name@1.0.0`
    At,
}

/// A key of `packages`, and what stands below it where the key is an address.
#[derive(Default)]
struct Entry<'t> {
    key: Option<(&'t str, &'t str)>,
    name: &'t str,
    version: &'t str,
    is_local: bool,
}

impl Entry<'_> {
    fn finish(&self, facts: &mut Facts) {
        let (name, version) = self.key.unwrap_or_default();
        if version.starts_with(|c: char| c.is_ascii_digit()) {
            identity::npm(name, version, Vec::new(), facts);
        } else if !self.is_local {
            let name = if self.name.is_empty() { name } else { self.name };
            identity::npm(name, self.version, Vec::new(), facts);
        }
    }
}

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut keys = Keys::At;
    let mut in_packages = false;
    let mut is_lock_file = file.text.trim().is_empty();
    let mut entry = Entry::default();
    for line in file.text.lines() {
        if let Some(version) = line.strip_prefix("lockfileVersion:") {
            is_lock_file = true;
            let is_5 = version.trim().trim_matches(['\'', '"']).starts_with('5');
            keys = if is_5 { Keys::Slash } else { Keys::At };
        } else if !line.is_empty() && !line.starts_with([' ', '#']) {
            in_packages = line.trim_end() == "packages:";
        } else if let Some(rest) = line.strip_prefix("  ").filter(|_| in_packages) {
            if !rest.starts_with(' ') {
                std::mem::take(&mut entry).finish(facts);
                entry.key = key_parts(rest, keys);
                entry.is_local =
                    rest.trim_start_matches(['\'', '"']).starts_with("file:") || rest.contains("@file:");
            } else if let Some((member, value)) =
                rest.strip_prefix("  ").and_then(|rest| rest.split_once(": "))
            {
                let value = value.trim().trim_matches(['\'', '"']);
                match member {
                    "name" => entry.name = value,
                    "version" => entry.version = value,
                    _ => {}
                }
            }
        }
    }
    entry.finish(facts);
    if !is_lock_file {
        return Err(DocumentError::Form(
            "it has no lockfileVersion, as every such file has",
        ));
    }
    Ok(())
}

fn key_parts(line: &str, keys: Keys) -> Option<(&str, &str)> {
    let key = match line.strip_prefix(['\'', '"']) {
        Some(quoted) => quoted.split(['\'', '"']).next()?,
        None => line
            .trim_end()
            .strip_suffix(':')
            .or_else(|| line.split(": ").next())?,
    };
    match keys {
        Keys::Slash => {
            let (name, version) = key.strip_prefix('/')?.rsplit_once('/')?;
            Some((name, version.split('_').next()?))
        }
        Keys::At => {
            let key = key.strip_prefix('/').unwrap_or(key);
            let (name, version) = identity::split_npm(key)?;
            Some((name, version.split('(').next()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn versions() {
        check(
            &PNPM,
            "pnpm-lock.yaml",
            "lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1\n\npackages:\n\n  /@s/a/1.0.0_react@17.0.0:\n    resolution: {integrity: x}\n    dependencies:\n      c: 1.0.0\n\n  /b/2.0.0:\n    dev: true\n\n  file:local:\n    name: local\n",
            &["pkg:npm/%40s/a@1.0.0", "pkg:npm/b@2.0.0"],
        );
        check(
            &PNPM,
            "pnpm-lock.yaml",
            "lockfileVersion: '6.0'\n\npackages:\n\n  /@s/a@1.0.0(react@17.0.0):\n    dev: false\n\n  /b@2.0.0:\n    dev: true\n",
            &["pkg:npm/%40s/a@1.0.0", "pkg:npm/b@2.0.0"],
        );
        check(
            &PNPM,
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies: {}\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {}\n\n  b@2.0.0:\n    resolution: {}\n\n  c@file:../c:\n    resolution: {}\n\nsnapshots:\n\n  '@s/a@1.0.0(b@2.0.0)': {}\n",
            &["pkg:npm/%40s/a@1.0.0", "pkg:npm/b@2.0.0"],
        );
        check(
            &PNPM,
            "pnpm-lock.yaml",
            "lockfileVersion: 5.1\npackages:\n  /@s/a/1.0.0:\n    dev: false\n  /c/1.0.0-rc.1_ab12:\n    dev: false\n",
            &["pkg:npm/%40s/a@1.0.0", "pkg:npm/c@1.0.0-rc.1"],
        );
        check(
            &PNPM,
            "pnpm-lock.yaml",
            "lockfileVersion: '6.0'\npackages:\n\n  '@example.org/o/r/tar.gz/ab':\n    resolution: {tarball: x}\n    name: remote\n    version: 2.0.1\n    dev: false\n\n  \
             file:local.tgz:\n    name: local\n    version: 4.0.0\n",
            &["pkg:npm/remote@2.0.1"],
        );
        check(
            &PNPM,
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npackages:\n\n  remote@https://example.org/x:\n    resolution: {tarball: x}\n    version: 4.3.5\n",
            &["pkg:npm/remote@4.3.5"],
        );
        check(&PNPM, "pnpm-lock.yaml", "", &[]);
        check(&PNPM, "pnpm-lock.yaml", "packages:\n", &["malformed"]);
    }
}

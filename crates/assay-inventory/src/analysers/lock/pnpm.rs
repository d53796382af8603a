//! `pnpm-lock.yaml`, lock file versions 5 to 9.
//!
//! Source: pnpm's specification of its lock file. The keys of `packages` say everything: `/name/1.0.0_peers` in
//! version 5, `/name@1.0.0(peers)` in version 6, `name@1.0.0` in version 9. They are machine-written, one a line at
//! two blanks, so that no YAML and none of its aliases need be unfolded.

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

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut keys = Keys::At;
    let mut in_packages = false;
    let mut is_lock_file = file.text.trim().is_empty();
    for line in file.text.lines() {
        if let Some(version) = line.strip_prefix("lockfileVersion:") {
            is_lock_file = true;
            let is_5 = version.trim().trim_matches(['\'', '"']).starts_with('5');
            keys = if is_5 { Keys::Slash } else { Keys::At };
        } else if !line.is_empty() && !line.starts_with([' ', '#']) {
            in_packages = line.trim_end() == "packages:";
        } else if in_packages
            && let Some(key) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))
            && let Some((name, version)) = key_parts(key, keys)
        {
            identity::npm(name, version, Vec::new(), facts);
        }
    }
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
        check(&PNPM, "pnpm-lock.yaml", "", &[]);
        check(&PNPM, "pnpm-lock.yaml", "packages:\n", &["malformed"]);
    }
}

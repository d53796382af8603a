//! Lock files: what a build of a checkout installs, to the version.
//!
//! A format is a file here and a [`LockFile`]. The traps that all share: a lock file also lists the project itself,
//! its workspace members and what it takes from local paths, which no advisory speaks of; a dependency can go by
//! another name than its own (an alias); what comes from a repository or an address has a commit or a text where
//! others have a version. Dependencies that only development needs are kept: who builds runs them.

mod cargo;
mod go_modules;
mod identity;
mod npm;
mod pdm;
mod pipfile;
mod pnpm;
mod poetry;
mod requirements;
mod unread;
mod uv;
mod yarn;

pub(super) use cargo::CARGO;
pub(super) use go_modules::GO_MODULES;
pub(super) use npm::NPM;
pub(super) use pdm::PDM;
pub(super) use pipfile::PIPFILE;
pub(super) use pnpm::PNPM;
pub(super) use poetry::POETRY;
pub(super) use requirements::REQUIREMENTS;
pub(super) use unread::UNREAD;
pub(super) use uv::UV;
pub(super) use yarn::YARN;

use assay_artifacts::{Content, Entry, Interest};
use assay_model::DiagnosticCode;
use serde::{Deserialize, de::DeserializeOwned};
use thiserror::Error;

use crate::{Analyser, Facts, FilePath};

/// Bytes of a lock file that are read.
const LARGEST: u64 = 64 << 20;

/// A format of lock files.
pub(crate) struct LockFile {
    /// The word in evidence.
    name: &'static str,
    /// Counts up when the same file gives other packages.
    version: u32,
    /// Whether a file is one, by its path.
    is_one: fn(FilePath<'_>) -> bool,
    /// Takes down its packages.
    read: fn(&str, &mut Facts) -> Result<(), LockError>,
}

/// Why a lock file is none.
#[derive(Debug, Error)]
enum LockError {
    #[error("not the JSON of a lock file ({0})")]
    Json(#[from] serde_json::Error),
    #[error("not the TOML of a lock file ({})", .0.message())]
    Toml(#[from] toml::de::Error),
}

/// The `[[package]]` entries of a lock file in TOML. One that is not of the form costs only itself.
fn toml_packages<P: DeserializeOwned>(text: &str, facts: &mut Facts) -> Result<Vec<P>, LockError> {
    #[derive(Deserialize)]
    struct Document {
        #[serde(default)]
        package: Vec<toml::Value>,
    }
    let document: Document = toml::from_str(text)?;
    let mut packages = Vec::with_capacity(document.package.len());
    let mut broken = 0;
    for entry in document.package {
        match entry.try_into() {
            Ok(package) => packages.push(package),
            Err(_) => broken += 1,
        }
    }
    if broken > 0 {
        let message = format!("{broken} of its packages are not of the form that such a file has");
        facts.diagnostic(DiagnosticCode::Malformed, message);
    }
    Ok(packages)
}

impl LockFile {
    fn read_bytes(&self, bytes: &[u8], facts: &mut Facts) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let outcome = match std::str::from_utf8(bytes) {
            Ok(text) => (self.read)(text, facts).map_err(|error| error.to_string()),
            Err(error) => Err(format!("not UTF-8 ({error})")),
        };
        if let Err(message) = outcome {
            facts.diagnostic(DiagnosticCode::Malformed, message);
        }
    }
}

impl Analyser for LockFile {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        if (self.is_one)(path) {
            Interest::Yes
        } else {
            Interest::No
        }
    }

    fn analyse(&self, _entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        match content.bytes(LARGEST) {
            Ok(bytes) => self.read_bytes(bytes, facts),
            Err(error) => facts.failed(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    //! What the tests of all formats share.

    use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestRunner};

    use super::*;
    use crate::facts::Fact;

    fn run(format: &LockFile, content: &[u8]) -> Vec<String> {
        let mut facts = Facts::new(format.name);
        format.read_bytes(content, &mut facts);
        let describe = |fact| match fact {
            Fact::Package { found, .. } => found.purl.to_string(),
            Fact::Diagnostic { code, .. } => code.to_string(),
            other => format!("{other:?}"),
        };
        facts.list.into_iter().map(describe).collect()
    }

    /// Checks that the file is wanted and gives these package URLs and diagnostic codes; and that no damage to it
    /// makes the reader panic.
    #[track_caller]
    pub(super) fn check(format: &LockFile, path: &str, content: &str, expected: &[&str]) {
        assert_eq!(format.interest(FilePath::new(path)), Interest::Yes, "{path}");
        assert_eq!(run(format, content.as_bytes()), expected, "{content}");
        assert_eq!(
            run(format, content.replace('\n', "\r\n").as_bytes()),
            expected,
            "with CRLF: {content}"
        );
        let damage = (vec((any::<Index>(), any::<u8>()), 0..4), any::<Index>());
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 64,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let outcome = runner.run(&damage, |(changes, end)| {
            let mut bytes = content.as_bytes().to_vec();
            if bytes.is_empty() {
                return Ok(());
            }
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(end.index(bytes.len()) + 1);
            let _ = run(format, &bytes);
            Ok(())
        });
        outcome.unwrap();
    }

    #[test]
    fn bytes_that_are_no_text() {
        assert_eq!(run(&NPM, b"\xff\xfe"), ["malformed"]);
    }
}

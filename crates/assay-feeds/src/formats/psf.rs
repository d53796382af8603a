//! The Python Software Foundation's database: OSV documents on the interpreter.
//!
//! Traps: its records name no package, only the repository of CPython; ranges are of commits, which no installed
//! interpreter can be held against; where `versions` is given it holds git tags (`v3.11.4`), which are the releases.
//!
//! Source: github.com/psf/advisory-database.

use std::io::Read;

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, VendorStatus};

use super::{RUNTIME, ReadError, archive::each_in_tar, osv_schema::Document};
use crate::record::{Sink, Summary};

/// The repository whose tags are releases of the interpreter.
const INTERPRETER: &str = "https://github.com/python/cpython";

/// Reads the database as a tar.
///
/// # Errors
///
/// When the tar is broken, or the sink refuses.
pub(crate) fn read_tar(tar: impl Read, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_tar(
        tar,
        |path| path.contains("/advisories/python/") && path.ends_with(".json"),
        |_, json| parse(json),
        |path, outcome| {
            match outcome.and_then(|parsed| parsed) {
                Ok(advisory) => {
                    summary.records += 1;
                    summary.saw(advisory.modified);
                    sink.advisory(advisory)?;
                }
                Err(error) => summary.warn(format!("{path}: {error}")),
            }
            Ok(())
        },
    )?;
    Ok(summary)
}

fn parse(json: &[u8]) -> Result<Advisory, String> {
    let document: Document<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let versions = document.tagged_versions(INTERPRETER);
    let mut advisory = document.into_advisory(Some("psf"));
    if !versions.is_empty() {
        advisory.affected.push(Affected {
            package: PackageKey::new(Ecosystem::new(RUNTIME), "python"),
            status: VendorStatus::Affected,
            ranges: Vec::new(),
            versions,
            severity: None,
            module: None,
        });
    }
    Ok(advisory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::told;

    #[test]
    fn tags_are_versions_and_commits_are_not() {
        let with = |entry: &str| {
            let json = format!(
                r#"{{"id":"PSF-2023-1","aliases":["CVE-2023-1"],"affected":[{{"ranges":[{{"type":"GIT","repo":"https://github.com/python/cpython",
                   "events":[{{"introduced":"0"}}]}}]{entry}}}]}}"#
            );
            parse(json.as_bytes()).unwrap()
        };
        let tagged = with(r#","versions":["v3.11.3","v3.11.4rc1","main"]"#);
        assert_eq!(tagged.aliases, ["CVE-2023-1"]);
        assert_eq!(told(&tagged), ["PSF-2023-1 - [] Runtime python 3.11.3 3.11.4rc1"]);
        assert!(with("").affected.is_empty());
    }
}

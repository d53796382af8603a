//! OVAL definitions of RPM distributions: Azure Linux, Photon OS, Oracle Linux and SUSE.
//!
//! A definition names tests by reference; a test names an object (the package) and a state (the version that it is
//! earlier than). Traps: vendors write the namespace of the tests as a prefix or as a default, so elements are told by
//! their local names; beside version tests there are tests of the release and of the signing key, which say nothing
//! about a version; an unfixed flaw is written as "less than or equal to" the newest package; and what the conditions
//! beside a version mean, each vendor says in comments of its own.
//!
//! Source: the OVAL language 5.11, linux-definitions schema, rpminfo tests.

mod document;
mod oracle;
mod release;
mod suse;

use assay_model::{Affected, Ecosystem, PackageKey, RangeEvent, VendorStatus};

use self::document::{Bound, Document, End};
pub(crate) use self::suse::ecosystem as suse_ecosystem;
use super::ReadError;
use crate::record::{Sink, Summary};

/// Whose definitions a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OvalSource {
    /// A vendor's that has a file for each release.
    Release {
        /// The short name of the vendor, such as `azurelinux`.
        source: &'static str,
        /// The ecosystem that its definitions speak of, such as `Azure Linux:3`.
        ecosystem: &'static str,
    },
    /// Oracle's: one file for all releases.
    Oracle,
    /// SUSE's: one file a product and all its service packs.
    Suse,
}

/// Reads a file.
///
/// # Errors
///
/// When the bytes are no OVAL definitions, or the sink refuses.
pub(crate) fn read(xml: &[u8], whose: OvalSource, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let document = Document::parse(xml)?;
    let mut summary = Summary::default();
    summary.saw(document.date);
    for definition in &document.definitions {
        let advisory = match whose {
            OvalSource::Release { source, ecosystem } => {
                release::advisory(&document, definition, source, ecosystem)
            }
            OvalSource::Oracle => oracle::advisory(definition),
            OvalSource::Suse => suse::advisory(&document, definition),
        };
        match advisory {
            Some(advisory) if !advisory.affected.is_empty() => {
                summary.records += 1;
                sink.advisory(advisory)?;
            }
            _ => summary.warn(format!("{}: no test of a version", definition.id)),
        }
    }
    if summary.records == 0 {
        return Err(ReadError::Malformed(
            "it holds no definitions with tests of versions".to_owned(),
        ));
    }
    Ok(summary)
}

/// A package affected from the beginning up to a bound.
fn affected(ecosystem: &Ecosystem, name: &str, bound: &Bound) -> Affected {
    let start = RangeEvent::Introduced("0".to_owned());
    let events = match bound.end {
        End::Before => vec![start, RangeEvent::Fixed(bound.version.clone())],
        End::Through => vec![start, RangeEvent::LastAffected(bound.version.clone())],
        End::After => vec![start],
    };
    Affected {
        package: PackageKey::new(ecosystem.clone(), name),
        status: VendorStatus::Affected,
        ranges: vec![events],
        versions: Vec::new(),
        severity: None,
        module: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn what_is_none() {
        let deep = "<a>".repeat(1000);
        let half = &release::tests::PREFIXED[..release::tests::PREFIXED.len() / 2];
        for whose in [release::tests::AZURE, OvalSource::Oracle, OvalSource::Suse] {
            for xml in ["", "<html></html>", "<oval_definitions>", "<a></b>", &deep, half] {
                let outcome = read(xml.as_bytes(), whose, &mut Collected::default());
                assert!(outcome.is_err(), "{xml:.40}");
            }
        }
    }
}

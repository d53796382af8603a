//! Scans of bills of materials as the API has them.

use std::sync::LazyLock;

use assay_api_model::{Enumeration, inspector_scan::OutputFormat};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, VendorStatus};
use jiff::Timestamp;
use tempfile::TempPath;

/// An advisory on every version of each of a few packages. The file stays for as long as it is mapped.
static INDEX: LazyLock<Option<(Index, TempPath)>> = LazyLock::new(|| {
    let mut builder = Builder::new(IntelligenceKind::Upstream).ok()?;
    let packages = [
        ("npm", "a"),
        ("PyPI", "pyyaml"),
        ("Debian:12", "openssl"),
        ("Ubuntu:22.04", "shadow"),
        ("Amazon Linux:2023", "curl"),
    ];
    for (at, (ecosystem, name)) in packages.into_iter().enumerate() {
        let mut advisory = Advisory::new("nvd", format!("CVE-2024-{at}"));
        advisory.affected = vec![Affected {
            package: PackageKey::new(Ecosystem::new(ecosystem), name),
            status: VendorStatus::Affected,
            ranges: vec![vec![RangeEvent::Introduced("0".to_owned())]],
            versions: Vec::new(),
            severity: None,
            module: None,
        }];
        builder.advisory(&advisory).ok()?;
    }
    let path = tempfile::NamedTempFile::new().ok()?.into_temp_path();
    builder.finish(&path, Timestamp::UNIX_EPOCH).ok()?;
    Some((Index::open(&path).ok()?, path))
});

/// Scans a document in each of the answer's forms.
pub(super) fn scan_sbom(bytes: &[u8]) {
    let (Some((index, _)), Ok(document)) = (INDEX.as_ref(), serde_json::from_slice(bytes)) else {
        return;
    };
    for format in OutputFormat::VARIANTS {
        let _ = assay_inspector::scan_sbom(&document, *format, index, Timestamp::UNIX_EPOCH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_something_to_find() {
        assert!(INDEX.is_some());
    }
}

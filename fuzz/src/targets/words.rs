//! Short texts: versions, package URLs, vectors, names.

use assay_model::{Distribution, Purl};
use assay_registry::ImageReference;
use assay_versions::Scheme;

/// A scheme's name, and two versions, each on a line.
pub(super) fn versions(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let (name, one, other) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    let scheme = Scheme::from_name(name).unwrap_or(Scheme::Generic);
    let order = scheme.compare(one, other);
    assert_eq!(
        order,
        scheme.compare(other, one).reverse(),
        "{name}: {one:?} {other:?}"
    );
    let (one, other) = (scheme.key(one), scheme.key(other));
    assert_eq!(order, one.as_bytes().cmp(other.as_bytes()), "{name}");
}

/// A package URL; a distribution's qualifier.
pub(super) fn purl(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(purl) = text.parse::<Purl>() {
        let written = purl.to_string();
        assert_eq!(written.parse::<Purl>().as_ref(), Ok(&purl), "{written}");
    }
    let _ = Distribution::from_qualifier(&text).ecosystem();
}

/// A CVSS vector.
pub(super) fn cvss(bytes: &[u8]) {
    let _ = assay_risk::base_score(&String::from_utf8_lossy(bytes));
}

/// The name of an image.
pub(super) fn image_reference(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = ImageReference::recognise(&text);
    let _ = ImageReference::parse(&text);
}

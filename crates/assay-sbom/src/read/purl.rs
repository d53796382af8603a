//! Bringing the package URLs of other writers to our spelling.

use assay_model::Purl;

use super::distribution::qualifier;

/// What a writer states beside the package URL about the source of a distribution's package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourcePackage {
    pub(crate) name: String,
    /// With epoch and release, as the distribution writes it.
    pub(crate) version: Option<String>,
}

/// Brings a package URL to our spelling: the epoch of Debian packages into the version, the distribution with its
/// id, the source package as `upstream`.
pub(crate) fn normalize(mut purl: Purl, source: Option<&SourcePackage>) -> Purl {
    if !matches!(purl.kind.as_str(), "deb" | "apk" | "rpm") {
        return purl;
    }
    if let Some(distro) = purl.qualifiers.get_mut("distro") {
        *distro = qualifier(distro, purl.namespace.as_deref());
    }
    // Inspector's generator names the source package so.
    if purl.kind != "rpm"
        && let Some(source) = purl.qualifiers.remove("source")
        && source != purl.name
    {
        purl.qualifiers.entry("upstream".to_owned()).or_insert(source);
    }
    if purl.kind == "deb"
        && let Some(epoch) = purl.qualifiers.remove("epoch")
        && let Some(version) = &mut purl.version
        && !version.contains(':')
        && epoch != "0"
    {
        *version = format!("{epoch}:{version}");
    }
    // The errata of RPM distributions name binary packages, so their source is of no use to matching.
    if let Some(source) = source.filter(|source| !source.name.is_empty())
        && purl.kind != "rpm"
        && !purl.qualifiers.contains_key("upstream")
    {
        let other_version = source
            .version
            .as_ref()
            .filter(|version| Some(*version) != purl.version.as_ref());
        let upstream = match other_version {
            Some(version) => Some(format!("{}@{version}", source.name)),
            None if source.name == purl.name => None,
            None => Some(source.name.clone()),
        };
        if let Some(upstream) = upstream {
            purl.qualifiers.insert("upstream".to_owned(), upstream);
        }
    }
    purl
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(purl: &str, source: Option<(&str, Option<&str>)>, expected: &str) {
        let source = source.map(|(name, version)| SourcePackage {
            name: name.to_owned(),
            version: version.map(str::to_owned),
        });
        assert_eq!(
            normalize(purl.parse().unwrap(), source.as_ref()).to_string(),
            expected
        );
    }

    #[test]
    fn spellings() {
        check(
            "pkg:deb/debian/bsdutils@2.38.1-5?arch=amd64&distro=debian-12.5&epoch=1",
            Some(("util-linux", Some("2.38.1-5"))),
            "pkg:deb/debian/bsdutils@1:2.38.1-5?arch=amd64&distro=debian-12.5&upstream=util-linux%402.38.1-5",
        );
        check(
            "pkg:apk/alpine/libcrypto3@3.1.4-r5?distro=3.18.4",
            Some(("openssl", Some("3.1.4-r5"))),
            "pkg:apk/alpine/libcrypto3@3.1.4-r5?distro=alpine-3.18.4&upstream=openssl",
        );
        check(
            "pkg:deb/debian/zlib1g@1?distro=debian-12",
            Some(("zlib1g", Some("1"))),
            "pkg:deb/debian/zlib1g@1?distro=debian-12",
        );
        check("pkg:npm/a@1?distro=3", None, "pkg:npm/a@1?distro=3");
        check(
            "pkg:deb/ubuntu/login@4.8.1-2ubuntu2.1?arch=amd64&distro=jammy&epoch=1&source=shadow",
            None,
            "pkg:deb/ubuntu/login@1:4.8.1-2ubuntu2.1?arch=amd64&distro=ubuntu-22.04&upstream=shadow",
        );
        check(
            "pkg:rpm/amazon/curl@8.5.0-1.amzn2023.0.2?arch=x86_64&distro=2023&epoch=0",
            None,
            "pkg:rpm/amazon/curl@8.5.0-1.amzn2023.0.2?arch=x86_64&distro=amzn-2023&epoch=0",
        );
    }
}

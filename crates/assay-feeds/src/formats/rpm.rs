//! The names of RPM builds in foreign texts.

/// Name, epoch, version, release and architecture of a build: `openssl-1:1.1.1k-7.el8_6.x86_64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nevra {
    pub(crate) name: String,
    /// Empty when not stated.
    pub(crate) epoch: String,
    pub(crate) version: String,
    pub(crate) release: String,
    /// Empty when not stated.
    pub(crate) architecture: String,
}

/// Architectures that a build's name can end with.
const ARCHITECTURES: [&str; 17] = [
    "x86_64",
    "i686",
    "i586",
    "i386",
    "aarch64",
    "ppc64le",
    "ppc64",
    "ppc",
    "s390x",
    "s390",
    "armv7hl",
    "riscv64",
    "loongarch64",
    "noarch",
    "src",
    "nosrc",
    "ia64",
];

impl Nevra {
    /// Reads a build's name, with or without epoch, architecture and `.rpm`; `None` without a version and a release.
    pub(crate) fn parse(text: &str) -> Option<Nevra> {
        let text = text.trim();
        let text = text.strip_suffix(".rpm").unwrap_or(text);
        let (text, architecture) = match text.rsplit_once('.') {
            Some((rest, architecture)) if ARCHITECTURES.contains(&architecture) => (rest, architecture),
            _ => (text, ""),
        };
        let (rest, release) = text.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        // An older way of writing puts the epoch in front of everything.
        let (before, name) = match name.split_once(':') {
            Some((epoch, name)) => (epoch, name),
            None => ("", name),
        };
        let (epoch, version) = version.split_once(':').unwrap_or((before, version));
        let starts_with_digit = version.starts_with(|first: char| first.is_ascii_digit());
        if name.is_empty() || release.is_empty() || version.is_empty() {
            return None;
        }
        if !epoch.bytes().all(|byte| byte.is_ascii_digit()) || !starts_with_digit && epoch.is_empty() {
            return None;
        }
        Some(Nevra {
            name: name.to_owned(),
            epoch: epoch.to_owned(),
            version: version.to_owned(),
            release: release.to_owned(),
            architecture: architecture.to_owned(),
        })
    }

    /// Epoch, version and release as the package managers write them: without an epoch of zero.
    pub(crate) fn version(&self) -> String {
        evr(&self.epoch, &self.version, &self.release)
    }
}

/// Epoch, version and release joined; an epoch of zero is left out.
pub(crate) fn evr(epoch: &str, version: &str, release: &str) -> String {
    let epoch = match epoch.trim() {
        "" | "0" | "(none)" => String::new(),
        epoch => format!("{epoch}:"),
    };
    match release {
        "" => format!("{epoch}{version}"),
        release => format!("{epoch}{version}-{release}"),
    }
}

/// Whether a release says that the build belongs to a module's stream (`.module+el8.8.0+19493+5804baf6`).
pub(crate) fn is_modular(version: &str) -> bool {
    version.contains(".module+el") || version.contains(".module_el")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds() {
        for (text, expected) in [
            (
                "openssl-1:1.1.1k-7.el8_6.x86_64",
                Some(("openssl", "1:1.1.1k-7.el8_6", "x86_64")),
            ),
            (
                "1:openssl-1.1.1k-7.el8_6.x86_64.rpm",
                Some(("openssl", "1:1.1.1k-7.el8_6", "x86_64")),
            ),
            (
                "mingw-binutils-2.25-1.el7",
                Some(("mingw-binutils", "2.25-1.el7", "")),
            ),
            (
                "libopenssl0_9_8-0.9.8j-106.12.1",
                Some(("libopenssl0_9_8", "0.9.8j-106.12.1", "")),
            ),
            ("perl-0:5.26-1.noarch", Some(("perl", "5.26-1", "noarch"))),
            ("samba-winbind-krb5-locator", None),
            ("x", None),
            ("--", None),
        ] {
            let nevra = Nevra::parse(text);
            let told = nevra
                .as_ref()
                .map(|nevra| (nevra.name.as_str(), nevra.version(), nevra.architecture.as_str()));
            let told = told
                .as_ref()
                .map(|(name, version, arch)| (*name, version.as_str(), *arch));
            assert_eq!(told, expected, "{text}");
        }
    }
}

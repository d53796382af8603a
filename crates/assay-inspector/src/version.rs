//! The parts of a package's version that the API keeps apart.

use assay_model::Purl;

/// A version in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionParts {
    /// The epoch, 0 where there is none.
    pub epoch: i32,
    /// The version that upstream gave it.
    pub version: String,
    /// The release that the distribution gave it.
    pub release: Option<String>,
}

/// The parts of a version of a package: epoch and release of Debian's, RPM's and Alpine's, the whole as version of all
/// others.
pub fn version_parts(purl: &Purl, version: &str) -> VersionParts {
    let stated = purl.qualifier("epoch").and_then(|epoch| epoch.parse().ok());
    let is_versioned_by_epoch = matches!(purl.kind.as_str(), "deb" | "rpm" | "alpm");
    let within = version.split_once(':').filter(|_| is_versioned_by_epoch);
    let within = within.and_then(|(epoch, rest)| Some((epoch.parse::<i32>().ok()?, rest)));
    let (epoch, rest) = match within {
        Some((epoch, rest)) => (epoch, rest),
        None => (stated.unwrap_or(0), version),
    };
    let split = match purl.kind.as_str() {
        "deb" | "rpm" | "alpm" => rest.rsplit_once('-'),
        // Alpine writes the release as `-r5`.
        "apk" => rest
            .rsplit_once('-')
            .filter(|(_, release)| is_alpine_release(release)),
        _ => None,
    };
    match split {
        Some((version, release)) if !version.is_empty() && !release.is_empty() => VersionParts {
            epoch: epoch.max(0),
            version: version.to_owned(),
            release: Some(release.to_owned()),
        },
        _ => VersionParts {
            epoch: epoch.max(0),
            version: rest.to_owned(),
            release: None,
        },
    }
}

fn is_alpine_release(release: &str) -> bool {
    let digits = release.strip_prefix('r').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A fixed version as the API writes it: with its epoch, even 0, for Debian's and RPM's packages.
pub fn fixed_version(purl: &Purl, fixed: &str) -> String {
    let has_epoch = fixed
        .split_once(':')
        .is_some_and(|(epoch, _)| epoch.parse::<u32>().is_ok());
    if matches!(purl.kind.as_str(), "deb" | "rpm") && !has_epoch {
        format!("0:{fixed}")
    } else {
        fixed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(purl: &str, expected: (i32, &str, Option<&str>)) {
        let purl: Purl = purl.parse().unwrap();
        let parts = version_parts(&purl, purl.version.as_deref().unwrap_or_default());
        let found = (parts.epoch, parts.version.as_str(), parts.release.as_deref());
        assert_eq!(found, expected, "{purl}");
    }

    #[test]
    fn parts() {
        check(
            "pkg:deb/debian/a@3.0.11-1~deb12u2",
            (0, "3.0.11", Some("1~deb12u2")),
        );
        check(
            "pkg:deb/debian/a@1:2.38.1-5%2Bdeb12u1",
            (1, "2.38.1", Some("5+deb12u1")),
        );
        check("pkg:deb/ubuntu/snapd@2.63", (0, "2.63", None));
        check(
            "pkg:rpm/redhat/a@4.4.20-1.el8_4?epoch=1",
            (1, "4.4.20", Some("1.el8_4")),
        );
        check("pkg:apk/alpine/a@3.1.4-r5", (0, "3.1.4", Some("r5")));
        check("pkg:apk/alpine/a@3.1.4-rc1", (0, "3.1.4-rc1", None));
        check("pkg:npm/a@1.0.0-beta.1", (0, "1.0.0-beta.1", None));
        check("pkg:deb/debian/a@-1", (0, "-1", None));
        check(
            "pkg:deb/debian/a@99999999999:1-1",
            (0, "99999999999:1", Some("1")),
        );
    }

    #[test]
    fn fixes() {
        for (purl, fixed, expected) in [
            ("pkg:deb/debian/a@1", "3.0-1", "0:3.0-1"),
            ("pkg:deb/debian/a@1", "1:3.0-1", "1:3.0-1"),
            ("pkg:apk/alpine/a@1", "3.0-r1", "3.0-r1"),
            ("pkg:pypi/a@1", "2.3.2", "2.3.2"),
        ] {
            assert_eq!(fixed_version(&purl.parse().unwrap(), fixed), expected);
        }
    }
}

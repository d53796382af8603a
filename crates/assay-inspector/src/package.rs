//! A package that has a vulnerability.

use assay_api_model::inspector2 as api;
use assay_assess::FixState;
use assay_model::{Purl, Severity};

use crate::{
    package_manager::package_manager,
    text::word,
    upgrade::upgrade_command,
    version::{fixed_version, version_parts},
};

/// What the API says where there is no fixed version.
const NO_FIX: &str = "NotAvailable";

/// A package of a resource that has the vulnerability of a finding.
#[derive(Clone, Debug)]
pub struct AffectedPackage<'a> {
    /// Its package URL.
    pub purl: &'a Purl,
    /// Where it was seen; a package may be installed several times, and each has to be upgraded.
    pub places: Vec<Place<'a>>,
    /// The version to upgrade to.
    pub fixed_in: Option<&'a str>,
    /// Whether and how it can be fixed.
    pub fix_state: FixState,
    /// How bad it is there.
    pub severity: Severity,
    /// Whose word or score that is, by its short name.
    pub severity_source: &'a str,
}

/// Where a package was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file, with `!/` where it lies in an archive.
    pub path: Option<&'a str>,
    /// The digest of the image's layer, `sha256:…`.
    pub layer: Option<&'a str>,
    /// The layer of the function.
    pub function_layer: Option<&'a str>,
}

/// The shapes of a package: one for each place where a package of a language lies, one in all for a package of an
/// operating system, whose places are files of its package manager.
pub(crate) fn vulnerable_packages(package: &AffectedPackage<'_>) -> Vec<api::VulnerablePackage> {
    let somewhere = [Place::default()];
    let places = if package.places.is_empty() {
        somewhere.as_slice()
    } else {
        package.places.as_slice()
    };
    let is_of_system = package_manager(package.purl, None) == Some(api::PackageManager::Os);
    let places = if is_of_system { &places[..1] } else { places };
    places
        .iter()
        .map(|place| vulnerable_package(package, *place))
        .collect()
}

fn vulnerable_package(package: &AffectedPackage<'_>, place: Place<'_>) -> api::VulnerablePackage {
    let purl = package.purl;
    let manager = package_manager(purl, place.path);
    let is_of_system = manager == Some(api::PackageManager::Os);
    let parts = version_parts(purl, purl.version.as_deref().unwrap_or_default());
    let fixed = package
        .fixed_in
        .and_then(|fixed| word(&fixed_version(purl, fixed), 1024));
    let command = package
        .fixed_in
        .and_then(|fixed| upgrade_command(purl, manager, fixed));
    let text = purl.to_string();
    api::VulnerablePackage {
        arch: purl
            .qualifier("arch")
            .and_then(|arch| word(&arch.to_uppercase(), 64)),
        epoch: Some(parts.epoch),
        file_path: place
            .path
            .filter(|_| !is_of_system)
            .and_then(|path| word(path, 1024)),
        fixed_in_version: Some(fixed.unwrap_or_else(|| NO_FIX.to_owned())),
        name: display_name(purl),
        package_manager: manager.map(Into::into),
        // A cut one would name something else.
        purl: word(&text, 2048).filter(|kept| *kept == text),
        release: parts.release.and_then(|release| word(&release, 1024)),
        remediation: command,
        runtime_reachability: None,
        runtime_reachability_reason: None,
        source_lambda_layer_arn: place
            .function_layer
            .map(str::to_owned)
            .filter(|arn| is_layer_arn(arn)),
        source_layer_hash: place.layer.map(str::to_owned).filter(|hash| is_layer_hash(hash)),
        version: word(&parts.version, 1024).unwrap_or_else(|| "unknown".to_owned()),
    }
}

/// A package's name within bounds.
pub(crate) fn display_name(purl: &Purl) -> String {
    word(&purl.display_name(), 1024).unwrap_or_else(|| "unknown".to_owned())
}

fn is_layer_hash(hash: &str) -> bool {
    let digits = hash.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

/// Whether a text is the name of a function's layer with its version, as the model's pattern has it.
fn is_layer_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    match parts.as_slice() {
        [
            "arn",
            partition,
            "lambda",
            region,
            account,
            "layer",
            name,
            version,
        ] => {
            let is_word = |text: &str| {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            };
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_word(partition)
                && is_word(region)
                && account.len() == 12
                && is_number(account)
                && is_word(name)
                && is_number(version)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(purl: &Purl) -> AffectedPackage<'_> {
        AffectedPackage {
            purl,
            places: Vec::new(),
            fixed_in: Some("2.0-1"),
            fix_state: FixState::Fixed,
            severity: Severity::High,
            severity_source: "nvd",
        }
    }

    #[test]
    fn a_package_of_a_distribution() {
        let purl: Purl = "pkg:deb/ubuntu/libssl3t64@3.0.13-0ubuntu3.2?arch=arm64&distro=ubuntu-24.04"
            .parse()
            .unwrap();
        let layer = format!("sha256:{}", "0a".repeat(32));
        let place = Place {
            path: Some("var/lib/dpkg/status"),
            layer: Some(&layer),
            function_layer: None,
        };
        let shapes = vulnerable_packages(&AffectedPackage {
            places: vec![place, place],
            ..package(&purl)
        });
        let [shape] = shapes.as_slice() else {
            panic!("{shapes:?}")
        };
        assert_eq!(shape.arch.as_deref(), Some("ARM64"));
        assert_eq!((shape.epoch, shape.version.as_str()), (Some(0), "3.0.13"));
        assert_eq!(shape.release.as_deref(), Some("0ubuntu3.2"));
        assert_eq!(shape.fixed_in_version.as_deref(), Some("0:2.0-1"));
        assert_eq!(shape.file_path, None);
        assert_eq!(shape.source_layer_hash.as_deref(), Some(layer.as_str()));
    }

    #[test]
    fn a_package_of_a_language_in_two_places() {
        let purl: Purl = "pkg:pypi/flask@2.0.0".parse().unwrap();
        let place = |path| Place {
            path: Some(path),
            layer: Some("sha256:short"),
            ..Place::default()
        };
        let places = vec![place("requirements.txt"), place("a/flask.dist-info/METADATA")];
        let shapes = vulnerable_packages(&AffectedPackage {
            places,
            fixed_in: None,
            ..package(&purl)
        });
        let managers: Vec<_> = shapes.iter().map(|shape| shape.package_manager.clone()).collect();
        let expected = [api::PackageManager::Pip, api::PackageManager::Pythonpkg];
        assert_eq!(managers, expected.map(|manager| Some(manager.into())));
        assert_eq!(shapes[0].fixed_in_version.as_deref(), Some("NotAvailable"));
        assert_eq!(
            (&shapes[0].source_layer_hash, &shapes[0].remediation),
            (&None, &None)
        );
    }
}

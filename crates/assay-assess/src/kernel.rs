//! Which kernel packages count: on a machine only those of the kernel that runs; nowhere its headers.
//!
//! A machine keeps former kernels beside the running one, and flaws of those are not its own until it boots them. A
//! container runs no kernel at all, but the headers of one are often in its image. Headers are text for compilers, which
//! has no flaws on a machine either: there the package of the kernel itself speaks.
//!
//! The running kernel is a fact that the caller states, in the words of `uname -r`; nothing here asks a machine.

use assay_model::{Inventory, Purl};

use crate::finding::{Applicability, Reason};

/// Which packages of an inventory are of a kernel that does not run.
pub(crate) struct Kernels<'a> {
    /// The running kernel, when a package of it is installed: of one that came from elsewhere nothing is known.
    running: Option<&'a str>,
}

impl<'a> Kernels<'a> {
    pub(crate) fn of(inventory: &Inventory, running: Option<&'a str>) -> Kernels<'a> {
        let running = running.map(str::trim).filter(|running| {
            let mut packages = inventory.packages.iter().map(|package| &package.purl);
            packages.any(|purl| is_image(&purl.name) && is_of(purl, running))
        });
        Kernels { running }
    }

    /// Where no kernel is known to run.
    pub(crate) fn none() -> Kernels<'a> {
        Kernels { running: None }
    }

    /// Whether flaws of a package apply here.
    pub(crate) fn applicability(&self, purl: &Purl) -> Applicability {
        if !matches!(purl.kind.as_str(), "deb" | "rpm" | "apk") {
            return Applicability::Applicable;
        }
        if is_headers(&purl.name) {
            return Applicability::NotApplicable(Reason::KernelHeaders);
        }
        match self.running {
            Some(running) if is_image(&purl.name) && !is_of(purl, running) => {
                Applicability::NotApplicable(Reason::KernelNotRunning)
            }
            _ => Applicability::Applicable,
        }
    }
}

/// Packages of headers: Debian's and Ubuntu's `linux-libc-dev` and `linux-headers-…`, Alpine's `linux-headers`, the RPM
/// distributions' `kernel-headers` and its variants.
fn is_headers(name: &str) -> bool {
    name == "linux-libc-dev"
        || name == "linux-headers"
        || name.starts_with("linux-headers-")
        || name.starts_with("kernel-") && name.ends_with("-headers")
        || name == "kernel-headers"
}

/// Packages that hold a kernel or its modules.
fn is_image(name: &str) -> bool {
    const DEBIAN: [&str; 4] = [
        "linux-image-",
        "linux-modules-",
        "linux-base-sgx-",
        "linux-signed-image-",
    ];
    const RPM: [&str; 18] = [
        "kernel",
        "kernel-core",
        "kernel-modules",
        "kernel-modules-core",
        "kernel-modules-extra",
        "kernel-modules-internal",
        "kernel-default",
        "kernel-default-base",
        "kernel-azure",
        "kernel-debug",
        "kernel-rt",
        "kernel-rt-core",
        "kernel-rt-modules",
        "kernel-uek",
        "kernel-uek-core",
        "kernel-uek-modules",
        "kernel6.12",
        "kernel-lts",
    ];
    const ALPINE: [&str; 3] = ["linux-lts", "linux-virt", "linux-edge"];
    DEBIAN.iter().any(|prefix| {
        // `linux-image-amd64` only leads to the newest kernel.
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit()) && rest.contains('.'))
    }) || RPM.contains(&name)
        || ALPINE.contains(&name)
}

/// Whether a package is of the kernel that calls itself so.
fn is_of(purl: &Purl, running: &str) -> bool {
    let version = purl.version.as_deref().unwrap_or_default();
    match purl.kind.as_str() {
        // `linux-image-6.1.0-13-amd64` is the kernel 6.1.0-13-amd64.
        "deb" => purl.name.ends_with(running),
        // `6.6.8-r0` of `linux-lts` is the kernel 6.6.8-0-lts.
        "apk" => {
            let flavour = purl.name.strip_prefix("linux-").unwrap_or_default();
            format!("{}-{flavour}", version.replace("-r", "-")) == running
        }
        // `4.18.0-553.el8.x86_64`; SUSE has `5.14.21-150500.55.19-default` for 5.14.21-150500.55.19.1.
        _ => {
            let numbers = running
                .rsplit_once(['.', '-'])
                .map_or(running, |(numbers, _)| numbers);
            version == running
                || version == numbers
                || version
                    .rsplit_once('.')
                    .is_some_and(|(version, rebuild)| version == numbers && is_number(rebuild))
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use assay_model::{Artifact, ArtifactKind, Package};

    use super::*;

    fn check(running: Option<&str>, packages: &[(&str, Option<Reason>)]) {
        let inventory = Inventory {
            artifact: Artifact::new("x", ArtifactKind::Host),
            distribution: None,
            packages: packages
                .iter()
                .map(|(purl, _)| Package::new(purl.parse().unwrap()))
                .collect(),
            diagnostics: Vec::new(),
        };
        let kernels = Kernels::of(&inventory, running);
        for (package, (purl, reason)) in inventory.packages.iter().zip(packages) {
            let expected = reason.map_or(Applicability::Applicable, Applicability::NotApplicable);
            assert_eq!(kernels.applicability(&package.purl), expected, "{purl}");
        }
    }

    const HEADERS: Option<Reason> = Some(Reason::KernelHeaders);
    const STOPPED: Option<Reason> = Some(Reason::KernelNotRunning);

    #[test]
    fn on_a_machine_the_running_kernel_counts() {
        check(
            Some("6.1.0-13-amd64"),
            &[
                ("pkg:deb/debian/linux-image-6.1.0-13-amd64@6.1.55-1", None),
                ("pkg:deb/debian/linux-image-6.1.0-11-amd64@6.1.38-4", STOPPED),
                ("pkg:deb/debian/linux-image-amd64@6.1.55-1", None),
                ("pkg:deb/debian/linux-libc-dev@6.1.55-1", HEADERS),
                ("pkg:deb/debian/bash@5.2", None),
            ],
        );
        check(
            Some("4.18.0-553.el8_10.x86_64"),
            &[
                ("pkg:rpm/redhat/kernel-core@4.18.0-553.el8_10", None),
                ("pkg:rpm/redhat/kernel-core@4.18.0-513.el8", STOPPED),
                ("pkg:rpm/redhat/kernel-headers@4.18.0-553.el8_10", HEADERS),
            ],
        );
        check(
            Some("5.14.21-150500.55.19-default"),
            &[
                ("pkg:rpm/suse/kernel-default@5.14.21-150500.55.19.1", None),
                ("pkg:rpm/suse/kernel-default@5.14.21-150500.55.12.1", STOPPED),
            ],
        );
        check(
            Some("6.6.8-0-lts"),
            &[("pkg:apk/alpine/linux-lts@6.6.8-r0", None)],
        );
    }

    #[test]
    fn a_kernel_from_elsewhere_tells_nothing_of_the_packages() {
        check(
            Some("6.9.0-custom"),
            &[
                ("pkg:deb/debian/linux-image-6.1.0-13-amd64@6.1.55-1", None),
                ("pkg:deb/debian/linux-libc-dev@6.1.55-1", HEADERS),
            ],
        );
    }

    #[test]
    fn headers_are_text() {
        let packages = [
            ("pkg:deb/debian/linux-libc-dev@6.1.55-1", HEADERS),
            ("pkg:rpm/redhat/kernel-headers@4.18.0-553.el8_10", HEADERS),
            ("pkg:npm/linux-headers@1.0.0", None),
        ];
        check(None, &packages);
    }
}

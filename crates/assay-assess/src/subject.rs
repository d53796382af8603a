//! What of an inventory is assessed by itself, so that a service keeps the outcome once for all inventories that have it.

use assay_intel::{Index, IndexError};
use assay_model::{Distribution, Ecosystem, Inventory, OPERATING_SYSTEM, PackageKey, Purl};
use jiff::civil::Date;

use crate::{
    end_of_life::{end_of_life, releases},
    finding::{Applicability, Finding},
    kernel::Kernels,
    matcher::Matcher,
    target::{Elsewhere, Family, Target},
};

/// Marks the identity of an operating system; no package URL begins so.
const SYSTEM_PREFIX: &str = "os:";

/// A package or an operating system, apart from where it was found.
///
/// What [`assess`](crate::assess) finds in an inventory is what an [`Assessor`] finds in its [`subjects`], one by one: that
/// is tested, and both stand on the same matcher.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssessedSubject {
    /// A package by a package URL that says everything that matching needs, its distribution too.
    Package(Purl),
    /// A release of an operating system, by its qualifier such as `debian-10`.
    OperatingSystem(String),
}

impl AssessedSubject {
    /// The text that tells subjects apart: the package URL, or `os:` and the release.
    pub fn identity(&self) -> String {
        match self {
            AssessedSubject::Package(purl) => purl.to_string(),
            AssessedSubject::OperatingSystem(qualifier) => format!("{SYSTEM_PREFIX}{qualifier}"),
        }
    }

    /// Reads an identity back; `None` for a text that is none.
    pub fn from_identity(identity: &str) -> Option<AssessedSubject> {
        match identity.strip_prefix(SYSTEM_PREFIX) {
            Some(qualifier) => Some(AssessedSubject::OperatingSystem(qualifier.to_owned())),
            None => identity.parse().ok().map(AssessedSubject::Package),
        }
    }

    /// The keys that advisories about it may stand under. When rules under none of them change, neither does the outcome,
    /// but for what is said of the vulnerabilities themselves.
    pub fn keys(&self) -> Vec<PackageKey> {
        match self {
            AssessedSubject::Package(purl) => match Target::of(purl, None) {
                Ok(target) => {
                    let elsewhere = target.elsewhere.map(|elsewhere| match elsewhere {
                        Elsewhere::Source(key, _)
                        | Elsewhere::Subscription(key)
                        | Elsewhere::Packager(key) => key,
                    });
                    std::iter::once(target.key).chain(elsewhere).collect()
                }
                Err(_) => Vec::new(),
            },
            AssessedSubject::OperatingSystem(qualifier) => {
                let distribution = Distribution::from_qualifier(qualifier);
                let system = Ecosystem::new(OPERATING_SYSTEM);
                let names = releases(distribution.release_number())
                    .map(|release| format!("{} {release}", distribution.id));
                let mut keys: Vec<_> = names.map(|name| PackageKey::new(system.clone(), &name)).collect();
                keys.dedup();
                keys
            }
        }
    }
}

/// The subjects of an inventory, each with the positions of its packages there (none for the operating system).
///
/// What can have no finding is left out: packages that an operating-system package owns, kernels that do not run and
/// headers, and what no advisory could name.
pub fn subjects(inventory: &Inventory, running_kernel: Option<&str>) -> Vec<(AssessedSubject, Vec<usize>)> {
    let kernels = Kernels::of(inventory, running_kernel);
    let mut subjects: std::collections::BTreeMap<AssessedSubject, Vec<usize>> =
        std::collections::BTreeMap::new();
    let distribution = inventory.distribution.as_ref();
    for (position, package) in inventory.packages.iter().enumerate() {
        let Ok(target) = Target::of(&package.purl, distribution) else {
            continue;
        };
        let is_owned = target.family == Family::Language && package.owner.is_some();
        if is_owned || kernels.applicability(&package.purl) != Applicability::Applicable {
            continue;
        }
        let mut purl = package.purl.clone();
        if let Some(distribution) = distribution.filter(|_| target.family == Family::OperatingSystem)
            && purl.qualifier("distro").is_none()
        {
            purl = purl.with_qualifier("distro", &distribution.qualifier());
        }
        subjects
            .entry(AssessedSubject::Package(purl))
            .or_default()
            .push(position);
    }
    if let Some(distribution) = distribution {
        subjects.insert(
            AssessedSubject::OperatingSystem(distribution.qualifier()),
            Vec::new(),
        );
    }
    subjects.into_iter().collect()
}

/// Assesses subjects one by one against one generation of the intelligence.
///
/// It remembers the vulnerabilities that it met, so that many subjects with the same ones are cheap.
pub struct Assessor<'a> {
    matcher: Matcher<'a>,
    index: &'a Index,
    today: Date,
}

impl<'a> Assessor<'a> {
    /// An assessor as of a day.
    ///
    /// # Errors
    ///
    /// When the intelligence file proves corrupt.
    pub fn new(index: &'a Index, today: Date) -> Result<Assessor<'a>, IndexError> {
        Ok(Assessor {
            matcher: Matcher::new(index, Kernels::none())?,
            index,
            today,
        })
    }

    /// What a subject has, in order of vulnerability. The position in findings of packages is 0.
    ///
    /// # Errors
    ///
    /// When the intelligence file proves corrupt.
    pub fn assess(&mut self, subject: &AssessedSubject) -> Result<Vec<Finding>, IndexError> {
        let mut findings = match subject {
            AssessedSubject::Package(purl) => match Target::of(purl, None) {
                Ok(target) => self.matcher.findings_of(purl, &target)?,
                Err(_) => Vec::new(),
            },
            AssessedSubject::OperatingSystem(qualifier) => {
                let distribution = Distribution::from_qualifier(qualifier);
                let reader = self.matcher.reader();
                end_of_life(&distribution, self.index, self.today, reader)?
                    .into_iter()
                    .collect()
            }
        };
        findings.sort_by(|a, b| a.vulnerability.id.cmp(&b.vulnerability.id));
        Ok(findings)
    }
}

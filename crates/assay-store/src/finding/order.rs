//! The orders of findings, and what each is read off.

/// What findings are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The account.
    Account,
    /// The type.
    Type,
    /// The severity.
    Severity,
    /// When it was first observed.
    FirstObserved,
    /// When it was last observed.
    LastObserved,
    /// When it last changed.
    Updated,
    /// The status.
    Status,
    /// The type of the resource.
    ResourceType,
    /// When the image was pushed.
    ImagePushed,
    /// The repository of the image.
    ImageRepository,
    /// The registry of the image.
    ImageRegistry,
    /// The vulnerability's id.
    Vulnerability,
    /// Who tells of the vulnerability.
    Source,
    /// The score.
    Score,
    /// The vendor's word.
    VendorSeverity,
    /// The probability of exploitation.
    Epss,
}

impl Sort {
    /// Every order.
    pub const ALL: [Sort; 16] = [
        Sort::Account,
        Sort::Type,
        Sort::Severity,
        Sort::FirstObserved,
        Sort::LastObserved,
        Sort::Updated,
        Sort::Status,
        Sort::ResourceType,
        Sort::ImagePushed,
        Sort::ImageRepository,
        Sort::ImageRegistry,
        Sort::Vulnerability,
        Sort::Source,
        Sort::Score,
        Sort::VendorSeverity,
        Sort::Epss,
    ];
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The most first.
    Descending,
}

impl Direction {
    /// The word of an `ORDER BY`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        }
    }

    /// What holds of whatever comes later.
    pub(crate) fn later(self) -> &'static str {
        match self {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        }
    }

    /// What holds of whatever comes not before.
    pub(super) fn not_before(self) -> &'static str {
        match self {
            Direction::Ascending => ">=",
            Direction::Descending => "<=",
        }
    }

    /// A number before those of all findings.
    pub(super) fn start(self) -> i64 {
        match self {
            Direction::Ascending => 0,
            Direction::Descending => i64::MAX,
        }
    }
}

/// An order of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub by: Sort,
    /// Which way.
    pub direction: Direction,
}

/// What an order is read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// The verdicts, then the findings of each.
    Verdicts,
    /// An index of the findings.
    Findings,
    /// An index of the resources, then the findings of each.
    Resources,
}

/// How an order is read.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) path: Path,
    /// What is compared, one after another; the last is the number of the finding. Of a verdict's order, all but the last
    /// are known of the verdict and its count.
    pub(super) columns: &'static [&'static str],
}

pub(super) fn order(by: Sort) -> Order {
    let (path, columns): (Path, &'static [&'static str]) = match by {
        Sort::Severity => (
            Path::Verdicts,
            &["d.severity", "d.score", "d.id", "f.scope", "f.status", "f.id"],
        ),
        Sort::Score => (
            Path::Verdicts,
            &["d.score", "d.id", "f.scope", "f.status", "f.id"],
        ),
        Sort::Type => (Path::Verdicts, &["d.type", "d.id", "f.scope", "f.status", "f.id"]),
        Sort::Source => (
            Path::Verdicts,
            &["d.source", "d.id", "f.scope", "f.status", "f.id"],
        ),
        Sort::VendorSeverity => (
            Path::Verdicts,
            &["d.vendor_severity", "d.id", "f.scope", "f.status", "f.id"],
        ),
        Sort::ResourceType => (
            Path::Verdicts,
            &["d.resource_type", "d.id", "f.scope", "f.status", "f.id"],
        ),
        Sort::Vulnerability => (Path::Verdicts, &["v.name", "d.id", "f.scope", "f.status", "f.id"]),
        Sort::Epss => (
            Path::Verdicts,
            &["v.epss", "v.id", "d.id", "f.scope", "f.status", "f.id"],
        ),
        Sort::Account => (
            Path::Verdicts,
            &["f.scope", "d.severity", "d.id", "f.status", "f.id"],
        ),
        Sort::Status => (
            Path::Verdicts,
            &["f.status", "d.severity", "d.id", "f.scope", "f.id"],
        ),
        Sort::FirstObserved => (Path::Findings, &["f.first_observed_at", "f.id"]),
        Sort::LastObserved => (Path::Findings, &["f.last_observed_at", "f.id"]),
        Sort::Updated => (Path::Findings, &["f.updated_at", "f.id"]),
        Sort::ImagePushed => (Path::Resources, &["r.ecr_pushed_at", "r.id", "f.id"]),
        Sort::ImageRepository => (Path::Resources, &["r.ecr_repository", "r.id", "f.id"]),
        Sort::ImageRegistry => (Path::Resources, &["r.ecr_registry", "r.id", "f.id"]),
    };
    Order { path, columns }
}

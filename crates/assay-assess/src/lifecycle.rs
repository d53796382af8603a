//! Until when each release of a distribution gets security updates from its publisher, free of charge.
//!
//! Sources: the release pages of the distributions (for Debian, the end of LTS). Rolling releases have no end.

use assay_model::Distribution;
use jiff::civil::{Date, date};

/// Whether a distribution's release still gets security updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It does, up to and including the day given.
    Until(Date),
    /// It has no end, being a rolling release.
    Rolling,
    /// It ended on the day given.
    EndedOn(Date),
    /// We do not know the release.
    Unknown,
}

/// A distribution's id, the release as written in its ecosystem, the last day of updates.
const ENDS: &[(&str, &str, Date)] = &[
    ("almalinux", "10", date(2035, 5, 31)),
    ("almalinux", "8", date(2029, 5, 31)),
    ("almalinux", "9", date(2032, 5, 31)),
    ("alpine", "3.10", date(2021, 5, 1)),
    ("alpine", "3.11", date(2021, 11, 1)),
    ("alpine", "3.12", date(2022, 5, 1)),
    ("alpine", "3.13", date(2022, 11, 1)),
    ("alpine", "3.14", date(2023, 5, 1)),
    ("alpine", "3.15", date(2023, 11, 1)),
    ("alpine", "3.16", date(2024, 5, 23)),
    ("alpine", "3.17", date(2024, 11, 22)),
    ("alpine", "3.18", date(2025, 5, 9)),
    ("alpine", "3.19", date(2025, 11, 1)),
    ("alpine", "3.2", date(2017, 5, 1)),
    ("alpine", "3.20", date(2026, 4, 1)),
    ("alpine", "3.21", date(2026, 11, 1)),
    ("alpine", "3.22", date(2027, 5, 1)),
    ("alpine", "3.23", date(2027, 11, 1)),
    ("alpine", "3.24", date(2028, 6, 1)),
    ("alpine", "3.3", date(2017, 11, 1)),
    ("alpine", "3.4", date(2018, 5, 1)),
    ("alpine", "3.5", date(2018, 11, 1)),
    ("alpine", "3.6", date(2019, 5, 1)),
    ("alpine", "3.7", date(2019, 11, 1)),
    ("alpine", "3.8", date(2020, 5, 1)),
    ("alpine", "3.9", date(2020, 11, 1)),
    ("amzn", "2", date(2026, 6, 30)),
    ("amzn", "2018", date(2023, 12, 31)),
    ("amzn", "2023", date(2029, 6, 30)),
    ("centos", "6", date(2020, 11, 30)),
    ("centos", "7", date(2024, 6, 30)),
    ("centos", "8", date(2021, 12, 31)),
    ("debian", "10", date(2024, 6, 30)),
    ("debian", "11", date(2026, 8, 31)),
    ("debian", "12", date(2028, 6, 30)),
    ("debian", "13", date(2030, 6, 30)),
    ("debian", "7", date(2018, 5, 31)),
    ("debian", "8", date(2020, 6, 30)),
    ("debian", "9", date(2022, 7, 1)),
    ("fedora", "38", date(2024, 5, 21)),
    ("fedora", "39", date(2024, 11, 26)),
    ("fedora", "40", date(2025, 5, 13)),
    ("fedora", "41", date(2025, 12, 15)),
    ("fedora", "42", date(2026, 5, 27)),
    ("fedora", "43", date(2026, 12, 9)),
    ("fedora", "44", date(2027, 6, 2)),
    ("ol", "6", date(2021, 3, 31)),
    ("ol", "7", date(2024, 12, 31)),
    ("ol", "8", date(2029, 7, 31)),
    ("ol", "9", date(2032, 6, 30)),
    ("opensuse-leap", "15.0", date(2019, 12, 3)),
    ("opensuse-leap", "15.1", date(2021, 2, 2)),
    ("opensuse-leap", "15.2", date(2022, 1, 4)),
    ("opensuse-leap", "15.3", date(2022, 12, 31)),
    ("opensuse-leap", "15.4", date(2023, 12, 7)),
    ("opensuse-leap", "15.5", date(2024, 12, 31)),
    ("opensuse-leap", "15.6", date(2026, 4, 30)),
    ("opensuse-leap", "16.0", date(2027, 10, 31)),
    ("rhel", "10", date(2035, 5, 31)),
    ("rhel", "6", date(2020, 11, 30)),
    ("rhel", "7", date(2024, 6, 30)),
    ("rhel", "8", date(2029, 5, 31)),
    ("rhel", "9", date(2032, 5, 31)),
    ("rocky", "10", date(2035, 5, 31)),
    ("rocky", "8", date(2029, 5, 31)),
    ("rocky", "9", date(2032, 5, 31)),
    ("ubuntu", "14.04", date(2019, 4, 2)),
    ("ubuntu", "16.04", date(2021, 4, 2)),
    ("ubuntu", "18.04", date(2023, 5, 31)),
    ("ubuntu", "20.04", date(2025, 5, 31)),
    ("ubuntu", "22.04", date(2027, 4, 1)),
    ("ubuntu", "22.10", date(2023, 7, 20)),
    ("ubuntu", "23.04", date(2024, 1, 20)),
    ("ubuntu", "23.10", date(2024, 7, 12)),
    ("ubuntu", "24.04", date(2029, 5, 31)),
    ("ubuntu", "24.10", date(2025, 7, 10)),
    ("ubuntu", "25.04", date(2026, 1, 17)),
    ("ubuntu", "25.10", date(2026, 7, 1)),
    ("ubuntu", "26.04", date(2031, 4, 30)),
];

/// The support state of a distribution on a day.
pub fn support(distribution: &Distribution, today: Date) -> Support {
    let version = distribution.release_number();
    let rolling = match distribution.id.as_str() {
        "wolfi" | "chainguard" | "minimos" | "arch" | "opensuse-tumbleweed" => true,
        "debian" => version == "sid",
        "alpine" => version.contains("_alpha"),
        _ => false,
    };
    if rolling {
        return Support::Rolling;
    }
    let mut numbers = version.split('.');
    let major = numbers.next().unwrap_or_default();
    let minor = numbers.next().map(|minor| format!("{major}.{minor}"));
    let known = |release: &str| {
        ENDS.iter()
            .find(|(id, known, _)| *id == distribution.id && *known == release)
            .map(|(_, _, end)| *end)
    };
    match minor.as_deref().and_then(known).or_else(|| known(major)) {
        Some(end) if end < today => Support::EndedOn(end),
        Some(end) => Support::Until(end),
        None => Support::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(qualifier: &str, expected: Support) {
        let today = date(2026, 11, 24);
        assert_eq!(
            support(&Distribution::from_qualifier(qualifier), today),
            expected,
            "{qualifier}"
        );
    }

    #[test]
    fn states() {
        check("debian-11", Support::EndedOn(date(2026, 8, 31)));
        check("debian-12.5", Support::Until(date(2028, 6, 30)));
        check("debian", Support::Rolling);
        check("alpine-3.2.3", Support::EndedOn(date(2017, 5, 1)));
        check("alpine-3.22.1", Support::Until(date(2027, 5, 1)));
        check("alpine-3.25.0_alpha20261001", Support::Rolling);
        check("almalinux-8.9", Support::Until(date(2029, 5, 31)));
        check("ubuntu-22.04", Support::Until(date(2027, 4, 1)));
        check("plan9-4", Support::Unknown);
    }

    #[test]
    fn the_table_names_nothing_twice() {
        let mut names: Vec<_> = ENDS.iter().map(|(id, release, _)| (id, release)).collect();
        names.dedup();
        assert_eq!(names.len(), ENDS.len());
        assert!(names.is_sorted());
    }
}

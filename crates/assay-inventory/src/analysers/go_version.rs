//! Versions of Go, which are those of its standard library.

/// The version of the standard library in three numbers; `None` for one between releases.
///
/// `go1.21.3 X:boringcrypto` is `1.21.3`, `go1.20` is `1.20.0`, `go1.22rc1` is `1.22.0-rc1`. What vendors add after
/// a hyphen does not make it older.
pub(super) fn standard_library(version: &str) -> Option<String> {
    let version = version.split_ascii_whitespace().next()?.strip_prefix("go")?;
    let version = version.split(['-', '+']).next()?;
    let (numbers, pre_release) = match version.find(|c: char| !c.is_ascii_digit() && c != '.') {
        Some(at) => version.split_at_checked(at)?,
        None => (version, ""),
    };
    let parts: Vec<&str> = numbers.split('.').collect();
    if parts.iter().any(|part| part.is_empty()) || parts.len() > 3 {
        return None;
    }
    let [major, minor, patch] = [0, 1, 2].map(|at| parts.get(at).copied().unwrap_or("0"));
    Some(match pre_release {
        "" => format!("{major}.{minor}.{patch}"),
        pre_release => format!("{major}.{minor}.{patch}-{pre_release}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (version, expected) in [
            ("go1.21.3", Some("1.21.3")),
            ("go1.20", Some("1.20.0")),
            ("go1.21.3 X:boringcrypto", Some("1.21.3")),
            ("go1.20.12 (Red Hat 1.20.12-1.el9_3)", Some("1.20.12")),
            ("go1.19.13-fips", Some("1.19.13")),
            ("go1.22rc1", Some("1.22.0-rc1")),
            ("devel go1.23-abcdef Tue", None),
            ("go", None),
            ("go1..2", None),
            ("", None),
        ] {
            assert_eq!(standard_library(version).as_deref(), expected, "{version}");
        }
    }
}

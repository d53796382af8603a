//! Names of buckets and objects.

use object_store::path::Path;

use crate::error::ObjectError;

/// The bytes that a part of a key between slashes may have: those of a file's name, less what is added while it is written.
pub const MOST_OF_A_NAME: usize = 240;

/// The bytes that a key may have, as S3 has it.
const MOST: usize = 1024;

/// Checks that keys may begin so.
///
/// # Errors
///
/// What is wrong with it, for people.
pub fn check_prefix(prefix: &str) -> Result<(), String> {
    if prefix.len() > MOST / 2 {
        return Err(format!("must have at most {} bytes", MOST / 2));
    }
    let parts = prefix.strip_suffix('/').unwrap_or(prefix).split('/');
    for part in parts.filter(|_| !prefix.is_empty()) {
        if matches!(part, "" | "." | "..") {
            return Err("must have no parts between slashes that are empty, `.` or `..`".to_owned());
        }
        if part.len() > MOST_OF_A_NAME {
            return Err(format!("must have parts of at most {MOST_OF_A_NAME} bytes"));
        }
        if part.chars().any(char::is_control) {
            return Err("must have no control characters".to_owned());
        }
    }
    Ok(())
}

/// Checks that a bucket may be called so, by the rules of S3.
pub(crate) fn check_bucket(name: &str) -> Result<(), ObjectError> {
    let is_edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_inner = |byte: u8| is_edge(byte) || byte == b'-' || byte == b'.';
    let bytes = name.as_bytes();
    let is_name = (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_inner(*byte))
        && bytes.first().is_some_and(|byte| is_edge(*byte))
        && bytes.last().is_some_and(|byte| is_edge(*byte));
    match is_name {
        true => Ok(()),
        false => Err(ObjectError::NoBucket {
            bucket: name.to_owned(),
            place: "anywhere: names have 3 to 63 small letters, digits, dots and hyphens".to_owned(),
        }),
    }
}

/// A key as the storage takes it. What file systems or addresses cannot have in names is escaped by `%`.
pub(crate) fn path(key: &str) -> Result<Path, ObjectError> {
    let wrong = |reason: String| ObjectError::Key {
        key: key.to_owned(),
        reason,
    };
    if key.starts_with('/') {
        return Err(wrong("it begins with a slash".to_owned()));
    }
    check_prefix(key.rsplit_once('/').map_or("", |(prefix, _)| prefix)).map_err(wrong)?;
    let name = key.rsplit('/').next().unwrap_or_default();
    if name.is_empty() || name.len() > MOST_OF_A_NAME {
        return Err(wrong(format!(
            "its last part must have 1 to {MOST_OF_A_NAME} bytes"
        )));
    }
    Ok(Path::from(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets() {
        for name in ["reports", "a.b-c.1", "123"] {
            assert_eq!(check_bucket(name), Ok(()), "{name}");
        }
        for name in [
            "", "ab", "..", "../etc", "a/b", "Reports", "-ab", "ab-", ".ab", "a\0b", "ä12",
        ] {
            assert!(check_bucket(name).is_err(), "{name}");
        }
        assert!(check_bucket(&"a".repeat(64)).is_err());
    }

    #[test]
    fn prefixes() {
        for prefix in ["", "2024", "2024/", "a/b/c/", "a b/ü"] {
            assert_eq!(check_prefix(prefix), Ok(()), "{prefix}");
        }
        for prefix in ["/", "/a", "a//b", "a//", "..", "a/../b", "./a", "a\nb", "a/.."] {
            assert!(check_prefix(prefix).is_err(), "{prefix}");
        }
        assert!(check_prefix(&"a/".repeat(400)).is_err());
    }

    #[test]
    fn keys_stay_where_they_are() {
        assert_eq!(
            path("p/account=1/arn:aws:ecr:x_sha256:1.json").unwrap().as_ref(),
            "p/account=1/arn:aws:ecr:x_sha256:1.json"
        );
        assert_eq!(path("a#1").unwrap().as_ref(), "a%231");
        for key in ["", "a/", "../a", "a/../b", "/a"] {
            assert!(path(key).is_err(), "{key}");
        }
        // A last part of dots is escaped.
        assert_eq!(path("a/..").unwrap().as_ref(), "a/%2E%2E");
    }
}

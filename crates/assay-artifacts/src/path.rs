//! Paths inside artifacts: `/`-separated, no leading slash, no `.` or `..`, UTF-8 with what is not replaced.

/// What was odd about a path that an archive gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing.
    Relative,
    /// It was absolute and is taken from the root of the tree.
    Absolute,
    /// A `..` in it leads somewhere else; it names nothing here.
    Escaping,
    /// It names the root itself.
    Root,
}

/// Writes the clean form of `raw` to `out`.
///
/// A `..` is refused even where it stays inside: through a symbolic link it might not.
pub(crate) fn clean(raw: &[u8], out: &mut String) -> Shape {
    out.clear();
    for part in raw.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => return Shape::Escaping,
            part => {
                if !out.is_empty() {
                    out.push('/');
                }
                push_lossy(part, out);
            }
        }
    }
    match (out.is_empty(), raw.first()) {
        (true, _) => Shape::Root,
        (false, Some(b'/')) => Shape::Absolute,
        (false, _) => Shape::Relative,
    }
}

/// Appends bytes as UTF-8, each malformed run as U+FFFD.
pub(crate) fn push_lossy(bytes: &[u8], out: &mut String) {
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Splits a clean path into its directory (empty at the root) and its last part.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// How many directories are above the file.
pub(crate) fn depth(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(raw: &[u8], shape: Shape, cleaned: &str) {
        let mut out = String::new();
        assert_eq!(clean(raw, &mut out), shape, "{raw:?}");
        if shape != Shape::Escaping {
            assert_eq!(out, cleaned);
        }
    }

    #[test]
    fn cleaning() {
        check(b"etc/passwd", Shape::Relative, "etc/passwd");
        check(b"./etc//passwd/", Shape::Relative, "etc/passwd");
        check(b"/etc/passwd", Shape::Absolute, "etc/passwd");
        check(b"../etc/passwd", Shape::Escaping, "");
        check(b"a/../b", Shape::Escaping, "");
        check(b"a/..b/c..", Shape::Relative, "a/..b/c..");
        check(b"./", Shape::Root, "");
        check(b"", Shape::Root, "");
        check(b"caf\xe9/x", Shape::Relative, "caf\u{fffd}/x");
    }

    proptest! {
        #[test]
        fn clean_paths_stay_inside(raw in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut out = String::new();
            if clean(&raw, &mut out) != Shape::Escaping {
                prop_assert!(!out.starts_with('/') && !out.split('/').any(|part| part == ".."));
            }
        }
    }
}

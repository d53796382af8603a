//! The patterns by which analysers say which files they read: shown in documentation and matched against paths.
//!
//! A pattern is a path whose parts may hold `*` for any characters of that part. It is matched from the root of the
//! tree, or anywhere after a leading `**/`.

/// Whether a path matches a pattern.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, is_anchored) = match pattern.strip_prefix("**/") {
        Some(rest) => (rest, false),
        None => (pattern, true),
    };
    let mut path = path.rsplit('/');
    // From the end: most of what does not match differs in the last part.
    let fits = pattern.rsplit('/').all(|part| {
        path.next()
            .is_some_and(|name| part_matches(part.as_bytes(), name.as_bytes()))
    });
    fits && (!is_anchored || path.next().is_none())
}

/// One part against one name. The last star met is widened where what follows it does not fit, so the cost is at
/// most the product of both lengths.
fn part_matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while position < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(byte) if Some(byte) == name.get(position) => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((star_at, from)) => {
                    star = Some((star_at, from + 1));
                    at = star_at + 1;
                    position = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, expected: bool) {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }

    #[test]
    fn patterns() {
        check("**/Gemfile.lock", "Gemfile.lock", true);
        check("**/Gemfile.lock", "a/b/Gemfile.lock", true);
        check("**/Gemfile.lock", "a/xGemfile.lock", false);
        check("usr/lib/opkg/status", "usr/lib/opkg/status", true);
        check("usr/lib/opkg/status", "x/usr/lib/opkg/status", false);
        check("**/conda-meta/*.json", "opt/conda/conda-meta/a-1-0.json", true);
        check("**/conda-meta/*.json", "conda-meta/a/b.json", false);
        check("**/requirements*.txt", "requirements.txt", true);
        check("**/requirements*.txt", "requirements-dev.txt", true);
        check("**/requirements*.txt", "requirements.in", false);
        check("**/*requirements.txt", "dev-requirements.txt", true);
        check("a/*/c", "a/b/c", true);
        check("a/*/c", "a/b/b/c", false);
        check("**/.spdx-*.spdx", "opt/x/.spdx-nginx.spdx", true);
        check("**/*a*b*", "xaxxbx", true);
        check("**/*a*b*", "xbxxax", false);
        check("*", "", true);
        check("", "", true);
    }
}

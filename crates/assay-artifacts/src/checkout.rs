//! What lies in a checkout of source code and is no part of it: history, installed dependencies and build output.

/// Whether a directory holds what tools put there rather than people: it is made anew from the lock files, which
/// say the same.
pub(crate) fn is_pruned(path: &str) -> bool {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        ".git" | "node_modules" | ".venv" | "venv" | "target" => true,
        "bundle" => parent == "vendor" || parent.ends_with("/vendor"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories() {
        for (path, expected) in [
            (".git", true),
            ("web/node_modules", true),
            ("service/.venv", true),
            ("venv", true),
            ("target", true),
            ("vendor/bundle", true),
            ("site/vendor/bundle", true),
            ("bundle", false),
            ("myvendor/bundle", false),
            ("vendor/composer", false),
            ("targets", false),
            ("src", false),
        ] {
            assert_eq!(is_pruned(path), expected, "{path}");
        }
    }
}

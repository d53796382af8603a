//! Lock files of kinds that are known and not read yet: said, so that a checkout with nothing else is not taken for
//! one without dependencies.

use assay_model::DiagnosticCode;

use super::{LockError, LockFile};
use crate::{Facts, FilePath};

/// Every kind that is not read yet.
pub(crate) static UNREAD: LockFile = LockFile {
    name: "unread-lock",
    version: 1,
    is_one,
    read,
};

fn is_one(path: FilePath<'_>) -> bool {
    matches!(
        path.name,
        "Gemfile.lock"
            | "composer.lock"
            | "packages.lock.json"
            | "packages.config"
            | "gradle.lockfile"
            | "mix.lock"
            | "pubspec.lock"
            | "Package.resolved"
            | "bun.lock"
            | "bun.lockb"
            | "conan.lock"
    )
}

fn read(_text: &str, facts: &mut Facts) -> Result<(), LockError> {
    let message = "lock files of this kind are not read yet, so what it names was not assessed";
    facts.diagnostic(DiagnosticCode::Unsupported, message);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::check, *};

    #[test]
    fn is_said() {
        check(&UNREAD, "app/Gemfile.lock", "GEM\n", &["unsupported"]);
    }
}

//! `requirements*.txt`, as far as they pin versions.
//!
//! Sources: pip's documentation, "Requirements File Format"; PEP 508. A line goes on after a backslash; a comment
//! begins the line or follows a blank; hashes and other options follow the requirement; markers follow `;`.

use assay_model::DiagnosticCode;

use super::{LockError, LockFile, identity};
use crate::Facts;

/// pip's requirements files.
pub(crate) static REQUIREMENTS: LockFile = LockFile {
    name: "requirements",
    version: 1,
    is_one: |path| path.name.starts_with("requirements") && path.name.ends_with(".txt"),
    read,
};

fn read(text: &str, facts: &mut Facts) -> Result<(), LockError> {
    let mut lines = text.lines();
    let mut has_includes = false;
    while let Some(line) = lines.next() {
        let mut whole = line.to_owned();
        while let Some(start) = whole.strip_suffix('\\') {
            whole = format!("{start} {}", lines.next().unwrap_or_default());
        }
        let whole = whole.trim();
        if ["-r", "--requirement"]
            .iter()
            .any(|option| whole.starts_with(option))
        {
            has_includes = true;
        } else if let Some((name, version)) = pinned(whole) {
            identity::python(name, version, facts);
        }
    }
    if has_includes {
        let message =
            "other files that it includes (-r) are read only where their own names say what they are";
        facts.diagnostic(DiagnosticCode::Skipped, message);
    }
    Ok(())
}

/// Name and version of a requirement that allows exactly one version.
fn pinned(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(['#', '-']) {
        return None;
    }
    let line = line.split(" #").next()?.split(" --").next()?.split(';').next()?;
    let (name, version) = line.split_once("==")?;
    let version = version.trim_start_matches('=').trim();
    let name = name.split('[').next()?.trim();
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let is_version = !version.is_empty() && !version.contains([',', '*', ' ', '<', '>', '$', '{']);
    (is_name && is_version).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::check, *};

    #[test]
    fn pins() {
        let content = "# comment\n--index-url https://example.org\nDjango==3.2 # pinned\nrequests[socks] === 2.0 ; python_version > '3'\n\
            six==1.16.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nflask>=1\nwide==1.*\ntwo==1,!=2\n-e ./local\n\
            -r base.txt\n--requirement more.txt\nx @ https://example.org/x.zip\nlast==9\\";
        check(
            &REQUIREMENTS,
            "requirements-dev.txt",
            content,
            &[
                "pkg:pypi/django@3.2",
                "pkg:pypi/requests@2.0",
                "pkg:pypi/six@1.16.0",
                "pkg:pypi/last@9",
                "skipped",
            ],
        );
    }
}

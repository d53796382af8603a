//! `requirements*.txt`, as far as they pin versions.
//!
//! Sources: pip's documentation, "Requirements File Format"; PEP 508. A line goes on after a backslash; a comment
//! begins the line or follows a blank; hashes and other options follow the requirement; markers follow `;`.

use assay_model::DiagnosticCode;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
};

/// pip's requirements files.
pub(crate) static REQUIREMENTS: Document = Document {
    description: Description {
        name: "requirements",
        ecosystem: "pip (Python)",
        reads: &[
            "**/requirements*.txt",
            "**/*requirements.txt",
            "**/requirements/*.txt",
        ],
        kind: Kind::Lock,
        types: &["pypi"],
    },
    version: 2,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let mut lines = file.text.lines();
    let mut has_includes = false;
    let (mut known, mut unknown) = (0, 0);
    while let Some(line) = lines.next() {
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            whole.push(' ');
            whole.push_str(lines.next().unwrap_or_default());
        }
        let whole = whole.trim();
        if ["-r", "--requirement"]
            .iter()
            .any(|option| whole.starts_with(option))
        {
            has_includes = true;
            known += 1;
        } else if let Some((name, version)) = pinned(whole) {
            identity::python(name, version, facts);
            known += 1;
        } else if !whole.is_empty() && !whole.starts_with('#') {
            match is_requirement(whole) {
                true => known += 1,
                false => unknown += 1,
            }
        }
    }
    if known == 0 && unknown > 0 {
        return Err(DocumentError::Form(
            "no line of it is a requirement or an option of pip",
        ));
    }
    if has_includes {
        let message =
            "other files that it includes (-r) are read only where their own names say what they are";
        facts.diagnostic(DiagnosticCode::Skipped, message);
    }
    Ok(())
}

/// Whether a line is an option, or begins with the name of a package, a path or an address.
fn is_requirement(line: &str) -> bool {
    let is_place = line.starts_with(['-', '.', '/']) || line.contains("://");
    let end = line
        .find(['<', '>', '=', '!', '~', '[', ';', '@', ' '])
        .unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    let is_name = !name.is_empty() && name.chars().all(is_name_part);
    let goes_on = rest
        .trim_start()
        .starts_with(['<', '>', '=', '!', '~', '[', ';', '@', '#', '-']);
    is_place || (is_name && (rest.trim().is_empty() || goes_on))
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Name and version of a requirement that allows exactly one version.
fn pinned(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(['#', '-']) {
        return None;
    }
    let line = line.split('#').next()?.split(" --").next()?.split(';').next()?;
    let (name, version) = line.split_once("==")?;
    let version = version.trim_start_matches('=').trim();
    let name = name.split('[').next()?.trim();
    let is_name = !name.is_empty() && name.chars().all(is_name_part);
    let is_version_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!' | '-' | '_');
    let is_version = !version.is_empty() && version.chars().all(is_version_part);
    (is_name && is_version).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn pins() {
        let content = "# comment\n--index-url https://example.org\nDjango==3.2 # pinned\nrequests[socks] === 2.0 ; python_version > '3'\n\
            six==1.16.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nflask>=1\nglued==1.0#so\nquoted=='1'\ntemplated=={{ v }}\nwide==1.*\ntwo==1,!=2\n-e ./local\n\
            -r base.txt\n--requirement more.txt\nx @ https://example.org/x.zip\nlast==9\\";
        check(
            &REQUIREMENTS,
            "requirements-dev.txt",
            content,
            &[
                "pkg:pypi/django@3.2",
                "pkg:pypi/requests@2.0",
                "pkg:pypi/six@1.16.0",
                "pkg:pypi/glued@1.0",
                "pkg:pypi/last@9",
                "skipped",
            ],
        );
        check(&REQUIREMENTS, "requirements/dev.txt", "six\n", &[]);
        check(
            &REQUIREMENTS,
            "dev-requirements.txt",
            "six==1\n<p>\n",
            &["pkg:pypi/six@1"],
        );
        check(
            &REQUIREMENTS,
            "requirements.txt",
            "These are the needs of it.\nMany they are.\n",
            &["malformed"],
        );
        check(&REQUIREMENTS, "requirements.txt", "# none\n", &[]);
    }
}

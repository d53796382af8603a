//! Actions that GitHub workflows run.
//!
//! Source: GitHub's documentation, "Workflow syntax" and "Metadata syntax". A step or a job `uses:`
//! `owner/repository/path@ref`. The traps: a ref can be a tag, which advisories speak of, or a branch or commit, which
//! they do not; `./path` is the project's own, `docker://` an image.

use assay_model::{DiagnosticCode, Purl};

use super::document::{Document, DocumentError, Text};
use crate::{Description, Facts, FoundPackage, Kind, tree::Node};

/// The analyser of workflows and of actions that run others.
pub(crate) static GITHUB_ACTIONS: Document = Document {
    description: Description {
        name: "github-actions",
        ecosystem: "GitHub Actions",
        reads: &[
            "**/.github/workflows/*.yml",
            "**/.github/workflows/*.yaml",
            "**/.github/actions/*/action.yml",
            "**/.github/actions/*/action.yaml",
            "action.yml",
            "action.yaml",
        ],
        kind: Kind::Lock,
        types: &["githubactions"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_yaml(file.text, facts);
    let mut without_version = 0;
    let jobs = root.get("jobs").entries().iter().map(|(_, job)| job);
    for holder in jobs.chain([root.get("runs")]) {
        for user in holder.get("steps").items().iter().chain([holder]) {
            let Some(action) = user.get("uses").text().and_then(remote) else {
                continue;
            };
            match action.version {
                Some(version) => {
                    let purl =
                        Purl::new("githubactions", action.repository, version).with_namespace(action.owner);
                    facts.package(FoundPackage::language(purl));
                }
                None => without_version += 1,
            }
        }
    }
    if without_version > 0 {
        let message = format!(
            "{without_version} actions are taken from a branch or commit, which tells no version to be matched"
        );
        facts.diagnostic(DiagnosticCode::Unidentified, message);
    }
    Ok(())
}

/// An action of a repository.
struct Action<'t> {
    owner: &'t str,
    repository: &'t str,
    version: Option<&'t str>,
}

fn remote(uses: &str) -> Option<Action<'_>> {
    if uses.starts_with('.') || uses.contains("://") {
        return None;
    }
    let (path, reference) = uses.split_once('@')?;
    let mut parts = path.split('/');
    let (owner, repository) = (parts.next()?, parts.next()?);
    let reference = reference.trim();
    let number = reference.strip_prefix('v').unwrap_or(reference);
    let is_commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_version = number.starts_with(|c: char| c.is_ascii_digit()) && !is_commit;
    Some(Action {
        owner,
        repository,
        version: is_version.then_some(reference),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn workflows() {
        let content = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v3\n      - run: make\n      - uses: ./local\n      \
            - uses: docker://alpine:3.8\n      - uses: github/codeql-action/init@v2.1.0\n      - uses: tj-actions/changed-files@0123456789abcdef0123456789abcdef01234567 # v45\n  \
            shared:\n    uses: acme/flows/.github/workflows/x.yml@main\n  odd: 1\n";
        check(
            &GITHUB_ACTIONS,
            ".github/workflows/ci.yml",
            content,
            &[
                "pkg:githubactions/actions/checkout@v3",
                "pkg:githubactions/github/codeql-action@v2.1.0",
                "unidentified",
            ],
        );
        check(
            &GITHUB_ACTIONS,
            "action.yml",
            "runs:\n  using: composite\n  steps:\n    - uses: a/b@1.0\n",
            &["pkg:githubactions/a/b@1.0"],
        );
        check(
            &GITHUB_ACTIONS,
            ".github/workflows/x.yaml",
            "jobs: [\n",
            &["malformed"],
        );
    }
}

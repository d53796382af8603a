//! `environment.yml`, as far as it pins versions.
//!
//! Source: conda's documentation, "Creating an environment file manually" and "Package match specifications". An entry
//! is `channel::name=1.0=build`; one `=` allows what begins with the version and two allow it alone, so that a build
//! behind it, or the second `=`, makes it exact. What pip adds is a list of requirements under `pip`.

use assay_model::Purl;

use super::python;
use crate::{
    Description, Facts, FoundPackage, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// The file of a conda environment.
pub(crate) static ENVIRONMENT: Document = Document {
    description: Description {
        name: "conda-environment",
        ecosystem: "conda environments",
        reads: &["**/environment.yml", "**/environment.yaml"],
        kind: Kind::Lock,
        types: &["conda", "pypi"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_yaml(file.text, facts);
    let mut tally = Tally::default();
    for entry in root.list_in("dependencies", &mut tally) {
        match entry.text() {
            Some(text) => {
                if let Some(purl) = pinned(text) {
                    facts.package(FoundPackage::language(purl));
                }
            }
            None => {
                for requirement in entry.list_in("pip", &mut tally) {
                    tally.count(requirement.text().map(|text| pip(text, facts)).ok_or(Misfit));
                }
            }
        }
    }
    tally.report(facts);
    Ok(())
}

/// The package of an entry that allows exactly one version.
fn pinned(entry: &str) -> Option<Purl> {
    let (channel, spec) = entry.split_once("::").unwrap_or(("", entry));
    let (name, rest) = spec.split_once('=')?;
    let (version, build) = match rest.strip_prefix('=') {
        Some(rest) => rest.split_once('=').unwrap_or((rest, "")),
        None => rest.split_once('=')?,
    };
    let [name, version, build] = [name, version, build].map(str::trim);
    is_exact(name, version).then(|| {
        Purl::new("conda", name, version)
            .with_qualifier("build", build.trim_matches('*'))
            .with_qualifier("channel", channel.rsplit('/').next().unwrap_or_default())
    })
}

fn pip(requirement: &str, facts: &mut Facts) {
    let requirement = requirement.split([';', '#']).next().unwrap_or_default();
    if let Some((name, version)) = requirement.split_once("==") {
        let name = name.split('[').next().unwrap_or_default().trim();
        let version = version.trim_start_matches('=').trim();
        if is_exact(name, version) {
            facts.package(FoundPackage::language(python(name, version)));
        }
    }
}

fn is_exact(name: &str, version: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty()
        && name.chars().all(is_name)
        && !version.is_empty()
        && !version.contains(['*', ',', '|', '<', '>', ' ', '!', '$', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn pins() {
        let content = "name: env\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - numpy=1.26.0=py311_0\n  - conda-forge::scipy==1.11.0\n  - pandas>=2\n  - bare\n  \
            - wide==1.*\n  - pip:\n    - Flask==2.0 ; python_version > '3'\n    - requests>=2\n    - -r more.txt\n    - 3\n  - [odd]\n";
        check(
            &ENVIRONMENT,
            "environment.yml",
            content,
            &[
                "pkg:conda/numpy@1.26.0?build=py311_0",
                "pkg:conda/scipy@1.11.0?channel=conda-forge",
                "pkg:pypi/flask@2.0",
            ],
        );
        check(
            &ENVIRONMENT,
            "environment.yaml",
            "dependencies: x\n",
            &["malformed"],
        );
    }
}

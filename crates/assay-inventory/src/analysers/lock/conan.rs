//! `conan.lock`, of Conan, for C and C++.
//!
//! Source: Conan's documentation of lock files, versions 1 and 2. Version 1 has a graph of nodes, each with a
//! reference; version 2 lists references by why they are needed. A reference is `name/version@user/channel#revision`,
//! the later parts at will. The trap: the first node of a graph is the project itself, with or without a version.

use assay_model::Purl;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// Conan's lock file.
pub(crate) static CONAN: Document = Document {
    description: Description {
        name: "conan-lock",
        ecosystem: "Conan (C and C++)",
        reads: &["**/conan.lock"],
        kind: Kind::Lock,
        types: &["conan"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    for list in ["requires", "build_requires", "python_requires", "config_requires"] {
        for entry in root.list_in(list, &mut tally) {
            tally.count(entry.text().ok_or(Misfit).and_then(|text| package(text, facts)));
        }
    }
    let graph = root.get("graph_lock");
    for (_, node) in graph.map_in("nodes", &mut tally) {
        // The project itself has a path.
        let is_project = !node.get("path").is_nothing();
        match node.optional("ref") {
            Ok(reference) if !is_project && !reference.is_empty() => tally.count(package(reference, facts)),
            Ok(_) => {}
            Err(misfit) => tally.count(Err(misfit)),
        }
    }
    tally.report(facts);
    Ok(())
}

fn package(reference: &str, facts: &mut Facts) -> Result<(), Misfit> {
    let reference = reference.split(['#', '%']).next().unwrap_or_default();
    let (name, rest) = reference.split_once('/').ok_or(Misfit)?;
    let (version, publisher) = rest.split_once('@').unwrap_or((rest, ""));
    if version.contains('/') {
        return Err(Misfit);
    }
    let (user, channel) = publisher.split_once('/').unwrap_or((publisher, ""));
    let purl = Purl::new("conan", name, version)
        .with_namespace(user.trim_matches('_'))
        .with_qualifier("channel", channel.trim_matches('_'));
    identity::found(purl, Vec::new(), facts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn version_1() {
        let content = r#"{"graph_lock": {"nodes": {
            "0": {"options": "", "requires": ["1"], "path": "conanfile.py", "ref": "app/1.0"},
            "1": {"ref": "zlib/1.2.11#ab", "package_id": "x", "prev": "0"},
            "2": {"ref": "boost/1.80.0@bincrafters/stable#cd"}, "3": {"ref": "plain/1.0@_/_"}, "4": {"options": ""}, "5": []
        }, "revisions_enabled": true}, "version": "0.4", "profile_host": "[settings]"}"#;
        check(
            &CONAN,
            "conan.lock",
            content,
            &[
                "pkg:conan/zlib@1.2.11",
                "pkg:conan/bincrafters/boost@1.80.0?channel=stable",
                "pkg:conan/plain@1.0",
                "malformed",
            ],
        );
    }

    #[test]
    fn version_2() {
        let content = r#"{"version": "0.5", "requires": ["zlib/1.3#ab%1699.1", "odd", "too/many/parts", 3], "build_requires": ["cmake/3.27.0"],
            "python_requires": [], "overrides": {}}"#;
        check(
            &CONAN,
            "conan.lock",
            content,
            &["pkg:conan/zlib@1.3", "pkg:conan/cmake@3.27.0", "malformed"],
        );
    }
}

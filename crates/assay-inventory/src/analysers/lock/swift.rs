//! `Package.resolved`, of Swift's package manager and of Xcode.
//!
//! Source: Swift Package Manager's documentation of resolved versions. Version 1 has pins with `repositoryURL`,
//! versions 2 and 3 with `location`. Advisories name a package by the address of its repository without scheme and
//! `.git`. The traps: a pin of a branch has no version; addresses are also written as `git@host:owner/name.git`; what
//! comes from a registry has an identity `scope.name` and no address.

use assay_model::Purl;

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// Swift's file of resolved versions.
pub(crate) static SWIFT: Document = Document {
    description: Description {
        name: "swift-resolved",
        ecosystem: "Swift packages",
        reads: &["**/Package.resolved", "**/.package.resolved"],
        kind: Kind::Lock,
        types: &["swift"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    let old = root.get("object").list_in("pins", &mut tally);
    for pin in root.list_in("pins", &mut tally).iter().chain(old) {
        tally.count(package(pin, facts));
    }
    tally.report(facts);
    Ok(())
}

fn package(pin: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let state = pin.get("state");
    // Only a pin of a branch or a commit is without a version.
    let version = state.optional("version")?;
    let address = match pin.optional("location")? {
        "" => pin.optional("repositoryURL")?,
        address => address,
    };
    if version.is_empty() || pin.optional("kind")? == "localSourceControl" {
        return Ok(());
    }
    let path = match address {
        "" => pin.required("identity")?.replacen('.', "/", 1),
        address => repository(address).ok_or(Misfit)?,
    };
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let purl = Purl::new("swift", name, version).with_namespace(namespace);
    identity::found(purl, Vec::new(), facts);
    Ok(())
}

/// `host/owner/name` of the address of a repository.
fn repository(address: &str) -> Option<String> {
    let (has_scheme, rest) = match address.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, address),
    };
    let (host, path) = match has_scheme {
        true => rest.split_once('/')?,
        // As `scp` has it; anything else without a scheme is a directory.
        false => rest.split_once(':')?,
    };
    let host = host.rsplit('@').next()?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| format!("{}/{path}", host.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn versions() {
        check(
            &SWIFT,
            "Package.resolved",
            r#"{"object": {"pins": [
                {"package": "SwiftNIO", "repositoryURL": "https://github.com/apple/swift-nio.git", "state": {"branch": null, "revision": "ab", "version": "2.0.0"}},
                {"package": "Branch", "repositoryURL": "https://github.com/a/branch", "state": {"branch": "main", "revision": "ab", "version": null}}
            ]}, "version": 1}"#,
            &["pkg:swift/github.com/apple/swift-nio@2.0.0"],
        );
        check(
            &SWIFT,
            "App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved",
            r#"{"originHash": "x", "pins": [
                {"identity": "swift-log", "kind": "remoteSourceControl", "location": "git@GitHub.com:apple/swift-log.git", "state": {"revision": "ab", "version": "1.5.3"}},
                {"identity": "b", "kind": "remoteSourceControl", "location": "ssh://git@example.org/a/b/", "state": {"version": "1.0"}},
                {"identity": "mona.LinkedList", "kind": "registry", "location": "", "state": {"version": "1.2.0"}},
                {"identity": "local", "kind": "localSourceControl", "location": "/src/local", "state": {"version": "1.0"}},
                {"identity": "odd", "location": 4, "state": {"version": "1.0"}}
            ], "version": 3}"#,
            &[
                "pkg:swift/github.com/apple/swift-log@1.5.3",
                "pkg:swift/example.org/a/b@1.0",
                "pkg:swift/mona/LinkedList@1.2.0",
                "malformed",
            ],
        );
    }
}

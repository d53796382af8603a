//! Snaps: mounted ones by their description, stored ones by the names of their files.
//!
//! Source: the documentation of snapcraft and snapd. A mounted snap is a directory `snap/<name>/<revision>` with
//! `meta/snap.yaml`; its image lies in `var/lib/snapd/snaps` as `<name>_<revision>.snap`, and of one that is not
//! mounted the version is not known without opening it.

use assay_artifacts::{Content, Entry, Interest};
use assay_model::Purl;

use crate::{
    Analyser, Description, Facts, FilePath, FoundPackage, Kind,
    tree::{Misfit, Node, Tally},
};

/// The analyser of snaps.
pub(crate) struct Snap;

/// Bytes of a description that are read.
const LARGEST: u64 = 4 << 20;

impl Analyser for Snap {
    fn describe(&self) -> Description {
        Description {
            name: "snap",
            ecosystem: "Snaps",
            reads: &["**/snap/*/*/meta/snap.yaml", "var/lib/snapd/snaps/*.snap"],
            kind: Kind::Installed,
            types: &["snap"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        let is_one = match path.name {
            "snap.yaml" => revision(path).is_some(),
            name => path.directory == "var/lib/snapd/snaps" && name.ends_with(".snap"),
        };
        if is_one { Interest::Yes } else { Interest::No }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        let path = FilePath::new(entry.path);
        if let Some(stem) = path.name.strip_suffix(".snap") {
            return stored(stem, facts);
        }
        match content.bytes(LARGEST) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                mounted(&text, revision(path).unwrap_or_default(), facts);
            }
            Err(error) => facts.failed(&error),
        }
    }
}

/// The revision in `snap/<name>/<revision>/meta/snap.yaml`.
fn revision(path: FilePath<'_>) -> Option<&str> {
    let meta = FilePath::new(path.directory);
    let revision = FilePath::new(meta.directory);
    let name = FilePath::new(revision.directory);
    let is_one = meta.name == "meta" && name.parent() == "snap" && revision.name != "current";
    is_one.then_some(revision.name)
}

fn mounted(text: &str, revision: &str, facts: &mut Facts) {
    let root = Node::of_yaml(text, facts);
    let mut read = || -> Result<(), Misfit> {
        let purl = Purl::new("snap", root.required("name")?, root.optional("version")?)
            .with_qualifier("revision", revision);
        facts.package(FoundPackage::language(purl).with_licences(root.get("license").licences()));
        Ok(())
    };
    let mut tally = Tally::default();
    tally.count(read());
    tally.report(facts);
}

fn stored(stem: &str, facts: &mut Facts) {
    let (name, revision) = stem.rsplit_once('_').unwrap_or((stem, ""));
    if !name.is_empty() {
        let purl = Purl::new("snap", name, "").with_qualifier("revision", revision);
        facts.package(FoundPackage::language(purl));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::describe;

    #[track_caller]
    fn check(read: impl Fn(&mut Facts), expected: &[&str]) {
        let mut facts = Facts::new("snap");
        read(&mut facts);
        assert_eq!(facts.list.into_iter().map(describe).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn both_forms() {
        let yaml = "name: core20\nversion: 20240111\nlicense: GPL-3.0\napps:\n  x:\n    command: bin/x\n";
        check(
            |facts| mounted(yaml, "2182", facts),
            &["pkg:snap/core20@20240111?revision=2182 | GPL-3.0"],
        );
        check(
            |facts| mounted("name: [", "1", facts),
            &["malformed", "malformed"],
        );
        check(
            |facts| stored("core20_2182", facts),
            &["pkg:snap/core20?revision=2182"],
        );
        check(|facts| stored("_", facts), &[]);
        for (path, interest) in [
            ("snap/core20/2182/meta/snap.yaml", Interest::Yes),
            ("snap/core20/current/meta/snap.yaml", Interest::No),
            ("src/meta/snap.yaml", Interest::No),
            ("var/lib/snapd/snaps/core20_2182.snap", Interest::Yes),
            ("home/core20_2182.snap", Interest::No),
        ] {
            assert_eq!(Snap.interest(FilePath::new(path)), interest, "{path}");
        }
    }
}

//! `Podfile.lock`, of CocoaPods.
//!
//! Source: the CocoaPods guides. `PODS` lists `Name (1.0)`, with what each needs below it as a map of one key. The
//! traps: parts of a pod occur as `Name/Part (1.0)` and are one with it; `EXTERNAL SOURCES` with a `:path` are local.

use super::identity;
use crate::{
    Description, Facts, Kind,
    analysers::document::{Document, DocumentError, Text},
    tree::{Misfit, Node, Tally},
};

/// CocoaPods' lock file.
pub(crate) static COCOAPODS: Document = Document {
    description: Description {
        name: "podfile-lock",
        ecosystem: "CocoaPods",
        reads: &["**/Podfile.lock"],
        kind: Kind::Lock,
        types: &["cocoapods"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_yaml(file.text, facts);
    let sources = root.get("EXTERNAL SOURCES");
    let mut tally = Tally::default();
    let mut last = (String::new(), String::new());
    for pod in root.list_in("PODS", &mut tally) {
        let text = pod
            .text()
            .or_else(|| pod.entries().first().map(|(key, _)| &**key));
        match text.and_then(name_and_version) {
            Some((name, version)) => {
                let found = (name.to_owned(), version.to_owned());
                let is_local = !sources.get(name).get(":path").is_nothing();
                if !is_local && last != found {
                    identity::plain("cocoapods", name, version, facts);
                }
                last = found;
            }
            None => tally.count(Err(Misfit)),
        }
    }
    tally.report(facts);
    Ok(())
}

/// `Name/Part (1.0)` without the part.
fn name_and_version(pod: &str) -> Option<(&str, &str)> {
    let (name, version) = pod.strip_suffix(')')?.split_once(" (")?;
    Some((name.split('/').next()?, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn pods() {
        let content = "PODS:\n  - AFNetworking (4.0.1):\n    - AFNetworking/Reachability (= 4.0.1)\n  - AFNetworking/Reachability (4.0.1)\n  - \"NSData+zlib (2.0)\"\n  \
            - Local (0.1)\n  - odd\n\nDEPENDENCIES:\n  - AFNetworking\n\nEXTERNAL SOURCES:\n  Local:\n    :path: \"../Local\"\n\nSPEC CHECKSUMS:\n  AFNetworking: ab\n\nCOCOAPODS: 1.12.0\n";
        check(
            &COCOAPODS,
            "ios/Podfile.lock",
            content,
            &[
                "pkg:cocoapods/AFNetworking@4.0.1",
                "pkg:cocoapods/NSData%2Bzlib@2.0",
                "malformed",
            ],
        );
    }
}

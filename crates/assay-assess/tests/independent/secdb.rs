//! Alpine's rules on a raw secdb file: a package is affected by what a version above the installed one fixes, unless the
//! version 0 says that it never was; the first id of a string is the record, and others are its aliases.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use assay_model::Purl;
use assay_testkit::MirrorBuilder;
use assay_versions::Scheme;
use serde_json::Value;

use crate::{compiled::compare, sampled, shared, versions::around};

const OWN: &str = r#"{"distroversion":"v3.20","packages":[
    {"pkg":{"name":"xen","secfixes":{"4.18.0-r1":["CVE-2024-1 XSA-1","XSA-2"],"4.18.2-r0":["CVE-2024-2"],"0":["CVE-2024-3"]}}},
    {"pkg":{"name":"xen","secfixes":{"4.18.3-r0":["CVE-2024-3","CVE-2024-4"]}}},
    {"pkg":{"name":"curl","secfixes":{"8.4.0-r0":["CVE-2023-38545"],"8.6":null}}}]}"#;

/// Package → fixed version and record id.
fn fixes(file: &Value) -> BTreeMap<&str, Vec<(&str, &str)>> {
    let mut fixes: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for package in file["packages"].as_array().unwrap() {
        let name = package["pkg"]["name"].as_str().unwrap();
        for (version, ids) in package["pkg"]["secfixes"].as_object().into_iter().flatten() {
            let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str);
            let first = ids.filter_map(|text| text.split_whitespace().next());
            fixes
                .entry(name)
                .or_default()
                .extend(first.map(|id| (version.as_str(), id)));
        }
    }
    fixes
}

fn check(what: &str, branch: &str, file: &Value, most: usize) {
    let mirror = tempfile::tempdir().unwrap();
    let _ = MirrorBuilder::new(mirror.path()).alpine(branch, "main", &file.to_string());
    let mut expected = Vec::new();
    for (package, fixes) in sampled(fixes(file).into_iter().collect(), most) {
        let never: BTreeSet<&str> = fixes
            .iter()
            .filter(|(fixed, _)| *fixed == "0")
            .map(|(_, id)| *id)
            .collect();
        for version in around(fixes.iter().map(|(fixed, _)| *fixed)).into_iter().take(60) {
            let hits = fixes
                .iter()
                .filter(|(fixed, id)| *fixed != "0" && !never.contains(id))
                .filter(|(fixed, _)| Scheme::Alpine.compare(&version, fixed) == Ordering::Less);
            let ids = hits.map(|(_, id)| (*id).to_owned()).collect();
            let purl = Purl::new("apk", "x", &version)
                .with_namespace("alpine")
                .with_qualifier("distro", &format!("alpine-{}.1", &branch[1..]))
                .with_qualifier("upstream", package);
            expected.push((purl, ids));
        }
    }
    compare(what, mirror.path(), &expected);
}

#[test]
fn own_documents() {
    check("Alpine", "v3.20", &serde_json::from_str(OWN).unwrap(), 100);
}

#[test]
fn the_shared_files() {
    let Some(feeds) = shared() else { return };
    for branch in ["v3.10", "v3.20"] {
        let path = feeds.join(format!("alpine/secdb/{branch}/main.json"));
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        check(&format!("Alpine {branch}, shared"), branch, &file, 60);
    }
}

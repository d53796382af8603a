//! Debian's rules on the raw tracker: a release is affected by what is open in it, and by what is resolved in a version
//! above the installed one; a fixed version of 0 means never.

use std::{cmp::Ordering, collections::BTreeSet, io::Read};

use assay_model::Purl;
use assay_testkit::MirrorBuilder;
use assay_versions::Scheme;
use serde_json::Value;

use crate::{compiled::compare, sampled, shared, versions::around};

const OWN: &str = r#"{"bash":{"CVE-2024-1":{"releases":{"bookworm":{"status":"resolved","fixed_version":"5.2.15-2"},"trixie":{"status":"open"}}},
    "CVE-2024-2":{"releases":{"bookworm":{"status":"resolved","fixed_version":"0"},"trixie":{"status":"undetermined"}}},
    "CVE-2024-3":{"description":"REJECTED","releases":{"bookworm":{"status":"open"}}},
    "CVE-2024-4":{"releases":{"bookworm":{"status":"open","urgency":"unimportant"},"plan9":{"status":"open"}}}}}"#;

const RELEASES: [(&str, &str); 3] = [("bullseye", "11"), ("bookworm", "12"), ("trixie", "13")];

fn affected(flaw: &Value, codename: &str, version: &str) -> bool {
    if flaw["description"]
        .as_str()
        .is_some_and(|text| text.starts_with("REJECTED"))
    {
        return false;
    }
    let release = &flaw["releases"][codename];
    match (release["status"].as_str(), release["fixed_version"].as_str()) {
        (None, _) | (Some("resolved"), Some("0")) => false,
        (Some("resolved"), Some(fixed)) => Scheme::Debian.compare(version, fixed) == Ordering::Less,
        (Some(_), _) => true,
    }
}

fn check(what: &str, tracker: &Value) {
    let mirror = tempfile::tempdir().unwrap();
    let _ = MirrorBuilder::new(mirror.path()).debian(&tracker.to_string());
    let mut expected = Vec::new();
    for (package, flaws) in tracker.as_object().unwrap() {
        for (codename, number) in RELEASES {
            let written = flaws
                .as_object()
                .unwrap()
                .values()
                .filter_map(|flaw| flaw["releases"][codename]["fixed_version"].as_str());
            for version in around(written).into_iter().take(40) {
                let ids: BTreeSet<String> = flaws
                    .as_object()
                    .unwrap()
                    .iter()
                    .filter(|(_, flaw)| affected(flaw, codename, &version))
                    .map(|(id, _)| id.clone())
                    .collect();
                let purl = Purl::new("deb", "x", &version)
                    .with_namespace("debian")
                    .with_qualifier("distro", &format!("debian-{number}"))
                    .with_qualifier("upstream", package);
                expected.push((purl, ids));
            }
        }
    }
    compare(what, mirror.path(), &expected);
}

#[test]
fn own_documents() {
    check("Debian", &serde_json::from_str(OWN).unwrap());
}

#[test]
fn the_shared_tracker() {
    let Some(feeds) = shared() else { return };
    let file = std::fs::File::open(feeds.join("debian/tracker/data/json.gz")).unwrap();
    let mut json = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut json)
        .unwrap();
    let tracker: Value = serde_json::from_str(&json).unwrap();
    let packages: Vec<(String, Value)> = tracker
        .as_object()
        .unwrap()
        .iter()
        .map(|(package, flaws)| (package.clone(), flaws.clone()))
        .collect();
    let some: serde_json::Map<String, Value> = sampled(packages, 60).into_iter().collect();
    check("Debian, shared", &Value::Object(some));
}

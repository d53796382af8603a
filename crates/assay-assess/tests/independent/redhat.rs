//! Red Hat's rules on raw VEX documents: a composed product is a package in a platform; what is fixed is affected below
//! the fix, what is known to be affected or under investigation in every version, unless a fix of the same package is
//! named beside it; what is known not to be affected in none. Streams of modules and of extended support are left out.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use assay_model::Purl;
use assay_testkit::MirrorBuilder;
use assay_versions::Scheme;
use serde_json::Value;

use crate::{compiled::compare, sampled, shared, versions::around};

/// What a document says of one package of a release.
#[derive(Default)]
struct Said {
    fixed: BTreeSet<String>,
    affected: bool,
}

/// CVE → release and package → what is said.
type Documents = BTreeMap<String, BTreeMap<(String, String), Said>>;

fn products<'a>(branch: &'a Value, found: &mut BTreeMap<&'a str, &'a Value>) {
    if let Some(id) = branch["product"]["product_id"].as_str() {
        found.insert(id, &branch["product"]["product_identification_helper"]);
    }
    for inner in branch["branches"].as_array().into_iter().flatten() {
        products(inner, found);
    }
}

/// The major release of `cpe:/a:redhat:enterprise_linux:9::appstream`, and of nothing else.
fn release(cpe: &str) -> Option<&str> {
    let (_, version) = cpe.split_once(":redhat:enterprise_linux:")?;
    version.split([':', '.']).next().filter(|major| !major.is_empty())
}

fn read(document: &Value) -> BTreeMap<(String, String), Said> {
    let mut helpers = BTreeMap::new();
    for branch in document["product_tree"]["branches"]
        .as_array()
        .into_iter()
        .flatten()
    {
        products(branch, &mut helpers);
    }
    let mut composed: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for relationship in document["product_tree"]["relationships"]
        .as_array()
        .into_iter()
        .flatten()
    {
        composed.insert(
            relationship["full_product_name"]["product_id"].as_str().unwrap(),
            (
                relationship["product_reference"].as_str().unwrap(),
                relationship["relates_to_product_reference"].as_str().unwrap(),
            ),
        );
    }
    let mut said: BTreeMap<(String, String), Said> = BTreeMap::new();
    let status = &document["vulnerabilities"][0]["product_status"];
    for list in [
        "fixed",
        "known_affected",
        "known_not_affected",
        "under_investigation",
    ] {
        for id in status[list]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let Some((component, platform)) = composed.get(id) else {
                continue;
            };
            let cpe = helpers.get(platform).and_then(|helper| helper["cpe"].as_str());
            let Some(release) = cpe.and_then(release) else {
                continue;
            };
            let purl = helpers.get(component).and_then(|helper| helper["purl"].as_str());
            let (name, version, is_plain) = match purl {
                Some(purl) if purl.starts_with("pkg:rpm/") => {
                    let purl: Purl = purl.parse().unwrap();
                    let is_source = purl.qualifier("arch") == Some("src") && list == "fixed";
                    let is_plain = purl.qualifier("rpmmod").is_none() && !is_source;
                    let epoch = purl.qualifier("epoch").map(|epoch| format!("{epoch}:"));
                    let version = purl
                        .version
                        .map(|version| format!("{}{version}", epoch.unwrap_or_default()));
                    (purl.name, version, is_plain)
                }
                Some(_) => continue,
                None => ((*component).to_owned(), None, !component.contains(['/', ':'])),
            };
            let is_modular = version
                .as_deref()
                .is_some_and(|version| version.contains(".module"));
            let is_symbols = name.ends_with("-debuginfo") || name.ends_with("-debugsource");
            if !is_plain || is_modular || is_symbols && list == "fixed" {
                continue;
            }
            let said = said.entry((release.to_owned(), name)).or_default();
            match list {
                "fixed" => said.fixed.extend(version),
                // Nothing else has a say on it then.
                "known_not_affected" => {}
                _ => said.affected = true,
            }
        }
    }
    said
}

fn affected(said: &Said, version: &str) -> bool {
    if !said.fixed.is_empty() {
        return said
            .fixed
            .iter()
            .any(|fixed| Scheme::Rpm.compare(version, fixed) == Ordering::Less);
    }
    said.affected
}

#[test]
fn the_shared_documents() {
    let Some(feeds) = shared() else { return };
    let below = "redhat/csaf/v2/vex";
    let archive = std::fs::read(feeds.join(below).join("csaf_vex_2026-03-25.tar.zst")).unwrap();
    let mirror = tempfile::tempdir().unwrap();
    let _ = MirrorBuilder::new(mirror.path())
        .file(
            &format!("{below}/archive_latest.txt"),
            "csaf_vex_2026-03-25.tar.zst",
        )
        .file(&format!("{below}/csaf_vex_2026-03-25.tar.zst"), &archive);

    let mut documents = Documents::new();
    let mut tar = tar::Archive::new(zstd::Decoder::new(archive.as_slice()).unwrap());
    for entry in tar.entries().unwrap() {
        let mut text = String::new();
        entry.unwrap().read_to_string(&mut text).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let cve = document["vulnerabilities"][0]["cve"].as_str().unwrap().to_owned();
        documents.insert(cve, read(&document));
    }
    let packages: BTreeSet<&(String, String)> = documents.values().flat_map(BTreeMap::keys).collect();
    let mut expected = Vec::new();
    for package in sampled(packages.into_iter().collect(), 300) {
        let (release, name) = package;
        let about: Vec<(&String, &Said)> = documents
            .iter()
            .filter_map(|(cve, said)| Some((cve, said.get(package)?)))
            .collect();
        let written = about
            .iter()
            .flat_map(|(_, said)| said.fixed.iter().map(String::as_str));
        for version in around(written).into_iter().take(40) {
            let (epoch, plain) = version.split_once(':').unwrap_or(("", &version));
            if !epoch.bytes().all(|byte| byte.is_ascii_digit()) || plain.is_empty() {
                continue;
            }
            let hits = about.iter().filter(|(_, said)| affected(said, &version));
            let ids = hits.map(|(cve, _)| (*cve).clone()).collect();
            let purl = Purl::new("rpm", name, plain)
                .with_namespace("redhat")
                .with_qualifier("distro", &format!("rhel-{release}"))
                .with_qualifier("epoch", epoch);
            expected.push((purl, ids));
        }
    }
    compare("Red Hat VEX, shared", mirror.path(), &expected);
}

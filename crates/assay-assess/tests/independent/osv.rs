//! The evaluation that the OSV schema describes, word by word, on raw documents.
//!
//! A package is affected by an entry when its version is listed, or when some range, its events put in order, leaves it
//! vulnerable. Versions are compared by the order of the entry's ecosystem, whatever the range calls itself.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::Path,
};

use assay_model::Purl;
use assay_testkit::MirrorBuilder;
use assay_versions::Scheme;
use serde_json::{Value, json};

use crate::{compiled::compare, sampled, shared, versions::around};

/// Ecosystems with the type of their package URLs; for a distribution with the `distro` of its release.
const ECOSYSTEMS: [(&str, &str); 16] = [
    ("AlmaLinux", "rpm"),
    ("Bitnami", "bitnami"),
    ("CRAN", "cran"),
    ("Go", "golang"),
    ("Hackage", "hackage"),
    ("Hex", "hex"),
    ("Julia", "julia"),
    ("Maven", "maven"),
    ("NuGet", "nuget"),
    ("Packagist", "composer"),
    ("Pub", "pub"),
    ("PyPI", "pypi"),
    ("RubyGems", "gem"),
    ("SwiftURL", "swift"),
    ("crates.io", "cargo"),
    ("npm", "npm"),
];

/// Whether a package's version is vulnerable by an entry.
fn affected(entry: &Value, version: &str, scheme: Scheme) -> bool {
    let listed = entry["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut ranges = entry["ranges"].as_array().into_iter().flatten();
    listed
        .into_iter()
        .any(|listed| scheme.compare(listed, version) == Ordering::Equal)
        || ranges.any(|range| range["type"] != "GIT" && in_range(range, version, scheme))
}

fn in_range(range: &Value, version: &str, scheme: Scheme) -> bool {
    let mut events: Vec<(&str, &str)> = Vec::new();
    for event in range["events"].as_array().into_iter().flatten() {
        for (kind, version) in event.as_object().into_iter().flatten() {
            events.extend(version.as_str().map(|version| (kind.as_str(), version.trim())));
        }
    }
    let limits: Vec<&str> = events
        .iter()
        .filter(|(kind, _)| *kind == "limit")
        .map(|(_, version)| *version)
        .collect();
    let below_a_limit = |limit: &&str| **limit == *"*" || scheme.compare(version, limit) == Ordering::Less;
    if !limits.is_empty() && !limits.iter().any(below_a_limit) {
        return false;
    }
    // "0" is below every version.
    events.sort_by(|(_, a), (_, b)| match (*a == "0", *b == "0") {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => scheme.compare(a, b),
    });
    let mut vulnerable = false;
    for (kind, bound) in events {
        let order = if bound == "0" && kind == "introduced" {
            Ordering::Greater
        } else {
            scheme.compare(version, bound)
        };
        match kind {
            "introduced" if order != Ordering::Less => vulnerable = true,
            "fixed" if order != Ordering::Less => vulnerable = false,
            "last_affected" if order == Ordering::Greater => vulnerable = false,
            _ => {}
        }
    }
    vulnerable
}

/// The name as it is compared.
fn compared(ecosystem: &str, name: &str) -> String {
    let name = name.trim();
    match ecosystem.split(':').next().unwrap_or_default() {
        "PyPI" => {
            let words: Vec<String> = name
                .split(['-', '_', '.'])
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            words.join("-")
        }
        "NuGet" | "Packagist" | "Hex" | "npm" | "Go" => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// Whether findings can rest on a document at all.
fn holds(document: &Value) -> bool {
    let id = document["id"].as_str().unwrap_or_default();
    let is_update = ["ALBA-", "ALEA-"].iter().any(|prefix| id.starts_with(prefix));
    let names_flaws = ["aliases", "upstream", "related"]
        .iter()
        .flat_map(|key| document[*key].as_array().into_iter().flatten())
        .any(|id| id.as_str().is_some_and(|id| id.trim().starts_with("CVE-")));
    document.get("withdrawn").is_none_or(Value::is_null) && (!is_update || names_flaws)
}

/// Whether an entry is about builds of a module's stream, of which a package without a stream is none.
fn is_modular(entry: &Value) -> bool {
    entry.to_string().contains(".module_el")
}

fn purl(ecosystem: &str, kind: &str, name: &str, version: &str) -> Option<Purl> {
    let separator = if kind == "maven" { ':' } else { '/' };
    let (namespace, plain) = match name.rsplit_once(separator) {
        Some((namespace, plain)) if kind != "rpm" => (namespace, plain),
        _ => ("", name),
    };
    let mut purl = Purl::new(kind, plain, version).with_namespace(namespace);
    if let Some(release) = ecosystem.strip_prefix("AlmaLinux:") {
        purl = purl.with_qualifier("distro", &format!("almalinux-{release}"));
    }
    // Through its text, as an SBOM would bring it.
    let parsed: Purl = purl.to_string().parse().ok()?;
    (parsed.version.as_deref() == Some(version)).then_some(parsed)
}

/// An ecosystem with its release, and a name as it is compared.
type Named = (String, String);

fn named(entry: &Value) -> Named {
    let ecosystem = entry["package"]["ecosystem"].as_str().unwrap_or_default();
    let name = entry["package"]["name"].as_str().unwrap_or_default();
    (ecosystem.to_owned(), compared(ecosystem, name))
}

/// Evaluates documents by zip for a sample of the packages that they name.
fn check(what: &str, zips: &BTreeMap<&str, Vec<Value>>, packages_each: usize, versions_each: usize) {
    let mut about: BTreeMap<Named, Vec<&Value>> = BTreeMap::new();
    for document in zips.values().flatten() {
        for package in entries(document).map(named).collect::<BTreeSet<_>>() {
            about.entry(package).or_default().push(document);
        }
    }
    let mut expected = Vec::new();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for (base, kind) in ECOSYSTEMS {
        // Another repository's packages have package URLs that nothing writes.
        let is_base = |ecosystem: &str| {
            let rest = ecosystem.strip_prefix(base);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':') && !rest.contains("://"))
        };
        let packages: Vec<&Named> = about.keys().filter(|(ecosystem, _)| is_base(ecosystem)).collect();
        for package in sampled(packages, packages_each) {
            let (ecosystem, name) = package;
            let scheme = Scheme::for_ecosystem(ecosystem).unwrap();
            let documents = &about[package];
            wanted.extend(documents.iter().filter_map(|document| document["id"].as_str()));
            let is_named = |entry: &&Value| named(entry) == *package;
            let mut written: Vec<&str> = Vec::new();
            for entry in documents
                .iter()
                .flat_map(|document| entries(document))
                .filter(is_named)
            {
                let listed = entry["versions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                written.extend(listed.take(5));
                for range in entry["ranges"].as_array().into_iter().flatten() {
                    let events = range["events"].as_array().into_iter().flatten();
                    let bounds = events.flat_map(|event| event.as_object().into_iter().flatten());
                    let bounds = bounds.filter_map(|(_, bound)| bound.as_str());
                    written.extend(bounds.filter(|_| range["type"] != "GIT"));
                }
            }
            for version in sampled(around(written), versions_each) {
                let Some(purl) = purl(ecosystem, kind, name, &version) else {
                    continue;
                };
                let hits = documents.iter().filter(|document| {
                    let mut entries = entries(document)
                        .filter(is_named)
                        .filter(|entry| base != "AlmaLinux" || !is_modular(entry));
                    holds(document) && entries.any(|entry| affected(entry, &version, scheme))
                });
                let ids = hits.map(|document| document["id"].as_str().unwrap().trim().to_owned());
                expected.push((purl, ids.collect()));
            }
        }
    }
    let mirror = tempfile::tempdir().unwrap();
    let mut builder = MirrorBuilder::new(mirror.path());
    for (zip, documents) in zips {
        let is_wanted = |document: &&Value| document["id"].as_str().is_some_and(|id| wanted.contains(id));
        let texts: Vec<String> = documents.iter().filter(is_wanted).map(Value::to_string).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        builder = builder.osv(zip, &texts);
    }
    let _ = builder;
    compare(what, mirror.path(), &expected);
}

fn entries(document: &Value) -> impl Iterator<Item = &Value> {
    document["affected"].as_array().into_iter().flatten()
}

#[test]
fn own_documents() {
    let document = |id: &str, ecosystem: &str, name: &str, ranges: Value, versions: Value| {
        json!({"id": id, "modified": "2024-01-01T00:00:00Z",
            "affected": [{"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges, "versions": versions}]})
    };
    let range = |events: Value| json!([{"type": "ECOSYSTEM", "events": events}]);
    let mut withdrawn = document(
        "GHSA-w",
        "PyPI",
        "Foo_Bar",
        range(json!([{"introduced": "0"}])),
        json!([]),
    );
    withdrawn["withdrawn"] = json!("2024-02-01T00:00:00Z");
    let zips = BTreeMap::from([
        (
            "PyPI",
            vec![
                document(
                    "GHSA-a",
                    "PyPI",
                    "Foo_Bar",
                    range(
                        json!([{"introduced": "0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"fixed": "2.3rc1"}]),
                    ),
                    json!([]),
                ),
                document(
                    "GHSA-b",
                    "PyPI",
                    "foo.bar",
                    json!([]),
                    json!(["1.5", "3.0.post1"]),
                ),
                document(
                    "GHSA-c",
                    "PyPI",
                    "foo-bar",
                    range(json!([{"fixed": "2.0"}, {"introduced": "1.0"}])),
                    Value::Null,
                ),
                document(
                    "GHSA-d",
                    "PyPI",
                    "foo-bar",
                    range(json!([{"introduced": "1.0"}, {"last_affected": "1.5"}])),
                    Value::Null,
                ),
                document(
                    "GHSA-e",
                    "PyPI",
                    "foo-bar",
                    json!([{"type": "GIT", "events": [{"introduced": "0"}]}]),
                    Value::Null,
                ),
                withdrawn,
            ],
        ),
        (
            "npm",
            vec![
                document(
                    "GHSA-n",
                    "npm",
                    "@a/B",
                    range(json!([{"introduced": "1.0.0"}, {"fixed": "1.0.1-0"}])),
                    Value::Null,
                ),
                document(
                    "GHSA-l",
                    "npm",
                    "@a/b",
                    range(json!([{"introduced": "0"}, {"limit": "2.0.0"}])),
                    Value::Null,
                ),
            ],
        ),
        (
            "AlmaLinux",
            vec![
                document(
                    "ALSA-2022:1",
                    "AlmaLinux:8",
                    "bash",
                    range(json!([{"introduced": "0"}, {"fixed": "4.4.20-4.el8_6"}])),
                    Value::Null,
                ),
                document(
                    "ALBA-2022:2",
                    "AlmaLinux:8",
                    "bash",
                    range(json!([{"introduced": "0"}, {"fixed": "9"}])),
                    Value::Null,
                ),
                document(
                    "ALSA-2022:3",
                    "AlmaLinux:8",
                    "bash",
                    range(json!([{"introduced": "0"}, {"fixed": "8-1.module_el8.5.0+1+ab"}])),
                    Value::Null,
                ),
            ],
        ),
    ]);
    check("OSV", &zips, 100, 200);
}

#[test]
fn the_shared_documents() {
    let Some(feeds) = shared() else { return };
    let mut zips = BTreeMap::new();
    for (base, _) in ECOSYSTEMS {
        let path = feeds.join(format!("osv/{base}/all.zip"));
        if path.exists() {
            zips.insert(base, documents(&path));
        }
    }
    check("OSV, shared", &zips, 60, 30);
}

fn documents(zip: &Path) -> Vec<Value> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let mut names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort();
    let mut documents = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(".json")) {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        documents.push(serde_json::from_str(&text).unwrap());
    }
    documents
}

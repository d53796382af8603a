//! Findings that follow by themselves what is installed and what is known.

use std::fs;

use assay_testkit::MirrorBuilder;
use serde_json::json;

use super::{
    client::{Client, host},
    service::Start,
    support::World,
};

fn publish(world: &World, flaws: &[(&str, &str)]) {
    let documents: Vec<String> = flaws
        .iter()
        .map(|(id, package)| {
            format!(
                r#"{{"id":"PY-{id}","modified":"2026-08-20T00:00:00Z","aliases":["{id}"],"summary":"a flaw",
                "affected":[{{"package":{{"ecosystem":"PyPI","name":"{package}"}},
                    "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2"}}]}}]}}]}}"#
            )
        })
        .collect();
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    let _ = fs::remove_dir_all(world.path("feeds"));
    let _ = MirrorBuilder::new(&world.path("feeds")).osv("PyPI", &documents);
}

/// F16: what is installed opens, what becomes known opens without a push, what is patched closes.
#[test]
fn installing_learning_and_patching() {
    let world = World::new();
    publish(&world, &[("CVE-2026-1", "alpha")]);
    let start = Start {
        feeds: Some("feeds".to_owned()),
        ..Start::default()
    };
    let service = start.start(&world);
    let client = Client::new(&world.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    client.push(&host("i-1", &["beta@1".to_owned()]));
    client.expect(&[]);
    client.push(&host("i-1", &["alpha@1".to_owned(), "beta@1".to_owned()]));
    client.expect(&["CVE-2026-1 ACTIVE"]);
    publish(&world, &[("CVE-2026-1", "alpha"), ("CVE-2026-2", "beta")]);
    service.signal("-HUP");
    client.expect(&["CVE-2026-1 ACTIVE", "CVE-2026-2 ACTIVE"]);
    client.push(&host("i-1", &["alpha@2".to_owned(), "beta@1".to_owned()]));
    client.expect(&["CVE-2026-1 CLOSED", "CVE-2026-2 ACTIVE"]);
    assert!(service.stop(), "it stops well");
}

//! How long it takes from a push to a real registry until its first finding is listed, over many pushes: the registry notifies a
//! collector, which reads the image and tells the service.
//!
//! `cargo xtask bench pushes`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may panic, and prints its figures"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    thread,
    time::{Duration, Instant},
};

use assay_testkit::{ImageBuilder, LayerBuilder, OciFiles, Packing};
use serde_json::{Value, json};
use support::{
    World,
    collecting::{Collecting, SECRET, notifications},
    layers,
    registry::{Registry, free_address},
    serving::Serving,
};

const PUSHES: usize = 500;

/// Longest that a finding may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks for a finding; the service bounds how often one may ask.
const GLANCE: Duration = Duration::from_millis(40);

fn main() {
    let world = World::with_database();
    let receiver = free_address();
    let Some(registry) = Registry::start_with(&world, "", &notifications(&receiver)) else {
        return;
    };
    let serving = Serving::start(&world, "data");
    serving.inspector(&world, "/enable", &json!({"resourceTypes": ["ECR"]}));
    world.write("secret", SECRET);
    world.write(
        "collector.toml",
        format!(
            "[receiver]\nlisten = '{receiver}'\nauthorization-file = 'secret'\n[[registry]]\naddress = '{}'\nevery = '24h'\n",
            registry.host
        ),
    );
    let _collecting = Collecting::start(&world, &serving, &receiver);
    let mut times = Vec::with_capacity(PUSHES);
    for number in 0..PUSHES {
        let digest = push(&registry.host, number);
        let pushed = Instant::now();
        while !has_finding(&world, &serving, &digest) {
            assert!(pushed.elapsed() < PATIENCE, "no finding of push {number}");
            thread::sleep(GLANCE);
        }
        times.push(pushed.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((PUSHES - 1) as f64 * share) as usize];
    println!(
        "{}",
        json!({"figure": "push-to-finding", "pushes": PUSHES, "p50_seconds": at(0.5), "p95_seconds": at(0.95),
            "p99_seconds": at(0.99), "most_seconds": at(1.0), "goal": "<= 5 s"})
    );
    let begun = Instant::now();
    let last: Vec<String> = (PUSHES..PUSHES + 100)
        .map(|number| push(&registry.host, number))
        .collect();
    let pushed = begun.elapsed();
    for digest in &last {
        while !has_finding(&world, &serving, digest) {
            assert!(begun.elapsed() < PATIENCE, "not all of a burst have findings");
            thread::sleep(GLANCE);
        }
        thread::sleep(GLANCE);
    }
    println!(
        "{}",
        json!({"figure": "burst-to-findings", "pushes": last.len(), "pushing_seconds": pushed.as_secs_f64(),
            "all_found_seconds": begun.elapsed().as_secs_f64()})
    );
}

fn has_finding(world: &World, serving: &Serving, digest: &str) -> bool {
    let criteria = json!({"ecrImageHash": [{"comparison": "EQUALS", "value": digest}]});
    let body = json!({"filterCriteria": criteria, "maxResults": 1});
    serving.inspector(world, "/findings/list", &body)["findings"] != json!([])
}

/// Pushes an image that is like no other; gives its digest.
fn push(host: &str, number: usize) -> String {
    let mark = LayerBuilder::new().file("mark", number.to_string());
    let mut files = OciFiles::new();
    let image = layers().into_iter().chain([mark]);
    let manifest: Value = image
        .fold(ImageBuilder::new(), ImageBuilder::layer)
        .add_to(&mut files, Packing::Gzip);
    let digest = manifest["digest"].as_str().unwrap().to_owned();
    let base = format!("http://{host}/v2/shop/web");
    let hex_of = |path: &str| path.strip_prefix("blobs/sha256/").map(str::to_owned);
    let mut document = Vec::new();
    for (path, bytes) in files.finish() {
        let Some(hex) = hex_of(&path) else { continue };
        if digest.ends_with(&hex) {
            document = bytes;
            continue;
        }
        if ureq::head(format!("{base}/blobs/sha256:{hex}")).call().is_ok() {
            continue;
        }
        let started = ureq::post(format!("{base}/blobs/uploads/")).send_empty().unwrap();
        let place = started.headers()["location"].to_str().unwrap().to_owned();
        ureq::put(format!("{place}&digest=sha256:{hex}"))
            .header("Content-Type", "application/octet-stream")
            .send(bytes.as_slice())
            .unwrap();
    }
    ureq::put(format!("{base}/manifests/{number}"))
        .header("Content-Type", manifest["mediaType"].as_str().unwrap())
        .send(document.as_slice())
        .unwrap();
    digest
}

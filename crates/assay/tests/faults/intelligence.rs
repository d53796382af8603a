//! Intelligence that is damaged, on its way and in its place.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use assay_intel::Index;
use serde_json::json;

use super::{
    client::{Client, host},
    engines::inside,
    feeds::{PACKAGES, publish},
    service::{Service, Start, log},
    support::World,
};

const TAKEN: &str = "assay_intelligence_updates_total{outcome=\"taken\"}";

fn all_packages() -> Vec<String> {
    (0..PACKAGES).map(|package| format!("p{package}@1")).collect()
}

fn until(world: &World, what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(120);
    while !is_so() {
        assert!(Instant::now() < until, "{what}: {}", log(world));
        thread::sleep(Duration::from_millis(100));
    }
}

fn begin(world: &World) -> (Start, Service, Client) {
    publish(world, 0);
    let start = Start {
        feeds: Some("feeds".to_owned()),
        ..Start::default()
    };
    let service = start.start(world);
    let client = Client::new(&world.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    until(world, "the feeds are taken", || client.figure(TAKEN) > 0.0);
    client.push(&host("i-0", &all_packages()));
    until(world, "it is assessed", || {
        let inside = inside(world, &start);
        inside.jobs.is_empty() && inside.generation.is_some()
    });
    (start, service, client)
}

/// The one file of intelligence that a service keeps.
fn kept(world: &World) -> PathBuf {
    let mut files = fs::read_dir(world.path("data/intelligence")).unwrap();
    files.next().unwrap().unwrap().path()
}

/// Damages every page of a file without which it can be opened all the same.
fn damage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    for at in (100..bytes.len()).step_by(4096) {
        bytes[at] ^= 0x10;
        fs::write(file, &bytes).unwrap();
        if Index::open(file).is_err() {
            bytes[at] ^= 0x10;
        }
    }
    fs::write(file, &bytes).unwrap();
    assert!(Index::open(file).unwrap().verify().is_err());
}

#[test]
fn damaged_feeds_change_nothing_and_good_ones_are_taken() {
    let world = World::new();
    let (start, service, client) = begin(&world);
    let before = client.told();
    assert!(!before.is_empty());
    let generation = inside(&world, &start).generation;
    world.write("feeds/osv/PyPI/all.zip", "half a zi").write(
        "feeds/epss/epss_scores-current.csv.gz",
        [0x1f, 0x8b, 8, 0, 1, 2, 3],
    );
    let taken = client.figure(TAKEN);
    service.signal("-HUP");
    // The last good copies stand in for them.
    until(&world, "it looks", || client.figure(TAKEN) > taken);
    assert_eq!(client.told(), before);
    assert_eq!(inside(&world, &start).generation, generation);
    // Without these there is nothing to compile, and what is in force stays.
    fs::remove_dir_all(world.path("home/feeds")).unwrap();
    service.signal("-HUP");
    until(&world, "it fails", || {
        client.figure("assay_intelligence_updates_total{outcome=\"failed\"}") > 0.0
    });
    let told = log(&world);
    assert!(told.contains("the intelligence stays as it is"), "{told}");
    assert_eq!(client.told(), before);
    assert_eq!(client.get("/readyz").unwrap().0, 200);
    publish(&world, 1);
    service.signal("-HUP");
    until(&world, "the next is taken and rolled out", || {
        let inside = inside(&world, &start);
        inside.generation.is_some() && inside.generation != generation && inside.jobs.is_empty()
    });
    assert_ne!(client.told(), before);
}

#[test]
fn a_damaged_file_in_force_is_mended_and_nothing_owed_is_lost() {
    let world = World::new();
    let (start, service, client) = begin(&world);
    let expected: Vec<String> = client
        .told()
        .iter()
        .flat_map(|told| [told.clone(), told.clone()])
        .collect();
    assert!(service.stop());
    // The disk turns some bits, and no feed is within reach.
    let file = kept(&world);
    damage(&file);
    fs::remove_dir_all(world.path("home/feeds")).unwrap();
    fs::remove_file(world.path("feeds")).unwrap();
    let service = start.start(&world);
    client.at(&service.url);
    // The same to the order of versions, and never assessed before.
    let packages: Vec<String> = all_packages()
        .iter()
        .map(|package| format!("{package}.0"))
        .collect();
    client.push(&host("i-1", &packages));
    until(&world, "assessing it fails", || {
        log(&world).contains("jobs failed and are tried again")
    });
    let jobs = inside(&world, &start).jobs;
    assert!(jobs.iter().all(|(_, state, _)| state != "DEAD"), "{jobs:?}");
    publish(&world, 0);
    service.signal("-HUP");
    until(&world, "what was owed is done", || {
        inside(&world, &start).jobs.is_empty()
    });
    client.expect(&expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_file_in_force_that_cannot_be_opened_is_replaced() {
    let world = World::new();
    let (start, service, client) = begin(&world);
    let expected = client.told();
    service.kill();
    fs::write(kept(&world), "nothing of ours").unwrap();
    let service = start.start(&world);
    client.at(&service.url);
    client.expect(&expected.iter().map(String::as_str).collect::<Vec<_>>());
    let told = log(&world);
    assert!(told.contains("cannot open a generation"), "{told}");
}

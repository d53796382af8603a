//! SIGKILL at any moment, under load, again and again.
//!
//! `ASSAY_KILLS` says how often (12), `ASSAY_KILLS_SEED` which run.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    client::Client,
    engines::{inside, postgres},
    feeds::publish,
    fleet::{Shared, follow, keep_filters, push_hosts, read_on},
    service::{Service, Start, log},
    support::World,
};

/// Who pushes.
const PUSHERS: usize = 3;

/// How long a service may take to do all that it owes, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn sqlite() {
    run(None);
}

#[test]
fn postgresql() {
    match postgres("kills") {
        Ok(database) => run(Some(database)),
        Err(reason) => println!("skipped: {reason}"),
    }
}

/// Whoever dies in the middle of the very first start starts again, and the key that was handed out works.
#[test]
fn first_starts() {
    let mut random = fastrand::Rng::new();
    let mut broken = 0;
    for round in 0..12 {
        let world = World::new();
        publish(&world, 0);
        let start = Start::default();
        for _ in 0..2 {
            let mut starting = start.command(&world).spawn().unwrap();
            // From when there is anything of it.
            let until = Instant::now() + PATIENCE;
            while !world.path("data/master.key").exists() {
                assert!(Instant::now() < until, "it makes no key: {}", log(&world));
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(random.u64(0..250)));
            let _ = starting.kill();
            let _ = starting.wait();
            broken += u64::from(!world.path("credentials").exists());
        }
        let service = start.start(&world);
        let client = Client::new(&world.path("credentials"));
        client.at(&service.url);
        let status = client.ask("/status/batch/get", &json!({}));
        assert_eq!(
            status["accounts"].as_array().unwrap().len(),
            1,
            "round {round}: {status}"
        );
    }
    println!("24 first starts were killed, {broken} of them before there was a key");
}

fn run(database: Option<String>) {
    let kills = number("ASSAY_KILLS").unwrap_or(12);
    let seed = number("ASSAY_KILLS_SEED").unwrap_or_else(|| fastrand::u64(..1 << 32));
    let world = World::new();
    let outcome = std::panic::catch_unwind(|| kill_again_and_again(&world, database, kills, seed));
    if let Err(panic) = outcome {
        println!("ASSAY_KILLS={kills} ASSAY_KILLS_SEED={seed}\n{}", log(&world));
        std::panic::resume_unwind(panic);
    }
}

fn kill_again_and_again(world: &World, database: Option<String>, kills: u64, seed: u64) {
    let began = Instant::now();
    let mut random = fastrand::Rng::with_seed(seed);
    publish(world, 0);
    let start = Start {
        database,
        feeds: Some("feeds".to_owned()),
        ..Start::default()
    };
    let service = start.start(world);
    let client = Client::new(&world.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    let shared = Shared::default();
    let edition = AtomicU64::new(0);
    let (hosts, filters, mut read, service) = thread::scope(|scope| {
        let pushers: Vec<_> = (0..PUSHERS)
            .map(|worker| {
                let (client, shared, seed) = (&client, &shared, random.u64(..));
                scope.spawn(move || push_hosts(client, shared, worker, seed))
            })
            .collect();
        let (client, shared) = (&client, &shared);
        let seeds = (random.u64(..), random.u64(..));
        let filters = scope.spawn(move || keep_filters(client, shared, seeds.0));
        let reader = scope.spawn(move || follow(client, shared, seeds.1));
        let service = kill(
            world,
            &start,
            client,
            shared,
            &edition,
            service,
            kills,
            &mut random,
        );
        shared.is_over.store(true, Ordering::SeqCst);
        let mut hosts = BTreeMap::new();
        for pusher in pushers {
            hosts.extend(pusher.join().expect("pushing"));
        }
        (
            hosts,
            filters.join().expect("keeping filters"),
            reader.join().expect("reading"),
            service,
        )
    });
    let worked = began.elapsed();
    settled(world, &start, None);
    read_on(&client, &mut read, 1000);
    replay(&read, &client.findings());
    let fresh = fresh(world, &filters, &hosts);
    assert_eq!(open(&client.findings()), fresh, "not what a fresh service finds");
    assert!(service.stop(), "it stops well");
    println!(
        "{kills} kills in {:.0} s: {} writes acknowledged, {} looked at again, {} changes, {} open findings, {} editions; seed {seed}",
        worked.as_secs_f64(),
        shared.acknowledged.load(Ordering::SeqCst),
        shared.found_again.load(Ordering::SeqCst),
        read.len(),
        fresh.len(),
        edition.load(Ordering::SeqCst) + 1,
    );
}

/// Kills the service so often, at any moment; gives the last one.
#[allow(clippy::too_many_arguments, reason = "all that a run consists of")]
fn kill(
    world: &World,
    start: &Start,
    client: &Client,
    shared: &Shared,
    edition: &AtomicU64,
    mut service: Service,
    kills: u64,
    random: &mut fastrand::Rng,
) -> Service {
    for _ in 0..kills {
        thread::sleep(Duration::from_millis(random.u64(20..1000)));
        if random.u8(0..6) == 0 {
            publish(world, edition.fetch_add(1, Ordering::SeqCst) + 1);
            service.signal("-HUP");
            thread::sleep(Duration::from_millis(random.u64(0..300)));
        }
        service.kill();
        if random.u8(0..4) == 0 {
            // It dies while it starts, too.
            let mut starting = start.command(world).spawn().unwrap();
            thread::sleep(Duration::from_millis(random.u64(0..150)));
            let _ = starting.kill();
            let _ = starting.wait();
        }
        shared.deaths.fetch_add(1, Ordering::SeqCst);
        service = start.start(world);
        client.at(&service.url);
    }
    // Whoever waits for an answer gets it, and looks whether all is there.
    thread::sleep(Duration::from_secs(2));
    service
}

/// Waits until a service owes nothing; gives the generation in force.
fn settled(world: &World, start: &Start, generation: Option<&str>) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        let inside = inside(world, start);
        if inside.jobs.is_empty()
            && let Some(found) = &inside.generation
            && generation.is_none_or(|generation| generation == found)
        {
            return found.clone();
        }
        assert!(
            Instant::now() < until,
            "it owes still: {inside:?}, to be at {generation:?}"
        );
        thread::sleep(Duration::from_millis(200));
    }
}

/// What a service finds that never saw anything but the end.
fn fresh(world: &World, filters: &[Value], hosts: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let other = World::new();
    std::os::unix::fs::symlink(world.path("feeds").canonicalize().unwrap(), other.path("feeds")).unwrap();
    let run = other.run(&["db", "update", "--feeds", "feeds"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let start = Start::default();
    let service = start.start(&other);
    let client = Client::new(&other.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    for filter in filters {
        client.ask("/filters/create", filter);
    }
    for body in hosts.values() {
        client.push(body);
    }
    settled(&other, &start, None);
    open(&client.findings())
}

/// Open findings by resource and vulnerability, without names and times.
fn open(findings: &[Value]) -> BTreeMap<String, Value> {
    let open = findings.iter().filter(|finding| finding["status"] != "CLOSED");
    open.map(|finding| {
        let mut finding = finding.clone();
        let members = finding.as_object_mut().unwrap();
        for name in ["findingArn", "firstObservedAt", "lastObservedAt", "updatedAt"] {
            members.remove(name);
        }
        let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str).unwrap_or("-");
        let key = format!(
            "{} {}",
            text("/resources/0/id"),
            text("/packageVulnerabilityDetails/vulnerabilityId")
        );
        (key, without_times(finding))
    })
    .collect()
}

/// Without when a resource was first seen and the like.
fn without_times(mut finding: Value) -> Value {
    if let Some(details) = finding.pointer_mut("/resources/0/details/awsEc2Instance")
        && let Some(members) = details.as_object_mut()
    {
        members.remove("launchedAt");
    }
    finding
}

/// Whoever follows the feed has what the service has, and was told of nothing that did not happen.
fn replay(changes: &[Value], findings: &[Value]) {
    let mut followed: BTreeMap<&str, (&str, &Value)> = BTreeMap::new();
    for change in changes {
        let text = |name: &str| change[name].as_str().unwrap();
        let (arn, kind, status) = (text("findingArn"), text("change"), text("status"));
        let before = followed.get(arn).map(|(status, _)| *status);
        let is_possible = match kind {
            "OPENED" => before.is_none() && status != "CLOSED",
            "CLOSED" => before.is_some_and(|before| before != "CLOSED") && status == "CLOSED",
            "REOPENED" => before == Some("CLOSED") && status != "CLOSED",
            "SUPPRESSED" => before == Some("ACTIVE") && status == "SUPPRESSED",
            "UNSUPPRESSED" => before == Some("SUPPRESSED") && status == "ACTIVE",
            _ => before.is_some_and(|before| before != "CLOSED") && status != "CLOSED",
        };
        assert!(is_possible, "after {before:?}: {change}");
        followed.insert(arn, (status, &change["severity"]));
    }
    let stored: BTreeMap<&str, (&str, &Value)> = findings
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap();
            (text("findingArn"), (text("status"), &finding["severity"]))
        })
        .collect();
    assert_eq!(followed, stored, "the feed tells other than the findings do");
}

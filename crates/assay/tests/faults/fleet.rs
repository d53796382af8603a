//! Load on a service that may die at any moment: each worker keeps account of what was acknowledged to it, tries what was
//! not until it is, and looks after each death whether everything is still there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    client::{Client, host},
    feeds::{PACKAGES, VULNERABILITIES, vulnerability},
};

/// What the workers share with whoever kills.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// How often the service was killed.
    pub(crate) deaths: AtomicU64,
    /// Whether to come to an end.
    pub(crate) is_over: AtomicBool,
    /// Writes that were acknowledged.
    pub(crate) acknowledged: AtomicU64,
    /// Acknowledged writes that were found again after a death.
    pub(crate) found_again: AtomicU64,
}

impl Shared {
    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::SeqCst)
    }

    fn deaths(&self) -> u64 {
        self.deaths.load(Ordering::SeqCst)
    }

    fn acknowledge(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
    }

    fn find_again(&self) {
        self.found_again.fetch_add(1, Ordering::SeqCst);
    }
}

/// Pushes hosts of its own until it is over; gives what was acknowledged last of each.
pub(crate) fn push_hosts(
    client: &Client,
    shared: &Shared,
    worker: usize,
    seed: u64,
) -> BTreeMap<String, Value> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut held: BTreeMap<String, Value> = BTreeMap::new();
    let mut deaths = shared.deaths();
    while shared.goes_on() {
        if shared.deaths() != deaths {
            deaths = shared.deaths();
            for (id, body) in &held {
                let told = client.push(body);
                assert_eq!(
                    told["outcome"], "unchanged",
                    "{id} lost an acknowledged push: {told}"
                );
                shared.find_again();
            }
        }
        let id = format!("i-{worker}-{}", random.usize(0..8));
        let packages: BTreeSet<usize> = (0..random.usize(4..16))
            .map(|_| random.usize(0..2 * PACKAGES))
            .collect();
        let packages: Vec<String> = packages
            .into_iter()
            .map(|package| format!("p{package}@{}", random.u8(1..6)))
            .collect();
        let mut body = host(&id, &packages);
        let state = [
            "active",
            "active",
            "active",
            "active",
            "active",
            "active",
            "stopped",
            "terminated",
        ][random.usize(0..8)];
        body["resource"]["state"] = json!(state);
        client.push(&body);
        shared.acknowledge();
        held.insert(id, body);
        thread::sleep(Duration::from_millis(random.u64(0..30)));
    }
    held
}

/// Makes and deletes filters until it is over, and sets the configuration; gives the filters that there must be, in the order
/// in which they were made.
pub(crate) fn keep_filters(client: &Client, shared: &Shared, seed: u64) -> Vec<Value> {
    const DURATIONS: [&str; 4] = ["DAYS_14", "DAYS_30", "DAYS_60", "LIFETIME"];
    let mut random = fastrand::Rng::with_seed(seed);
    let mut held: Vec<(Value, String)> = Vec::new();
    let mut duration: Option<&str> = None;
    let mut deaths = shared.deaths();
    let mut number = 0;
    while shared.goes_on() {
        if shared.deaths() != deaths {
            deaths = shared.deaths();
            let expected: BTreeSet<&str> = held
                .iter()
                .filter_map(|(filter, _)| filter["name"].as_str())
                .collect();
            let listed = client.list("/filters/list", "filters", json!({}));
            let listed: BTreeSet<&str> = listed
                .iter()
                .filter_map(|filter| filter["name"].as_str())
                .collect();
            assert_eq!(listed, expected, "filters were lost or came back");
            if let Some(duration) = duration {
                let told = client.ask("/configuration/get", &json!({}));
                let told = told.pointer("/ecrConfiguration/rescanDurationState/rescanDuration");
                assert_eq!(told, Some(&json!(duration)), "the configuration was lost");
            }
            shared.find_again();
        }
        match random.usize(0..4) {
            0 if !held.is_empty() => {
                let (_, arn) = held.remove(random.usize(0..held.len()));
                let answer = client.send("inspector2", "POST", "/filters/delete", &json!({ "arn": arn }));
                // Gone already, where an earlier try was done but not answered.
                assert!([200, 404].contains(&answer.status), "{answer:?}");
            }
            1 => {
                let next = DURATIONS[random.usize(0..DURATIONS.len())];
                client.ask(
                    "/configuration/update",
                    &json!({ "ecrConfiguration": { "rescanDuration": next } }),
                );
                duration = Some(next);
            }
            _ if held.len() < 6 => {
                number += 1;
                let action = ["SUPPRESS", "SUPPRESS", "NONE"][random.usize(0..3)];
                let cve = vulnerability(random.usize(0..VULNERABILITIES));
                let filter = json!({
                    "name": format!("filter {number}"),
                    "action": action,
                    "filterCriteria": { "vulnerabilityId": [{ "comparison": "EQUALS", "value": cve }] },
                });
                let answer = client.send("inspector2", "POST", "/filters/create", &filter);
                let arn = match answer.status {
                    200 => answer.body["arn"].clone(),
                    // There already, where an earlier try was done but not answered.
                    400 => {
                        let listed = client.list("/filters/list", "filters", json!({}));
                        let same = listed.iter().find(|listed| listed["name"] == filter["name"]);
                        same.map(|listed| listed["arn"].clone()).unwrap_or_default()
                    }
                    _ => panic!("{filter}: {answer:?}"),
                };
                held.push((filter, arn.as_str().expect("an ARN").to_owned()));
            }
            _ => {}
        }
        shared.acknowledge();
        thread::sleep(Duration::from_millis(random.u64(0..60)));
    }
    held.into_iter().map(|(filter, _)| filter).collect()
}

/// Reads the change feed until it is over, always after the last number.
pub(crate) fn follow(client: &Client, shared: &Shared, seed: u64) -> Vec<Value> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut read = Vec::new();
    while shared.goes_on() {
        read_on(client, &mut read, random.usize(1..200));
        thread::sleep(Duration::from_millis(random.u64(0..50)));
    }
    read
}

/// Reads the change feed on to its end; numbers must follow one another.
pub(crate) fn read_on(client: &Client, read: &mut Vec<Value>, limit: usize) {
    loop {
        let target = format!("/assay/v1/changes?after={}&limit={limit}", read.len());
        let answer = client.send("assay", "GET", &target, &Value::Null);
        assert_eq!(answer.status, 200, "{answer:?}");
        let changes = answer.body["changes"].as_array().unwrap();
        if changes.is_empty() {
            return;
        }
        for change in changes {
            assert_eq!(
                change["sequence"],
                json!(read.len() + 1),
                "the feed has a gap: {change}"
            );
            read.push(change.clone());
        }
    }
}

//! A disk that is full, and then is not.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    client::{Answer, Client, host},
    feeds::{PACKAGES, publish},
    service::Start,
    support::World,
};

/// A small disk, mounted until it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// Mounts one of some mebibytes, or says why not.
    fn mount(at: &Path, mebibytes: usize) -> Result<Disk, String> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={mebibytes}m,mode=700"),
                "tmpfs",
            ])
            .arg(at)
            .output()
            .map_err(|error| error.to_string())?;
        match mounted.status.success() {
            true => Ok(Disk(at.to_owned())),
            false => Err(String::from_utf8_lossy(&mounted.stderr).into_owned()),
        }
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Takes every byte that is left.
    fn fill(&self) {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(self.filler())
            .unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            let block = vec![1; size];
            while file.write_all(&block).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A host with many packages of its own.
fn large(number: usize) -> Value {
    let mut packages: Vec<String> = (0..PACKAGES).map(|package| format!("p{package}@1")).collect();
    packages.extend((0..400).map(|package| format!("q{number}-{package}@1.2.3")));
    host(&format!("i-{number}"), &packages)
}

fn is_unavailable(answer: &Answer) -> bool {
    let told = answer.body["message"].as_str().unwrap_or_default();
    answer.status == 503
        && answer.fault == "ServiceUnavailableException"
        && answer.retry_after == "2"
        && told.starts_with("the database has no room left")
}

#[test]
fn full_and_then_not() {
    let world = World::new();
    let disk = match Disk::mount(&world.path("data"), 64) {
        Ok(disk) => disk,
        Err(reason) => {
            println!("skipped: no small disk can be mounted: {reason}");
            return;
        }
    };
    publish(&world, 0);
    let start = Start {
        feeds: Some("feeds".to_owned()),
        ..Start::default()
    };
    let mut service = start.start(&world);
    let client = Client::new(&world.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    wait_for(
        &client,
        "assay_intelligence_updates_total{outcome=\"taken\"}",
        1.0,
    );
    client.push(&large(0));
    disk.fill();

    // What fits into what the database has already is taken still; then comes a clear fault.
    let mut kept = 1;
    let refused = loop {
        let answer = client.try_push(&large(kept)).expect("it answers");
        if answer.status != 200 {
            break answer;
        }
        kept += 1;
        disk.fill();
    };
    assert!(is_unavailable(&refused), "{refused:?}");
    // A push is large and a filter is small: it may fit still, or find room that work behind the scenes has left.
    let filter =
        |number: usize| json!({ "name": format!("n{number}"), "action": "NONE", "filterCriteria": {} });
    let calls = 40;
    let mut refused = 0;
    let mut fitted = 0;
    while refused < calls {
        let body = serde_json::to_vec(&filter(fitted)).unwrap();
        let answer = client
            .try_send("inspector2", "us-east-1", "POST", "/filters/create", &body)
            .expect("it answers");
        if answer.status == 200 {
            fitted += 1;
            assert!(fitted < 1000, "filters find room for ever");
            disk.fill();
        } else {
            assert!(is_unavailable(&answer), "{answer:?}");
            refused += 1;
        }
        // Who only reads gets what there is.
        let listed = client.ask("/findings/list", &json!({ "maxResults": 1 }));
        assert!(listed["findings"].is_array(), "{listed}");
    }
    // New intelligence finds no room, and leaves none of its own behind.
    publish(&world, 1);
    service.signal("-HUP");
    wait_for_more(
        &client,
        "assay_intelligence_updates_total{outcome=",
        ["failed", "refused"],
    );
    let files: Vec<_> = fs::read_dir(world.path("data/intelligence")).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(service.runs());

    // With room again, the same is taken, without a restart.
    disk.free();
    let told = client.push(&large(kept));
    assert_eq!(told["outcome"], "changed", "nothing of it was kept before");
    client.ask("/filters/create", &filter(fitted));
    for number in 0..kept {
        let told = client.push(&large(number));
        assert_eq!(told["outcome"], "unchanged", "{number} was acknowledged");
    }
    service.signal("-HUP");
    wait_for(
        &client,
        "assay_intelligence_updates_total{outcome=\"taken\"}",
        2.0,
    );
    let coverage = json!({ "filterCriteria": { "scanStatusReason": [
        { "comparison": "EQUALS", "value": "SUCCESSFUL" }] } });
    let until = Instant::now() + Duration::from_secs(120);
    while client
        .list("/coverage/list", "coveredResources", coverage.clone())
        .len()
        <= kept
    {
        assert!(Instant::now() < until, "not everything is assessed");
        thread::sleep(Duration::from_millis(200));
    }
    assert!(service.stop());

    // Every call is in the log, those too that were made while it could not be written, and no line is torn.
    let text = fs::read_to_string(world.path("data/calls/calls.jsonl")).unwrap();
    let records: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a whole record"))
        .collect();
    let refused = records
        .iter()
        .filter(|record| record["eventName"] == "CreateFilter" && record["errorCode"].is_string());
    assert_eq!(
        refused.count(),
        calls,
        "{}\n{}",
        text.lines().count(),
        super::service::log(&world)
    );

    // Nothing was half written: it starts, and has all of it.
    let service = start.start(&world);
    client.at(&service.url);
    for number in 0..=kept {
        assert_eq!(client.push(&large(number))["outcome"], "unchanged");
    }
}

fn wait_for(client: &Client, figure: &str, least: f64) {
    let until = Instant::now() + Duration::from_secs(120);
    while client.figure(figure) < least {
        assert!(Instant::now() < until, "{figure} is {}", client.figure(figure));
        thread::sleep(Duration::from_millis(100));
    }
}

fn wait_for_more(client: &Client, start: &str, outcomes: [&str; 2]) {
    let until = Instant::now() + Duration::from_secs(120);
    let count = || -> f64 {
        let figures = outcomes.map(|outcome| client.figure(&format!("{start}\"{outcome}\"}}")));
        figures.iter().sum()
    };
    while count() < 1.0 {
        assert!(Instant::now() < until, "{outcomes:?} of {start} are none");
        thread::sleep(Duration::from_millis(100));
    }
}

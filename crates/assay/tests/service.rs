//! The service as its users have it: the program serves, the program pushes, stock boto3 asks.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{World, serving::Serving};

struct Service(Serving);

impl Service {
    /// Starts it on a port of its own.
    fn start(world: &World) -> Service {
        Service(Serving::start(world, "data"))
    }

    fn push(&self, world: &World, target: &str, more: &[&str]) -> String {
        let arguments = [
            "push",
            target,
            "--server",
            &self.0.url,
            "--resource",
            "host",
            "--id",
            "i-1",
        ];
        let arguments = [&arguments[..], more].concat();
        let output = world
            .command(&arguments)
            .env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"))
            .output()
            .unwrap();
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        text
    }

    /// Vulnerability and status of every finding, sorted, as boto3 has them.
    fn findings(&self, world: &World, python: &str) -> Vec<String> {
        let script = "import boto3, json, sys\n\
            client = boto3.client('inspector2', endpoint_url=sys.argv[1], region_name='us-east-1')\n\
            pages = client.get_paginator('list_findings').paginate()\n\
            print(json.dumps([f['packageVulnerabilityDetails']['vulnerabilityId'] + ' ' + f['status']\n\
                for page in pages for f in page['findings']]))";
        let output = Command::new(python)
            .args(["-c", script, &self.0.url])
            .env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut told: Vec<String> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect();
        told.sort();
        told
    }

    /// The answer of one of our own routes, signed by botocore.
    fn ask(&self, world: &World, python: &str, path: &str) -> Value {
        let script = "import boto3, sys, urllib.request\n\
            from botocore.auth import SigV4Auth\n\
            from botocore.awsrequest import AWSRequest\n\
            request = AWSRequest('GET', sys.argv[1])\n\
            SigV4Auth(boto3.Session().get_credentials(), 'assay', 'us-east-1').add_auth(request)\n\
            request = urllib.request.Request(sys.argv[1], headers=dict(request.headers))\n\
            print(urllib.request.urlopen(request).read().decode())";
        let output = Command::new(python)
            .args(["-c", script, &format!("{}{path}", self.0.url)])
            .env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Waits until findings are as expected.
    fn expect(&self, world: &World, python: &str, expected: &[&str]) {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let findings = self.findings(world, python);
            if findings == expected {
                return;
            }
            assert!(Instant::now() < until, "{findings:?}, not {expected:?}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

fn bill(version: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
            {{"type":"library","name":"PyYAML","version":"{version}","purl":"pkg:pypi/pyyaml@{version}"}}]}}"#
    )
}

#[test]
fn what_is_pushed_is_found_patched_and_kept_through_a_kill() {
    let Ok(python) = std::env::var("ASSAY_TEST_PYTHON") else {
        println!("skipped: ASSAY_TEST_PYTHON names no python with boto3");
        return;
    };
    let world = World::with_database();
    world
        .write("old.json", bill("5.3"))
        .write("new.json", bill("6.0"));
    let service = Service::start(&world);
    let told = service.push(&world, "old.json", &[]);
    assert!(told.contains("its type of scan is not turned on"), "{told}");
    service.expect(&world, &python, &[]);
    let told = service.push(&world, "old.json", &["--enable"]);
    assert!(told.starts_with("AWS_EC2_INSTANCE i-1"), "{told}");
    service.expect(&world, &python, &["CVE-2020-14343 ACTIVE"]);
    // The same again changes nothing.
    let told = service.push(&world, "old.json", &[]);
    assert!(told.contains("unchanged"), "{told}");
    // Killed right after a push was acknowledged: what was acknowledged is done when it is back.
    service.push(&world, "new.json", &[]);
    drop(service);
    let service = Service::start(&world);
    service.expect(&world, &python, &["CVE-2020-14343 CLOSED"]);
    service.push(&world, "old.json", &[]);
    service.expect(&world, &python, &["CVE-2020-14343 ACTIVE"]);
    let told = service.ask(&world, &python, "/assay/v1/changes?after=1");
    let changes: Vec<&str> = told["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["CLOSED", "REOPENED"]);
    let arn = told["changes"][0]["findingArn"].as_str().unwrap();
    let arn = arn.replace(':', "%3A").replace('/', "%2F");
    let told = service.ask(&world, &python, &format!("/assay/v1/history?finding={arn}"));
    assert_eq!(told["changes"].as_array().unwrap().len(), 3, "{told}");
}

#[test]
fn a_push_that_cannot_be_says_why() {
    let world = World::with_database();
    world.write("old.json", bill("5.3"));
    let output = world
        .command(&[
            "push",
            "old.json",
            "--server",
            "http://127.0.0.1:1",
            "--resource",
            "host",
        ])
        .env("AWS_ACCESS_KEY_ID", "AKIAAAAAAAAAAAAAAAAA")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("cannot reach http://127.0.0.1:1"), "{told}");
}

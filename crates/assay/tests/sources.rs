//! Sources of a collector that are not registries: hosts by their disks, functions in buckets of S3.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

#[path = "support/moto.rs"]
mod moto;
mod support;

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use assay_testkit::ZipBuilder;
use moto::{Moto, python};
use serde_json::{Value, json};
use support::{World, collecting, registry::is_installed, serving::Serving};

/// Longest that something may take to happen.
const PATIENCE: Duration = Duration::from_secs(180);

fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "it does not come to be that {what}");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Looks around once; gives what was said of it.
fn once(world: &World, serving: &Serving) -> String {
    ends_with(0, world, serving)
}

/// Looks around once, which ends with a code; gives what was said of it.
fn ends_with(code: i32, world: &World, serving: &Serving) -> String {
    let output = collecting::command(world, serving, &["--once"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{told}");
    told
}

/// What is covered, each with the reason of its status.
fn covered(world: &World, serving: &Serving) -> Vec<String> {
    let listed = serving.inspector(world, "/coverage/list", &json!({}));
    let covered = listed["coveredResources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|covered| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let id = text(&covered["resourceId"]);
            let name = id.rsplit_once(":function:").map_or(id.as_str(), |(_, name)| name);
            format!("{name} {}", text(&covered["scanStatus"]["reason"]))
        });
    let mut lines: Vec<String> = covered.collect();
    lines.sort();
    lines
}

/// Packages that active findings are of.
fn vulnerable(world: &World, serving: &Serving) -> Vec<String> {
    let criteria = json!({"findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]});
    let listed = serving.inspector(world, "/findings/list", &json!({"filterCriteria": criteria}));
    let findings = listed["findings"].as_array().unwrap().iter();
    let name = |finding: &Value| {
        let packages = &finding["packageVulnerabilityDetails"]["vulnerablePackages"];
        packages[0]["name"].as_str().unwrap().to_owned()
    };
    let mut names: Vec<String> = findings.map(name).collect();
    names.sort();
    names.dedup();
    names
}

/// A block device over a file, until it is dropped.
struct Loop(String);

impl Loop {
    /// `None`, with a reason, where there are none to be had.
    fn over(file: &Path) -> Option<Loop> {
        let made = Command::new("losetup")
            .args(["--find", "--show", "--read-only"])
            .arg(file)
            .output();
        match made {
            Ok(output) if output.status.success() => {
                Some(Loop(String::from_utf8(output.stdout).unwrap().trim().to_owned()))
            }
            _ => {
                println!("without block devices: losetup gives none here, so files stand in for them");
                None
            }
        }
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        let _ = Command::new("losetup").args(["--detach", &self.0]).status();
    }
}

/// A host whose `/opt` is on another disk, a block device where there can be one.
#[test]
fn hosts_by_all_of_their_disks() {
    let mkfs = ["mke2fs", "/sbin/mke2fs"]
        .into_iter()
        .find(|program| is_installed(program));
    let Some(mkfs) = mkfs else {
        println!("skipped: mke2fs is not installed (apt-get install e2fsprogs)");
        return;
    };
    let world = World::with_database();
    let identifier = "0a0b0c0d-0000-4000-8000-000000000001";
    support::root(&world.path("root"));
    world.write(
        "root/etc/fstab",
        format!("UUID={identifier} /opt ext4 defaults 0 2\n"),
    );
    fs::rename(world.path("root/opt"), world.path("opt")).unwrap();
    fs::create_dir(world.path("root/opt")).unwrap();
    for (from, to, more) in [
        ("root", "root.raw", &[][..]),
        ("opt", "opt.raw", &["-U", identifier]),
    ] {
        let made = Command::new(mkfs)
            .args(["-q", "-t", "ext4", "-d", from])
            .args(more)
            .args([to, "16M"])
            .current_dir(world.path(""))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let serving = Serving::start(&world, "data");
    serving.inspector(&world, "/enable", &json!({"resourceTypes": ["EC2"]}));
    serving.inspector(
        &world,
        "/configuration/update",
        &json!({"ec2Configuration": {"scanMode": "EC2_HYBRID"}}),
    );
    let device = Loop::over(&world.path("opt.raw"));
    let opt = device.as_ref().map_or("opt.raw", |device| device.0.as_str());
    let configure = |disks: Value| {
        let host = format!("[[host]]\nid = 'web-1'\ndisks = {disks}\ntags = {{ team = 'red' }}\n");
        world.write("collector.toml", host);
    };
    // A disk that is not there yet makes no host without it.
    configure(json!(["root.raw", "not-there.raw"]));
    let told = ends_with(1, &world, &serving);
    assert!(told.contains("web-1: cannot read not-there.raw"), "{told}");
    assert!(covered(&world, &serving).is_empty());
    configure(json!(["root.raw", opt]));
    once(&world, &serving);
    until("the host is read", || {
        covered(&world, &serving) == ["web-1 SUCCESSFUL"]
    });
    until("both disks are assessed", || {
        let found = vulnerable(&world, &serving);
        found.len() > 1 && found.iter().any(|name| name == "pyyaml")
    });
    let criteria = json!({"ec2InstanceTags": [{"comparison": "EQUALS", "key": "team", "value": "red"}]});
    let listed = serving.inspector(&world, "/coverage/list", &json!({"filterCriteria": criteria}));
    assert_eq!(listed["coveredResources"].as_array().unwrap().len(), 1);
    // It was read today.
    assert!(!once(&world, &serving).contains("is read"));
}

/// Puts files into a bucket below `team/lambda`, and takes such out of it that are named with a hyphen before.
const SYNC: &str = r#"
import sys, boto3
s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
try:
    s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
except s3.exceptions.BucketAlreadyOwnedByYou:
    pass
for name in sys.argv[2:]:
    if name.startswith("-"):
        s3.delete_object(Bucket="packages", Key="team/lambda/" + name[1:])
    else:
        s3.upload_file(name, "packages", "team/lambda/" + name)
"#;

#[test]
fn functions_of_a_bucket() {
    let Some(python) = python() else { return };
    let Some(moto) = Moto::start(&python) else { return };
    let world = World::with_database();
    let sync = |names: &[&str]| {
        let synced = Command::new(&python)
            .args(["-c", SYNC, &moto.url])
            .args(names)
            .current_dir(world.path(""))
            .output()
            .unwrap();
        assert!(
            synced.status.success(),
            "{}",
            String::from_utf8_lossy(&synced.stderr)
        );
    };
    let serving = Serving::start(&world, "data");
    serving.inspector(&world, "/enable", &json!({"resourceTypes": ["LAMBDA"]}));
    let yaml = |folder: &str, version: &str| {
        let metadata = format!("Metadata-Version: 2.1\nName: PyYAML\nVersion: {version}\n");
        ZipBuilder::new()
            .deflated(
                &format!("{folder}PyYAML-{version}.dist-info/METADATA"),
                metadata.as_bytes(),
            )
            .build()
    };
    world.write("plain.zip", yaml("", "5.3"));
    world.write(
        "layered.zip",
        ZipBuilder::new().deflated("main.py", b"import yaml\n").build(),
    );
    let layers = "python/lib/python3.12/site-packages/";
    world.write("layers/libs-3.zip", yaml(layers, "5.3"));
    let arn = "arn:aws:lambda:us-east-1:000000000000:layer:libs:3";
    let told = json!({"Configuration": {"FunctionName": "layered", "Runtime": "python3.12", "Layers": [{"Arn": arn}]}});
    world.write("layered.json", told.to_string());
    sync(&["plain.zip", "layered.zip", "layered.json"]);
    world.write("s3-secret", "b\n");
    world.write(
        "collector.toml",
        format!(
            "[[functions]]\nbucket = 's3://packages/team/lambda/'\nregion = 'eu-west-1'\nendpoint = '{}'\n\
             access-key = 'a'\nsecret-key-file = 's3-secret'\n",
            moto.url
        ),
    );
    let is = |expected: &[&str]| {
        until("what is told of is covered", || {
            covered(&world, &serving) == expected
        });
    };
    // A layer that is missing is a reason.
    let told = once(&world, &serving);
    assert!(
        told.contains("s3://packages/team/lambda/layers/libs-3.zip is not there"),
        "{told}"
    );
    until("the one that can be read is assessed", || {
        vulnerable(&world, &serving) == ["pyyaml"]
    });
    sync(&["layers/libs-3.zip"]);
    once(&world, &serving);
    is(&["layered:$LATEST SUCCESSFUL", "plain:$LATEST SUCCESSFUL"]);
    // What has not changed is not read again.
    assert!(!once(&world, &serving).contains("is read"));
    world.write("plain.zip", yaml("", "6.0"));
    sync(&["plain.zip", "-layered.zip", "-layered.json"]);
    let told = once(&world, &serving);
    assert!(told.contains("plain:$LATEST is read"), "{told}");
    is(&["layered:$LATEST RESOURCE_TERMINATED", "plain:$LATEST SUCCESSFUL"]);
    until("all is mended", || vulnerable(&world, &serving).is_empty());
    // A bucket that is out of reach ends nothing.
    drop(moto);
    let told = ends_with(1, &world, &serving);
    assert!(told.contains("cannot list s3://packages/team/lambda"), "{told}");
    is(&["layered:$LATEST RESOURCE_TERMINATED", "plain:$LATEST SUCCESSFUL"]);
}

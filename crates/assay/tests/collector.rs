//! Images in a real registry, pushed, pulled and deleted by skopeo, and a collector that keeps a service told of them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use assay_testkit::{ImageBuilder, LayerBuilder, OciFiles, Packing, ZipBuilder};
use serde_json::{Value, json};
use support::{
    World,
    collecting::{Collecting, SECRET, notifications, once},
    layers,
    registry::{Registry, free_address, is_installed, skopeo},
    serving::Serving,
};

/// Longest that something may take to happen.
const PATIENCE: Duration = Duration::from_secs(180);

struct Bench {
    world: World,
    registry: Registry,
    serving: Serving,
    receiver: String,
}

impl Bench {
    /// A registry that notifies, and a service; `None` with a reason where a program is missing.
    fn start() -> Option<Bench> {
        if !is_installed("skopeo") {
            println!("skipped: skopeo is not installed (apt-get install skopeo)");
            return None;
        }
        let world = World::with_database();
        let receiver = free_address();
        let registry = Registry::start_with(&world, "", &notifications(&receiver))?;
        let serving = Serving::start(&world, "data");
        world.write("secret", SECRET);
        Some(Bench {
            world,
            registry,
            serving,
            receiver,
        })
    }

    fn enable(&self) {
        self.serving
            .inspector(&self.world, "/enable", &json!({"resourceTypes": ["ECR"]}));
    }

    fn configure(&self, registry: &str) {
        let text = format!(
            "[receiver]\nlisten = '{}'\nauthorization-file = 'secret'\n[[registry]]\naddress = '{}'\n{registry}\n",
            self.receiver, self.registry.host
        );
        self.world.write("collector.toml", text);
    }

    fn collect(&self) -> Collecting {
        Collecting::start(&self.world, &self.serving, &self.receiver)
    }

    fn once(&self) {
        once(&self.world, &self.serving);
    }

    fn skopeo(&self, arguments: &[&str]) {
        skopeo(&self.world, arguments);
    }

    /// Pushes a layout to a repository and tag.
    fn push(&self, files: OciFiles, name: &str) {
        let directory = self.world.path("layout");
        files.write_to(&directory);
        let target = format!("docker://{}/{name}", self.registry.host);
        self.skopeo(&["copy", "--all", "--dest-tls-verify=false", "oci:layout", &target]);
        std::fs::remove_dir_all(directory).unwrap();
    }

    fn pull(&self, name: &str) {
        let source = format!("docker://{}/{name}", self.registry.host);
        self.skopeo(&["copy", "--src-tls-verify=false", &source, "dir:pulled"]);
    }

    /// Images of a repository as coverage has them: digest, tags, status and reason.
    fn covered(&self, repository: &str) -> Vec<String> {
        let listed = self.serving.inspector(&self.world, "/coverage/list", &json!({}));
        let mut lines: Vec<String> = listed["coveredResources"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|covered| covered["resourceType"] == "AWS_ECR_CONTAINER_IMAGE")
            .filter(|covered| covered["resourceMetadata"]["ecrRepository"]["name"] == repository)
            .map(|covered| {
                let tags = covered["resourceMetadata"]["ecrImage"]["tags"].as_array();
                let tags: Vec<&str> = tags.into_iter().flatten().filter_map(Value::as_str).collect();
                let id = covered["resourceId"].as_str().unwrap();
                let pulled = &covered["resourceMetadata"]["ecrImage"]["imagePulledAt"];
                format!(
                    "{} [{}] {}{}",
                    &id[id.len() - 64..][..4],
                    tags.join(" "),
                    covered["scanStatus"]["reason"].as_str().unwrap(),
                    if pulled.is_null() { "" } else { " pulled" }
                )
            })
            .collect();
        lines.sort();
        lines
    }

    fn until_covered(&self, repository: &str, expected: &[String]) {
        let mut expected = expected.to_vec();
        expected.sort();
        let begun = Instant::now();
        while self.covered(repository) != expected {
            assert!(
                begun.elapsed() < PATIENCE,
                "{repository}: {:?}, not {expected:?}",
                self.covered(repository)
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// How many findings of images have a status.
    fn findings(&self, status: &str) -> usize {
        let criteria = json!({"findingStatus": [{"comparison": "EQUALS", "value": status}]});
        let body = json!({"filterCriteria": criteria, "maxResults": 100});
        let listed = self.serving.inspector(&self.world, "/findings/list", &body);
        listed["findings"].as_array().unwrap().len()
    }
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The flawed image, with something that tells it from others; and the first digits of its digest.
fn image(mark: &str, files: &mut OciFiles) -> (Value, String) {
    let mark = LayerBuilder::new().file("mark", mark);
    let builder = layers().into_iter().chain([mark]);
    let descriptor = builder
        .fold(ImageBuilder::new(), ImageBuilder::layer)
        .add_to(files, Packing::Gzip);
    let digits = digits(&descriptor);
    (descriptor, digits)
}

fn digits(descriptor: &Value) -> String {
    descriptor["digest"].as_str().unwrap()[7..11].to_owned()
}

fn single(mark: &str) -> (OciFiles, String) {
    let mut files = OciFiles::new();
    let (descriptor, digits) = image(mark, &mut files);
    files.name(descriptor);
    (files, digits)
}

/// F3 F15 F39 F42: what is pushed is found by itself, what is pulled is noted, what moves and goes is told.
#[test]
fn pushes_pulls_and_deletions_are_heard_of() {
    let Some(bench) = Bench::start() else { return };
    bench.enable();
    // Only what the registry tells counts.
    bench.configure("every = '24h'");
    let _collecting = bench.collect();
    let (files, first) = single("first");
    bench.push(files, "shop/web:latest");
    bench.until_covered("shop/web", &[format!("{first} [latest] SUCCESSFUL")]);
    let found = bench.findings("ACTIVE");
    assert!(found > 0);
    // Another with the same tag takes it away, and what nobody names any more is still watched.
    let (files, second) = single("second");
    bench.push(files, "shop/web:latest");
    bench.until_covered(
        "shop/web",
        &[
            format!("{first} [] SUCCESSFUL"),
            format!("{second} [latest] SUCCESSFUL"),
        ],
    );
    assert_eq!(bench.findings("ACTIVE"), 2 * found);
    // What we pull ourselves is no use; what others pull is.
    bench.pull("shop/web:latest");
    bench.until_covered(
        "shop/web",
        &[
            format!("{first} [] SUCCESSFUL"),
            format!("{second} [latest] SUCCESSFUL pulled"),
        ],
    );
    let name = format!("docker://{}/shop/web:latest", bench.registry.host);
    bench.skopeo(&["delete", "--tls-verify=false", &name]);
    bench.until_covered(
        "shop/web",
        &[
            format!("{first} [] SUCCESSFUL"),
            format!("{second} [latest] RESOURCE_TERMINATED pulled"),
        ],
    );
    until("its findings close", || {
        (bench.findings("ACTIVE"), bench.findings("CLOSED")) == (found, found)
    });
    // Nobody else may tell.
    let forged = ureq::post(format!("http://{}/notifications", bench.receiver))
        .header("Authorization", "Bearer of-lies")
        .send(r#"{"action": "push", "repository": "shop/web"}"#);
    assert!(matches!(forged, Err(ureq::Error::StatusCode(401))), "{forged:?}");
}

/// Of an index every image is told of, whatever machine it is for; what is no image is said to be none.
#[test]
fn indexes_and_what_is_no_image() {
    let Some(bench) = Bench::start() else { return };
    bench.enable();
    bench.configure("every = '24h'");
    let _collecting = bench.collect();
    let mut files = OciFiles::new();
    let (mut amd64, x) = image("amd64", &mut files);
    amd64["platform"] = json!({"os": "linux", "architecture": "amd64"});
    let mut arm64 = layers()
        .into_iter()
        .fold(ImageBuilder::new().architecture("arm64"), ImageBuilder::layer)
        .add_to(&mut files, Packing::Zstd);
    arm64["platform"] = json!({"os": "linux", "architecture": "arm64"});
    let y = digits(&arm64);
    let kind = "application/vnd.oci.image.index.v1+json";
    let index = json!({"schemaVersion": 2, "mediaType": kind, "manifests": [amd64, arm64]});
    let index = files.document(kind, &index);
    files.name(index);
    bench.push(files, "many:1");
    bench.until_covered(
        "many",
        &[format!("{x} [1] SUCCESSFUL"), format!("{y} [1] SUCCESSFUL")],
    );
    let criteria = json!({"ecrImageArchitecture": [{"comparison": "EQUALS", "value": "arm64"}]});
    let found = bench.serving.inspector(
        &bench.world,
        "/findings/list",
        &json!({"filterCriteria": criteria}),
    );
    assert_ne!(found["findings"], json!([]));
    let mut files = OciFiles::new();
    let config = files.blob("application/vnd.cncf.helm.config.v1+json", b"{}".to_vec());
    let chart = files.blob(
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        b"chart".to_vec(),
    );
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let manifest = json!({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [chart]});
    let manifest = files.document(kind, &manifest);
    let z = digits(&manifest);
    files.name(manifest);
    bench.push(files, "chart:1");
    bench.until_covered("chart", &[format!("{z} [1] UNSUPPORTED_MEDIA_TYPE")]);
}

/// A registry that tells nothing is looked at; what is not to be scanned is told of and not read until it is.
#[test]
fn registries_are_looked_at() {
    let Some(bench) = Bench::start() else { return };
    for (name, mark) in [
        ("shop/web:1", "a"),
        ("shop/web:2", "b"),
        ("test/web:1", "c"),
        ("other:1", "d"),
    ] {
        bench.push(single(mark).0, name);
    }
    bench.configure(
        "repositories = ['shop/*', 'test/web', 'not/there']\nexclude = ['test/*']\nprefix = 'first/'",
    );
    bench.once();
    let (a, b) = (single("a").1, single("b").1);
    bench.until_covered(
        "first/shop/web",
        &[
            format!("{a} [1] PENDING_DISABLE"),
            format!("{b} [2] PENDING_DISABLE"),
        ],
    );
    assert_eq!(bench.covered("first/test/web"), [""; 0]);
    assert_eq!(bench.covered("first/other"), [""; 0]);
    bench.enable();
    bench.once();
    bench.until_covered(
        "first/shop/web",
        &[format!("{a} [1] SUCCESSFUL"), format!("{b} [2] SUCCESSFUL")],
    );
    let found = bench.findings("ACTIVE");
    // What it knew can be lost. A tag moves and a new one comes.
    std::fs::remove_dir_all(bench.world.path("collector")).unwrap();
    bench.once();
    bench.push(single("b").0, "shop/web:1");
    bench.push(single("e").0, "shop/web:3");
    bench.once();
    let e = single("e").1;
    bench.until_covered(
        "first/shop/web",
        &[
            format!("{a} [] SUCCESSFUL"),
            format!("{b} [1 2] SUCCESSFUL"),
            format!("{e} [3] SUCCESSFUL"),
        ],
    );
    assert_eq!(bench.findings("ACTIVE"), found / 2 * 3);
    let name = format!("docker://{}/shop/web:1", bench.registry.host);
    bench.skopeo(&["delete", "--tls-verify=false", &name]);
    bench.once();
    bench.until_covered(
        "first/shop/web",
        &[
            format!("{a} [] SUCCESSFUL"),
            format!("{b} [1 2] RESOURCE_TERMINATED"),
            format!("{e} [3] SUCCESSFUL"),
        ],
    );
}

#[test]
fn mistakes_are_told_before_anything_is_watched() {
    let world = World::new();
    let command = || {
        let mut command = world.command(&["collect", "collector.toml", "--server", "http://127.0.0.1:9"]);
        command
            .env("AWS_ACCESS_KEY_ID", "AKIA")
            .env("AWS_SECRET_ACCESS_KEY", "x");
        command
    };
    for (text, expected) in [
        ("", "collector.toml: it says nothing to watch"),
        (
            "[[registry]]\naddres = 'r'",
            "collector.toml: TOML parse error at line 2",
        ),
        ("[[registry]]\naddress = 'r'", "cannot reach http://127.0.0.1:9"),
    ] {
        world.write("collector.toml", text);
        let output = command().output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(told.contains(expected), "{told}");
    }
}

/// F29 F40 F47: disks of hosts without an agent and packages of functions, from directories.
#[test]
fn disks_and_functions_of_directories() {
    let world = World::with_database();
    let serving = Serving::start(&world, "data");
    let ask = |path, body: Value| serving.inspector(&world, path, &body);
    ask("/enable", json!({"resourceTypes": ["EC2", "LAMBDA"]}));
    ask(
        "/configuration/update",
        json!({"ec2Configuration": {"scanMode": "EC2_HYBRID"}}),
    );
    let Some(disk) = disk(&world) else { return };
    world.write("disks/i-0feedc0de00000001.raw", disk);
    world.write("disks/i-0feedc0de00000001.json", r#"{"tags": {"team": "red"}}"#);
    let metadata = "Metadata-Version: 2.1\nName: PyYAML\nVersion: 5.3\n";
    let yaml = |version: &str| {
        let metadata = metadata.replace("5.3", version);
        ZipBuilder::new()
            .deflated("PyYAML-5.3.dist-info/METADATA", metadata.as_bytes())
            .build()
    };
    let layer = ZipBuilder::new()
        .deflated(
            "python/lib/python3.12/site-packages/PyYAML-5.3.dist-info/METADATA",
            metadata.as_bytes(),
        )
        .build();
    world.write("functions/plain.zip", yaml("5.3"));
    world.write(
        "functions/layered.zip",
        ZipBuilder::new().deflated("main.py", b"import yaml\n").build(),
    );
    world.write("functions/layers/libs-3.zip", layer);
    let arn = "arn:aws:lambda:us-east-1:000000000000:layer:libs:3";
    let told = json!({"Configuration": {"FunctionName": "layered", "Runtime": "python3.12", "Layers": [{"Arn": arn}],
        "LastModified": "2026-01-02T03:04:05.000+0000", "Role": "arn:aws:iam::000000000000:role/shop"}, "Tags": {"team": "red"}});
    world.write("functions/layered.json", told.to_string());
    world.write(
        "collector.toml",
        "[[disks]]\ndirectory = 'disks'\n[[functions]]\ndirectory = 'functions'\n",
    );
    let covered = || -> Vec<String> {
        let listed = ask("/coverage/list", json!({}));
        let mut lines: Vec<String> = listed["coveredResources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|covered| {
                let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
                let id = text(&covered["resourceId"]);
                format!(
                    "{} {} {}",
                    id.rsplit_once(":function:").map_or(id.as_str(), |(_, name)| name),
                    text(&covered["scanStatus"]["reason"]),
                    text(&covered["scanMode"])
                )
            })
            .collect();
        lines.sort();
        lines
    };
    let findings = |status: &str, kind: &str| -> Vec<Value> {
        let criteria = json!({"findingStatus": [{"comparison": "EQUALS", "value": status}],
            "resourceType": [{"comparison": "EQUALS", "value": kind}]});
        let listed = ask("/findings/list", json!({"filterCriteria": criteria}));
        listed["findings"].as_array().unwrap().clone()
    };
    once(&world, &serving);
    let expected = [
        "i-0feedc0de00000001 SUCCESSFUL EC2_AGENTLESS",
        "layered:$LATEST SUCCESSFUL -",
        "plain:$LATEST SUCCESSFUL -",
    ];
    until("all is read", || covered() == expected);
    assert!(!findings("ACTIVE", "AWS_EC2_INSTANCE").is_empty());
    let of_functions = findings("ACTIVE", "AWS_LAMBDA_FUNCTION");
    let mut layers: Vec<&Value> = of_functions
        .iter()
        .map(|finding| &finding["packageVulnerabilityDetails"]["vulnerablePackages"][0]["sourceLambdaLayerArn"])
        .collect();
    layers.sort_by_key(|layer| layer.to_string());
    assert_eq!(layers, [&json!(arn), &Value::Null], "{of_functions:?}");
    // A function is mended and another deleted; nothing else is read again.
    world.write("functions/plain.zip", yaml("6.0"));
    std::fs::remove_file(world.path("functions/layered.zip")).unwrap();
    once(&world, &serving);
    let expected = [
        "i-0feedc0de00000001 SUCCESSFUL EC2_AGENTLESS",
        "layered:$LATEST RESOURCE_TERMINATED -",
        "plain:$LATEST SUCCESSFUL -",
    ];
    until("all is told", || {
        covered() == expected && findings("ACTIVE", "AWS_LAMBDA_FUNCTION").is_empty()
    });
    assert_eq!(findings("CLOSED", "AWS_LAMBDA_FUNCTION").len(), 2);
    assert!(!findings("ACTIVE", "AWS_EC2_INSTANCE").is_empty());
}

/// A disk with one file system that holds the root of a host; `None` with a reason where it cannot be made.
fn disk(world: &World) -> Option<Vec<u8>> {
    let mkfs = ["mke2fs", "/sbin/mke2fs"]
        .into_iter()
        .find(|program| is_installed(program));
    let Some(mkfs) = mkfs else {
        println!("skipped: mke2fs is not installed (apt-get install e2fsprogs)");
        return None;
    };
    support::root(&world.path("root"));
    let (root, image) = (world.path("root"), world.path("disk.raw"));
    let made = Command::new(mkfs)
        .args(["-q", "-t", "ext4", "-d"])
        .arg(root)
        .arg(&image)
        .arg("16M")
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(std::fs::read(image).unwrap())
}

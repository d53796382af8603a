//! Ten thousand hosts that tell of thirty containers each, nodes of a hundred clusters: what a report costs the service then, how
//! large its database gets, and how long it takes to say where images run.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use assay_client::{CallError, Client, Route};
use assay_sigv4::Credentials;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{PATIENCE, fleet, name, rounded, service::Service, spread};
use crate::bench::line;

const HOSTS: usize = 10_000;

/// Hosts of one cluster.
const NODES: usize = 100;

/// Images of the registry, of which some run everywhere, some in one cluster, and some beside Kubernetes.
const IMAGES: usize = 1_000;
const EVERYWHERE: usize = 4;
const OF_CLUSTER: usize = 60;

/// Containers of a host: of images that run everywhere, of those of its cluster, and beside Kubernetes.
const CONTAINERS: [usize; 3] = [EVERYWHERE, 20, 6];

/// Hosts of which one container is another in the end.
const CHANGED: usize = 1_000;

/// Users who tell, in turn: each may make so many calls in a second only.
const USERS: usize = 8;

/// How often each question is asked.
const QUESTIONS: usize = 50;

const PUSH: Route = Route::post("/assay/v1/resources");

/// What is told of a host beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// What is installed; no container runs.
    Bare,
    /// That it is the same, and containers.
    Containers,
    /// Containers alone, one of which is another than before.
    Change,
}

/// Starts the service, tells it of images and hosts, asks it, and prints what that took.
pub(crate) fn measure(program: &Path) -> Result<()> {
    let directory = tempfile::tempdir()?;
    fleet::feeds(&directory.path().join("feeds"))?;
    let service = Service::start(program, directory.path())?;
    let users = (0..USERS).map(|user| service.pusher(&format!("pusher-{user}")));
    let world = World {
        users: users.collect::<Result<_>>()?,
        administrator: service.administrator()?,
        client: service.client()?,
        service,
    };
    let body = json!({ "resourceTypes": ["ECR"] });
    world.service.inspector(&world.administrator, "/enable", &body)?;
    world.push_images()?;
    world.tell("containers-none", HOSTS, Told::Bare)?;
    world.tell("containers-first", HOSTS, Told::Containers)?;
    world.tell("containers-same", HOSTS, Told::Containers)?;
    world.tell("containers-changed", CHANGED, Told::Change)?;
    world.ask()
}

struct World {
    service: Service,
    client: Client,
    users: Vec<Credentials>,
    administrator: Credentials,
}

impl World {
    fn push_images(&self) -> Result<()> {
        for number in 0..IMAGES {
            let body = json!({
                "resource": { "type": "image", "id": image_id(number), "indexDigests": [digest("index", number)] },
                "inventory": inventory(),
            });
            self.push(number, &body)?;
        }
        self.service.settle(PATIENCE)
    }

    /// Some hosts report, one after the other, over connections that are kept.
    fn tell(&self, figure: &str, hosts: usize, told: Told) -> Result<()> {
        let used = self.service.processor_seconds()?;
        let mut took = Vec::with_capacity(hosts);
        let same = json!({ "digest": self.push(0, &report(0, Told::Bare))?.pointer("/inventory/digest") });
        for host in 0..hosts {
            let mut body = report(host, told);
            if told == Told::Containers {
                body["inventory"] = same.clone();
            }
            took.push(self.push(host, &body)?.took);
        }
        self.service.settle(PATIENCE)?;
        let used = self.service.processor_seconds()? - used;
        line(&json!({
            "figure": figure,
            "hosts": hosts,
            "containers": if told == Told::Bare { 0 } else { CONTAINERS.iter().sum() },
            "serviceCpuMillisecondsAReport": rounded(used * 1000.0 / hosts as f64),
            "databaseMiB": rounded(self.service.database_bytes()? as f64 / f64::from(1 << 20)),
            "servicePeakMiB": rounded(self.service.peak()?),
        }));
        spread(&format!("{figure}-latency"), took);
        Ok(())
    }

    fn push(&self, number: usize, body: &Value) -> Result<Answer> {
        let keys = &self.users[number % USERS];
        let body = body.to_string();
        loop {
            let begun = Instant::now();
            match self.client.call(keys, PUSH, body.as_bytes()) {
                Ok(value) => {
                    let took = begun.elapsed();
                    return Ok(Answer { value, took });
                }
                // Told to come later: the next try is another.
                Err(error @ CallError::Refused { .. }) if error.is_passing() => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Asks where images run and which are in use.
    fn ask(&self) -> Result<()> {
        let clusters = |number| json!({ "filter": { "resourceType": "AWS_ECR_CONTAINER_IMAGE", "resourceId": image_id(number) } });
        let used = |lower: u64| {
            json!({
                "maxResults": 100,
                "filterCriteria": { "ecrImageInUseCount": [{ "lowerInclusive": lower, "upperInclusive": 1_000_000_000 }] },
            })
        };
        let lately = json!({
            "maxResults": 100,
            "filterCriteria": { "ecrImageLastInUseAt": [{ "startInclusive": 1_000_000_000, "endInclusive": 9_000_000_000_u64 }] },
        });
        for (figure, path, body, members) in [
            (
                "clusters-of-an-image-on-every-host",
                "/cluster/get",
                clusters(0),
                "cluster",
            ),
            (
                "clusters-of-an-image-of-one-cluster",
                "/cluster/get",
                clusters(EVERYWHERE),
                "cluster",
            ),
            ("coverage-by-use", "/coverage/list", used(1), "coveredResources"),
            (
                "coverage-by-much-use",
                "/coverage/list",
                used(5_000),
                "coveredResources",
            ),
            (
                "coverage-by-more-use-than-there-is",
                "/coverage/list",
                used(500_000_000),
                "coveredResources",
            ),
            (
                "coverage-by-last-use",
                "/coverage/list",
                lately,
                "coveredResources",
            ),
        ] {
            let (mut took, mut found) = (Vec::new(), 0);
            for _ in 0..QUESTIONS {
                let begun = Instant::now();
                let route = Route {
                    service: "inspector2",
                    ..Route::post(path)
                };
                let answer = self
                    .client
                    .call(&self.administrator, route, body.to_string().as_bytes())?;
                took.push(begun.elapsed());
                found = answer[members].as_array().context("no list")?.len();
            }
            line(&json!({ "figure": format!("{figure}-found"), "found": found }));
            ensure!(
                figure.contains("more-use") == (found == 0),
                "{figure} found {found}"
            );
            spread(figure, took);
        }
        Ok(())
    }
}

struct Answer {
    value: Value,
    took: Duration,
}

impl Answer {
    fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }
}

fn digest(what: &str, number: usize) -> String {
    let digest = Sha256::digest(format!("{what} {number}"));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn image_id(number: usize) -> String {
    let digest = digest("manifest", number);
    format!(
        "arn:aws:ecr:us-east-1:000000000000:repository/team-{}/{digest}",
        number % 50
    )
}

fn inventory() -> Value {
    let package = |name: &str| {
        json!({
            "purl": format!("pkg:deb/debian/{name}@1.0-1?arch=amd64&distro=debian-12"),
            "evidence": [{ "path": "var/lib/dpkg/status", "analyser": "dpkg", "layer": null }],
        })
    };
    json!({
        "schema": "assay.inventory/1",
        "artifact": { "distribution": { "id": "debian", "version": "12", "name": "Debian GNU/Linux 12 (bookworm)" } },
        "packages": [package("package-0"), package("package-1")],
        "diagnostics": [],
    })
}

fn report(host: usize, told: Told) -> Value {
    let containers = match told {
        Told::Bare => Vec::new(),
        Told::Containers | Told::Change => containers(host, told),
    };
    let mut report = json!({
        "resource": {
            "type": "host",
            "id": name(host),
            "running": { "containers": containers, "cluster": format!("cluster-{}", host / NODES) },
        },
    });
    if told == Told::Bare {
        report["inventory"] = inventory();
    }
    report
}

fn containers(host: usize, told: Told) -> Vec<Value> {
    let cluster = host / NODES;
    let mut chance = fastrand::Rng::with_seed(host as u64);
    let [everywhere, of_cluster, beside] = CONTAINERS;
    let mut containers: Vec<Value> = (0..everywhere).map(|image| pod(image, host)).collect();
    for place in 0..of_cluster {
        let image = EVERYWHERE + (cluster * OF_CLUSTER + chance.usize(..OF_CLUSTER)) % (IMAGES - EVERYWHERE);
        let image = match told == Told::Change && place == 0 {
            true => EVERYWHERE + (image + 1 - EVERYWHERE) % (IMAGES - EVERYWHERE),
            false => image,
        };
        containers.push(pod(image, place));
    }
    containers.extend((0..beside).map(|_| container(EVERYWHERE + chance.usize(..IMAGES - EVERYWHERE))));
    containers
}

fn container(image: usize) -> Value {
    json!({
        "runtime": "containerd",
        "id": digest("container", image),
        "image": {
            "name": format!("registry.example.org/team-{}/image-{image}:1", image % 50),
            "manifest": digest("manifest", image),
            "digests": [digest("manifest", image), digest("index", image), digest("configuration", image)],
        },
    })
}

fn pod(image: usize, place: usize) -> Value {
    let mut container = container(image);
    container["pod"] = json!({
        "namespace": format!("namespace-{}", image % 20),
        "name": format!("image-{image}-{place}"),
        "workload": { "type": "Deployment", "name": format!("image-{image}") },
    });
    container
}

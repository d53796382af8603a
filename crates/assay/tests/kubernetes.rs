//! Clusters of Kubernetes, told of by a collector: a stand-in for an API server, the real collector and the real service.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod support;

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use assay_client::Route;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};
use support::{World, registry::free_address, serving::Serving};

const IMAGE: &str = "arn:aws:ecr:us-east-1:000000000000:repository/shop/";
const CLUSTER: &str = "arn:aws:eks:us-east-1:000000000000:cluster/prod";

/// An API server that answers requests in turn, and notes them.
struct ApiServer {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ApiServer {
    fn start(answers: Vec<(u16, Value)>) -> ApiServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let mut answers: VecDeque<(u16, Value)> = answers.into();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (status, answer) = answers.pop_front().unwrap_or((500, Value::Null));
                noted.lock().unwrap().push(answered(stream, status, &answer));
            }
        });
        ApiServer { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Answers one request; gives its target and who asked.
fn answered(mut stream: TcpStream, status: u16, answer: &Value) -> String {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let mut asked = first.split(' ').nth(1).unwrap().to_owned();
    for line in lines.map(Result::unwrap).take_while(|line| !line.is_empty()) {
        if let Some(token) = line.strip_prefix("authorization: ") {
            asked = format!("{asked} {token}");
        }
    }
    let body = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
    asked
}

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

fn pod(name: &str, owner: (&str, &str), digit: char, state: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": "sales", "labels": {"pod-template-hash": "7d"},
            "ownerReferences": [{"kind": owner.0, "name": owner.1, "controller": true}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": "shop:1",
            "imageID": format!("registry.example.org/shop@{}", digest(digit)), "state": {state: {}}}]},
    })
}

fn page(next: &str, pods: &[Value]) -> (u16, Value) {
    let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {"continue": next}, "items": pods});
    (200, list)
}

struct Bench {
    world: World,
    serving: Serving,
}

impl Bench {
    /// A service with an image that is part of an index.
    fn start() -> Bench {
        let world = World::new();
        let serving = Serving::start(&world, "data");
        let bench = Bench { world, serving };
        bench.inspector("/enable", &json!({"resourceTypes": ["ECR"]}));
        let image =
            json!({"type": "image", "id": format!("{IMAGE}{}", digest('a')), "indexDigests": [digest('f')]});
        let route = Route::post("/assay/v1/resources");
        bench
            .serving
            .ask(&bench.world, route, &json!({ "resource": image }));
        bench
    }

    fn inspector(&self, path: &'static str, body: &Value) -> Value {
        self.serving.inspector(&self.world, path, body)
    }

    fn configure(&self, server: &str, more_of_cluster: &str, user: &str) {
        let kubeconfig = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: here\n\
             contexts:\n- name: here\n  context: {{cluster: prod, user: collector}}\n\
             clusters:\n- name: prod\n  cluster:\n    server: {server}\n{more_of_cluster}\
             users:\n- name: collector\n  user: {user}\n"
        );
        self.world.write("kubeconfig", kubeconfig);
        let cluster = "[[cluster]]\nname = 'prod'\nkubeconfig = 'kubeconfig'\n";
        self.world.write("collector.toml", cluster);
    }

    /// Looks at the cluster once, which ends with a code; gives what was said.
    fn ends_with(&self, code: i32) -> String {
        let arguments = [
            "collect",
            "collector.toml",
            "--server",
            &self.serving.url,
            "--state",
            "collector",
            "--once",
        ];
        let output = self
            .world
            .command(&arguments)
            .env("AWS_SHARED_CREDENTIALS_FILE", "credentials")
            .env_remove("AWS_ACCESS_KEY_ID")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{told}");
        told
    }

    /// How many containers run the image, as coverage has it.
    fn used(&self) -> i64 {
        let listed = self.inspector(
            "/coverage/list",
            &json!({"filterCriteria": {
            "resourceType": [{"comparison": "EQUALS", "value": "AWS_ECR_CONTAINER_IMAGE"}]}}),
        );
        let image = &listed["coveredResources"][0]["resourceMetadata"]["ecrImage"];
        image["inUseCount"].as_i64().unwrap()
    }
}

#[test]
fn what_runs_in_a_cluster_is_listed_page_by_page_and_told() {
    let bench = Bench::start();
    let web = |name: &str, digit| pod(name, ("ReplicaSet", "web-7d"), digit, "running");
    let server = ApiServer::start(vec![
        page("there", &[web("web-7d-1", 'a'), web("web-7d-2", 'a')]),
        // The list was too old to be gone on with: it begins anew.
        (410, json!({"reason": "Expired"})),
        page("further on/+", &[web("web-7d-1", 'a'), web("web-7d-2", 'a')]),
        page(
            "",
            &[
                pod("logs-1", ("DaemonSet", "logs"), 'f', "running"),
                pod("logs-2", ("DaemonSet", "logs"), 'f', "waiting"),
                pod("other-1", ("DaemonSet", "other"), 'e', "running"),
            ],
        ),
    ]);
    bench.configure(&server.url, "", "{token: secret}");
    let told = bench.ends_with(0);
    assert!(told.contains("containers=4 images=3"), "{told}");
    let first = "/api/v1/pods?limit=500 Bearer secret";
    let next = |next: &str| format!("/api/v1/pods?limit=500&continue={next} Bearer secret");
    assert_eq!(
        server.asked(),
        [
            first.to_owned(),
            next("there"),
            first.to_owned(),
            next("further%20on%2F%2B")
        ]
    );
    assert_eq!(bench.used(), 3);
    let asked = json!({"filter": {"resourceId": format!("{IMAGE}{}", digest('a'))}});
    let clusters = bench.inspector("/cluster/get", &asked);
    assert_eq!(clusters["cluster"][0]["clusterArn"], CLUSTER, "{clusters}");
    let details = &clusters["cluster"][0]["clusterDetails"][0];
    assert_eq!(details["runningUnitCount"], 3);
    assert_eq!(
        details["clusterMetadata"]["awsEksMetadataDetails"],
        json!({"namespace": "sales", "workloadInfoList": [
            {"type": "DaemonSet", "name": "logs"}, {"type": "Deployment", "name": "web"}]})
    );

    // A list that breaks off, or that nobody may see, ends nothing; one that is empty does.
    for (answers, expected) in [
        (vec![page("there", &[web("web-7d-1", 'a')])], "answers with 500"),
        (vec![(403, Value::Null)], "must be allowed to list pods"),
        (vec![(200, json!([]))], "no list of pods"),
    ] {
        let server = ApiServer::start(answers);
        bench.configure(&server.url, "", "{token: secret}");
        let told = bench.ends_with(1);
        assert!(told.contains(expected), "{told}");
        assert_eq!(bench.used(), 3);
    }
    let server = ApiServer::start(vec![page("", &[])]);
    bench.configure(&server.url, "", "{token: secret}");
    bench.ends_with(0);
    assert_eq!(bench.used(), 0);
}

/// A server that ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// TLS with an authority of the cluster's own, to which the collector shows a certificate, as OpenSSL has it.
#[test]
fn certificates_of_both_sides() {
    let bench = Bench::start();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    bench.world.write("ca.pem", authority.pem());
    for (name, subject) in [("server", "127.0.0.1"), ("client", "collector")] {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![subject.to_owned()]).unwrap();
        // One of the same name as its issuer would be taken for its own.
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &authority).unwrap();
        bench.world.write(&format!("{name}.pem"), certificate.pem());
        bench.world.write(&format!("{name}.key"), key.serialize_pem());
    }
    let (_, list) = page("", &[pod("web-7d-1", ("ReplicaSet", "web-7d"), 'a', "running")]);
    bench.world.write("api/v1/pods?limit=500", list.to_string());
    let address = free_address();
    let arguments = [
        "s_server",
        "-accept",
        &address,
        "-cert",
        "server.pem",
        "-key",
        "server.key",
        "-CAfile",
        "ca.pem",
    ];
    let server = Command::new("openssl")
        .args(arguments)
        .args(["-WWW", "-quiet", "-Verify", "1", "-verify_return_error"])
        .current_dir(bench.world.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(server) = server else {
        println!("skipped: openssl is not installed");
        return;
    };
    let _server = Ended(server);
    for _ in 0..400 {
        if TcpStream::connect(&address).is_ok() {
            break;
        }
        thread::sleep(Duration::from_millis(25));
    }
    let url = format!("https://{address}");
    let authorities = "    certificate-authority: ca.pem\n";
    let own = "{client-certificate: client.pem, client-key: client.key}";
    for (authorities, own, code, expected) in [
        ("", own, 1, "does not answer"),
        (authorities, "{token: secret}", 1, "does not answer"),
        (authorities, own, 0, "containers=1 images=1"),
    ] {
        bench.configure(&url, authorities, own);
        let told = bench.ends_with(code);
        assert!(told.contains(expected), "{authorities}{own}: {told}");
    }
    assert_eq!(bench.used(), 1);
}

//! A service without a way out, and agents that come to it only through a proxy or through translated addresses: three network
//! namespaces in a row, where the one in the middle is all that joins the two others. Nobody there asks for a name.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, and one that is skipped says so"
)]

mod network;
mod proxy;
#[path = "../support/mod.rs"]
mod support;

use std::{
    process::Output,
    thread,
    time::{Duration, Instant},
};

use assay_client::{Client, Route};
use network::{AGENT, Namespace, Network, SERVICE, TO_AGENT};
use proxy::Proxy;
use serde_json::{Value, json};
use support::{
    World,
    serving::{Serving, administrator},
};

const HOST: &str = "i-0feedc0de00000001";

/// What the proxy knows the service by, and nobody else.
const NAME: &str = "assay.internal";

const PORT: u16 = 8443;

/// Longest that something may take to happen.
const PATIENCE: Duration = Duration::from_secs(60);

struct Site {
    world: World,
    network: Network,
    token: String,
    _serving: Serving,
}

impl Site {
    /// A service in its namespace, with a certificate of an authority of its own; none where this machine gives no namespaces.
    fn new() -> Option<Site> {
        let network = match Network::new() {
            Ok(network) => network,
            Err(reason) => {
                println!("skipped: no network namespaces: {reason}");
                return None;
            }
        };
        let world = World::with_database();
        support::root(&world.path("root"));
        certificates(&world);
        let listen = format!("{SERVICE}:{PORT}");
        let serve = [
            "serve",
            "--data",
            "data",
            "--listen",
            &listen,
            "--feeds",
            "none",
            "--certificate",
            "chain.pem",
            "--key",
            "key.pem",
            "--write-credentials",
            "credentials",
        ];
        let serving = Serving::of(network.service.within(&world.command(&serve)));
        let token = [
            "admin",
            "create-enrolment-token",
            "000000000000",
            "--data",
            "data",
        ];
        let token = world.run(&token);
        let token = token.out.trim().lines().next().unwrap();
        let token = token.strip_prefix("ASSAY_ENROLMENT_TOKEN=").unwrap().to_owned();
        let site = Site {
            world,
            network,
            token,
            _serving: serving,
        };
        site.ask("/enable", &json!({"resourceTypes": ["EC2"]}));
        Some(site)
    }

    /// The agent in its namespace, reporting once; gives the exit code and what was said.
    fn report(&self, host: &str, server: &str, environment: &[(&str, &str)]) -> (i32, String) {
        let root = self.world.path("root").display().to_string();
        let state = format!("agent-{host}");
        let arguments = [
            "agent",
            "--once",
            "--server",
            server,
            "--ca",
            "ca.pem",
            "--host-id",
            host,
            "--root",
            &root,
            "--state",
            &state,
        ];
        let mut command = self.world.command(&arguments);
        command
            .env("ASSAY_ENROLMENT_TOKEN", &self.token)
            .env("NO_PROXY", "");
        command.envs(environment.iter().copied());
        let Output { status, stderr, .. } = self.network.agent.within(&command).output().unwrap();
        (
            status.code().unwrap(),
            String::from_utf8_lossy(&stderr).into_owned(),
        )
    }

    /// Asks the service from where it is, as the administrator of the account.
    fn ask(&self, path: &'static str, body: &Value) -> Value {
        let keys = administrator(&self.world);
        let route = Route {
            service: "inspector2",
            ..Route::post(path)
        };
        let server = format!("https://{SERVICE}:{PORT}");
        let authority = self.world.path("ca.pem");
        self.network.service.run(|| {
            let client = Client::new(&server, "us-east-1", Some(&authority)).unwrap();
            client.call(&keys, route, body.to_string().as_bytes()).unwrap()
        })
    }

    /// The vulnerabilities that were found on a host, once there are some.
    fn found(&self, host: &str) -> Vec<String> {
        let of_host = json!({"filterCriteria": {"resourceId": [{"comparison": "EQUALS", "value": host}]}});
        let end = Instant::now() + PATIENCE;
        loop {
            let listed = self.ask("/findings/list", &of_host);
            let ids = listed["findings"].as_array().unwrap().iter();
            let ids = ids.map(|finding| {
                finding["packageVulnerabilityDetails"]["vulnerabilityId"]
                    .as_str()
                    .unwrap()
            });
            let mut ids: Vec<String> = ids.map(str::to_owned).collect();
            ids.sort();
            if !ids.is_empty() {
                return ids;
            }
            assert!(Instant::now() < end, "findings did not come");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// An authority, and a certificate for the service by all that it is reached at.
fn certificates(world: &World) {
    let own = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca = authority.self_signed(&own).unwrap();
    let issuer = rcgen::Issuer::new(authority, own);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = [SERVICE, TO_AGENT, NAME].map(str::to_owned);
    let leaf = rcgen::CertificateParams::new(names).unwrap();
    let chain = leaf.signed_by(&key, &issuer).unwrap();
    world
        .write("ca.pem", ca.pem())
        .write("chain.pem", chain.pem())
        .write("key.pem", key.serialize_pem());
}

/// What the feeds of these tests know of the host.
const EXPECTED: [&str; 4] = [
    "CVE-2020-14343",
    "CVE-2024-0001",
    "CVE-2024-0004",
    "GHSA-8888-9999-aaaa",
];

fn assert_all(found: &[String]) {
    for id in EXPECTED {
        assert!(found.iter().any(|found| found == id), "{id} is not in {found:?}");
    }
}

#[test]
fn through_a_proxy() {
    let Some(site) = Site::new() else { return };
    let by_name = format!("https://{NAME}:{PORT}");
    let by_address = format!("https://{SERVICE}:{PORT}");
    // There is no other way.
    let (code, told) = site.report("direct", &by_address, &[]);
    assert_ne!(code, 0, "{told}");
    assert!(told.contains("cannot reach"), "{told}");
    let before = site.network.agent.attempts();

    let proxy = Proxy::start(&site.network.middle, &[(NAME, SERVICE)]);
    let through = [("HTTPS_PROXY", proxy.url.as_str())];
    let (code, told) = site.report(HOST, &by_name, &through);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("the service took all of it"), "{told}");
    assert_all(&site.found(HOST));
    let (code, told) = site.report(HOST, &by_name, &through);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("nothing changed"), "{told}");
    let (code, told) = site.report("i-0feedc0de00000002", &by_address, &through);
    assert_eq!(code, 0, "{told}");

    let asked = proxy.asked();
    let [name, address] = [NAME, SERVICE].map(|host| format!("{host}:{PORT}"));
    assert!(asked.contains(&name) && asked.contains(&address), "{asked:?}");
    assert!(
        asked.iter().all(|target| *target == name || *target == address),
        "{asked:?}"
    );
    // Neither asked for a name or for somebody whom no route leads to.
    assert_eq!(site.network.agent.attempts(), before);
    assert_eq!(site.network.service.attempts(), network::Attempts::default());
}

#[test]
fn through_translated_addresses() {
    let Some(site) = Site::new() else { return };
    if let Err(reason) = site.network.translate(PORT) {
        println!("skipped: no translation of addresses: {reason}");
        return;
    }
    let server = format!("https://{TO_AGENT}:{PORT}");
    let (code, told) = site.report(HOST, &server, &[]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("the service took all of it"), "{told}");
    assert_all(&site.found(HOST));
    for namespace in [&site.network.agent, &site.network.service] {
        assert_eq!(namespace.attempts(), network::Attempts::default());
    }
    // The authority is what it is trusted for.
    site.world.write("ca.pem", {
        let another = rcgen::generate_simple_self_signed([TO_AGENT.to_owned()]).unwrap();
        another.cert.pem()
    });
    let (code, told) = site.report(HOST, &server, &[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("certificate"), "{told}");
}

/// That the check itself sees what it is for.
#[test]
fn whoever_asks_is_seen() {
    let Ok(network) = Network::new() else {
        println!("skipped: no network namespaces");
        return;
    };
    assert_eq!(network.agent.attempts(), network::Attempts::default());
    let ask = |namespace: &Namespace| {
        namespace.run(|| {
            let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
            let _ = socket.send_to(b"?", (AGENT, 53));
            let _ = std::net::TcpStream::connect("192.0.2.1:443");
        });
    };
    ask(&network.agent);
    let seen = network.agent.attempts();
    assert!(seen.datagrams > 0 && seen.without_route > 0, "{seen:?}");
    assert_eq!(network.service.attempts(), network::Attempts::default());
}

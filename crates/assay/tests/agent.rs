//! The agent of a host as its users have it: enrolled by a token, reporting what changes, bearing a service that is away.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use std::{
    fs,
    process::{Child, Output},
    thread,
    time::{Duration, Instant},
};

use assay_client::{Client, Route, RouteMethod};
use assay_sigv4::Credentials;
use serde_json::{Value, json};
use support::{
    World,
    serving::{Serving, administrator},
};

const HOST: &str = "i-0feedc0de00000001";

/// Longest that something may take to happen.
const PATIENCE: Duration = Duration::from_secs(60);

struct Agent {
    world: World,
    token: String,
}

impl Agent {
    /// A host with a root of its own, a service that has just started, and a token to enrol with.
    fn new() -> (Agent, Serving) {
        let world = World::new();
        support::root(&world.path("root"));
        let serving = Serving::start(&world, "data");
        let arguments = [
            "admin",
            "create-enrolment-token",
            "000000000000",
            "--data",
            "data",
        ];
        let made = world.command(&arguments).output().unwrap();
        let made = String::from_utf8(made.stdout).unwrap();
        let token = made.trim().strip_prefix("ASSAY_ENROLMENT_TOKEN=").unwrap();
        let token = token.to_owned();
        (Agent { world, token }, serving)
    }

    fn arguments(&self, url: &str, more: &[&str]) -> Vec<String> {
        let root = self.world.path("root").display().to_string();
        let usual = ["agent", "--server", url, "--host-id", HOST];
        let usual = [&usual[..], &["--root", &root], more].concat();
        usual.into_iter().map(str::to_owned).collect()
    }

    /// Reports once; gives the exit code and what was said.
    fn once(&self, url: &str, more: &[&str]) -> (i32, String) {
        self.once_in("agent", url, more)
    }

    /// The same with another directory of the agent's.
    fn once_in(&self, state: &str, url: &str, more: &[&str]) -> (i32, String) {
        let arguments = self.arguments(url, &[&["--once"], more].concat());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let Output { status, stderr, .. } = self
            .world
            .command(&arguments)
            .env("ASSAY_ENROLMENT_TOKEN", &self.token)
            .env("ASSAY_AGENT_STATE", state)
            .output()
            .unwrap();
        (
            status.code().unwrap(),
            String::from_utf8_lossy(&stderr).into_owned(),
        )
    }

    /// Starts it for as long as it is there; what it says is in `agent.log`.
    fn start(&self, serving: &Serving, more: &[&str]) -> Running {
        let arguments = self.arguments(&serving.url, more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let process = self
            .world
            .command(&arguments)
            .env("ASSAY_ENROLMENT_TOKEN", &self.token)
            .env("ASSAY_AGENT_STATE", "agent")
            .stderr(fs::File::create(self.world.path("agent.log")).unwrap())
            .spawn();
        Running(process.unwrap())
    }

    /// Asks the service, as the administrator of the account.
    fn ask(&self, serving: &Serving, route: Route, body: &Value) -> Value {
        let (client, keys) = self.administrator(serving);
        client.call(&keys, route, body.to_string().as_bytes()).unwrap()
    }

    fn administrator(&self, serving: &Serving) -> (Client, Credentials) {
        let keys = administrator(&self.world);
        (Client::new(&serving.url, "us-east-1", None).unwrap(), keys)
    }

    fn inspector(&self, serving: &Serving, path: &'static str, body: &Value) -> Value {
        let route = Route {
            service: "inspector2",
            ..Route::post(path)
        };
        self.ask(serving, route, body)
    }

    /// The host as coverage has it.
    fn covered(&self, serving: &Serving) -> Value {
        let listed = self.inspector(serving, "/coverage/list", &json!({}));
        listed["coveredResources"][0].clone()
    }

    fn install(&self, name: &str) {
        let path = self.world.path("root/var/lib/dpkg/status");
        let status = fs::read_to_string(&path).unwrap();
        let entry = format!(
            "\nPackage: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\nDescription: x\n"
        );
        let beside = self.world.path("root/var/lib/dpkg/status-new");
        fs::write(&beside, status.trim_end().to_owned() + "\n" + &entry).unwrap();
        fs::rename(&beside, &path).unwrap();
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How many packages a report told.
fn packages(told: &str) -> u64 {
    let (_, rest) = told.split_once("packages=").unwrap_or_else(|| panic!("{told}"));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "{what} did not come");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_host_is_enrolled_reports_confirms_and_bears_a_service_that_is_away() {
    let (agent, serving) = Agent::new();
    agent.inspector(&serving, "/enable", &json!({"resourceTypes": ["EC2"]}));
    let (code, told) = agent.once(&serving.url, &["--tag", "team=red"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("enrolled"), "{told}");
    let all = packages(&told);
    assert!(all > 0, "{told}");
    let covered = agent.covered(&serving);
    assert_eq!(covered["resourceId"], HOST);
    assert_eq!(covered["resourceMetadata"]["ec2"]["tags"]["team"], "red");
    assert_eq!(covered["scanMode"], "EC2_INSPECTOR_AGENT_BASED");

    let (code, told) = agent.once(&serving.url, &["--tag", "team=red"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        told.contains("nothing changed") && !told.contains("enrolled"),
        "{told}"
    );
    agent.install("curl");
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!((code, packages(&told)), (0, all + 1), "{told}");
    assert!(told.contains("what changed"), "{told}");

    // The service goes away; what it did not take waits, and only the last of it.
    let url = serving.url.clone();
    drop(serving);
    for name in ["wget", "nano"] {
        agent.install(name);
        let (code, told) = agent.once(&url, &[]);
        assert_eq!(code, 1, "{told}");
        assert!(told.contains("kept for later"), "{told}");
    }
    assert!(agent.world.path("agent/report.json").exists());
    let serving = Serving::start(&agent.world, "data");
    let (code, told) = agent.once(&serving.url, &["--spooled"]);
    assert_eq!((code, packages(&told)), (0, all + 3), "{told}");
    assert!(told.contains("what changed"), "{told}");
    assert!(!agent.world.path("agent/report.json").exists());
    // Nothing waits: what runs is told, and nobody reads the host.
    let (code, told) = agent.once(&serving.url, &["--spooled"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("what runs"), "{told}");
}

#[test]
fn containers_are_told_with_the_cluster_that_they_are_of() {
    let (agent, serving) = Agent::new();
    let id = "c".repeat(64);
    let folder = agent.world.path("root/var/lib/docker/containers").join(&id);
    fs::create_dir_all(&folder).unwrap();
    let container = json!({
        "State": {"Running": true}, "Name": "/web", "Image": format!("sha256:{}", "a".repeat(64)),
        "Config": {"Image": "nginx:1", "Labels": {
            "io.kubernetes.pod.namespace": "sales", "io.kubernetes.pod.name": "web-0"}},
    });
    fs::write(folder.join("config.v2.json"), container.to_string()).unwrap();
    let (code, told) = agent.once(&serving.url, &["--cluster", "prod"]);
    assert_eq!(code, 0, "{told}");
    let (client, keys) = agent.administrator(&serving);
    let resource = client.ask(&keys, Route::get("/assay/v1/resource"), &[("id", HOST)]);
    let running = &resource.unwrap()["running"];
    let image = json!({"name": "nginx:1", "digests": [format!("sha256:{}", "a".repeat(64))]});
    let workload = json!({"type": "Pod", "name": "web-0"});
    let pod = json!({"namespace": "sales", "name": "web-0", "workload": workload});
    assert_eq!(
        running["containers"],
        json!([{"runtime": "docker", "id": id, "name": "web", "image": image, "pod": pod}])
    );
    assert_eq!(running["cluster"], "prod");
}

/// What a runtime does when a container starts and ends is told within seconds, though the host is read twice a day.
#[test]
fn containers_that_start_and_end_are_told_at_once() {
    let (agent, serving) = Agent::new();
    agent.inspector(&serving, "/enable", &json!({"resourceTypes": ["EC2"]}));
    let told = || {
        let (client, keys) = agent.administrator(&serving);
        let resource = client.ask(&keys, Route::get("/assay/v1/resource"), &[("id", HOST)]);
        let resource = resource.unwrap_or_default();
        let running = resource["running"]["containers"].as_array();
        (running.map(Vec::len), resource["inventory"]["at"].clone())
    };
    fs::create_dir_all(agent.world.path("root/run")).unwrap();
    let running = agent.start(&serving, &["--every", "12h"]);
    until("the first report", || {
        agent.world.path("agent/reported.json").exists()
    });
    let (_, read_at) = told();

    let docker = agent.world.path("root/var/lib/docker/containers/web");
    fs::create_dir_all(&docker).unwrap();
    let kept = |is_running: bool| {
        let kept = json!({"State": {"Running": is_running}, "Name": "/web", "Config": {"Image": "nginx:1"},
            "Image": format!("sha256:{}", "a".repeat(64))});
        fs::write(docker.join("config.v2.json"), kept.to_string()).unwrap();
    };
    let tasks = "root/run/containerd/io.containerd.runtime.v2.task/moby/web";
    fs::create_dir_all(agent.world.path(tasks)).unwrap();
    kept(true);
    until("the container", || told().0 == Some(1));
    kept(false);
    fs::remove_dir(agent.world.path(tasks)).unwrap();
    until("the end of the container", || told().0 == Some(0));
    assert_eq!(told().1, read_at, "nobody read the host for it");
    drop(running);
}

#[test]
fn what_changes_is_told_at_once() {
    let (agent, serving) = Agent::new();
    agent.inspector(&serving, "/enable", &json!({"resourceTypes": ["EC2"]}));
    let paths = json!({"packagePaths": ["/opt/shop"]});
    agent.inspector(&serving, "/ec2deepinspectionconfiguration/update", &paths);
    fs::create_dir_all(agent.world.path("root/opt/shop/lib")).unwrap();
    let running = agent.start(&serving, &["--every", "12h"]);
    let reported = || fs::read_to_string(agent.world.path("agent/reported.json")).unwrap_or_default();
    until("the first report", || !reported().is_empty());

    let before = reported();
    agent.install("curl");
    until("the report of a package", || reported() != before);
    let before = reported();
    let lock = r#"{"name": "left-pad", "version": "1.0.0"}"#;
    let module = agent.world.path("root/opt/shop/lib/node_modules/left-pad");
    fs::create_dir_all(&module).unwrap();
    fs::write(module.join("package.json"), lock).unwrap();
    until("the report of a directory that was named", || {
        reported() != before
    });
    drop(running);
}

#[test]
fn what_changed_is_told_alone_and_the_whole_where_that_is_not_enough() {
    let (agent, serving) = Agent::new();
    agent.inspector(&serving, "/enable", &json!({"resourceTypes": ["EC2"]}));
    // More packages than change.
    for number in 0..20 {
        agent.install(&format!("package-{number}"));
    }
    let report = |state: &str| {
        let (code, told) = agent.once_in(state, &serving.url, &[]);
        assert_eq!(code, 0, "{told}");
        told
    };
    let base = || fs::read_to_string(agent.world.path("agent/base.json")).unwrap();
    assert!(report("agent").contains("all of it"));
    let kept = base();
    agent.install("curl");
    assert!(report("agent").contains("what changed"));
    assert!(base().contains("pkg:deb/debian/curl@1.0-1"));

    // What is kept is lost, damaged, or that of another time: the whole is told, and the next change is one again.
    for (number, becomes) in [None, Some("{"), Some(kept.as_str())].into_iter().enumerate() {
        let path = agent.world.path("agent/base.json");
        match becomes {
            Some(text) => fs::write(path, text).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        agent.install(&format!("wget-{number}"));
        assert!(report("agent").contains("all of it"), "{becomes:?}");
        agent.install(&format!("nano-{number}"));
        assert!(report("agent").contains("what changed"), "{becomes:?}");
    }

    // The service has another inventory than the agent thinks.
    let reported = agent.world.path("agent/reported.json");
    let (told, held) = (fs::read(&reported).unwrap(), base());
    agent.install("emacs");
    assert!(report("agent").contains("what changed"));
    fs::write(&reported, told).unwrap();
    fs::write(agent.world.path("agent/base.json"), held).unwrap();
    agent.install("vim");
    assert!(report("agent").contains("all of it"));
    agent.install("ed");
    assert!(report("agent").contains("what changed"));
}

#[test]
fn deep_inspection_is_as_the_service_says() {
    let (agent, serving) = Agent::new();
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!(code, 0, "{told}");
    let all = packages(&told);
    let off = json!({"activateDeepInspection": false});
    agent.inspector(&serving, "/ec2deepinspectionconfiguration/update", &off);
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!(code, 0, "{told}");
    let of_system = packages(&told);
    assert!((1..all).contains(&of_system), "{of_system} of {all}");
}

#[test]
fn how_often_a_host_is_read_is_as_it_says_itself_else_as_the_service_says() {
    let (agent, serving) = Agent::new();
    let told = || {
        let (client, keys) = agent.administrator(&serving);
        let resource = client.ask(&keys, Route::get("/assay/v1/resource"), &[("id", HOST)]);
        resource.unwrap_or_default()["running"]["agent"]["reportEverySeconds"].clone()
    };
    let log = || fs::read_to_string(agent.world.path("agent.log")).unwrap();
    let hourly = json!({"reportEverySeconds": 3600});
    let set = Route {
        method: RouteMethod::Put,
        ..Route::post("/assay/v1/agents/settings")
    };
    agent.ask(&serving, set, &hourly);
    let running = agent.start(&serving, &[]);
    // It begins as usual, and hears of it with its first report.
    until("the hour", || log().contains("reports every 1h"));
    assert!(log().contains("reports every 30m"), "{}", log());
    assert!(log().contains("is found up to 1h later"), "{}", log());
    assert_eq!(told(), 3600);
    drop(running);

    let running = agent.start(&serving, &["--every", "2h"]);
    until("its own way", || told() == 7200);
    assert!(!log().contains("reports every 1h"), "{}", log());
    drop(running);

    // Who reports once does not stay.
    let (code, said) = agent.once(&serving.url, &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(told(), Value::Null);
}

#[test]
fn keys_are_renewed_and_a_forgotten_agent_is_refused() {
    let (agent, serving) = Agent::new();
    let key = || {
        let text = fs::read_to_string(agent.world.path("agent/agent.json")).unwrap();
        let identity: Value = serde_json::from_str(&text).unwrap();
        identity["accessKeyId"].as_str().unwrap().to_owned()
    };
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!(code, 0, "{told}");
    let first = key();
    thread::sleep(Duration::from_millis(1100));
    let (code, told) = agent.once(&serving.url, &["--rotate-key-after", "1s"]);
    assert_eq!(code, 0, "{told}");
    let second = key();
    assert_ne!(first, second);

    // Another machine cannot take the host over, and the agent of this one may be sent away.
    let (code, told) = agent.once_in("another", &serving.url, &[]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("forget-agent"), "{told}");
    let arguments = ["admin", "forget-agent", "000000000000", HOST, "--data", "data"];
    assert_eq!(agent.world.run(&arguments).code, 0);
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!(code, 2, "{told}");
    assert_eq!(agent.world.run(&arguments).code, 2, "there is none any more");
    let (code, told) = agent.once_in("another", &serving.url, &[]);
    assert_eq!(code, 0, "{told}");
}

#[test]
fn a_token_ends() {
    let (mut agent, serving) = Agent::new();
    let token = |more: &[&str]| {
        let usual = [
            "admin",
            "create-enrolment-token",
            "000000000000",
            "--data",
            "data",
        ];
        agent.world.run(&[&usual[..], more].concat())
    };
    let made = token(&["--valid-for", "1s"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.err.contains("enrols hosts until 20"), "{}", made.err);
    let short = made
        .out
        .trim()
        .strip_prefix("ASSAY_ENROLMENT_TOKEN=")
        .unwrap()
        .to_owned();
    for wrong in ["0s", "-1s", "forever", "400d"] {
        assert_eq!(token(&[&format!("--valid-for={wrong}")]).code, 2, "{wrong}");
    }
    let taken = token(&["--name", "administrator"]);
    assert_eq!(taken.code, 2);
    assert!(taken.err.contains("--name"), "{}", taken.err);
    let listed = ["admin", "list-keys", "000000000000", "enroller", "--data", "data"];
    let listed = agent.world.run(&listed).out;
    assert_eq!(listed.matches(" until ").count(), 2, "{listed}");

    thread::sleep(Duration::from_millis(1100));
    let good = std::mem::replace(&mut agent.token, short);
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains("has expired") && told.contains("create-enrolment-token"),
        "{told}"
    );
    agent.token = good;
    let (code, told) = agent.once(&serving.url, &[]);
    assert_eq!(code, 0, "{told}");
}

#[test]
fn what_is_wrong_is_said() {
    let (agent, serving) = Agent::new();
    let new = ["agent", "--once", "--state", "new"];
    let token = ["--enroll", agent.token.as_str()];
    for (more, expected) in [
        (vec![], "--enroll"),
        (
            vec!["--enroll", "nonsense", "--server", &serving.url],
            "no enrolment token",
        ),
        (token.to_vec(), "--server"),
        ([&token[..], &["--server", "nowhere"]].concat(), "no address"),
        (vec!["--every", "never"], "30m"),
    ] {
        let arguments = [&new[..], &more].concat();
        let run = agent.world.run(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
    }
}

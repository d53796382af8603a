//! Two accounts, the service that knows them, and a connector between.

use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use assay_client::{Client, Route};
use assay_sigv4::Credentials;
use assay_testkit::{ImageBuilder, Packing};
use serde_json::{Value, json};

use crate::{
    aws::{Aws, HOME, REGION},
    support::{
        World, admin, layers,
        registry::{Registry, is_installed, skopeo},
        serving::{Serving, administrator},
    },
};

/// Longest that something may take to be so.
const PATIENCE: Duration = Duration::from_secs(60);

/// All of it, until it is dropped.
pub(crate) struct Accounts {
    pub(crate) aws: Aws,
    /// The other account of the organisation.
    pub(crate) member: String,
    registry: Registry,
    serving: Serving,
    pub(crate) world: World,
}

/// A connector that runs until it is dropped.
pub(crate) struct Connector(Child);

impl Drop for Connector {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Accounts {
    /// Starts AWS and the service; both know an organisation of two accounts.
    pub(crate) fn start() -> Option<Accounts> {
        if !is_installed("skopeo") {
            println!("skipped: skopeo is not installed (apt-get install skopeo)");
            return None;
        }
        let world = World::with_database();
        let registry = Registry::start_with(&world, "", "")?;
        let mut aws = Aws::start(&registry.host)?;
        let member = aws.name("organization", &json!({}));
        let options = ["--region", REGION, "--account", HOME];
        let serving = Serving::start_with(&world, "data", &options, &[]);
        let accounts = Accounts {
            aws,
            member,
            registry,
            serving,
            world,
        };
        accounts.people();
        Some(accounts)
    }

    fn people(&self) {
        let member = &self.member;
        self.admin(&["create-account", member]);
        self.admin(&["create-account", "999999999999"]);
        let made = self.admin(&["organization", "create", "999999999999"]);
        let mut words = made.split([' ', ',']);
        let id = words.find(|word| word.starts_with("o-")).unwrap();
        self.admin(&["organization", "add", id, HOME]);
        self.admin(&["organization", "delegate", id, HOME]);
        self.admin(&["organization", "add", id, member, "--associate"]);
        self.has_key_of("connector", "agent");
        let types = json!({"resourceTypes": ["EC2", "ECR", "LAMBDA"], "accountIds": [HOME, member]});
        self.inspector("/enable", &types);
    }

    /// The connector has the key of an administrator from here on.
    pub(crate) fn administers(&self) {
        self.has_key_of("keeper", "administrator");
    }

    fn has_key_of(&self, user: &str, role: &str) {
        let key = self.admin(&["create-user", HOME, user, "--role", role]);
        self.world.write("key", key);
    }

    fn admin(&self, arguments: &[&str]) -> String {
        admin(&self.world, arguments)
    }

    /// The connector as it is configured for these accounts, with more lines.
    fn connector(&self, more: &str) -> Command {
        let text = format!(
            "[service]\naddress = '{}'\nkey-file = 'key'\n[accounts]\norganization = true\nrole = 'Assay'\nregions = ['{REGION}']\n{more}",
            self.serving.url
        );
        self.world.write("aws.toml", text);
        let mut command = Command::new(env!("CARGO_BIN_EXE_assay-aws"));
        command
            .args(["aws.toml", "--state", "state"])
            .current_dir(self.world.path(""))
            .env("AWS_ENDPOINT_URL", &self.aws.address)
            .env("AWS_ACCESS_KEY_ID", "home")
            .env("AWS_SECRET_ACCESS_KEY", "home")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("ASSAY_HOME", self.world.path("home"));
        for name in [
            "AWS_PROFILE",
            "AWS_SESSION_TOKEN",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Looks at everything once.
    pub(crate) fn once(&self, more: &str) {
        self.ends_with(0, more);
    }

    /// Looks at everything once, which ends with a code.
    pub(crate) fn ends_with(&self, code: i32, more: &str) {
        let output = self.connector(more).arg("--once").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{told}");
        println!("{told}");
    }

    /// Watches.
    pub(crate) fn watch(&self, more: &str) -> Connector {
        Connector(self.connector(more).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Pushes an image to the registry and tells ECR of it; gives its digest.
    pub(crate) fn push(&mut self, repository: &str, tag: &str) -> String {
        let image = layers()
            .into_iter()
            .fold(ImageBuilder::new(), ImageBuilder::layer);
        let files = image.oci(Packing::Gzip);
        let directory = self.world.path("layout");
        files.write_to(&directory);
        let target = format!("docker://{}/{repository}:{tag}", self.registry.host);
        skopeo(
            &self.world,
            &["copy", "--dest-tls-verify=false", "oci:layout", &target],
        );
        std::fs::remove_dir_all(directory).unwrap();
        let kind = "application/vnd.oci.image.manifest.v1+json";
        let address = format!("http://{}/v2/{repository}/manifests/{tag}", self.registry.host);
        let mut answer = ureq::get(address).header("accept", kind).call().unwrap();
        let digest = answer.headers()["docker-content-digest"]
            .to_str()
            .unwrap()
            .to_owned();
        let manifest = answer.body_mut().read_to_string().unwrap();
        let image = json!({"repository": repository, "tag": tag, "manifest": manifest, "digest": digest, "kind": kind});
        self.aws.order("push_image", &image);
        digest
    }

    /// Makes the disk of a host; says why where it cannot.
    pub(crate) fn makes_disk(&self, name: &str) -> bool {
        let root = self.world.path("root");
        let status = "Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\n\
            Version: 3.0.11-1~deb12u2\n\n";
        self.world.write("root/var/lib/dpkg/status", status);
        let release = "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";
        self.world.write("root/etc/os-release", release);
        let file = std::fs::File::create(self.world.path(name)).unwrap();
        file.set_len(16 << 20).unwrap();
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
        let made = Command::new("mke2fs")
            .args(["-q", "-t", "ext4", "-d"])
            .arg(root)
            .arg(self.world.path(name))
            .env("PATH", path)
            .status();
        match made {
            Ok(ref status) => assert!(status.success()),
            Err(_) => println!("skipped: mke2fs is not installed (apt-get install e2fsprogs)"),
        }
        made.is_ok()
    }

    /// How often something was asked for.
    pub(crate) fn asked_for(&mut self, operation: &str) -> u64 {
        let asked = self.aws.order("kept", &json!({ "name": operation }));
        asked.as_u64().unwrap()
    }

    /// Loses what the connector keeps.
    pub(crate) fn forget(&self) {
        std::fs::remove_dir_all(self.world.path("state")).unwrap();
    }

    /// Has hosts without an agent read by their disks.
    pub(crate) fn scans_without_agents(&self) {
        let hybrid = json!({"ec2Configuration": {"scanMode": "EC2_HYBRID"}});
        self.inspector("/configuration/update", &hybrid);
    }

    /// Says which machine images are scanned.
    pub(crate) fn selects_machine_images(&self, mode: &Value) {
        let set = json!({"amiConfiguration": {"scanModeConfiguration": mode}});
        self.inspector("/configuration/update", &set);
    }

    /// Holds what was asked of AWS against the policies that users are given.
    pub(crate) fn asked_no_more_than_is_documented(&mut self) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/aws");
        // Whoever has keys may ask whose they are.
        let mut allowed = vec!["sts:GetCallerIdentity".to_owned()];
        for name in ["home.json", "read.json", "snapshots.json", "machine-images.json"] {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            let policy: Value = serde_json::from_str(&text).unwrap();
            for statement in policy["Statement"].as_array().unwrap() {
                let actions = match &statement["Action"] {
                    Value::Array(actions) => actions.clone(),
                    one => vec![one.clone()],
                };
                allowed.extend(actions.iter().map(|action| action.as_str().unwrap().to_owned()));
            }
        }
        let asked = self.aws.order("asked", &json!({}));
        let asked = asked.as_array().unwrap();
        assert!(!asked.is_empty());
        for action in asked {
            let action = action.as_str().unwrap();
            assert!(
                allowed.iter().any(|allowed| allowed == action),
                "{action} is not allowed"
            );
        }
    }

    fn keys(&self) -> Credentials {
        administrator(&self.world)
    }

    fn inspector(&self, path: &'static str, body: &Value) -> Value {
        let route = Route {
            service: "inspector2",
            ..Route::post(path)
        };
        let client = Client::new(&self.serving.url, REGION, None).unwrap();
        client
            .call(&self.keys(), route, body.to_string().as_bytes())
            .unwrap()
    }

    /// Waits until what is covered of a type is this: account, id, status, reason and mode of each, in order.
    pub(crate) fn covers(&self, kind: &str, expected: &[String]) {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let criteria = json!({
            "filterCriteria": {
                "resourceType": [{"comparison": "EQUALS", "value": kind}],
                "scanType": [{"comparison": "EQUALS", "value": "PACKAGE"}]
            }
        });
        until(&expected, || {
            let answer = self.inspector("/coverage/list", &criteria);
            let mut lines: Vec<String> = answer["coveredResources"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|covered| covered["scanStatus"]["reason"] != "RESOURCE_TERMINATED")
                .map(|covered| {
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    let words = [
                        &covered["accountId"],
                        &covered["resourceId"],
                        &covered["scanStatus"]["statusCode"],
                        &covered["scanStatus"]["reason"],
                        &covered["scanMode"],
                    ];
                    words.map(text).join(" ")
                })
                .collect();
            lines.sort_unstable();
            lines
        });
    }

    fn findings(&self, resource: &str) -> BTreeMap<String, Value> {
        let criteria = json!({
            "filterCriteria": {
                "resourceId": [{"comparison": "EQUALS", "value": resource}],
                "findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]
            }
        });
        let answer = self.inspector("/findings/list", &criteria);
        let findings = answer["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| {
                let id = &finding["packageVulnerabilityDetails"]["vulnerabilityId"];
                (id.as_str().unwrap().to_owned(), finding.clone())
            })
            .collect()
    }

    /// Waits until the open findings of a resource are these.
    pub(crate) fn finds(&self, resource: &str, expected: &[&str]) {
        let expected: Vec<String> = expected.iter().map(|id| (*id).to_owned()).collect();
        until(&expected, || self.findings(resource).into_keys().collect());
    }

    pub(crate) fn finding(&self, resource: &str, id: &str) -> Value {
        self.findings(resource).remove(id).unwrap()
    }

    /// What the service was told of a kind of parts of the network.
    pub(crate) fn network(&self, kind: &str) -> Value {
        let client = Client::new(&self.serving.url, REGION, None).unwrap();
        let route = Route::get("/assay/v1/network");
        client.ask(&self.keys(), route, &[("kind", kind)]).unwrap()
    }

    /// Waits until the service was told of a network: all was looked at once.
    pub(crate) fn is_told_of_network(&self) {
        until(&true, || !self.network("Vpcs")["objects"].is_null());
    }
}

/// Waits until something is as it has to be.
fn until<T: PartialEq + std::fmt::Debug>(expected: &T, look: impl Fn() -> T) {
    let began = Instant::now();
    loop {
        let found = look();
        if found == *expected {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "\n{found:#?}\nand not\n{expected:#?}");
        thread::sleep(Duration::from_millis(100));
    }
}

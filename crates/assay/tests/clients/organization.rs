//! An organisation and an account alone on a service of two regions, with hosts and an image that have flawed packages.

use std::{ffi::OsStr, path::PathBuf, process::Command};

use crate::support::{World, admin, serving::Serving};

/// The account alone, which is made at the first start; its profile is the default one.
const ALONE: &str = "000000000000";
/// The accounts of the organisation by the profiles of their administrators. The newcomer rules itself at first, and nothing
/// is turned on in it.
const ACCOUNTS: [(&str, &str); 4] = [
    ("management", "111111111111"),
    ("administrator", "222222222222"),
    ("member", "333333333333"),
    ("newcomer", "444444444444"),
];
/// Agents of some of them by their profiles: a connector that tells of many accounts, and one that tells of its own.
const AGENTS: [(&str, &str); 2] = [("connector", "222222222222"), ("bot", "333333333333")];
/// What there is at first, for each profile: the region, the sort of resource, its id, its packages.
const RESOURCES: [(&str, &str, &str, &str, &str); 6] = [
    (
        "member",
        "us-east-1",
        "host",
        "i-0000000000000000a",
        "server.json",
    ),
    ("member", "us-east-1", "image", IMAGE, "python.json"),
    (
        "member",
        "eu-west-1",
        "host",
        "i-0000000000000000b",
        "python.json",
    ),
    (
        "administrator",
        "us-east-1",
        "host",
        "i-0000000000000000c",
        "node.json",
    ),
    (
        "default",
        "us-east-1",
        "host",
        "i-0000000000000000d",
        "server.json",
    ),
    (
        "default",
        "us-east-1",
        "host",
        "i-0000000000000000e",
        "python.json",
    ),
];
const IMAGE: &str = "arn:aws:ecr:us-east-1:333333333333:repository/shop/web/sha256:abababababababababababababababababababababababababababababababab";
/// A bucket for reports.
const BUCKET: &str = "mine";

/// A service with an organisation, until it is dropped.
pub(crate) struct Organization {
    serving: Serving,
    world: World,
}

impl Organization {
    /// Starts a service of its own.
    pub(crate) fn start() -> Organization {
        let world = World::with_database();
        let python = r#"{"type":"library","name":"PyYAML","version":"5.3","purl":"pkg:pypi/pyyaml@5.3"}"#;
        let node =
            r#"{"type":"library","name":"lodash","version":"4.17.10","purl":"pkg:npm/lodash@4.17.10"}"#;
        let system = r#"{"type":"operating-system","name":"debian","version":"12"},
            {"type":"library","name":"openssl","version":"3.0.11-1~deb12u2",
                "purl":"pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12"}"#;
        for (name, components) in [
            ("python.json", python.to_owned()),
            ("node.json", node.to_owned()),
            ("server.json", [python, node, system].join(",")),
        ] {
            let bill =
                format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{components}]}}"#);
            world.write(name, bill);
        }
        let serving = Serving::start_with(
            &world,
            "data",
            &[
                "--region",
                "us-east-1",
                "--region",
                "eu-west-1",
                "--account",
                ALONE,
            ],
            &[],
        );
        std::fs::create_dir_all(world.path("data/reports").join(BUCKET)).unwrap();
        let organization = Organization { serving, world };
        organization.people();
        for (profile, region, kind, id, bill) in RESOURCES {
            organization.push(profile, region, kind, id, bill);
        }
        organization
    }

    /// A path beside what the service has.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    /// A program that finds the service where AWS's tools look: by profiles and endpoint. The names that begin with ASSAY are for
    /// what clients do beside calls: pushing, and reading reports.
    pub(crate) fn client(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in [
            "AWS_PROFILE",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ] {
            command.env_remove(name);
        }
        command
            .current_dir(self.world.path("."))
            .env("AWS_ENDPOINT_URL", &self.serving.url)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_SHARED_CREDENTIALS_FILE", self.world.path("credentials"))
            .env("AWS_CONFIG_FILE", self.world.path("config"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("ASSAY_PROGRAM", env!("CARGO_BIN_EXE_assay"))
            .env("ASSAY_HOME", self.world.path("home"))
            .env("ASSAY_SERVER", &self.serving.url)
            .env("ASSAY_BUCKET", BUCKET)
            .env("ASSAY_BUCKETS", self.world.path("data/reports"));
        command
    }

    /// Makes the accounts with an administrator each, and the agents, whose keys go where AWS's tools look for profiles.
    fn people(&self) {
        let mut profiles = std::fs::read_to_string(self.path("credentials")).unwrap();
        for (_, account) in ACCOUNTS {
            self.admin(&["create-account", account]);
        }
        let administrators = ACCOUNTS.map(|(profile, account)| (profile, account, "administrator"));
        let agents = AGENTS.map(|(profile, account)| (profile, account, "agent"));
        for (profile, account, role) in administrators.into_iter().chain(agents) {
            let key = self.admin(&["create-user", account, profile, "--role", role]);
            let lines = key.lines().filter(|line| line.to_lowercase().starts_with("aws_"));
            profiles.push_str(&format!("\n[{profile}]\n"));
            for line in lines {
                let (name, value) = line.split_once('=').unwrap();
                profiles.push_str(&format!("{} = {}\n", name.trim().to_lowercase(), value.trim()));
            }
        }
        self.world.write("credentials", profiles);
        let [management, administrator, member, newcomer] = ACCOUNTS.map(|(_, account)| account);
        let made = self.admin(&["organization", "create", management]);
        let id = made
            .split([' ', ','])
            .find(|word| word.starts_with("o-"))
            .unwrap();
        self.admin(&["organization", "add", id, administrator]);
        self.admin(&["organization", "delegate", id, administrator]);
        self.admin(&["organization", "add", id, member, "--associate"]);
        self.admin(&["organization", "add", id, newcomer]);
    }

    fn admin(&self, arguments: &[&str]) -> String {
        admin(&self.world, arguments)
    }

    fn push(&self, profile: &str, region: &str, kind: &str, id: &str, bill: &str) {
        let mut push = self.client(env!("CARGO_BIN_EXE_assay"));
        push.args(["push", bill, "--resource", kind, "--id", id, "--region", region])
            .args(["--tag", &format!("team={profile}"), "--enable"])
            .env("AWS_PROFILE", profile);
        crate::passes(&mut push);
    }
}

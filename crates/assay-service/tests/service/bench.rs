//! A service on loopback: accounts alone and in two organisations, a small intelligence, a clock to move.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use assay_api::{Clock, Drained, Limits, Metrics, Parts, Rate, Server, Shell, Transport};
use assay_assess::{AssessedSubject, subjects};
use assay_engine::{Engine, Intelligence};
use assay_identity::{AccessKeyId, KeyKind, MasterKey, Role, SecretKey, Status};
use assay_intel::{Builder, IntelligenceKind};
use assay_model::{
    Advisory, Affected, Artifact, ArtifactKind, CvssVector, Distribution, Ecosystem, Epss, Inventory,
    KnownExploited, Package, PackageKey, RangeEvent, Ransomware, VendorStatus,
};
use assay_neighbours::neighbours;
use assay_service::{
    Service, StoredCalls, StoredIdentities, describe, operations, sealed_to_text, status_to_text,
};
use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use assay_store::{
    Attribute, Cause, Database, MemberStatus, NewInventory, NewResource, NewSubject, Place, StoredAccount,
    StoredKey, StoredPerson,
};
use assay_testkit::Postgres;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

pub(crate) const REGION: &str = "eu-west-1";
/// A standalone account, and users of it: `ada` administers, `aud` audits.
pub(crate) const OWN: &str = "111122223333";
/// The delegated administrator's: `dora` administers it, `dee` audits it.
pub(crate) const ADMINISTRATOR: &str = "222233334444";
/// A member of the organisation: `mia` administers it, `max` audits it, `bot` is an agent there.
pub(crate) const MEMBER: &str = "333344445555";
/// The account that heads the organisation, `moe`'s.
pub(crate) const MANAGEMENT: &str = "444455556666";
/// An account of the organisation that nobody else rules, `nia`'s.
pub(crate) const NEWCOMER: &str = "555566667777";
/// The organisation of these.
pub(crate) const ORGANIZATION: &str = "o-aaaaaaaaaa";
/// Another organisation: `omo` heads it, `oda` administers it, `omi` is a member.
pub(crate) const OTHER_ORGANIZATION: &str = "o-bbbbbbbbbb";
pub(crate) const OTHER_MANAGEMENT: &str = "666677778888";
pub(crate) const OTHER_ADMINISTRATOR: &str = "777788889999";
pub(crate) const OTHER_MEMBER: &str = "888899990000";

/// Makes a test for each engine; the one for PostgreSQL says so where there is none.
macro_rules! both {
    ($name:ident, |$bench:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($bench: $crate::bench::Bench) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                run($crate::bench::Bench::start(None).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                match $crate::bench::postgres(stringify!($name)) {
                    Ok(address) => run($crate::bench::Bench::start(Some(address)).await).await,
                    Err(reason) => println!("skipped: {reason}"),
                }
            }
        }
    };
}
pub(crate) use both;

/// The address of a new database on a server that all tests share.
pub(crate) fn postgres(name: &str) -> Result<String, String> {
    static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
    let server = SERVER.get_or_init(Postgres::start);
    server.as_ref().map_err(String::clone)?.database(name)
}

pub(crate) struct Bench {
    pub(crate) database: Database,
    pub(crate) service: Arc<Service>,
    intelligence: Arc<Intelligence>,
    pub(crate) calls: StoredCalls,
    engine: Engine,
    address: String,
    credentials: HashMap<&'static str, Credentials>,
    offset: Arc<AtomicI64>,
    client: Mutex<Option<Boto3>>,
    directory: TempDir,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

impl Bench {
    /// Starts a service over the PostgreSQL database at an address, or over SQLite.
    pub(crate) async fn start(address: Option<String>) -> Bench {
        let directory = tempfile::tempdir().unwrap();
        let place = match address {
            Some(address) => Place::Server(address),
            None => Place::File(directory.path().join("assay.db")),
        };
        let database = Database::open(&place).await.unwrap();
        let master_key = MasterKey::generate().unwrap();
        let credentials = people(&database, &master_key).await;
        let offset = Arc::new(AtomicI64::new(0));
        let seconds = offset.clone();
        let clock =
            Clock::new(move || Timestamp::now() + SignedDuration::from_secs(seconds.load(Ordering::Relaxed)));
        let folder = directory.path().join("intelligence");
        let first = index(directory.path(), "first.idx", &[]);
        let now = clock.now().as_microsecond();
        let intelligence = Intelligence::open(&database, &folder, &first, now).await.unwrap();
        let (intelligence, wake) = (Arc::new(intelligence), Arc::new(Notify::new()));
        let service = Service::open(
            database.clone(),
            intelligence.clone(),
            clock.clone(),
            Arc::new(master_key.clone()),
            wake.clone(),
        )
        .await
        .unwrap();
        let service = Arc::new(service);
        let told = clock.clone();
        let engine = Engine::new(
            database.clone(),
            intelligence.clone(),
            describe,
            Arc::new(move || told.now().as_microsecond()),
            wake,
        );
        let calls = StoredCalls::start(database.clone());
        let many = Rate {
            per_second: 1e6,
            burst: 1_000_000,
        };
        let shell = Shell::new(Parts {
            operations: operations(service.clone()).unwrap(),
            neighbours: neighbours(&service),
            identities: Arc::new(StoredIdentities(database.clone())),
            master_key,
            clock,
            regions: vec![REGION.to_owned(), "us-east-1".to_owned()],
            call_log: Arc::new(calls.clone()),
            readiness: Arc::new(()),
            metrics: Arc::new(Metrics::new()),
            limits: Limits {
                per_user: many,
                ..Limits::default()
            },
        })
        .unwrap();
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback)
            .await
            .unwrap();
        let address = server.address().to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(shell.finish(), async {
            let _ = stopped.await;
        }));
        Bench {
            database,
            service,
            intelligence,
            calls,
            engine,
            address,
            credentials,
            offset,
            client: Mutex::default(),
            directory,
            stop,
            task,
        }
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        assert_eq!(self.task.await.unwrap(), Drained::Whole);
    }

    /// Works until nothing is owed.
    pub(crate) async fn work(&self) {
        self.engine.work_off().await.unwrap();
    }

    /// Does what time alone does.
    pub(crate) async fn tick(&self) {
        self.engine.tick().await.unwrap();
    }

    /// Moves the clock on.
    pub(crate) fn pass(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Learns of flaws beside those that are known at first, and finds what there is to find.
    pub(crate) async fn learn(&self, flaws: &[(&str, &str)]) {
        let file = index(self.directory.path(), "later.idx", flaws);
        let now = self.service.now();
        self.intelligence.take(&self.database, &file, now).await.unwrap();
        self.work().await;
    }

    /// Takes up an image of a repository with a tag, and finds what there is to find.
    pub(crate) async fn image(
        &self,
        account: &str,
        (repository, tag, digit): (&str, &str, &str),
        purls: &[&str],
    ) -> String {
        let digest = format!("sha256:{}", digit.repeat(64));
        let name = format!("arn:aws:ecr:{REGION}:{account}:repository/{repository}/{digest}");
        let details = json!({"awsEcrContainerImage": {"repositoryName": repository, "imageHash": digest,
            "registry": account, "imageTags": [tag], "platform": "DEBIAN_12"}});
        let packages: Vec<(&str, &str)> = purls.iter().map(|purl| (*purl, "")).collect();
        self.take(
            account,
            ("AWS_ECR_CONTAINER_IMAGE", &name),
            &details,
            &[("ecr_image_repository_name", repository)],
            &packages,
        )
        .await;
        name
    }

    /// Takes up what a host of an account has, and finds what there is to find.
    pub(crate) async fn host(&self, account: &str, name: &str, purls: &[&str]) {
        self.host_of("red", account, name, purls).await;
    }

    /// The same of a team.
    pub(crate) async fn host_of(&self, team: &str, account: &str, name: &str, purls: &[&str]) {
        let details =
            json!({"awsEc2Instance": {"platform": "DEBIAN_12", "imageId": "ami-0123456789abcdef0"}});
        let attributes = [
            ("ec2_instance_image_id", "ami-0123456789abcdef0"),
            ("operating_system", "DEBIAN_12"),
        ];
        let packages: Vec<(&str, &str)> = purls.iter().map(|purl| (*purl, "")).collect();
        self.take_of(
            team,
            account,
            ("AWS_EC2_INSTANCE", name),
            &details,
            &attributes,
            &packages,
        )
        .await;
    }

    /// Takes up what a resource has, each package with the layer that it is in, and finds what there is to find.
    pub(crate) async fn take(
        &self,
        account: &str,
        (kind, name): (&str, &str),
        details: &Value,
        attributes: &[(&'static str, &str)],
        packages: &[(&str, &str)],
    ) {
        self.take_of("red", account, (kind, name), details, attributes, packages)
            .await;
    }

    async fn take_of(
        &self,
        team: &str,
        account: &str,
        (kind, name): (&str, &str),
        details: &Value,
        attributes: &[(&'static str, &str)],
        packages: &[(&str, &str)],
    ) {
        let scope = self.database.scope(account, REGION).await.unwrap();
        let inventory = Inventory {
            artifact: Artifact::new("", ArtifactKind::Host),
            distribution: Some(Distribution::from_qualifier("debian-12")),
            packages: packages
                .iter()
                .map(|(purl, _)| Package::new(purl.parse().unwrap()))
                .collect(),
            diagnostics: Vec::new(),
        };
        let new = NewInventory {
            digest: format!("{packages:?}"),
            document: document(&inventory),
            packages: 1,
            subjects: subjects(&inventory, None)
                .into_iter()
                .filter_map(|(subject, places)| {
                    let layer = places.first().map_or("", |place| packages[*place].1);
                    new_subject(&subject, layer)
                })
                .collect(),
        };
        let attribute = |name, key: &str, text: &str| Attribute {
            name,
            key: key.into(),
            text: text.into(),
            // As a push has it.
            number: text.parse().unwrap_or_default(),
        };
        let mut kept = vec![attribute("resource_tags", "team", team)];
        kept.extend(attributes.iter().map(|(name, text)| attribute(name, "", text)));
        let repository = attributes
            .iter()
            .find(|(name, _)| *name == "ecr_image_repository_name");
        let resource = NewResource {
            scope,
            kind: kind.into(),
            name: name.into(),
            state: "ACTIVE".into(),
            description: json!({"details": details, "tags": {"team": team}}).to_string(),
            attributes: kept,
            ecr_pushed_at: self.service.now(),
            ecr_pulled_at: 0,
            ecr_repository: repository.map_or("", |(_, name)| name).into(),
            ecr_registry: String::new(),
            scan_mode: match kind {
                "AWS_EC2_INSTANCE" => "EC2_INSPECTOR_AGENT_BASED".into(),
                _ => String::new(),
            },
            coverage: ("ACTIVE".into(), "PENDING_INITIAL_SCAN".into()),
            diagnostics: "[]".into(),
        };
        let now = self.service.now();
        self.database.push(&resource, Some(&new), now).await.unwrap();
        self.engine.work_off().await.unwrap();
    }

    /// A host with nothing scanned, for a reason.
    pub(crate) async fn unscanned(&self, account: &str, name: &str, reason: &str) {
        let scope = self.database.scope(account, REGION).await.unwrap();
        let resource = NewResource {
            scope,
            kind: "AWS_EC2_INSTANCE".into(),
            name: name.into(),
            state: "ACTIVE".into(),
            description: "{}".into(),
            attributes: Vec::new(),
            ecr_pushed_at: 0,
            ecr_pulled_at: 0,
            ecr_repository: String::new(),
            ecr_registry: String::new(),
            scan_mode: String::new(),
            coverage: ("INACTIVE".into(), reason.into()),
            diagnostics: "[]".into(),
        };
        let now = self.service.now();
        self.database.push(&resource, None, now).await.unwrap();
    }

    /// A call for the client by a user.
    pub(crate) fn call(&self, user: &str, operation: &str, arguments: Value) -> Value {
        let credentials = &self.credentials[user];
        let mut call = json!({
            "endpoint": format!("http://{}", self.address),
            "key": credentials.access_key,
            "secret": credentials.secret,
            "operation": operation,
        });
        call["arguments"] = arguments;
        call
    }

    /// Sends a signed request to Inspector's service.
    pub(crate) async fn send(&self, user: &str, method: &str, target: &str, body: &str) -> Sent {
        self.send_to("inspector2", user, method, target, body).await
    }

    /// Sends a request that is signed for a service.
    pub(crate) async fn send_to(
        &self,
        service: &str,
        user: &str,
        method: &str,
        target: &str,
        body: &str,
    ) -> Sent {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method,
            path,
            query,
            headers: &[("host", self.address.as_bytes())],
            body: BodyDigest::of(body.as_bytes()),
        };
        let now = self.service.clock.now();
        let headers = sign(&request, &self.credentials[user], REGION, service, now).unwrap();
        self.send_with(method, target, &headers, body).await
    }

    /// Sends a request that nobody signed.
    pub(crate) async fn send_unsigned(&self, method: &str, target: &str, body: &str) -> Sent {
        self.send_with(method, target, &[], body).await
    }

    async fn send_with(&self, method: &str, target: &str, headers: &[(&str, String)], body: &str) -> Sent {
        let mut text = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.push_str(body);
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let fault = lines.find_map(|line| line.strip_prefix("x-amzn-errortype: "));
        Sent {
            status: head[9..12].parse().unwrap(),
            fault: fault.map(str::to_owned),
            answer: serde_json::from_str(body).unwrap_or(Value::Null),
        }
    }
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    /// The name of the fault.
    pub(crate) fault: Option<String>,
    /// The document.
    pub(crate) answer: Value,
}

/// A stock boto3 in a process of its own, which makes one call after the other.
pub(crate) struct Boto3 {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Boto3 {
    fn start() -> Option<Boto3> {
        let python = std::env::var_os("ASSAY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
        let question = "import boto3, botocore.session as session; \
            session.Session().get_service_model('inspector2').operation_model('CreateConnector')";
        let has_it = Command::new(&python).args(["-c", question]).output();
        if !has_it.is_ok_and(|output| output.status.success()) {
            println!("skipped: neither $ASSAY_TEST_PYTHON nor python3 has boto3 of 1.44 or later");
            return None;
        }
        let mut process = Command::new(&python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../assay-api/tests/service/call.py"
            ))
            .env_remove("AWS_PROFILE")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Some(Boto3 {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        })
    }

    fn call(&mut self, call: &Value) -> Value {
        writeln!(self.input, "{call}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Boto3 {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What comes of a call by boto3, where that is installed.
pub(crate) fn boto3(bench: &Bench, call: &Value) -> Option<Value> {
    tokio::task::block_in_place(|| {
        let mut client = bench.client.lock().unwrap();
        if client.is_none() {
            *client = Boto3::start();
        }
        Some(client.as_mut()?.call(call))
    })
}

/// An inventory as the service keeps it.
fn document(inventory: &Inventory) -> Vec<u8> {
    let mut whole = Vec::new();
    assay_reports::write_inventory(inventory, &mut whole).unwrap();
    zstd::bulk::compress(&whole, 1).unwrap()
}

fn new_subject(subject: &AssessedSubject, layer: &str) -> Option<NewSubject> {
    let AssessedSubject::Package(purl) = subject else {
        return None;
    };
    Some(NewSubject {
        identity: subject.identity(),
        name: purl.name.clone(),
        version: purl.version.clone().unwrap_or_default(),
        epoch: 0,
        release: String::new(),
        architecture: String::new(),
        keys: subject.keys().iter().map(ToString::to_string).collect(),
        places: json!([{
            "path": "opt/app/requirements.txt",
            "layer": (!layer.is_empty()).then_some(layer),
            "analyser": "python",
        }])
        .to_string(),
    })
}

/// Three flaws: a critical one that is exploited, of three scores; one of a distribution; one without any score.
fn index(directory: &Path, name: &str, later: &[(&str, &str)]) -> PathBuf {
    let affected = |ecosystem: &str, name: &str, fixed: Option<&str>| {
        let mut events = vec![RangeEvent::Introduced("0".into())];
        events.extend(fixed.map(|version| RangeEvent::Fixed(version.into())));
        Affected {
            package: PackageKey::new(Ecosystem::new(ecosystem), name),
            status: VendorStatus::Affected,
            ranges: vec![events],
            versions: Vec::new(),
            severity: None,
            module: None,
        }
    };
    let vector = |source: &str, vector: &str| CvssVector {
        source: source.into(),
        vector: vector.into(),
    };
    let mut nvd = Advisory::new("nvd", "CVE-2024-1000");
    nvd.details = "A flaw in the template engine lets anybody run code.".into();
    nvd.cwes = vec![94];
    nvd.cvss = vec![
        vector("nvd", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
        vector("nvd", "AV:N/AC:L/Au:N/C:P/I:P/A:P"),
    ];
    let mut flask = Advisory::new("ghsa", "GHSA-aaaa-bbbb-cccc");
    flask.aliases = vec!["CVE-2024-1000".into()];
    flask.cvss = vec![vector("ghsa", "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H")];
    flask.affected = vec![affected("PyPI", "flask", Some("2.3.0"))];
    let mut openssl = Advisory::new("debian", "CVE-2024-2000");
    openssl.affected = vec![affected("Debian:12", "openssl", None)];
    let mut jinja = Advisory::new("ghsa", "GHSA-dddd-eeee-ffff");
    jinja.title = "Escaping is left out".into();
    jinja.affected = vec![affected("PyPI", "jinja2", Some("3.0.0"))];
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    let later = later.iter().map(|(id, package)| {
        let mut advisory = Advisory::new("ghsa", *id);
        advisory.affected = vec![affected("PyPI", package, None)];
        advisory
    });
    for advisory in [nvd, flask, openssl, jinja].into_iter().chain(later) {
        builder.advisory(&advisory).unwrap();
    }
    let epss = Epss {
        score: 900_000,
        percentile: 990_000,
    };
    builder.epss("CVE-2024-1000", epss);
    builder.known_exploited(&KnownExploited {
        id: "CVE-2024-1000".into(),
        date_added: "2024-03-01".into(),
        due_date: "2024-03-22".into(),
        ransomware: Ransomware::Known,
    });
    let path = directory.join(name);
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

/// An organisation with its management account, its delegated administrator and a member of that.
async fn organize(database: &Database, id: &str, [management, administrator, member]: [&str; 3]) {
    database.create_organization(id, management, 0).await.unwrap();
    for account in [administrator, member] {
        database.add_member(id, account, &cause()).await.unwrap();
    }
    database
        .delegate(id, Some(administrator), &cause())
        .await
        .unwrap();
    let associated = database
        .associate(id, member, MemberStatus::Enabled, &cause())
        .await;
    assert!(associated.unwrap());
}

/// What the beginning is recorded under.
pub(crate) fn cause() -> Cause {
    Cause {
        code: 4,
        reference: String::new(),
        at: 1_000_000,
    }
}

async fn people(database: &Database, master_key: &MasterKey) -> HashMap<&'static str, Credentials> {
    for account in [
        OWN,
        MANAGEMENT,
        ADMINISTRATOR,
        MEMBER,
        NEWCOMER,
        OTHER_MANAGEMENT,
        OTHER_ADMINISTRATOR,
        OTHER_MEMBER,
    ] {
        let account = StoredAccount {
            account: account.into(),
            name: String::new(),
            created_at: 0,
            belonging: None,
        };
        database.create_account(&account).await.unwrap();
    }
    organize(database, ORGANIZATION, [MANAGEMENT, ADMINISTRATOR, MEMBER]).await;
    organize(
        database,
        OTHER_ORGANIZATION,
        [OTHER_MANAGEMENT, OTHER_ADMINISTRATOR, OTHER_MEMBER],
    )
    .await;
    let newcomer = database.add_member(ORGANIZATION, NEWCOMER, &cause()).await;
    assert!(newcomer.unwrap());
    let mut credentials = HashMap::new();
    for (name, account, role, status) in [
        ("ada", OWN, Role::Administrator, Status::Active),
        ("aud", OWN, Role::Auditor, Status::Active),
        ("dan", OWN, Role::Administrator, Status::Disabled),
        ("dora", ADMINISTRATOR, Role::Administrator, Status::Active),
        ("mia", MEMBER, Role::Administrator, Status::Active),
        ("max", MEMBER, Role::Auditor, Status::Active),
        ("bot", MEMBER, Role::Agent, Status::Active),
        ("moe", MANAGEMENT, Role::Administrator, Status::Active),
        ("dee", ADMINISTRATOR, Role::Auditor, Status::Active),
        ("nia", NEWCOMER, Role::Administrator, Status::Active),
        ("oda", OTHER_ADMINISTRATOR, Role::Administrator, Status::Active),
        ("omi", OTHER_MEMBER, Role::Administrator, Status::Active),
        ("omo", OTHER_MANAGEMENT, Role::Administrator, Status::Active),
    ] {
        let person = StoredPerson {
            account: account.into(),
            name: name.into(),
            role: role.as_str().into(),
            status: status_to_text(status).into(),
            password_hash: String::new(),
            sessions_not_before: 0,
            created_at: 0,
        };
        database.create_person(&person).await.unwrap();
        let id = AccessKeyId::generate(KeyKind::LongLived).unwrap();
        let secret = SecretKey::generate().unwrap();
        let key = StoredKey {
            id: id.to_string(),
            account: account.into(),
            person: name.into(),
            sealed_secret: sealed_to_text(&master_key.seal_secret(&id, &secret).unwrap()),
            status: status_to_text(Status::Active).into(),
            created_at: 0,
            ends_at: 0,
        };
        database.create_key(&key).await.unwrap();
        credentials.insert(
            name,
            Credentials {
                access_key: id.to_string(),
                secret: secret.expose().to_owned(),
                session_token: None,
            },
        );
    }
    credentials
}

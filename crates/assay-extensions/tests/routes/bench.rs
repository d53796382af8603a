//! A service on loopback with our own routes: two accounts, a small intelligence, a clock to move.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use assay_api::{BodySize, Clock, Drained, Metrics, Neighbours, Parts, Server, Shell, Transport};
use assay_backup::Backups;
use assay_engine::{Engine, Intelligence};
use assay_extensions::{Extensions, routes};
use assay_identity::{AccessKeyId, KeyKind, MasterKey, SecretKey};
use assay_intel::{Builder, FeedProvenance, IntelligenceKind};
use assay_model::{Advisory, Affected, CvssVector, Ecosystem, PackageKey, RangeEvent, VendorStatus};
use assay_objects::ObjectStorage;
use assay_service::{Service, StoredCalls, StoredIdentities, describe, operations, sealed_to_text};
use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use assay_store::{Database, Place, StoredAccount, StoredKey, StoredPerson};
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
/// A standalone account: `ada` administers, `aud` audits, `bot` pushes, `eli` enrols agents.
pub(crate) const OWN: &str = "111122223333";
/// Another, which `eve` administers.
pub(crate) const OTHER: &str = "222233334444";

pub(crate) struct Bench {
    pub(crate) service: Arc<Service>,
    engine: Engine,
    intelligence: Arc<Intelligence>,
    pub(crate) database: Database,
    address: String,
    credentials: HashMap<&'static str, Credentials>,
    offset: Arc<AtomicI64>,
    directory: TempDir,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    pub(crate) answer: Value,
}

impl Bench {
    pub(crate) async fn start() -> Bench {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::File(directory.path().join("assay.db"));
        let database = Database::open(&place).await.unwrap();
        let master_key = MasterKey::open_or_create(&directory.path().join("master.key")).unwrap();
        let credentials = people(&database, &master_key).await;
        let offset = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&offset);
        let clock =
            Clock::new(move || Timestamp::now() + SignedDuration::from_secs(seconds.load(Ordering::Relaxed)));
        let first = index(directory.path(), "first.idx", &[None, Some("2.3")]);
        let now = clock.now().as_microsecond();
        let folder = directory.path().join("intelligence");
        let intelligence = Intelligence::open(&database, &folder, &first, now).await.unwrap();
        let (intelligence, wake) = (Arc::new(intelligence), Arc::new(Notify::new()));
        let service = Service::open(
            database.clone(),
            Arc::clone(&intelligence),
            clock.clone(),
            Arc::new(master_key.clone()),
            Arc::clone(&wake),
        )
        .await
        .unwrap();
        let service = Arc::new(service);
        let told = clock.clone();
        let engine = Engine::new(
            database.clone(),
            Arc::clone(&intelligence),
            describe,
            Arc::new(move || told.now().as_microsecond()),
            Arc::clone(&wake),
        );
        let calls = StoredCalls::start(database.clone());
        let shell = Shell::new(Parts {
            operations: operations(Arc::clone(&service)).unwrap(),
            neighbours: Neighbours::default(),
            identities: Arc::new(StoredIdentities(database.clone())),
            master_key,
            clock: clock.clone(),
            regions: vec![REGION.to_owned()],
            call_log: Arc::new(calls.clone()),
            readiness: Arc::new(()),
            metrics: Arc::new(Metrics::new()),
            limits: assay_api::Limits::default(),
        })
        .unwrap();
        let routes = routes(Arc::new(Extensions {
            database: database.clone(),
            service: Arc::clone(&service),
            clock,
            wake,
            calls,
            backups: Backups::new(directory.path(), database.clone()),
            storage: ObjectStorage::Directory(directory.path().join("reports")),
        }));
        let surface = shell
            .extension(BodySize::Large, routes.large)
            .extension(BodySize::Small, routes.small)
            .open(routes.open)
            .finish();
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback)
            .await
            .unwrap();
        let address = server.address().to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(surface, async {
            let _ = stopped.await;
        }));
        let bench = Bench {
            service,
            engine,
            intelligence,
            database,
            address,
            credentials,
            offset,
            directory,
            stop,
            task,
        };
        bench.turn_on(&["EC2"]).await;
        bench
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        assert_eq!(self.task.await.unwrap(), Drained::Whole);
    }

    /// Each resource by a short name for its id, with the reason of its coverage and how many findings of it are open, in order.
    pub(crate) async fn covered(&self, short: fn(&str) -> &str) -> Vec<String> {
        let asks =
            async |path: &str, body: Value| self.call("ada", "inspector2", "POST", path, &body).await.answer;
        let covered = asks("/coverage/list", json!({})).await;
        let active = json!({"findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]});
        let findings = asks("/findings/list", json!({ "filterCriteria": active })).await;
        let findings = findings["findings"].as_array().unwrap();
        let mut lines: Vec<String> = covered["coveredResources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|covered| {
                let id = covered["resourceId"].as_str().unwrap();
                let of_it = findings
                    .iter()
                    .filter(|finding| finding["resources"][0]["id"] == id);
                let reason = covered["scanStatus"]["reason"].as_str().unwrap();
                format!("{} {reason} {}", short(id), of_it.count())
            })
            .collect();
        lines.sort();
        lines
    }

    /// Turns types of scans on.
    pub(crate) async fn turn_on(&self, types: &[&str]) {
        let body = json!({ "resourceTypes": types });
        let enabled = self.call("ada", "inspector2", "POST", "/enable", &body).await;
        assert_eq!(enabled.status, 200, "{enabled:?}");
    }

    /// Moves the clock on and does what is due then.
    pub(crate) async fn pass(&self, days: i64) {
        self.later(days * 24 * 3600).await;
    }

    /// The same, so many seconds later.
    pub(crate) async fn later(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
        self.engine.tick().await.unwrap();
    }

    /// Has the key of a user end in so many days.
    pub(crate) async fn end_key(&self, user: &str, days: i64) {
        let id = &self.credentials[user].access_key;
        let mut key = self.database.key(id).await.unwrap().unwrap();
        key.ends_at = self.service.now() + days * 24 * 3600 * 1_000_000;
        assert!(self.database.change_key(id, "DELETED").await.unwrap());
        self.database.create_key(&key).await.unwrap();
    }

    /// Puts an intelligence in force in which each of the two packages is fixed in a version, or is not.
    pub(crate) async fn learn(&self, fixed: &[Option<&str>; 2]) {
        let file = index(self.directory.path(), "later.idx", fixed);
        let now = self.service.now();
        self.intelligence.take(&self.database, &file, now).await.unwrap();
        self.engine.work_off().await.unwrap();
    }

    /// Pushes a host with packages of PyPI, and finds what there is to find.
    pub(crate) async fn host(&self, name: &str, purls: &[&str]) -> Value {
        let sent = self.get_pushed(name, Some(purls)).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.engine.work_off().await.unwrap();
        sent.answer
    }

    pub(crate) async fn get_pushed(&self, name: &str, purls: Option<&[&str]>) -> Sent {
        let inventory = purls.map(|purls| {
            let packages: Vec<Value> = purls
                .iter()
                .map(|purl| json!({"purl": purl, "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}))
                .collect();
            json!({"schema": "assay.inventory/1", "artifact": {}, "packages": packages})
        });
        let body = json!({"resource": {"type": "host", "id": name}, "inventory": inventory});
        self.call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await
    }

    /// Works until nothing is owed.
    pub(crate) async fn work(&self) {
        self.engine.work_off().await.unwrap();
    }

    /// The findings of the own account: vulnerability, status and ARN, sorted.
    pub(crate) async fn findings(&self) -> Vec<(String, String, String)> {
        let listed = self
            .call("ada", "inspector2", "POST", "/findings/list", &json!({}))
            .await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut findings: Vec<_> = listed.answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                (
                    text(&finding["packageVulnerabilityDetails"]["vulnerabilityId"]),
                    text(&finding["status"]),
                    text(&finding["findingArn"]),
                )
            })
            .collect();
        findings.sort();
        findings
    }

    /// Vulnerabilities with their statuses.
    pub(crate) async fn statuses(&self) -> Vec<String> {
        let findings = self.findings().await;
        findings
            .iter()
            .map(|(vulnerability, status, _)| format!("{vulnerability} {status}"))
            .collect()
    }

    /// Asks one of our own routes.
    pub(crate) async fn get(&self, user: &str, target: &str) -> Sent {
        self.send(user, "assay", "GET", &format!("/assay/v1{target}"), "")
            .await
    }

    /// Sends a document.
    pub(crate) async fn call(
        &self,
        user: &str,
        service: &str,
        method: &str,
        target: &str,
        body: &Value,
    ) -> Sent {
        self.send(user, service, method, target, &body.to_string()).await
    }

    /// Sends a request that is signed for a service; `nobody` signs nothing.
    pub(crate) async fn send(
        &self,
        user: &str,
        service: &str,
        method: &str,
        target: &str,
        body: &str,
    ) -> Sent {
        self.send_by(self.credentials.get(user), service, method, target, body)
            .await
    }

    /// The same by a key.
    pub(crate) async fn send_by(
        &self,
        credentials: Option<&Credentials>,
        service: &str,
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
        let headers = match credentials {
            Some(credentials) => {
                sign(&request, credentials, REGION, service, self.service.clock.now()).unwrap()
            }
            None => Vec::new(),
        };
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
        Sent {
            status: head[9..12].parse().unwrap(),
            head: head.to_owned(),
            answer: serde_json::from_str(body).unwrap_or(Value::Null),
        }
    }
}

/// A name as it goes into a query.
pub(crate) fn escaped(name: &str) -> String {
    name.replace(':', "%3A").replace('/', "%2F")
}

/// Flaws of flask (CVE-2024-1) and of jinja2 (CVE-2024-2).
fn index(directory: &Path, name: &str, fixed: &[Option<&str>; 2]) -> PathBuf {
    let flaws = [("CVE-2024-1", "flask"), ("CVE-2024-2", "jinja2")];
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for ((id, package), fixed) in flaws.into_iter().zip(fixed) {
        let mut events = vec![RangeEvent::Introduced("1.0".into())];
        events.extend(fixed.map(|version| RangeEvent::Fixed(version.into())));
        let mut advisory = Advisory::new("ghsa", id);
        advisory.title = format!("A flaw in {package}");
        advisory.affected = vec![Affected {
            package: PackageKey::new(Ecosystem::new("PyPI"), package),
            status: VendorStatus::Affected,
            ranges: vec![events],
            versions: Vec::new(),
            severity: None,
            module: None,
        }];
        advisory.cvss = vec![CvssVector {
            source: "ghsa".into(),
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N".into(),
        }];
        builder.advisory(&advisory).unwrap();
    }
    builder.feed(FeedProvenance {
        name: "osv/PyPI".to_owned(),
        date: Some("2024-01-02T00:00:00Z".to_owned()),
        records: 2,
        bytes: 7,
        warnings: vec!["it is old".to_owned()],
    });
    let path = directory.join(name);
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

async fn people(database: &Database, master_key: &MasterKey) -> HashMap<&'static str, Credentials> {
    for account in [OWN, OTHER] {
        let account = StoredAccount {
            account: account.into(),
            name: String::new(),
            belonging: None,
            created_at: 0,
        };
        database.create_account(&account).await.unwrap();
    }
    let mut credentials = HashMap::new();
    for (name, account, role) in [
        ("ada", OWN, "administrator"),
        ("aud", OWN, "auditor"),
        ("bot", OWN, "agent"),
        ("eli", OWN, "enroller"),
        ("eve", OTHER, "administrator"),
    ] {
        let person = StoredPerson {
            account: account.into(),
            name: name.into(),
            role: role.into(),
            status: "ACTIVE".into(),
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
            status: "ACTIVE".into(),
            created_at: 0,
            ends_at: 0,
        };
        database.create_key(&key).await.unwrap();
        let key = Credentials {
            access_key: id.to_string(),
            secret: secret.expose().to_owned(),
            session_token: None,
        };
        credentials.insert(name, key);
    }
    credentials
}

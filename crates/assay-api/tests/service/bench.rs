//! A service of a few operations, with its people in memory and a clock to move.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use assay_api::{
    BodySize, CallLog, CallRecord, Caller, Cause, Clock, Drained, Fault, Identities, KeyRecord, Limits,
    Metrics, Neighbours, Parts, Pending, Registry, Server, Shell, Transport, UserRecord,
};
use assay_api_model::{Open, inspector_scan, inspector2};
use assay_identity::{
    AccessKeyId, AccountId, Action, KeyKind, MasterKey, PasswordHash, Principal, Relation, Role, Rule,
    SecretKey, SignInCode, Standing, Status, UserName,
};
use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// People and what operations keep.
pub(crate) struct State {
    pub(crate) tags: Mutex<HashMap<String, BTreeMap<String, String>>>,
}

#[derive(Default)]
pub(crate) struct People {
    pub(crate) keys: Mutex<HashMap<AccessKeyId, KeyRecord>>,
    pub(crate) users: Mutex<HashMap<(AccountId, UserName), UserRecord>>,
    pub(crate) codes: Mutex<HashMap<String, (AccountId, UserName)>>,
}

impl Identities for People {
    fn access_key<'a>(&'a self, id: &'a AccessKeyId) -> Pending<'a, Result<Option<KeyRecord>, Cause>> {
        Box::pin(async move { Ok(self.keys.lock().unwrap().get(id).cloned()) })
    }

    fn user<'a>(
        &'a self,
        account: AccountId,
        name: &'a UserName,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>> {
        Box::pin(async move {
            let place = (account, name.clone());
            Ok(self.users.lock().unwrap().get(&place).cloned())
        })
    }

    fn user_of_code<'a>(
        &'a self,
        code: &'a SignInCode,
        _: Timestamp,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>> {
        Box::pin(async move {
            let place = self.codes.lock().unwrap().remove(code.expose());
            Ok(place.and_then(|place| self.users.lock().unwrap().get(&place).cloned()))
        })
    }

    fn standing_below<'a>(
        &'a self,
        _: &'a Principal,
        _: AccountId,
    ) -> Pending<'a, Result<Option<Standing>, Cause>> {
        Box::pin(async move { Ok(None) })
    }

    fn user_of_any_account<'a>(
        &'a self,
        name: &'a UserName,
    ) -> Pending<'a, Result<Option<UserRecord>, Cause>> {
        Box::pin(async move {
            let users = self.users.lock().unwrap();
            let mut found = users.iter().filter(|((_, other), _)| other == name);
            Ok(match (found.next(), found.next()) {
                (Some((_, user)), None) => Some(user.clone()),
                _ => None,
            })
        })
    }
}

#[derive(Default)]
pub(crate) struct Records(pub(crate) Mutex<Vec<CallRecord>>);

impl CallLog for Records {
    fn append(&self, record: CallRecord) -> Pending<'_, Result<(), Cause>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(record);
            Ok(())
        })
    }
}

/// A service that runs.
pub(crate) struct Bench {
    pub(crate) server: String,
    pub(crate) people: Arc<People>,
    pub(crate) records: Arc<Records>,
    pub(crate) metrics: Arc<Metrics>,
    offset: Arc<AtomicI64>,
    credentials: HashMap<&'static str, Credentials>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default(), Transport::Loopback).await
    }

    pub(crate) async fn with(limits: Limits, transport: Transport) -> Self {
        let master_key = MasterKey::generate().unwrap();
        let (people, credentials) = people(&master_key);
        let offset = Arc::new(AtomicI64::new(0));
        let (records, metrics) = (Arc::new(Records::default()), Arc::new(Metrics::new()));
        let seconds = offset.clone();
        let shell = Shell::new(Parts {
            operations: operations(),
            neighbours: Neighbours::default(),
            identities: people.clone(),
            master_key,
            clock: Clock::new(move || {
                Timestamp::now() + SignedDuration::from_secs(seconds.load(Ordering::Relaxed))
            }),
            regions: vec!["eu-west-1".to_owned(), "us-east-1".to_owned()],
            call_log: records.clone(),
            readiness: Arc::new(()),
            metrics: metrics.clone(),
            limits,
        })
        .unwrap()
        .extension(BodySize::Large, crate::extensions::large())
        .extension(BodySize::Small, crate::extensions::small());
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), transport)
            .await
            .unwrap();
        let address = server.address().to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(shell.finish(), async {
            let _ = stopped.await;
        }));
        Self {
            server: address,
            people,
            records,
            metrics,
            offset,
            credentials,
            stop,
            task,
        }
    }

    /// Moves the service's clock to so many seconds beside the true time.
    pub(crate) fn move_clock(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }

    pub(crate) fn credentials(&self, user: &str) -> Credentials {
        self.credentials[user].clone()
    }

    pub(crate) async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        self.task.await.unwrap()
    }

    /// A call for `call.py` by a user.
    pub(crate) fn call(&self, user: &str, operation: &str, arguments: Value) -> Value {
        let credentials = self.credentials(user);
        let mut call = json!({
            "endpoint": format!("http://{}", self.server),
            "key": credentials.access_key,
            "secret": credentials.secret,
            "operation": operation,
        });
        call["arguments"] = arguments;
        call
    }

    /// A signed request as bytes, for one connection.
    pub(crate) fn signed(
        &self,
        user: &str,
        method: &str,
        target: &str,
        service: &str,
        body: &[u8],
    ) -> Vec<u8> {
        self.signed_by(&self.credentials(user), method, target, service, body)
    }

    pub(crate) fn signed_by(
        &self,
        credentials: &Credentials,
        method: &str,
        target: &str,
        service: &str,
        body: &[u8],
    ) -> Vec<u8> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method,
            path,
            query,
            headers: &[("host", self.server.as_bytes())],
            body: BodyDigest::of(body),
        };
        let headers = sign(&request, credentials, "eu-west-1", service, Timestamp::now()).unwrap();
        let mut text = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.server,
            body.len()
        );
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Sends bytes and reads what comes until the connection ends.
    pub(crate) async fn send(&self, bytes: &[u8]) -> Answered {
        let mut stream = TcpStream::connect(&self.server).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        Answered::read(&mut stream).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        self.send(request.as_bytes()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answered {
        let body = body.to_string();
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        self.send((head + &body).as_bytes()).await
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut bytes)).await;
        read.unwrap().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer but {text:?}"));
        Self {
            status: head[9..12].parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What comes of calls by boto3, where that is installed.
pub(crate) async fn boto3(calls: Vec<Value>) -> Option<Vec<Value>> {
    let answered = tokio::task::spawn_blocking(move || {
        let python = python(
            "import boto3, botocore.session as session; \
            session.Session().get_service_model('inspector2').operation_model('CreateConnector')",
        )?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/call.py");
        let mut child = Command::new(&python)
            .arg(script)
            .env_remove("AWS_PROFILE")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines: String = calls.iter().map(|call| format!("{call}\n")).collect();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let text = String::from_utf8(output.stdout).unwrap();
        let outcomes: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(outcomes.len(), calls.len());
        Some(outcomes)
    });
    answered.await.unwrap()
}

/// The python of the tests, if it can do what a line of it asks.
pub(crate) fn python(question: &str) -> Option<std::ffi::OsString> {
    let python = std::env::var_os("ASSAY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let answer = Command::new(&python).args(["-c", question]).output();
    if answer.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    println!("skipped: neither $ASSAY_TEST_PYTHON nor python3 has boto3 of 1.44 or later, or awscli");
    None
}

fn people(master_key: &MasterKey) -> (Arc<People>, HashMap<&'static str, Credentials>) {
    let people = People::default();
    let password = PasswordHash::of(PASSWORD).unwrap();
    let mut credentials = HashMap::new();
    for (name, account, relation, role, status) in [
        (
            "ada",
            111_122_223_333,
            Relation::Standalone,
            Role::Administrator,
            Status::Active,
        ),
        (
            "aud",
            111_122_223_333,
            Relation::Standalone,
            Role::Auditor,
            Status::Active,
        ),
        (
            "bot",
            111_122_223_333,
            Relation::Standalone,
            Role::Agent,
            Status::Active,
        ),
        (
            "mia",
            444_455_556_666,
            Relation::Member,
            Role::Administrator,
            Status::Active,
        ),
        (
            "dan",
            444_455_556_666,
            Relation::Member,
            Role::Administrator,
            Status::Disabled,
        ),
    ] {
        let principal = Principal {
            account: AccountId::from_number(account).unwrap(),
            standing: Standing {
                relation,
                rule: match relation {
                    Relation::Member => Rule::Administrator,
                    _ => Rule::Own,
                },
                ..Standing::alone()
            },
            user: name.parse().unwrap(),
            role,
            assumed: None,
        };
        let user = UserRecord {
            principal: principal.clone(),
            status,
            password: Some(password.clone()),
            sessions_not_before: None,
        };
        let id = AccessKeyId::generate(KeyKind::LongLived).unwrap();
        let secret = SecretKey::generate().unwrap();
        let record = KeyRecord {
            sealed_secret: master_key.seal_secret(&id, &secret).unwrap(),
            status: Status::Active,
            ends_at: None,
            user: user.clone(),
        };
        credentials.insert(
            name,
            Credentials {
                access_key: id.to_string(),
                secret: secret.expose().to_owned(),
                session_token: None,
            },
        );
        people.keys.lock().unwrap().insert(id, record);
        let place = (principal.account, principal.user);
        people.users.lock().unwrap().insert(place, user);
    }
    (Arc::new(people), credentials)
}

fn operations() -> assay_api::Operations {
    let state = Arc::new(State {
        tags: Mutex::default(),
    });
    Registry::new(state)
        .on(inspector2::ListAccountPermissions, Action::Read, list_permissions)
        .on(
            inspector2::CreateFilter,
            Action::ManageSavedFilters,
            create_filter,
        )
        .on(inspector2::TagResource, Action::Tag, tag)
        .on(inspector2::ListTagsForResource, Action::Read, list_tags)
        .on(inspector2::Disable, Action::ActivateOwnAccount, |_, _, _| async {
            panic!("on purpose")
        })
        .on(inspector2::ListFilters, Action::Read, |_, _, _| async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            Ok(inspector2::ListFiltersResponse {
                filters: Vec::new(),
                next_token: None,
            })
        })
        .on(
            inspector_scan::ScanSbom,
            Action::ScanDocument,
            |_, _, input| async move {
                let components = input.sbom["components"].as_array().map_or(0, Vec::len);
                Ok(inspector_scan::ScanSbomResponse {
                    sbom: Some(json!({"components": components})),
                })
            },
        )
        .finish()
        .unwrap()
}

async fn list_permissions(
    _: Arc<State>,
    caller: Caller,
    input: inspector2::ListAccountPermissionsRequest,
) -> Result<inspector2::ListAccountPermissionsResponse, Fault> {
    let all = [
        inspector2::Operation::EnableScanning,
        inspector2::Operation::DisableScanning,
        inspector2::Operation::EnableRepository,
    ];
    let start: usize = caller
        .pages
        .position(input.next_token.as_deref())?
        .unwrap_or_default();
    let size = usize::try_from(input.max_results.unwrap_or(1024)).unwrap();
    let page = all.into_iter().skip(start).take(size);
    let permissions = page.map(|operation| inspector2::Permission {
        operation: Open::Known(operation),
        service: Open::Known(inspector2::Service::Ec2),
    });
    let next = start + size;
    Ok(inspector2::ListAccountPermissionsResponse {
        permissions: permissions.collect(),
        next_token: (next < all.len())
            .then(|| caller.pages.token(&next))
            .transpose()?,
    })
}

async fn create_filter(
    _: Arc<State>,
    caller: Caller,
    input: inspector2::CreateFilterRequest,
) -> Result<inspector2::CreateFilterResponse, Fault> {
    if input.action == inspector2::FilterAction::Suppress {
        caller.require(Action::ManageSuppressionRules)?;
    }
    let (region, account) = (&caller.region, caller.principal.account);
    Ok(inspector2::CreateFilterResponse {
        arn: format!(
            "arn:aws:inspector2:{region}:{account}:owner/{account}/filter/{}",
            input.name
        ),
    })
}

async fn tag(
    state: Arc<State>,
    _: Caller,
    input: inspector2::TagResourceRequest,
) -> Result<inspector2::TagResourceResponse, Fault> {
    state.tags.lock().unwrap().insert(input.resource_arn, input.tags);
    Ok(inspector2::TagResourceResponse {})
}

async fn list_tags(
    state: Arc<State>,
    _: Caller,
    input: inspector2::ListTagsForResourceRequest,
) -> Result<inspector2::ListTagsForResourceResponse, Fault> {
    let tags = state.tags.lock().unwrap().get(&input.resource_arn).cloned();
    match tags {
        Some(tags) => Ok(inspector2::ListTagsForResourceResponse { tags: Some(tags) }),
        None => Err(Fault::NotFound(format!("there is no {}", input.resource_arn))),
    }
}

//! What is said to the service.

use std::{thread, time::Duration};

use assay_client::{CallError, Client, Route};
use assay_sigv4::Credentials;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::reading::{ReadError, Unreadable, UnreadableReason};

const RESOURCES: Route = Route::post("/assay/v1/resources");
const STATE: Route = Route::post("/assay/v1/resource/state");
const PULLS: Route = Route::post("/assay/v1/images/pulls");
const CLUSTERS: Route = Route::post("/assay/v1/clusters");
const NETWORK: Route = Route::post("/assay/v1/network");
const WANTED: Route = Route::get("/assay/v1/resources/wanted");

/// The status of an answer about what is not there.
const NOT_FOUND: u16 = 404;

/// Between two tries of a call that may pass.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A service, by a key that may push.
pub struct Service {
    client: Client,
    keys: Box<dyn Keys>,
    /// The region and the account that resources are to belong to.
    region: String,
    account: String,
}

/// Whoever has a key of a service.
pub trait Keys: Send + Sync {
    /// A key that is good for some minutes at least.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn keys(&self) -> Result<Credentials, CallError>;
}

impl Keys for Credentials {
    fn keys(&self) -> Result<Credentials, CallError> {
        Ok(self.clone())
    }
}

/// What the service wants of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// An inventory.
    Inventory,
    /// Nothing more.
    Nothing,
}

/// What came of reading something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// The service has its inventory.
    Inventory,
    /// The service knows why it cannot be read.
    Unreadable(UnreadableReason),
    /// It may be read later.
    Later,
    /// It is no more.
    Gone,
}

impl Service {
    /// Asks a service whose resources these are to be.
    ///
    /// # Errors
    ///
    /// A service that does not answer, or refuses the key.
    pub fn open(client: Client, keys: Credentials) -> Result<Service, CallError> {
        let parameters = [("maxResults", "1")];
        let answer = client.ask(&keys, WANTED, &parameters)?;
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Ok(Service {
            region: text("region"),
            account: text("accountId"),
            client,
            keys: Box::new(keys),
        })
    }

    /// A service that takes what is told for a region of an account. The client is one for that region.
    pub fn of(client: Client, keys: Box<dyn Keys>, account: &str, region: &str) -> Service {
        Service {
            client,
            keys,
            region: region.to_owned(),
            account: account.to_owned(),
        }
    }

    /// The id of an image.
    pub fn id(&self, repository: &str, digest: &str) -> String {
        format!("{}{repository}/{digest}", self.stem())
    }

    /// What the ids of images begin with, up to the repository.
    fn stem(&self) -> String {
        format!("arn:aws:ecr:{}:{}:repository/", self.region, self.account)
    }

    /// The id of a version of a function.
    pub fn function_id(&self, name: &str, version: &str) -> String {
        format!(
            "arn:aws:lambda:{}:{}:function:{name}:{version}",
            self.region, self.account
        )
    }

    /// The repository and the digest of an image by its id; `None` for what is no image of a repository here.
    pub fn image<'i>(&self, id: &'i str) -> Option<(&'i str, &'i str)> {
        id.strip_prefix(&self.stem())?.rsplit_once('/')
    }

    /// Tells of a resource; gives what is wanted of it.
    ///
    /// # Errors
    ///
    /// When the service refuses; what may pass is tried again until it does.
    pub fn tell(&self, resource: &Value, problem: Option<&Unreadable>) -> Result<Wish, CallError> {
        let mut body = json!({ "resource": resource });
        if let Some(problem) = problem {
            body["problem"] = json!(problem);
        }
        let answer = self.post(RESOURCES, &body)?;
        Ok(match answer["wanted"].as_bool() {
            Some(true) => Wish::Inventory,
            _ => Wish::Nothing,
        })
    }

    /// Tells what is installed in a resource, or why that cannot be read. Gives what came of reading it.
    ///
    /// # Errors
    ///
    /// When the service refuses; what may pass is tried again until it does.
    pub fn report(&self, resource: &Value, read: Result<Vec<u8>, ReadError>) -> Result<Reported, CallError> {
        let inventory = match read {
            Ok(inventory) => inventory,
            Err(ReadError::Gone(_)) => return Ok(Reported::Gone),
            Err(ReadError::Passing(message)) => {
                tracing::warn!("{message}; it is read later");
                return Ok(Reported::Later);
            }
            Err(ReadError::Lasting(problem)) => {
                tracing::warn!("{}", problem.message);
                self.tell(resource, Some(&problem))?;
                return Ok(Reported::Unreadable(problem.reason));
            }
        };
        let head = format!("{{\"resource\":{resource},\"inventory\":");
        let body = [head.as_bytes(), &inventory, b"}"].concat();
        persistently(|| self.client.call(&self.keys.keys()?, RESOURCES, &body))?;
        tracing::info!("{} is read", resource["id"].as_str().unwrap_or_default());
        Ok(Reported::Inventory)
    }

    /// Tells that a resource is no more. One that was never told of needs no telling.
    ///
    /// # Errors
    ///
    /// When the service refuses; what may pass is tried again until it does.
    pub fn end(&self, kind: &str, id: &str) -> Result<(), CallError> {
        let body = json!({ "id": id, "type": kind, "state": "terminated" });
        match self.post(STATE, &body) {
            Err(CallError::Refused {
                status: NOT_FOUND, ..
            }) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Tells that an image was pulled.
    ///
    /// # Errors
    ///
    /// When the service refuses; what may pass is tried again until it does.
    pub fn pulled(&self, repository: &str, digest: &str, at: Timestamp) -> Result<(), CallError> {
        let at = u32::try_from(at.as_second()).unwrap_or_default();
        let pull = json!({ "repository": repository, "digest": digest, "pulledAt": at });
        self.post(PULLS, &json!({ "pulls": [pull] })).map(|_| ())
    }

    /// Tells what runs in a cluster. It is not tried again: what runs is looked at again soon.
    ///
    /// # Errors
    ///
    /// When the service does not answer or refuses.
    pub fn tell_cluster(&self, told: &Value) -> Result<(), CallError> {
        self.client
            .call(&self.keys.keys()?, CLUSTERS, told.to_string().as_bytes())
            .map(|_| ())
    }

    /// Tells of the network.
    ///
    /// # Errors
    ///
    /// When the service refuses; what may pass is tried again until it does.
    pub fn tell_network(&self, told: &Value) -> Result<(), CallError> {
        self.post(NETWORK, told).map(|_| ())
    }

    /// The ids of resources of which no inventory came yet.
    ///
    /// # Errors
    ///
    /// When the service does not answer or refuses.
    pub fn wanted(&self) -> Result<Vec<String>, CallError> {
        let mut ids = Vec::new();
        let mut token = String::new();
        loop {
            let mut parameters = vec![("maxResults", "200")];
            if !token.is_empty() {
                parameters.push(("nextToken", &token));
            }
            let answer = self.client.ask(&self.keys.keys()?, WANTED, &parameters)?;
            let resources = answer["resources"].as_array().into_iter().flatten();
            ids.extend(resources.filter_map(|resource| resource["id"].as_str().map(str::to_owned)));
            match answer["nextToken"].as_str() {
                Some(next) => next.clone_into(&mut token),
                None => return Ok(ids),
            }
        }
    }

    fn post(&self, route: Route, body: &Value) -> Result<Value, CallError> {
        let body = body.to_string();
        persistently(|| self.client.call(&self.keys.keys()?, route, body.as_bytes()))
    }
}

/// Calls until it does not fail of what may pass: whoever waits for us keeps what it has to say.
fn persistently<T>(call: impl Fn() -> Result<T, CallError>) -> Result<T, CallError> {
    let mut pause = FIRST_PAUSE;
    loop {
        match call() {
            Err(error) if error.is_passing() => {
                tracing::warn!("{error}; again in {} s", pause.as_secs());
                thread::sleep(pause.mul_f64(0.75 + fastrand::f64() / 2.0));
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            other => return other,
        }
    }
}

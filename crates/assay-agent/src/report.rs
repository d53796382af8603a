//! Telling the service what a host has.

use std::time::Duration;

use assay_client::{CallError, Client, Route};
use assay_delta::{Change, DIGEST, Kept, KeptError, LARGEST};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::{
    enrolment::{EnrolmentError, rotate},
    host::Addresses,
    running::Running,
    state::{Identity, Reported, Settings, State, StateError},
};

const RESOURCES: Route = Route::post("/assay/v1/resources");
const SETTINGS: Route = Route::get("/assay/v1/agents/settings");

/// The status of an answer to a confirmation or a change that does not fit.
const CONFLICT: u16 = 409;

/// The status of an answer of a service that knows no changes.
const UNKNOWN: u16 = 400;

/// A change is told where the whole is this many times as long at least.
const WORTH: usize = 2;

/// What is told of a host beside what is installed there.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// Its addresses.
    pub addresses: Addresses,
    /// What runs on it.
    pub running: Running,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The service has it, and said this of the coverage.
    Whole {
        /// How many packages it has.
        packages: u64,
        /// Why the host is covered or is not, as Inspector's `ScanStatusReason`.
        reason: String,
    },
    /// The service has it by what changed since the last report.
    Changed {
        /// How many packages it has.
        packages: u64,
        /// The reason.
        reason: String,
    },
    /// The service has what runs; what is installed nobody read.
    Running {
        /// The reason.
        reason: String,
    },
    /// The service had it already.
    Confirmed {
        /// The reason.
        reason: String,
    },
}

/// A report that the service did not take.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A call that failed. Where it may pass, the report is kept.
    #[error(transparent)]
    Call(#[from] CallError),
    /// What was read of the host cannot be told.
    #[error("cannot tell what the host has: it {0}")]
    Inventory(#[from] KeptError),
    /// A key that could not be had.
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    /// A file of the agent's.
    #[error(transparent)]
    State(#[from] StateError),
}

impl ReportError {
    /// Whether the same may pass later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Call(error) | Self::Enrolment(EnrolmentError::Call(error)) => error.is_passing(),
            Self::Enrolment(_) | Self::State(_) | Self::Inventory(_) => false,
        }
    }
}

/// Reports of one host.
#[derive(Debug)]
pub struct Reporter<'a> {
    client: &'a Client,
    state: &'a State,
    identity: Identity,
}

impl<'a> Reporter<'a> {
    /// Reports of the host that an identity is of.
    pub fn new(client: &'a Client, state: &'a State, identity: Identity) -> Reporter<'a> {
        Reporter {
            client,
            state,
            identity,
        }
    }

    /// What the agent is to do, as the service says now, else as it said last.
    ///
    /// # Errors
    ///
    /// A service that refuses; a file that fails.
    pub fn settings(&self) -> Result<Settings, ReportError> {
        let answer = match self.client.call(&self.identity.credentials(), SETTINGS, b"") {
            Ok(answer) => answer,
            Err(error) if error.is_passing() => return Ok(self.state.settings()?),
            Err(error) => return Err(error.into()),
        };
        let told = &answer["deepInspection"];
        let paths = told["packagePaths"].as_array();
        let settings = Settings {
            inspects_deeply: told["status"] != "DEACTIVATED",
            watched: paths
                .into_iter()
                .flatten()
                .filter_map(|path| path.as_str().map(str::to_owned))
                .collect(),
            report_every: answer["reportEverySeconds"]
                .as_u64()
                .and_then(|seconds| u32::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0),
        };
        if self.state.settings()? != settings {
            self.state.keep_settings(&settings)?;
        }
        Ok(settings)
    }

    /// Has another key made where this one is older than so long. A service that is away is asked the next time.
    ///
    /// # Errors
    ///
    /// A service that refuses; a file that fails.
    pub fn rotate_key(&mut self, after: Duration) -> Result<(), ReportError> {
        let age = Timestamp::now().duration_since(self.identity.key_made_at);
        if age < SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX) {
            return Ok(());
        }
        match rotate(self.client, &self.identity) {
            Ok(identity) => {
                self.state.keep_identity(&identity)?;
                self.identity = identity;
                tracing::info!("has a new key");
                Ok(())
            }
            Err(EnrolmentError::Call(error)) if error.is_passing() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Tells what the host has: a document of `assay sbom`, or one that was kept. What has not changed since the last report
    /// is confirmed only; of what has, only the change is told. What is not taken and may be later is kept.
    ///
    /// # Errors
    ///
    /// A service that does not answer or refuses; a file that fails.
    pub fn report(&self, inventory: &[u8], report: &Report) -> Result<Taken, ReportError> {
        // As the service keeps it, so that both have one digest for it.
        let whole = Kept::read(inventory)?;
        let resource = self.resource(report);
        let outcome = self.tell(&resource, &whole);
        match &outcome {
            Ok(_) => self.state.unspool()?,
            Err(error) if error.is_passing() => self.state.spool(&whole.document)?,
            Err(_) => {}
        }
        outcome
    }

    /// Tells what runs, and nothing of what is installed, which stays as it was told; `None` where the service has none of it.
    ///
    /// # Errors
    ///
    /// A service that does not answer or refuses; a file that fails.
    pub fn report_running(&self, report: &Report) -> Result<Option<Taken>, ReportError> {
        if self.state.reported()?.is_none() {
            return Ok(None);
        }
        let body = json!({ "resource": self.resource(report) }).to_string();
        let answer = self
            .client
            .call(&self.identity.credentials(), RESOURCES, body.as_bytes())?;
        let reason = reason(&answer);
        Ok((answer["wanted"] != true).then_some(Taken::Running { reason }))
    }

    /// Tells as little as the service needs to know all.
    fn tell(&self, resource: &Value, whole: &Kept) -> Result<Taken, ReportError> {
        let Some(reported) = self.state.reported()? else {
            return self.whole(resource, whole);
        };
        let told = match reported.sent == whole.digest {
            true => Some(self.confirm(resource, &reported.taken)),
            false => self
                .change(&reported, whole)?
                .map(|change| self.changed(resource, whole, &change)),
        };
        match told {
            None => self.whole(resource, whole),
            Some(Err(ReportError::Call(CallError::Refused {
                status: CONFLICT | UNKNOWN,
                ..
            }))) => self.whole(resource, whole),
            Some(told) => told,
        }
    }

    fn confirm(&self, resource: &Value, taken: &str) -> Result<Taken, ReportError> {
        let answer = self.push(resource, json!({ "digest": taken }).to_string().as_bytes())?;
        Ok(Taken::Confirmed {
            reason: reason(&answer),
        })
    }

    /// What changed since the last report; `None` where the service has that in another form, or nearly all changed.
    fn change(&self, reported: &Reported, whole: &Kept) -> Result<Option<String>, ReportError> {
        if reported.taken.strip_prefix(DIGEST) != Some(reported.sent.as_str()) {
            return Ok(None);
        }
        let Some(base) = self.state.base()? else {
            return Ok(None);
        };
        // Whatever became of the file, the whole is told then.
        let Some(base) = Kept::read(&base).ok().filter(|base| base.digest == reported.sent) else {
            return Ok(None);
        };
        let change = Change::between(&base, whole)?;
        let text = serde_json::to_string(&change).unwrap_or_default();
        let is_worth_it = !text.is_empty() && text.len() <= whole.document.len() / WORTH;
        Ok(is_worth_it.then_some(text))
    }

    fn changed(&self, resource: &Value, whole: &Kept, change: &str) -> Result<Taken, ReportError> {
        let answer = self.push(resource, change.as_bytes())?;
        self.keep(whole, &answer)?;
        Ok(Taken::Changed {
            packages: packages(&answer),
            reason: reason(&answer),
        })
    }

    fn whole(&self, resource: &Value, whole: &Kept) -> Result<Taken, ReportError> {
        let answer = self.push(resource, &whole.document)?;
        self.keep(whole, &answer)?;
        Ok(Taken::Whole {
            packages: packages(&answer),
            reason: reason(&answer),
        })
    }

    fn push(&self, resource: &Value, inventory: &[u8]) -> Result<Value, CallError> {
        let head = format!("{{\"resource\":{resource},\"inventory\":");
        let body = [head.as_bytes(), inventory, b"}"].concat();
        self.client.call(&self.identity.credentials(), RESOURCES, &body)
    }

    /// Keeps what the service took, to tell changes from.
    fn keep(&self, whole: &Kept, answer: &Value) -> Result<(), ReportError> {
        let Some(taken) = answer.pointer("/inventory/digest").and_then(Value::as_str) else {
            return Ok(());
        };
        match whole.document.len() <= LARGEST {
            true => self.state.keep_base(&whole.document)?,
            false => self.state.forget_base()?,
        }
        self.state.keep_reported(&Reported {
            sent: whole.digest.clone(),
            taken: taken.to_owned(),
        })?;
        Ok(())
    }

    fn resource(&self, report: &Report) -> Value {
        let tags: Map<String, Value> = report
            .tags
            .iter()
            .map(|(key, value)| (key.clone(), Value::from(value.as_str())))
            .collect();
        let mut resource = json!({
            "type": "host",
            "id": self.identity.host_id,
            "details": { "awsEc2Instance": report.addresses },
            "running": report.running,
        });
        // Without tags of its own it leaves those that others tell.
        if !tags.is_empty() {
            resource["tags"] = tags.into();
        }
        resource
    }
}

fn packages(answer: &Value) -> u64 {
    let packages = answer.pointer("/inventory/packages").and_then(Value::as_u64);
    packages.unwrap_or_default()
}

fn reason(answer: &Value) -> String {
    let reason = answer.pointer("/coverage/reason").and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

//! Telling the service what a host has.

use std::time::Duration;

use assay_client::{CallError, Client, Route};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::{
    digest::digest,
    enrolment::{EnrolmentError, rotate},
    host::Addresses,
    running::Running,
    state::{Identity, Reported, Settings, State, StateError},
};

const RESOURCES: Route = Route::post("/assay/v1/resources");
const SETTINGS: Route = Route::get("/assay/v1/agents/settings");

/// The status of an answer to a confirmation that does not fit.
const CONFLICT: u16 = 409;

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
            Self::Enrolment(_) | Self::State(_) => false,
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

    /// Tells what the host has: a document of `assay sbom`. What has not changed since the last report is confirmed only. What
    /// is not taken and may be later is kept.
    ///
    /// # Errors
    ///
    /// A service that does not answer or refuses; a file that fails.
    pub fn report(&self, inventory: &[u8], report: &Report) -> Result<Taken, ReportError> {
        let sent = digest(inventory);
        let resource = self.resource(report);
        let outcome = match self.state.reported()? {
            Some(reported) if reported.sent == sent => match self.confirm(&resource, &reported.taken) {
                Err(CallError::Refused { status: CONFLICT, .. }) => self.whole(&resource, inventory, &sent),
                Err(error) => Err(error.into()),
                Ok(taken) => Ok(taken),
            },
            _ => self.whole(&resource, inventory, &sent),
        };
        match &outcome {
            Ok(_) => self.state.unspool()?,
            Err(error) if error.is_passing() => self.state.spool(inventory)?,
            Err(_) => {}
        }
        outcome
    }

    fn confirm(&self, resource: &Value, taken: &str) -> Result<Taken, CallError> {
        let body = json!({ "resource": resource, "inventory": { "digest": taken } }).to_string();
        let answer = self
            .client
            .call(&self.identity.credentials(), RESOURCES, body.as_bytes())?;
        Ok(Taken::Confirmed {
            reason: reason(&answer),
        })
    }

    fn whole(&self, resource: &Value, inventory: &[u8], sent: &str) -> Result<Taken, ReportError> {
        let head = format!("{{\"resource\":{resource},\"inventory\":");
        let body = [head.as_bytes(), inventory, b"}"].concat();
        let answer = self.client.call(&self.identity.credentials(), RESOURCES, &body)?;
        if let Some(taken) = answer.pointer("/inventory/digest").and_then(Value::as_str) {
            self.state.keep_reported(&Reported {
                sent: sent.to_owned(),
                taken: taken.to_owned(),
            })?;
        }
        let packages = answer.pointer("/inventory/packages").and_then(Value::as_u64);
        Ok(Taken::Whole {
            packages: packages.unwrap_or_default(),
            reason: reason(&answer),
        })
    }

    fn resource(&self, report: &Report) -> Value {
        let tags: Map<String, Value> = report
            .tags
            .iter()
            .map(|(key, value)| (key.clone(), Value::from(value.as_str())))
            .collect();
        json!({
            "type": "host",
            "id": self.identity.host_id,
            "tags": tags,
            "details": { "awsEc2Instance": report.addresses },
            "running": report.running,
        })
    }
}

fn reason(answer: &Value) -> String {
    let reason = answer.pointer("/coverage/reason").and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

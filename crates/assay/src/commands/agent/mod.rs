//! `assay agent`: keeps a service told of the host that it runs on.

mod once;
mod waiting;

use std::{thread, time::Duration};

use anyhow::{Context, Result, bail};
use assay_agent::{EnrolmentError, EnrolmentToken, Identity, State, enrol, host_id};
use assay_client::Client;

use crate::{Answer, cli, output};

/// Between two tries to enrol where the service is away.
const PAUSE: Duration = Duration::from_secs(10);

pub(crate) fn agent(options: &cli::Agent) -> Result<Answer> {
    output::start_log();
    let state = State::open(&options.state)?;
    let identity = match state.identity()? {
        Some(identity) => identity,
        None => enrolled(options, &state)?,
    };
    match options.once {
        true => once::report(options, &state, identity),
        false => waiting::run(options, &state, &identity),
    }
}

/// Enrols the host; waits for a service that is away, unless one report is all that is wanted.
fn enrolled(options: &cli::Agent, state: &State) -> Result<Identity> {
    let Some(token) = &options.enroll else {
        bail!(
            "this host is not enrolled: give --enroll a token, which `assay admin create-enrolment-token` on the service's \
             machine makes"
        );
    };
    let token: EnrolmentToken = token.parse()?;
    let server = options
        .server
        .as_deref()
        .context("--server says where to enrol the host: write it as https://HOST:PORT")?;
    let client = Client::new(server, &options.region, options.ca.as_deref())?;
    let host = options.host_id.clone().unwrap_or_else(|| host_id(&options.root));
    loop {
        match enrol(&client, server, &token, &host) {
            Ok(identity) => {
                state.keep_identity(&identity)?;
                tracing::info!(host, account = identity.account_id, "enrolled");
                return Ok(identity);
            }
            Err(EnrolmentError::Call(error)) if error.is_passing() && !options.once => {
                tracing::warn!("cannot enrol yet: {error}");
                thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A client of the service that the host is enrolled at, or of another address of it.
fn client(options: &cli::Agent, identity: &Identity) -> Result<Client> {
    let server = options.server.as_deref().unwrap_or(&identity.server);
    Ok(Client::new(server, &identity.region, options.ca.as_deref())?)
}

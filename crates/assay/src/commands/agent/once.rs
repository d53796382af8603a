//! One report.

use anyhow::Result;
use assay_agent::{
    Agent, Identity, Report, ReportError, Reporter, Settings, State, Taken, addresses, running,
};
use assay_model::Inventory;

use crate::{
    Answer,
    cli::{self, Opening},
    reading,
};

/// How much this process steps back behind others; 19 is the most.
const NICENESS: i32 = 10;

pub(crate) fn report(options: &cli::Agent, state: &State, identity: Identity) -> Result<Answer> {
    // Without the right to it we are as urgent as before.
    let _ = rustix::process::nice(NICENESS);
    let client = super::client(options, &identity)?;
    let mut reporter = Reporter::new(&client, state, identity);
    let told = tell(options, state, &mut reporter);
    match told {
        Ok(Taken::Whole { packages, reason }) => {
            tracing::info!(packages, reason, "the service took all of it");
            Ok(Answer::Yes)
        }
        Ok(Taken::Changed { packages, reason }) => {
            tracing::info!(packages, reason, "the service took what changed");
            Ok(Answer::Yes)
        }
        Ok(Taken::Running { reason }) => {
            tracing::info!(reason, "the service took what runs");
            Ok(Answer::Yes)
        }
        Ok(Taken::Confirmed { reason }) => {
            tracing::info!(reason, "nothing changed");
            Ok(Answer::Yes)
        }
        Err(error) => match error.downcast_ref::<ReportError>() {
            Some(passing) if passing.is_passing() => {
                tracing::warn!("kept for later: {passing}");
                Ok(Answer::No)
            }
            _ => Err(error),
        },
    }
}

/// Tells what was kept, or of the host without reading it; else reads it.
fn tell(options: &cli::Agent, state: &State, reporter: &mut Reporter<'_>) -> Result<Taken> {
    let mut report = Report {
        tags: options
            .tag
            .iter()
            .map(|tag| tag.split_once('=').unwrap_or((tag, "")))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        addresses: addresses(),
        running: running(&options.root, options.cluster.as_deref()),
    };
    if options.spooled {
        report.running.agent = agent(options, &state.settings()?);
        if let Some(document) = state.spooled()? {
            reporter.rotate_key(options.rotate_key_after.unsigned_abs())?;
            return Ok(reporter.report(&document, &report)?);
        }
        if let Some(taken) = reporter.report_running(&report)? {
            return Ok(taken);
        }
    }
    // Who is refused need not read the host.
    let settings = reporter.settings()?;
    report.running.agent = agent(options, &settings);
    let mut inventory = read(options)?;
    if !settings.inspects_deeply {
        inventory.packages.retain(|package| package.purl.is_of_system());
    }
    let mut document = Vec::new();
    assay_reports::write_inventory(&inventory, &mut document)?;
    drop(inventory);
    reporter.rotate_key(options.rotate_key_after.unsigned_abs())?;
    Ok(reporter.report(&document, &report)?)
}

/// The agent that stays on the host, if this is a report of one.
fn agent(options: &cli::Agent, settings: &Settings) -> Option<Agent> {
    options.stays.then(|| Agent {
        version: env!("CARGO_PKG_VERSION"),
        report_every_seconds: settings.interval(options.every).unsigned_abs().as_secs(),
    })
}

fn read(options: &cli::Agent) -> Result<Inventory> {
    let opening = Opening {
        no_cache: true,
        ..Opening::default()
    };
    let mut inventory = reading::inventory(&format!("host:{}", options.root.display()), &opening)?;
    // Also in a container the kernel that runs is the host's.
    inventory.artifact.kernel = Some(rustix::system::uname().release().to_string_lossy().into_owned());
    Ok(inventory)
}

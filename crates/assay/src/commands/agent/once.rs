//! One report.

use anyhow::Result;
use assay_agent::{Identity, Report, ReportError, Reporter, State, Taken, addresses, running};
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
        Ok(Some(Taken::Whole { packages, reason })) => {
            tracing::info!(packages, reason, "the service took all of it");
            Ok(Answer::Yes)
        }
        Ok(Some(Taken::Changed { packages, reason })) => {
            tracing::info!(packages, reason, "the service took what changed");
            Ok(Answer::Yes)
        }
        Ok(Some(Taken::Confirmed { reason })) => {
            tracing::info!(reason, "nothing changed");
            Ok(Answer::Yes)
        }
        Ok(None) => Ok(Answer::Yes),
        Err(error) => match error.downcast_ref::<ReportError>() {
            Some(passing) if passing.is_passing() => {
                tracing::warn!("kept for later: {passing}");
                Ok(Answer::No)
            }
            _ => Err(error),
        },
    }
}

/// Reads the host, or what was kept, and tells of it.
fn tell(options: &cli::Agent, state: &State, reporter: &mut Reporter<'_>) -> Result<Option<Taken>> {
    let document = match options.spooled {
        true => match state.spooled()? {
            Some(document) => document,
            None => return Ok(None),
        },
        false => {
            // Who is refused need not read the host.
            let settings = reporter.settings()?;
            let mut inventory = read(options)?;
            if !settings.inspects_deeply {
                inventory.packages.retain(|package| package.purl.is_of_system());
            }
            let mut document = Vec::new();
            assay_reports::write_inventory(&inventory, &mut document)?;
            document
        }
    };
    reporter.rotate_key(options.rotate_key_after.unsigned_abs())?;
    let report = Report {
        tags: options
            .tag
            .iter()
            .map(|tag| tag.split_once('=').unwrap_or((tag, "")))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        addresses: addresses(),
        running: running(&options.root, options.cluster.as_deref()),
    };
    Ok(Some(reporter.report(&document, &report)?))
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

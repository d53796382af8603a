//! `assay collect`: watches registries and tells a service what they have.

use std::panic::AssertUnwindSafe;

use anyhow::{Context, Result};
use assay_api::{Limits, Server, Surface, Tls, Transport};
use assay_artifacts::ArtifactError;
use assay_client::Client;
use assay_collector::{
    Collector, Configuration, Inbox, ReadError, Reader, Receiver, Service, Target, Unreadable,
    UnreadableReason, routes,
};

use crate::{Answer, cli, credentials, output, reading, service::runtime};

pub(crate) fn collect(options: &cli::Collect) -> Result<Answer> {
    output::start_log();
    let configuration = Configuration::open(&options.configuration)?;
    let client = Client::new(&options.server, &options.region, options.ca.as_deref())?;
    let service = Service::open(client, credentials::find()?)?;
    let collector = Collector::new(&configuration, service, &options.state)?;
    if options.once {
        collector.once(&Scanner);
        return Ok(Answer::Yes);
    }
    // What of it fails is told before anything is watched.
    let _receiving = match &configuration.receiver {
        Some(receiver) => Some(receive(receiver, collector.inbox())?),
        None => None,
    };
    for registry in &configuration.registries {
        tracing::info!("watches {}, every {:#}", registry.address, registry.every);
    }
    for directory in configuration.disks.iter().chain(&configuration.functions) {
        tracing::info!(
            "watches {}, every {:#}",
            directory.directory.display(),
            directory.every
        );
    }
    for cluster in &configuration.clusters {
        tracing::info!("watches the cluster {}, every {:#}", cluster.name, cluster.every);
    }
    collector.run(&Scanner, options.readers.into());
    Ok(Answer::Yes)
}

/// Serves notifications for as long as what is given back lives.
fn receive(receiver: &Receiver, inbox: Inbox) -> Result<tokio::runtime::Runtime> {
    let runtime = runtime()?;
    let routes = routes(inbox, receiver.authorization()?);
    let (transport, scheme) = match (&receiver.certificate, &receiver.key) {
        (Some(certificate), Some(key)) => (Transport::Tls(Tls::from_files(certificate, key)?), "https"),
        _ if receiver.behind_proxy => (Transport::BehindProxy, "http"),
        _ => (Transport::Loopback, "http"),
    };
    let server = runtime.block_on(Server::bind(receiver.listen, transport))?;
    anstream::println!(
        "receives notifications at {scheme}://{}/notifications",
        server.address()
    );
    let surface = Surface::plain(routes, Limits::default());
    runtime.spawn(server.serve(surface, std::future::pending()));
    Ok(runtime)
}

/// Reads as `assay scan` does.
struct Scanner;

impl Reader for Scanner {
    fn read(&self, target: &Target) -> Result<Vec<u8>, ReadError> {
        // One that makes a reader fail must not end the others.
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| document(target)));
        let failed = |message: String| {
            ReadError::Lasting(Unreadable {
                reason: UnreadableReason::InternalError,
                message,
            })
        };
        match read {
            Ok(Ok(document)) => Ok(document),
            Ok(Err(error)) => Err(match error.downcast_ref::<ArtifactError>() {
                Some(error) => error.into(),
                None => failed(format!("{error:#}")),
            }),
            Err(_) => Err(failed(format!("reading {} failed", target.name))),
        }
    }
}

fn document(target: &Target) -> Result<Vec<u8>> {
    let inventory = reading::collected(target)?;
    let mut document = Vec::new();
    assay_reports::write_inventory(&inventory, &mut document).context("cannot write the inventory")?;
    Ok(document)
}

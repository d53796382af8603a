//! `assay collect`: watches registries and tells a service what they have.

use anyhow::Result;
use assay_api::{Limits, Server, Surface, Tls, Transport};
use assay_client::Client;
use assay_collector::{Collector, Configuration, Inbox, Receiver, Scanner, Service, routes};

use crate::{Answer, cli, credentials, home, output, service::runtime};

pub(crate) fn collect(options: &cli::Collect) -> Result<Answer> {
    output::start_log();
    let configuration = Configuration::open(&options.configuration)?;
    let client = Client::new(&options.server, &options.region, options.ca.as_deref())?;
    let service = Service::open(client, credentials::find()?)?;
    let collector = Collector::new(&configuration, service, &options.state)?;
    let scanner = Scanner::new(home::layers());
    if options.once {
        return Ok(match collector.once(&scanner) {
            0 => Answer::Yes,
            _ => Answer::No,
        });
    }
    // What of it fails is told before anything is watched.
    let _receiving = match &configuration.receiver {
        Some(receiver) => Some(receive(receiver, collector.inbox())?),
        None => None,
    };
    for registry in &configuration.registries {
        tracing::info!("watches {}, every {:#}", registry.address, registry.every);
    }
    for disks in &configuration.disks {
        tracing::info!("watches {}, every {:#}", disks.directory.display(), disks.every);
    }
    for functions in &configuration.functions {
        tracing::info!("watches {}, every {:#}", functions.name(), functions.every);
    }
    for host in &configuration.hosts {
        tracing::info!("watches the disks of {}, every {:#}", host.id, host.every);
    }
    for cluster in &configuration.clusters {
        tracing::info!("watches the cluster {}, every {:#}", cluster.name, cluster.every);
    }
    collector.run(&scanner, options.readers.into());
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

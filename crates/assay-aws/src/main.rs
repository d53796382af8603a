//! The connector for AWS: watches the accounts of an organisation and tells a service what runs there.
//!
//! * [`estate`]: which accounts and regions there are, and by which keys each is asked and told of.
//! * [`hosts`], [`machine_images`], [`images`], [`functions`], [`network`]: what is watched, each a source of `assay-collector`, which looks from time to
//!   time and reads what the service wants.
//! * [`events`]: what happens meanwhile, by a queue.
//! * [`call`]: asking AWS.
//!
//! It changes nothing in AWS, but for snapshots of volumes that it makes and deletes, where it may.

mod access;
mod attempts;
mod blocks;
mod call;
mod configuration;
mod estate;
mod events;
mod functions;
mod hosts;
mod images;
mod item;
mod kept;
mod machine_images;
mod network;
mod refreshed;

use std::{path::PathBuf, process::ExitCode, sync::Arc, thread};

use anyhow::Result;
use assay_collector::{Collector, Item, Scanner, Source, WatchError};
use clap::Parser;

use configuration::Configuration;
use estate::{Estate, Site};
use events::What;
use functions::Functions;
use hosts::Hosts;
use images::Images;
use machine_images::MachineImages;
use network::Networks;

/// Watch accounts of AWS and tell a service of Assay what runs there.
///
/// Keys for AWS are found as AWS's own tools find theirs; that of the service is in ASSAY_ACCESS_KEY_ID and
/// ASSAY_SECRET_ACCESS_KEY, or in the key-file that the configuration names.
#[derive(Debug, Parser)]
#[command(name = "assay-aws", version)]
struct Options {
    /// What is watched, as a file in TOML; left out, the account of the keys
    #[arg(value_name = "FILE")]
    configuration: Option<PathBuf>,
    /// Where what is known is kept; found again where it is lost
    #[arg(
        long,
        value_name = "DIR",
        env = "ASSAY_AWS_STATE",
        default_value = "/var/lib/assay-aws"
    )]
    state: PathBuf,
    /// How many things are read at once
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    readers: u16,
    /// Look at everything once, read what is wanted, and end: with 1 where something could not be looked at
    #[arg(long)]
    once: bool,
}

fn main() -> ExitCode {
    assay_names::without_plugins();
    let options = Options::parse();
    start_log();
    match run(&options) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ASSAY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// What is watched. The numbers of sources are their places here.
struct Watching {
    hosts: Option<(usize, Arc<Hosts>)>,
    machine_images: Option<(usize, Arc<MachineImages>)>,
    images: Option<(usize, Arc<Images>)>,
    functions: Option<(usize, Arc<Functions>)>,
    networks: Option<Arc<Networks>>,
}

fn run(options: &Options) -> Result<ExitCode> {
    let configuration = match &options.configuration {
        Some(path) => Configuration::open(path)?,
        None => Configuration::default(),
    };
    let events = configuration.events.clone();
    let estate = Arc::new(Estate::open(configuration)?);
    let (watching, sources) = sources(&estate, options)?;
    let collector = Collector::of(sources);
    let scanner = Scanner::new(Some(options.state.join("layers")));
    if options.once {
        return Ok(match collector.once(&scanner) {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(1),
        });
    }
    let queue = collector.queue();
    thread::scope(|scope| {
        if let Some(events) = &events {
            scope.spawn(|| {
                events::listen(&estate, &events.queue, &queue, &|site, what| {
                    watching.notice(site, what)
                });
            });
        }
        collector.run(&scanner, options.readers.into());
    });
    Ok(ExitCode::SUCCESS)
}

/// The sources that are watched.
fn sources(estate: &Arc<Estate>, options: &Options) -> Result<(Watching, Vec<Box<dyn Source>>)> {
    let settings = estate.configuration();
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    let mut watching = Watching {
        hosts: None,
        machine_images: None,
        images: None,
        functions: None,
        networks: None,
    };
    if settings.hosts.watch {
        let hosts = Arc::new(Hosts::open(Arc::clone(estate), &options.state)?);
        watching.hosts = Some((sources.len(), Arc::clone(&hosts)));
        sources.push(Box::new(hosts));
    }
    if settings.machine_images.watch {
        let machine_images = Arc::new(MachineImages::open(Arc::clone(estate), &options.state)?);
        watching.machine_images = Some((sources.len(), Arc::clone(&machine_images)));
        sources.push(Box::new(machine_images));
    }
    // Functions may be images, watched or not.
    let images = Arc::new(Images::open(Arc::clone(estate), &options.state)?);
    if settings.images.watch {
        watching.images = Some((sources.len(), Arc::clone(&images)));
        sources.push(Box::new(Arc::clone(&images)));
    }
    if settings.functions.watch {
        let functions = Arc::new(Functions::open(Arc::clone(estate), images, &options.state)?);
        watching.functions = Some((sources.len(), Arc::clone(&functions)));
        sources.push(Box::new(functions));
    }
    if settings.network.watch {
        let networks = Arc::new(Networks::new(Arc::clone(estate)));
        watching.networks = Some(Arc::clone(&networks));
        sources.push(Box::new(networks));
    }
    Ok((watching, sources))
}

impl Watching {
    /// Looks at what something happened to.
    fn notice(&self, site: &Site, what: &What) -> Result<Option<(usize, Vec<Item>)>, WatchError> {
        let noticed = match what {
            What::Instance(id) => self
                .hosts
                .as_ref()
                .map(|(number, hosts)| Ok((*number, hosts.notice(site, id)?))),
            What::MachineImage(id) => self
                .machine_images
                .as_ref()
                .map(|(number, images)| Ok((*number, images.notice(site, id)?))),
            What::Repository(name) => self
                .images
                .as_ref()
                .map(|(number, images)| Ok((*number, images.notice(site, name)?))),
            What::Function(name) => self
                .functions
                .as_ref()
                .map(|(number, functions)| Ok((*number, functions.notice(site, name)?))),
            What::Network => {
                if let Some(networks) = &self.networks {
                    networks.look_at(site)?;
                }
                None
            }
        };
        noticed.transpose()
    }
}

//! `assay serve`: the service.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use assay_api::{
    BodySize, Clock, FileCallLog, FileLimits, Limits, Metrics, Parts, Server, Shell, Tls, Transport,
};
use assay_backup::Backups;
use assay_console::Content;
use assay_engine::{Engine, Intelligence};
use assay_extensions::Extensions;
use assay_objects::ObjectStorage;
use assay_service::{Prices, Reporter, Service, StoreFigures, StoredCalls, StoredIdentities};
use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{Notify, watch},
};

use crate::{
    Answer,
    cli::{Serve, Storage},
    intelligence, output,
    service::{Answers, Place, Updates, first_start, keep_up_to_date, runtime},
};

pub(crate) fn serve(options: &Serve) -> Result<Answer> {
    // Opened before the runtime starts: compiling the starter intelligence takes a moment.
    let first = intelligence::open(&options.intelligence)?.path().to_owned();
    runtime()?.block_on(run(options, &first))
}

async fn run(options: &Serve, first: &Path) -> Result<Answer> {
    output::start_log();
    let prices = prices(options.prices.as_deref())?;
    let place = Place::open(&options.place).await?;
    first_start(&place, &options.account, options.write_credentials.as_deref()).await?;
    let now = || Timestamp::now().as_microsecond();
    let folder = place.data.join("intelligence");
    let intelligence = Arc::new(Intelligence::open(&place.database, &folder, first, now()).await?);
    let wake = Arc::new(Notify::new());
    let clock = Clock::new(Timestamp::now);
    let service = Service::open(
        place.database.clone(),
        Arc::clone(&intelligence),
        clock.clone(),
        Arc::new(place.master_key.clone()),
        Arc::clone(&wake),
    )
    .await?;
    let service = Arc::new(service.with_prices(prices));
    let kept_calls = StoredCalls::start(place.database.clone());
    let filed_calls = Arc::new(FileCallLog::open(
        &place.data.join("calls"),
        FileLimits::default(),
    )?);
    let (metrics, updates) = (Arc::new(Metrics::default()), Updates::default());
    metrics.register(|registry| updates.register(registry));
    metrics.refresh_by(Arc::new(StoreFigures::register(
        place.database.clone(),
        clock.clone(),
        &metrics,
    )));
    let shell = Shell::new(Parts {
        operations: assay_service::operations(Arc::clone(&service))?,
        neighbours: assay_neighbours::neighbours(&service),
        identities: Arc::new(StoredIdentities(place.database.clone())),
        master_key: place.master_key.clone(),
        clock: clock.clone(),
        regions: options.region.clone(),
        call_log: Arc::new(vec![
            Box::new(kept_calls.clone()) as Box<dyn assay_api::CallLog>,
            Box::new(Arc::clone(&filed_calls)),
        ]),
        readiness: Arc::new(Answers(place.database.clone())),
        metrics,
        limits: Limits {
            connections: room_for_connections(),
            ..Limits::default()
        },
    })?;
    let storage = storage(options, &place.data)?;
    let reporter = Reporter::new(Arc::clone(&service), storage.clone());
    let routes = assay_extensions::routes(Arc::new(Extensions {
        database: place.database.clone(),
        service,
        clock,
        wake: Arc::clone(&wake),
        calls: kept_calls.clone(),
        backups: Backups::new(&place.data, place.database.clone()),
        storage,
    }));
    let surface = shell
        .extension(BodySize::Large, routes.large)
        .extension(BodySize::Small, routes.small)
        .open(routes.open)
        .pages(assay_console::routes())
        .finish();
    let (stop, stopped) = watch::channel(false);
    let engine = Engine::new(
        place.database.clone(),
        Arc::clone(&intelligence),
        assay_service::describe,
        Arc::new(now),
        Arc::clone(&wake),
    );
    let until = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let engine_stops = until(stopped.clone());
    let working = tokio::spawn(async move { engine.run(engine_stops).await });
    let reporter_stops = until(stopped.clone());
    let reporting = tokio::spawn(async move { reporter.run(reporter_stops).await });
    if options.feeds != "none" {
        tokio::spawn(keep_up_to_date(
            place.database.clone(),
            intelligence,
            wake,
            options.feeds.clone(),
            place.data.join("latest.idx"),
            Duration::from_secs(options.every * 60),
            updates,
        ));
    }
    let (transport, scheme) = transport(options, &place.data)?;
    let server = Server::bind(options.listen, transport).await?;
    let address = format!("{scheme}://{}", server.address());
    anstream::println!("listening on {address}");
    anstream::println!("{}", console_at(&address));
    tokio::spawn(async move {
        wait_for_signal().await;
        let _ = stop.send(true);
    });
    server.serve(surface, until(stopped)).await;
    filed_calls.flush().await;
    if tokio::time::timeout(LAST, kept_calls.flush()).await.is_err() {
        tracing::error!("records of calls are in their files alone: the store does not take them");
    }
    let _ = working.await;
    let _ = reporting.await;
    place.database.close().await;
    Ok(Answer::Yes)
}

/// Where the console is, or that there is none.
fn console_at(address: &str) -> String {
    match assay_console::CONTENT {
        Content::Built => format!("the console is at {address}/console/"),
        Content::Stub => {
            format!("this program was built without the console; {address}/console/ says how to build it")
        }
    }
}

/// How long the end waits for a store that does not answer.
const LAST: Duration = Duration::from_secs(10);

/// Open files that are not connections: the database's, the intelligence, logs.
const OTHER_FILES: u64 = 128;

/// Raises the limit of open files as far as it may be; gives how many connections that leaves room for, so that what the
/// service itself opens never waits for a client to go.
fn room_for_connections() -> usize {
    let most = Limits::default().connections;
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let allowed = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let Some(allowed) = allowed else {
        return most;
    };
    let room = usize::try_from(allowed.saturating_sub(OTHER_FILES)).unwrap_or(most);
    if room < most {
        tracing::info!(
            connections = room,
            "the limit of open files allows no more connections at once"
        );
    }
    room.clamp(1, most)
}

/// The bucket that the console orders reports into unless another is said.
const BUCKET_OF_CONSOLE: &str = "console";

/// Where reports go. The directory of the buckets is made, and in the service's own directory the bucket of the console;
/// others are their owner's affair.
fn storage(options: &Serve, data: &Path) -> Result<ObjectStorage> {
    if options.object_storage == Storage::S3 {
        return Ok(ObjectStorage::S3);
    }
    let folder = options.reports.clone().unwrap_or_else(|| data.join("reports"));
    let made = match options.reports {
        Some(_) => folder.clone(),
        None => folder.join(BUCKET_OF_CONSOLE),
    };
    std::fs::create_dir_all(&made).with_context(|| format!("cannot make {}", made.display()))?;
    Ok(ObjectStorage::Directory(folder))
}

fn transport(options: &Serve, data: &Path) -> Result<(Transport, &'static str)> {
    let tls = match (&options.certificate, &options.key) {
        (Some(certificate), Some(key)) => Tls::from_files(certificate, key)?,
        _ if options.behind_proxy => return Ok((Transport::BehindProxy, "http")),
        _ if options.listen.ip().is_loopback() => return Ok((Transport::Loopback, "http")),
        _ => {
            let mut names = vec!["localhost".to_owned(), options.listen.ip().to_string()];
            names.push(rustix::system::uname().nodename().to_string_lossy().into_owned());
            let tls = Tls::generated(&data.join("tls"), &names)?;
            anstream::println!(
                "made a certificate: trust {} (SHA-256 {})",
                tls.certificate().display(),
                tls.fingerprint()
            );
            tls
        }
    };
    Ok((Transport::Tls(tls), "https"))
}

async fn wait_for_signal() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signals there is nothing to wait for but the end.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn prices(file: Option<&Path>) -> Result<Prices> {
    let Some(file) = file else {
        return Ok(Prices::default());
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the prices in {}", file.display()))?;
    Prices::parse(&text).with_context(|| format!("the prices in {} cannot be used", file.display()))
}

//! `assay serve`: the service.

use std::{
    fs,
    io::{IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use assay_api::{
    BodySize, Clock, FileCallLog, FileLimits, Limits, Metrics, Parts, Server, Shell, Tls, Transport,
};
use assay_engine::{Engine, Intelligence};
use assay_extensions::Extensions;
use assay_identity::AccountId;
use assay_service::{Service, StoredCalls, StoredIdentities};
use assay_store::StoredAccount;
use jiff::Timestamp;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{Notify, watch},
};

use crate::{
    Answer,
    cli::Serve,
    intelligence,
    service::{Answers, Place, create_user, keep_up_to_date, runtime},
};

/// The name of the user that the first start makes.
const ADMINISTRATOR: &str = "administrator";

pub(crate) fn serve(options: &Serve) -> Result<Answer> {
    // Opened before the runtime starts: compiling the starter intelligence takes a moment.
    let first = intelligence::open(&options.intelligence)?.path().to_owned();
    runtime()?.block_on(run(options, &first))
}

async fn run(options: &Serve, first: &Path) -> Result<Answer> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ASSAY_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
    let place = Place::open(&options.place).await?;
    first_start(&place, options).await?;
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
    let service = Arc::new(service);
    let kept_calls = StoredCalls::start(place.database.clone());
    let calls = place.data.join("calls");
    let shell = Shell::new(Parts {
        operations: assay_service::operations(Arc::clone(&service))?,
        identities: Arc::new(StoredIdentities(place.database.clone())),
        master_key: place.master_key.clone(),
        clock: clock.clone(),
        regions: options.region.clone(),
        call_log: Arc::new(vec![
            Box::new(kept_calls.clone()) as Box<dyn assay_api::CallLog>,
            Box::new(FileCallLog::open(&calls, FileLimits::default())?),
        ]),
        readiness: Arc::new(Answers(place.database.clone())),
        metrics: Arc::new(Metrics::default()),
        limits: Limits::default(),
    })?;
    let routes = assay_extensions::routes(Arc::new(Extensions {
        database: place.database.clone(),
        service,
        clock,
        wake: Arc::clone(&wake),
        calls: kept_calls.clone(),
    }));
    let surface = shell
        .extension(BodySize::Large, routes.large)
        .extension(BodySize::Small, routes.small)
        .open(routes.open)
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
    if options.feeds != "none" {
        tokio::spawn(keep_up_to_date(
            place.database.clone(),
            intelligence,
            wake,
            options.feeds.clone(),
            place.data.join("latest.idx"),
            Duration::from_secs(options.every * 60),
        ));
    }
    let (transport, scheme) = transport(options, &place.data)?;
    let server = Server::bind(options.listen, transport).await?;
    anstream::println!("listening on {scheme}://{}", server.address());
    tokio::spawn(async move {
        wait_for_signal().await;
        let _ = stop.send(true);
    });
    server.serve(surface, until(stopped)).await;
    kept_calls.flush().await;
    let _ = working.await;
    place.database.close().await;
    Ok(Answer::Yes)
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

/// Makes the first account and its administrator where there is nobody yet.
async fn first_start(place: &Place, options: &Serve) -> Result<()> {
    if !place.database.accounts().await?.is_empty() {
        return Ok(());
    }
    let account: AccountId = options.account.parse()?;
    place
        .database
        .create_account(&StoredAccount {
            account: account.to_string(),
            name: String::new(),
            relation: "standalone".to_owned(),
            created_at: Timestamp::now().as_microsecond(),
        })
        .await?;
    let (id, secret) = create_user(place, &account.to_string(), ADMINISTRATOR, "administrator", None).await?;
    match &options.write_credentials {
        Some(file) => {
            let text = format!(
                "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                id.as_str(),
                secret.expose()
            );
            write_private(file, &text)?;
            anstream::println!("the administrator's key is in {}", file.display());
        }
        None => {
            anstream::println!("the administrator of the account {account}; this key is shown this once:");
            anstream::println!("export AWS_ACCESS_KEY_ID={}", id.as_str());
            anstream::println!("export AWS_SECRET_ACCESS_KEY={}", secret.expose());
        }
    }
    Ok(())
}

fn write_private(file: &PathBuf, text: &str) -> Result<()> {
    let context = || format!("cannot write {}; it must not be there yet", file.display());
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(context)?;
    out.write_all(text.as_bytes()).with_context(context)
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

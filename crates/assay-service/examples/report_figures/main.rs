//! What a report of all findings takes, in a process that does nothing else: seconds and memory, one JSON line each.
//!
//! Arguments: a directory, and `FILL` to make a service with a million findings there, or `CSV` or `JSON` to report on it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for developers, which stops at the first mistake and prints figures"
)]

mod fleet;

use std::{path::Path, sync::Arc, time::Instant};

use assay_api::Clock;
use assay_engine::Intelligence;
use assay_identity::MasterKey;
use assay_objects::ObjectStorage;
use assay_service::{Reporter, Service};
use assay_store::{Database, NewReport, Place, ReportKind};
use jiff::Timestamp;
use tokio::sync::Notify;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (directory, format) = (Path::new(&arguments[0]), arguments[1].as_str());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(directory, format));
}

fn tell(format: &str, figure: &str, value: f64, unit: &str) {
    println!(
        r#"{{"figure":"service report in {format}, {figure}","engine":"sqlite","value":{value:.2},"unit":"{unit}"}}"#
    );
}

async fn measure(directory: &Path, format: &str) {
    let place = Place::File(directory.join("assay.db"));
    let database = Database::open(&place).await.unwrap();
    let scope = database.scope("111111111111", "us-east-1").await.unwrap();
    if format == "FILL" {
        fleet::fill(&database, scope, directory).await;
        database.close().await;
        return;
    }
    let now = || Timestamp::now().as_microsecond();
    let folder = directory.join("intelligence");
    let first = directory.join("first.idx");
    let intelligence = Intelligence::open(&database, &folder, &first, now())
        .await
        .unwrap();
    let service = Service::open(
        database.clone(),
        Arc::new(intelligence),
        Clock::new(Timestamp::now),
        Arc::new(MasterKey::generate().unwrap()),
        Arc::new(Notify::new()),
    )
    .await
    .unwrap();
    let buckets = directory.join("reports");
    std::fs::create_dir_all(buckets.join("bench")).unwrap();
    let reporter = Reporter::new(Arc::new(service), ObjectStorage::Directory(buckets.clone()));
    let order = NewReport {
        id: format!("{}-{format}", now()),
        scope,
        kind: ReportKind::Findings,
        format: format.to_owned(),
        filter_criteria: String::new(),
        criteria: assay_criteria::Criteria::default(),
        scopes: vec![scope],
        destination: r#"{"bucketName":"bench","kmsKeyArn":"arn:aws:kms:us-east-1:111111111111:key/a"}"#
            .to_owned(),
    };
    database.order_report(&order, now()).await.unwrap();
    let begun = Instant::now();
    reporter.work().await.unwrap();
    let took = begun.elapsed().as_secs_f64();
    let report = database
        .report(scope, ReportKind::Findings, &order.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(report.status, "SUCCEEDED", "{report:?}");
    let file = buckets
        .join("bench")
        .join(format!("{}.{}", order.id, format.to_lowercase()));
    let size = std::fs::metadata(&file).unwrap().len();
    std::fs::remove_file(file).unwrap();
    tell(format, "findings", report.written as f64, "findings");
    tell(format, "time", took, "s");
    tell(format, "size", size as f64 / 1_048_576.0, "MiB");
    tell(format, "peak memory of the process", peak_memory(), "MiB");
    database.close().await;
}

fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024.0
}

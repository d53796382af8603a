//! A database server that goes and comes back.

use std::{
    thread,
    time::{Duration, Instant},
};

use assay_testkit::Postgres;
use serde_json::json;

use super::{
    client::{Client, host},
    engines::inside,
    feeds::publish,
    service::{Start, log},
    support::World,
};

#[test]
fn gone_and_back() {
    let mut server = match Postgres::start() {
        Ok(server) => server,
        Err(reason) => {
            println!("skipped: {reason}");
            return;
        }
    };
    let world = World::new();
    publish(&world, 0);
    let start = Start {
        database: Some(server.database("gone").unwrap()),
        feeds: Some("feeds".to_owned()),
        ..Start::default()
    };
    let mut service = start.start(&world);
    let client = Client::new(&world.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    let pushed = |number: usize| {
        host(
            &format!("i-{number}"),
            &["p0@0".to_owned(), format!("p1@{number}")],
        )
    };
    let (mut kept, mut back) = (0, Instant::now());
    for round in 0..2 {
        // It goes while jobs are owed.
        for _ in 0..5 {
            client.push(&pushed(kept));
            kept += 1;
        }
        server.stop();
        for _ in 0..2 {
            let answer = client.try_push(&pushed(kept)).expect("it answers");
            let told = (answer.status, answer.fault.as_str());
            assert_eq!(
                told,
                (503, "ServiceUnavailableException"),
                "{answer:?} {}",
                log(&world)
            );
            assert!(!answer.retry_after.is_empty(), "{answer:?}");
        }
        let (status, text) = client.get("/readyz").unwrap();
        assert_eq!(status, 503, "{text}");
        assert!(text.contains("the database is not available"), "{text}");
        assert_eq!(client.get("/healthz").unwrap().0, 200);
        assert!(service.runs());

        server.start_again().unwrap();
        back = Instant::now();
        // The client asks again until it is answered.
        let told = client.push(&pushed(kept));
        assert_eq!(told["outcome"], "changed", "{told}");
        kept += 1;
        println!(
            "round {round}: a push was taken {:?} after the server was back",
            back.elapsed()
        );
        assert_eq!(client.get("/readyz").unwrap().0, 200);
        for number in 0..kept {
            assert_eq!(client.push(&pushed(number))["outcome"], "unchanged", "{number}");
        }
    }
    // What was owed is done by itself, by the same process.
    let until = Instant::now() + Duration::from_secs(180);
    loop {
        let inside = inside(&world, &start);
        if inside.jobs.is_empty() {
            println!(
                "nothing is owed any more {:?} after the server was back",
                back.elapsed()
            );
            break;
        }
        assert!(Instant::now() < until, "it owes still: {inside:?}");
        thread::sleep(Duration::from_millis(200));
    }
    let coverage = client.list("/coverage/list", "coveredResources", json!({}));
    assert_eq!(coverage.len(), kept);
    assert!(
        coverage
            .iter()
            .all(|covered| covered["scanStatus"]["reason"] == "SUCCESSFUL"),
        "{coverage:?}"
    );
    assert!(service.stop());
}

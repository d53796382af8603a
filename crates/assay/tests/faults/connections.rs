//! Connections that do nothing, hardly anything, or too much. `ASSAY_CONNECTIONS` says how many (2,000).

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

use super::{
    client::{Client, REGION, host},
    service::{Service, Start},
    support::World,
};

/// Idle connections, unless more are asked for or the machine allows fewer.
const CONNECTIONS: u64 = 2_000;

/// Idle connections are closed after this time; a machine that is too busy to open all before it proves nothing.
const IDLE: Duration = Duration::from_secs(30);

/// Raises the limit of open files to what is allowed; gives how many connections that leaves room for.
fn room() -> u64 {
    let most = getrlimit(Resource::Nofile).maximum;
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: most,
            maximum: most,
        },
    );
    let asked = std::env::var("ASSAY_CONNECTIONS").ok();
    let asked = asked.and_then(|asked| asked.parse().ok()).unwrap_or(CONNECTIONS);
    let allowed = most.unwrap_or(u64::MAX).saturating_sub(1024);
    if allowed < asked {
        println!("only {allowed} connections: the machine allows no more");
    }
    allowed.min(asked)
}

/// Resident memory of a service in mebibytes.
fn memory(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[test]
fn idle_slow_and_oversized() {
    let world = World::new();
    let room = room();
    let service = Start::default().start(&world);
    let client = Client::new(&world.path("credentials"));
    client.at(&service.url);
    client.ask("/enable", &json!({ "resourceTypes": ["EC2"] }));
    client.push(&host("i-0", &["p0@1".to_owned()]));
    let before = memory(&service);
    let address = service.url.strip_prefix("http://").unwrap().to_owned();

    let began = Instant::now();
    let mut idle: Vec<TcpStream> = (0..room).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let opened = began.elapsed();
    let head = "POST /assay/v1/resources HTTP/1.1\r\nhost: x\r\n";
    // Heads that come by the byte.
    let mut loris: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for stream in &mut loris {
        stream.write_all(head.as_bytes()).unwrap();
    }
    let drip = thread::spawn(move || {
        // Ends when the service has had enough.
        while !loris.is_empty() {
            loris.retain_mut(|stream| stream.write_all(b"x-a: b\r\n").is_ok());
            thread::sleep(Duration::from_millis(500));
        }
    });
    // A connection is there for its client before the service takes it up.
    let mut connections = client.figure("assay_api_connections");
    while connections < (room + 50) as f64 && began.elapsed() <= IDLE {
        thread::sleep(Duration::from_millis(50));
        connections = client.figure("assay_api_connections");
    }
    assert!(
        connections >= (room + 50) as f64 || began.elapsed() > IDLE,
        "{connections}"
    );
    let with_all = memory(&service);

    // Whoever asks for something gets it meanwhile.
    let mut slowest = Duration::ZERO;
    for number in 0..50 {
        let asked = Instant::now();
        let answer = client.try_push(&host(&format!("i-{}", number % 5), &["p0@1".to_owned()]));
        assert_eq!(answer.expect("it answers").status, 200);
        client.ask("/findings/list", &json!({}));
        slowest = slowest.max(asked.elapsed());
    }
    if let Ok(python) = std::env::var("ASSAY_TEST_PYTHON") {
        let script = "import boto3, sys\n\
            client = boto3.client('inspector2', endpoint_url=sys.argv[1], region_name='us-east-1')\n\
            print(len(client.list_coverage()['coveredResources']))";
        let output = Command::new(python)
            .args(["-c", script, &service.url])
            .env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "5", "{output:?}");
    }

    // A body that is too large, told and untold.
    let large = vec![b' '; (1 << 20) + 1];
    let answer = client
        .try_send("inspector2", REGION, "POST", "/findings/list", &large)
        .expect("it answers");
    assert_eq!(
        (answer.status, answer.fault.as_str()),
        (413, "RequestEntityTooLargeException")
    );
    let endless = refused(
        &address,
        &format!("{head}transfer-encoding: chunked\r\n\r\n"),
        b"10000\r\n",
        1 << 16,
    );
    assert!(
        endless.starts_with("HTTP/1.1 403") || endless.is_empty(),
        "{endless}"
    );
    // Nobody has signed it: it is refused before it is read.
    let huge = refused(
        &address,
        &format!("{head}content-length: 1000000000\r\n\r\n"),
        b"",
        1 << 16,
    );
    assert!(huge.starts_with("HTTP/1.1 403") || huge.is_empty(), "{huge}");

    // Idle ones are let go in the end.
    let last = idle.pop().unwrap();
    last.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let ended = (&last).read(&mut [0; 256]);
    assert!(ended.is_ok(), "an idle connection is closed: {ended:?}");
    drip.join().unwrap();
    drop(idle);
    let until = Instant::now() + Duration::from_secs(60);
    while client.figure("assay_api_connections") > 100.0 {
        assert!(Instant::now() < until, "connections stay");
        thread::sleep(Duration::from_millis(100));
    }
    client.ask("/findings/list", &json!({}));
    println!(
        "{room} idle connections opened in {opened:.1?}: {before} MiB before, {with_all} MiB with them; \
         slowest push and list {slowest:.1?}"
    );
    assert!(
        with_all - before < 200,
        "{before} MiB before, {with_all} MiB with {room} connections"
    );
}

/// Sends a head and then a body without end, until the service has had enough; gives its answer.
fn refused(address: &str, head: &str, before: &[u8], size: usize) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let part = [
        before,
        &vec![b' '; size],
        if before.is_empty() { b"" } else { b"\r\n" },
    ]
    .concat();
    let mut sent = 0;
    while sent < 256 << 20 && stream.write_all(&part).is_ok() {
        sent += part.len();
    }
    assert!(sent < 256 << 20, "it takes anything");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

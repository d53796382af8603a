//! The protocol against a registry that is made up here, so that it can misbehave.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    io::{BufRead, BufReader, Cursor, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use assay_registry::{ConnectOptions, Connection, Credentials, ImageReference, RegistryError};

/// A request: its line and its headers in lower case.
struct Request {
    line: String,
    headers: String,
}

/// Status, further headers, body, and how many bytes of the body are sent before the connection breaks.
type Reply = (u16, Vec<String>, Vec<u8>, Option<usize>);

/// Starts a server; gives its `host:port` and the requests that it saw.
fn serve(
    answer: impl Fn(&Request, &str) -> Reply + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (answer, log, name) = (Arc::new(answer), Arc::clone(&seen), host.clone());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, log, name) = (Arc::clone(&answer), Arc::clone(&log), name.clone());
            thread::spawn(move || talk(stream, &log, |request| answer(request, &name)));
        }
    });
    (host, seen)
}

fn talk(mut stream: TcpStream, log: &Mutex<Vec<String>>, answer: impl Fn(&Request) -> Reply) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = Vec::new();
    // A TLS greeting is no request.
    if reader.read_until(b'\n', &mut line).is_err()
        || !line.starts_with(b"GET ") && !line.starts_with(b"POST ")
    {
        return;
    }
    let mut headers = String::new();
    while reader.read_line(&mut headers).is_ok_and(|read| read > 2) {}
    let line = String::from_utf8(line)
        .unwrap()
        .trim()
        .trim_end_matches(" HTTP/1.1")
        .to_owned();
    let headers = headers.to_lowercase();
    let range = headers
        .lines()
        .find(|line| line.starts_with("range:"))
        .unwrap_or_default()
        .to_owned();
    log.lock()
        .unwrap()
        .push(format!("{line} {range}").trim().to_owned());
    let (status, extra, body, cut) = answer(&Request { line, headers });
    let mut head = format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n",
        body.len()
    );
    for header in extra {
        head += &format!("{header}\r\n");
    }
    let _ = stream.write_all(format!("{head}\r\n").as_bytes());
    let _ = stream.write_all(&body[..cut.unwrap_or(body.len()).min(body.len())]);
}

fn connect(host: &str, credentials: Credentials) -> Connection {
    let reference = ImageReference::parse(&format!("{host}/team/app:1")).unwrap();
    let options = ConnectOptions {
        credentials: Some(credentials),
        ..ConnectOptions::default()
    };
    Connection::open(&reference, &options).unwrap()
}

fn password() -> Credentials {
    Credentials::Password {
        username: "ada".to_owned(),
        password: "secret".to_owned(),
    }
}

fn ok(body: &[u8]) -> Reply {
    (200, Vec::new(), body.to_vec(), None)
}

#[test]
fn a_bearer_token_is_fetched_once_and_again_when_it_expires() {
    let issued = Mutex::new(0);
    let (host, seen) = serve(move |request, host| {
        let mut issued = issued.lock().unwrap();
        if request.line.contains("/token?") {
            assert!(
                request.headers.contains("authorization: basic ywrhonnly3jlda=="),
                "{}",
                request.headers
            );
            *issued += 1;
            return ok(format!("{{\"token\":\"t{issued}\"}}").as_bytes());
        }
        // The first token is good for one manifest.
        let wanted = if request.line.contains("/manifests/2") {
            "bearer t2"
        } else {
            "bearer t1"
        };
        match request.headers.contains(wanted) {
            true => ok(b"{}"),
            false => {
                let challenge = format!(
                    "www-authenticate: Bearer realm=\"http://{host}/token\",service=\"s\",scope=\"repository:team/app:pull\""
                );
                (401, vec![challenge], Vec::new(), None)
            }
        }
    });
    let connection = connect(&host, password());
    for tag in ["1", "1", "2"] {
        connection.manifest(tag).unwrap();
    }
    let seen = seen.lock().unwrap();
    let tokens: Vec<_> = seen.iter().filter(|line| line.contains("/token")).collect();
    assert_eq!(tokens.len(), 2, "{seen:?}");
    assert!(
        tokens[0].contains("scope=repository%3Ateam%2Fapp%3Apull"),
        "{}",
        tokens[0]
    );
    assert!(tokens[0].contains("service=s"), "{}", tokens[0]);
}

#[test]
fn refusals_are_told_apart() {
    let check = |status: u16, headers: &[&str], expected: &str| {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let (host, _) = serve(move |request, _| match request.line.as_str() {
            "GET /v2/" => ok(b""),
            _ => (
                status,
                headers.clone(),
                br#"{"errors":[{"message":"because"}]}"#.to_vec(),
                None,
            ),
        });
        let error = connect(&host, password()).manifest("1").unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(&host), "{error}");
    };
    check(404, &[], "has no team/app, manifest 1");
    check(403, &[], "does not let the user ada read");
    check(401, &["www-authenticate: Basic realm=\"x\""], "docker login");
    check(401, &["www-authenticate: Negotiate"], "docker login");
    check(
        418,
        &[],
        "answers 418 to the request for team/app, manifest 1: because",
    );
}

#[test]
fn a_broken_download_goes_on_where_it_broke_off() {
    let content: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
    let check = |ranges: bool, expected: &[&str]| {
        let whole = content.clone();
        let (host, seen) = serve(move |request, _| {
            if request.line == "GET /v2/" {
                return ok(b"");
            }
            let start = request
                .headers
                .lines()
                .find_map(|line| line.strip_prefix("range: bytes="));
            let start: usize = start.map_or(0, |range| range.trim_end_matches('-').parse().unwrap());
            match (start, ranges) {
                (0, _) => (200, Vec::new(), whole.clone(), Some(70_000)),
                (_, true) => {
                    let range = format!("content-range: bytes {start}-199999/200000");
                    (206, vec![range], whole[start..].to_vec(), None)
                }
                (_, false) => ok(&whole),
            }
        });
        let mut file = Cursor::new(Vec::new());
        let mut arrived = 0;
        let connection = connect(&host, Credentials::Anonymous);
        connection
            .download("sha256:x", 200_000, &mut file, &mut |count| arrived += count)
            .unwrap();
        assert!(file.into_inner() == content);
        let seen = seen.lock().unwrap();
        let blobs: Vec<&str> = seen
            .iter()
            .filter_map(|line| line.strip_prefix("GET /v2/team/app/blobs/sha256:x"))
            .collect();
        assert_eq!(blobs, expected);
    };
    check(true, &["", " range: bytes=70000-"]);
    check(false, &["", " range: bytes=70000-"]);
}

#[test]
fn a_blob_of_another_size_is_refused() {
    let (host, _) = serve(|request, _| match request.line.as_str() {
        "GET /v2/" => ok(b""),
        _ => ok(&[7; 100]),
    });
    let connection = connect(&host, Credentials::Anonymous);
    let download = |size| connection.download("sha256:x", size, &mut Cursor::new(Vec::new()), &mut |_| {});
    assert!(download(100).is_ok());
    assert!(matches!(download(99), Err(RegistryError::Malformed { .. })));
    assert!(matches!(download(101), Err(RegistryError::BrokeOff { .. })));
}

#[test]
fn referrers_by_interface_and_by_tag() {
    let list = br#"{"manifests":[{"digest":"sha256:b","artifactType":"application/spdx+json"}]}"#;
    for by_tag in [false, true] {
        let (host, _) = serve(move |request, _| match request.line.as_str() {
            "GET /v2/" => ok(b""),
            "GET /v2/team/app/referrers/sha256:a" if !by_tag => ok(list),
            "GET /v2/team/app/manifests/sha256-a" if by_tag => ok(list),
            _ => (404, Vec::new(), Vec::new(), None),
        });
        let connection = connect(&host, Credentials::Anonymous);
        let referrers = connection.referrers("sha256:a").unwrap();
        assert_eq!(referrers[0].artifact_type, "application/spdx+json");
        assert!(connection.referrers("sha256:other").unwrap().is_empty());
    }
}

/// Blobs often lie in object stores that a registry sends its clients to.
#[test]
fn credentials_stay_with_the_registry() {
    let (store, seen) = serve(|request, _| {
        assert!(!request.headers.contains("authorization"), "{}", request.headers);
        ok(b"0123456789")
    });
    let (host, _) = serve(move |request, _| {
        if request.line == "GET /v2/" {
            return ok(b"");
        }
        if !request.headers.contains("authorization: basic") {
            let challenge = "www-authenticate: Basic realm=\"x\"".to_owned();
            return (401, vec![challenge], Vec::new(), None);
        }
        (
            307,
            vec![format!("location: http://{store}/blob?signature=1")],
            Vec::new(),
            None,
        )
    });
    let connection = connect(&host, password());
    let mut file = Cursor::new(Vec::new());
    connection
        .download("sha256:x", 10, &mut file, &mut |_| {})
        .unwrap();
    assert_eq!(file.into_inner(), b"0123456789");
    assert_eq!(seen.lock().unwrap().as_slice(), ["GET /blob?signature=1"]);
}

#[test]
fn redirects_do_not_go_round_for_ever() {
    let (host, _) = serve(|request, host| match request.line.as_str() {
        "GET /v2/" => ok(b""),
        _ => (
            307,
            vec![format!("location: http://{host}/again")],
            Vec::new(),
            None,
        ),
    });
    let error = connect(&host, Credentials::Anonymous).manifest("1").unwrap_err();
    assert!(error.to_string().contains(&host), "{error}");
}

#[test]
fn documents_are_bounded() {
    let (host, _) = serve(|request, _| match request.line.as_str() {
        "GET /v2/" => ok(b""),
        _ => ok(&vec![b' '; 9 << 20]),
    });
    let connection = connect(&host, Credentials::Anonymous);
    assert!(matches!(
        connection.manifest("1"),
        Err(RegistryError::Malformed { .. })
    ));
    assert!(matches!(
        connection.blob("sha256:x", 1000),
        Err(RegistryError::Malformed { .. })
    ));
}

/// Where blobs lie may ask for credentials too, and name a service that would like them.
#[test]
fn only_the_registry_may_ask_for_credentials() {
    let (thief, stolen) = serve(|_, _| ok(b"{\"token\":\"t\"}"));
    let (store, _) = serve(move |_, _| {
        let challenge = format!("www-authenticate: Bearer realm=\"http://{thief}/token\"");
        (401, vec![challenge], Vec::new(), None)
    });
    let (host, _) = serve(move |request, _| match request.line.as_str() {
        "GET /v2/" => ok(b""),
        _ => (
            307,
            vec![format!("location: http://{store}/blob")],
            Vec::new(),
            None,
        ),
    });
    let error = connect(&host, password()).blob("sha256:x", 10).unwrap_err();
    assert!(error.to_string().contains("given no credentials"), "{error}");
    assert!(stolen.lock().unwrap().is_empty());
}

#[test]
fn redirects_to_what_is_not_the_web() {
    for location in ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "\u{7f}"] {
        let (host, seen) = serve(move |request, _| match request.line.as_str() {
            "GET /v2/" => ok(b""),
            _ => (302, vec![format!("location: {location}")], Vec::new(), None),
        });
        let error = connect(&host, Credentials::Anonymous)
            .blob("sha256:x", 10)
            .unwrap_err();
        assert!(error.to_string().contains(&host), "{error}");
        // What is no address of the web is at most taken for a path of the registry's own.
        assert!(seen.lock().unwrap().len() <= 12);
    }
}

#[test]
fn parts_that_were_not_asked_for() {
    let check = |range: &'static str| {
        let (host, _) = serve(move |request, _| match request.line.as_str() {
            "GET /v2/" => ok(b""),
            _ if request.headers.contains("range:") => {
                let range = format!("content-range: {range}");
                (206, vec![range], vec![7; 100], None)
            }
            _ => (200, Vec::new(), vec![7; 100], Some(50)),
        });
        let connection = connect(&host, Credentials::Anonymous);
        let mut file = Cursor::new(Vec::new());
        connection.download("sha256:x", 100, &mut file, &mut |_| {})
    };
    for range in [
        "bytes 0-99/100",
        "bytes 51-99/100",
        "bytes */100",
        "rows 50-99/100",
    ] {
        let error = check(range).unwrap_err().to_string();
        assert!(error.contains("another part"), "{range}: {error}");
    }
}

#[test]
fn a_download_that_gets_nowhere_ends() {
    let sent = Mutex::new(0);
    let (host, seen) = serve(move |request, _| {
        if request.line == "GET /v2/" {
            return ok(b"");
        }
        // A byte more each time, always from the start.
        let mut sent = sent.lock().unwrap();
        *sent += 1;
        (200, Vec::new(), vec![7; 1 << 20], Some(*sent))
    });
    let connection = connect(&host, Credentials::Anonymous);
    let mut file = Cursor::new(Vec::new());
    let error = connection
        .download("sha256:x", 1 << 20, &mut file, &mut |_| {})
        .unwrap_err();
    assert!(matches!(error, RegistryError::BrokeOff { .. }), "{error}");
    assert_eq!(seen.lock().unwrap().len(), 1 + 5);
}

#[test]
fn challenges_and_tokens_without_end() {
    let check = |challenge: String, token: String| {
        let (host, _) = serve(move |request, host| match request.line.as_str() {
            "GET /v2/" => ok(b""),
            line if line.contains("/token") => ok(format!("{{\"token\":\"{token}\"}}").as_bytes()),
            _ => {
                let challenge = challenge.replace("HOST", host);
                (
                    401,
                    vec![format!("www-authenticate: {challenge}")],
                    Vec::new(),
                    None,
                )
            }
        });
        connect(&host, password()).manifest("1").unwrap_err().to_string()
    };
    let bearer = "Bearer realm=\"http://HOST/token\"".to_owned();
    for token in [
        "x".repeat(1_000_000),
        "x".repeat(3_000_000),
        "a b".to_owned(),
        String::new(),
    ] {
        let error = check(bearer.clone(), token);
        assert!(error.contains("cannot be used"), "{error}");
    }
    for challenge in [
        "Negotiate, ".repeat(4000),
        format!("Bearer {}realm=\"http://HOST/\"", "a=\"b\", ".repeat(7000)),
        format!("Bearer realm=\"{}\"", "x".repeat(60_000)),
        "Bearer realm".to_owned(),
    ] {
        let error = check(challenge, "t".to_owned());
        assert!(error.len() < 1000, "{error}");
    }
}

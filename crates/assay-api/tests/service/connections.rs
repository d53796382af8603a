//! Connections that misbehave, and the end of the service.

use std::time::{Duration, Instant};

use assay_api::{Drained, Limits, Rate, ServeError, Server, Transport};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::bench::{Answered, Bench, PASSWORD};

const LIST: &str = "/accountpermissions/list";

#[tokio::test]
async fn strangers() {
    let bench = Bench::start().await;
    for (request, status, fault) in [
        (
            format!("POST {LIST} HTTP/1.1\r\nhost: x\r\n"),
            403,
            "MissingAuthenticationTokenException",
        ),
        (
            "GET /nowhere HTTP/1.1\r\nhost: x\r\n".to_owned(),
            403,
            "MissingAuthenticationTokenException",
        ),
        (
            "GET /assay/v1/whoami HTTP/1.1\r\nhost: x\r\n".to_owned(),
            403,
            "MissingAuthenticationTokenException",
        ),
        (
            format!("POST {LIST} HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 x\r\n"),
            400,
            "IncompleteSignatureException",
        ),
    ] {
        let answered = bench
            .send(format!("{request}connection: close\r\n\r\n").as_bytes())
            .await;
        assert_eq!(answered.status, status, "{request}: {answered:?}");
        assert_eq!(
            answered.header("x-amzn-errortype"),
            Some(&*fault.to_ascii_lowercase())
        );
        assert!(answered.json()["message"].is_string());
        assert_eq!(answered.header("x-amzn-requestid").unwrap().len(), 36);
    }
    let records = bench.records.0.lock().unwrap();
    let names: Vec<&str> = records.iter().map(|record| record.event_name.as_str()).collect();
    assert_eq!(
        names,
        [
            "ListAccountPermissions",
            "GET /assay/v1/whoami",
            "ListAccountPermissions"
        ],
        "what is no call leaves no record"
    );
}

#[tokio::test]
async fn strangers_cannot_fill_the_log() {
    let limits = Limits {
        records_of_strangers: Rate {
            per_second: 0.001,
            burst: 5,
        },
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    for _ in 0..20 {
        let answered = bench.post(LIST, &json!({})).await;
        assert_eq!(answered.status, 403);
    }
    let request = bench.signed("ada", "POST", LIST, "inspector2", b"{}");
    assert_eq!(bench.send(&request).await.status, 200);
    assert_eq!(bench.records.0.lock().unwrap().len(), 6);
    let text = bench.metrics.render();
    assert!(text.contains("assay_api_calls_unlogged_total 15"), "{text}");
}

#[tokio::test]
async fn operations_that_there_are_not() {
    let bench = Bench::start().await;
    for (method, path, status) in [
        ("POST", "/nowhere", 404),
        ("GET", LIST, 405),
        ("POST", "/accountpermissions%2Flist", 404),
        ("GET", "/tags/%ff", 400),
    ] {
        let request = bench.signed("ada", method, path, "inspector2", b"");
        let answered = bench.send(&request).await;
        assert_eq!(answered.status, status, "{method} {path}: {answered:?}");
        let is_method = status == 405;
        assert_eq!(answered.header("allow"), is_method.then_some("post"));
    }
    let request = bench.signed("ada", "POST", LIST, "inspector2", b"{\"maxResults\":");
    let answered = bench.send(&request).await;
    assert_eq!(
        (answered.status, answered.json()["reason"].as_str()),
        (400, Some("CANNOT_PARSE"))
    );
    // A body other than the one that was signed.
    let mut request = bench.signed("ada", "POST", LIST, "inspector2", b"{\"maxResults\":1}");
    let last = request.len() - 2;
    request[last] = b'2';
    let answered = bench.send(&request).await;
    assert_eq!(
        answered.header("x-amzn-errortype"),
        Some("invalidsignatureexception")
    );
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let bench = Bench::start().await;
    let body = vec![b' '; (1 << 20) + 1];
    for user in ["ada", "aud"] {
        let answered = bench
            .send(&bench.signed(user, "POST", LIST, "inspector2", &body))
            .await;
        assert_eq!(answered.status, 413);
        assert_eq!(
            answered.json()["message"],
            "the body may have 1048576 bytes and has more"
        );
    }
    // In chunks, without its length.
    let request = bench.signed("ada", "POST", LIST, "inspector2", b"");
    let head = String::from_utf8(request).unwrap();
    let head = head.replace("content-length: 0", "transfer-encoding: chunked");
    let mut request = head.into_bytes();
    request.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
    request.extend_from_slice(&body);
    request.extend_from_slice(b"\r\n0\r\n\r\n");
    assert_eq!(bench.send(&request).await.status, 413);
    let fits = &body[..1 << 20];
    let answered = bench
        .send(&bench.signed("ada", "POST", LIST, "inspector2", fits))
        .await;
    assert_eq!(answered.status, 400, "no JSON, but it was read");
    // Strangers are refused before they have sent anything.
    let mut stream = TcpStream::connect(&bench.server).await.unwrap();
    let head =
        format!("POST {LIST} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1000000\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(Answered::read(&mut stream).await.status, 403);
}

#[tokio::test]
async fn clients_that_are_slow() {
    let limits = Limits {
        head_timeout: Duration::from_millis(300),
        body_grace: Duration::from_millis(300),
        body_rate: 1 << 20,
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    let request = bench.signed("ada", "POST", LIST, "inspector2", b"{\"maxResults\": 1}");
    let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    // Nothing at all, half a head, half a body, and a byte of the body at a time.
    for (sent, answers) in [(0, false), (head / 2, false), (head + 5, true)] {
        let started = Instant::now();
        let mut stream = TcpStream::connect(&bench.server).await.unwrap();
        stream.write_all(&request[..sent]).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer.contains(" 408 "), answers, "{sent}: {answer}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }
    let mut stream = TcpStream::connect(&bench.server).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut sent = head;
    stream.write_all(&request[..head]).await.unwrap();
    while sent < request.len() - 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if stream.write_all(&request[sent..=sent]).await.is_err() {
            break;
        }
        sent += 1;
    }
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.is_empty() || answer.contains(" 408 "), "{answer}");
    // All at once it is answered.
    assert_eq!(bench.send(&request).await.status, 200);
}

#[tokio::test]
async fn connections_are_kept_and_bounded() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    let request = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut first = TcpStream::connect(&bench.server).await.unwrap();
    let mut buffer = [0; 4096];
    for _ in 0..3 {
        first.write_all(request).await.unwrap();
        let read = first.read(&mut buffer).await.unwrap();
        assert!(String::from_utf8_lossy(&buffer[..read]).contains("running"));
    }
    let second = TcpStream::connect(&bench.server).await.unwrap();
    let mut third = TcpStream::connect(&bench.server).await.unwrap();
    third.write_all(request).await.unwrap();
    let waits = tokio::time::timeout(Duration::from_millis(200), third.read(&mut buffer)).await;
    assert!(waits.is_err(), "it waits for a place");
    drop(second);
    assert!(third.read(&mut buffer).await.unwrap() > 0);
}

#[tokio::test]
async fn many_connections_that_do_nothing() {
    let bench = Bench::start().await;
    let mut idle = Vec::new();
    // As many as the usual limit of open files leaves room for, at both ends.
    for _ in 0..400 {
        idle.push(TcpStream::connect(&bench.server).await.unwrap());
    }
    let started = Instant::now();
    assert_eq!(bench.get("/healthz").await.status, 200);
    assert!(started.elapsed() < Duration::from_secs(5));
    let text = bench.get("/metrics").await.body;
    let connections = text
        .lines()
        .find_map(|line| line.strip_prefix("assay_api_connections "))
        .unwrap();
    assert!(connections.parse::<u32>().unwrap() >= 400, "{connections}");
}

#[tokio::test]
async fn turns() {
    let limits = Limits {
        requests_at_once: 1,
        turn_timeout: Duration::from_millis(100),
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    let slow = bench.signed("ada", "POST", "/filters/list", "inspector2", b"{}");
    let quick = bench.signed("ada", "POST", LIST, "inspector2", b"{}");
    let (slow, quick, health) = tokio::join!(
        bench.send(&slow),
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            bench.send(&quick).await
        },
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            bench.get("/healthz").await
        },
    );
    assert_eq!((slow.status, quick.status, health.status), (200, 503, 200));
    assert_eq!(quick.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn stopping_lets_requests_end() {
    let bench = Bench::start().await;
    assert_eq!(bench.get("/readyz").await.json(), json!({"status": "ready"}));
    let request = bench.signed("ada", "POST", "/filters/list", "inspector2", b"{}");
    let mut busy = TcpStream::connect(&bench.server).await.unwrap();
    busy.write_all(&request).await.unwrap();
    let mut idle = TcpStream::connect(&bench.server).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let server = bench.server.clone();
    let records = bench.records.clone();
    let (drained, answered) = tokio::join!(bench.stop(), Answered::read(&mut busy));
    assert_eq!(drained, Drained::Whole);
    assert_eq!(answered.status, 200);
    assert_eq!(idle.read(&mut [0; 16]).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(&server).await.is_err());
    assert_eq!(records.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn stopping_has_an_end() {
    let limits = Limits {
        drain_timeout: Duration::from_millis(100),
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    let request = bench.signed("ada", "POST", "/filters/list", "inspector2", b"{}");
    let mut busy = TcpStream::connect(&bench.server).await.unwrap();
    busy.write_all(&request).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(bench.stop().await, Drained::Cut(1));
}

#[tokio::test]
async fn clients_that_go_away_leave_a_record() {
    let bench = Bench::start().await;
    let request = bench.signed("ada", "POST", "/filters/list", "inspector2", b"{}");
    let mut stream = TcpStream::connect(&bench.server).await.unwrap();
    stream.write_all(&request).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(stream);
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if bench.records.0.lock().unwrap().len() == 1 {
            return;
        }
    }
    panic!("no record");
}

#[tokio::test]
async fn in_the_clear() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let refused = Server::bind(everywhere, Transport::Loopback).await;
    assert!(matches!(refused, Err(ServeError::InTheClear { .. })));
    assert!(Server::bind(everywhere, Transport::BehindProxy).await.is_ok());
    let taken = Server::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback)
        .await
        .unwrap();
    let error = Server::bind(taken.address(), Transport::Loopback)
        .await
        .unwrap_err();
    assert!(
        error.to_string().starts_with("cannot listen on 127.0.0.1:"),
        "{error}"
    );
}

#[tokio::test]
async fn codes_sign_in_as_passwords_do() {
    let bench = Bench::start().await;
    let code = |letter: &str| letter.repeat(43);
    for (letter, account, user) in [("a", "111122223333", "ada"), ("d", "444455556666", "dan")] {
        let place = (account.parse().unwrap(), user.parse().unwrap());
        bench.people.codes.lock().unwrap().insert(code(letter), place);
    }
    for (body, status, told) in [
        (json!({"code": code("a"), "user": "ada"}), 400, "or `code` alone"),
        (json!({"code": code("b")}), 403, "ask for another"),
        (json!({"code": "short"}), 403, "ask for another"),
        (json!({"code": code("d")}), 403, "ask for another"),
        (json!({"code": code("a"), "durationSeconds": 900}), 200, ""),
        (json!({"code": code("a")}), 403, "ask for another"),
    ] {
        let answered = bench.post("/session", &body).await;
        assert_eq!(answered.status, status, "{body}: {answered:?}");
        match status {
            200 => {
                assert_eq!(answered.json()["user"], "ada");
                assert_eq!(answered.header("cache-control"), Some("no-store"));
            }
            _ => assert!(answered.json()["message"].as_str().unwrap().contains(told)),
        }
    }
    let records = bench.records.0.lock().unwrap();
    let texts: Vec<String> = records
        .iter()
        .map(|record| serde_json::to_string(record).unwrap())
        .collect();
    assert_eq!(texts.len(), 6);
    assert!(
        texts[4].contains("user/ada") && texts[4].contains("withCode"),
        "{}",
        texts[4]
    );
    for text in texts {
        assert!(!text.contains("aaaa") && !text.contains("short"), "{text}");
    }
}

#[tokio::test]
async fn signing_in() {
    let limits = Limits {
        sign_in_per_user: Rate {
            per_second: 0.01,
            burst: 3,
        },
        ..Limits::default()
    };
    let bench = Bench::with(limits, Transport::Loopback).await;
    for (body, status) in [
        (json!({"user": "ada", "password": PASSWORD}), 200),
        (json!({"user": "ada", "password": "wrong horse battery"}), 403),
        (json!({"user": "nobody", "password": PASSWORD}), 403),
        (json!({"user": "dan", "password": PASSWORD}), 403),
        (json!({"user": "ada", "password": PASSWORD}), 200),
        (json!({"user": "ada", "password": PASSWORD}), 429),
        (
            json!({"user": "ada", "password": PASSWORD, "account": "444455556666"}),
            403,
        ),
        (
            json!({"user": "mia", "password": PASSWORD, "account": "444455556666"}),
            200,
        ),
        (json!({"user": "mia"}), 400),
    ] {
        let answered = bench.post("/session", &body).await;
        assert_eq!(answered.status, status, "{body}: {answered:?}");
        let is_fault = status != 200;
        assert_eq!(answered.header("x-amzn-errortype").is_some(), is_fault);
        assert_eq!(answered.header("retry-after").is_some(), status == 429);
    }
    assert_eq!(bench.get("/session").await.status, 405);
}

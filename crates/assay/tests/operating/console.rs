//! The pages of the console, as browsers ask for them; the same whether the console or its stub is in the program.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::{service::Service, support::World};

/// The head of an answer in lower case, and the length of its body.
struct Page {
    head: String,
    length: usize,
}

impl Page {
    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

fn ask(service: &Service, method: &str, path: &str, headers: &str) -> Page {
    let host = service.serving.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    Page {
        head: String::from_utf8(bytes[..end].to_vec())
            .unwrap()
            .to_ascii_lowercase(),
        length: bytes.len() - end - 4,
    }
}

#[test]
fn the_console_is_served_to_anybody() {
    let world = World::with_database();
    let service = Service::start(&world, "data");
    let gzip = "accept-encoding: gzip\r\n";
    let plain = ask(&service, "GET", "/console/", "");
    for (method, path, headers, status, header) in [
        ("GET", "/", "", "307", ("location", "/console/")),
        ("GET", "/console", "", "307", ("location", "/console/")),
        (
            "GET",
            "/console/",
            "",
            "200",
            ("content-type", "text/html; charset=utf-8"),
        ),
        ("GET", "/console/", gzip, "200", ("content-encoding", "gzip")),
        (
            "GET",
            "/console/findings?id=1",
            "",
            "200",
            ("cache-control", "no-cache"),
        ),
        (
            "HEAD",
            "/console/",
            "",
            "200",
            ("content-length", &plain.length.to_string()),
        ),
        (
            "GET",
            "/console/assets/none.js",
            "",
            "404",
            ("cache-control", "no-store"),
        ),
        ("POST", "/console/", "", "405", ("allow", "get,head")),
    ] {
        let page = ask(&service, method, path, headers);
        let seen = format!("{method} {path}: {}", page.head);
        assert!(page.head.starts_with(&format!("http/1.1 {status} ")), "{seen}");
        assert_eq!(page.header(header.0), Some(header.1), "{seen}");
        assert_eq!(page.header("x-frame-options"), Some("deny"), "{seen}");
        assert!(page.header("content-security-policy").is_some(), "{seen}");
        assert_eq!(page.length == 0, method == "HEAD" || status == "307", "{seen}");
    }
    let known = format!("if-none-match: {}\r\n", plain.header("etag").unwrap());
    let again = ask(&service, "GET", "/console/", &known);
    assert!(again.head.starts_with("http/1.1 304 "), "{}", again.head);
    assert_eq!(again.length, 0);

    // Others than pages are at `/`, too: what is sent there is a call, and this one lacks a signature.
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n";
    let call = ask(&service, "POST", "/", form);
    assert!(call.head.starts_with("http/1.1 403 "), "{}", call.head);

    // Of all this the log has what was a call of somebody who is known here.
    service.enable();
    let calls = service.get(&service.administrator, "/assay/v1/calls").answer;
    let calls = calls["Records"].as_array().unwrap();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["eventName"], "Enable", "{calls:?}");
}

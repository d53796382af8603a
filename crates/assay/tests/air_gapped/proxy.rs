//! A forward proxy: it joins whoever asks with CONNECT to whom they name, and remembers whom they named.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::network::{Namespace, TO_AGENT};

/// A proxy that runs for as long as the test does.
pub(crate) struct Proxy {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts it in a namespace; it knows some names.
    pub(crate) fn start(namespace: &Namespace, names: &[(&str, &str)]) -> Proxy {
        let names: Vec<(String, String)> = names
            .iter()
            .map(|(name, address)| ((*name).to_owned(), (*address).to_owned()))
            .collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&asked);
        let url = namespace.run(move || {
            let listener = TcpListener::bind((TO_AGENT, 0)).unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            // What a thread in a namespace starts is in it too.
            thread::spawn(move || {
                for client in listener.incoming().flatten() {
                    let (names, asked) = (names.clone(), Arc::clone(&remembered));
                    thread::spawn(move || join(client, &names, &asked));
                }
            });
            url
        });
        Proxy { url, asked }
    }

    /// Whom it was asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn join(mut client: TcpStream, names: &[(String, String)], asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?);
    let mut line = String::new();
    lines.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some("CONNECT"), Some(target)) = (words.next(), words.next()) else {
        return client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n");
    };
    let target = target.to_owned();
    asked.lock().unwrap().push(target.clone());
    let mut rest = String::new();
    while lines.read_line(&mut rest)? > 2 {
        rest.clear();
    }
    let (host, port) = target.rsplit_once(':').unwrap_or((&target, "443"));
    let address = names.iter().find(|(name, _)| name == host);
    let address = address.map_or(host, |(_, address)| address);
    let Ok(server) = TcpStream::connect(format!("{address}:{port}")) else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut up, mut from_server) = (server.try_clone()?, server);
    thread::spawn(move || {
        let _ = io::copy(&mut lines, &mut up);
        let _ = up.shutdown(Shutdown::Write);
    });
    io::copy(&mut from_server, &mut client)?;
    client.shutdown(Shutdown::Both)
}

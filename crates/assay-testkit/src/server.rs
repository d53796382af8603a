//! A file server on loopback that can be told to misbehave.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// How a path is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// With the content, its entity tag and ranges of it on demand.
    File {
        /// The content.
        content: Vec<u8>,
        /// The entity tag, with quotes.
        etag: String,
    },
    /// With a status and nothing else.
    Status(u16),
    /// With the first bytes of the content; then the connection breaks. The next request gets the whole.
    BreaksOff {
        /// The content.
        content: Vec<u8>,
        /// The entity tag, with quotes.
        etag: String,
        /// How many bytes are sent before the break.
        after: usize,
    },
}

/// A running server. It ends with the process.
#[derive(Clone, Debug)]
pub struct FileServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    answers: HashMap<String, Answer>,
    requests: Vec<String>,
}

impl FileServer {
    /// Starts a server that has nothing.
    pub fn start() -> FileServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound listener has an address");
        let server = FileServer {
            address,
            state: Arc::default(),
        };
        let state = Arc::clone(&server.state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                thread::spawn(move || serve(stream, &state));
            }
        });
        server
    }

    /// The address, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets how a path (with its leading slash) is answered from now on.
    pub fn answer(&self, path: &str, answer: Answer) {
        self.state
            .lock()
            .expect("no thread panicked")
            .answers
            .insert(path.to_owned(), answer);
    }

    /// The requests since the last call, each as `PATH STATUS [from OFFSET]`.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().expect("no thread panicked").requests)
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let Ok(clone) = stream.try_clone() else { return };
    let mut reader = BufReader::new(clone);
    let mut stream = stream;
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let (head, body, broken) = respond(&path, &headers, state);
        if stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&body))
            .is_err()
            || broken
        {
            return;
        }
    }
}

fn respond(path: &str, headers: &HashMap<String, String>, state: &Mutex<State>) -> (String, Vec<u8>, bool) {
    let mut state = state.lock().expect("no thread panicked");
    let answer = state.answers.get(path).cloned().unwrap_or(Answer::Status(404));
    let (content, etag, limit) = match answer {
        Answer::Status(status) => {
            state.requests.push(format!("{path} {status}"));
            return (
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"),
                Vec::new(),
                false,
            );
        }
        Answer::File { content, etag } => (content, etag, None),
        Answer::BreaksOff { content, etag, after } => {
            state.answers.insert(
                path.to_owned(),
                Answer::File {
                    content: content.clone(),
                    etag: etag.clone(),
                },
            );
            (content, etag, Some(after))
        }
    };
    if headers.get("if-none-match") == Some(&etag) {
        state.requests.push(format!("{path} 304"));
        return (
            format!("HTTP/1.1 304 X\r\netag: {etag}\r\n\r\n"),
            Vec::new(),
            false,
        );
    }
    let range = headers
        .get("range")
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let from: usize = range
        .filter(|_| headers.get("if-range") == Some(&etag))
        .unwrap_or(0);
    let status = if from > 0 { 206 } else { 200 };
    state.requests.push(if from > 0 {
        format!("{path} 206 from {from}")
    } else {
        format!("{path} 200")
    });
    let mut body = content[from.min(content.len())..].to_vec();
    let head = format!(
        "HTTP/1.1 {status} X\r\netag: {etag}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    if let Some(limit) = limit {
        body.truncate(limit);
    }
    (head, body, limit.is_some())
}

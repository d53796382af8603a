//! Downloading one file: conditional, resumable, bounded, retried.

use std::{
    fs::{self, OpenOptions},
    io::{Read, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use sha2::{Digest, Sha256};
use ureq::{Agent, Body, http::Response};

use crate::{
    cache::{CachedFile, io_error},
    error::FeedError,
    progress::Progress,
};

/// The largest file that is downloaded, in bytes.
const LARGEST_FILE: u64 = 4 * 1024 * 1024 * 1024;

/// How often a failing request is tried in all.
const TRIES: u32 = 4;

/// The first pause between tries; each further one is twice as long, give or take half.
const FIRST_PAUSE: Duration = Duration::from_millis(400);

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How the system says that it does not find a server's name; there is no error code for it in the library.
const NAME_NOT_FOUND: &str = "failed to lookup address";

/// What came of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The cached copy is current.
    NotModified,
    /// The partial file is complete.
    Downloaded(CachedFile),
    /// The server has no such file.
    Missing,
}

/// An HTTP client.
#[derive(Debug)]
pub(crate) struct Downloader {
    agent: Agent,
    /// A server did answer, or its name was found at the least: what fails now may pass.
    is_online: AtomicBool,
    /// No name is found at all, as without a network; trying again and again would only take time.
    is_offline: AtomicBool,
}

/// Whether trying again can help.
enum Failure {
    Passing { reason: String, wait: Option<Duration> },
    Final(FeedError),
}

impl Downloader {
    pub(crate) fn new() -> Downloader {
        let config = Agent::config_builder()
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_recv_body(Some(Duration::from_secs(3600)))
            .user_agent(concat!("assay/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .build();
        Downloader {
            agent: config.into(),
            is_online: AtomicBool::new(false),
            is_offline: AtomicBool::new(false),
        }
    }

    /// Fetches a file to `partial` unless `cached` is current. A partial file left by an earlier call is continued
    /// when the server still has the same content.
    pub(crate) fn fetch(
        &self,
        url: &str,
        cached: Option<&CachedFile>,
        partial: &Path,
        progress: &dyn Progress,
    ) -> Result<Outcome, FeedError> {
        if let Some(parent) = partial.parent() {
            fs::create_dir_all(parent).map_err(io_error(parent))?;
        }
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let (reason, wait) = match self.try_once(url, cached, partial, progress) {
                Ok(outcome) => return Ok(outcome),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing { reason, wait }) => (reason, wait),
            };
            let is_hopeless =
                self.is_offline.load(Ordering::Relaxed) && !self.is_online.load(Ordering::Relaxed);
            if tries == TRIES || is_hopeless {
                if reason.contains(NAME_NOT_FOUND) {
                    self.is_offline.store(true, Ordering::Relaxed);
                }
                let reason = if tries == 1 {
                    reason
                } else {
                    format!("{reason} (tried {tries} times)")
                };
                return Err(FeedError::Download {
                    url: url.to_owned(),
                    reason,
                });
            }
            tries += 1;
            let jittered = pause.mul_f64(0.5 + fastrand::f64());
            thread::sleep(wait.unwrap_or(jittered).min(LONGEST_PAUSE));
            pause *= 2;
        }
    }

    /// Fetches a small text, such as a list or a checksum; `None` when the server has none.
    pub(crate) fn text(&self, url: &str) -> Result<Option<String>, FeedError> {
        let failed = |reason: String| FeedError::Download {
            url: url.to_owned(),
            reason,
        };
        let mut response = self
            .agent
            .get(url)
            .call()
            .map_err(|error| failed(error.to_string()))?;
        if !response.status().is_success() {
            return Ok(None);
        }
        response
            .body_mut()
            .read_to_string()
            .map(Some)
            .map_err(|error| failed(error.to_string()))
    }

    fn try_once(
        &self,
        url: &str,
        cached: Option<&CachedFile>,
        partial: &Path,
        progress: &dyn Progress,
    ) -> Result<Outcome, Failure> {
        let validator_path = partial.with_extension("part-etag");
        let (have, validator) = resumable(partial, &validator_path);
        let mut request = self.agent.get(url);
        if let Some(validator) = &validator {
            request = request
                .header("Range", format!("bytes={have}-"))
                .header("If-Range", validator);
        } else if let Some(cached) = cached {
            if let Some(etag) = &cached.etag {
                request = request.header("If-None-Match", etag);
            }
            if let Some(date) = &cached.last_modified {
                request = request.header("If-Modified-Since", date);
            }
        }
        let response = request.call().map_err(|error| Failure::Passing {
            reason: error.to_string(),
            wait: None,
        })?;
        self.is_online.store(true, Ordering::Relaxed);
        let start = match response.status().as_u16() {
            200 => 0,
            206 => have,
            304 => return Ok(Outcome::NotModified),
            404 | 410 => return Ok(Outcome::Missing),
            416 => {
                let _ = fs::remove_file(partial);
                return Err(Failure::Passing {
                    reason: "the partial copy does not fit any more".to_owned(),
                    wait: None,
                });
            }
            status => return Err(refused(url, status, &response)),
        };
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        // Weak validators cannot vouch for a byte range.
        if let Some(strong) = etag.as_ref().filter(|etag| !etag.starts_with("W/")) {
            fs::write(&validator_path, strong)
                .map_err(|error| Failure::Final(io_error(&validator_path)(error)))?;
        }
        let announced = header("content-length").and_then(|length| length.parse::<u64>().ok());
        let length = receive(url, response, start, announced, partial, progress)?;
        let _ = fs::remove_file(&validator_path);
        let checked = String::new();
        Ok(Outcome::Downloaded(CachedFile {
            etag,
            last_modified,
            checked,
            length,
            sha256: None,
        }))
    }
}

/// How much of a partial file is there, and the validator that it belongs to.
fn resumable(partial: &Path, validator_path: &Path) -> (u64, Option<String>) {
    let have = fs::metadata(partial).map_or(0, |metadata| metadata.len());
    let validator = fs::read_to_string(validator_path).ok().filter(|_| have > 0);
    (have, validator)
}

fn refused(url: &str, status: u16, response: &Response<Body>) -> Failure {
    if status == 429 || status >= 500 {
        let seconds = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse().ok());
        return Failure::Passing {
            reason: format!("the server answers {status}"),
            wait: seconds.map(Duration::from_secs),
        };
    }
    // One file that is refused says nothing of the server's others.
    Failure::Final(FeedError::Refused {
        url: url.to_owned(),
        status,
    })
}

fn receive(
    url: &str,
    response: Response<Body>,
    start: u64,
    announced: Option<u64>,
    partial: &Path,
    progress: &dyn Progress,
) -> Result<u64, Failure> {
    let too_large = || {
        Failure::Final(FeedError::TooLarge {
            path: url.to_owned(),
            limit: LARGEST_FILE,
        })
    };
    if announced.is_some_and(|length| start.saturating_add(length) > LARGEST_FILE) {
        return Err(too_large());
    }
    let on_disk = |error| Failure::Final(io_error(partial)(error));
    let mut options = OpenOptions::new();
    options.create(true);
    let mut file = if start > 0 {
        options.append(true)
    } else {
        options.write(true).truncate(true)
    }
    .open(partial)
    .map_err(on_disk)?;
    progress.length(announced.map(|length| start + length));
    progress.advance(start);
    let mut body = response
        .into_body()
        .into_with_config()
        .limit(LARGEST_FILE)
        .reader();
    let mut buffer = vec![0; 256 * 1024];
    let mut length = start;
    loop {
        let read = body.read(&mut buffer).map_err(|error| Failure::Passing {
            reason: format!("the answer broke off: {error}"),
            wait: None,
        })?;
        if read == 0 {
            break;
        }
        file.write_all(&buffer[..read]).map_err(on_disk)?;
        length += read as u64;
        progress.advance(read as u64);
        if length > LARGEST_FILE {
            return Err(too_large());
        }
    }
    if announced.is_some_and(|announced| length != start + announced) {
        let reason = format!("the answer broke off after {length} bytes");
        return Err(Failure::Passing { reason, wait: None });
    }
    file.sync_all().map_err(on_disk)?;
    Ok(length)
}

/// The SHA-256 that an NVD `.meta` file states for the uncompressed content, in lower case.
pub(crate) fn stated_sha256(meta: &str) -> Option<String> {
    meta.lines()
        .find_map(|line| line.strip_prefix("sha256:"))
        .map(|digest| digest.trim().to_ascii_lowercase())
}

/// The SHA-256 of some content, hexadecimal.
pub(crate) fn sha256_of(content: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(content).into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

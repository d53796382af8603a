//! Reading the cached files of every feed into a sink.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;

use crate::{
    cache::{Cache, io_error},
    catalogue::{FeedFile, Format},
    download::sha256_of,
    error::FeedError,
    fetch::{Fetched, fetch},
    formats::{ReadError, alpine_secdb, debian_tracker, epss, kev, nvd, osv, oval},
    place::Place,
    progress::Progress,
    record::{MOST_WARNINGS, Sink, Summary},
};

/// The largest file that is read, decompressed, in bytes.
const LARGEST_CONTENT: u64 = 2 * 1024 * 1024 * 1024;

/// How a feed fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedStatus {
    /// All of it is current.
    Current,
    /// Some of it could not be refreshed or read, and the last good copy stands in.
    Stale,
    /// Nothing of it is there.
    Failed,
}

/// What became of one feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedReport {
    /// The feed's name, such as `osv/PyPI`.
    pub name: String,
    /// How it fared.
    pub status: FeedStatus,
    /// When its content is from (RFC 3339): as it says itself, else as its server says.
    pub date: Option<String>,
    /// Records read.
    pub records: u64,
    /// Bytes read, as stored.
    pub bytes: u64,
    /// What went wrong, in sentences.
    pub warnings: Vec<String>,
}

/// Brings every feed up to date in `cache_directory` and reads all of them into a sink.
///
/// A feed that cannot be fetched or read does not stop the others: its last good copy is used, and its report says
/// so with the copy's age.
///
/// # Errors
///
/// When the place holds no feeds at all, the cache cannot be written, or the sink refuses.
pub fn update(
    place: &Place,
    cache_directory: &Path,
    now: Timestamp,
    sink: &mut dyn Sink,
    progress: &dyn Progress,
) -> Result<Vec<FeedReport>, FeedError> {
    if let Place::Directory(directory) = place
        && !directory.is_dir()
    {
        return Err(FeedError::NoFeeds {
            place: place.to_string(),
        });
    }
    let mut cache = Cache::open(cache_directory, place)?;
    let fetched = fetch(place, &mut cache, now, progress)?;
    let mut reports: Vec<FeedReport> = Vec::new();
    let mut rest = fetched.as_slice();
    while let Some(first) = rest.first() {
        let count = rest
            .iter()
            .take_while(|next| next.file.feed == first.file.feed)
            .count();
        let (files, after) = rest.split_at(count);
        progress.begin(&first.file.feed);
        reports.push(import_feed(files, &mut cache, now, sink)?);
        progress.end();
        rest = after;
    }
    Ok(reports)
}

fn import_feed(
    files: &[Fetched],
    cache: &mut Cache,
    now: Timestamp,
    sink: &mut dyn Sink,
) -> Result<FeedReport, FeedError> {
    let name = files
        .first()
        .map(|fetched| fetched.file.feed.clone())
        .unwrap_or_default();
    let mut summary = Summary::default();
    let (mut bytes, mut served) = (0, None);
    let mut warnings: Vec<String> = Vec::new();
    let mut any = false;
    for Fetched { file, failure } in files {
        let outcome = match cache.get(&file.path) {
            Some(_) => import_or_fall_back(file, cache, sink, &mut warnings)?,
            None => None,
        };
        let Some(read) = outcome else {
            warnings.extend(failure.clone());
            continue;
        };
        if let (Some(failure), Some(entry)) = (failure, cache.get(&file.path)) {
            let age = age(&entry.checked, now);
            warnings.push(format!("{failure}; the copy last known good {age} stands in"));
        }
        any = true;
        summary.merge(read);
        if let Some(entry) = cache.get(&file.path) {
            bytes += entry.length;
            served = served.max(entry.last_modified.as_deref().and_then(http_date));
        }
    }
    let status = match (any, warnings.is_empty()) {
        (true, true) => FeedStatus::Current,
        (true, false) => FeedStatus::Stale,
        (false, _) => FeedStatus::Failed,
    };
    warnings.dedup();
    let hidden = warnings.len().saturating_sub(MOST_WARNINGS);
    warnings.truncate(MOST_WARNINGS);
    if hidden > 0 {
        warnings.push(format!("and {hidden} more files likewise"));
    }
    if summary.passed_over > 0 {
        warnings.push(format!(
            "{} records passed over: {}",
            summary.passed_over,
            summary.warnings.join("; ")
        ));
    }
    let date = summary.date.or(served.map(|date: Timestamp| date.to_string()));
    Ok(FeedReport {
        name,
        status,
        date,
        records: summary.records,
        bytes,
        warnings,
    })
}

/// Reads a file; when it is broken, brings back and reads the copy before it. `None` when neither can be read.
fn import_or_fall_back(
    file: &FeedFile,
    cache: &mut Cache,
    sink: &mut dyn Sink,
    warnings: &mut Vec<String>,
) -> Result<Option<Summary>, FeedError> {
    let stated = cache.get(&file.path).and_then(|entry| entry.sha256.clone());
    let error = match read_file(file, &cache.path(&file.path), stated.as_deref(), sink) {
        Ok(summary) => {
            cache.accept(&file.path);
            return Ok(Some(summary));
        }
        Err(error @ FeedError::Sink { .. }) => return Err(error),
        Err(error) => error,
    };
    if !cache.reject(&file.path)? {
        warnings.push(error.to_string());
        return Ok(None);
    }
    warnings.push(format!("{error}; the copy before it stands in"));
    match read_file(file, &cache.path(&file.path), None, sink) {
        Ok(summary) => Ok(Some(summary)),
        Err(error @ FeedError::Sink { .. }) => Err(error),
        Err(error) => {
            warnings.push(error.to_string());
            Ok(None)
        }
    }
}

fn read_file(
    file: &FeedFile,
    path: &Path,
    sha256: Option<&str>,
    sink: &mut dyn Sink,
) -> Result<Summary, FeedError> {
    let malformed = |format: &'static str, reason: String| FeedError::Malformed {
        path: path.to_owned(),
        format,
        reason,
    };
    let content = read_content(path)?;
    if let Some(expected) = sha256
        && sha256_of(&content) != expected
    {
        return Err(malformed(
            "download",
            "its SHA-256 is not the one that the publisher states".to_owned(),
        ));
    }
    let (format, outcome) = match file.format {
        Format::OsvZip => ("OSV zip", osv::read_zip(&content, sink)),
        Format::DebianTracker => (
            "Debian security tracker file",
            debian_tracker::read(&content, sink),
        ),
        Format::AlpineSecdb => ("Alpine secdb file", alpine_secdb::read(&content, sink)),
        Format::Nvd => ("NVD 2.0 file", nvd::read(&content, sink)),
        Format::Epss => ("EPSS file", epss::read(&String::from_utf8_lossy(&content), sink)),
        Format::Oval(whose) => ("OVAL file", oval::read(&content, whose, sink)),
        Format::KnownExploited => ("KEV catalogue", kev::read(&content, sink)),
    };
    outcome.map_err(|error| match error {
        ReadError::Malformed(reason) => malformed(format, reason),
        ReadError::Sink(error) => FeedError::Sink {
            feed: file.feed.clone(),
            error,
        },
    })
}

/// The content of a file, decompressed when it is gzip whatever its name.
fn read_content(path: &Path) -> Result<Vec<u8>, FeedError> {
    let file = File::open(path).map_err(io_error(path))?;
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let mut content = Vec::new();
    let is_gzip = std::io::BufRead::fill_buf(&mut reader)
        .map_err(io_error(path))?
        .starts_with(&[0x1f, 0x8b]);
    let outcome = if is_gzip {
        MultiGzDecoder::new(reader)
            .take(LARGEST_CONTENT + 1)
            .read_to_end(&mut content)
    } else {
        reader.take(LARGEST_CONTENT + 1).read_to_end(&mut content)
    };
    outcome.map_err(io_error(path))?;
    if content.len() as u64 > LARGEST_CONTENT {
        return Err(FeedError::TooLarge {
            path: path.display().to_string(),
            limit: LARGEST_CONTENT,
        });
    }
    Ok(content)
}

/// Reads an HTTP date. What a directory says of its files is no date of their content and is in another form.
fn http_date(text: &str) -> Option<Timestamp> {
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

fn age(checked: &str, now: Timestamp) -> String {
    let Ok(checked) = checked.parse::<Timestamp>() else {
        return "at an unknown time".to_owned();
    };
    match now.duration_since(checked).as_hours() {
        hours if hours < 1 => "less than an hour ago".to_owned(),
        hours if hours < 48 => format!("{hours} hours ago"),
        hours => format!("{} days ago", hours / 24),
    }
}

//! Reading the cached files of every feed into a sink.

use std::{collections::HashSet, io::Read, path::Path};

use jiff::Timestamp;

use crate::{
    cache::Cache,
    catalogue::{FeedFile, Format},
    content,
    download::sha256_of,
    error::FeedError,
    fetch::{Fetched, fetch},
    formats::{
        ReadError, bodhi, csaf, cvrf, debian_tracker, endoflife, epss, friendsofphp, kev, nodejs, nvd, osv,
        oval, psf, retirejs, rubysec, rustsec, secdb, updateinfo, vulnrichment,
    },
    manifest::{Manifest, csaf_lines},
    place::Place,
    progress::Progress,
    record::{MOST_WARNINGS, Sink, Summary},
};

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
    cache.save()?;
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
    let superseded = superseded(files, cache);
    for Fetched { file, failure } in files {
        let outcome = match cache.get(&file.path) {
            Some(_) => import_or_fall_back(file, &superseded, cache, sink, &mut warnings)?,
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
    if files.iter().all(|fetched| fetched.failure.is_none()) {
        forget_former_archives(files, cache)?;
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

/// Paths of documents that the archive of their feed does not have the last word on: changed or taken back since.
fn superseded(files: &[Fetched], cache: &Cache) -> HashSet<String> {
    let mut superseded = HashSet::new();
    for Fetched { file, .. } in files
        .iter()
        .filter(|fetched| cache.get(&fetched.file.path).is_some())
    {
        match file.format {
            Format::Csaf(_) => {
                // `…/2026/cve-2026-1.json` is `2026/cve-2026-1.json` in the archive.
                let mut parts = file.path.rsplit('/');
                if let (Some(name), Some(year)) = (parts.next(), parts.next()) {
                    superseded.insert(format!("{year}/{name}"));
                }
            }
            Format::CsafDeletions => {
                let list = content::whole(&cache.path(&file.path)).unwrap_or_default();
                let text = String::from_utf8_lossy(&list);
                superseded.extend(csaf_lines(&text).map(|(path, _)| path.to_owned()));
            }
            _ => {}
        }
    }
    superseded
}

/// An archive has its date in its name, so that each day brings another file beside the former ones.
fn forget_former_archives(files: &[Fetched], cache: &mut Cache) -> Result<(), FeedError> {
    let archive = files
        .iter()
        .find(|fetched| matches!(fetched.file.format, Format::CsafArchive(_)));
    let Some((directory, _)) = archive.and_then(|fetched| fetched.file.path.rsplit_once('/')) else {
        return Ok(());
    };
    let keep: HashSet<&str> = files.iter().map(|fetched| fetched.file.path.as_str()).collect();
    cache.keep_only(&format!("{directory}/"), &keep)
}

/// Reads a file; when it is broken, brings back and reads the copy before it. `None` when neither can be read.
fn import_or_fall_back(
    file: &FeedFile,
    superseded: &HashSet<String>,
    cache: &mut Cache,
    sink: &mut dyn Sink,
    warnings: &mut Vec<String>,
) -> Result<Option<Summary>, FeedError> {
    let stated = cache.get(&file.path).and_then(|entry| entry.sha256.clone());
    let error = match read_file(file, superseded, &cache.path(&file.path), stated.as_deref(), sink) {
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
    match read_file(file, superseded, &cache.path(&file.path), None, sink) {
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
    superseded: &HashSet<String>,
    path: &Path,
    sha256: Option<&str>,
    sink: &mut dyn Sink,
) -> Result<Summary, FeedError> {
    let malformed = |format: &'static str, reason: String| FeedError::Malformed {
        path: path.to_owned(),
        format,
        reason,
    };
    let is_tar = path.to_string_lossy().contains(".tar");
    let outcome = if is_streamed(&file.format, is_tar) {
        read_stream(&file.format, superseded, content::stream(path)?, sink)
    } else {
        let content = content::whole(path)?;
        if let Some(expected) = sha256
            && sha256_of(&content) != expected
        {
            return Err(malformed(
                "download",
                "its SHA-256 is not the one that the publisher states".to_owned(),
            ));
        }
        read_whole(&file.format, &content, sink)
    };
    outcome.map_err(|error| match error {
        ReadError::Malformed(reason) => malformed(file.format.name(), reason),
        ReadError::Sink(error) => FeedError::Sink {
            feed: file.feed.clone(),
            error,
        },
    })
}

/// Reads the content of one file into a sink, as importing does with what it fetched.
///
/// # Errors
///
/// When the content is nothing of the format, in words, or the sink refuses.
pub fn read(format: &Format, content: &[u8], sink: &mut dyn Sink) -> Result<Summary, String> {
    let outcome = match is_streamed(format, false) {
        true => read_stream(format, &HashSet::new(), content, sink),
        false => read_whole(format, content, sink),
    };
    outcome.map_err(|error| match error {
        ReadError::Malformed(reason) => reason,
        ReadError::Sink(error) => error.to_string(),
    })
}

/// Whether a file is an archive that is read as it streams.
fn is_streamed(format: &Format, is_tar: bool) -> bool {
    match format {
        Format::CsafArchive(_) | Format::RustSec | Format::RubySec | Format::FriendsOfPhp | Format::Psf => {
            true
        }
        Format::Cvrf(_) => is_tar,
        _ => false,
    }
}

fn read_stream(
    format: &Format,
    superseded: &HashSet<String>,
    stream: impl Read,
    sink: &mut dyn Sink,
) -> Result<Summary, ReadError> {
    match format {
        Format::CsafArchive(source) => csaf::read_tar(stream, *source, superseded, sink),
        Format::RustSec => rustsec::read_tar(stream, sink),
        Format::RubySec => rubysec::read_tar(stream, sink),
        Format::FriendsOfPhp => friendsofphp::read_tar(stream, sink),
        Format::Psf => psf::read_tar(stream, sink),
        Format::Cvrf(source) => cvrf::read_tar(stream, *source, sink),
        _ => Err(ReadError::Malformed("it is no archive".to_owned())),
    }
}

fn read_whole(format: &Format, content: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    match format {
        Format::OsvZip => osv::read_zip(content, sink),
        Format::DebianTracker => debian_tracker::read(content, sink),
        Format::Secdb(source) => secdb::read(content, *source, sink),
        Format::Nvd => nvd::read(content, sink),
        Format::Epss => epss::read(&String::from_utf8_lossy(content), sink),
        Format::KnownExploited => kev::read(content, sink),
        Format::Vulnrichment => vulnrichment::read_zip(content, sink),
        Format::Oval(source) => oval::read(content, *source, sink),
        Format::Csaf(source) => csaf::read(content, *source, sink),
        Format::Updateinfo(source) => updateinfo::read(content, source, sink),
        Format::Bodhi | Format::Manifest(Manifest::BodhiPages) => bodhi::read(content, sink),
        Format::Cvrf(source) => cvrf::read(content, *source, sink),
        Format::EndOfLife => endoflife::read_zip(content, sink),
        Format::EndOfLifeProduct(product) => endoflife::read(product, content, sink),
        Format::RetireJs => retirejs::read(content, sink),
        Format::NodeCore => nodejs::read_core(content, sink),
        Format::NodeNpm => nodejs::read_npm(content, sink),
        // What these lead to, or take away, is read with the other files of the feed.
        Format::Manifest(_) | Format::CsafDeletions => Ok(Summary::default()),
        // Read as streams.
        Format::CsafArchive(_) | Format::RustSec | Format::RubySec | Format::FriendsOfPhp | Format::Psf => {
            Ok(Summary::default())
        }
    }
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

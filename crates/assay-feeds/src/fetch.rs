//! Bringing the local copy of every feed up to date. A file that cannot be refreshed keeps its last good copy.

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use jiff::Timestamp;

use crate::{
    cache::{Cache, CachedFile, io_error},
    catalogue::{self, ECOSYSTEM_LIST, FeedFile, Format, Presence},
    content,
    download::{Downloader, Outcome, stated_sha256},
    error::FeedError,
    place::Place,
    progress::Progress,
};

/// A file after fetching.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) file: FeedFile,
    /// Why it could not be refreshed; the cached copy, if any, is used.
    pub(crate) failure: Option<String>,
}

/// Fetches every file of every feed into the cache.
pub(crate) fn fetch(
    place: &Place,
    cache: &mut Cache,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Vec<Fetched>, FeedError> {
    match place {
        Place::Directory(directory) => from_directory(directory, cache, now),
        Place::Mirror(_) | Place::Upstream => from_servers(place, cache, now, progress),
    }
}

fn year_of(now: Timestamp) -> i16 {
    jiff::tz::TimeZone::UTC.to_datetime(now).year()
}

fn from_directory(directory: &Path, cache: &mut Cache, now: Timestamp) -> Result<Vec<Fetched>, FeedError> {
    let mut ecosystems: Vec<String> = list(&directory.join("osv"));
    ecosystems.extend(
        cache
            .known()
            .filter_map(|path| Some(path.strip_prefix("osv/")?.split('/').next()?.to_owned())),
    );
    ecosystems.sort_unstable();
    ecosystems.dedup();
    let mut queue = VecDeque::from(catalogue::files(Some(&ecosystems.join("\n")), year_of(now)));

    let mut fetched = Vec::new();
    let mut first_error = None;
    while let Some(file) = queue.pop_front() {
        let source = file
            .spellings()
            .map(|path| directory.join(path))
            .find(|path| path.is_file());
        let failure = match source {
            Some(source) => copy(&source, &file, cache, now).err().map(|error| {
                let told = error.to_string();
                first_error.get_or_insert(error);
                told
            }),
            None if cache.get(&file.path).is_none() => {
                if file.presence == Presence::Required && !file.feed.starts_with("osv/") {
                    let failure = Some(format!("{} is not there", directory.join(&file.path).display()));
                    fetched.push(Fetched { file, failure });
                }
                continue;
            }
            None => Some(format!(
                "{} is not there any more",
                directory.join(&file.path).display()
            )),
        };
        let broken = follow(&file, cache, &mut queue)?;
        let failure = failure.or(broken);
        fetched.push(Fetched { file, failure });
    }
    if fetched
        .iter()
        .any(|fetched| cache.get(&fetched.file.path).is_some())
    {
        return Ok(fetched);
    }
    // Feeds that are there and cannot be copied are another matter than no feeds.
    Err(first_error.unwrap_or_else(|| FeedError::NoFeeds {
        place: directory.display().to_string(),
    }))
}

fn list(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name != "ecosystems.txt")
        .collect()
}

/// Copies a file into the cache unless length and time say that it is the same.
fn copy(source: &Path, file: &FeedFile, cache: &mut Cache, now: Timestamp) -> Result<(), FeedError> {
    let metadata = fs::metadata(source).map_err(io_error(source))?;
    let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let modified = Timestamp::try_from(modified)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string();
    let entry = CachedFile {
        last_modified: Some(modified),
        length: metadata.len(),
        checked: now.to_string(),
        ..CachedFile::default()
    };
    if let Some(known) = cache.get(&file.path)
        && known.last_modified == entry.last_modified
        && known.length == entry.length
    {
        return cache.confirm(&file.path, now.to_string());
    }
    let partial = cache.partial(&file.path);
    if let Some(parent) = partial.parent() {
        fs::create_dir_all(parent).map_err(io_error(parent))?;
    }
    let mut from = fs::File::open(source).map_err(io_error(source))?;
    let mut to = fs::File::create(&partial).map_err(io_error(&partial))?;
    std::io::copy(&mut from, &mut to).map_err(io_error(&partial))?;
    cache.replace(&file.path, entry)
}

fn from_servers(
    place: &Place,
    cache: &mut Cache,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Vec<Fetched>, FeedError> {
    let downloader = Downloader::new();
    let ecosystems = match place {
        Place::Mirror(base) => downloader
            .text(&format!("{base}/{ECOSYSTEM_LIST}"))
            .unwrap_or_default(),
        Place::Directory(_) | Place::Upstream => None,
    };
    let mut fetched = Vec::new();
    let mut unreachable: Vec<(String, String)> = Vec::new();
    let mut queue = VecDeque::from(catalogue::files(ecosystems.as_deref(), year_of(now)));
    while let Some(file) = queue.pop_front() {
        let Some(url) = place.url(&file) else { continue };
        let host = host_of(&url);
        // One server that is down must not cost a round of tries for each of its files.
        let known_down = unreachable
            .iter()
            .find(|(down, _)| *down == host)
            .map(|(_, reason)| reason.clone());
        let failure = match known_down {
            Some(reason) => Some(reason),
            None => {
                progress.begin(&file.path);
                let may_miss = may_miss(&file, place);
                let outcome = download(&downloader, &url, &file, may_miss, cache, now, progress);
                progress.end();
                match outcome {
                    Ok(()) => None,
                    Err(error @ FeedError::Download { .. }) => {
                        unreachable.push((host, error.to_string()));
                        Some(error.to_string())
                    }
                    Err(error) => Some(error.to_string()),
                }
            }
        };
        let absent = cache.get(&file.path).is_none();
        if absent && failure.is_none() {
            continue;
        }
        let broken = follow(&file, cache, &mut queue)?;
        let failure = failure.or(broken);
        fetched.push(Fetched { file, failure });
    }
    Ok(fetched)
}

/// Puts the files that a list leads to next in the queue. For a list that is broken the copy before it stands in; what
/// is wrong comes back.
fn follow(
    file: &FeedFile,
    cache: &mut Cache,
    queue: &mut VecDeque<FeedFile>,
) -> Result<Option<String>, FeedError> {
    let Format::Manifest(manifest) = &file.format else {
        return Ok(None);
    };
    if cache.get(&file.path).is_none() {
        return Ok(None);
    }
    let read = |cache: &Cache| {
        let content = content::whole(&cache.path(&file.path)).unwrap_or_default();
        manifest.follow(file, &content)
    };
    let mut files = read(cache);
    let mut failure = None;
    if files.is_empty() && manifest.has_to_lead() {
        failure = Some(format!("{} leads to no files", file.path));
        if cache.reject(&file.path)? {
            files = read(cache);
        }
    }
    for next in files.into_iter().rev() {
        queue.push_front(next);
    }
    Ok(failure)
}

/// Whether a place that does not have a file has simply less than all.
fn may_miss(file: &FeedFile, place: &Place) -> Missing {
    match (file.presence, place) {
        (Presence::Optional, _) | (Presence::Published, Place::Mirror(_) | Place::Directory(_)) => {
            Missing::IsFine
        }
        (Presence::Published | Presence::Required, _) => Missing::IsAFailure,
    }
}

/// What it means that a server has no such file.
#[derive(Clone, Copy)]
enum Missing {
    IsFine,
    IsAFailure,
}

fn host_of(url: &str) -> String {
    url.split('/').nth(2).unwrap_or(url).to_owned()
}

fn download(
    downloader: &Downloader,
    url: &str,
    file: &FeedFile,
    missing: Missing,
    cache: &mut Cache,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<(), FeedError> {
    let known = cache.get(&file.path).cloned();
    let stated = match file.checksum_url(url) {
        Some(meta) => downloader.text(&meta)?.as_deref().and_then(stated_sha256),
        None => None,
    };
    if stated.is_some() && known.as_ref().is_some_and(|known| known.sha256 == stated) {
        return cache.confirm(&file.path, now.to_string());
    }
    let partial: PathBuf = cache.partial(&file.path);
    match downloader.fetch(url, known.as_ref(), &partial, progress)? {
        Outcome::NotModified => cache.confirm(&file.path, now.to_string()),
        Outcome::Downloaded(entry) => {
            let entry = CachedFile {
                checked: now.to_string(),
                sha256: stated,
                ..entry
            };
            cache.replace(&file.path, entry)
        }
        Outcome::Missing => match missing {
            Missing::IsFine => Ok(()),
            Missing::IsAFailure => Err(FeedError::NotServed { url: url.to_owned() }),
        },
    }
}

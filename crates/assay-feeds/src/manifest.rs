//! Lists that lead to the files of a feed: which archive is the newest, what changed since, where a repository keeps
//! its errata.
//!
//! Traps: a list of changes is older or newer than the archive beside it by part of a day, so that documents of the
//! archive's own day are fetched too; a mirror list leads away from the server that keeps it, while a local mirror
//! holds the repository beside the list.

use serde::Deserialize;

use crate::{
    catalogue::{FeedFile, Format, Presence},
    formats::{
        csaf::CsafSource,
        cvrf::CvrfSource,
        updateinfo::{Line, UpdateinfoSource, updateinfo_location},
    },
};

/// Most files that one list may lead to.
const MOST_FILES: usize = 200_000;

/// What a list is, and so what it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// The name of the newest archive of CSAF documents (`archive_latest.txt`).
    CsafArchive(CsafSource),
    /// Paths of CSAF documents with the time of their last change, newest first (`changes.csv`).
    CsafChanges {
        /// Whose documents.
        source: CsafSource,
        /// The day of the archive; what did not change since is in it.
        since: String,
    },
    /// Addresses of the mirrors of an RPM repository (`mirror.list`).
    Mirrors(UpdateinfoSource),
    /// What an RPM repository consists of (`repomd.xml`).
    Repomd(UpdateinfoSource),
    /// The extra repositories of Amazon Linux 2.
    AmazonExtras,
    /// The first page of Fedora's updates, which counts the others.
    BodhiPages,
    /// Paths of CVRF documents (`index.txt`).
    CvrfIndex(CvrfSource),
}

impl Manifest {
    /// Whether a list that leads to no files is broken, and not just short of news.
    pub(crate) fn has_to_lead(&self) -> bool {
        !matches!(self, Manifest::CsafChanges { .. } | Manifest::BodhiPages)
    }

    /// The files that a list leads to, in the order in which they are to be fetched.
    pub(crate) fn follow(&self, list: &FeedFile, content: &[u8]) -> Vec<FeedFile> {
        let text = String::from_utf8_lossy(content);
        let mut files = match self {
            Manifest::CsafArchive(source) => csaf_archive(list, &text, *source),
            Manifest::CsafChanges { source, since } => csaf_changes(list, &text, *source, since),
            Manifest::Mirrors(source) => mirrors(list, &text, source),
            Manifest::Repomd(source) => repomd(list, content, source),
            Manifest::AmazonExtras => amazon_extras(list, content),
            Manifest::BodhiPages => bodhi_pages(list, content),
            Manifest::CvrfIndex(source) => cvrf_index(list, &text, *source),
        };
        files.truncate(MOST_FILES);
        files
    }
}

/// A file whose path is relative to the list's own directory.
fn beside(list: &FeedFile, relative: &str, format: Format, presence: Presence) -> FeedFile {
    let sibling = |of: &str| match of.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{relative}"),
        None => relative.to_owned(),
    };
    let upstream = if list.upstream.is_empty() {
        String::new()
    } else {
        sibling(&list.upstream)
    };
    FeedFile {
        feed: list.feed.clone(),
        path: sibling(&list.path),
        upstream,
        format,
        presence,
    }
}

/// Whether a path from a foreign list stays below the list's directory and is a plain one.
fn is_plain_path(path: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+~".contains(&byte))
    };
    path.len() <= 512 && path.split('/').all(is_plain)
}

fn csaf_archive(list: &FeedFile, text: &str, source: CsafSource) -> Vec<FeedFile> {
    let name = text.trim();
    // `csaf_vex_2026-03-25.tar.zst`
    let day = name
        .strip_suffix(".tar.zst")
        .and_then(|stem| stem.rsplit_once('_'))
        .map(|(_, day)| day)
        .filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    let Some(day) = day.filter(|_| is_plain_path(name)) else {
        return Vec::new();
    };
    let changes = Manifest::CsafChanges {
        source,
        since: day.to_owned(),
    };
    vec![
        beside(list, "deletions.csv", Format::CsafDeletions, Presence::Optional),
        beside(
            list,
            "changes.csv",
            Format::Manifest(changes),
            Presence::Published,
        ),
        beside(list, name, Format::CsafArchive(source), Presence::Required),
    ]
}

/// Path and time of each line of a list of changes or deletions: `"2026/cve-2026-1.json","2026-03-25T12:33:38+00:00"`.
pub(crate) fn csaf_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (path, time) = line.split_once(',')?;
        let [path, time] = [path, time].map(|field| field.trim_matches(['"', ' ', '\r']));
        (is_plain_path(path) && path.ends_with(".json")).then_some((path, time))
    })
}

fn csaf_changes(list: &FeedFile, text: &str, source: CsafSource, since: &str) -> Vec<FeedFile> {
    csaf_lines(text)
        .filter(|(_, time)| *time >= since)
        .map(|(path, _)| beside(list, path, Format::Csaf(source), Presence::Optional))
        .collect()
}

fn mirrors(list: &FeedFile, text: &str, source: &UpdateinfoSource) -> Vec<FeedFile> {
    let base = text
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("https://") || line.starts_with("http://"));
    let Some(base) = base else {
        return Vec::new();
    };
    let base = base.trim_end_matches('/').replace("$basearch", "x86_64");
    let format = Format::Manifest(Manifest::Repomd(source.clone()));
    let mut repomd = beside(list, "repodata/repomd.xml", format, list.presence);
    repomd.upstream = format!("{base}/repodata/repomd.xml");
    vec![repomd]
}

fn repomd(list: &FeedFile, xml: &[u8], source: &UpdateinfoSource) -> Vec<FeedFile> {
    // The location is relative to the repository, whose `repodata` directory the list itself lies in.
    let location = updateinfo_location(xml);
    let name = location
        .as_deref()
        .and_then(|location| location.trim_start_matches("../").strip_prefix("repodata/"))
        .filter(|name| is_plain_path(name));
    name.map(|name| {
        beside(
            list,
            name,
            Format::Updateinfo(source.clone()),
            Presence::Published,
        )
    })
    .into_iter()
    .collect()
}

#[derive(Deserialize)]
struct Catalog {
    topics: Vec<Topic>,
}

#[derive(Deserialize)]
struct Topic {
    n: String,
}

fn amazon_extras(list: &FeedFile, json: &[u8]) -> Vec<FeedFile> {
    let Ok(catalog) = serde_json::from_slice::<Catalog>(json) else {
        return Vec::new();
    };
    let topics = catalog.topics.into_iter().map(|topic| topic.n);
    topics
        .filter(|topic| is_plain_path(topic) && !topic.contains('/'))
        .map(|topic| {
            let source = UpdateinfoSource {
                source: "amazon",
                ecosystem: "Amazon Linux:2",
                line: Line::of_topic(&topic),
            };
            let mut file = beside(
                list,
                &format!("extras/{topic}/x86_64/mirror.list"),
                Format::Manifest(Manifest::Mirrors(source)),
                Presence::Optional,
            );
            file.upstream = format!("https://cdn.amazonlinux.com/2/extras/{topic}/latest/x86_64/mirror.list");
            file
        })
        .collect()
}

#[derive(Deserialize)]
struct Pages {
    #[serde(default)]
    pages: usize,
}

/// The first page is itself a page to read.
fn bodhi_pages(list: &FeedFile, json: &[u8]) -> Vec<FeedFile> {
    const MOST_PAGES: usize = 1000;
    let pages = serde_json::from_slice::<Pages>(json).map_or(1, |pages| pages.pages);
    (2..=pages.clamp(1, MOST_PAGES))
        .map(|page| {
            let name = format!("page-{page}.json");
            let mut file = beside(list, &name, Format::Bodhi, Presence::Optional);
            file.upstream = match list.upstream.strip_suffix("page=1") {
                Some(query) => format!("{query}page={page}"),
                None => String::new(),
            };
            file
        })
        .collect()
}

fn cvrf_index(list: &FeedFile, text: &str, source: CvrfSource) -> Vec<FeedFile> {
    text.lines()
        .map(str::trim)
        .filter(|path| path.ends_with(".xml") && is_plain_path(path))
        .map(|path| beside(list, path, Format::Cvrf(source), Presence::Optional))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::files;

    /// What the list at a path leads to, as `path address`, each list followed in turn.
    fn check(path: &str, contents: &[(&str, &str)], expected: &[(&str, &str)]) {
        let mut queue: Vec<FeedFile> = files(None, 2002)
            .into_iter()
            .filter(|file| file.path == path)
            .collect();
        assert_eq!(queue.len(), 1, "{path}");
        let mut reached = Vec::new();
        while let Some(file) = queue.pop() {
            let content = contents.iter().find(|(path, _)| *path == file.path);
            if let (Format::Manifest(manifest), Some((_, content))) = (&file.format, content) {
                queue.extend(manifest.follow(&file, content.as_bytes()));
            }
            reached.push((file.path, file.upstream));
        }
        reached.sort();
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(path, url)| ((*path).to_owned(), (*url).to_owned()))
            .collect();
        assert_eq!(reached, expected, "{path}");
    }

    #[test]
    fn the_newest_archive_and_what_changed_since() {
        const BELOW: &str = "redhat/csaf/v2/vex";
        const URL: &str = "https://security.access.redhat.com/data/csaf/v2/vex";
        let at = |name: &str| (format!("{BELOW}/{name}"), format!("{URL}/{name}"));
        let names = [
            "2026/cve-2026-1.json",
            "archive_latest.txt",
            "changes.csv",
            "csaf_vex_2026-03-25.tar.zst",
            "deletions.csv",
        ]
        .map(at);
        let expected: Vec<(&str, &str)> = names
            .iter()
            .map(|(path, url)| (path.as_str(), url.as_str()))
            .collect();
        check(
            &at("archive_latest.txt").0,
            &[
                (&at("archive_latest.txt").0, "csaf_vex_2026-03-25.tar.zst\n"),
                (
                    &at("changes.csv").0,
                    "\"2026/cve-2026-1.json\",\"2026-03-25T00:00:01+00:00\"\n\"../x.json\",\"2026-03-26T00:00:01+00:00\"\n\
                     \"2025/cve-2025-1.json\",\"2026-03-24T23:59:59+00:00\"\n",
                ),
            ],
            &expected,
        );
    }

    #[test]
    fn a_mirror_list_leads_to_the_errata() {
        let repomd = r#"<repomd><data type="updateinfo"><location href="repodata/updateinfo.xml.gz"/></data></repomd>"#;
        check(
            "amazon/2/core/x86_64/mirror.list",
            &[
                (
                    "amazon/2/core/x86_64/mirror.list",
                    "https://cdn.example.org/2/core/abc\n",
                ),
                ("amazon/2/core/x86_64/repodata/repomd.xml", repomd),
            ],
            &[
                (
                    "amazon/2/core/x86_64/mirror.list",
                    "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list",
                ),
                (
                    "amazon/2/core/x86_64/repodata/repomd.xml",
                    "https://cdn.example.org/2/core/abc/repodata/repomd.xml",
                ),
                (
                    "amazon/2/core/x86_64/repodata/updateinfo.xml.gz",
                    "https://cdn.example.org/2/core/abc/repodata/updateinfo.xml.gz",
                ),
            ],
        );
    }

    #[test]
    fn odd_lists_lead_nowhere() {
        for file in files(None, 2002) {
            if let Format::Manifest(manifest) = &file.format {
                for content in ["", "\0", "{}", "<a", "../../etc/passwd.xml\n", "\"a\""] {
                    let followed = manifest.follow(&file, content.as_bytes());
                    assert!(followed.is_empty(), "{} {followed:?}", file.path);
                }
            }
        }
    }
}

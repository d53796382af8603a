//! Updating from directories and from servers: only what changed, resumed, retried, with last good copies.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assay_feeds::{FeedReport, FeedStatus, Place, Silent, Sink, update};
use assay_model::{Advisory, Epss, KnownExploited};
use assay_testkit::{Answer, FileServer, MirrorBuilder};
use jiff::Timestamp;
use tempfile::TempDir;

/// Keeps the ids of what comes.
#[derive(Default)]
struct Ids(Vec<String>);

impl Sink for Ids {
    fn advisory(&mut self, advisory: Advisory) -> std::io::Result<()> {
        self.0.push(advisory.id);
        Ok(())
    }

    fn epss(&mut self, id: &str, _epss: Epss) {
        self.0.push(format!("epss {id}"));
    }

    fn known_exploited(&mut self, entry: KnownExploited) {
        self.0.push(format!("kev {}", entry.id));
    }
}

const KEV: &str = r#"{"dateReleased":"2026-08-07T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2021-44228","dateAdded":"2021-12-10"}]}"#;
const EPSS: &str = "cve,epss,percentile\nCVE-2021-44228,0.9,0.9\n";
const DEBIAN: &str = r#"{"bash":{"CVE-2024-1":{"releases":{"bookworm":{"status":"open","urgency":"low"}}}}}"#;

fn mirror(directory: &Path) -> MirrorBuilder {
    MirrorBuilder::new(directory)
        .osv("npm", &[r#"{"id":"GHSA-aaaa-1"}"#])
        .debian(DEBIAN)
        .epss(EPSS)
        .kev(KEV)
}

fn run(place: &Place, cache: &Path) -> (Vec<String>, Vec<FeedReport>) {
    let mut ids = Ids::default();
    let now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let reports = update(place, cache, now, &mut ids, &Silent).unwrap();
    (ids.0, reports)
}

fn report<'a>(reports: &'a [FeedReport], name: &str) -> &'a FeedReport {
    reports.iter().find(|report| report.name == name).unwrap()
}

#[test]
fn a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let (feeds, cache) = (dir.path().join("feeds"), dir.path().join("cache"));
    let builder = mirror(&feeds).alpine("v3.20", "main", r#"{"distroversion":"v3.20","packages":[]}"#);
    let place = Place::Directory(feeds.clone());
    let (ids, reports) = run(&place, &cache);
    assert_eq!(
        ids,
        [
            "GHSA-aaaa-1",
            "CVE-2024-1",
            "epss CVE-2021-44228",
            "kev CVE-2021-44228"
        ]
    );
    assert!(
        reports.iter().all(|report| report.status == FeedStatus::Current),
        "{reports:?}"
    );
    assert_eq!(
        report(&reports, "kev").date.as_deref(),
        Some("2026-08-07T00:00:00Z")
    );

    // A feed that turns out broken, and one that goes: both keep their last good copy.
    let _ = builder.kev("<html>a portal</html>");
    fs::remove_dir_all(feeds.join("osv")).unwrap();
    let (again, reports) = run(&place, &cache);
    assert_eq!(again, ids);
    let kev = report(&reports, "kev");
    assert_eq!(kev.status, FeedStatus::Stale);
    assert!(
        kev.warnings[0].contains("is not a valid KEV catalogue"),
        "{:?}",
        kev.warnings
    );
    let npm = report(&reports, "osv/npm");
    assert_eq!(npm.status, FeedStatus::Stale);
    assert!(
        npm.warnings[0].contains("is not there any more; the copy last known good"),
        "{:?}",
        npm.warnings
    );
}

#[test]
fn a_place_without_feeds_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    for place in [dir.path().to_owned(), dir.path().join("missing")] {
        let cache = dir.path().join("cache");
        let outcome = update(
            &Place::Directory(place),
            &cache,
            Timestamp::UNIX_EPOCH,
            &mut Ids::default(),
            &Silent,
        );
        assert!(outcome.unwrap_err().to_string().contains("holds no feeds"));
    }
}

#[test]
fn two_updates_do_not_write_the_same_copies() {
    /// Starts another update as soon as the first has something.
    struct Second<'a>(&'a Place, &'a Path, Option<String>);

    impl Sink for Second<'_> {
        fn advisory(&mut self, _advisory: Advisory) -> std::io::Result<()> {
            let Second(place, cache, outcome) = self;
            let second = update(place, cache, Timestamp::UNIX_EPOCH, &mut Ids::default(), &Silent);
            *outcome = second.err().map(|error| error.to_string());
            Ok(())
        }

        fn epss(&mut self, _id: &str, _epss: Epss) {}

        fn known_exploited(&mut self, _entry: KnownExploited) {}
    }

    let dir = tempfile::tempdir().unwrap();
    let (feeds, cache) = (dir.path().join("feeds"), dir.path().join("cache"));
    let _ = mirror(&feeds);
    let place = Place::Directory(feeds);
    let mut second = Second(&place, &cache, None);
    update(&place, &cache, Timestamp::UNIX_EPOCH, &mut second, &Silent).unwrap();
    assert!(second.2.unwrap().starts_with("another update is using "));
    run(&place, &cache);
}

/// A server with a whole mirror, and an empty cache.
fn served() -> (TempDir, PathBuf, FileServer) {
    let dir = tempfile::tempdir().unwrap();
    let (feeds, cache) = (dir.path().join("feeds"), dir.path().join("cache"));
    let _ = mirror(&feeds);
    let server = FileServer::start();
    serve(&server, &feeds);
    (dir, cache, server)
}

/// Serves a mirror directory.
fn serve(server: &FileServer, directory: &Path) {
    for path in [
        "osv/npm/all.zip",
        "debian/tracker/data/json",
        "epss/epss_scores-current.csv.gz",
        "kev/known_exploited_vulnerabilities.json",
    ] {
        let content = fs::read(directory.join(path)).unwrap();
        // Mirrors keep the tracker compressed.
        let path = path.replace("data/json", "data/json.gz");
        server.answer(
            &format!("/{path}"),
            Answer::File {
                content,
                etag: "\"1\"".into(),
            },
        );
    }
    server.answer(
        "/osv/ecosystems.txt",
        Answer::File {
            content: b"npm\n".to_vec(),
            etag: "\"e\"".into(),
        },
    );
}

/// The requests that were not for optional files which a small mirror does not have.
fn telling(server: &FileServer) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests
        .filter(|request| !request.ends_with(" 404") && !request.contains("ecosystems"))
        .collect()
}

#[test]
fn a_server_is_asked_only_for_what_changed() {
    let (_dir, cache, server) = served();
    let place = Place::parse(&server.url());
    let (ids, reports) = run(&place, &cache);
    assert_eq!(
        ids,
        [
            "GHSA-aaaa-1",
            "CVE-2024-1",
            "epss CVE-2021-44228",
            "kev CVE-2021-44228"
        ]
    );
    assert!(
        reports.iter().all(|report| report.status == FeedStatus::Current),
        "{reports:?}"
    );
    assert_eq!(telling(&server).len(), 4);

    let content = KEV.replace("44228", "45046").into_bytes();
    server.answer(
        "/kev/known_exploited_vulnerabilities.json",
        Answer::File {
            content,
            etag: "\"2\"".into(),
        },
    );
    let (ids, _) = run(&place, &cache);
    assert_eq!(ids.last().unwrap(), "kev CVE-2021-45046");
    let requests = telling(&server);
    assert_eq!(
        requests
            .iter()
            .filter(|request| request.ends_with(" 304"))
            .count(),
        3,
        "{requests:?}"
    );
    assert_eq!(
        requests
            .iter()
            .filter(|request| request.ends_with(" 200"))
            .count(),
        1,
        "{requests:?}"
    );
}

#[test]
fn a_broken_download_is_resumed_and_a_refused_one_uses_the_last_good_copy() {
    let (_dir, cache, server) = served();
    let path = "/kev/known_exploited_vulnerabilities.json";
    let content = KEV.as_bytes().to_vec();
    server.answer(
        path,
        Answer::BreaksOff {
            content,
            etag: "\"1\"".into(),
            after: 20,
        },
    );
    let place = Place::parse(&server.url());
    let (ids, _) = run(&place, &cache);
    assert_eq!(ids.last().unwrap(), "kev CVE-2021-44228");
    let requests = telling(&server);
    assert!(
        requests.iter().any(|request| request.contains("206 from 20")),
        "{requests:?}"
    );

    server.answer(path, Answer::Status(403));
    let (ids, reports) = run(&place, &cache);
    assert_eq!(ids.last().unwrap(), "kev CVE-2021-44228");
    let kev = report(&reports, "kev");
    assert_eq!(kev.status, FeedStatus::Stale);
    assert!(
        kev.warnings[0].contains("the server answers 403; the copy last known good"),
        "{:?}",
        kev.warnings
    );
}

#[test]
fn content_of_another_digest_than_stated_is_refused() {
    let (_dir, cache, server) = served();
    let json = br#"{"vulnerabilities":[{"cve":{"id":"CVE-2024-1"}}]}"#;
    let path = "/nvd/json/cve/2.0/nvdcve-2.0-2024";
    let content = assay_testkit::gzip(json);
    server.answer(
        &format!("{path}.json.gz"),
        Answer::File {
            content,
            etag: "\"1\"".into(),
        },
    );
    let stated = [
        (assay_testkit::sha256(json), FeedStatus::Current),
        ("sha256:00".to_owned(), FeedStatus::Failed),
    ];
    for (digest, status) in stated {
        let meta = format!(
            "lastModifiedDate:x\r\nsha256:{}\r\n",
            digest["sha256:".len()..].to_uppercase()
        );
        server.answer(
            &format!("{path}.meta"),
            Answer::File {
                content: meta.into_bytes(),
                etag: "\"m\"".into(),
            },
        );
        let (_, reports) = run(&Place::parse(&server.url()), &cache.join(&digest));
        assert_eq!(report(&reports, "nvd").status, status, "{reports:?}");
    }
}

#[test]
fn an_unreachable_server_fails_every_feed_without_a_round_of_tries_for_each() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::parse("http://127.0.0.1:1");
    let (ids, reports) = run(&place, dir.path());
    assert!(ids.is_empty());
    assert!(
        reports
            .iter()
            .all(|report| report.status == FeedStatus::Failed && !report.warnings.is_empty())
    );
}

/// A CSAF document of Red Hat's about one package of RHEL 8.
fn csaf(cve: &str, fixed: &str) -> String {
    format!(
        r#"{{"document":{{"title":"t","tracking":{{"id":"{cve}"}}}},"product_tree":{{"branches":[
          {{"product":{{"product_id":"r","product_identification_helper":{{"cpe":"cpe:/o:redhat:enterprise_linux:8"}}}}}},
          {{"product":{{"product_id":"c","product_identification_helper":{{"purl":"pkg:rpm/redhat/x@{fixed}?arch=x86_64"}}}}}}],
          "relationships":[{{"full_product_name":{{"product_id":"rc"}},"product_reference":"c","relates_to_product_reference":"r"}}]}},
          "vulnerabilities":[{{"cve":"{cve}","product_status":{{"fixed":["rc"]}}}}]}}"#
    )
}

/// Red Hat's archive of a day as its server has it.
fn csaf_archive(documents: &[(&str, String)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, body) in documents {
        let mut header = tar::Header::new_gnu();
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, body.as_bytes()).unwrap();
    }
    zstd::encode_all(tar.into_inner().unwrap().as_slice(), 1).unwrap()
}

#[test]
fn an_archive_is_completed_by_what_changed_since() {
    let (_dir, cache, server) = served();
    let below = "/redhat/csaf/v2/vex";
    let serve = |name: &str, content: &[u8]| {
        let answer = Answer::File {
            content: content.to_vec(),
            etag: format!("\"{}\"", content.len()),
        };
        server.answer(&format!("{below}/{name}"), answer);
    };
    let first = [
        ("2024/cve-2024-1.json", csaf("CVE-2024-1", "1-1.el8")),
        ("2024/cve-2024-2.json", csaf("CVE-2024-2", "1-1.el8")),
        ("2024/cve-2024-3.json", csaf("CVE-2024-3", "1-1.el8")),
    ];
    serve("archive_latest.txt", b"csaf_vex_2026-03-25.tar.zst");
    serve("csaf_vex_2026-03-25.tar.zst", &csaf_archive(&first));
    serve(
        "changes.csv",
        b"\"2024/cve-2024-4.json\",\"2026-03-26T12:00:00+00:00\"\n\"2024/cve-2024-2.json\",\"2026-03-25T12:00:00+00:00\"\n\"2024/cve-2024-1.json\",\"2026-03-24T12:00:00+00:00\"\n",
    );
    serve(
        "deletions.csv",
        b"\"2024/cve-2024-3.json\",\"2026-03-26T12:00:00+00:00\"\n",
    );
    serve("2024/cve-2024-2.json", csaf("CVE-2024-2", "2-1.el8").as_bytes());
    serve("2024/cve-2024-4.json", csaf("CVE-2024-4", "1-1.el8").as_bytes());

    let place = Place::parse(&server.url());
    let told = |ids: &[String]| -> Vec<String> {
        let mut ids: Vec<String> = ids
            .iter()
            .filter(|id| id.starts_with("CVE-2024-"))
            .cloned()
            .collect();
        ids.sort();
        ids
    };
    // The mirror's Debian tracker has a CVE-2024-1 of its own.
    let (ids, reports) = run(&place, &cache);
    assert_eq!(
        told(&ids),
        ["CVE-2024-1", "CVE-2024-1", "CVE-2024-2", "CVE-2024-4"]
    );
    let vex = report(&reports, "redhat-vex");
    assert_eq!((vex.status, vex.records), (FeedStatus::Current, 3), "{vex:?}");

    // The next day's archive takes the place of the former one.
    let second = [("2024/cve-2024-5.json", csaf("CVE-2024-5", "1-1.el8"))];
    serve("archive_latest.txt", b"csaf_vex_2026-03-27.tar.zst\n");
    serve("csaf_vex_2026-03-27.tar.zst", &csaf_archive(&second));
    let (ids, reports) = run(&place, &cache);
    assert_eq!(told(&ids), ["CVE-2024-1", "CVE-2024-5"]);
    assert_eq!(report(&reports, "redhat-vex").status, FeedStatus::Current);
    let kept: Vec<String> = names_below(&cache);
    assert!(
        kept.iter().any(|name| name == "csaf_vex_2026-03-27.tar.zst"),
        "{kept:?}"
    );
    assert!(
        !kept.iter().any(|name| name == "csaf_vex_2026-03-25.tar.zst"),
        "{kept:?}"
    );

    // For a list that says nothing the one before it stands in.
    serve("archive_latest.txt", b"<html>maintenance</html>");
    let (ids, reports) = run(&place, &cache);
    assert_eq!(told(&ids), ["CVE-2024-1", "CVE-2024-5"]);
    let vex = report(&reports, "redhat-vex");
    assert_eq!(vex.status, FeedStatus::Stale, "{vex:?}");
    assert!(vex.warnings[0].contains("leads to no files"), "{vex:?}");
}

/// Names of every file below a directory.
fn names_below(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    names
}

#[test]
fn a_file_that_is_refused_does_not_take_the_others_of_its_server_down() {
    let (_dir, cache, server) = served();
    server.answer("/debian/tracker/data/json.gz", Answer::Status(403));
    let (ids, reports) = run(&Place::parse(&server.url()), &cache);
    assert_eq!(ids.last().unwrap(), "kev CVE-2021-44228");
    let debian = report(&reports, "debian-tracker");
    assert_eq!(debian.status, FeedStatus::Failed);
    assert!(
        debian.warnings[0].ends_with("the server answers 403"),
        "{debian:?}"
    );
}

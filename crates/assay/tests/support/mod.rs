//! A small world to run the program in: a home, a mirror of feeds, things to scan.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod collecting;
pub(crate) mod registry;
pub(crate) mod serving;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use assay_testkit::{LayerBuilder, MirrorBuilder};
use tempfile::TempDir;

/// A directory with a home for the program, and nothing else yet.
pub(crate) struct World(TempDir);

/// What a run of the program gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new() -> World {
        World(tempfile::tempdir().unwrap())
    }

    /// With a database compiled from [`feeds`].
    pub(crate) fn with_database() -> World {
        let world = World::new();
        feeds(&world.path("feeds"));
        let run = world.run(&["db", "update", "--feeds", "feeds"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &World {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("assay"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("ASSAY_HOME", self.path("home"));
        command
            .env_remove("ASSAY_DB")
            .env_remove("ASSAY_FEEDS")
            .env_remove("RUST_BACKTRACE");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(arguments).output().unwrap();
        Run {
            code: status.code().unwrap_or(-1),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        }
    }
}

/// Has an administrator's order carried out over the directory `data`; gives what it says.
pub(crate) fn admin(world: &World, arguments: &[&str]) -> String {
    let all = [&["admin"][..], arguments, &["--data", "data"]].concat();
    let run = world.run(&all);
    assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.out, run.err);
    run.out
}

/// One of our programs: that of the package whose test this is, or one that was built beside it.
pub(crate) fn program(name: &str) -> PathBuf {
    let own = option_env!("CARGO_BIN_EXE_assay").map(Path::new);
    if let Some(own) = own.filter(|own| own.ends_with(name)) {
        return own.to_owned();
    }
    let test = std::env::current_exe().unwrap();
    let beside = test.ancestors().nth(2).unwrap().join(name);
    if !beside.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--bin", name])
            .status();
        assert!(built.unwrap().success(), "{name} is not built");
    }
    beside
}

/// A mirror that knows something about what [`root`] holds.
pub(crate) fn feeds(directory: &Path) {
    let _ = MirrorBuilder::new(directory)
        .osv(
            "PyPI",
            &[
                r#"{"id":"GHSA-2222-3333-4444","modified":"2026-08-20T00:00:00Z","aliases":["CVE-2020-14343"],"summary":"Loading a document runs code",
                    "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                    "affected":[{"package":{"ecosystem":"PyPI","name":"PyYAML"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"5.4"}]}]}],
                    "references":[{"type":"WEB","url":"https://example.org/yaml"}],"database_specific":{"severity":"CRITICAL","cwe_ids":["CWE-20"]}}"#,
                r#"{"id":"PYSEC-2021-142","modified":"2026-08-19T00:00:00Z","aliases":["CVE-2020-14343"],
                    "affected":[{"package":{"ecosystem":"PyPI","name":"pyyaml"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"5.4b1"}]}]}]}"#,
                r#"{"id":"PYSEC-2021-999","modified":"2026-08-19T00:00:00Z","withdrawn":"2026-08-19T00:00:00Z",
                    "affected":[{"package":{"ecosystem":"PyPI","name":"pyyaml"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#,
                r#"{"id":"PYSEC-2022-1","modified":"2026-08-19T00:00:00Z","aliases":["CVE-2022-0001"],"summary":"owned by the distribution",
                    "affected":[{"package":{"ecosystem":"PyPI","name":"six"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#,
            ],
        )
        .osv(
            "npm",
            &[
                r#"{"id":"GHSA-5555-6666-7777","modified":"2026-08-20T00:00:00Z","aliases":["CVE-2019-10744"],"summary":"Merging objects changes every object",
                    "severity":[{"type":"CVSS_V4","score":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:L/SC:N/SI:N/SA:N"}],
                    "affected":[{"package":{"ecosystem":"npm","name":"lodash"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"4.17.12"}]}]}]}"#,
                r#"{"id":"GHSA-8888-9999-aaaa","modified":"2026-08-20T00:00:00Z","summary":"Nobody has scored this one",
                    "affected":[{"package":{"ecosystem":"npm","name":"lodash"},"ranges":[{"type":"SEMVER","events":[{"introduced":"4.0.0"}]}]}]}"#,
            ],
        )
        .debian(
            r#"{"openssl":{
                 "CVE-2024-0001":{"description":"A flaw in the handshake. It lets others crash the server.","releases":{"bookworm":{"status":"resolved","fixed_version":"3.0.13-1~deb12u1","urgency":"not yet assigned"}}},
                 "CVE-2024-0002":{"description":"Never built here.","releases":{"bookworm":{"status":"resolved","fixed_version":"0","urgency":"unimportant"}}},
                 "CVE-2024-0003":{"description":"Minor.","releases":{"bookworm":{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":"ignored"}}},
                 "CVE-2024-0004":{"description":"Waiting.","releases":{"bookworm":{"status":"open","urgency":"not yet assigned"}}},
                 "CVE-2024-0005":{"description":"Fixed before.","releases":{"bookworm":{"status":"resolved","fixed_version":"3.0.1-1","urgency":"not yet assigned"}}},
                 "CVE-2024-0006":{"description":"By policy no flaw.","releases":{"bookworm":{"status":"open","urgency":"unimportant"}}}}}"#,
        )
        .nvd(
            2024,
            r#"{"vulnerabilities":[
              {"cve":{"id":"CVE-2024-0001","published":"2024-01-01T00:00:00.000","lastModified":"2026-08-01T00:00:00.000","vulnStatus":"Analyzed",
                "descriptions":[{"lang":"en","value":"A flaw in the handshake of OpenSSL."}],
                "metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}]},
                "weaknesses":[{"description":[{"lang":"en","value":"CWE-476"}]}],
                "references":[{"url":"https://example.org/openssl","tags":["Exploit"]}]}},
              {"cve":{"id":"CVE-2024-0004","published":"2024-01-01T00:00:00.000","lastModified":"2026-08-01T00:00:00.000","vulnStatus":"Analyzed","cveTags":[{"tags":["disputed"]}],
                "metrics":{"cvssMetricV2":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"vectorString":"AV:N/AC:L/Au:N/C:N/I:N/A:P"}}]}}}]}"#,
        )
        .epss("#model_version:v1,score_date:2026-08-16T00:00:00Z\ncve,epss,percentile\nCVE-2020-14343,0.5,0.98\nCVE-2024-0001,0.01,0.4\n")
        .kev(r#"{"dateReleased":"2026-08-07T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2020-14343","dateAdded":"2025-01-02","dueDate":"2025-01-23","knownRansomwareCampaignUse":"Known"}]}"#);
}

/// A Debian 12 root with two binaries of OpenSSL, a PyPI and an npm package of its own, and a PyPI package that a
/// Debian package owns; as the layers of an image.
pub(crate) fn layers() -> [LayerBuilder; 2] {
    let status = "Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.11-1~deb12u2\n\n\
        Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.11-1~deb12u2\n\n\
        Package: python3-six\nStatus: install ok installed\nArchitecture: all\nSource: six\nVersion: 1.16.0-4\n\n";
    let owned = "usr/lib/python3/dist-packages/six-1.16.0.egg-info";
    [
        LayerBuilder::new()
            .file(
                "etc/os-release",
                "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n",
            )
            .file("var/lib/dpkg/status", status)
            .file(
                "var/lib/dpkg/info/python3-six.list",
                format!("/.\n/usr\n/{owned}/PKG-INFO\n"),
            )
            .file(
                &format!("{owned}/PKG-INFO"),
                "Metadata-Version: 1.2\nName: six\nVersion: 1.16.0\nLicense: MIT\n",
            ),
        LayerBuilder::new()
            .file(
                "opt/venv/lib/python3.11/site-packages/PyYAML-5.3.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: PyYAML\nVersion: 5.3\nLicense: MIT\n\nLong text\n",
            )
            .file(
                "srv/app/node_modules/lodash/package.json",
                r#"{"name":"lodash","version":"4.17.10","license":"MIT"}"#,
            ),
    ]
}

/// Unpacks the layers below a directory.
pub(crate) fn root(directory: &Path) {
    for layer in layers() {
        let mut archive = tar::Archive::new(std::io::Cursor::new(layer.build()));
        archive.unpack(directory).unwrap();
    }
}

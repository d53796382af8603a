//! rpm's databases in whole trees.

use assay_model::DiagnosticCode;
use assay_testkit::{
    Endian, LayerBuilder,
    rpm::{BerkeleyBuilder, HeaderBuilder, NdbBuilder, SqliteBuilder},
};

use crate::{describe, package_json, scan_layers};

const ALMA: &str = "ID=\"almalinux\"\nVERSION_ID=\"9.3\"\n";
const JSON: &str = "usr/lib/node_modules/npm/package.json";

fn check(database: &str, bytes: Vec<u8>) {
    let layer = LayerBuilder::new()
        .file("etc/os-release", ALMA)
        .file(database, bytes)
        .file(JSON, package_json("npm", "8.19.4"));
    let inventory = scan_layers(vec![layer]);
    let owner = "pkg:rpm/almalinux/npm@8.19.4-1.el9?arch=x86_64&distro=almalinux-9.3&epoch=1&rpmmod=nodejs:16:9:8a&upstream=nodejs-16.src.rpm";
    assert_eq!(
        describe(&inventory),
        [
            format!("pkg:npm/npm@8.19.4 at {JSON}[0] owned by npm"),
            format!("{owner} at {database}[0]"),
        ]
    );
    assert_eq!(inventory.packages[1].licences, ["MIT"]);
    assert_eq!(inventory.diagnostics, []);
}

#[test]
fn every_database_owns_its_files() {
    let json = format!("/{JSON}");
    let npm = HeaderBuilder::new("npm", "8.19.4", "1.el9")
        .epoch(1)
        .licence("MIT")
        .module("nodejs:16:9:8a")
        .source("nodejs-16.src.rpm")
        .files(&["/usr/bin/npm", &json]);
    let headers = [npm.build()];
    check(
        "var/lib/rpm/rpmdb.sqlite",
        SqliteBuilder::new(4096).build(&headers),
    );
    check(
        "usr/lib/sysimage/rpm/Packages.db",
        NdbBuilder::new().build(&headers),
    );
    check(
        "var/lib/rpm/Packages",
        BerkeleyBuilder::new(4096, Endian::Little).build(&headers),
    );
}

#[test]
fn a_log_that_is_not_read_is_said() {
    let check = |log: &[u8], expected: &[DiagnosticCode]| {
        let layer = LayerBuilder::new()
            .file("etc/os-release", ALMA)
            .file("var/lib/rpm/rpmdb.sqlite", SqliteBuilder::new(4096).build(&[]))
            .file("var/lib/rpm/rpmdb.sqlite-wal", log);
        let diagnostics = scan_layers(vec![layer]).diagnostics;
        let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, expected);
    };
    check(b"", &[]);
    check(b"7\x7f\x06\x82", &[DiagnosticCode::Unsupported]);
}

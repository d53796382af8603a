//! What only the whole tree tells: distribution, ownership, equal packages at several places.

use assay_model::DiagnosticCode;
use assay_testkit::LayerBuilder;

use crate::{DEBIAN, describe, dpkg, package_json, scan_layers};

fn python(name: &str, version: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n\nText\n")
}

#[test]
fn ownership_through_merged_directories() {
    let apt = "usr/lib/python3/dist-packages/requests-2.28.dist-info/METADATA";
    let pip = "usr/local/lib/python3.11/dist-packages/urllib3-2.dist-info/METADATA";
    let owned_json = "usr/lib/node_modules/npm/package.json";
    let layer = LayerBuilder::new()
        .file("etc/os-release", DEBIAN)
        .file(
            "var/lib/dpkg/status",
            dpkg("python3-requests", "2.28-1") + &dpkg("npm", "9"),
        )
        .file(
            "var/lib/dpkg/info/python3-requests:amd64.list",
            format!("/.\n/usr\n/{apt}\n"),
        )
        .file(
            "var/lib/dpkg/info/npm.list",
            "/.\n/lib/node_modules/npm/package.json\n",
        )
        .file("var/lib/dpkg/info/gone.list", format!("/{pip}\n"))
        .file(
            "usr/share/doc/npm/copyright",
            "Format: 1.0\n\nFiles: *\nLicense: Artistic-2.0\n",
        )
        .file(apt, python("requests", "2.28"))
        .file(pip, python("urllib3", "2.0"))
        .file(owned_json, package_json("npm", "9.2.0"));
    let inventory = scan_layers(vec![layer]);
    assert_eq!(
        describe(&inventory),
        [
            "pkg:deb/debian/npm@9?arch=amd64&distro=debian-12 at var/lib/dpkg/status[0]".to_owned(),
            "pkg:deb/debian/python3-requests@2.28-1?arch=amd64&distro=debian-12 at var/lib/dpkg/status[0]"
                .to_owned(),
            format!("pkg:npm/npm@9.2.0 at {owned_json}[0] owned by npm"),
            format!("pkg:pypi/requests@2.28 at {apt}[0] owned by python3-requests"),
            format!("pkg:pypi/urllib3@2.0 at {pip}[0]"),
        ]
    );
    assert_eq!(inventory.packages[0].licences, ["Artistic-2.0"]);
    assert_eq!(inventory.packages[3].licences, ["MIT"]);
    assert_eq!(inventory.diagnostics, []);
    assert_eq!(inventory.distribution.unwrap().qualifier(), "debian-12");
}

#[test]
fn a_copy_that_nobody_owns_frees_the_package() {
    let [apt, venv] = [
        "usr/lib/python3/dist-packages/a-1.egg-info",
        "venv/lib/a-1.dist-info/METADATA",
    ];
    let layer = LayerBuilder::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", dpkg("python3-a", "1-1"))
        .file("var/lib/dpkg/info/python3-a.list", format!("/{apt}\n"))
        .file(apt, python("A", "1"))
        .file(venv, python("a", "1"));
    let lines = describe(&scan_layers(vec![layer]));
    assert_eq!(lines[1], format!("pkg:pypi/a@1 at {apt}[0] and {venv}[0]"));
}

#[test]
fn alpine() {
    let installed = "P:libssl3\nV:3.3.1-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\nP:py3-six\nV:1.16-r9\no:py3-six\nF:usr/lib/python3.12/site-packages/six-1.16.dist-info\nR:METADATA\n";
    let six = "usr/lib/python3.12/site-packages/six-1.16.dist-info/METADATA";
    for database in ["lib/apk/db/installed", "usr/lib/apk/db/installed"] {
        let layer = LayerBuilder::new()
            .file("etc/alpine-release", "3.20.1\n")
            .file(database, installed)
            .file(six, python("six", "1.16"));
        assert_eq!(
            describe(&scan_layers(vec![layer])),
            [
                format!(
                    "pkg:apk/alpine/libssl3@3.3.1-r0?arch=x86_64&distro=alpine-3.20.1&upstream=openssl at {database}[0]"
                ),
                format!("pkg:apk/alpine/py3-six@1.16-r9?distro=alpine-3.20.1 at {database}[0]"),
                format!("pkg:pypi/six@1.16 at {six}[0] owned by py3-six"),
            ]
        );
    }
}

#[test]
fn distroless() {
    let layer = LayerBuilder::new()
        .file("usr/lib/os-release", DEBIAN)
        .file(
            "var/lib/dpkg/status.d/base",
            "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
        )
        .file(
            "var/lib/dpkg/status.d/tzdata",
            "Package: tzdata\nVersion: 2024a\n",
        )
        .file(
            "var/lib/dpkg/status.d/tzdata.md5sums",
            "00  usr/share/zoneinfo/UTC\n",
        );
    assert_eq!(
        describe(&scan_layers(vec![layer])),
        [
            "pkg:deb/debian/base-files@12.4?arch=amd64&distro=debian-12 at var/lib/dpkg/status.d/base[0]",
            "pkg:deb/debian/tzdata@2024a?distro=debian-12 at var/lib/dpkg/status.d/tzdata[0]",
        ]
    );
}

#[test]
fn an_unknown_distribution_is_said() {
    let inventory = scan_layers(vec![
        LayerBuilder::new().file("var/lib/dpkg/status", dpkg("a", "1")),
    ]);
    assert_eq!(
        describe(&inventory),
        ["pkg:deb/a@1?arch=amd64 at var/lib/dpkg/status[0]"]
    );
    assert_eq!(inventory.diagnostics.len(), 1);
    assert_eq!(inventory.diagnostics[0].code, DiagnosticCode::DistributionUnknown);
    // Without packages there is nothing to judge.
    assert_eq!(
        scan_layers(vec![LayerBuilder::new().file("a", "")]).diagnostics,
        []
    );
}

#[test]
fn broken_files_cost_only_themselves() {
    let layer = LayerBuilder::new()
        .file("etc/os-release", [0xff, 0xfe, 0])
        .file(
            "var/lib/dpkg/status",
            [b"\xff\x00binary\n\n", dpkg("a", "1").as_bytes()].concat(),
        )
        .file("x/node_modules/a/package.json", "{\"name\": ")
        .file("x/node_modules/b/package.json", package_json("b", "1"))
        .file("x/c.dist-info/METADATA", "")
        .file("../escape", "");
    let inventory = scan_layers(vec![layer]);
    let found: Vec<_> = inventory
        .diagnostics
        .iter()
        .map(|d| (d.code, d.path.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        found,
        [
            (DiagnosticCode::DistributionUnknown, ""),
            (DiagnosticCode::Malformed, "etc/os-release"),
            (DiagnosticCode::Malformed, "var/lib/dpkg/status"),
            (DiagnosticCode::Malformed, "x/node_modules/a/package.json"),
            (DiagnosticCode::UnsafePath, "../escape"),
            (DiagnosticCode::Unidentified, "x/c.dist-info/METADATA"),
        ]
    );
    assert_eq!(inventory.packages.len(), 2);
}

//! Layers replace, remove, empty and link.

use assay_testkit::LayerBuilder;

use crate::{DEBIAN, describe, dpkg, package_json, scan_layers};

#[track_caller]
fn check(layers: Vec<LayerBuilder>, expected: &[&str]) {
    assert_eq!(describe(&scan_layers(layers)), expected);
}

fn layer() -> LayerBuilder {
    LayerBuilder::new()
}

const A: &str = "app/node_modules/a/package.json";
const B: &str = "app/node_modules/b/package.json";

fn base() -> LayerBuilder {
    layer()
        .file(A, package_json("a", "1"))
        .file(B, package_json("b", "1"))
}

const BOTH: [&str; 2] = [
    "pkg:npm/a@1 at app/node_modules/a/package.json[0]",
    "pkg:npm/b@1 at app/node_modules/b/package.json[0]",
];

#[test]
fn nothing_above() {
    check(vec![base(), layer().file("unrelated", "")], &BOTH);
    check(
        vec![layer(), base()],
        &[&BOTH[0].replace("[0]", "[1]"), &BOTH[1].replace("[0]", "[1]")],
    );
}

#[test]
fn replaced_files() {
    let expected = ["pkg:npm/a@2 at app/node_modules/a/package.json[1]", BOTH[1]];
    check(vec![base(), layer().file(A, package_json("a", "2"))], &expected);
    // No longer a package, so no longer there.
    check(vec![base(), layer().file(A, "{}")], &BOTH[1..]);
    check(vec![base(), layer().symbolic_link(A, "elsewhere")], &BOTH[1..]);
}

#[test]
fn removed_files_and_directories() {
    for removed in [A, "app/node_modules/a"] {
        check(vec![base(), layer().whiteout(removed)], &BOTH[1..]);
    }
    for removed in ["app/node_modules", "app"] {
        check(vec![base(), layer().whiteout(removed)], &[]);
    }
    // A mark spares its own layer, whatever the order.
    let again = "pkg:npm/a@2 at app/node_modules/a/package.json[1]";
    check(
        vec![base(), layer().file(A, package_json("a", "2")).whiteout("app")],
        &[again],
    );
    check(
        vec![
            base(),
            layer().whiteout("app"),
            layer().file(B, package_json("b", "1")),
        ],
        &[&BOTH[1].replace("[0]", "[2]")],
    );
    // Names that merely begin alike.
    check(
        vec![
            base(),
            layer().whiteout("ap").whiteout("app/node_modules/a/package"),
        ],
        &BOTH,
    );
}

#[test]
fn emptied_directories() {
    check(vec![base(), layer().opaque("app/node_modules/a")], &BOTH[1..]);
    let kept = "pkg:npm/b@2 at app/node_modules/b/package.json[1]";
    check(
        vec![base(), layer().file(B, package_json("b", "2")).opaque("app")],
        &[kept],
    );
    check(vec![base(), layer().file(".wh..wh..opq", "")], &[]);
}

#[test]
fn directories_that_became_links() {
    check(
        vec![base(), layer().symbolic_link("app/node_modules", "/srv/modules")],
        &[],
    );
}

#[test]
fn hard_links() {
    let link = "srv/node_modules/a/package.json";
    let both = "pkg:npm/a@1 at app/node_modules/a/package.json[0] and srv/node_modules/a/package.json[0]";
    check(
        vec![layer().file(A, package_json("a", "1")).hard_link(link, A)],
        &[both],
    );
    // The content went by under a name that nobody reads.
    let linked = "pkg:npm/a@1 at srv/node_modules/a/package.json[0]";
    check(
        vec![
            layer()
                .file("store/00abc", package_json("a", "1"))
                .hard_link(link, "store/00abc"),
        ],
        &[linked],
    );
}

#[test]
fn a_path_that_occurs_twice() {
    let twice = layer()
        .file(A, package_json("a", "1"))
        .file(A, package_json("a", "2"));
    check(
        vec![twice],
        &["pkg:npm/a@2 at app/node_modules/a/package.json[0]"],
    );
}

#[test]
fn a_database_in_one_layer_and_the_distribution_in_another() {
    let status = dpkg("libc6", "2.36-9") + &dpkg("zlib1g", "1:1.2");
    let base = layer().file("var/lib/dpkg/status", dpkg("libc6", "2.35"));
    let top = layer()
        .file("var/lib/dpkg/status", status)
        .file("etc/os-release", DEBIAN);
    check(
        vec![base, top],
        &[
            "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12 at var/lib/dpkg/status[1]",
            "pkg:deb/debian/zlib1g@1:1.2?arch=amd64&distro=debian-12 at var/lib/dpkg/status[1]",
        ],
    );
}

/// Each layer that installs something writes the whole database anew.
#[test]
fn the_layer_that_brought_a_package() {
    const STATUS: &str = "var/lib/dpkg/status";
    let with = |packages: &[&str]| {
        let stanzas: String = packages.iter().map(|name| dpkg(name, "1")).collect();
        layer().file(STATUS, stanzas)
    };
    let at = |name: &str, index: usize| {
        format!("pkg:deb/debian/{name}@1?arch=amd64&distro=debian-12 at {STATUS}[{index}]")
    };
    let layers = vec![
        with(&["a", "b"]).file("etc/os-release", DEBIAN),
        with(&["a", "b", "c"]),
        with(&["b", "c"]),
        with(&["a", "b", "c"]),
        layer().file("unrelated", ""),
    ];
    check(layers, &[&at("a", 3), &at("b", 0), &at("c", 1)]);
}

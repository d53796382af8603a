//! Package managers of other systems: what they own, and what their places hide.

use assay_inventory::Registry;
use assay_testkit::LayerBuilder;

use crate::{DEBIAN, describe, dpkg, package_json, scan_layers, scan_layers_with};

fn python(name: &str, version: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
}

#[test]
fn arch() {
    let six = "usr/lib/python3.12/site-packages/six-1.16.dist-info/METADATA";
    let layer = LayerBuilder::new()
        .file("etc/os-release", "ID=arch\nBUILD_ID=rolling\n")
        .file(
            "var/lib/pacman/local/python-six-1.16.0-9/desc",
            "%NAME%\npython-six\n\n%VERSION%\n1.16.0-9\n\n%ARCH%\nany\n",
        )
        .file(
            "var/lib/pacman/local/python-six-1.16.0-9/files",
            format!("%FILES%\nusr/\n{six}\n"),
        )
        .file(six, python("six", "1.16"));
    assert_eq!(
        describe(&scan_layers(vec![layer])),
        [
            "pkg:alpm/arch/python-six@1.16.0-9?arch=any&distro=arch at var/lib/pacman/local/python-six-1.16.0-9/desc[0]".to_owned(),
            format!("pkg:pypi/six@1.16 at {six}[0] owned by python-six"),
        ]
    );
}

#[test]
fn gentoo() {
    let six = "usr/lib/python3.12/site-packages/six-1.16.dist-info/METADATA";
    let layer = LayerBuilder::new()
        .file("etc/os-release", "ID=gentoo\n")
        .file(
            "var/db/pkg/dev-python/six-1.16.0-r1/CONTENTS",
            format!("dir /usr\nobj /{six} ab 1700000000\n"),
        )
        .file("var/db/pkg/dev-python/six-1.16.0-r1/LICENSE", "MIT\n")
        .file(six, python("six", "1.16"));
    let inventory = scan_layers(vec![layer]);
    assert_eq!(
        describe(&inventory),
        [
            "pkg:ebuild/dev-python/six@1.16.0-r1?distro=gentoo at var/db/pkg/dev-python/six-1.16.0-r1/CONTENTS[0]".to_owned(),
            format!("pkg:pypi/six@1.16 at {six}[0] owned by six"),
        ]
    );
    assert_eq!(inventory.packages[0].licences, ["MIT"]);
}

#[test]
fn openwrt() {
    let layer = LayerBuilder::new()
        .file("etc/os-release", "ID=openwrt\nVERSION_ID=23.05.2\n")
        .file(
            "usr/lib/opkg/status",
            "Package: node-a\nVersion: 1-1\nStatus: install user installed\nArchitecture: all\n",
        )
        .file(
            "usr/lib/opkg/info/node-a.list",
            "/usr/lib/node_modules/a/package.json\n",
        )
        .file("usr/lib/node_modules/a/package.json", package_json("a", "1.0.0"));
    assert_eq!(
        describe(&scan_layers(vec![layer])),
        [
            "pkg:npm/a@1.0.0 at usr/lib/node_modules/a/package.json[0] owned by node-a",
            "pkg:opkg/openwrt/node-a@1-1?arch=all&distro=openwrt-23.05.2 at usr/lib/opkg/status[0]",
        ]
    );
}

#[test]
fn distroless_names_in_base64() {
    let six = "usr/lib/python3.11/site-packages/six-1.16.dist-info/METADATA";
    let layer = LayerBuilder::new()
        .file("usr/lib/os-release", DEBIAN)
        .file(
            "var/lib/dpkg/status.d/cHl0aG9uMy1zaXg=",
            "Package: python3-six\nVersion: 1.16-1\n",
        )
        .file(
            "var/lib/dpkg/status.d/cHl0aG9uMy1zaXg=.md5sums",
            format!("00  {six}\n"),
        )
        .file(six, python("six", "1.16"));
    let lines = describe(&scan_layers(vec![layer]));
    assert_eq!(
        lines[1],
        format!("pkg:pypi/six@1.16 at {six}[0] owned by python3-six")
    );
}

#[test]
fn programs_of_packages_and_of_none() {
    let elf = |text: &str| [b"\x7fELF", text.as_bytes(), b"\0"].concat();
    let layer = LayerBuilder::new()
        .file("etc/os-release", DEBIAN)
        .file("var/lib/dpkg/status", dpkg("libssl3", "3.0.11-1"))
        .file(
            "var/lib/dpkg/info/libssl3:amd64.list",
            "/usr/lib/x86_64-linux-gnu/libcrypto.so.3\n",
        )
        .file(
            "usr/lib/x86_64-linux-gnu/libcrypto.so.3",
            elf("OpenSSL 3.0.11 19 Sep 2023"),
        )
        .executable("usr/local/bin/nginx", elf("nginx version: nginx/1.25.3"))
        .file("usr/local/share/nginx", elf("nginx version: nginx/9.9.9"));
    let inventory = scan_layers(vec![layer]);
    let lines: Vec<String> = describe(&inventory)
        .into_iter()
        .filter(|line| line.contains("generic"))
        .collect();
    // The distribution speaks for its own OpenSSL.
    assert_eq!(lines, ["pkg:generic/nginx@1.25.3 at usr/local/bin/nginx[0]"]);
}

#[test]
fn folders_of_nix() {
    let store = "nix/store/z1p5y0lqa1dzm9r8jwxc4yqk2l6b7v3n";
    let gone = "nix/store/a1p5y0lqa1dzm9r8jwxc4yqk2l6b7v3n-gone-1.0";
    let module = format!("{store}-app-1.0/lib/node_modules/a/package.json");
    let layers = || {
        vec![
            LayerBuilder::new()
                .file(&format!("{store}-app-1.0/bin/app"), "")
                .file(&module, package_json("a", "1.0.0"))
                .file(&format!("{gone}/bin/gone"), ""),
            // Another file in the same folder hides nothing; a removed folder is gone.
            LayerBuilder::new()
                .file(&format!("{store}-app-1.0/share/doc"), "")
                .whiteout(gone),
        ]
    };
    assert_eq!(
        describe(&scan_layers(layers())),
        [
            format!("pkg:nix/app@1.0 at {store}-app-1.0[0] and {store}-app-1.0[1]"),
            format!("pkg:npm/a@1.0.0 at {module}[0]"),
        ]
    );
    assert_eq!(
        describe(&scan_layers_with(&Registry::checkout(), layers())),
        Vec::<String>::new()
    );
}

#[test]
fn conda_brings_distributions() {
    let layer = LayerBuilder::new()
        .file(
            "opt/conda/conda-meta/six-1.16-0.json",
            r#"{"name": "six", "version": "1.16", "build": "0", "channel": "main", "subdir": "noarch",
               "files": ["lib/python3.11/site-packages/six-1.16.dist-info/METADATA"]}"#,
        )
        .file(
            "opt/conda/lib/python3.11/site-packages/six-1.16.dist-info/METADATA",
            python("six", "1.16"),
        );
    // Nobody's: advisories know the distribution, and no other package speaks for it.
    assert_eq!(
        describe(&scan_layers(vec![layer])),
        [
            "pkg:conda/six@1.16?build=0&channel=main&subdir=noarch at opt/conda/conda-meta/six-1.16-0.json[0]",
            "pkg:pypi/six@1.16 at opt/conda/lib/python3.11/site-packages/six-1.16.dist-info/METADATA[0]",
        ]
    );
}

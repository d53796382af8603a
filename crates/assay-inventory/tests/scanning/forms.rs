//! A directory, a docker archive and an OCI layout of the same tree, read with one thread or several.

use std::path::Path;

use assay_artifacts::OpenOptions;
use assay_model::Package;
use assay_testkit::{ImageBuilder, LayerBuilder, Packing, gzip};

use crate::{DEBIAN, dpkg, package_json, scan_bytes, scan_target};

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// Packages without the layers that evidence names: those differ by form.
fn packages(mut packages: Vec<Package>) -> Vec<Package> {
    for evidence in packages.iter_mut().flat_map(|package| &mut package.evidence) {
        evidence.layer = None;
    }
    packages
}

#[test]
fn every_form_gives_the_same() {
    let root = tempfile::tempdir().unwrap();
    let at = root.path();
    write(at, "etc/os-release", DEBIAN);
    let status: String = (0..50).map(|n| dpkg(&format!("package{n}"), "1.0-1")).collect();
    write(at, "var/lib/dpkg/status", &status);
    write(
        at,
        "var/lib/dpkg/info/package1.list",
        "/usr/lib/node_modules/m1/package.json\n",
    );
    for n in 0..50 {
        write(
            at,
            &format!("usr/lib/node_modules/m{n}/package.json"),
            &package_json(&format!("m{n}"), "1.0.0"),
        );
        write(
            at,
            &format!("usr/lib/python3/p{n}-2.dist-info/METADATA"),
            &format!("Name: p{n}\nVersion: 2\n\n"),
        );
        write(at, &format!("usr/share/noise/{n}"), &"noise".repeat(1000));
    }
    let directory = scan_target(&format!("dir:{}", at.display()), &OpenOptions::default());
    assert_eq!(directory.packages.len(), 150);
    assert_eq!(
        directory
            .packages
            .iter()
            .filter(|package| package.owner.is_some())
            .count(),
        1
    );

    let image = ImageBuilder::new()
        .layer(LayerBuilder::new().tree(at))
        .layer(LayerBuilder::new().file("top", ""));
    let mut archives = vec![image.docker_archive(), gzip(&image.docker_archive())];
    archives.extend(Packing::ALL.map(|packing| image.oci(packing).archive()));
    for archive in archives {
        for threads in [1, 2, 8] {
            let inventory = scan_bytes(
                &archive,
                &OpenOptions {
                    threads,
                    ..OpenOptions::default()
                },
            );
            assert_eq!(packages(inventory.packages), directory.packages);
            assert_eq!(inventory.distribution, directory.distribution);
            assert_eq!(inventory.diagnostics, directory.diagnostics);
        }
    }
}

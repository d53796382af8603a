//! The hosts that are simulated: kinds of hosts, of which each host has something of its own, and what changes on them.

use std::path::Path;

use anyhow::Result;
use assay_testkit::MirrorBuilder;
use serde_json::{Map, Value, json};

/// Kinds of hosts that a fleet has.
const KINDS: usize = 40;

/// Packages that there are for all of them.
const POOL: usize = 2_500;

/// Packages of a host, with its own.
const PACKAGES: usize = 500;

/// Packages that only some hosts of a kind have.
const OWN: usize = 5;

/// Packages that hosts of one kind have in the one or the other version, by when they were brought up to date.
const PATCHED: usize = 30;

/// Every so many packages there is an advisory about one.
const AFFECTED: usize = 5;

/// What a host has, changed so many times.
pub(super) fn inventory(host: usize, changes: usize) -> Vec<u8> {
    let mut chance = fastrand::Rng::with_seed((host % KINDS) as u64);
    let mut chosen = std::collections::BTreeMap::new();
    while chosen.len() < PACKAGES - OWN - 1 {
        chosen.insert(chance.usize(..POOL), 1 + chance.usize(..2));
    }
    let mut chance = fastrand::Rng::with_seed((KINDS + host) as u64);
    let level = chance.usize(..3);
    for (place, version) in chosen.values_mut().enumerate().take(PATCHED) {
        *version += usize::from(place % 3 < level);
    }
    while chosen.len() < PACKAGES - 1 {
        chosen.insert(chance.usize(..POOL), 1 + chance.usize(..3));
    }
    // Each change brings one package up to date.
    for _ in 0..changes {
        let which = chance.usize(..chosen.len());
        if let Some(version) = chosen.values_mut().nth(which) {
            *version += 1;
        }
    }
    let mut packages: Vec<Value> = chosen
        .into_iter()
        .map(|(package, version)| installed(&format!("package-{package}"), version))
        .collect();
    packages.push(installed(&format!("only-of-{host}"), 1));
    let document = json!({
        "schema": "assay.inventory/1",
        "artifact": {
            "kernel": "6.1.0-18-amd64",
            "distribution": { "id": "debian", "version": "12", "name": "Debian GNU/Linux 12 (bookworm)" },
        },
        "packages": packages,
        "diagnostics": [],
    });
    document.to_string().into_bytes()
}

fn installed(name: &str, version: usize) -> Value {
    json!({
        "purl": format!("pkg:deb/debian/{name}@{version}.0-1?arch=amd64&distro=debian-12"),
        "licences": ["GPL-2.0-or-later"],
        "evidence": [{ "path": format!("var/lib/dpkg/info/{name}.list"), "analyser": "dpkg", "layer": null }],
    })
}

/// Writes what Debian says of the packages.
pub(super) fn feeds(directory: &Path) -> Result<()> {
    let flaws = (0..POOL).step_by(AFFECTED).map(|package| {
        let flaw = json!({
            "description": "A flaw in a package, told at the length that such texts have.",
            "releases": { "bookworm": { "status": "resolved", "fixed_version": "3.0-1", "urgency": "medium" } },
        });
        let name = format!("CVE-2026-{}", 10_000 + package);
        (format!("package-{package}"), json!({ name: flaw }))
    });
    let tracker: Map<String, Value> = flaws.collect();
    let _ = MirrorBuilder::new(directory).debian(&serde_json::to_string(&tracker)?);
    Ok(())
}

//! A small publisher of advisories that changes its mind.

use std::{fs, os::unix::fs::symlink};

use assay_testkit::MirrorBuilder;

use super::support::World;

/// Packages that advisories are about: `p0` and so on. As many more are never touched.
pub(crate) const PACKAGES: usize = 12;

/// Vulnerabilities that there may be.
pub(crate) const VULNERABILITIES: usize = 24;

/// The id of a vulnerability.
pub(crate) fn vulnerability(number: usize) -> String {
    format!("CVE-2026-{}", 1000 + number)
}

/// Puts an edition of the feeds in place of the one before, in one step. Editions of different numbers differ in which
/// versions are affected, how severely, and how probable exploitation is.
pub(crate) fn publish(world: &World, edition: u64) {
    let mut random = fastrand::Rng::with_seed(edition);
    let mut documents = Vec::new();
    let mut probabilities =
        String::from("#model_version:v1,score_date:2026-08-16T00:00:00Z\ncve,epss,percentile\n");
    for number in 0..VULNERABILITIES {
        let id = vulnerability(number);
        let (package, fixed) = (number % PACKAGES, random.u8(1..6));
        let impact = ["L", "H"][random.usize(0..2)];
        probabilities.push_str(&format!("{id},0.{}1,0.5\n", random.u8(0..9)));
        if random.u8(0..4) == 0 {
            continue;
        }
        documents.push(format!(
            r#"{{"id":"PYSEC-2026-{number}","modified":"2026-08-20T00:00:00Z","aliases":["{id}"],"summary":"flaw {number}",
                "severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:{impact}/I:{impact}/A:N"}}],
                "affected":[{{"package":{{"ecosystem":"PyPI","name":"p{package}"}},
                    "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
        ));
    }
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    let name = format!("edition-{edition}");
    if !world.path(&name).exists() {
        let _ = MirrorBuilder::new(&world.path(&name))
            .osv("PyPI", &documents)
            .epss(&probabilities);
    }
    let next = world.path("feeds.next");
    let _ = fs::remove_file(&next);
    symlink(&name, &next).unwrap();
    fs::rename(next, world.path("feeds")).unwrap();
}

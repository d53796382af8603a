//! No importer panics on any bytes, nor on damaged forms of its own format.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{
    bodhi,
    csaf::{self, CsafSource},
    cvrf::{self, CvrfSource},
    debian_tracker, endoflife, epss, friendsofphp, kev, nodejs, nvd, osv,
    oval::{self, OvalSource},
    psf, retirejs, rubysec, rustsec,
    secdb::{self, SecdbSource},
    testing::Collected,
    updateinfo::{self, Line, UpdateinfoSource},
    vulnrichment,
};

const OSV: &str = r#"{"id":"GHSA-aaaa-1","aliases":["CVE-2020-1"],"modified":"2026-01-13T00:00:00Z","severity":[{"type":"CVSS_V3","score":"x"}],"affected":[{"package":{"ecosystem":"PyPI","name":"x"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}],"versions":["1"]}],"database_specific":{"severity":"LOW","cwe_ids":["CWE-1"]}}"#;
const DEBIAN: &str = r#"{"bash":{"CVE-2024-1":{"description":"d","releases":{"bookworm":{"status":"open","urgency":"low","nodsa":"x","nodsa_reason":"ignored"}}}}}"#;
const ALPINE: &str = r#"{"distroversion":"v3.18","packages":[{"pkg":{"name":"xen","secfixes":{"4.1-r0":["CVE-2019-1 XSA-1"]}}}]}"#;
const NVD: &str = r#"{"vulnerabilities":[{"cve":{"id":"CVE-2021-1","published":"2021-01-02T03:04:05.678","metrics":{"cvssMetricV2":[{"source":"s","cvssData":{"vectorString":"v"}}]},"weaknesses":[{"description":[{"lang":"en","value":"CWE-1"}]}],"references":[{"url":"u","tags":["Patch"]}]}}]}"#;
const EPSS: &str =
    "#model_version:v1,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2021-1,0.9,0.9\n";
const KEV: &str = r#"{"dateReleased":"2026-08-07T16:45:47.0648Z","vulnerabilities":[{"cveID":"CVE-2021-1","dateAdded":"2021-12-10"}]}"#;

const OVAL: &str = r#"<o><definition id="d"><reference ref_id="CVE-2024-1" ref_url="u"/><criterion test_ref="t"/></definition><rpminfo_test id="t"><object object_ref="o"/><state state_ref="s"/></rpminfo_test><rpminfo_object id="o"><name>n</name></rpminfo_object><rpminfo_state id="s"><evr operation="less than">0:1-1</evr></rpminfo_state></o>"#;

const UPDATEINFO: &str = r#"<updates><update type="security"><id>RLSA-2021:2</id><title>Moderate: nodejs:14 CVE-2021-1</title><issued date="2021-07-22 03:13:55"/><severity>Moderate</severity><pkglist><collection><module name="m" stream="1"/><package name="n" version="14.2" release="1.module+el8" epoch="1" arch="x86_64"/></collection></pkglist></update></updates>"#;
const CSAF: &str = r#"{"document":{"tracking":{"id":"RHSA-2024:1"}},"product_tree":{"branches":[{"product":{"product_id":"r","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:8"}}},{"product":{"product_id":"c","product_identification_helper":{"purl":"pkg:rpm/redhat/x@1-1?epoch=1"}}}],"relationships":[{"full_product_name":{"product_id":"rc"},"product_reference":"c","relates_to_product_reference":"r"}]},"vulnerabilities":[{"cve":"CVE-2024-1","product_status":{"fixed":["rc"],"known_affected":["rc"]},"threats":[{"category":"impact","details":"Low","product_ids":["rc"]}]}]}"#;
const CVRF: &str = r#"<cvrfdoc><Identification><ID>SUSE-SU-2019:1-1</ID></Identification><Relationship ProductReference="x-1-1" RelatesToProductReference="openSUSE Leap 15.5"><FullProductName ProductID="p" CPE="a:b">x-1-1.noarch.rpm</FullProductName></Relationship><CVE>CVE-2019-1</CVE><Status Type="Fixed"><ProductID>p</ProductID></Status></cvrfdoc>"#;
const BODHI: &str = r#"{"updates":[{"alias":"FEDORA-2023-1","type":"security","status":"stable","release":{"version":"37"},"bugs":[{"title":"CVE-2022-1"}],"builds":[{"nvr":"a-1-1.fc37"}]}]}"#;
const NODE: &str = r#"{"1":{"cve":["CVE-2017-1"],"vulnerable":"8.x || 5.x","patched":"^8.1.4","module_name":"m","vulnerable_versions":"<=1","patched_versions":">2"}}"#;
const RETIRE: &str = r#"{"jquery":{"npmname":"jquery","vulnerabilities":[{"below":"1","identifiers":{"CVE":["CVE-2011-1"]}}]}}"#;
const END: &str = r#"[{"cycle":"9","eol":"2020-07-18","extendedSupport":"2022-07-01"}]"#;

const RUST: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2021-1\"\npackage = \"x\"\n[versions]\npatched = [\"^1.2, < 3\"]\n```\n# T\nx";
const RUBY: &str = "---\ngem: x\ncve: 2013-0156\npatched_versions:\n  - \"~> 2.3.15, >= 2.4\"\n";
const PHP: &str = "title: x\ncve: CVE-2016-5385\nbranches:\n    1.x:\n        versions: ['>0.7.1', '<1.0.4']\nreference: composer://a/b\n";

const ALL: [&str; 17] = [
    OSV, DEBIAN, ALPINE, NVD, EPSS, KEV, OVAL, UPDATEINFO, CSAF, CVRF, BODHI, NODE, RETIRE, END, RUST, RUBY,
    PHP,
];

/// Reads bytes as every format; whatever comes of it is fine.
fn read_as_all(bytes: &[u8]) {
    let mut sink = Collected::default();
    let text = String::from_utf8_lossy(bytes);
    let _ = osv::read_zip(bytes, &mut sink);
    let _ = osv::read_lines(&text, &mut sink);
    let _ = debian_tracker::read(bytes, &mut sink);
    for source in [SecdbSource::Alpine, SecdbSource::Wolfi] {
        let _ = secdb::read(bytes, source, &mut sink);
    }
    let _ = nvd::read(bytes, &mut sink);
    let _ = epss::read(&text, &mut sink);
    let _ = kev::read(bytes, &mut sink);
    let release = OvalSource::Release {
        source: "x",
        ecosystem: "Photon OS:3.0",
    };
    for whose in [release, OvalSource::Oracle, OvalSource::Suse] {
        let _ = oval::read(bytes, whose, &mut sink);
    }
    let repository = UpdateinfoSource {
        source: "x",
        ecosystem: "Rocky Linux:8",
        line: Line::From("1".to_owned()),
    };
    let _ = updateinfo::read(bytes, &repository, &mut sink);
    let _ = updateinfo::updateinfo_location(bytes);
    for source in [CsafSource::RedHatVex, CsafSource::RedHatAdvisories] {
        let _ = csaf::read(bytes, source, &mut sink);
        let _ = csaf::read_tar(bytes, source, &HashSet::new(), &mut sink);
    }
    for source in [CvrfSource::Suse, CvrfSource::OpenEuler] {
        let _ = cvrf::read(bytes, source, &mut sink);
        let _ = cvrf::read_tar(bytes, source, &mut sink);
    }
    let _ = bodhi::read(bytes, &mut sink);
    let _ = nodejs::read_core(bytes, &mut sink);
    let _ = nodejs::read_npm(bytes, &mut sink);
    let _ = retirejs::read(bytes, &mut sink);
    let _ = endoflife::read("debian", bytes, &mut sink);
    let _ = endoflife::read_zip(bytes, &mut sink);
    let _ = vulnrichment::read_zip(bytes, &mut sink);
    for path in [
        "r/crates/a/b.md",
        "r/gems/a/b.yml",
        "r/a/b/c.yaml",
        "r/advisories/python/x.json",
    ] {
        let tar = tar_of(path, bytes);
        let _ = rustsec::read_tar(tar.as_slice(), &mut sink);
        let _ = rubysec::read_tar(tar.as_slice(), &mut sink);
        let _ = friendsofphp::read_tar(tar.as_slice(), &mut sink);
        let _ = psf::read_tar(tar.as_slice(), &mut sink);
    }
}

fn tar_of(path: &str, content: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, path, content).unwrap();
    builder.into_inner().unwrap()
}

proptest! {
    #[test]
    fn arbitrary_bytes(bytes: Vec<u8>) {
        read_as_all(&bytes);
    }

    #[test]
    fn damaged_documents(
        which in prop::sample::select(ALL.to_vec()),
        at: prop::sample::Index,
        byte: u8,
        cut: prop::sample::Index,
    ) {
        let mut bytes = which.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let cut = cut.index(bytes.len());
        read_as_all(&bytes);
        read_as_all(&bytes[..cut]);
    }
}

//! No importer panics on any bytes, nor on damaged forms of its own format.

use proptest::prelude::*;

use super::{alpine_secdb, debian_tracker, epss, kev, nvd, osv, oval, testing::Collected};

const OSV: &str = r#"{"id":"GHSA-aaaa-1","aliases":["CVE-2020-1"],"modified":"2026-01-13T00:00:00Z","severity":[{"type":"CVSS_V3","score":"x"}],"affected":[{"package":{"ecosystem":"PyPI","name":"x"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}],"versions":["1"]}],"database_specific":{"severity":"LOW","cwe_ids":["CWE-1"]}}"#;
const DEBIAN: &str = r#"{"bash":{"CVE-2024-1":{"description":"d","releases":{"bookworm":{"status":"open","urgency":"low","nodsa":"x","nodsa_reason":"ignored"}}}}}"#;
const ALPINE: &str = r#"{"distroversion":"v3.18","packages":[{"pkg":{"name":"xen","secfixes":{"4.1-r0":["CVE-2019-1 XSA-1"]}}}]}"#;
const NVD: &str = r#"{"vulnerabilities":[{"cve":{"id":"CVE-2021-1","published":"2021-01-02T03:04:05.678","metrics":{"cvssMetricV2":[{"source":"s","cvssData":{"vectorString":"v"}}]},"weaknesses":[{"description":[{"lang":"en","value":"CWE-1"}]}],"references":[{"url":"u","tags":["Patch"]}]}}]}"#;
const EPSS: &str =
    "#model_version:v1,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2021-1,0.9,0.9\n";
const KEV: &str = r#"{"dateReleased":"2026-08-07T16:45:47.0648Z","vulnerabilities":[{"cveID":"CVE-2021-1","dateAdded":"2021-12-10"}]}"#;

const OVAL: &str = r#"<o><definition id="d"><reference ref_id="CVE-2024-1" ref_url="u"/><criterion test_ref="t"/></definition><rpminfo_test id="t"><object object_ref="o"/><state state_ref="s"/></rpminfo_test><rpminfo_object id="o"><name>n</name></rpminfo_object><rpminfo_state id="s"><evr operation="less than">0:1-1</evr></rpminfo_state></o>"#;

/// Reads bytes as every format; whatever comes of it is fine.
fn read_as_all(bytes: &[u8]) {
    let mut sink = Collected::default();
    let text = String::from_utf8_lossy(bytes);
    let _ = osv::read_zip(bytes, &mut sink);
    let _ = osv::read_lines(&text, &mut sink);
    let _ = debian_tracker::read(bytes, &mut sink);
    let _ = alpine_secdb::read(bytes, &mut sink);
    let _ = nvd::read(bytes, &mut sink);
    let _ = epss::read(&text, &mut sink);
    let _ = kev::read(bytes, &mut sink);
    let whose = oval::OvalSource {
        source: "x",
        ecosystem: "Photon OS:3.0",
    };
    let _ = oval::read(bytes, whose, &mut sink);
}

proptest! {
    #[test]
    fn arbitrary_bytes(bytes: Vec<u8>) {
        read_as_all(&bytes);
    }

    #[test]
    fn damaged_documents(
        which in prop::sample::select(vec![OSV, DEBIAN, ALPINE, NVD, EPSS, KEV, OVAL]),
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

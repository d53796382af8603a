use std::collections::HashSet;

use super::*;
use crate::formats::testing::{Collected, shared};

const VEX: &str = r#"{"document":{"title":"openssl: a flaw","aggregate_severity":{"text":"Moderate"},
    "tracking":{"id":"CVE-2024-1","current_release_date":"2026-03-25T12:33:38+00:00"}},
  "product_tree":{"branches":[{"category":"vendor","branches":[
      {"category":"product_name","product":{"product_id":"r8","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:8::baseos"}}},
      {"category":"product_name","product":{"product_id":"r8eus","product_identification_helper":{"cpe":"cpe:/o:redhat:rhel_eus:8.6::baseos"}}},
      {"category":"product_name","product":{"product_id":"r7","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:7"}}},
      {"category":"product_version","product":{"product_id":"ossl.x86","product_identification_helper":{"purl":"pkg:rpm/redhat/openssl@1.1.1k-7.el8_6?arch=x86_64&epoch=1"}}},
      {"category":"product_version","product":{"product_id":"ossl.arm","product_identification_helper":{"purl":"pkg:rpm/redhat/openssl@1.1.1k-7.el8_6?arch=aarch64&epoch=1"}}},
      {"category":"product_version","product":{"product_id":"ossl.src","product_identification_helper":{"purl":"pkg:rpm/redhat/openssl@1.1.1k-7.el8_6?arch=src&epoch=1"}}},
      {"category":"product_version","product":{"product_id":"pg10","product_identification_helper":{"purl":"pkg:rpm/redhat/pg@10.23-2.module%2Bel8.8.0?arch=x86_64"}}},
      {"category":"product_version","product":{"product_id":"pg13","product_identification_helper":{"purl":"pkg:rpm/redhat/pg@13.11-1.module%2Bel8.8.0?arch=x86_64"}}},
      {"category":"product_version","product":{"product_id":"tool","product_identification_helper":{"purl":"pkg:rpm/redhat/tool"}}}]}],
    "relationships":[
      {"category":"default_component_of","full_product_name":{"product_id":"r8:ossl.x86"},"product_reference":"ossl.x86","relates_to_product_reference":"r8"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8:ossl.arm"},"product_reference":"ossl.arm","relates_to_product_reference":"r8"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8:ossl.src"},"product_reference":"ossl.src","relates_to_product_reference":"r8"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8eus:ossl.x86"},"product_reference":"ossl.x86","relates_to_product_reference":"r8eus"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8:pg10"},"product_reference":"pg10","relates_to_product_reference":"r8"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8:pg13"},"product_reference":"pg13","relates_to_product_reference":"r8"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8:tool"},"product_reference":"tool","relates_to_product_reference":"r8"},
      {"category":"default_component_of","full_product_name":{"product_id":"r7:openssl"},"product_reference":"openssl","relates_to_product_reference":"r7"},
      {"category":"default_component_of","full_product_name":{"product_id":"r8:pg:15/pg"},"product_reference":"pg:15/pg","relates_to_product_reference":"r8"}]},
  "vulnerabilities":[{"cve":"CVE-2024-1","title":"openssl: a flaw","cwe":{"id":"CWE-79"},
    "notes":[{"category":"description","text":"Long."},{"category":"summary","text":"short"}],
    "product_status":{"fixed":["r8:ossl.x86","r8:ossl.arm","r8:ossl.src","r8eus:ossl.x86","r8:pg10","r8:pg13"],
      "known_affected":["r7:openssl","r8:pg:15/pg"],"known_not_affected":["r8:tool"],"under_investigation":["unknown"]},
    "remediations":[{"category":"vendor_fix","details":"x","product_ids":["r8:ossl.x86"]},
      {"category":"no_fix_planned","details":"Out of support scope","product_ids":["r7:openssl"]},
      {"category":"none_available","details":"Fix deferred","product_ids":["r8:pg:15/pg"]}],
    "scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
    "threats":[{"category":"impact","details":"Moderate"},{"category":"impact","details":"Low","product_ids":["r7:openssl"]}]}]}"#;

#[test]
fn what_red_hat_says_of_a_flaw() {
    let mut collected = Collected::default();
    read(VEX.as_bytes(), CsafSource::RedHatVex, &mut collected).unwrap();
    assert_eq!(
        collected.told(),
        [
            "CVE-2024-1 medium [] Red Hat:8 openssl [0, 1:1.1.1k-7.el8_6)",
            "CVE-2024-1 medium [] Red Hat:8 pg (*) [0, 10.23-2.module+el8.8.0) [13, 13.11-1.module+el8.8.0)",
            "CVE-2024-1 medium [] Red Hat:7 openssl end-of-life [0, …)",
            "CVE-2024-1 medium [] Red Hat:8 pg (pg:15) postponed [0, …)",
            "CVE-2024-1 medium [] Red Hat:8 tool not-affected",
        ]
    );
    let advisory = &collected.advisories[0];
    assert_eq!(advisory.details, "Long.");
    assert_eq!((advisory.cwes.as_slice(), advisory.cvss.len()), (&[79][..], 1));
    let seven = advisory
        .affected
        .iter()
        .find(|entry| entry.package.ecosystem.as_str() == "Red Hat:7");
    assert_eq!(seven.unwrap().severity, Some(Severity::Low));
}

#[test]
fn what_an_update_fixes() {
    let json = VEX
        .replace("\"id\":\"CVE-2024-1\"", "\"id\":\"RHSA-2024:0811\"")
        .replace(
            "\"title\":\"openssl: a flaw\",\"agg",
            "\"title\":\"Red Hat Security Advisory: openssl update\",\"agg",
        );
    let mut collected = Collected::default();
    read(json.as_bytes(), CsafSource::RedHatAdvisories, &mut collected).unwrap();
    assert_eq!(
        collected.told()[0],
        "RHSA-2024:0811 medium [CVE-2024-1] Red Hat:8 openssl [0, 1:1.1.1k-7.el8_6)"
    );
    assert_eq!(collected.advisories[0].title, "openssl update");
    assert_eq!(collected.told().len(), 2, "updates tell fixes only");
}

#[test]
fn an_archive_but_for_what_is_superseded() {
    for (path, source, superseded, least) in [
        (
            "redhat/csaf/v2/vex/csaf_vex_2026-03-25.tar.zst",
            CsafSource::RedHatVex,
            "2024/cve-2024-2961.json",
            48,
        ),
        (
            "redhat/csaf/v2/advisories/csaf_advisories_2026-04-01.tar.zst",
            CsafSource::RedHatAdvisories,
            "none",
            20,
        ),
    ] {
        let Some(archive) = shared(path) else { return };
        let tar = zstd::Decoder::new(archive.as_slice()).unwrap();
        let superseded = HashSet::from([superseded.to_owned()]);
        let mut collected = Collected::default();
        let summary = read_tar(tar, source, &superseded, &mut collected).unwrap();
        assert_eq!(summary.passed_over, 0, "{:?}", summary.warnings);
        assert!(summary.records >= least, "{path}: {}", summary.records);
        assert!(
            collected
                .advisories
                .iter()
                .all(|advisory| advisory.id != "CVE-2024-2961")
        );
        assert!(
            collected.told().iter().any(|line| line.contains(" Red Hat:9 ")),
            "{path}"
        );
    }
}

#[test]
fn what_is_none() {
    for json in ["", "{}", "[]", r#"{"document":{"tracking":{"id":"?"}}}"#] {
        let read = read(
            json.as_bytes(),
            CsafSource::RedHatAdvisories,
            &mut Collected::default(),
        );
        assert!(read.is_err(), "{json}");
    }
}

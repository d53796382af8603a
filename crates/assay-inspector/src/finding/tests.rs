use assay_api_model::Validate;
use assay_assess::{CvssScore, FixState};
use assay_model::{CvssVersion, Epss, KnownExploited, Purl, Ransomware, Reference};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::{
    detail::finding_detail,
    fixtures::{score, vulnerability},
    package::Place,
    search,
};

const ARN: &str = "arn:aws:inspector2:eu-central-1:123456789012:finding/0123456789abcdef0123456789abcdef";

fn resource() -> api::Resource {
    api::Resource {
        details: None,
        id: "i-0123456789abcdef0".to_owned(),
        partition: Some("aws".to_owned()),
        provider: None,
        provider_account_id: None,
        provider_org_id: None,
        region: Some("eu-central-1".to_owned()),
        tags: None,
        r#type: api::ResourceType::AwsEc2Instance.into(),
    }
}

fn finding<'a>(vulnerability: &'a Vulnerability, packages: &'a [AffectedPackage<'a>]) -> PackageFinding<'a> {
    let time = |second| Timestamp::from_second(second).unwrap();
    PackageFinding {
        arn: ARN,
        account: "123456789012",
        status: api::FindingStatus::Active,
        first_observed: time(1_700_000_000),
        last_observed: time(1_700_000_001),
        updated: time(1_700_000_002),
        resource: resource(),
        vulnerability,
        kind: AdvisoryKind::Vulnerability,
        packages,
    }
}

fn affected<'a>(purl: &'a Purl, source: &'a str, severity: Severity) -> AffectedPackage<'a> {
    AffectedPackage {
        purl,
        places: Vec::new(),
        fixed_in: Some("3.0.13-0ubuntu3.4"),
        fix_state: FixState::Fixed,
        severity,
        severity_source: source,
    }
}

/// The published example of a finding on Ubuntu, told from what we would know.
#[test]
fn a_finding_of_a_distribution() {
    let mut known = vulnerability("CVE-2024-6119");
    known.description = "Possible denial of service in X.509 name checks".into();
    known.aliases = vec!["USN-6986-1".into()];
    known.cvss = vec![
        score("ubuntu", CvssVersion::V31, 48),
        score("nvd", CvssVersion::V31, 75),
        score("nvd", CvssVersion::V2, 50),
    ];
    known.epss = Some(Epss {
        score: 450,
        percentile: 100_000,
    });
    let purls: [Purl; 2] = ["libssl3t64", "openssl"].map(|name| {
        let text = format!("pkg:deb/ubuntu/{name}@3.0.13-0ubuntu3.2?arch=arm64&distro=ubuntu-24.04");
        text.parse().unwrap()
    });
    let packages = [
        affected(&purls[0], "ubuntu", Severity::Medium),
        affected(&purls[1], "ubuntu", Severity::Low),
    ];
    let shape = finding(&known, &packages).shape();
    assert_eq!(shape.validate(), []);
    assert_eq!(
        shape.title.as_deref(),
        Some("CVE-2024-6119 - libssl3t64, openssl")
    );
    assert_eq!(shape.severity, api::Severity::Medium);
    assert_eq!(shape.inspector_score, Some(4.8));
    let adjusted = shape.inspector_score_details.unwrap().adjusted_cvss.unwrap();
    assert_eq!(
        (adjusted.score_source.as_str(), adjusted.version.as_str()),
        ("UBUNTU_CVE", "3.1")
    );
    assert_eq!(shape.fix_available, Some(api::FixAvailable::Yes.into()));
    assert_eq!(shape.exploit_available, Some(api::ExploitAvailable::No.into()));
    assert_eq!(shape.epss.unwrap().score, Some(0.00045));
    let details = shape.package_vulnerability_details.unwrap();
    assert_eq!(details.source, "UBUNTU_CVE");
    assert_eq!(details.vendor_severity.as_deref(), Some("medium"));
    assert_eq!(details.related_vulnerabilities.unwrap(), ["USN-6986-1"]);
    let scores = details.cvss.unwrap();
    let told: Vec<_> = scores
        .iter()
        .map(|score| (score.source.as_str(), score.version.as_str()))
        .collect();
    assert_eq!(told, [("UBUNTU_CVE", "3.1"), ("NVD", "3.1"), ("NVD", "2.0")]);
}

#[test]
fn an_operating_system_past_its_support() {
    let mut known = vulnerability("EOL-debian-10");
    known.title = "Debian 10 is past its end of life".into();
    let ended = PackageFinding {
        kind: AdvisoryKind::EndOfLife,
        ..finding(&known, &[])
    };
    let shape = ended.shape();
    assert_eq!(shape.validate(), []);
    assert_eq!(shape.severity, api::Severity::Critical);
    assert_eq!(
        shape.title.as_deref(),
        Some("EOL-debian-10 - Debian 10 is past its end of life")
    );
    assert_eq!(shape.inspector_score, None);
}

#[test]
fn a_title_of_many_packages_is_cut() {
    let known = vulnerability("CVE-2024-1");
    let purls: Vec<Purl> = (0..500)
        .map(|number| Purl::new("npm", &format!("package-{number}"), "1"))
        .collect();
    let packages: Vec<_> = purls
        .iter()
        .map(|purl| affected(purl, "", Severity::Low))
        .collect();
    let shape = finding(&known, &packages).shape();
    assert_eq!(shape.validate(), []);
    let title = shape.title.unwrap();
    assert!(title.ends_with('…') && title.chars().count() == 1024);
}

/// Texts as nobody should write them.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[\u{0}-\u{1f}\u{7f}-\u{9f} ]{0,6}",
        "[a-z/:.%@?&#;'\"<>-]{0,30}",
        "https?://[a-z%<>./ ]{0,20}",
        Just("ü".repeat(3000)),
        Just(String::new()),
    ]
}

prop_compose! {
    fn hostile_vulnerability()(
        (id, title, description) in (hostile(), hostile(), hostile()),
        aliases in vec(hostile(), 0..4),
        references in vec((select(vec!["ADVISORY", "EVIDENCE", "WEB"]), hostile()), 0..150),
        cvss in vec((hostile(), hostile(), 0_u8..=100, 0_usize..4), 0..6),
        epss in option::of(any::<u32>()),
        days in option::of((hostile(), hostile())),
        times in (option::of(any::<u32>()), option::of(any::<u32>())),
        words in vec((hostile(), select(Severity::WORST_FIRST.to_vec())), 0..3),
        cwes in vec(any::<u32>(), 0..3),
    ) -> Vulnerability {
        let versions = [CvssVersion::V2, CvssVersion::V30, CvssVersion::V31, CvssVersion::V40];
        let mut known = vulnerability(&id);
        known.title = title;
        known.description = description;
        known.aliases = aliases;
        known.references = references
            .into_iter()
            .map(|(kind, url)| Reference { kind: kind.to_owned(), url })
            .collect();
        known.cvss = cvss
            .into_iter()
            .map(|(source, vector, tenths, version)| CvssScore { source, version: versions[version], vector, tenths })
            .collect();
        known.epss = epss.map(|score| Epss { score, percentile: 0 });
        known.known_exploited = days.map(|(date_added, due_date)| KnownExploited {
            id,
            date_added,
            due_date,
            ransomware: Ransomware::Known,
        });
        (known.published, known.modified) = times;
        known.words = words;
        known.cwes = cwes;
        known
    }
}

prop_compose! {
    fn hostile_purl()(
        kind in select(vec!["deb", "rpm", "apk", "npm", "pypi", "golang", "maven", "generic", "x"]),
        (namespace, name, version) in (hostile(), hostile(), hostile()),
        qualifiers in vec((select(vec!["arch", "epoch", "distro"]), hostile()), 0..3),
    ) -> Purl {
        let purl = Purl::new(kind, &name, &version).with_namespace(&namespace);
        qualifiers.iter().fold(purl, |purl, (key, value)| purl.with_qualifier(key, value))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_told_the_shapes_hold_the_model(
        known in hostile_vulnerability(),
        purls in vec(hostile_purl(), 0..4),
        texts in vec(option::of(hostile()), 4),
        severity in select(Severity::WORST_FIRST.to_vec()),
        state in select(vec![FixState::Fixed, FixState::Pending, FixState::WontFix, FixState::NoneKnown]),
    ) {
        let place = Place {
            path: texts[0].as_deref(),
            layer: texts[1].as_deref(),
            function_layer: texts[2].as_deref(),
        };
        let packages: Vec<AffectedPackage<'_>> = purls
            .iter()
            .map(|purl| AffectedPackage {
                purl,
                places: vec![place, Place::default()],
                fixed_in: texts[3].as_deref(),
                fix_state: state,
                severity,
                severity_source: "nvd",
            })
            .collect();
        prop_assert_eq!(finding(&known, &packages).shape().validate(), []);
        prop_assert_eq!(finding_detail(ARN, &known).validate(), []);
        prop_assert_eq!(search::vulnerability(&known, &[]).validate(), []);
    }

    /// A score is always one that the vulnerability has, of version 2 or 3, and its word is that of its band.
    #[test]
    fn scores_are_those_of_sources(known in hostile_vulnerability()) {
        let found = finding(&known, &[]);
        match found.score() {
            Some(value) => {
                let mut scores = known.cvss.iter().filter(|score| score.version != CvssVersion::V40);
                prop_assert!(scores.any(|score| number(score.tenths) == value));
            }
            None => prop_assert!(known.cvss.iter().all(|score| score.version == CvssVersion::V40)),
        }
    }
}

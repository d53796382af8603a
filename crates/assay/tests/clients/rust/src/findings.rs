//! Findings: pages, filters, sums, regions.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_inspector2::{
    Client,
    primitives::DateTime,
    types::{
        AggregationRequest, AggregationResponse, AggregationType, ExploitAvailable, FilterCriteria, Finding,
        FindingStatus, FixAvailable, PackageManager, ResourceType, Severity, SortCriteria, SortField,
        SortOrder, StringComparison, StringFilter, TitleAggregation,
    },
};

use crate::service::{ADMINISTRATOR, MEMBER, inspector, until};

pub fn equals(value: &str) -> StringFilter {
    let filter = StringFilter::builder().comparison(StringComparison::Equals);
    filter.value(value).build().unwrap()
}

async fn list(client: &Client, criteria: FilterCriteria) -> Vec<Finding> {
    let listed = client.list_findings().filter_criteria(criteria).max_results(100);
    listed.send().await.unwrap().findings.unwrap_or_default()
}

fn vulnerability(finding: &Finding) -> &str {
    finding
        .package_vulnerability_details()
        .unwrap()
        .vulnerability_id()
}

fn all() -> FilterCriteria {
    FilterCriteria::builder().build()
}

/// What the test pushed is assessed when there are as many findings as there have to be.
pub async fn are_assessed() {
    for (profile, region, count) in [
        ("administrator", "us-east-1", 10),
        ("member", "eu-west-1", 1),
        ("default", "us-east-1", 8),
    ] {
        let client = &inspector(profile, region);
        until("there are other findings", || async move {
            list(client, all()).await.len() == count
        })
        .await;
    }
}

pub async fn come_in_pages() {
    let client = inspector("administrator", "us-east-1");
    let order = SortCriteria::builder()
        .field(SortField::VulnerabilityId)
        .sort_order(SortOrder::Asc);
    let order = order.build().unwrap();
    let mut pages = client
        .list_findings()
        .sort_criteria(order)
        .into_paginator()
        .page_size(4)
        .send();
    let (mut sizes, mut flaws, mut arns) = (Vec::new(), Vec::new(), BTreeSet::new());
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        sizes.push(page.findings().len());
        for finding in page.findings() {
            flaws.push(vulnerability(finding).to_owned());
            arns.insert(finding.finding_arn().to_owned());
        }
    }
    assert_eq!((sizes, arns.len()), (vec![4, 4, 2], 10));
    assert!(flaws.is_sorted(), "{flaws:?}");
}

pub async fn are_whole() {
    let client = inspector("member", "us-east-1");
    let criteria = FilterCriteria::builder()
        .vulnerability_id(equals("CVE-2020-14343"))
        .resource_type(equals("AWS_EC2_INSTANCE"))
        .build();
    let found = list(&client, criteria).await;
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(finding.severity(), &Severity::Critical);
    assert_eq!(finding.status(), &FindingStatus::Active);
    assert_eq!(finding.fix_available(), Some(&FixAvailable::Yes));
    assert_eq!(finding.exploit_available(), Some(&ExploitAvailable::Yes));
    assert_eq!(finding.inspector_score(), Some(9.8));
    assert_eq!(finding.epss().unwrap().score(), 0.5);
    assert_eq!(finding.aws_account_id(), MEMBER);
    assert_eq!(finding.title(), Some("CVE-2020-14343 - pyyaml"));
    let exploited = finding.exploitability_details().unwrap().last_known_exploit_at();
    assert_eq!(exploited, Some(&DateTime::from_secs(1_735_776_000)));
    assert!(finding.first_observed_at() <= finding.last_observed_at());
    let [resource] = finding.resources() else {
        panic!("{finding:?}")
    };
    assert_eq!(resource.r#type(), &ResourceType::AwsEc2Instance);
    assert_eq!(resource.id(), "i-0000000000000000a");
    assert_eq!(resource.tags().unwrap()["team"], "member");
    let details = finding.package_vulnerability_details().unwrap();
    assert_eq!(details.source(), "NVD");
    assert_eq!(details.reference_urls(), ["https://example.org/yaml"]);
    assert_eq!(details.cvss()[0].base_score(), 9.8);
    let [package] = details.vulnerable_packages() else {
        panic!("{details:?}")
    };
    assert_eq!(package.package_manager(), Some(&PackageManager::Pythonpkg));
    assert_eq!(
        (package.name(), package.fixed_in_version()),
        ("pyyaml", Some("5.4"))
    );
}

pub async fn are_summed_up() {
    let client = inspector("administrator", "us-east-1");
    let sums = client
        .list_finding_aggregations()
        .aggregation_type(AggregationType::Account);
    let sums = sums.send().await.unwrap();
    let mut by_account = BTreeMap::new();
    for response in sums.responses() {
        let AggregationResponse::AccountAggregation(sum) = response else {
            panic!("{response:?}")
        };
        by_account.insert(sum.account_id().unwrap(), sum.severity_counts().unwrap().all());
    }
    assert_eq!(
        by_account,
        BTreeMap::from([(ADMINISTRATOR, Some(2)), (MEMBER, Some(8))])
    );
    // The request is a union, too.
    let titles = TitleAggregation::builder()
        .vulnerability_ids(equals("CVE-2020-14343"))
        .build();
    let sums = client
        .list_finding_aggregations()
        .aggregation_type(AggregationType::Title);
    let sums = sums.aggregation_request(AggregationRequest::TitleAggregation(titles));
    let sums = sums.send().await.unwrap();
    let [AggregationResponse::TitleAggregation(sum)] = sums.responses() else {
        panic!("{sums:?}")
    };
    assert_eq!(sum.title(), "CVE-2020-14343 - pyyaml");
    assert_eq!(sum.severity_counts().unwrap().critical(), Some(2));
}

pub async fn stay_in_their_region() {
    let found = list(&inspector("member", "eu-west-1"), all()).await;
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    let arn = finding.finding_arn();
    assert!(
        arn.starts_with("arn:aws:inspector2:eu-west-1:333333333333:finding/"),
        "{arn}"
    );
    assert_eq!(finding.resources()[0].region(), Some("eu-west-1"));
    let elsewhere = FilterCriteria::builder().finding_arn(equals(arn)).build();
    assert_eq!(list(&inspector("member", "us-east-1"), elsewhere).await, []);
}

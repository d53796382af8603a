//! What accounts have and set: coverage, filters, configuration, members; and faults.

use std::collections::BTreeMap;

use aws_sdk_inspector2::{
    Client,
    types::{
        Ec2Configuration, Ec2ScanMode, FilterAction, FilterCriteria, FindingStatus, GroupKey,
        RelationshipStatus, ResourceScanType, Status, ValidationExceptionReason,
    },
};

use crate::{
    findings::equals,
    service::{ADMINISTRATOR, ALONE, MEMBER, NEWCOMER, inspector, refused},
};

pub async fn coverage_is_counted() {
    let client = inspector("administrator", "us-east-1");
    let mut listed = BTreeMap::new();
    let mut pages = client
        .list_coverage()
        .into_paginator()
        .page_size(1)
        .items()
        .send();
    while let Some(resource) = pages.next().await {
        *listed
            .entry(resource.unwrap().resource_type().to_string())
            .or_insert(0) += 1;
    }
    let told = client
        .list_coverage_statistics()
        .group_by(GroupKey::ResourceType)
        .send()
        .await
        .unwrap();
    let counts = told.counts_by_group().iter();
    let counted: BTreeMap<String, i64> = counts
        .map(|group| (group.group_key().unwrap().to_string(), group.count()))
        .collect();
    assert_eq!(counted, listed);
    assert_eq!(told.total_counts(), 4);
    assert_eq!(counted["AWS_EC2_INSTANCE"], 2);
}

pub async fn filters_come_and_go() {
    let client = inspector("default", "us-east-1");
    let criteria = FilterCriteria::builder().severity(equals("UNTRIAGED")).build();
    let made = client
        .create_filter()
        .name("untriaged")
        .action(FilterAction::Suppress)
        .reason("nobody scored it")
        .filter_criteria(criteria.clone());
    let arn = made.send().await.unwrap().arn;
    let mut pages = client.list_filters().arns(&arn).into_paginator().items().send();
    let filter = pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.is_none());
    assert_eq!(
        (filter.arn(), filter.name(), filter.owner_id()),
        (arn.as_str(), "untriaged", ALONE)
    );
    assert_eq!(filter.action(), &FilterAction::Suppress);
    assert_eq!(filter.reason(), Some("nobody scored it"));
    assert_eq!(filter.criteria(), Some(&criteria));
    assert_eq!(statuses(&client, &criteria).await, [FindingStatus::Suppressed]);
    client.delete_filter().arn(&arn).send().await.unwrap();
    assert_eq!(statuses(&client, &criteria).await, [FindingStatus::Active]);
    let gone = refused(client.delete_filter().arn(&arn).send().await);
    assert!(gone.is_resource_not_found_exception(), "{gone:?}");
}

async fn statuses(client: &Client, criteria: &FilterCriteria) -> Vec<FindingStatus> {
    let listed = client.list_findings().filter_criteria(criteria.clone());
    let listed = listed.send().await.unwrap();
    let statuses = listed.findings().iter().map(|finding| finding.status().clone());
    statuses.collect()
}

pub async fn configuration_is_the_administrators() {
    let hybrid = || {
        Ec2Configuration::builder()
            .scan_mode(Ec2ScanMode::Ec2Hybrid)
            .build()
            .unwrap()
    };
    let (administrator, member, alone) = (
        inspector("administrator", "us-east-1"),
        inspector("member", "us-east-1"),
        inspector("default", "us-east-1"),
    );
    let denied = refused(
        member
            .update_configuration()
            .ec2_configuration(hybrid())
            .send()
            .await,
    );
    assert!(denied.is_access_denied_exception(), "{denied:?}");
    assert_eq!(mode(&member).await, Ec2ScanMode::Ec2SsmAgentBased);
    for client in [&administrator, &alone] {
        client
            .update_configuration()
            .ec2_configuration(hybrid())
            .send()
            .await
            .unwrap();
    }
    for client in [&administrator, &member, &alone] {
        assert_eq!(mode(client).await, Ec2ScanMode::Ec2Hybrid);
    }
}

async fn mode(client: &Client) -> Ec2ScanMode {
    let told = client.get_configuration().send().await.unwrap();
    let state = told.ec2_configuration().unwrap().scan_mode_state().unwrap();
    state.scan_mode().unwrap().clone()
}

pub async fn members_come_and_go() {
    let client = inspector("administrator", "us-east-1");
    let own = client.get_delegated_admin_account().send().await.unwrap();
    let own = own.delegated_admin().unwrap();
    assert_eq!(own.account_id(), Some(ADMINISTRATOR));
    assert_eq!(own.relationship_status(), Some(&RelationshipStatus::Enabled));
    client
        .associate_member()
        .account_id(NEWCOMER)
        .send()
        .await
        .unwrap();
    let mut pages = client
        .list_members()
        .only_associated(true)
        .into_paginator()
        .page_size(1)
        .items()
        .send();
    let mut members = Vec::new();
    while let Some(member) = pages.next().await {
        let member = member.unwrap();
        assert_eq!(member.delegated_admin_account_id(), Some(ADMINISTRATOR));
        members.push(member.account_id().unwrap().to_owned());
    }
    assert_eq!(members, [MEMBER, NEWCOMER]);
    let enabled = client
        .enable()
        .account_ids(NEWCOMER)
        .resource_types(ResourceScanType::Ecr);
    let enabled = enabled.send().await.unwrap();
    assert!(enabled.failed_accounts().is_empty(), "{enabled:?}");
    let [account] = enabled.accounts() else {
        panic!("{enabled:?}")
    };
    assert_eq!(
        (account.account_id(), account.status()),
        (NEWCOMER, &Status::Enabled)
    );
    assert_eq!(account.resource_status().unwrap().ecr(), &Status::Enabled);
    client
        .disassociate_member()
        .account_id(NEWCOMER)
        .send()
        .await
        .unwrap();
    let told = client.get_member().account_id(NEWCOMER).send().await.unwrap();
    assert_eq!(
        told.member().unwrap().relationship_status(),
        Some(&RelationshipStatus::Removed)
    );
}

pub async fn faults_have_types() {
    let client = inspector("default", "us-east-1");
    let odd = refused(client.list_findings().max_results(101).send().await);
    let aws_sdk_inspector2::operation::list_findings::ListFindingsError::ValidationException(odd) = odd
    else {
        panic!("{odd:?}")
    };
    assert_eq!(odd.reason(), &ValidationExceptionReason::FieldValidationFailed);
    let [field] = odd.fields() else { panic!("{odd:?}") };
    assert_eq!(field.name(), "maxResults");
    let management = inspector("management", "us-east-1");
    let other = management
        .enable_delegated_admin_account()
        .delegated_admin_account_id(NEWCOMER);
    let taken = refused(other.send().await);
    assert!(taken.is_conflict_exception(), "{taken:?}");
    let alone = refused(client.get_delegated_admin_account().send().await);
    assert!(alone.is_resource_not_found_exception(), "{alone:?}");
}

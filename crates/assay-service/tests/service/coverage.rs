//! What is covered: every resource with a reason, and counts that agree with lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    bench::{ADMINISTRATOR, Bench, MEMBER, ORGANIZATION, OWN, REGION, both, boto3},
    promises::{HOST, ask, fill, texts},
};

macro_rules! ask {
    ($bench:expr, $user:expr, $operation:literal, $arguments:tt) => {
        match ask(&$bench, $user, $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

const FLASK: &str = "pkg:pypi/flask@2.0.0";

// F33: every resource is scanned or is not, with a reason; statistics agree.
both!(coverage_has_reasons, |bench| {
    fill(&bench).await;
    bench
        .unscanned(OWN, "i-0aaaaaaaaaaaaaaaa", "UNMANAGED_EC2_INSTANCE")
        .await;
    bench
        .unscanned(OWN, "i-0bbbbbbbbbbbbbbbb", "EXCLUDED_BY_TAG")
        .await;
    let mut call = bench.call("aud", "list_coverage", json!({"maxResults": 1}));
    call["paginate"] = json!("coveredResources");
    let Some(mut outcome) = boto3(&bench, &call) else {
        return;
    };
    let pages = outcome["answer"].take();
    let pages = pages.as_array().unwrap();
    assert_eq!(pages.len(), 3);
    let covered: Vec<Value> = pages.iter().map(|page| page[0].clone()).collect();
    let covered = Value::from(covered);
    assert_eq!(
        texts(&covered, "/scanStatus/reason"),
        ["SUCCESSFUL", "UNMANAGED_EC2_INSTANCE", "EXCLUDED_BY_TAG"]
    );
    assert_eq!(covered[0]["scanMode"], "EC2_INSPECTOR_AGENT_BASED");
    assert_eq!(covered[0]["resourceMetadata"]["ec2"]["platform"], "LINUX");
    assert!(covered[0]["lastScannedAt"].is_string());
    let inactive = ask!(bench, "ada", "list_coverage", {"filterCriteria": {"scanStatusCode": [
        {"comparison": "EQUALS", "value": "INACTIVE"}]}})
    .unwrap();
    assert_eq!(inactive["coveredResources"].as_array().unwrap().len(), 2);
    let counted = ask!(bench, "ada", "list_coverage_statistics", {"groupBy": "SCAN_STATUS_REASON"}).unwrap();
    assert_eq!(counted["totalCounts"], 3);
    assert_eq!(
        texts(&counted["countsByGroup"], "/groupKey"),
        ["EXCLUDED_BY_TAG", "SUCCESSFUL", "UNMANAGED_EC2_INSTANCE"]
    );
    // Tags of hosts are not those of images, though all are kept alike.
    bench.image(OWN, ("web", "1", "a"), &[FLASK]).await;
    let tag = json!([{"comparison": "EQUALS", "key": "team", "value": "red"}]);
    for (field, expected) in [("ec2InstanceTags", &[HOST][..]), ("lambdaFunctionTags", &[])] {
        let tagged = ask!(bench, "ada", "list_coverage", {"filterCriteria": {field: tag}}).unwrap();
        assert_eq!(
            texts(&tagged["coveredResources"], "/resourceId"),
            expected,
            "{field}"
        );
    }
    bench.stop().await;
});

/// Groups of coverage with their counts, as statistics tell; `None` without boto3.
fn counted(bench: &Bench, user: &str, group: &str) -> Option<BTreeMap<String, u64>> {
    let mut counted = BTreeMap::new();
    let mut token = Value::Null;
    loop {
        let mut arguments = json!({"groupBy": group});
        if !token.is_null() {
            arguments["nextToken"] = token;
        }
        let told = ask(bench, user, "list_coverage_statistics", arguments)?.unwrap();
        for group in told["countsByGroup"].as_array().into_iter().flatten() {
            let name = group["groupKey"].as_str().unwrap().to_owned();
            counted.insert(name, group["count"].as_u64().unwrap());
        }
        token = told["nextToken"].clone();
        if token.is_null() {
            return Some(counted);
        }
    }
}

/// The same, counted from the list of resources.
fn listed(bench: &Bench, user: &str, pointer: &str) -> Option<BTreeMap<String, u64>> {
    let told = ask(bench, user, "list_coverage", json!({}))?.unwrap();
    let mut counted = BTreeMap::new();
    for value in texts(&told["coveredResources"], pointer) {
        *counted.entry(value.to_owned()).or_default() += 1;
    }
    Some(counted)
}

// F6: statistics are those of the list, for every kind of group, and move with what is pushed.
both!(statistics_equal_lists, |bench| {
    for account in [MEMBER, ADMINISTRATOR] {
        let scope = bench.database.scope(account, REGION).await.unwrap();
        let types = ["EC2", "ECR", "LAMBDA"];
        bench.database.enable(scope, &types, 0).await.unwrap();
    }
    bench.host(MEMBER, HOST, &[FLASK]).await;
    bench.image(MEMBER, ("shop", "1", "1"), &[FLASK]).await;
    bench.image(ADMINISTRATOR, ("web", "1", "2"), &[FLASK]).await;
    let groups = [
        ("RESOURCE_TYPE", "/resourceType"),
        ("ACCOUNT_ID", "/accountId"),
        ("PROVIDER_ACCOUNT_ID", "/providerAccountId"),
        ("PROVIDER_ORG_ID", "/providerOrgId"),
        ("PROVIDER_REGION", "/providerRegion"),
        ("PROVIDER", "/provider"),
        ("SCAN_STATUS_CODE", "/scanStatus/statusCode"),
        ("SCAN_STATUS_REASON", "/scanStatus/reason"),
    ];
    let agree = |user: &str| -> Option<()> {
        for (group, pointer) in groups {
            let (counted, listed) = (counted(&bench, user, group)?, listed(&bench, user, pointer)?);
            assert_eq!(counted, listed, "{group} of {user}");
        }
        Some(())
    };
    if agree("dora").is_none() {
        return;
    }
    let of = |names: &[(&str, u64)]| -> BTreeMap<String, u64> {
        names
            .iter()
            .map(|(name, number)| ((*name).to_owned(), *number))
            .collect()
    };
    let kinds = counted(&bench, "dora", "RESOURCE_TYPE").unwrap();
    assert_eq!(
        kinds,
        of(&[("AWS_EC2_INSTANCE", 1), ("AWS_ECR_CONTAINER_IMAGE", 2)])
    );
    let repositories = counted(&bench, "dora", "ECR_REPOSITORY_NAME").unwrap();
    assert_eq!(repositories, of(&[("shop", 1), ("web", 1)]));
    assert_eq!(
        counted(&bench, "dora", "PROVIDER_ORG_ID").unwrap(),
        of(&[(ORGANIZATION, 3)])
    );

    bench.host(MEMBER, "i-0feedc0de00000002", &[FLASK]).await;
    bench
        .unscanned(MEMBER, "i-0feedc0de00000003", "UNMANAGED_EC2_INSTANCE")
        .await;
    agree("dora").unwrap();
    agree("mia").unwrap();
    let kinds = counted(&bench, "dora", "RESOURCE_TYPE").unwrap();
    assert_eq!(
        kinds,
        of(&[("AWS_EC2_INSTANCE", 3), ("AWS_ECR_CONTAINER_IMAGE", 2)])
    );
    let members = counted(&bench, "mia", "RESOURCE_TYPE").unwrap();
    assert_eq!(
        members,
        of(&[("AWS_EC2_INSTANCE", 3), ("AWS_ECR_CONTAINER_IMAGE", 1)])
    );

    let of_organization = |organization: &str| json!({"filterCriteria": {"cloudProviderOrgId": [{"comparison": "EQUALS", "value": organization}]}});
    let resources = |user: &str, organization: &str| {
        let told = ask(&bench, user, "list_coverage", of_organization(organization))?.unwrap();
        Some(told["coveredResources"].as_array().unwrap().len())
    };
    assert_eq!(resources("dora", ORGANIZATION), Some(5));
    assert_eq!(resources("dora", "o-another000"), Some(0));
    bench.host(OWN, "i-0feedc0de00000004", &[FLASK]).await;
    assert_eq!(resources("ada", ORGANIZATION), Some(0));
    assert_eq!(
        counted(&bench, "ada", "PROVIDER_ORG_ID").unwrap(),
        BTreeMap::new()
    );
    let findings = |organization| {
        let told = ask(&bench, "dora", "list_findings", of_organization(organization))?.unwrap();
        Some(told["findings"].as_array().unwrap().len())
    };
    assert_ne!(findings(ORGANIZATION), Some(0));
    assert_eq!(findings("o-another000"), Some(0));
});

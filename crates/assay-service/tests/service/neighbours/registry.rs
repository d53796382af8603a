//! Images and repositories as their registry tells of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{FLASK, JINJA, ask, is_fault, turn_on};
use crate::{
    bench::{Bench, MEMBER, OWN, REGION, both},
    promises::texts,
};

// F12: what the registry tells of an image is what Inspector's API lists.
both!(findings_of_images_are_told_by_the_registry, |bench| {
    turn_on(&bench, MEMBER).await;
    let name = bench
        .image(MEMBER, ("shop/web", "1.0", "a"), &[FLASK, JINJA])
        .await;
    let digest = name.rsplit('/').next().unwrap();
    let by_tag = json!({"repositoryName": "shop/web", "imageId": {"imageTag": "1.0"}});
    let Some(told) = ask(
        &bench,
        ("mia", "ecr"),
        "describe_image_scan_findings",
        by_tag.clone(),
    ) else {
        return;
    };
    let told = told.unwrap();
    assert_eq!(told["imageId"]["imageDigest"], digest);
    assert_eq!(told["imageScanStatus"]["status"], "ACTIVE");
    let found = &told["imageScanFindings"];
    assert_eq!(found["findingSeverityCounts"], json!({"HIGH": 1, "UNTRIAGED": 1}));
    let listed = ask!(bench, "mia", "inspector2", "list_findings", {}).unwrap();
    let (of_registry, of_inspector) = (&found["enhancedFindings"], &listed["findings"]);
    for (pointer, same) in [
        ("/findingArn", "/findingArn"),
        ("/awsAccountId", "/awsAccountId"),
        ("/title", "/title"),
        ("/description", "/description"),
        ("/severity", "/severity"),
        ("/status", "/status"),
        ("/type", "/type"),
        ("/fixAvailable", "/fixAvailable"),
        ("/firstObservedAt", "/firstObservedAt"),
        ("/lastObservedAt", "/lastObservedAt"),
        ("/score", "/inspectorScore"),
        (
            "/scoreDetails/cvss/score",
            "/inspectorScoreDetails/adjustedCvss/score",
        ),
        (
            "/remediation/recommendation/text",
            "/remediation/recommendation/text",
        ),
        ("/resources/0/id", "/resources/0/id"),
        (
            "/resources/0/details/awsEcrContainerImage/imageHash",
            "/resources/0/details/awsEcrContainerImage/imageHash",
        ),
        (
            "/packageVulnerabilityDetails/vulnerabilityId",
            "/packageVulnerabilityDetails/vulnerabilityId",
        ),
        (
            "/packageVulnerabilityDetails/cvss",
            "/packageVulnerabilityDetails/cvss",
        ),
        (
            "/packageVulnerabilityDetails/vulnerablePackages/0/fixedInVersion",
            "/packageVulnerabilityDetails/vulnerablePackages/0/fixedInVersion",
        ),
    ] {
        for (one, other) in of_registry
            .as_array()
            .unwrap()
            .iter()
            .zip(of_inspector.as_array().unwrap())
        {
            assert_eq!(one.pointer(pointer), other.pointer(same), "{pointer}");
        }
    }
    assert_eq!(of_registry.as_array().unwrap().len(), 2);
    // Pages.
    let first = ask!(bench, "mia", "ecr", "describe_image_scan_findings",
        {"repositoryName": "shop/web", "imageId": {"imageDigest": digest}, "maxResults": 1})
    .unwrap();
    let second = ask!(bench, "mia", "ecr", "describe_image_scan_findings",
        {"repositoryName": "shop/web", "imageId": {"imageDigest": digest}, "maxResults": 1,
            "nextToken": (first["nextToken"])})
    .unwrap();
    let arns =
        [&first, &second].map(|page| page["imageScanFindings"]["enhancedFindings"][0]["findingArn"].clone());
    assert_eq!(json!(arns), json!(texts(of_inspector, "/findingArn")));
    assert_eq!(second.get("nextToken"), None);

    // The administrator asks for the member's registry; nobody else does.
    let mut foreign = by_tag.clone();
    foreign["registryId"] = MEMBER.into();
    let seen = ask(
        &bench,
        ("dora", "ecr"),
        "describe_image_scan_findings",
        foreign.clone(),
    )
    .unwrap();
    assert_eq!(seen.unwrap()["registryId"], MEMBER);
    for user in ["oda", "ada", "moe"] {
        let refused = ask(
            &bench,
            (user, "ecr"),
            "describe_image_scan_findings",
            foreign.clone(),
        )
        .unwrap();
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
        let unknown = ask(
            &bench,
            (user, "ecr"),
            "describe_image_scan_findings",
            by_tag.clone(),
        )
        .unwrap();
        assert!(
            is_fault(&unknown, "RepositoryNotFoundException"),
            "{user}: {unknown:?}"
        );
    }
    let agent = ask(&bench, ("bot", "ecr"), "describe_image_scan_findings", by_tag).unwrap();
    assert!(is_fault(&agent, "AccessDenied"), "{agent:?}");
    let unknown = ask!(bench, "mia", "ecr", "describe_image_scan_findings",
        {"repositoryName": "shop/web", "imageId": {"imageTag": "2.0"}});
    assert!(is_fault(&unknown, "ImageNotFoundException"), "{unknown:?}");
    let odd = ask!(bench, "mia", "ecr", "describe_image_scan_findings", {"repositoryName": "shop/web", "imageId": {}});
    assert!(is_fault(&odd, "InvalidParameterException"), "{odd:?}");
    let odd = ask!(bench, "mia", "ecr", "describe_image_scan_findings", {"repositoryName": 7});
    assert!(is_fault(&odd, "InvalidParameterException"), "{odd:?}");
    let none = ask!(bench, "mia", "ecr", "list_images", {"repositoryName": "shop/web"});
    assert!(is_fault(&none, "UnknownOperationException"), "{none:?}");

    let repositories = ask!(bench, "mia", "ecr", "describe_repositories", {}).unwrap();
    assert_eq!(
        texts(&repositories["repositories"], "/repositoryName"),
        ["shop/web"]
    );
    assert_eq!(
        repositories["repositories"][0]["imageScanningConfiguration"],
        json!({"scanOnPush": true})
    );
    let images = ask!(bench, "mia", "ecr", "describe_images", {"repositoryName": "shop/web"}).unwrap();
    assert_eq!(texts(&images["imageDetails"], "/imageDigest"), [digest]);
    assert_eq!(images["imageDetails"][0]["imageTags"], json!(["1.0"]));
    bench.stop().await;
});

/// The open findings of each repository by vulnerability, as Inspector's API lists them.
fn found(bench: &Bench) -> BTreeMap<String, Vec<String>> {
    let open = json!({"filterCriteria": {"findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]}});
    let listed = ask(bench, ("ada", "inspector2"), "list_findings", open)
        .unwrap()
        .unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in listed["findings"].as_array().unwrap() {
        let image = &finding["resources"][0]["details"]["awsEcrContainerImage"];
        let vulnerability = finding["packageVulnerabilityDetails"]["vulnerabilityId"]
            .as_str()
            .unwrap();
        let repository = image["repositoryName"].as_str().unwrap().to_owned();
        found
            .entry(repository)
            .or_default()
            .push(vulnerability.to_owned());
    }
    found.values_mut().for_each(|all| all.sort());
    found
}

/// Status and reason of the coverage of each image's repository.
fn covered(bench: &Bench) -> BTreeMap<String, String> {
    let listed = ask(bench, ("ada", "inspector2"), "list_coverage", json!({}))
        .unwrap()
        .unwrap();
    let resources = listed["coveredResources"].as_array().unwrap().iter();
    resources
        .map(|resource| {
            let repository = resource["resourceMetadata"]["ecrRepository"]["name"]
                .as_str()
                .unwrap();
            let status = &resource["scanStatus"];
            let told = [&status["statusCode"], &status["reason"]].map(|word| word.as_str().unwrap());
            (repository.to_owned(), told.join(" "))
        })
        .collect()
}

// F31, F18: rules with wildcards choose which repositories are scanned, and which of them continually.
both!(rules_choose_repositories, |bench| {
    turn_on(&bench, OWN).await;
    let Some(first) = ask(
        &bench,
        ("aud", "ecr"),
        "get_registry_scanning_configuration",
        json!({}),
    ) else {
        return;
    };
    let all = json!([{"filter": "*", "filterType": "WILDCARD"}]);
    assert_eq!(
        first.unwrap()["scanningConfiguration"],
        json!({"scanType": "ENHANCED", "rules": [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": all}]})
    );
    for (repository, digit) in [("prod/web", "a"), ("test/web", "b"), ("misc", "c")] {
        bench.image(OWN, (repository, "1", digit), &[FLASK]).await;
    }
    let one = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let flask = one(&["CVE-2024-1000"]);
    assert_eq!(
        found(&bench).into_values().collect::<Vec<_>>(),
        [flask.clone(), flask.clone(), flask.clone()]
    );

    let rules = json!([
        {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "prod*", "filterType": "WILDCARD"}]},
        {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "test/*", "filterType": "WILDCARD"}]},
    ]);
    let refused = ask!(bench, "aud", "ecr", "put_registry_scanning_configuration", {"scanType": "ENHANCED", "rules": rules});
    assert!(is_fault(&refused, "AccessDenied"), "{refused:?}");
    let put = ask!(bench, "ada", "ecr", "put_registry_scanning_configuration", {"scanType": "ENHANCED", "rules": rules});
    assert_eq!(put.unwrap()["registryScanningConfiguration"]["rules"], rules);
    bench.work().await;
    let told = covered(&bench);
    assert_eq!(told["prod/web"], "ACTIVE SUCCESSFUL");
    assert_eq!(told["test/web"], "INACTIVE SCAN_FREQUENCY_SCAN_ON_PUSH");
    assert_eq!(told["misc"], "INACTIVE SCAN_FREQUENCY_MANUAL");
    let open = found(&bench);
    assert_eq!(
        (open.get("prod/web"), open.get("test/web"), open.get("misc")),
        (Some(&flask), Some(&flask), None)
    );
    let gone = ask!(bench, "ada", "ecr", "describe_image_scan_findings",
        {"repositoryName": "misc", "imageId": {"imageTag": "1"}});
    assert!(is_fault(&gone, "ScanNotFoundException"), "{gone:?}");

    // What is learned reaches the continual one alone; what is pushed later is scanned once.
    bench.learn(&[("GHSA-xxxx-yyyy-zzzz", "flask")]).await;
    let both = one(&["CVE-2024-1000", "GHSA-xxxx-yyyy-zzzz"]);
    let open = found(&bench);
    assert_eq!(
        (open.get("prod/web"), open.get("test/web"), open.get("misc")),
        (Some(&both), Some(&flask), None)
    );
    bench.image(OWN, ("test/new", "1", "d"), &[FLASK]).await;
    bench.image(OWN, ("new", "1", "e"), &[FLASK]).await;
    let open = found(&bench);
    assert_eq!((open.get("test/new"), open.get("new")), (Some(&both), None));
    let told = covered(&bench);
    assert_eq!(told["test/new"], "INACTIVE SCAN_FREQUENCY_SCAN_ON_PUSH");
    assert_eq!(told["new"], "INACTIVE SCAN_FREQUENCY_MANUAL");

    // Turning the type of scan off and on again changes nothing of that.
    for operation in ["disable", "enable"] {
        ask(
            &bench,
            ("ada", "inspector2"),
            operation,
            json!({"resourceTypes": ["ECR"]}),
        )
        .unwrap()
        .unwrap();
        bench.work().await;
    }
    let told = covered(&bench);
    assert_eq!(told["misc"], "INACTIVE SCAN_FREQUENCY_MANUAL");
    assert_eq!(told["prod/web"], "ACTIVE SUCCESSFUL");
    assert_eq!(found(&bench).get("misc"), None);

    // All of it continually again.
    let rules = json!([{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": all}]);
    ask!(bench, "ada", "ecr", "put_registry_scanning_configuration", {"scanType": "ENHANCED", "rules": rules}).unwrap();
    bench.work().await;
    assert!(
        covered(&bench).values().all(|told| told == "ACTIVE SUCCESSFUL"),
        "{:?}",
        covered(&bench)
    );
    assert!(
        found(&bench).values().all(|all| *all == both),
        "{:?}",
        found(&bench)
    );
    for (odd, told) in [
        (
            json!({"rules": [{"scanFrequency": "MANUAL", "repositoryFilters": all}]}),
            "MANUAL out",
        ),
        (json!({"scanType": "BASIC"}), "needs the scanType ENHANCED"),
        (
            json!({"rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": []}]}),
            "1 to 100",
        ),
        (json!({"scanType": "NONE"}), "not what the operation takes"),
    ] {
        let refused = ask(&bench, ("ada", "ecr"), "put_registry_scanning_configuration", odd).unwrap();
        assert!(is_fault(&refused, "InvalidParameterException"), "{refused:?}");
        assert!(refused.unwrap_err().contains(told), "{told}");
    }
    bench.stop().await;
});

// F32: whether a repository is scanned is told alike by the registry and by Inspector's coverage.
both!(repositories_are_told_alike, |bench| {
    turn_on(&bench, OWN).await;
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    for (name, digit) in [("prod/web", "a"), ("test/web", "b"), ("misc", "c")] {
        bench.image(OWN, (name, "1", digit), &[FLASK]).await;
        let repository = assay_store::NewResource {
            scope,
            kind: "AWS_ECR_REPOSITORY".into(),
            name: format!("arn:aws:ecr:{REGION}:{OWN}:repository/{name}"),
            state: "ACTIVE".into(),
            description: "{}".into(),
            attributes: Vec::new(),
            ecr_pushed_at: 0,
            ecr_pulled_at: 0,
            ecr_repository: name.into(),
            ecr_registry: OWN.into(),
            scan_mode: String::new(),
            coverage: ("ACTIVE".into(), "SUCCESSFUL".into()),
            diagnostics: "[]".into(),
        };
        bench.database.push(&repository, None, 0).await.unwrap();
    }
    let rules = json!([
        {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "prod*", "filterType": "WILDCARD"}]},
        {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "test", "filterType": "WILDCARD"}]},
    ]);
    ask!(bench, "ada", "ecr", "put_registry_scanning_configuration", {"scanType": "ENHANCED", "rules": rules}).unwrap();
    let told = ask!(bench, "aud", "ecr", "batch_get_repository_scanning_configuration",
        {"repositoryNames": ["prod/web", "test/web", "misc", "none"]})
    .unwrap();
    assert_eq!(texts(&told["failures"], "/failureCode"), ["REPOSITORY_NOT_FOUND"]);
    let of_registry: BTreeMap<&str, &Value> = told["scanningConfigurations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["repositoryArn"].as_str().unwrap(), &one["scanFrequency"]))
        .collect();
    let listed = ask!(bench, "aud", "inspector2", "list_coverage", {"filterCriteria": {"resourceType": [
        {"comparison": "EQUALS", "value": "AWS_ECR_REPOSITORY"}]}})
    .unwrap();
    let of_inspector: BTreeMap<&str, &Value> = listed["coveredResources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let metadata = &one["resourceMetadata"]["ecrRepository"];
            (one["resourceId"].as_str().unwrap(), &metadata["scanFrequency"])
        })
        .collect();
    assert_eq!(of_registry, of_inspector);
    assert_eq!(of_registry.len(), 3);
    let reasons = texts(&listed["coveredResources"], "/scanStatus/reason");
    assert_eq!(
        reasons,
        [
            "SUCCESSFUL",
            "SCAN_FREQUENCY_SCAN_ON_PUSH",
            "SCAN_FREQUENCY_MANUAL"
        ]
    );
    bench.stop().await;
});

//! Findings counted by what they have in common, through a stock boto3.

use serde_json::{Value, json};

use crate::{
    bench::{ADMINISTRATOR, Bench, MEMBER, OWN, REGION, both},
    promises::ask,
};

const FLASK: &str = "pkg:pypi/flask@2.0.0";
const JINJA: &str = "pkg:pypi/jinja2@2.1.0";
const OPENSSL: &str = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12";
const IMAGE: &str = "arn:aws:ecr:eu-west-1:111122223333:repository/web/sha256:0101010101010101010101010101010101010101010101010101010101010101";
const DIGEST: &str = "sha256:0101010101010101010101010101010101010101010101010101010101010101";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:pay:$LATEST";

async fn fill(bench: &Bench) {
    for account in [OWN, ADMINISTRATOR, MEMBER] {
        let scope = bench.database.scope(account, REGION).await.unwrap();
        bench
            .database
            .enable(scope, &["EC2", "ECR", "LAMBDA"], 0)
            .await
            .unwrap();
    }
    bench.host(OWN, "i-1", &[FLASK, JINJA, OPENSSL]).await;
    bench.host(OWN, "i-2", &[FLASK]).await;
    bench.host(MEMBER, "i-3", &[FLASK]).await;
    let image = json!({"awsEcrContainerImage": {"repositoryName": "web", "imageHash": DIGEST,
        "registry": OWN, "imageTags": ["v1"], "architecture": "amd64", "inUseCount": 3}});
    let attributes = [
        ("ecr_image_repository_name", "web"),
        ("ecr_image_hash", DIGEST),
        ("ecr_image_tags", "v1"),
        ("ecr_image_architecture", "amd64"),
        ("ecr_image_in_use_count", "3"),
    ];
    let packages = [(FLASK, "sha256:aa"), (OPENSSL, "sha256:bb")];
    bench
        .take(
            OWN,
            ("AWS_ECR_CONTAINER_IMAGE", IMAGE),
            &image,
            &attributes,
            &packages,
        )
        .await;
    let function = json!({"awsLambdaFunction": {"functionName": "pay", "version": "$LATEST",
        "codeSha256": "x", "runtime": "PYTHON_3_12", "executionRoleArn": "arn:aws:iam::111122223333:role/pay"}});
    let attributes = [
        ("lambda_function_name", "pay"),
        ("lambda_function_runtime", "PYTHON_3_12"),
    ];
    let layer = "arn:aws:lambda:eu-west-1:111122223333:layer:base:1";
    bench
        .take(
            OWN,
            ("AWS_LAMBDA_FUNCTION", FUNCTION),
            &function,
            &attributes,
            &[(FLASK, layer)],
        )
        .await;
    let repository = json!({"codeRepository": {"projectName": "shop", "providerType": "GITHUB"}});
    let attributes = [
        ("code_repository_project_name", "shop"),
        ("code_repository_provider_type", "GITHUB"),
    ];
    bench
        .take(
            OWN,
            ("CODE_REPOSITORY", "shop"),
            &repository,
            &attributes,
            &[(FLASK, "")],
        )
        .await;
}

/// Each group as its members that are asked for, then all, high and untriaged findings.
fn told(answer: &Value, member: &str, names: &[&str]) -> Vec<String> {
    let groups = answer["responses"].as_array().unwrap().iter();
    groups
        .map(|group| {
            let group = &group[member];
            let counts = &group["severityCounts"];
            let named = names.iter().map(|name| match &group[*name] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            let counted = ["all", "high", "untriaged"].map(|name| counts[name].to_string());
            named.chain(counted).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

// All fifteen types count the same findings, each its own way.
both!(every_type_counts, |bench| {
    fill(&bench).await;
    for (kind, member, names, expected) in [
        (
            "ACCOUNT",
            "accountAggregation",
            vec!["accountId", "exploitAvailableCount", "fixAvailableCount"],
            vec!["111122223333 5 6 8 5 3"],
        ),
        (
            "FINDING_TYPE",
            "findingTypeAggregation",
            vec!["accountId", "exploitAvailableCount", "fixAvailableCount"],
            vec!["111122223333 5 6 8 5 3"],
        ),
        (
            "TITLE",
            "titleAggregation",
            vec!["vulnerabilityId"],
            vec![
                "CVE-2024-1000 5 5 0",
                "GHSA-dddd-eeee-ffff 1 0 1",
                "CVE-2024-2000 2 0 2",
            ],
        ),
        (
            "PACKAGE",
            "packageAggregation",
            vec!["packageName"],
            vec!["flask 5 5 0", "openssl 2 0 2", "jinja2 1 0 1"],
        ),
        (
            "REPOSITORY",
            "repositoryAggregation",
            vec!["repository", "affectedImages"],
            vec!["web 1 2 1 1"],
        ),
        (
            "AMI",
            "amiAggregation",
            vec!["ami", "affectedInstances", "scanSource"],
            vec!["ami-0123456789abcdef0 2 INSTANCE_SCAN 4 2 2"],
        ),
        (
            "IMAGE_LAYER",
            "imageLayerAggregation",
            vec!["repository", "layerHash"],
            vec!["web sha256:aa 1 1 0", "web sha256:bb 1 0 1"],
        ),
        (
            "LAMBDA_LAYER",
            "lambdaLayerAggregation",
            vec!["functionName", "layerArn"],
            vec!["pay arn:aws:lambda:eu-west-1:111122223333:layer:base:1 1 1 0"],
        ),
        (
            "AWS_EC2_INSTANCE",
            "ec2InstanceAggregation",
            vec!["instanceId", "operatingSystem", "ami", "networkFindings"],
            vec![
                "i-2 DEBIAN_12 ami-0123456789abcdef0 0 1 1 0",
                "i-1 DEBIAN_12 ami-0123456789abcdef0 0 3 1 2",
            ],
        ),
        (
            "AWS_ECR_CONTAINER",
            "awsEcrContainerAggregation",
            vec!["repository", "architecture", "inUseCount"],
            vec!["web amd64 3 2 1 1"],
        ),
        (
            "AWS_LAMBDA_FUNCTION",
            "lambdaFunctionAggregation",
            vec!["functionName", "runtime"],
            vec!["pay PYTHON_3_12 1 1 0"],
        ),
        (
            "CODE_REPOSITORY",
            "codeRepositoryAggregation",
            vec![
                "projectNames",
                "providerType",
                "exploitAvailableActiveFindingsCount",
            ],
            vec!["shop GITHUB 1 1 1 0"],
        ),
        (
            "VM_INSTANCE",
            "vmInstanceAggregation",
            vec!["resourceId", "cloudProvider", "fixAvailableActiveFindingsCount"],
            vec!["i-2 AWS 1 1 1 0", "i-1 AWS 2 3 1 2"],
        ),
        (
            "CONTAINER_IMAGE",
            "containerImageAggregation",
            vec!["registry", "repository"],
            vec!["111122223333 web 2 1 1"],
        ),
        (
            "SERVERLESS_FUNCTION",
            "serverlessFunctionAggregation",
            vec!["functionName", "cloudRegion"],
            vec!["pay eu-west-1 1 1 0"],
        ),
    ] {
        let arguments = json!({"aggregationType": kind});
        let Some(answer) = ask(&bench, "aud", "list_finding_aggregations", arguments) else {
            return;
        };
        let answer = answer.unwrap();
        let mut groups = told(&answer, member, &names);
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        groups.sort();
        expected.sort();
        assert_eq!(groups, expected, "{kind}: {answer}");
        assert_eq!(answer["aggregationType"], kind);
    }
    bench.stop().await;
});

both!(groups_are_filtered_sorted_and_paged, |bench| {
    fill(&bench).await;
    let ask = |user: &str, arguments: Value| ask(&bench, user, "list_finding_aggregations", arguments);
    let equals = |value: &str| json!([{"comparison": "EQUALS", "value": value}]);
    for (kind, member, request, name, expected) in [
        (
            "PACKAGE",
            "packageAggregation",
            json!({"packageNames": [{"comparison": "PREFIX", "value": "f"}]}),
            "packageName",
            vec!["flask 5 5 0"],
        ),
        (
            "TITLE",
            "titleAggregation",
            json!({"resourceType": "AWS_LAMBDA_FUNCTION", "findingType": "PACKAGE_VULNERABILITY"}),
            "vulnerabilityId",
            vec!["CVE-2024-1000 1 1 0"],
        ),
        (
            "TITLE",
            "titleAggregation",
            json!({"findingType": "NETWORK_REACHABILITY"}),
            "vulnerabilityId",
            vec![],
        ),
        (
            "AWS_EC2_INSTANCE",
            "ec2InstanceAggregation",
            json!({"operatingSystems": equals("DEBIAN_12"), "amis": equals("ami-0123456789abcdef0"),
                "instanceTags": [{"comparison": "EQUALS", "key": "team", "value": "red"}],
                "sortBy": "ALL", "sortOrder": "ASC"}),
            "instanceId",
            vec!["i-2 1 1 0", "i-1 3 1 2"],
        ),
        (
            "AWS_EC2_INSTANCE",
            "ec2InstanceAggregation",
            json!({"operatingSystems": equals("WINDOWS_SERVER_2022")}),
            "instanceId",
            vec![],
        ),
        (
            "AMI",
            "amiAggregation",
            json!({"scanSources": ["MACHINE_IMAGE_SCAN"]}),
            "ami",
            vec![],
        ),
        (
            "IMAGE_LAYER",
            "imageLayerAggregation",
            json!({"layerHashes": equals("sha256:bb"), "repositories": equals("web"), "cloudProviders": equals("AWS")}),
            "layerHash",
            vec!["sha256:bb 1 0 1"],
        ),
        (
            "CONTAINER_IMAGE",
            "containerImageAggregation",
            json!({"cloudProviders": equals("GCP")}),
            "imageDigest",
            vec![],
        ),
    ] {
        let arguments = json!({"aggregationType": kind, "aggregationRequest": {member: request}});
        let Some(answer) = ask("aud", arguments) else {
            return;
        };
        assert_eq!(
            told(&answer.unwrap(), member, &[name]),
            expected,
            "{kind} {request}"
        );
    }
    // Page by page, each group once.
    let (mut groups, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut arguments = json!({"aggregationType": "TITLE", "maxResults": 1});
        if !token.is_null() {
            arguments["nextToken"] = token;
        }
        let mut page = ask("aud", arguments).unwrap().unwrap();
        groups.extend(told(&page, "titleAggregation", &["vulnerabilityId"]));
        token = page["nextToken"].take();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(groups.len(), 3, "{groups:?}");
    // A request of another type.
    let mixed = json!({"aggregationType": "AMI", "aggregationRequest": {"titleAggregation": {}}});
    let refused = ask("aud", mixed).unwrap().unwrap_err();
    assert!(refused.starts_with("ValidationException"), "{refused}");
    // F4: an administrator counts its members' findings, account by account; a member sees its own.
    let accounts = json!({"aggregationType": "ACCOUNT"});
    for (user, expected) in [
        ("dora", vec!["333344445555 1 1 0"]),
        ("mia", vec!["333344445555 1 1 0"]),
    ] {
        let answer = ask(user, accounts.clone()).unwrap().unwrap();
        assert_eq!(
            told(&answer, "accountAggregation", &["accountId"]),
            expected,
            "{user}"
        );
    }
    let other = json!({"aggregationType": "ACCOUNT", "accountIds": equals(ADMINISTRATOR)});
    let answer = ask("dora", other).unwrap().unwrap();
    assert_eq!(answer["responses"], json!([]));
    bench.stop().await;
});

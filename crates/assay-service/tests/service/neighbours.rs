//! What clients look for beside Inspector's API, by a stock boto3: ECR, Organizations, STS.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    bench::{
        ADMINISTRATOR, Bench, MANAGEMENT, MEMBER, NEWCOMER, ORGANIZATION, OTHER_MEMBER, OWN, REGION, both,
        boto3,
    },
    promises::texts,
};

const FLASK: &str = "pkg:pypi/flask@2.0.0";
const JINJA: &str = "pkg:pypi/jinja2@2.1.0";

/// What comes of a call, or its fault; `None` without boto3.
fn ask(
    bench: &Bench,
    (user, service): (&str, &str),
    operation: &str,
    arguments: Value,
) -> Option<Result<Value, String>> {
    let mut call = bench.call(user, operation, arguments);
    call["service"] = service.into();
    outcome(bench, &call)
}

fn outcome(bench: &Bench, call: &Value) -> Option<Result<Value, String>> {
    let outcome = boto3(bench, call)?;
    Some(match outcome.get("answer") {
        Some(answer) => Ok(answer.clone()),
        None => Err(format!(
            "{}: {}",
            outcome["fault"].as_str().unwrap(),
            outcome["message"]
        )),
    })
}

macro_rules! ask {
    ($bench:expr, $user:expr, $service:literal, $operation:literal, $arguments:tt) => {
        match ask(&$bench, ($user, $service), $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

fn is_fault(outcome: &Result<Value, String>, fault: &str) -> bool {
    outcome.as_ref().is_err_and(|told| told.starts_with(fault))
}

async fn turn_on(bench: &Bench, account: &str) {
    let scope = bench.database.scope(account, REGION).await.unwrap();
    bench.database.enable(scope, &["ECR"], 0).await.unwrap();
}

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

// F13: the organisation is there for clients that look for it.
both!(the_organisation_is_told, |bench| {
    let Some(told) = ask(
        &bench,
        ("mia", "organizations"),
        "describe_organization",
        json!({}),
    ) else {
        return;
    };
    let told = &told.unwrap()["Organization"];
    assert_eq!(
        (&told["Id"], &told["MasterAccountId"]),
        (&json!(ORGANIZATION), &json!(MANAGEMENT))
    );
    let alone = ask!(bench, "ada", "organizations", "describe_organization", {});
    assert!(is_fault(&alone, "AWSOrganizationsNotInUseException"), "{alone:?}");
    for user in ["moe", "dora", "dee"] {
        let page = ask!(bench, user, "organizations", "list_accounts", {"MaxResults": 3}).unwrap();
        assert_eq!(
            texts(&page["Accounts"], "/Id"),
            [ADMINISTRATOR, MEMBER, MANAGEMENT]
        );
        let next = page["NextToken"].as_str().unwrap();
        let page = ask!(bench, user, "organizations", "list_accounts", {"NextToken": next}).unwrap();
        assert_eq!(texts(&page["Accounts"], "/Id"), [NEWCOMER]);
    }
    let refused = ask!(bench, "mia", "organizations", "list_accounts", {});
    assert!(is_fault(&refused, "AccessDenied"), "{refused:?}");
    let account = ask!(bench, "dora", "organizations", "describe_account", {"AccountId": MEMBER}).unwrap();
    assert_eq!(account["Account"]["Status"], "ACTIVE");
    for stranger in [OWN, OTHER_MEMBER, "999999999999"] {
        let unknown = ask!(bench, "dora", "organizations", "describe_account", {"AccountId": stranger});
        assert!(is_fault(&unknown, "AccountNotFoundException"), "{unknown:?}");
    }
    let delegated = ask!(bench, "moe", "organizations", "list_delegated_administrators",
        {"ServicePrincipal": "inspector2.amazonaws.com"})
    .unwrap();
    assert_eq!(
        texts(&delegated["DelegatedAdministrators"], "/Id"),
        [ADMINISTRATOR]
    );
    let others = ask!(bench, "moe", "organizations", "list_delegated_administrators",
        {"ServicePrincipal": "guardduty.amazonaws.com"})
    .unwrap();
    assert_eq!(others["DelegatedAdministrators"], json!([]));
    bench.stop().await;
});

// F4: acting in members' accounts, for as long as these are members.
both!(roles_are_assumed_in_accounts_that_one_leads, |bench| {
    let role = |account: &str, name: &str| json!({"RoleArn": format!("arn:aws:iam::{account}:role/{name}"), "RoleSessionName": "tool"});
    let Some(told) = ask(&bench, ("bot", "sts"), "get_caller_identity", json!({})) else {
        return;
    };
    assert_eq!(told.unwrap()["Arn"], format!("arn:aws:iam::{MEMBER}:user/bot"));
    for (user, account, name) in [
        ("ada", MEMBER, "AssayAuditor"),
        ("mia", ADMINISTRATOR, "AssayAuditor"),
        ("dee", MEMBER, "AssayAuditor"),
        ("bot", MEMBER, "AssayAuditor"),
        ("dora", MANAGEMENT, "AssayAdministrator"),
        ("dora", NEWCOMER, "AssayAuditor"),
        ("dora", OTHER_MEMBER, "AssayAuditor"),
        ("dora", OWN, "AssayAuditor"),
        ("dora", "999999999999", "AssayAuditor"),
        ("dora", MEMBER, "Admin"),
        ("oda", MEMBER, "AssayAdministrator"),
    ] {
        let refused = ask(&bench, (user, "sts"), "assume_role", role(account, name)).unwrap();
        assert!(
            is_fault(&refused, "AccessDenied"),
            "{user} {account} {name}: {refused:?}"
        );
    }
    bench.host(MEMBER, "i-1", &[FLASK]).await;
    // Whoever heads the organisation reaches all of it.
    ask(
        &bench,
        ("moe", "sts"),
        "assume_role",
        role(NEWCOMER, "AssayAuditor"),
    )
    .unwrap()
    .unwrap();
    let with = |credentials: &Value, service: &str, operation: &str, arguments: Value| {
        let mut call = bench.call("dora", operation, arguments);
        call["service"] = service.into();
        for (of_call, of_credentials) in [
            ("key", "AccessKeyId"),
            ("secret", "SecretAccessKey"),
            ("token", "SessionToken"),
        ] {
            call[of_call] = credentials[of_credentials].clone();
        }
        outcome(&bench, &call).unwrap()
    };
    let assumed = ask(
        &bench,
        ("dora", "sts"),
        "assume_role",
        role(MEMBER, "AssayAuditor"),
    )
    .unwrap()
    .unwrap();
    let arn = format!("arn:aws:sts::{MEMBER}:assumed-role/AssayAuditor/tool");
    assert_eq!(assumed["AssumedRoleUser"]["Arn"], arn.as_str());
    let auditor = &assumed["Credentials"];
    let told = with(auditor, "sts", "get_caller_identity", json!({})).unwrap();
    assert_eq!((&told["Arn"], &told["Account"]), (&json!(arn), &json!(MEMBER)));
    let listed = with(auditor, "inspector2", "list_findings", json!({})).unwrap();
    assert_eq!(texts(&listed["findings"], "/awsAccountId"), [MEMBER]);
    let refused = with(auditor, "inspector2", "enable", json!({"resourceTypes": ["EC2"]}));
    assert!(is_fault(&refused, "AccessDenied"), "{refused:?}");
    let assumed = ask(
        &bench,
        ("dora", "sts"),
        "assume_role",
        role(MEMBER, "AssayAdministrator"),
    )
    .unwrap()
    .unwrap();
    let administrator = &assumed["Credentials"];
    with(
        administrator,
        "inspector2",
        "enable",
        json!({"resourceTypes": ["EC2"]}),
    )
    .unwrap();
    // One step, not further; and only as long as the account is a member.
    let further = with(administrator, "sts", "assume_role", role(MEMBER, "AssayAuditor"));
    assert!(is_fault(&further, "AccessDenied"), "{further:?}");
    ask(
        &bench,
        ("dora", "inspector2"),
        "disassociate_member",
        json!({"accountId": MEMBER}),
    )
    .unwrap()
    .unwrap();
    let over = with(auditor, "inspector2", "list_findings", json!({}));
    assert!(is_fault(&over, "ExpiredToken"), "{over:?}");

    // It is in the log of calls of the accounts, under who it was.
    bench.calls.flush().await;
    let filter = assay_store::CallFilter::default();
    let kept = bench.database.calls(MEMBER, &filter, None, 100).await.unwrap();
    let call = kept.iter().find(|call| call.operation == "ListFindings").unwrap();
    let record: Value = serde_json::from_str(&call.record).unwrap();
    assert_eq!(record["userIdentity"]["type"], "AssumedRole");
    assert_eq!(record["userIdentity"]["arn"], arn.as_str());
    let kept = bench
        .database
        .calls(ADMINISTRATOR, &filter, None, 100)
        .await
        .unwrap();
    let call = kept.iter().find(|call| call.operation == "AssumeRole").unwrap();
    let record: Value = serde_json::from_str(&call.record).unwrap();
    assert_eq!(record["eventSource"], "sts.amazonaws.com");
    assert!(!call.record.contains(auditor["SecretAccessKey"].as_str().unwrap()));
    bench.stop().await;
});

// The stock command line speaks to them, too, wherever it believes them to be.
both!(the_command_line, |bench| {
    let python = std::env::var_os("ASSAY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let has_it = std::process::Command::new(&python)
        .args(["-c", "import awscli"])
        .output();
    if !has_it.is_ok_and(|output| output.status.success()) {
        println!("skipped: neither $ASSAY_TEST_PYTHON nor python3 has awscli");
        return;
    }
    for (arguments, expected) in [
        (
            "sts get-caller-identity --query Account --output text",
            ADMINISTRATOR,
        ),
        (
            "organizations describe-organization --query Organization.Id --output text",
            ORGANIZATION,
        ),
        (
            "organizations list-accounts --query Accounts[1].Id --output text",
            MEMBER,
        ),
        (
            "ecr get-registry-scanning-configuration --query scanningConfiguration.scanType --output text",
            "ENHANCED",
        ),
    ] {
        let call = bench.call("dora", "", json!({}));
        let text = |name: &str| call[name].as_str().unwrap().to_owned();
        let output = tokio::task::block_in_place(|| {
            std::process::Command::new(&python)
                .args(["-m", "awscli"])
                .args(arguments.split(' '))
                .args(["--region", REGION, "--endpoint-url", &text("endpoint")])
                .env_remove("AWS_PROFILE")
                .env("AWS_ACCESS_KEY_ID", text("key"))
                .env("AWS_SECRET_ACCESS_KEY", text("secret"))
                .env("AWS_EC2_METADATA_DISABLED", "true")
                .output()
                .unwrap()
        });
        let told = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(told.trim(), expected, "{arguments}: {error}");
    }
    bench.stop().await;
});

// Whoever signs nothing, or for another service, is refused in the form of the protocol.
both!(nobody_asks_neighbours_unsigned, |bench| {
    for (service, names) in [
        (
            "ecr",
            vec!["describe_repositories", "get_registry_scanning_configuration"],
        ),
        ("organizations", vec!["list_accounts"]),
        ("sts", vec!["get_caller_identity"]),
    ] {
        for name in names {
            let mut call = bench.call("ada", name, json!({}));
            call["service"] = service.into();
            call["secret"] = "0000000000000000000000000000000000000000".into();
            let Some(refused) = outcome(&bench, &call) else {
                return;
            };
            let expected = ["InvalidSignatureException", "SignatureDoesNotMatch"];
            let told = refused.unwrap_err();
            assert!(expected.iter().any(|fault| told.starts_with(fault)), "{told}");
        }
    }
    let unsigned = bench.send_unsigned("POST", "/", "Action=GetCallerIdentity").await;
    assert!(unsigned.status == 403 || unsigned.status == 404, "{unsigned:?}");
    bench.stop().await;
});

/// Each operation of a neighbour's with what comes of it for a stranger, a member, its auditor and its agent: `ok` or the fault.
/// A stranger names the member's registry and accounts, a member the administrator's.
const TABLE: &[((&str, &str), &str, [&str; 4])] = &[
    // operation, about; stranger, member, auditor, agent
    (
        ("ecr", "BatchGetRepositoryScanningConfiguration"),
        "repositories",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        ("ecr", "DescribeImageScanFindings"),
        "image",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        ("ecr", "DescribeImages"),
        "images",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        ("ecr", "DescribeRepositories"),
        "registry",
        ["denied", "denied", "denied", "denied"],
    ),
    (
        ("ecr", "GetRegistryScanningConfiguration"),
        "",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        ("ecr", "PutRegistryScanningConfiguration"),
        "rules",
        ["ok", "ok", "denied", "denied"],
    ),
    (
        ("organizations", "DescribeAccount"),
        "account",
        ["AccountNotFoundException", "denied", "denied", "denied"],
    ),
    (
        ("organizations", "DescribeOrganization"),
        "",
        ["ok", "ok", "ok", "denied"],
    ),
    (
        ("organizations", "ListAccounts"),
        "",
        ["ok", "denied", "denied", "denied"],
    ),
    (
        ("organizations", "ListDelegatedAdministrators"),
        "",
        ["ok", "denied", "denied", "denied"],
    ),
    (
        ("sts", "AssumeRole"),
        "role",
        ["denied", "denied", "denied", "denied"],
    ),
    (("sts", "GetCallerIdentity"), "", ["ok", "ok", "ok", "ok"]),
];

/// As the client calls an operation.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

// Isolation: the rows are held against the operations that there are, so that none is forgotten.
both!(nobody_gets_what_is_not_theirs, |bench| {
    turn_on(&bench, MEMBER).await;
    bench
        .image(MEMBER, ("secret/web", "secret-tag", "a"), &[FLASK])
        .await;
    let secrets = ["secret-tag", ORGANIZATION, MANAGEMENT, ADMINISTRATOR, MEMBER];
    let mut rows = TABLE.to_vec();
    let mut told = Vec::new();
    for (service, name) in assay_neighbours::neighbours(&bench.service).names() {
        let at = rows
            .iter()
            .position(|(operation, ..)| *operation == (service, name));
        let Some(at) = at else {
            panic!("{service}:{name} has no row in the table: who may call it about what?");
        };
        let (_, about, expected) = rows.swap_remove(at);
        let mut outcomes = Vec::new();
        for user in ["oda", "mia", "max", "bot"] {
            let account = if user == "oda" { MEMBER } else { ADMINISTRATOR };
            let arguments = match about {
                "repositories" => json!({"repositoryNames": ["secret/web"]}),
                "image" => json!({"registryId": account, "repositoryName": "secret/web",
                    "imageId": {"imageDigest": format!("sha256:{}", "a".repeat(64))}}),
                "images" => json!({"registryId": account, "repositoryName": "secret/web"}),
                "registry" => json!({"registryId": account}),
                "rules" => json!({"scanType": "ENHANCED", "rules": [{"scanFrequency": "CONTINUOUS_SCAN",
                    "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]}),
                "account" => json!({"AccountId": account}),
                "role" => json!({"RoleArn": format!("arn:aws:iam::{account}:role/AssayAuditor"),
                    "RoleSessionName": "tool"}),
                _ => json!({}),
            };
            let Some(outcome) = ask(&bench, (user, service), &snake(name), arguments.clone()) else {
                return;
            };
            let (word, answer) = match outcome {
                Ok(answer) => ("ok".to_owned(), answer.to_string()),
                Err(fault) if fault.starts_with("AccessDenied") => ("denied".to_owned(), fault),
                Err(fault) => (fault.split(':').next().unwrap().to_owned(), fault),
            };
            outcomes.push(word);
            for secret in secrets.iter().filter(|_| user == "oda") {
                let is_told = answer.contains(secret) && !arguments.to_string().contains(secret);
                assert!(!is_told, "{name} tells a stranger of {secret}: {answer}");
            }
        }
        if outcomes != expected {
            told.push(format!("{service}:{name}: {outcomes:?}, not {expected:?}"));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    assert!(rows.is_empty(), "these have rows and are not there: {rows:?}");
    bench.stop().await;
});

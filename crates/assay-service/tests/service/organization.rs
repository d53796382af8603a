//! Organisations: who rules whom, who sees what, and what changes when that does.

use serde_json::{Value, json};

use crate::{
    bench::{
        ADMINISTRATOR, Bench, MANAGEMENT, MEMBER, NEWCOMER, ORGANIZATION, OTHER_ADMINISTRATOR, OTHER_MEMBER,
        OWN, REGION, both, cause,
    },
    promises::{ask, texts},
};

const FLASK: &str = "pkg:pypi/flask@2.0.0";
const JINJA: &str = "pkg:pypi/jinja2@2.1.0";

macro_rules! ask {
    ($bench:expr, $user:expr, $operation:literal, $arguments:tt) => {
        match ask(&$bench, $user, $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

/// The accounts of the findings that somebody sees, in order; `None` without boto3.
fn seen(bench: &Bench, user: &str) -> Option<Vec<String>> {
    let sorted = json!({"sortCriteria": {"field": "AWS_ACCOUNT_ID", "sortOrder": "ASC"}});
    let listed = ask(bench, user, "list_findings", sorted)?.unwrap();
    let accounts = texts(&listed["findings"], "/awsAccountId");
    Some(accounts.into_iter().map(str::to_owned).collect())
}

/// How many of the findings that somebody sees are suppressed.
fn suppressed(bench: &Bench, user: &str) -> usize {
    let only =
        json!({"filterCriteria": {"findingStatus": [{"comparison": "EQUALS", "value": "SUPPRESSED"}]}});
    let listed = ask(bench, user, "list_findings", only).unwrap().unwrap();
    listed["findings"].as_array().unwrap().len()
}

fn is_fault(outcome: &Result<Value, String>, fault: &str) -> bool {
    outcome.as_ref().is_err_and(|told| told.starts_with(fault))
}

// F27: the management account names the delegated administrator; nobody else does.
both!(the_management_account_names_the_administrator, |bench| {
    let name = json!({"delegatedAdminAccountId": NEWCOMER});
    for user in ["ada", "mia", "dora", "oda", "nia"] {
        let refused =
            ask!(bench, user, "enable_delegated_admin_account", {"delegatedAdminAccountId": NEWCOMER});
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
        let refused =
            ask!(bench, user, "disable_delegated_admin_account", {"delegatedAdminAccountId": ADMINISTRATOR});
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
    }
    let taken = ask(&bench, "moe", "enable_delegated_admin_account", name.clone()).unwrap();
    assert!(is_fault(&taken, "ConflictException"), "{taken:?}");
    for stranger in [OWN, OTHER_MEMBER, "999999999999"] {
        let unknown =
            ask!(bench, "moe", "enable_delegated_admin_account", {"delegatedAdminAccountId": stranger});
        assert!(is_fault(&unknown, "ResourceNotFoundException"), "{unknown:?}");
    }
    let itself =
        ask!(bench, "moe", "enable_delegated_admin_account", {"delegatedAdminAccountId": MANAGEMENT});
    assert!(is_fault(&itself, "ValidationException"), "{itself:?}");
    let told = json!({"accountId": ADMINISTRATOR, "relationshipStatus": "ENABLED"});
    for user in ["moe", "dora", "mia", "nia", "max"] {
        let got = ask!(bench, user, "get_delegated_admin_account", {}).unwrap();
        assert_eq!(got["delegatedAdmin"], told, "{user}");
    }
    let alone = ask!(bench, "ada", "get_delegated_admin_account", {});
    assert!(is_fault(&alone, "ResourceNotFoundException"), "{alone:?}");
    let listed = ask!(bench, "moe", "list_delegated_admin_accounts", {}).unwrap();
    assert_eq!(
        listed["delegatedAdminAccounts"],
        json!([{"accountId": ADMINISTRATOR, "status": "ENABLED"}])
    );
    // Again is no mistake.
    ask!(bench, "moe", "enable_delegated_admin_account", {"delegatedAdminAccountId": ADMINISTRATOR}).unwrap();

    bench.host(MEMBER, "i-1", &[FLASK]).await;
    assert_eq!(seen(&bench, "dora").unwrap(), [MEMBER]);
    ask!(bench, "moe", "disable_delegated_admin_account", {"delegatedAdminAccountId": ADMINISTRATOR})
        .unwrap();
    let again =
        ask!(bench, "moe", "disable_delegated_admin_account", {"delegatedAdminAccountId": ADMINISTRATOR});
    assert!(is_fault(&again, "ResourceNotFoundException"), "{again:?}");
    assert!(seen(&bench, "dora").unwrap().is_empty());
    let got = ask!(bench, "moe", "get_delegated_admin_account", {});
    assert!(is_fault(&got, "ResourceNotFoundException"), "{got:?}");
    ask(&bench, "moe", "enable_delegated_admin_account", name)
        .unwrap()
        .unwrap();
    ask!(bench, "nia", "associate_member", {"accountId": MEMBER}).unwrap();
    assert_eq!(seen(&bench, "nia").unwrap(), [MEMBER]);
    assert!(seen(&bench, "dora").unwrap().is_empty());
    bench.stop().await;
});

// F13, F4: members come and go, and who sees them with that.
both!(members_come_and_go, |bench| {
    bench.host(MEMBER, "i-1", &[FLASK]).await;
    bench.host(NEWCOMER, "i-2", &[FLASK]).await;
    bench.host(OTHER_MEMBER, "i-3", &[FLASK]).await;
    bench.host(OWN, "i-4", &[FLASK]).await;
    let Some(first) = seen(&bench, "dora") else { return };
    assert_eq!(first, [MEMBER]);
    assert_eq!(seen(&bench, "oda").unwrap(), [OTHER_MEMBER]);
    for (user, own) in [
        ("mia", MEMBER),
        ("nia", NEWCOMER),
        ("omi", OTHER_MEMBER),
        ("ada", OWN),
    ] {
        assert_eq!(seen(&bench, user).unwrap(), [own]);
    }
    let associated = ask!(bench, "dora", "associate_member", {"accountId": NEWCOMER}).unwrap();
    assert_eq!(associated["accountId"], NEWCOMER);
    assert_eq!(seen(&bench, "dora").unwrap(), [MEMBER, NEWCOMER]);
    assert_eq!(seen(&bench, "nia").unwrap(), [NEWCOMER]);
    let got = ask!(bench, "dora", "get_member", {"accountId": NEWCOMER}).unwrap();
    let got = &got["member"];
    assert_eq!(
        (&got["relationshipStatus"], &got["delegatedAdminAccountId"]),
        (&json!("ENABLED"), &json!(ADMINISTRATOR))
    );
    for stranger in [OWN, OTHER_MEMBER, "999999999999", ADMINISTRATOR] {
        let unknown = ask!(bench, "dora", "get_member", {"accountId": stranger});
        assert!(is_fault(&unknown, "ResourceNotFoundException"), "{unknown:?}");
        let unknown = ask!(bench, "dora", "associate_member", {"accountId": stranger});
        let expected = if stranger == ADMINISTRATOR {
            "ValidationException"
        } else {
            "AccessDenied"
        };
        assert!(is_fault(&unknown, expected), "{unknown:?}");
    }
    for user in ["mia", "ada", "moe", "dee"] {
        let refused = ask!(bench, user, "associate_member", {"accountId": NEWCOMER});
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
        let refused = ask!(bench, user, "disassociate_member", {"accountId": NEWCOMER});
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
    }
    // Pages.
    let page = ask!(bench, "dora", "list_members", {"maxResults": 1}).unwrap();
    assert_eq!(texts(&page["members"], "/accountId"), [MEMBER]);
    let page =
        ask!(bench, "dora", "list_members", {"maxResults": 1, "nextToken": (page["nextToken"])}).unwrap();
    assert_eq!(texts(&page["members"], "/accountId"), [NEWCOMER]);
    assert_eq!(page["nextToken"], Value::Null);

    ask!(bench, "dora", "disassociate_member", {"accountId": MEMBER}).unwrap();
    assert_eq!(seen(&bench, "dora").unwrap(), [NEWCOMER]);
    assert_eq!(seen(&bench, "mia").unwrap(), [MEMBER]);
    let listed = ask!(bench, "dora", "list_members", {"onlyAssociated": true}).unwrap();
    assert_eq!(texts(&listed["members"], "/accountId"), [NEWCOMER]);
    let listed = ask!(bench, "dora", "list_members", {"onlyAssociated": false}).unwrap();
    assert_eq!(
        texts(&listed["members"], "/accountId"),
        [MEMBER, MANAGEMENT, NEWCOMER]
    );
    assert_eq!(
        texts(&listed["members"], "/relationshipStatus"),
        ["REMOVED", "CREATED", "ENABLED"]
    );
    // It rules itself again.
    let set = json!({"ec2Configuration": {"scanMode": "EC2_HYBRID"}});
    ask(&bench, "mia", "update_configuration", set.clone())
        .unwrap()
        .unwrap();
    let refused = ask(&bench, "nia", "update_configuration", set).unwrap();
    assert!(is_fault(&refused, "AccessDenied"), "{refused:?}");
    bench.stop().await;
});

// F2, F28, F25, F44: everywhere in one step; by itself in what comes; members and accounts alone by themselves.
both!(scanning_is_turned_on_everywhere, |bench| {
    let on = json!({"ec2": true, "ecr": true, "lambda": true, "lambdaCode": true});
    for user in ["mia", "ada", "moe", "dee"] {
        let refused = ask!(bench, user, "update_organization_configuration", {"autoEnable": on});
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
    }
    let odd = ask!(bench, "dora", "update_organization_configuration",
        {"autoEnable": {"ec2": true, "ecr": true, "lambdaCode": true}});
    assert!(is_fault(&odd, "ValidationException"), "{odd:?}");
    let updated = ask!(bench, "dora", "update_organization_configuration", {"autoEnable": on}).unwrap();
    assert_eq!(updated["autoEnable"], on);
    let told = ask!(bench, "dora", "describe_organization_configuration", {}).unwrap();
    assert_eq!(told["maxAccountLimitReached"], false);
    for (scan_type, is_on) in on.as_object().unwrap() {
        assert_eq!(&told["autoEnable"][scan_type], is_on);
    }
    let others = ask!(bench, "oda", "describe_organization_configuration", {}).unwrap();
    assert_eq!(others["autoEnable"]["ec2"], false);

    let types = json!(["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]);
    let everybody = json!([ADMINISTRATOR, MEMBER]);
    let enabled = ask!(bench, "dora", "enable", {"accountIds": everybody, "resourceTypes": types}).unwrap();
    assert_eq!(enabled["failedAccounts"], json!([]));
    // Who is associated, or comes to the organisation, has it by itself.
    ask!(bench, "dora", "associate_member", {"accountId": NEWCOMER}).unwrap();
    assert!(
        bench
            .database
            .add_member(ORGANIZATION, OWN, &cause())
            .await
            .unwrap()
    );
    let everybody = json!([ADMINISTRATOR, MEMBER, NEWCOMER, OWN]);
    let status = ask!(bench, "dora", "batch_get_account_status", {"accountIds": everybody}).unwrap();
    assert_eq!(texts(&status["accounts"], "/state/status"), ["ENABLED"; 4]);
    for scan_type in ["ec2", "ecr", "lambda", "lambdaCode"] {
        let place = format!("/resourceState/{scan_type}/status");
        assert_eq!(texts(&status["accounts"], &place), ["ENABLED"; 4]);
    }
    // Any can be turned off for everybody.
    ask!(bench, "dora", "disable", {"accountIds": everybody, "resourceTypes": ["ECR"]}).unwrap();
    let status = ask!(bench, "dora", "batch_get_account_status", {"accountIds": everybody}).unwrap();
    assert_eq!(
        texts(&status["accounts"], "/resourceState/ecr/status"),
        ["DISABLED"; 4]
    );
    assert_eq!(
        texts(&status["accounts"], "/resourceState/ec2/status"),
        ["ENABLED"; 4]
    );
    // Members for themselves, and nobody for others.
    let own = ask!(bench, "mia", "enable", {"resourceTypes": ["ECR"]}).unwrap();
    assert_eq!(texts(&own["accounts"], "/resourceStatus/ecr"), ["ENABLED"]);
    for user in ["mia", "oda", "omo", "moe"] {
        let foreign =
            ask!(bench, user, "enable", {"accountIds": [NEWCOMER], "resourceTypes": ["ECR"]}).unwrap();
        assert_eq!(
            texts(&foreign["failedAccounts"], "/errorCode"),
            ["ACCESS_DENIED"],
            "{user}"
        );
    }
    let alone = ask!(bench, "omo", "enable", {"resourceTypes": ["LAMBDA"]}).unwrap();
    assert_eq!(texts(&alone["accounts"], "/resourceStatus/lambda"), ["ENABLED"]);
    bench.stop().await;
});

// F60, F63: the administrator sets how members are scanned, and they see it.
both!(members_are_configured_by_the_administrator, |bench| {
    let mode = |user: &str| -> Option<Value> {
        let told = ask(&bench, user, "get_configuration", json!({}))?.unwrap();
        Some(told["ec2Configuration"]["scanModeState"]["scanMode"].clone())
    };
    // What an account set for itself rests while another rules it.
    ask!(bench, "nia", "update_configuration", {"ec2Configuration": {"scanMode": "EC2_SSM_AGENT_BASED"},
        "ecrConfiguration": {"rescanDuration": "DAYS_14"}})
    .unwrap();
    ask!(bench, "dora", "associate_member", {"accountId": NEWCOMER}).unwrap();
    ask!(bench, "dora", "update_configuration", {"ec2Configuration": {"scanMode": "EC2_HYBRID"}}).unwrap();
    for user in ["dora", "mia", "nia", "max"] {
        assert_eq!(mode(user).unwrap(), "EC2_HYBRID", "{user}");
    }
    for user in ["omi", "oda", "ada", "moe"] {
        assert_eq!(mode(user).unwrap(), "EC2_SSM_AGENT_BASED", "{user}");
    }
    for user in ["mia", "nia", "omi"] {
        let refused =
            ask!(bench, user, "update_configuration", {"ec2Configuration": {"scanMode": "EC2_HYBRID"}});
        assert!(is_fault(&refused, "AccessDenied"), "{user}: {refused:?}");
    }
    // One member by itself, and back.
    ask!(bench, "dora", "update_configuration",
        {"accountId": NEWCOMER, "ec2Configuration": {"scanMode": "EC2_SSM_AGENT_BASED"}})
    .unwrap();
    assert_eq!(mode("nia").unwrap(), "EC2_SSM_AGENT_BASED");
    assert_eq!(mode("mia").unwrap(), "EC2_HYBRID");
    ask!(bench, "dora", "update_configuration",
        {"accountId": NEWCOMER, "updateConfigurationInheritance": {"ec2Configuration": "INHERIT_FROM_ADMIN"}})
    .unwrap();
    assert_eq!(mode("nia").unwrap(), "EC2_HYBRID");
    for stranger in [OTHER_MEMBER, OWN, OTHER_ADMINISTRATOR, "999999999999"] {
        let refused = ask!(bench, "dora", "get_configuration", {"accountId": stranger});
        assert!(is_fault(&refused, "AccessDenied"), "{refused:?}");
        let refused = ask!(bench, "dora", "update_configuration",
            {"accountId": stranger, "ec2Configuration": {"scanMode": "EC2_HYBRID"}});
        assert!(is_fault(&refused, "AccessDenied"), "{refused:?}");
    }
    bench.stop().await;
});

// F4, F63: rules of the administrator hold in members' accounts, for what is there and what comes; members have none.
both!(rules_hold_for_members, |bench| {
    let rule = |name: &str, cve: &str| {
        json!({"name": name, "action": "SUPPRESS",
            "filterCriteria": {"vulnerabilityId": [{"comparison": "EQUALS", "value": cve}]}})
    };
    bench.host(MEMBER, "i-1", &[FLASK, JINJA]).await;
    bench.host(NEWCOMER, "i-2", &[FLASK, JINJA]).await;
    bench.host(OTHER_MEMBER, "i-3", &[FLASK, JINJA]).await;
    bench.host(OWN, "i-4", &[FLASK, JINJA]).await;
    let Some(made) = ask(&bench, "dora", "create_filter", rule("flask", "CVE-2024-1000")) else {
        return;
    };
    let arn = made.unwrap()["arn"].as_str().unwrap().to_owned();
    assert_eq!((suppressed(&bench, "dora"), suppressed(&bench, "mia")), (1, 1));
    bench.host(MEMBER, "i-5", &[FLASK]).await;
    assert_eq!((suppressed(&bench, "dora"), suppressed(&bench, "mia")), (2, 2));
    for user in ["nia", "omi", "oda", "ada"] {
        assert_eq!(suppressed(&bench, user), 0, "{user}");
    }
    for (operation, arguments) in [
        ("create_filter", rule("own", "CVE-2024-1000")),
        ("delete_filter", json!({"arn": arn})),
        ("update_filter", json!({"filterArn": arn, "name": "mine"})),
    ] {
        let refused = ask(&bench, "mia", operation, arguments).unwrap();
        let expected = if operation == "create_filter" {
            "AccessDenied"
        } else {
            "ResourceNotFound"
        };
        assert!(is_fault(&refused, expected), "{operation}: {refused:?}");
    }
    assert_eq!(
        ask!(bench, "mia", "list_filters", {}).unwrap()["filters"],
        json!([])
    );

    // An account's own rules rest while another rules it, and hold again when it leaves.
    ask(&bench, "nia", "create_filter", rule("own", "GHSA-dddd-eeee-ffff"))
        .unwrap()
        .unwrap();
    let of_newcomer = |field: &str| {
        let only =
            json!({"filterCriteria": {"findingStatus": [{"comparison": "EQUALS", "value": "SUPPRESSED"}]}});
        let listed = ask(&bench, "nia", "list_findings", only).unwrap().unwrap();
        texts(&listed["findings"], field)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<String>>()
    };
    let vulnerability = "/packageVulnerabilityDetails/vulnerabilityId";
    assert_eq!(of_newcomer(vulnerability), ["GHSA-dddd-eeee-ffff"]);
    ask!(bench, "dora", "associate_member", {"accountId": NEWCOMER}).unwrap();
    assert_eq!(of_newcomer(vulnerability), ["CVE-2024-1000"]);
    ask!(bench, "dora", "disassociate_member", {"accountId": NEWCOMER}).unwrap();
    assert_eq!(of_newcomer(vulnerability), ["GHSA-dddd-eeee-ffff"]);

    // What names accounts holds for these alone.
    ask!(bench, "dora", "associate_member", {"accountId": NEWCOMER}).unwrap();
    ask!(bench, "dora", "update_filter", {"filterArn": arn, "filterCriteria": {"findingArn": [{"comparison": "PREFIX",
        "value": (format!("arn:aws:inspector2:{REGION}:{NEWCOMER}:"))}]}})
    .unwrap();
    assert_eq!((suppressed(&bench, "mia"), suppressed(&bench, "nia")), (0, 2));
    ask!(bench, "dora", "delete_filter", {"arn": arn}).unwrap();
    assert_eq!(suppressed(&bench, "dora"), 0);
    bench.stop().await;
});

// The quota of filters, by the fault that the model has for it.
both!(an_account_has_so_many_filters, |bench| {
    let scope = bench.database.scope(OWN, REGION).await.unwrap();
    for number in 0..assay_store::MOST_FILTERS {
        let filter = assay_store::Filter {
            id: 0,
            scope,
            identifier: format!("{number:016x}"),
            name: number.to_string(),
            action: "NONE".into(),
            filter_criteria: "{}".into(),
            criteria: assay_criteria::Criteria::default(),
            description: String::new(),
            reason: String::new(),
            owner: String::new(),
            until_fixed: false,
            expires_at: 0,
            created_at: 0,
            updated_at: 0,
            matched_at: 0,
        };
        bench.database.create_filter(&filter, &cause()).await.unwrap();
    }
    let one_more = json!({"name": "one more", "action": "NONE", "filterCriteria": {}});
    let Some(refused) = ask(&bench, "ada", "create_filter", one_more.clone()) else {
        return;
    };
    assert!(is_fault(&refused, "ServiceQuotaExceededException"), "{refused:?}");
    assert!(ask(&bench, "dora", "create_filter", one_more).unwrap().is_ok());
    bench.stop().await;
});

//! Who belongs together, and acting in the accounts of others.

use serde_json::{Value, json};

use super::{FLASK, ask, is_fault, outcome};
use crate::{
    bench::{ADMINISTRATOR, MANAGEMENT, MEMBER, NEWCOMER, ORGANIZATION, OTHER_MEMBER, OWN, both},
    promises::texts,
};

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
    // Whoever becomes an agent acts as nothing more.
    let mut dora = bench
        .database
        .person(ADMINISTRATOR, "dora")
        .await
        .unwrap()
        .unwrap();
    for (role, expected) in [("agent", "ExpiredToken"), ("administrator", "")] {
        dora.role = role.to_owned();
        assert!(bench.database.update_person(&dora).await.unwrap());
        let outcome = with(auditor, "inspector2", "list_findings", json!({}));
        assert_eq!(outcome.is_err(), !expected.is_empty(), "{role}: {outcome:?}");
        assert!(
            outcome.is_ok() || is_fault(&outcome, expected),
            "{role}: {outcome:?}"
        );
    }
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

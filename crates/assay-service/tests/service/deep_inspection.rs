//! Where hosts are looked into for packages: what accounts say, what an administrator says for them, and who may.

use serde_json::{Value, json};

use crate::{
    bench::{ADMINISTRATOR, Bench, MEMBER, NEWCOMER, OTHER_MEMBER, OWN, REGION, both},
    promises::{ask, texts},
};

macro_rules! ask {
    ($bench:expr, $user:expr, $operation:literal, $arguments:tt) => {
        match ask(&$bench, $user, $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

async fn scan_hosts_of(bench: &Bench, account: &str) {
    let scope = bench.database.scope(account, REGION).await.unwrap();
    bench.database.enable(scope, &["EC2"], 0).await.unwrap();
}

fn told(answer: &Value) -> (&str, Vec<&str>, Vec<&str>) {
    (
        answer["status"].as_str().unwrap(),
        texts(&answer["packagePaths"], ""),
        texts(&answer["orgPackagePaths"], ""),
    )
}

both!(deep_inspection_is_on_where_hosts_are_scanned, |bench| {
    let off = ask!(bench, "ada", "get_ec2_deep_inspection_configuration", {}).unwrap();
    assert_eq!(told(&off), ("DEACTIVATED", vec![], vec![]));
    let refused =
        ask!(bench, "ada", "update_ec2_deep_inspection_configuration", {"activateDeepInspection": true});
    assert!(refused.unwrap_err().starts_with("ValidationException"));

    scan_hosts_of(&bench, OWN).await;
    let on = ask!(bench, "ada", "get_ec2_deep_inspection_configuration", {}).unwrap();
    assert_eq!(told(&on), ("ACTIVATED", vec![], vec![]));
    let changed = ask!(bench, "ada", "update_ec2_deep_inspection_configuration",
        {"packagePaths": ["/opt/shop", "/srv/.apps/", "/opt/shop", "C:\\Program Files\\Shop"]})
    .unwrap();
    let paths = vec!["/opt/shop", "/srv/.apps/", "C:\\Program Files\\Shop"];
    assert_eq!(told(&changed), ("ACTIVATED", paths.clone(), vec![]));
    // What is not spoken of stays.
    let changed = ask!(bench, "ada", "update_ec2_deep_inspection_configuration",
        {"activateDeepInspection": false})
    .unwrap();
    assert_eq!(told(&changed), ("DEACTIVATED", paths.clone(), vec![]));
    let kept = ask!(bench, "ada", "get_ec2_deep_inspection_configuration", {}).unwrap();
    assert_eq!(told(&kept), ("DEACTIVATED", paths, vec![]));
    // No paths take the place of those that there were.
    let changed = ask!(bench, "ada", "update_ec2_deep_inspection_configuration",
        {"activateDeepInspection": true, "packagePaths": []})
    .unwrap();
    assert_eq!(told(&changed), ("ACTIVATED", vec![], vec![]));
    // Other settings do not touch it.
    ask!(bench, "ada", "update_ec2_deep_inspection_configuration", {"packagePaths": ["/opt/a"]}).unwrap();
    ask!(bench, "ada", "update_configuration", {"ec2Configuration": {"scanMode": "EC2_HYBRID"}}).unwrap();
    let kept = ask!(bench, "ada", "get_ec2_deep_inspection_configuration", {}).unwrap();
    assert_eq!(told(&kept), ("ACTIVATED", vec!["/opt/a"], vec![]));

    for (paths, wrong) in [
        (json!(["opt"]), "packagePaths[0]"),
        (json!(["/a", "/b", "/c", "/d", "/e", "/f"]), "packagePaths"),
        (json!(["/opt/../etc"]), "packagePaths[0]"),
    ] {
        let body = json!({"packagePaths": paths}).to_string();
        let sent = bench
            .send("ada", "POST", "/ec2deepinspectionconfiguration/update", &body)
            .await;
        assert_eq!(sent.fault.as_deref(), Some("ValidationException"), "{sent:?}");
        assert_eq!(sent.answer["fields"][0]["name"], wrong, "{sent:?}");
    }
});

// F4: what the administrator says holds for its members, and for nobody else.
both!(administrators_say_where_members_are_looked_into, |bench| {
    for account in [ADMINISTRATOR, MEMBER, NEWCOMER, OTHER_MEMBER] {
        scan_hosts_of(&bench, account).await;
    }
    ask!(bench, "dora", "update_org_ec2_deep_inspection_configuration",
        {"orgPackagePaths": ["/opt/all", "/srv/all"]})
    .unwrap();
    let of_all = vec!["/opt/all", "/srv/all"];
    for user in ["dora", "mia", "max"] {
        let got = ask!(bench, user, "get_ec2_deep_inspection_configuration", {}).unwrap();
        assert_eq!(told(&got), ("ACTIVATED", vec![], of_all.clone()), "{user}");
    }
    for user in ["ada", "nia", "oda"] {
        let got = ask!(bench, user, "get_ec2_deep_inspection_configuration", {}).unwrap();
        assert_eq!(got["orgPackagePaths"], json!([]), "{user}");
    }
    // Members add their own, and cannot turn it off.
    let added = ask!(bench, "mia", "update_ec2_deep_inspection_configuration",
        {"activateDeepInspection": true, "packagePaths": ["/opt/mine"]})
    .unwrap();
    assert_eq!(told(&added), ("ACTIVATED", vec!["/opt/mine"], of_all.clone()));
    let refused =
        ask!(bench, "mia", "update_ec2_deep_inspection_configuration", {"activateDeepInspection": false});
    assert!(refused.unwrap_err().starts_with("AccessDenied"));
    for user in ["mia", "moe", "ada"] {
        let refused = ask!(bench, user, "update_org_ec2_deep_inspection_configuration",
            {"orgPackagePaths": ["/opt/x"]});
        assert!(refused.unwrap_err().starts_with("AccessDenied"), "{user}");
        let refused =
            ask!(bench, user, "batch_get_member_ec2_deep_inspection_status", {"accountIds": [MEMBER]});
        assert!(refused.unwrap_err().starts_with("AccessDenied"), "{user}");
    }

    let changed = ask!(bench, "dora", "batch_update_member_ec2_deep_inspection_status",
    {"accountIds": [
        {"accountId": MEMBER, "activateDeepInspection": false},
        {"accountId": OTHER_MEMBER, "activateDeepInspection": false},
    ]})
    .unwrap();
    assert_eq!(
        changed["accountIds"],
        json!([{"accountId": MEMBER, "status": "DEACTIVATED"}])
    );
    assert_eq!(texts(&changed["failedAccountIds"], "/accountId"), [OTHER_MEMBER]);
    let got = ask!(bench, "mia", "get_ec2_deep_inspection_configuration", {}).unwrap();
    assert_eq!(told(&got), ("DEACTIVATED", vec!["/opt/mine"], of_all));

    let all = ask!(bench, "dora", "batch_get_member_ec2_deep_inspection_status", {}).unwrap();
    assert_eq!(all["failedAccountIds"], json!([]));
    assert_eq!(
        all["accountIds"][0],
        json!({"accountId": MEMBER, "status": "DEACTIVATED"})
    );
    assert!(!texts(&all["accountIds"], "/accountId").contains(&NEWCOMER));
    let some = ask!(bench, "dora", "batch_get_member_ec2_deep_inspection_status",
        {"accountIds": [MEMBER, NEWCOMER]})
    .unwrap();
    assert_eq!(texts(&some["accountIds"], "/accountId"), [MEMBER]);
    assert_eq!(texts(&some["failedAccountIds"], "/accountId"), [NEWCOMER]);

    // Nothing to turn on where hosts are not scanned.
    let scope = bench.database.scope(MEMBER, REGION).await.unwrap();
    bench.database.disable(scope, &["EC2"], 1).await.unwrap();
    let changed = ask!(bench, "dora", "batch_update_member_ec2_deep_inspection_status",
        {"accountIds": [{"accountId": MEMBER, "activateDeepInspection": true}]})
    .unwrap();
    assert_eq!(changed["accountIds"], json!([]));
    assert_eq!(changed["failedAccountIds"][0]["ec2ScanStatus"], "DISABLED");
});

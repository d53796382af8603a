//! A connector against AWS as moto plays it, with two accounts of an organisation, and a service that it tells.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod aws;
#[path = "../../../assay/tests/support/mod.rs"]
mod support;
mod world;

use aws::{HOME, REGION};
use serde_json::{Value, json};
use world::Accounts;

/// Packages that Systems Manager tells of.
fn openssl(version: &str) -> Value {
    json!([
        {"Name": "openssl", "ApplicationType": "web", "Publisher": "Debian", "Version": version, "Architecture": "amd64",
            "PackageId": "openssl.deb"}
    ])
}

/// What the image has, of which the feeds know something.
const IN_IMAGE: [&str; 7] = [
    "CVE-2019-10744",
    "CVE-2020-14343",
    "CVE-2024-0001",
    "CVE-2024-0003",
    "CVE-2024-0004",
    "CVE-2024-0006",
    "GHSA-8888-9999-aaaa",
];

/// What the feeds know of the older of the two versions of OpenSSL; of the newer, all but the first.
const ON_DISK: [&str; 4] = ["CVE-2024-0001", "CVE-2024-0003", "CVE-2024-0004", "CVE-2024-0006"];

fn debian() -> Value {
    json!({"PlatformType": "Linux", "PlatformName": "Debian GNU/Linux", "PlatformVersion": "12", "AgentType": "amazon-ssm-agent"})
}

#[test]
fn hosts_are_found_in_all_accounts_and_go() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    let member = accounts.member.clone();
    let web = accounts.aws.name("run_instance", &json!({"Name": "web"}));
    let excluded = accounts
        .aws
        .name("run_instance", &json!({"InspectorEc2Exclusion": "yes"}));
    let other = accounts.aws.name("run_instance", &json!({"account": member}));
    let now = jiff::Timestamp::now().to_string();
    let inventory =
        json!({"id": web, "captured": now, "applications": openssl("3.0.11-1~deb12u2"), "about": debian()});
    accounts.aws.order("inventory", &inventory);
    accounts.once("");
    let expected = [
        format!("{HOME} {web} ACTIVE SUCCESSFUL EC2_SSM_AGENT_BASED"),
        format!("{HOME} {excluded} INACTIVE EXCLUDED_BY_TAG EC2_AGENTLESS"),
        format!("{member} {other} INACTIVE UNMANAGED_EC2_INSTANCE EC2_AGENTLESS"),
    ];
    accounts.covers("AWS_EC2_INSTANCE", &expected);
    accounts.finds(&web, &ON_DISK);

    // What cannot be looked at stays as it was, and whoever asked is told.
    let allow = |allowed: bool| json!({"operation": "DescribeInstances", "allowed": allowed});
    accounts.aws.order("allow", &allow(false));
    accounts.ends_with(1, "");
    accounts.covers("AWS_EC2_INSTANCE", &expected);
    accounts.aws.order("allow", &allow(true));

    // Nothing changed, and what changed.
    accounts.once("");
    accounts.covers("AWS_EC2_INSTANCE", &expected);
    let later = (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60)).to_string();
    let inventory =
        json!({"id": web, "captured": later, "applications": openssl("3.0.13-1~deb12u1"), "about": debian()});
    accounts.aws.order("inventory", &inventory);
    let tag = json!({"id": excluded, "key": "InspectorEc2Exclusion"});
    accounts.aws.order("untag_instance", &tag);
    accounts
        .aws
        .order("terminate_instance", &json!({"id": other, "account": member}));
    accounts.once("");
    accounts.finds(&web, &ON_DISK[1..]);
    accounts.covers(
        "AWS_EC2_INSTANCE",
        &[
            format!("{HOME} {web} ACTIVE SUCCESSFUL EC2_SSM_AGENT_BASED"),
            format!("{HOME} {excluded} INACTIVE UNMANAGED_EC2_INSTANCE EC2_AGENTLESS"),
        ],
    );
    accounts.asked_no_more_than_is_documented();
}

#[test]
fn hosts_without_agents_are_read_by_snapshots() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    if !accounts.makes_disk("root.img") {
        return;
    }
    let web = accounts.aws.name("run_instance", &json!({}));
    let path = accounts.world.path("root.img");
    accounts.aws.order("disk", &json!({ "path": path }));
    accounts.scans_without_agents();
    // Without snapshots nobody reads it, and the service says so.
    accounts.once("[hosts]\nsnapshots = false\n");
    accounts.covers(
        "AWS_EC2_INSTANCE",
        &[format!(
            "{HOME} {web} INACTIVE UNMANAGED_EC2_INSTANCE EC2_AGENTLESS"
        )],
    );
    // Where we are not let it says so, and snapshots, which cost money, are not tried again soon.
    let allow = |allowed: bool| json!({"operation": "CreateSnapshots", "allowed": allowed});
    accounts.aws.order("allow", &allow(false));
    for _ in 0..2 {
        accounts.once("");
        accounts.covers(
            "AWS_EC2_INSTANCE",
            &[format!("{HOME} {web} INACTIVE ACCESS_DENIED EC2_AGENTLESS")],
        );
        assert_eq!(accounts.asked_for("CreateSnapshots"), 1);
    }
    accounts.aws.order("allow", &allow(true));
    accounts.forget();
    accounts.once("");
    accounts.covers(
        "AWS_EC2_INSTANCE",
        &[format!("{HOME} {web} ACTIVE SUCCESSFUL EC2_AGENTLESS")],
    );
    accounts.finds(&web, &ON_DISK);
    assert_eq!(accounts.aws.order("list_snapshots", &json!({})), json!([]));
    // Once a day is enough.
    accounts.once("");
    assert_eq!(accounts.asked_for("CreateSnapshots"), 2);
    accounts.asked_no_more_than_is_documented();
}

#[test]
fn machine_images_are_read_by_the_snapshots_that_they_have() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    if !accounts.makes_disk("root.img") {
        return;
    }
    let path = accounts.world.path("root.img");
    let mut made = |tag: &str| {
        let asked = json!({"path": path, "tags": {"scan": tag}});
        accounts.aws.name("machine_image", &asked)
    };
    let (golden, other) = (made("yes"), made("no"));
    let line = |id: &str, standing: &str| format!("{HOME} {id} {standing} ");
    let left_out = line(&other, "INACTIVE NO_SCAN_CONFIGURATION_ASSOCIATED");
    // Nobody asked for them.
    accounts.once("");
    accounts.covers("MACHINE_IMAGE", &[]);
    let others = "[hosts]\nwatch = false\n[functions]\nwatch = false\n[network]\nwatch = false\n[images]\nwatch = false\n";
    let watched = format!("{others}[machine-images]\nwatch = true\n");
    accounts.selects_machine_images(
        &json!({"scanMode": "TARGET_SCANNING", "tags": [{"key": "scan", "value": "yes"}]}),
    );
    // Where we are not let it says so, and blocks, which cost money, are not asked for again soon.
    let allow = |allowed: bool| json!({"operation": "GetSnapshotBlock", "allowed": allowed});
    accounts.aws.order("allow", &allow(false));
    for _ in 0..2 {
        accounts.once(&watched);
        let denied = line(&golden, "INACTIVE ACCESS_DENIED_TO_ENCRYPTION_KEY");
        accounts.covers("MACHINE_IMAGE", &[denied, left_out.clone()]);
        assert_eq!(accounts.asked_for("GetSnapshotBlock"), 1);
    }
    accounts.aws.order("allow", &allow(true));
    accounts.forget();
    accounts.once(&watched);
    accounts.covers("MACHINE_IMAGE", &[line(&golden, "ACTIVE SUCCESSFUL"), left_out]);
    accounts.finds(&golden, &ON_DISK);
    let details = &accounts.finding(&golden, ON_DISK[0])["resources"][0]["details"]["machineImage"];
    assert_eq!(details["rootDeviceType"], "standard", "{details}");
    // Once is enough, until others are to be read, or one goes.
    let asked = accounts.asked_for("GetSnapshotBlock");
    accounts.once(&watched);
    assert_eq!(accounts.asked_for("GetSnapshotBlock"), asked);
    accounts.selects_machine_images(&json!({"scanMode": "SCAN_ALL"}));
    accounts.covers(
        "MACHINE_IMAGE",
        &[
            line(&golden, "ACTIVE SUCCESSFUL"),
            line(&other, "ACTIVE PENDING_INITIAL_SCAN"),
        ],
    );
    accounts.once(&watched);
    accounts.finds(&other, &ON_DISK);
    accounts.aws.order("deregister", &json!({ "id": golden }));
    accounts.once(&watched);
    accounts.covers("MACHINE_IMAGE", &[line(&other, "ACTIVE SUCCESSFUL")]);
    accounts.finds(&golden, &[]);
    accounts.asked_no_more_than_is_documented();
}

#[test]
fn images_and_functions_are_read_and_followed() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    let digest = accounts.push("shop/web", "1");
    let image = format!("arn:aws:ecr:{REGION}:{HOME}:repository/shop/web/{digest}");
    let lodash = json!({"node_modules/lodash/package.json": r#"{"name": "lodash", "version": "4.17.10"}"#});
    let yaml = |version: &str| {
        let metadata = format!("Metadata-Version: 2.1\nName: PyYAML\nVersion: {version}\n");
        let path = format!("PyYAML-{version}.dist-info/METADATA");
        json!({ path: metadata })
    };
    let pay = json!({"name": "pay", "files": yaml("5.3"), "layer": lodash, "tags": {"team": "shop"}});
    let layers = accounts.aws.order("create_function", &pay);
    let idle = json!({"name": "idle", "files": yaml("5.3"), "tags": {"InspectorExclusion": "LambdaStandardScanning"}});
    accounts.aws.order("create_function", &idle);
    let boxed = json!({"name": "boxed", "repository": "shop/web", "digest": digest});
    accounts.aws.order("create_function_of_image", &boxed);
    accounts.once("");
    let function = |name: &str| format!("arn:aws:lambda:{REGION}:{HOME}:function:{name}:$LATEST");
    accounts.covers(
        "AWS_ECR_CONTAINER_IMAGE",
        &[format!("{HOME} {image} ACTIVE SUCCESSFUL ")],
    );
    accounts.covers(
        "AWS_LAMBDA_FUNCTION",
        &[
            format!("{HOME} {} ACTIVE SUCCESSFUL ", function("boxed")),
            format!("{HOME} {} INACTIVE EXCLUDED_BY_TAG ", function("idle")),
            format!("{HOME} {} ACTIVE SUCCESSFUL ", function("pay")),
        ],
    );
    accounts.finds(&image, &IN_IMAGE);
    accounts.finds(&function("boxed"), &IN_IMAGE);
    accounts.finds(
        &function("pay"),
        &["CVE-2019-10744", "CVE-2020-14343", "GHSA-8888-9999-aaaa"],
    );
    let of_layer = accounts.finding(&function("pay"), "CVE-2019-10744");
    let package = &of_layer["packageVulnerabilityDetails"]["vulnerablePackages"][0];
    assert_eq!(package["sourceLambdaLayerArn"], layers[0], "{package}");

    // Nobody uses the one, which is as old as the other.
    for (name, invoked) in [("pay", 100), ("boxed", 5)] {
        let age = json!({"name": name, "days": 200, "invoked": invoked});
        accounts.aws.order("age", &age);
    }
    let unused = |accounts: &Accounts, standing: &str| {
        let expected = [
            format!("{HOME} {} ACTIVE SUCCESSFUL ", function("boxed")),
            format!("{HOME} {} INACTIVE EXCLUDED_BY_TAG ", function("idle")),
            format!("{HOME} {} {standing} ", function("pay")),
        ];
        accounts.covers("AWS_LAMBDA_FUNCTION", &expected);
    };
    accounts.once("");
    unused(&accounts, "ACTIVE SUCCESSFUL");
    accounts.once("[functions]\nexpire-unused = true\n");
    unused(&accounts, "INACTIVE SCAN_ELIGIBILITY_EXPIRED");
    accounts.finds(&function("pay"), &[]);

    accounts
        .aws
        .order("age", &json!({"name": "pay", "days": 0, "invoked": 100}));
    accounts
        .aws
        .order("update_function", &json!({"name": "pay", "files": yaml("6.0")}));
    accounts.aws.order("delete_function", &json!({"name": "idle"}));
    accounts.aws.order(
        "delete_image",
        &json!({"repository": "shop/web", "digest": digest}),
    );
    accounts.once("");
    accounts.finds(&function("pay"), &["CVE-2019-10744", "GHSA-8888-9999-aaaa"]);
    accounts.covers(
        "AWS_LAMBDA_FUNCTION",
        &[
            format!("{HOME} {} ACTIVE SUCCESSFUL ", function("boxed")),
            format!("{HOME} {} ACTIVE SUCCESSFUL ", function("pay")),
        ],
    );
    accounts.covers("AWS_ECR_CONTAINER_IMAGE", &[]);
    accounts.asked_no_more_than_is_documented();
}

#[test]
fn scan_settings_of_ecr_are_followed() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    let digest = accounts.push("shop/web", "1");
    let image = format!("{HOME} arn:aws:ecr:{REGION}:{HOME}:repository/shop/web/{digest}");
    let is = |accounts: &Accounts, standing: &str| {
        accounts.covers("AWS_ECR_CONTAINER_IMAGE", &[format!("{image} {standing} ")]);
    };
    let rules = |filter: &str| {
        json!({"rules": [{"scanFrequency": "CONTINUOUS_SCAN",
            "repositoryFilters": [{"filter": filter, "filterType": "WILDCARD"}]}]})
    };
    let images = "[hosts]\nwatch = false\n[functions]\nwatch = false\n[network]\nwatch = false\n";
    let follow = format!("{images}[images]\nfollow-scan-settings = true\n");
    accounts.aws.order("scan_settings", &rules("prod*"));
    // The service's own settings have all images scanned, and whoever may only push changes none.
    for (more, code) in [(images, 0), (follow.as_str(), 1)] {
        accounts.ends_with(code, more);
        is(&accounts, "ACTIVE SUCCESSFUL");
    }
    accounts.administers();
    accounts.once(&follow);
    is(&accounts, "INACTIVE SCAN_FREQUENCY_MANUAL");
    accounts.aws.order("scan_settings", &rules("*"));
    accounts.once(&follow);
    is(&accounts, "ACTIVE SUCCESSFUL");
    // What we are not let see, or what is asked too often, is no sign that it is gone.
    for operation in ["DescribeRepositories", "DescribeImages"] {
        let allow = |allowed: bool| json!({"operation": operation, "allowed": allowed});
        accounts.aws.order("allow", &allow(false));
        accounts.ends_with(1, images);
        is(&accounts, "ACTIVE SUCCESSFUL");
        accounts.aws.order("allow", &allow(true));
        accounts
            .aws
            .order("throttle", &json!({"operation": operation, "times": 2}));
        accounts.once(images);
        is(&accounts, "ACTIVE SUCCESSFUL");
    }
    accounts.asked_no_more_than_is_documented();
}

#[test]
fn what_happens_is_looked_at_at_once() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    let queue = accounts.aws.name("queue", &json!({}));
    let more = format!("[events]\nqueue = '{queue}'\n");
    let _connector = accounts.watch(&more);
    accounts.is_told_of_network();
    let event = |kind: &str, detail: Value| json!({"url": queue, "event": {"detail-type": kind, "account": HOME, "region": REGION, "detail": detail}});
    let web = accounts.aws.name("run_instance", &json!({}));
    let running = event(
        "EC2 Instance State-change Notification",
        json!({"instance-id": web}),
    );
    accounts.aws.order("happens", &running);
    accounts.covers(
        "AWS_EC2_INSTANCE",
        &[format!(
            "{HOME} {web} INACTIVE UNMANAGED_EC2_INSTANCE EC2_AGENTLESS"
        )],
    );
    let digest = accounts.push("shop/web", "1");
    let image = format!("arn:aws:ecr:{REGION}:{HOME}:repository/shop/web/{digest}");
    let pushed = event("ECR Image Action", json!({"repository-name": "shop/web"}));
    accounts.aws.order("happens", &pushed);
    accounts.covers(
        "AWS_ECR_CONTAINER_IMAGE",
        &[format!("{HOME} {image} ACTIVE SUCCESSFUL ")],
    );
    accounts.aws.order("terminate_instance", &json!({"id": web}));
    accounts.aws.order("happens", &running);
    accounts.covers("AWS_EC2_INSTANCE", &[]);
    accounts.asked_no_more_than_is_documented();
}

#[test]
fn networks_are_described_as_aws_describes_them() {
    let Some(mut accounts) = Accounts::start() else {
        return;
    };
    let made = accounts.aws.order("network", &json!({}));
    accounts.once("");
    let network = accounts.network("SecurityGroups");
    let groups = network["objects"].as_array().unwrap();
    let group = groups
        .iter()
        .find(|group| group["GroupId"] == made["group"])
        .unwrap();
    assert_eq!(group["IpPermissions"][0]["FromPort"], 443, "{group}");
    assert_eq!(group["IpPermissions"][0]["IpRanges"][0]["CidrIp"], "0.0.0.0/0");
    let listeners = accounts.network("Listeners");
    assert_eq!(listeners["objects"][0]["Port"], 80, "{listeners}");
    let entries = accounts.network("PrefixListEntries");
    let entries = entries["objects"].as_array().unwrap();
    assert!(
        entries.iter().any(|entry| entry["Cidr"] == "10.9.0.0/16"),
        "{entries:?}"
    );
    // What AWS does not let us see, and what is no answer of AWS's, is said.
    let gateways = accounts.network("TransitGateways");
    assert!(
        gateways.to_string().contains("UnauthorizedOperation"),
        "{gateways}"
    );
    let gateways = accounts.network("VpnGateways");
    assert!(
        gateways.to_string().contains("something else than AWS"),
        "{gateways}"
    );
}

//! Machine images, which are looked into themselves, beside the hosts that are started from them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::Bench;

const IMAGE: &str = "ami-0123456789abcdef0";
const HOST: &str = "i-0feedc0de00000001";

impl Bench {
    async fn push_with(&self, resource: Value, purls: &[&str]) -> Value {
        let packages: Vec<Value> = purls
            .iter()
            .map(|purl| json!({"purl": purl, "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}))
            .collect();
        let inventory = json!({"schema": "assay.inventory/1", "packages": packages,
            "artifact": {"distribution": {"id": "debian", "version": "12"}}});
        let body = json!({"resource": resource, "inventory": inventory});
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.work().await;
        sent.answer
    }

    async fn asks(&self, path: &str, body: Value) -> Value {
        let sent = self.call("ada", "inspector2", "POST", path, &body).await;
        assert_eq!(sent.status, 200, "{path}: {sent:?}");
        self.work().await;
        sent.answer
    }

    /// The groups of findings by machine image: id, source, findings and hosts.
    async fn by_image(&self, request: Value) -> Vec<String> {
        let body = json!({"aggregationType": "AMI", "aggregationRequest": {"amiAggregation": request}});
        let told = self.asks("/findings/aggregation/list", body).await;
        let groups = told["responses"].as_array().unwrap();
        let line = |group: &Value| {
            let group = &group["amiAggregation"];
            format!(
                "{} {} {} {}",
                group["ami"].as_str().unwrap(),
                group["scanSource"].as_str().unwrap(),
                group["severityCounts"]["all"],
                group["affectedInstances"]
            )
        };
        let mut lines: Vec<String> = groups.iter().map(line).collect();
        lines.sort();
        lines
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_image_is_a_resource_like_others() {
    let bench = Bench::start().await;
    let both = ["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.0"];
    let image = json!({"type": "machine-image", "id": IMAGE, "tags": {"team": "red"},
        "details": {"machineImage": {"name": "golden", "rootDeviceType": "ebs"}}});
    let pushed = bench.push_with(image, &both).await;
    assert_eq!(pushed["resource"]["type"], "MACHINE_IMAGE");
    let host = json!({"type": "host", "id": HOST, "details": {"awsEc2Instance": {"imageId": IMAGE}}});
    bench.push_with(host, &both[..1]).await;

    let equals = |value: &str| json!([{"comparison": "EQUALS", "value": value}]);
    for (filter, expected) in [
        (json!({"resourceType": equals("MACHINE_IMAGE")}), 2),
        (json!({"machineImageId": equals(IMAGE)}), 2),
        (json!({"machineImageName": equals("golden")}), 2),
        (json!({"machineImageName": equals("other")}), 0),
        (
            json!({"machineImageOwnerAccountId": equals(crate::bench::OWN)}),
            2,
        ),
        (json!({"machineImagePlatform": equals("DEBIAN_12")}), 2),
        (json!({"ec2InstanceImageId": equals(IMAGE)}), 1),
    ] {
        let found = bench
            .asks("/findings/list", json!({"filterCriteria": filter}))
            .await;
        assert_eq!(found["findings"].as_array().unwrap().len(), expected, "{filter}");
        for finding in found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|_| expected == 2)
        {
            let resource = &finding["resources"][0];
            assert_eq!(
                (&resource["type"], &resource["id"]),
                (&json!("MACHINE_IMAGE"), &json!(IMAGE))
            );
            let details = json!({"machineImageId": IMAGE, "name": "golden", "rootDeviceType": "ebs",
                "platform": "DEBIAN_12", "ownerAccountId": crate::bench::OWN});
            assert_eq!(resource["details"]["machineImage"], details);
        }
    }
    for tag in ["red", "blue"] {
        let filter = json!({"machineImageTags": [{"comparison": "EQUALS", "key": "team", "value": tag}]});
        let covered = bench
            .asks("/coverage/list", json!({"filterCriteria": filter}))
            .await;
        let covered = covered["coveredResources"].as_array().unwrap();
        assert_eq!(covered.len(), usize::from(tag == "red"), "{covered:?}");
        for covered in covered {
            assert_eq!(covered["resourceType"], "MACHINE_IMAGE");
            assert_eq!(covered["scanStatus"]["reason"], "SUCCESSFUL");
            let metadata = json!({"machineImage": {"platform": "LINUX", "tags": {"team": "red"}}});
            assert_eq!(covered["resourceMetadata"], metadata);
        }
    }
    let (of_hosts, of_images) = (
        format!("{IMAGE} INSTANCE_SCAN 1 1"),
        format!("{IMAGE} MACHINE_IMAGE_SCAN 2 null"),
    );
    for (request, expected) in [
        (json!({}), vec![&of_hosts, &of_images]),
        (json!({"amis": equals(IMAGE)}), vec![&of_hosts, &of_images]),
        (json!({"scanSources": ["INSTANCE_SCAN"]}), vec![&of_hosts]),
        (json!({"scanSources": ["MACHINE_IMAGE_SCAN"]}), vec![&of_images]),
        (
            json!({"scanSources": ["MACHINE_IMAGE_SCAN", "INSTANCE_SCAN"]}),
            vec![&of_hosts, &of_images],
        ),
    ] {
        let groups = bench.by_image(request.clone()).await;
        assert_eq!(groups.iter().collect::<Vec<_>>(), expected, "{request}");
    }
    // What excludes a host does not exclude images; what turns hosts off turns them off.
    let tagged = json!({"type": "MACHINE_IMAGE", "id": IMAGE, "tags": {"InspectorEc2Exclusion": ""}});
    assert_eq!(
        bench.push_with(tagged, &both).await["coverage"]["statusCode"],
        "ACTIVE"
    );
    bench.asks("/disable", json!({"resourceTypes": ["EC2"]})).await;
    bench.pass(2).await;
    assert!(bench.findings().await.is_empty());
    bench.stop().await;
}

/// Days ago, in seconds since 1970.
fn ago(days: i64) -> i64 {
    Timestamp::now().as_second() - days * 24 * 3600
}

impl Bench {
    /// Pushes a machine image of an age in days, with members of its own, and says whether its content is wanted.
    async fn tells_of(&self, id: &str, created: i64, more: Value) -> String {
        let mut resource = json!({"type": "machine-image", "id": id,
            "details": {"machineImage": {"creationDate": ago(created)}}});
        for (name, member) in more.as_object().unwrap() {
            resource[name] = member.clone();
        }
        let told = self
            .call(
                "bot",
                "assay",
                "POST",
                "/assay/v1/resources",
                &json!({ "resource": resource }),
            )
            .await;
        assert_eq!(told.status, 200, "{told:?}");
        let told = told.answer;
        format!(
            "{} {}",
            told["coverage"]["reason"].as_str().unwrap(),
            told["wanted"]
        )
    }

    async fn selects(&self, configuration: Value) {
        let body = json!({ "amiConfiguration": configuration });
        self.asks("/configuration/update", body).await;
        self.work().await;
    }

    /// Each of them, and hosts, with the reason of its coverage and how many findings of it are open.
    async fn selected(&self) -> Vec<String> {
        self.covered(|id| &id[..5]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_are_configured_are_scanned() {
    let bench = Bench::start().await;
    let id = |digit: char| format!("ami-{}", digit.to_string().repeat(17));
    let wanted = "PENDING_INITIAL_SCAN true";
    // At first all of them are.
    for (digit, created, more) in [
        ('1', 10, json!({"tags": {"scan": "yes"}})),
        ('2', 100, json!({"launchedAt": ago(3)})),
        ('3', 10, json!({"origin": "copied"})),
        ('4', 10, json!({"origin": "backup"})),
    ] {
        assert_eq!(bench.tells_of(&id(digit), created, more.clone()).await, wanted);
        let mut resource = json!({"type": "machine-image", "id": id(digit),
            "details": {"machineImage": {"creationDate": ago(created)}}});
        for (name, member) in more.as_object().unwrap() {
            resource[name] = member.clone();
        }
        bench.push_with(resource, &["pkg:pypi/flask@1.5"]).await;
    }
    let all = ["ami-1", "ami-2", "ami-3", "ami-4"].map(|id| format!("{id} SUCCESSFUL 1"));
    assert_eq!(bench.selected().await, all);

    bench
        .selects(json!({"createdWithin": "DAYS_30", "lastLaunchedWithin": "DAYS_7",
            "scanModeConfiguration": {"scanMode": "SCAN_ALL", "excludeCopiedAmis": true, "excludeBackupDlmAmis": true}}))
        .await;
    assert_eq!(
        bench.selected().await,
        [
            "ami-1 SUCCESSFUL 1",
            "ami-2 SUCCESSFUL 1",
            "ami-3 NO_SCAN_CONFIGURATION_ASSOCIATED 0",
            "ami-4 NO_SCAN_CONFIGURATION_ASSOCIATED 0"
        ]
    );
    // What comes now is taken by the same measure.
    for (digit, created, more, expected) in [
        ('5', 31, json!({}), "SCAN_ELIGIBILITY_EXPIRED false"),
        ('6', 29, json!({}), wanted),
        (
            '7',
            1,
            json!({"origin": "copied"}),
            "NO_SCAN_CONFIGURATION_ASSOCIATED false",
        ),
    ] {
        assert_eq!(
            bench.tells_of(&id(digit), created, more).await,
            expected,
            "{digit}"
        );
        bench
            .tells_of(&id(digit), created, json!({"state": "terminated"}))
            .await;
    }
    // Time passes, and nobody launches the second one.
    bench.pass(5).await;
    assert_eq!(bench.selected().await[1], "ami-2 SCAN_ELIGIBILITY_EXPIRED 0");

    bench
        .selects(json!({"scanModeConfiguration": {"scanMode": "TARGET_SCANNING", "tags": [{"key": "scan", "value": "yes"}]}}))
        .await;
    let selected = bench.selected().await;
    assert_eq!(selected[0], "ami-1 SUCCESSFUL 1");
    assert!(
        selected[1..]
            .iter()
            .all(|line| line.ends_with("NO_SCAN_CONFIGURATION_ASSOCIATED 0")),
        "{selected:?}"
    );
    bench
        .selects(json!({"scanModeConfiguration": {"scanMode": "SCAN_ALL"}}))
        .await;
    assert_eq!(bench.selected().await, all);

    // Off and on again they stand as they are selected, and hosts as they did.
    for (id, more) in [
        ("i-0000000000000000a", json!({"state": "stopped"})),
        (
            "i-0000000000000000b",
            json!({"tags": {"InspectorEc2Exclusion": "1"}}),
        ),
    ] {
        let mut host = json!({"type": "host", "id": id});
        for (name, member) in more.as_object().unwrap() {
            host[name] = member.clone();
        }
        bench.push_with(host, &["pkg:pypi/flask@1.5"]).await;
    }
    bench
        .selects(json!({"scanModeConfiguration": {"scanMode": "SCAN_ALL", "excludeCopiedAmis": true}}))
        .await;
    let before = bench.selected().await;
    for (path, status) in [("/disable", "DISABLED"), ("/enable", "ENABLED")] {
        let told = bench.asks(path, json!({"resourceTypes": ["EC2"]})).await;
        assert_eq!(told["accounts"][0]["resourceStatus"]["ami"], status);
    }
    bench.work().await;
    assert_eq!(bench.selected().await, before);
    bench.stop().await;
}

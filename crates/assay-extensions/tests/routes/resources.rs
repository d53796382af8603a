//! Resources: what is known of them, and what becomes of them.

use serde_json::{Value, json};

use crate::bench::{Bench, OWN, REGION};

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_tells_what_it_is_and_what_was_found_of_it() {
    let bench = Bench::start().await;
    let pushed = bench
        .host(
            "i-1",
            &["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.0", "pkg:pypi/six"],
        )
        .await;
    let told = bench.get("aud", "/resource?id=i-1").await;
    assert_eq!(told.status, 200, "{told:?}");
    let told = told.answer;
    assert_eq!(told["type"], "AWS_EC2_INSTANCE");
    assert_eq!(told["state"], "ACTIVE");
    assert_eq!(told["inventory"], pushed["inventory"]);
    assert_eq!(told["assessedInventory"], pushed["inventory"]);
    assert_eq!(told["coverage"][0]["reason"], "SUCCESSFUL", "{told}");
    for (target, status) in [
        ("/resource?id=i-2", 404),
        ("/resource?id=", 400),
        ("/resource", 400),
        ("/resource?id=i-1&type=AWS_LAMBDA_FUNCTION", 404),
        ("/resource?id=i-1&type=TOASTER", 400),
        ("/resource?id=i-1&more=1", 400),
    ] {
        assert_eq!(bench.get("aud", target).await.status, status, "{target}");
    }
    assert_eq!(
        bench.get("eve", "/resource?id=i-1").await.status,
        404,
        "another account's"
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_stop_run_again_and_end() {
    let bench = Bench::start().await;
    bench.host("i-1", &["pkg:pypi/flask@1.5"]).await;
    for (state, reason, findings) in [
        ("stopped", "EC2_INSTANCE_STOPPED", "CVE-2024-1 ACTIVE"),
        ("active", "SUCCESSFUL", "CVE-2024-1 ACTIVE"),
        ("terminated", "RESOURCE_TERMINATED", "CVE-2024-1 CLOSED"),
        ("active", "SUCCESSFUL", "CVE-2024-1 ACTIVE"),
    ] {
        let body = json!({"id": "i-1", "state": state});
        let changed = bench
            .call("bot", "assay", "POST", "/assay/v1/resource/state", &body)
            .await;
        assert_eq!(changed.status, 200, "{changed:?}");
        bench.work().await;
        let told = bench.get("aud", "/resource?id=i-1").await.answer;
        assert_eq!(told["coverage"][0]["reason"], reason, "{state}: {told}");
        assert_eq!(bench.statuses().await, [findings], "{state}");
    }
    for (body, status) in [
        (json!({"id": "i-9", "state": "active"}), 404),
        (json!({"id": "i-1", "state": "asleep"}), 400),
        (json!({"id": "i-1"}), 400),
    ] {
        let sent = bench
            .call("bot", "assay", "POST", "/assay/v1/resource/state", &body)
            .await;
        assert_eq!(sent.status, status, "{body}");
    }
    bench.stop().await;
}

/// F1, by push: what is pushed has its findings, whatever kind it is, and nobody asks for a scan.
#[tokio::test(flavor = "multi_thread")]
async fn hosts_images_and_functions_have_findings() {
    let bench = Bench::start().await;
    let types = json!({"resourceTypes": ["EC2", "ECR", "LAMBDA"]});
    let enabled = bench.call("ada", "inspector2", "POST", "/enable", &types).await;
    assert_eq!(enabled.status, 200, "{enabled:?}");
    let image = "arn:aws:ecr:eu-west-1:111122223333:repository/web/sha256:\
        0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    for (kind, id) in [("host", "i-1"), ("image", image), ("function", "web")] {
        let packages = json!([{"purl": "pkg:pypi/flask@1.5",
            "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}]);
        let inventory = json!({"schema": "assay.inventory/1", "artifact": {}, "packages": packages});
        let body = json!({"resource": {"type": kind, "id": id}, "inventory": inventory});
        let pushed = bench
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(pushed.status, 200, "{kind}: {pushed:?}");
    }
    bench.work().await;
    let listed = bench
        .call("aud", "inspector2", "POST", "/findings/list", &json!({}))
        .await;
    let mut types: Vec<&str> = listed.answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["resources"][0]["type"].as_str().unwrap())
        .collect();
    types.sort_unstable();
    assert_eq!(
        types,
        [
            "AWS_EC2_INSTANCE",
            "AWS_ECR_CONTAINER_IMAGE",
            "AWS_LAMBDA_FUNCTION"
        ]
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages_and_changes_in_order() {
    let bench = Bench::start().await;
    for name in ["i-1", "i-2", "i-3"] {
        bench.host(name, &["pkg:pypi/flask@1.5"]).await;
    }
    let mut names = Vec::new();
    let mut target = "/resources?maxResults=2".to_owned();
    loop {
        let page = bench.get("aud", &target).await.answer;
        let listed = page["resources"].as_array().unwrap();
        names.extend(
            listed
                .iter()
                .map(|resource| resource["id"].as_str().unwrap().to_owned()),
        );
        match page["nextToken"].as_str() {
            Some(token) => target = format!("/resources?maxResults=2&nextToken={token}"),
            None => break,
        }
    }
    assert_eq!(names, ["i-1", "i-2", "i-3"]);
    let forged = bench.get("aud", "/resources?nextToken=AAAA").await;
    assert_eq!(forged.status, 400, "{forged:?}");
    let mut after = 0;
    let mut told = Vec::new();
    loop {
        let page = bench
            .get("aud", &format!("/changes?after={after}&limit=1"))
            .await
            .answer;
        after = page["lastSequence"].as_i64().unwrap();
        match page["changes"].as_array().unwrap().as_slice() {
            [] => break,
            changes => told.extend(changes.iter().map(|change| change["sequence"].as_i64().unwrap())),
        }
    }
    assert_eq!(told, [1, 2, 3]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mark_moves_with_findings_and_can_be_waited_for() {
    let bench = Bench::start().await;
    let mark = |answer: &Value| answer["mark"].as_i64().unwrap();
    let before = bench.get("aud", "/changes/mark").await;
    assert_eq!((before.status, mark(&before.answer)), (200, 0), "{before:?}");
    // Who knows another mark does not wait, nor who does not ask to.
    bench.get("aud", "/changes/mark?than=7&wait=20").await;
    let (waited, ()) = tokio::join!(bench.get("aud", "/changes/mark?than=0&wait=20"), async {
        bench.host("i-1", &["pkg:pypi/flask@1.5"]).await;
    });
    assert_eq!(mark(&waited.answer), 1, "{waited:?}");
    let same = bench.get("aud", "/changes/mark?than=1&wait=1").await;
    assert_eq!(mark(&same.answer), 1);
    // Another account's changes are none of its.
    assert_eq!(mark(&bench.get("eve", "/changes/mark").await.answer), 0);
    for wrong in ["than=-1", "wait=21", "wait=soon", "until=3"] {
        assert_eq!(
            bench.get("aud", &format!("/changes/mark?{wrong}")).await.status,
            400,
            "{wrong}"
        );
    }
    bench.stop().await;
}

// F32: the repository of an image that is pushed is covered, and says when it is scanned.
#[tokio::test(flavor = "multi_thread")]
async fn repositories_come_with_their_images() {
    let bench = Bench::start().await;
    bench.turn_on(&["ECR"]).await;
    let repository = format!("arn:aws:ecr:{REGION}:{OWN}:repository/shop/web");
    for digit in ["a", "b"] {
        let id = format!("{repository}/sha256:{}", digit.repeat(64));
        let body = json!({"resource": {"type": "image", "id": id}});
        let pushed = bench
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(pushed.status, 200, "{pushed:?}");
    }
    bench.work().await;
    let body = json!({"filterCriteria": {"resourceType": [
        {"comparison": "EQUALS", "value": "AWS_ECR_REPOSITORY"}]}});
    let listed = bench
        .call("aud", "inspector2", "POST", "/coverage/list", &body)
        .await
        .answer;
    let listed = listed["coveredResources"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["resourceId"], repository);
    assert_eq!(
        listed[0]["scanStatus"],
        json!({"statusCode": "ACTIVE", "reason": "SUCCESSFUL"})
    );
    assert_eq!(
        listed[0]["resourceMetadata"]["ecrRepository"],
        json!({"name": "shop/web", "scanFrequency": "CONTINUOUS_SCAN"})
    );
    bench.stop().await;
}

// F14: hosts need no agent of ours where they have one that tells what is installed.
#[tokio::test(flavor = "multi_thread")]
async fn what_other_agents_tell_is_taken() {
    let bench = Bench::start().await;
    let python = json!([{"name": "Flask", "version": "1.5", "path": "/usr/lib/python3/dist-packages/flask"}]);
    let debian = json!([{"platform": "debian", "version": "12 (bookworm)"}]);
    let systems_manager = json!({"InstanceId": "i-1", "Items": [
        {"TypeName": "AWS:InstanceInformation", "Content": [
            {"PlatformName": "Amazon Linux", "PlatformType": "Linux", "PlatformVersion": "2023"}]},
        {"TypeName": "AWS:Application", "Content": [{"Name": "bash", "Version": "5.2", "Release": "1"}]}]});
    let listed = json!([
        {"TypeName": "AWS:InstanceInformation", "Entries": [
            {"PlatformName": "Amazon Linux", "PlatformType": "Linux", "PlatformVersion": "2023"}]},
        {"TypeName": "AWS:Application", "Entries": [{"Name": "zlib", "Version": "1.2", "Release": "1"}]}]);
    for (id, inventory, platform, findings) in [
        ("i-1", systems_manager, "AMAZON_LINUX_2023", 0),
        (
            "i-2",
            json!({"osquery": {"os_version": debian, "python_packages": python}}),
            "DEBIAN_12",
            1,
        ),
        (
            "i-3",
            json!([{"name": "pack_os_version", "snapshot": debian}, {"name": "pack_python_packages", "snapshot": python}]),
            "DEBIAN_12",
            2,
        ),
        ("i-4", listed, "AMAZON_LINUX_2023", 2),
    ] {
        let body = json!({"resource": {"type": "host", "id": id}, "inventory": inventory});
        let pushed = bench
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(pushed.status, 200, "{pushed:?}");
        assert_eq!(pushed.answer["inventory"]["packages"], 1, "{pushed:?}");
        bench.work().await;
        assert_eq!(bench.statuses().await.len(), findings, "{id}");
        let told = bench.get("aud", &format!("/resource?id={id}")).await.answer;
        assert_eq!(told["details"]["awsEc2Instance"]["platform"], platform);
    }
    bench.stop().await;
}

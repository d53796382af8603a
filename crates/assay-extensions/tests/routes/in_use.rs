//! Images in use: as hosts and clusters tell, through the routes, and as Inspector's API shows it.

use serde_json::{Value, json};

use crate::bench::{Bench, OWN, REGION};

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

fn id(digit: char) -> String {
    format!("arn:aws:ecr:{REGION}:{OWN}:repository/shop/{}", digest(digit))
}

/// A container of an image, in a pod where a namespace is named.
fn container(digit: char, namespace: Option<&str>) -> Value {
    let mut container = json!({"runtime": "containerd", "id": "c", "image": {"digests": [digest(digit)]}});
    if let Some(namespace) = namespace {
        container["pod"] = json!({"namespace": namespace, "name": "web-0",
            "workload": {"type": "StatefulSet", "name": "web"}});
    }
    container
}

impl Bench {
    async fn inspector(&self, target: &str, body: &Value) -> Value {
        let sent = self.call("ada", "inspector2", "POST", target, body).await;
        assert_eq!(sent.status, 200, "{target}: {sent:?}");
        sent.answer
    }

    async fn push_image(&self, digit: char) {
        let packages = json!([{"purl": "pkg:pypi/flask@1.5",
            "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}]);
        let body = json!({"resource": {"type": "image", "id": id(digit), "indexDigests": [digest('f')]},
            "inventory": {"schema": "assay.inventory/1", "artifact": {}, "packages": packages}});
        let pushed = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(pushed.status, 200, "{pushed:?}");
        self.work().await;
    }

    async fn tell_host(&self, host: &str, containers: &[Value]) {
        let body = json!({"resource": {"type": "host", "id": host,
            "running": {"containers": containers, "cluster": "prod"}}});
        let pushed = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(pushed.status, 200, "{pushed:?}");
    }

    async fn tell_cluster(&self, body: &Value) -> (u16, Value) {
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/clusters", body)
            .await;
        (sent.status, sent.answer)
    }

    /// How many containers run an image, and whether one ever did, as coverage has it.
    async fn used(&self, digit: char) -> (i64, bool) {
        let named = json!({"filterCriteria": {"resourceId": [{"comparison": "EQUALS", "value": id(digit)}]}});
        let covered = self.inspector("/coverage/list", &named).await;
        let image = &covered["coveredResources"][0]["resourceMetadata"]["ecrImage"];
        (
            image["inUseCount"].as_i64().unwrap(),
            image["lastInUseAt"].is_number(),
        )
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_of_hosts_count_wherever_images_are_shown() {
    let bench = Bench::start().await;
    bench
        .inspector("/enable", &json!({"resourceTypes": ["ECR"]}))
        .await;
    bench.push_image('a').await;
    assert_eq!(bench.used('a').await, (0, false));
    bench
        .tell_host(
            "i-1",
            &[
                container('a', None),
                container('a', Some("sales")),
                container('f', None),
            ],
        )
        .await;
    bench.tell_host("i-2", &[container('f', None)]).await;
    assert_eq!(bench.used('a').await, (4, true));
    // One that is pushed after they told of it.
    bench.push_image('b').await;
    assert_eq!(bench.used('b').await, (2, true));

    let findings = bench
        .inspector(
            "/findings/list",
            &json!({"filterCriteria": {
        "ecrImageInUseCount": [{"lowerInclusive": 3}],
        "ecrImageLastInUseAt": [{"startInclusive": 1_000_000_000}]}}),
        )
        .await;
    let findings = findings["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let details = &findings[0]["resources"][0]["details"]["awsEcrContainerImage"];
    assert_eq!(details["inUseCount"], 4);
    assert!(details["lastInUseAt"].is_number());
    let groups = bench.inspector("/findings/aggregation/list", &json!({"aggregationType": "AWS_ECR_CONTAINER",
        "aggregationRequest": {"awsEcrContainerAggregation": {"inUseCount": [{"lowerInclusive": 1, "upperInclusive": 2}]}}})).await;
    let groups = groups["responses"].as_array().unwrap();
    assert_eq!(groups.len(), 1, "{groups:?}");
    assert_eq!(
        groups[0]["awsEcrContainerAggregation"]["inUseCount"], 2,
        "{groups:?}"
    );
    let covered = bench
        .inspector(
            "/coverage/list",
            &json!({"filterCriteria": {
        "ecrImageInUseCount": [{"lowerInclusive": 0, "upperInclusive": 2}]}}),
        )
        .await;
    assert_eq!(
        covered["coveredResources"].as_array().unwrap().len(),
        1,
        "{covered}"
    );

    // It sinks when a host stops, is gone, or tells of fewer; when an image was last in use stays.
    for (host, state, expected) in [
        ("i-1", "stopped", 1),
        ("i-1", "active", 4),
        ("i-2", "terminated", 3),
    ] {
        let body = json!({"id": host, "state": state});
        let sent = bench
            .call("bot", "assay", "POST", "/assay/v1/resource/state", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        assert_eq!(bench.used('a').await, (expected, true), "{host} {state}");
    }
    bench.tell_host("i-1", &[container('a', None)]).await;
    assert_eq!(bench.used('a').await, (1, true));
    bench.tell_host("i-1", &[]).await;
    assert_eq!(bench.used('a').await, (0, true));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_tell_what_runs_in_them() {
    let bench = Bench::start().await;
    bench
        .inspector("/enable", &json!({"resourceTypes": ["ECR"]}))
        .await;
    bench.push_image('a').await;
    let clusters = async || {
        let asked = json!({"filter": {"resourceId": id('a')}});
        bench.inspector("/cluster/get", &asked).await["cluster"].clone()
    };
    let arn = format!("arn:aws:eks:{REGION}:{OWN}:cluster/prod");
    bench.tell_host("i-1", &[container('a', Some("sales"))]).await;
    let told = clusters().await;
    assert_eq!(told[0]["clusterArn"], arn, "{told}");
    let workload = json!({"name": "web", "type": "StatefulSet"});
    assert_eq!(
        told[0]["clusterDetails"][0]["clusterMetadata"]["awsEksMetadataDetails"],
        json!({"namespace": "sales", "workloadInfoList": [workload]}),
        "{told}"
    );
    assert_eq!(told[0]["clusterDetails"][0]["runningUnitCount"], 1, "{told}");

    // The cluster itself knows better than its nodes, which are not counted besides.
    let deployment = json!({"type": "Deployment", "name": "shop"});
    let body = json!({"cluster": "prod", "images": [
        {"image": {"digests": [digest('a')]}, "namespace": "sales", "workload": deployment, "containers": 3},
        {"image": {"digests": [digest('a')]}, "namespace": "test", "containers": 1},
        {"image": {"digests": []}, "containers": 9},
    ]});
    let answer = |outcome: &str| (200, json!({"cluster": arn, "outcome": outcome}));
    assert_eq!(bench.tell_cluster(&body).await, answer("changed"));
    assert_eq!(bench.tell_cluster(&body).await, answer("unchanged"));
    assert_eq!(bench.used('a').await, (4, true));
    let told = clusters().await;
    let namespaces: Vec<(&Value, &Value)> = told[0]["clusterDetails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|details| {
            let metadata = &details["clusterMetadata"]["awsEksMetadataDetails"];
            (&metadata["namespace"], &details["runningUnitCount"])
        })
        .collect();
    assert_eq!(
        namespaces,
        [(&json!("sales"), &json!(3)), (&json!("test"), &json!(1))]
    );

    // What nobody told of for 36 hours counts no more: neither of the cluster nor of its node.
    bench.pass(1).await;
    assert_eq!(bench.used('a').await, (4, true));
    bench.pass(1).await;
    assert_eq!(bench.used('a').await, (0, true));
    assert_eq!(clusters().await, json!([]));
    for wrong in [
        json!({"cluster": "", "images": []}),
        json!({"images": []}),
        json!({"cluster": "prod"}),
        json!({"cluster": "prod", "images": [{"image": {"digests": []}, "containers": 0}]}),
        json!({"cluster": "prod", "images": [{"image": {"digests": ["x"]}, "containers": 1}]}),
    ] {
        assert_eq!(bench.tell_cluster(&wrong).await.0, 400, "{wrong}");
    }
    bench.stop().await;
}

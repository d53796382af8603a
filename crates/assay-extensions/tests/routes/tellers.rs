//! Hosts that several tell of: agents, whoever reads their disks from outside, and connectors to the cloud that they are in.

use serde_json::{Value, json};

use crate::bench::Bench;

const HOST: &str = "i-0feedc0de00000001";

impl Bench {
    async fn set_mode(&self, mode: &str) {
        let body = json!({"ec2Configuration": {"scanMode": mode}});
        let sent = self
            .call("ada", "inspector2", "POST", "/configuration/update", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
    }

    /// Tells of the host in a mode, with packages where there are any; gives whether its inventory is wanted.
    async fn told(&self, mode: Option<&str>, packages: Option<&[&str]>) -> bool {
        let sent = self.say(json!({ "scanMode": mode }), packages).await;
        sent["wanted"].as_bool().unwrap()
    }

    /// Tells of the host with members of its description, and packages where there are any; gives the answer.
    async fn say(&self, more: Value, packages: Option<&[&str]>) -> Value {
        let inventory = packages.map(|packages| {
            let packages: Vec<Value> = packages
                .iter()
                .map(|purl| json!({"purl": purl, "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}))
                .collect();
            json!({"schema": "assay.inventory/1", "artifact": {"distribution": {"id": "debian", "version": "12"}}, "packages": packages})
        });
        let mut resource = json!({"type": "host", "id": HOST});
        for (name, value) in more.as_object().unwrap() {
            resource[name] = value.clone();
        }
        let body = json!({"resource": resource, "inventory": inventory});
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.work().await;
        sent.answer
    }

    /// What is known of the host itself: its tags, details and what runs on it.
    async fn host_is(&self) -> Value {
        let got = self.get("ada", &format!("/resource?id={HOST}")).await;
        let listeners = got.answer["running"]["listeners"].as_array().map_or(0, Vec::len);
        json!([
            got.answer["tags"],
            got.answer["details"]["awsEc2Instance"],
            listeners
        ])
    }

    /// Mode, status and reason of the host, and the names of its findings with their statuses.
    async fn host_stands(&self) -> String {
        let listed = self
            .call("ada", "inspector2", "POST", "/coverage/list", &json!({}))
            .await;
        let covered = listed.answer["coveredResources"].as_array().unwrap().clone();
        assert_eq!(covered.len(), 1, "one host is one resource");
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}: {}",
            text(&covered[0]["scanMode"]),
            text(&covered[0]["scanStatus"]["statusCode"]),
            text(&covered[0]["scanStatus"]["reason"]),
            self.statuses().await.join(", ")
        )
    }
}

const DISKS: Option<&str> = Some("EC2_AGENTLESS");
const FLASK: &[&str] = &["pkg:pypi/flask@1.5"];
const BOTH: &[&str] = &["pkg:pypi/flask@1.5", "pkg:pypi/jinja2@2.0"];

/// F7 F61: disks tell where no agent does, the agent where it does, and findings are the same throughout.
#[tokio::test(flavor = "multi_thread")]
async fn disks_stand_in_for_an_agent_that_is_silent() {
    let bench = Bench::start().await;
    bench.set_mode("EC2_HYBRID").await;
    assert!(!bench.told(None, Some(FLASK)).await);
    let by_agent = "EC2_INSPECTOR_AGENT_BASED ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE";
    assert_eq!(bench.host_stands().await, by_agent);
    let first = bench.findings().await;
    // The agent knows better.
    assert!(!bench.told(DISKS, Some(BOTH)).await);
    assert_eq!(bench.host_stands().await, by_agent);
    bench.pass(8).await;
    assert_eq!(
        bench.host_stands().await,
        "EC2_INSPECTOR_AGENT_BASED INACTIVE STALE_INVENTORY: CVE-2024-1 ACTIVE"
    );
    assert!(bench.told(DISKS, None).await);
    assert!(!bench.told(DISKS, Some(BOTH)).await);
    assert_eq!(
        bench.host_stands().await,
        "EC2_AGENTLESS ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE"
    );
    assert_eq!(
        bench.findings().await[..1],
        first[..],
        "the same finding, not one like it"
    );
    // And back.
    assert!(!bench.told(None, Some(FLASK)).await);
    assert_eq!(
        bench.host_stands().await,
        "EC2_INSPECTOR_AGENT_BASED ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE, CVE-2024-2 CLOSED"
    );
    assert_eq!(bench.findings().await[..1], first[..]);
    bench.stop().await;
}

/// F61: an agent that was there before is one as well, and tells where none of ours does.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_best_has_the_last_word() {
    let bench = Bench::start().await;
    bench.set_mode("EC2_HYBRID").await;
    assert!(bench.told(DISKS, None).await);
    bench.told(DISKS, Some(BOTH)).await;
    let both = "CVE-2024-1 ACTIVE, CVE-2024-2 ACTIVE";
    assert_eq!(
        bench.host_stands().await,
        format!("EC2_AGENTLESS ACTIVE SUCCESSFUL: {both}")
    );
    let one = "CVE-2024-1 ACTIVE, CVE-2024-2 CLOSED";
    bench.told(BEFORE, Some(FLASK)).await;
    let by_theirs = format!("EC2_SSM_AGENT_BASED ACTIVE SUCCESSFUL: {one}");
    assert_eq!(bench.host_stands().await, by_theirs);
    assert!(!bench.told(DISKS, Some(BOTH)).await);
    assert!(!bench.told(DISKS, None).await);
    assert_eq!(bench.host_stands().await, by_theirs);
    bench.told(None, Some(BOTH)).await;
    let by_ours = format!("EC2_INSPECTOR_AGENT_BASED ACTIVE SUCCESSFUL: {both}");
    assert_eq!(bench.host_stands().await, by_ours);
    for (mode, packages) in [
        (BEFORE, Some(FLASK)),
        (DISKS, Some(FLASK)),
        (BEFORE, None),
        (DISKS, None),
    ] {
        let answer = bench.say(json!({ "scanMode": mode }), packages).await;
        assert_eq!(
            answer["coverage"],
            json!({"statusCode": "ACTIVE", "reason": "SUCCESSFUL"})
        );
        assert_eq!(
            (&answer["wanted"], &answer["inventory"]),
            (&json!(false), &json!(null))
        );
        assert_eq!(bench.host_stands().await, by_ours, "{mode:?} {packages:?}");
    }
    bench.pass(8).await;
    bench.told(BEFORE, Some(FLASK)).await;
    assert_eq!(bench.host_stands().await, by_theirs, "ours is silent");
    bench.told(None, Some(BOTH)).await;
    assert_eq!(bench.host_stands().await, by_ours, "ours is back");
    bench.stop().await;
}

const BEFORE: Option<&str> = Some("EC2_SSM_AGENT_BASED");

/// What a connector says of the host.
fn in_the_cloud(tags: &Value) -> Value {
    json!({"scanMode": "EC2_AGENTLESS", "state": "active", "tags": tags,
        "details": {"awsEc2Instance": {"vpcId": "vpc-1", "imageId": "ami-1", "platform": "LINUX"}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_and_a_connector_leave_each_other_what_they_know() {
    let bench = Bench::start().await;
    let running = json!({"listeners": [{"protocol": "tcp", "address": "0.0.0.0", "port": 22}]});
    let agent = json!({"details": {"awsEc2Instance": {"ipV4Addresses": ["10.0.0.7"]}}, "running": running});
    let of_both = json!([{"team": "red"}, {"vpcId": "vpc-1", "imageId": "ami-1", "platform": "DEBIAN_12",
        "ipV4Addresses": ["10.0.0.7"]}, 1]);
    bench.say(in_the_cloud(&json!({"team": "red"})), None).await;
    for _look in 0..2 {
        bench.say(agent.clone(), Some(FLASK)).await;
        assert_eq!(bench.host_is().await, of_both);
        bench.say(in_the_cloud(&json!({"team": "red"})), None).await;
        assert_eq!(bench.host_is().await, of_both);
        // Whoever says nothing changes nothing.
        assert_eq!(bench.say(json!({}), None).await["outcome"], "unchanged");
        assert_eq!(bench.host_is().await, of_both);
        assert_eq!(
            bench.host_stands().await,
            "EC2_INSPECTOR_AGENT_BASED ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE"
        );
    }
    let moved = json!({"tags": {}, "details": {"awsEc2Instance": {"imageId": null, "vpcId": "vpc-2"}}});
    bench.say(moved, None).await;
    let expected = json!([{}, {"vpcId": "vpc-2", "platform": "DEBIAN_12", "ipV4Addresses": ["10.0.0.7"]}, 1]);
    assert_eq!(bench.host_is().await, expected);
    bench.stop().await;
}

/// F41: beside an agent, by what the connector says.
#[tokio::test(flavor = "multi_thread")]
async fn a_connector_excludes_a_host_that_has_an_agent() {
    let bench = Bench::start().await;
    bench.told(None, Some(FLASK)).await;
    let by_agent = "EC2_INSPECTOR_AGENT_BASED ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE";
    let excluded = "EC2_INSPECTOR_AGENT_BASED INACTIVE EXCLUDED_BY_TAG: CVE-2024-1 CLOSED";
    let mut opened = 0;
    for _time in 0..2 {
        assert!(bench.host_stands().await.starts_with(by_agent));
        let answer = bench
            .say(in_the_cloud(&json!({"InspectorEc2Exclusion": ""})), None)
            .await;
        assert_eq!(answer["coverage"]["reason"], "EXCLUDED_BY_TAG");
        assert!(bench.host_stands().await.starts_with(excluded));
        // The agent does not know of it.
        bench.told(None, Some(FLASK)).await;
        assert!(bench.host_stands().await.starts_with(excluded));
        // Stopped and started, it is still excluded.
        for state in ["stopped", "active"] {
            bench.say(json!({ "state": state }), None).await;
            assert!(bench.host_stands().await.starts_with(excluded));
        }
        bench.say(in_the_cloud(&json!({})), None).await;
        let active = bench.statuses().await;
        opened = active.iter().filter(|status| status.ends_with("ACTIVE")).count();
    }
    assert_eq!(opened, 1);
    bench.stop().await;
}

/// Whether a host runs, whoever told of it last is believed; whoever says nothing of it changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_was_stopped_stays_so_until_somebody_knows_better() {
    let bench = Bench::start().await;
    bench.set_mode("EC2_HYBRID").await;
    let stopped = "INACTIVE EC2_INSTANCE_STOPPED: CVE-2024-1 ACTIVE";
    let runs = "ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE";
    for mode in [
        "EC2_INSPECTOR_AGENT_BASED",
        "EC2_SSM_AGENT_BASED",
        "EC2_AGENTLESS",
    ] {
        let stands = async |how: &str| assert_eq!(bench.host_stands().await, format!("{mode} {how}"));
        bench.say(json!({ "scanMode": mode }), Some(FLASK)).await;
        stands(runs).await;
        bench
            .say(json!({"scanMode": "EC2_AGENTLESS", "state": "stopped"}), None)
            .await;
        stands(stopped).await;
        // Tags alone start nothing, nor do disks that are read.
        bench.say(json!({"tags": {"team": "red"}}), None).await;
        bench.say(json!({"scanMode": "EC2_AGENTLESS"}), Some(FLASK)).await;
        stands(stopped).await;
        // Nor does that it is not excluded any more.
        bench
            .say(json!({"tags": {"InspectorEc2Exclusion": ""}}), None)
            .await;
        stands("INACTIVE EXCLUDED_BY_TAG: CVE-2024-1 CLOSED").await;
        bench.say(json!({"tags": {}}), None).await;
        assert!(
            bench
                .host_stands()
                .await
                .starts_with(&format!("{mode} INACTIVE EC2_INSTANCE_STOPPED"))
        );
        let active = json!({"id": HOST, "state": "active"});
        bench
            .call("bot", "assay", "POST", "/assay/v1/resource/state", &active)
            .await;
        bench.work().await;
        assert!(
            bench
                .host_stands()
                .await
                .starts_with(&format!("{mode} ACTIVE SUCCESSFUL"))
        );
        bench.pass(8).await;
        bench.say(json!({"state": "terminated"}), None).await;
        bench.pass(31).await;
    }
    // Its own agent would not report if it did not run.
    bench.told(None, Some(FLASK)).await;
    bench
        .say(json!({"scanMode": "EC2_AGENTLESS", "state": "stopped"}), None)
        .await;
    bench.told(None, Some(FLASK)).await;
    assert!(bench.host_stands().await.contains(runs));
    bench.stop().await;
}

/// Each of those who tell at the same time is heard.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_overwrites_what_others_tell_at_the_same_time() {
    let bench = Bench::start().await;
    for round in 0..20 {
        let agent = json!({"details": {"awsEc2Instance": {"ipV4Addresses": [format!("10.0.0.{round}")]}}});
        let connector = in_the_cloud(&json!({"round": round.to_string()}));
        let other = json!({"details": {"awsEc2Instance": {"keyName": format!("key-{round}")}}});
        tokio::join!(
            bench.say(agent, Some(FLASK)),
            bench.say(connector, None),
            bench.say(other, None),
        );
        let expected = json!([{"round": round.to_string()}, {"vpcId": "vpc-1", "imageId": "ami-1",
            "platform": "DEBIAN_12", "keyName": format!("key-{round}"),
            "ipV4Addresses": [format!("10.0.0.{round}")]}, 0]);
        assert_eq!(bench.host_is().await, expected);
    }
    bench.stop().await;
}

/// F35: once in 24 hours.
#[tokio::test(flavor = "multi_thread")]
async fn disks_are_read_once_a_day() {
    let bench = Bench::start().await;
    bench.set_mode("EC2_HYBRID").await;
    let mut reads = 0;
    for _day in 0..3 {
        for _look in 0..4 {
            if bench.told(DISKS, None).await {
                reads += 1;
                bench.told(DISKS, Some(FLASK)).await;
            }
        }
        bench.pass(1).await;
    }
    assert_eq!(reads, 3);
    bench.stop().await;
}

/// F59: by agents alone at first; a host without one is said to be unmanaged until agentless scanning is turned on.
#[tokio::test(flavor = "multi_thread")]
async fn without_hybrid_mode_such_hosts_are_unmanaged() {
    let bench = Bench::start().await;
    assert!(!bench.told(DISKS, Some(FLASK)).await);
    assert_eq!(
        bench.host_stands().await,
        "EC2_AGENTLESS INACTIVE UNMANAGED_EC2_INSTANCE: "
    );
    bench.set_mode("EC2_HYBRID").await;
    assert!(bench.told(DISKS, None).await);
    assert_eq!(
        bench.host_stands().await,
        "EC2_AGENTLESS ACTIVE PENDING_INITIAL_SCAN: "
    );
    bench.told(DISKS, Some(FLASK)).await;
    assert_eq!(
        bench.host_stands().await,
        "EC2_AGENTLESS ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE"
    );
    bench.stop().await;
}

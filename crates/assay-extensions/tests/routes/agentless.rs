//! Hosts whose disks are read from outside, beside agents.

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
        let inventory = packages.map(|packages| {
            let packages: Vec<Value> = packages
                .iter()
                .map(|purl| json!({"purl": purl, "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}))
                .collect();
            json!({"schema": "assay.inventory/1", "artifact": {}, "packages": packages})
        });
        let resource = json!({"type": "host", "id": HOST, "scanMode": mode});
        let body = json!({"resource": resource, "inventory": inventory});
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.work().await;
        sent.answer["wanted"].as_bool().unwrap()
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
    // An agent that was there before is one as well.
    assert!(!bench.told(Some("EC2_SSM_AGENT_BASED"), Some(FLASK)).await);
    assert!(!bench.told(DISKS, Some(BOTH)).await);
    assert_eq!(
        bench.host_stands().await,
        "EC2_SSM_AGENT_BASED ACTIVE SUCCESSFUL: CVE-2024-1 ACTIVE, CVE-2024-2 CLOSED"
    );
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

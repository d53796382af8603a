//! The network of an account in a region.

use serde_json::{Value, json};

use crate::bench::Bench;

impl Bench {
    async fn describe(&self, user: &str, network: Value) -> String {
        let sent = self
            .call(user, "assay", "POST", "/assay/v1/network", &network)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        sent.answer["outcome"].as_str().unwrap().to_owned()
    }

    /// What is known of a kind: how many, since how many seconds that was known and looked for, the problem, and the objects.
    async fn knows_of(&self, kind: &str) -> Value {
        let got = self.get("aud", &format!("/network?kind={kind}")).await;
        assert_eq!(got.status, 200, "{got:?}");
        let kinds = got.answer["kinds"].as_array().unwrap();
        let Some(known) = kinds.first() else {
            assert_eq!(got.answer["objects"], Value::Null);
            return Value::Null;
        };
        assert_eq!((kinds.len(), &known["kind"]), (1, &json!(kind)));
        assert_eq!(known["digest"].is_null(), known["count"].is_null());
        let ago = |time: &Value| {
            let time: jiff::Timestamp = time.as_str()?.parse().unwrap();
            let ago = self.service.clock.now().duration_since(time);
            Some(ago.as_secs() / 3600)
        };
        json!([
            known["count"],
            ago(&known["toldAt"]),
            ago(&known["lookedAt"]),
            known["problem"],
            got.answer["objects"]
        ])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_given_back_as_it_was_described() {
    let bench = Bench::start().await;
    assert_eq!(bench.get("ada", "/network").await.answer["kinds"], json!([]));
    assert_eq!(bench.knows_of("Vpcs").await, Value::Null, "nobody looked");
    let described = json!({"Vpcs": [{"VpcId": "vpc-2"}, {"VpcId": "vpc-1", "Tags": [{"Key": "é", "Value": ""}]}],
        "Subnets": [{"SubnetId": "subnet-1", "AvailableIpAddressCount": 250}]});
    assert_eq!(
        bench.describe("bot", json!({ "described": described })).await,
        "changed"
    );
    let vpcs = json!([{"Tags": [{"Key": "é", "Value": ""}], "VpcId": "vpc-1"}, {"VpcId": "vpc-2"}]);
    assert_eq!(bench.knows_of("Vpcs").await, json!([2, 0, 0, null, vpcs]));
    let gateways = json!([0, 0, 0, null, []]);
    assert_eq!(bench.knows_of("NatGateways").await, gateways, "there are none");
    let all = bench.get("aud", "/network").await.answer;
    assert_eq!(all["kinds"].as_array().unwrap().len(), 25, "{all}");
    assert_eq!(all["objects"], Value::Null);
    // The same again, later.
    bench.later(3600).await;
    assert_eq!(
        bench.describe("bot", json!({ "described": described })).await,
        "unchanged"
    );
    assert_eq!(bench.knows_of("Vpcs").await, json!([2, 0, 0, null, vpcs]));
    assert_eq!(
        bench.get("aud", "/network").await.answer["kinds"][0]["digest"],
        all["kinds"][0]["digest"]
    );
    // What cannot be read stays, marked; what is left out is gone.
    bench.later(3600).await;
    let part = json!({"described": {"Subnets": []}, "unreadable": {"Vpcs": "AccessDenied: no", "Rules": ""}});
    assert_eq!(bench.describe("bot", part.clone()).await, "changed");
    assert_eq!(bench.describe("bot", part).await, "unchanged");
    assert_eq!(
        bench.knows_of("Vpcs").await,
        json!([2, 1, 0, "AccessDenied: no", vpcs])
    );
    assert_eq!(bench.knows_of("Subnets").await, gateways);
    let rules = json!([0, 1, 0, "no reason was told", []]);
    assert_eq!(bench.knows_of("Rules").await, rules);
    // What was so before that comes too late, what is to come counts as now.
    let now = bench.service.clock.now().as_second();
    let late = json!({ "described": described, "at": now - 3600 });
    assert_eq!(bench.describe("bot", late).await, "unchanged");
    assert_eq!(bench.knows_of("Subnets").await, gateways);
    let early = json!({ "described": described, "at": now + 86400 });
    assert_eq!(bench.describe("bot", early).await, "changed");
    assert_eq!(bench.knows_of("Vpcs").await, json!([2, 0, 0, null, vpcs]));
    // It is nobody else's.
    assert_eq!(
        bench.get("eve", "/network?kind=Vpcs").await.answer,
        json!({"kinds": [], "objects": null})
    );
    bench.describe("eve", json!({"described": {}})).await;
    assert_eq!(bench.knows_of("Vpcs").await, json!([2, 0, 0, null, vpcs]));
    let wrong = bench.get("aud", "/network?kind=vpcs").await;
    assert_eq!(wrong.status, 400, "{wrong:?}");
    assert!(
        wrong.answer["fields"][0]["message"]
            .as_str()
            .unwrap()
            .contains("Vpcs"),
        "{wrong:?}"
    );
    bench.stop().await;
}

/// Larger than small requests, of which routes beside it take no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_network_is_taken() {
    let bench = Bench::start().await;
    let interfaces: Vec<Value> = (0..5000)
        .map(|number| json!({"NetworkInterfaceId": format!("eni-{number:017}"), "Groups": [{"GroupId": "sg-1"}]}))
        .collect();
    let network = json!({"described": {"NetworkInterfaces": interfaces}});
    assert_eq!(bench.describe("bot", network).await, "changed");
    let known = bench.knows_of("NetworkInterfaces").await;
    assert_eq!(
        known[4].as_array().unwrap(),
        &interfaces,
        "in order of their texts"
    );
    bench.stop().await;
}

/// What is known of the network of hosts goes when these are not scanned any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_network_goes_with_the_hosts_in_it() {
    let bench = Bench::start().await;
    bench
        .describe("bot", json!({"described": {"Vpcs": [{"VpcId": "vpc-1"}]}}))
        .await;
    let off = bench
        .call(
            "ada",
            "inspector2",
            "POST",
            "/disable",
            &json!({"resourceTypes": ["EC2"]}),
        )
        .await;
    assert_eq!(off.status, 200, "{off:?}");
    bench.later(3600).await;
    assert_ne!(bench.knows_of("Vpcs").await, Value::Null);
    bench.pass(2).await;
    assert_eq!(bench.knows_of("Vpcs").await, Value::Null);
    bench.stop().await;
}

//! Agents: how they come to a key, what they may with it, and that hosts which say nothing new stay fresh.

use assay_delta::{Change, Kept};
use assay_sigv4::Credentials;
use serde_json::{Value, json};

use crate::{
    accounts::organize,
    bench::{Bench, OTHER, OWN, REGION, Sent},
};

const HOST: &str = "i-0feedc0de00000001";
const OTHER_HOST: &str = "i-0feedc0de00000002";

fn key(sent: &Sent) -> Credentials {
    assert_eq!(sent.status, 200, "{sent:?}");
    let text = |name: &str| sent.answer[name].as_str().unwrap().to_owned();
    Credentials {
        access_key: text("accessKeyId"),
        secret: text("secretAccessKey"),
        session_token: None,
    }
}

async fn enrol(bench: &Bench, user: &str, host: &str) -> Sent {
    let body = json!({ "hostId": host });
    bench.call(user, "assay", "POST", "/assay/v1/agents", &body).await
}

async fn push(bench: &Bench, key: &Credentials, body: &Value) -> Sent {
    bench
        .send_by(
            Some(key),
            "assay",
            "POST",
            "/assay/v1/resources",
            &body.to_string(),
        )
        .await
}

fn digest(of: char) -> String {
    format!("sha256:{}", of.to_string().repeat(64))
}

fn whole(host: &str) -> Value {
    json!({"resource": {"type": "host", "id": host}, "inventory": {"schema": "assay.inventory/1", "artifact": {},
        "packages": [{"purl": "pkg:pypi/flask@1.5"}, {"purl": "pkg:deb/debian/apt@2.6?arch=amd64&distro=debian-12"}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_speak_for_their_host_only() {
    let bench = Bench::start().await;
    let enrolled = enrol(&bench, "eli", HOST).await;
    let own = key(&enrolled);
    assert_eq!(enrolled.answer["accountId"], OWN);
    assert_eq!(enrolled.answer["region"], REGION);
    assert_eq!(enrolled.answer["hostId"], HOST);
    // Whoever installs agents can do nothing else, and cannot take a host over.
    assert_eq!(bench.get("eli", "/resources").await.status, 403);
    assert_eq!(bench.get_pushed(HOST, None).await.status, 200);
    assert_eq!(enrol(&bench, "eli", HOST).await.status, 409);
    assert_eq!(enrol(&bench, "eli", "ada").await.status, 409);
    for host in ["", "a b", &"a".repeat(65)] {
        assert_eq!(enrol(&bench, "eli", host).await.status, 400, "{host}");
    }
    for user in ["aud", "bot"] {
        assert_eq!(enrol(&bench, user, OTHER_HOST).await.status, 403, "{user}");
    }

    assert_eq!(push(&bench, &own, &whole(HOST)).await.status, 200);
    for resource in [
        json!({"type": "host", "id": OTHER_HOST}),
        json!({"type": "function", "id": HOST}),
        json!({"type": "image", "id": format!("{HOST}@sha256:{}", "0".repeat(64))}),
    ] {
        let sent = push(&bench, &own, &json!({ "resource": resource })).await;
        assert_eq!(sent.status, 403, "{resource}: {sent:?}");
    }
    bench.host(OTHER_HOST, &["pkg:pypi/flask@1.5"]).await;
    let ended = json!({"id": OTHER_HOST, "state": "terminated"}).to_string();
    let sent = bench
        .send_by(Some(&own), "assay", "POST", "/assay/v1/resource/state", &ended)
        .await;
    assert_eq!(sent.status, 403, "{sent:?}");
    for target in ["/resources", "/calls", "/changes"] {
        let target = format!("/assay/v1{target}");
        let sent = bench.send_by(Some(&own), "assay", "GET", &target, "").await;
        assert_eq!(sent.status, 403, "{target}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_lost_on_its_way_locks_no_host_out() {
    let bench = Bench::start().await;
    let lost = key(&enrol(&bench, "eli", HOST).await);
    let own = key(&enrol(&bench, "eli", HOST).await);
    assert_eq!(push(&bench, &lost, &whole(HOST)).await.status, 403);
    assert_eq!(push(&bench, &own, &whole(HOST)).await.status, 200);
    // From then on there is something to take over.
    assert_eq!(enrol(&bench, "eli", HOST).await.status, 409);
    // Other users are not hosts, whatever was told of hosts of their name.
    assert_eq!(enrol(&bench, "eli", "bot").await.status, 409);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_enrolled_until_a_key_ends() {
    let bench = Bench::start().await;
    bench.end_key("eli", 7).await;
    let own = key(&enrol(&bench, "eli", HOST).await);
    bench.pass(6).await;
    assert_eq!(enrol(&bench, "eli", OTHER_HOST).await.status, 200);
    bench.pass(1).await;
    let refused = enrol(&bench, "eli", "i-0feedc0de00000003").await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(
        refused.answer["message"].as_str().unwrap().contains("expired"),
        "{refused:?}"
    );
    // Whoever was enrolled stays.
    assert_eq!(push(&bench, &own, &whole(HOST)).await.status, 200);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_and_a_lost_answer_locks_nobody_out() {
    let bench = Bench::start().await;
    let first = key(&enrol(&bench, "eli", HOST).await);
    let rotate = async |key: &Credentials| {
        bench
            .send_by(Some(key), "assay", "POST", "/assay/v1/agents/key", "")
            .await
    };
    let lost = key(&rotate(&first).await);
    let second = key(&rotate(&first).await);
    let of = async |key: &Credentials| push(&bench, key, &whole(HOST)).await.status;
    assert_eq!(
        (of(&first).await, of(&lost).await, of(&second).await),
        (200, 403, 200)
    );
    let third = key(&rotate(&second).await);
    assert_eq!(
        (of(&first).await, of(&second).await, of(&third).await),
        (403, 200, 200)
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_have_nothing_new_to_tell_stay_fresh() {
    let bench = Bench::start().await;
    let own = key(&enrol(&bench, "eli", HOST).await);
    let pushed = push(&bench, &own, &whole(HOST)).await;
    bench.work().await;
    let digest = pushed.answer["inventory"]["digest"].clone();
    let same = json!({"resource": {"type": "host", "id": HOST}, "inventory": {"digest": digest}});
    let coverage = async || bench.get("aud", &format!("/resource?id={HOST}")).await.answer;

    bench.pass(6).await;
    let told = push(&bench, &own, &same).await;
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(told.answer["outcome"], "unchanged");
    bench.pass(6).await;
    let fresh = coverage().await;
    assert_eq!(fresh["coverage"][0]["reason"], "SUCCESSFUL", "{fresh}");
    assert_eq!(fresh["details"]["awsEc2Instance"]["platform"], "DEBIAN_12");

    // After more than 7 days of silence it is stale, and what was found stays; a word makes it fresh again.
    for again in [same.clone(), whole(HOST)] {
        bench.pass(8).await;
        let stale = coverage().await;
        assert_eq!(stale["coverage"][0]["reason"], "STALE_INVENTORY", "{stale}");
        assert_eq!(bench.statuses().await, ["CVE-2024-1 ACTIVE"]);
        let told = push(&bench, &own, &again).await;
        assert_eq!(told.status, 200, "{told:?}");
        let fresh = coverage().await;
        assert_eq!(fresh["coverage"][0]["reason"], "SUCCESSFUL", "{fresh}");
        assert_eq!(fresh["coverage"][0]["statusCode"], "ACTIVE", "{fresh}");
    }

    // What is not the same is asked for whole.
    let other = format!("sha256:{}", "0".repeat(64));
    for (host, digest, status) in [
        (HOST, json!(other), 409),
        (OTHER_HOST, digest, 409),
        (HOST, json!("sha256:0"), 400),
        (HOST, json!(7), 400),
    ] {
        let body = json!({"resource": {"type": "host", "id": host}, "inventory": {"digest": digest}});
        let sent = bench
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(sent.status, status, "{sent:?}");
    }
    assert_eq!(
        bench
            .get("aud", &format!("/resource?id={OTHER_HOST}"))
            .await
            .status,
        404,
        "what was refused left nothing"
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_as_good_as_the_whole() {
    let bench = Bench::start().await;
    let own = key(&enrol(&bench, "eli", HOST).await);
    let other = key(&enrol(&bench, "eli", OTHER_HOST).await);
    let kept = |packages: Value, kernel: &str| {
        let document = json!({"schema": "assay.inventory/1", "artifact": {"kernel": kernel}, "packages": packages,
            "diagnostics": [{"code": "unreadable", "path": "opt/a", "message": format!("cannot be read by {kernel}")}]});
        Kept::read(document.to_string().as_bytes()).unwrap()
    };
    let body = |host: &str, inventory: &str| -> Value {
        let inventory: Value = serde_json::from_str(inventory).unwrap();
        json!({"resource": {"type": "host", "id": host}, "inventory": inventory})
    };
    let document = |kept: &Kept| String::from_utf8(kept.document.clone()).unwrap();
    let base = kept(
        json!([{"purl": "pkg:pypi/flask@1.5"}, {"purl": "pkg:pypi/gone@1"}, {"purl": "pkg:npm/stays@1"}]),
        "6.1",
    );
    let whole = kept(
        json!([{"purl": "pkg:pypi/flask@1.6"}, {"purl": "pkg:npm/stays@1"},
            {"purl": "pkg:npm/new@1", "licences": ["MIT"], "evidence": [{"path": "opt/new"}]}]),
        "6.2",
    );
    let change = Change::between(&base, &whole).unwrap();
    let told = serde_json::to_string(&change).unwrap();

    // Before the service has anything there is nothing to change.
    let sent = push(&bench, &own, &body(HOST, &told)).await;
    assert_eq!(sent.status, 409, "{sent:?}");
    let sent = push(&bench, &own, &body(HOST, &document(&base))).await;
    assert_eq!(sent.answer["inventory"]["digest"], change.base, "{sent:?}");
    let sent = push(&bench, &other, &body(HOST, &told)).await;
    assert_eq!(sent.status, 403, "{sent:?}");

    // What does not come out is not taken.
    let with = |member: &str, value: Value| {
        let mut told: Value = serde_json::from_str(&told).unwrap();
        told[member] = value;
        body(HOST, &told.to_string())
    };
    let zeros = format!("sha256:{}", "0".repeat(64));
    let mut added: Value = serde_json::from_str(change.added.get()).unwrap();
    added["packages"][0]["purl"] = json!("pkg:pypi/flask@1.7");
    for (wrong, status) in [
        (with("base", json!(zeros)), 409),
        (with("digest", json!(zeros)), 409),
        (with("removed", json!([])), 409),
        (with("added", added), 409),
        (with("base", json!("sha256:0")), 400),
        (with("digest", json!(1)), 400),
        (with("removed", json!("all")), 400),
        (with("added", json!({})), 400),
        (with("more", json!(1)), 400),
    ] {
        let sent = push(&bench, &own, &wrong).await;
        assert_eq!(sent.status, status, "{wrong}: {sent:?}");
    }
    let resource = async |host: &str| bench.get("aud", &format!("/resource?id={host}")).await.answer;
    assert_eq!(resource(HOST).await["inventory"]["digest"], change.base);

    let sent = push(&bench, &own, &body(HOST, &told)).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(sent.answer["outcome"], "changed");
    assert_eq!(
        sent.answer["inventory"],
        json!({"digest": change.digest, "packages": 3})
    );
    let sent = push(&bench, &other, &body(OTHER_HOST, &document(&whole))).await;
    assert_eq!(sent.answer["inventory"]["digest"], change.digest, "{sent:?}");
    bench.work().await;
    let (changed, told_whole) = (resource(HOST).await, resource(OTHER_HOST).await);
    for member in ["inventory", "coverage", "details"] {
        let without_times = |resource: &Value| {
            let mut value = resource[member].clone();
            value.as_object_mut().map(|value| value.remove("pushedAt"));
            value
        };
        assert_eq!(without_times(&changed), without_times(&told_whole), "{member}");
    }
    assert!(
        changed["coverage"].to_string().contains("cannot be read by 6.2"),
        "{changed}"
    );

    // It is the base of the next one.
    let back = Change::between(&whole, &base).unwrap();
    let sent = push(&bench, &own, &body(HOST, &serde_json::to_string(&back).unwrap())).await;
    assert_eq!(sent.answer["inventory"]["digest"], change.base, "{sent:?}");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_ask_what_they_are_to_do() {
    let bench = Bench::start().await;
    let own = key(&enrol(&bench, "eli", HOST).await);
    let settings = async || {
        let sent = bench
            .send_by(Some(&own), "assay", "GET", "/assay/v1/agents/settings", "")
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        sent.answer["deepInspection"].clone()
    };
    assert_eq!(
        settings().await,
        json!({"status": "ACTIVATED", "packagePaths": []})
    );
    let change = json!({"activateDeepInspection": false, "packagePaths": ["/opt/shop"]});
    let changed = bench
        .call(
            "ada",
            "inspector2",
            "POST",
            "/ec2deepinspectionconfiguration/update",
            &change,
        )
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(
        settings().await,
        json!({"status": "DEACTIVATED", "packagePaths": ["/opt/shop"]})
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_told_how_often_to_report() {
    let bench = Bench::start().await;
    let own = key(&enrol(&bench, "eli", HOST).await);
    let target = "/assay/v1/agents/settings";
    let told = async || {
        let sent = bench.send_by(Some(&own), "assay", "GET", target, "").await;
        sent.answer["reportEverySeconds"].clone()
    };
    let set = async |user: &str, seconds: Value| {
        let body = json!({"reportEverySeconds": seconds});
        bench.call(user, "assay", "PUT", target, &body).await
    };
    assert_eq!(told().await, 1800);
    let changed = set("ada", json!(3600)).await;
    assert_eq!(changed.answer["reportEverySeconds"], 3600, "{changed:?}");
    assert_eq!(told().await, 3600);
    for seconds in [
        json!(59),
        json!(86401),
        json!(-1),
        json!(1.5),
        json!("1h"),
        json!(null),
    ] {
        let refused = set("ada", seconds.clone()).await;
        assert_eq!(refused.status, 400, "{seconds}: {refused:?}");
    }
    for user in ["aud", "bot", "eli"] {
        assert_eq!(set(user, json!(60)).await.status, 403, "{user}");
    }
    // Who may not set it may see it, and what else was set stays.
    assert_eq!(bench.get("aud", "/agents/settings").await.answer, changed.answer);
    let mode = json!({"ec2Configuration": {"scanMode": "EC2_HYBRID"}});
    let mode = bench
        .call("ada", "inspector2", "POST", "/configuration/update", &mode)
        .await;
    assert_eq!(mode.status, 200, "{mode:?}");
    assert_eq!(told().await, 3600);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_of_members_report_as_often_as_their_administrator_says() {
    let bench = Bench::start().await;
    let target = "/assay/v1/agents/settings";
    let set = async |user: &str, seconds: u32| {
        let body = json!({"reportEverySeconds": seconds});
        bench.call(user, "assay", "PUT", target, &body).await.status
    };
    let told = async || bench.get("eve", "/agents/settings").await.answer["reportEverySeconds"].clone();
    assert_eq!(set("eve", 900).await, 200);
    organize(&bench, &[OTHER]).await;
    // What an account set for itself rests while another rules it.
    assert_eq!(told().await, 1800);
    assert_eq!(set("ada", 7200).await, 200);
    assert_eq!(told().await, 7200);
    assert_eq!(set("eve", 900).await, 403);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_on_a_host_is_told_and_stays_with_it() {
    let bench = Bench::start().await;
    let own = key(&enrol(&bench, "eli", HOST).await);
    let running = json!({
        "listeners": [
            {"protocol": "tcp", "address": "0.0.0.0", "port": 22, "program": "/usr/sbin/sshd"},
            {"protocol": "udp", "address": "::1", "port": 53},
        ],
        "outdated": [{"program": "/usr/sbin/nginx", "files": ["/usr/lib/libssl.so.3"]}],
        "containers": [
            {"runtime": "docker", "id": "c1", "name": "web", "image": {"name": "nginx:1", "digests": []}},
            {"runtime": "cri-o", "id": "c2",
                "image": {"manifest": digest('a'), "digests": [digest('a'), digest('b')]},
                "pod": {"namespace": "sales", "name": "shop-0", "workload": {"type": "StatefulSet", "name": "shop"}}},
        ],
        "cluster": "prod",
        "agent": {"version": "0.1.0", "reportEverySeconds": 3600},
    });
    let mut body = whole(HOST);
    body["resource"]["running"] = running.clone();
    assert_eq!(push(&bench, &own, &body).await.status, 200);
    let told = async || bench.get("aud", &format!("/resource?id={HOST}")).await.answer["running"].clone();
    assert_eq!(told().await, running);
    // What becomes of the host says nothing of it.
    let stopped = json!({"id": HOST, "state": "stopped"}).to_string();
    let sent = bench
        .send_by(Some(&own), "assay", "POST", "/assay/v1/resource/state", &stopped)
        .await;
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(told().await, running);
    for wrong in [
        json!({"listeners": [{"protocol": "sctp", "address": "0.0.0.0", "port": 22}]}),
        json!({"listeners": [{"protocol": "tcp", "address": "everywhere", "port": 22}]}),
        json!({"listeners": [{"protocol": "tcp", "address": "0.0.0.0", "port": 65536}]}),
        json!({"outdated": [{"program": "/usr/sbin/nginx"}]}),
        json!({"containers": [{"runtime": "lxc", "id": "c1", "image": {"digests": []}}]}),
        json!({"containers": [{"runtime": "docker", "id": "c1", "image": {"digests": ["latest"]}}]}),
        json!({"containers": [{"runtime": "docker", "id": "c1"}]}),
        json!({"agent": {"version": "0.1.0"}}),
        json!({"agent": {"version": "0.1.0", "reportEverySeconds": 0}}),
    ] {
        body["resource"]["running"] = wrong.clone();
        assert_eq!(push(&bench, &own, &body).await.status, 400, "{wrong}");
    }
    bench.host("i-2", &["pkg:pypi/flask@1.5"]).await;
    let none = bench.get("aud", "/resource?id=i-2").await.answer;
    assert!(none["running"].is_null(), "{none}");
    bench.stop().await;
}

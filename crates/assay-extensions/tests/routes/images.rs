//! Images: for how long they are monitored, and what whoever watches a registry tells and asks.

use serde_json::{Value, json};

use crate::bench::{Bench, OWN, REGION, Sent};

const DAY: i64 = 24 * 3600;

/// The id of an image of the repository `shop`, and its digest.
fn image(digit: char) -> (String, String) {
    let digest = format!("sha256:{}", digit.to_string().repeat(64));
    (
        format!("arn:aws:ecr:{REGION}:{OWN}:repository/shop/{digest}"),
        digest,
    )
}

impl Bench {
    async fn ada(&self, target: &str, body: &Value) -> Value {
        let sent = self.call("ada", "inspector2", "POST", target, body).await;
        assert_eq!(sent.status, 200, "{target}: {sent:?}");
        sent.answer
    }

    fn days_ago(&self, days: i64) -> i64 {
        self.service.clock.now().as_second() - days * DAY
    }

    /// Pushes an image with a flaw that came to its registry days ago.
    async fn image(&self, digit: char, days: i64) -> Value {
        let details = json!({"awsEcrContainerImage": {"repositoryName": "shop", "imageHash": image(digit).1,
            "registry": OWN, "pushedAt": self.days_ago(days)}});
        let packages = json!([{"purl": "pkg:pypi/flask@1.5",
            "evidence": [{"path": "opt/app/requirements.txt", "analyser": "python"}]}]);
        let pushed = self
            .tell(
                &json!({"resource": {"type": "image", "id": image(digit).0, "details": details,
                "indexDigests": [image('f').1]},
                "inventory": {"schema": "assay.inventory/1", "artifact": {}, "packages": packages}}),
            )
            .await;
        assert_eq!(pushed.status, 200, "{pushed:?}");
        self.work().await;
        pushed.answer
    }

    async fn tell(&self, body: &Value) -> Sent {
        self.call("bot", "assay", "POST", "/assay/v1/resources", body)
            .await
    }

    async fn pulled(&self, digit: char, days: i64) -> Value {
        let body = json!({"pulls": [{"digest": image(digit).1, "pulledAt": self.days_ago(days)}]});
        let told = self
            .call("bot", "assay", "POST", "/assay/v1/images/pulls", &body)
            .await;
        assert_eq!(told.status, 200, "{told:?}");
        self.work().await;
        told.answer
    }

    /// How an image is covered, and the statuses of its findings.
    async fn standing(&self, digit: char) -> String {
        let criteria = json!({"resourceId": [{"comparison": "EQUALS", "value": image(digit).0}]});
        let covered = self
            .ada("/coverage/list", &json!({"filterCriteria": criteria}))
            .await;
        let status = &covered["coveredResources"][0]["scanStatus"];
        let found = self
            .ada("/findings/list", &json!({"filterCriteria": criteria}))
            .await;
        let statuses: Vec<&str> = found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["status"].as_str().unwrap())
            .collect();
        format!(
            "{} {} {}",
            status["statusCode"].as_str().unwrap_or("-"),
            status["reason"].as_str().unwrap_or("-"),
            statuses.join(",")
        )
    }

    async fn configure(&self, pushed: &str, pulled: &str, mode: &str) {
        let configuration = json!({"ecrConfiguration": {"rescanDuration": pushed,
            "pullDateRescanDuration": pulled, "pullDateRescanMode": mode}});
        self.ada("/configuration/update", &configuration).await;
    }
}

const FOUND: &str = "ACTIVE SUCCESSFUL ACTIVE";
const EXPIRED: &str = "INACTIVE SCAN_ELIGIBILITY_EXPIRED CLOSED";
const NEVER: &str = "INACTIVE SCAN_ELIGIBILITY_EXPIRED ";

/// F36 F38 F39: images expire a day after their windows and not before; a pull brings them back, for the window of pulls.
#[tokio::test(flavor = "multi_thread")]
async fn images_expire_and_are_revived_by_pulls() {
    for (window, days) in [("DAYS_14", 14), ("DAYS_60", 60), ("DAYS_180", 180)] {
        let bench = Bench::start().await;
        bench.ada("/enable", &json!({"resourceTypes": ["ECR"]})).await;
        bench.configure(window, "DAYS_30", "LAST_PULL_DATE").await;
        bench.image('1', 0).await;
        assert_eq!(bench.standing('1').await, FOUND);
        bench.pass(days - 1).await;
        assert_eq!(bench.standing('1').await, FOUND, "{window}");
        bench.pass(2).await;
        assert_eq!(bench.standing('1').await, EXPIRED, "{window}");
        assert_eq!(bench.pulled('1', 0).await, json!({"images": 1}));
        assert_eq!(
            bench.standing('1').await,
            FOUND,
            "{window}: the same finding again"
        );
        bench.pass(29).await;
        assert_eq!(bench.standing('1').await, FOUND, "{window}");
        bench.pass(2).await;
        assert_eq!(bench.standing('1').await, EXPIRED, "{window}");
        // Nothing is left of what was found, while the image is told of still.
        bench.pass(4).await;
        assert_eq!(bench.standing('1').await, NEVER, "{window}");
        // An index that it is part of is pulled; an old pull that is told late changes nothing.
        bench.pulled('f', 40).await;
        assert_eq!(bench.standing('1').await, NEVER, "{window}");
        bench.pulled('f', 0).await;
        assert_eq!(bench.standing('1').await, FOUND, "{window}");
        bench.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_window_revives_nothing_and_a_push_does() {
    let bench = Bench::start().await;
    bench.ada("/enable", &json!({"resourceTypes": ["ECR"]})).await;
    bench.configure("DAYS_14", "DAYS_14", "LAST_PULL_DATE").await;
    bench.image('1', 0).await;
    bench.pass(15).await;
    bench.configure("LIFETIME", "DAYS_180", "LAST_PULL_DATE").await;
    bench.pass(0).await;
    assert_eq!(bench.standing('1').await, EXPIRED);
    // Told again as it was before, it stays as it is.
    bench.image('1', 16).await;
    assert_eq!(bench.standing('1').await, EXPIRED);
    bench.image('1', 0).await;
    assert_eq!(bench.standing('1').await, FOUND);
    bench.pass(1000).await;
    assert_eq!(bench.standing('1').await, FOUND, "for ever");
    // In use is what runs, and pulls are none of it.
    bench.configure("DAYS_14", "DAYS_14", "LAST_IN_USE_AT").await;
    bench.pulled('1', 0).await;
    bench.pass(0).await;
    assert_eq!(bench.standing('1').await, EXPIRED);
    bench.stop().await;
}

/// F37: when scanning is turned on, images that nobody pushed or pulled within 30 days are not taken up, whatever the windows
/// are, until somebody pulls them.
#[tokio::test(flavor = "multi_thread")]
async fn activation_looks_back_for_thirty_days() {
    let bench = Bench::start().await;
    bench.configure("DAYS_180", "DAYS_90", "LAST_PULL_DATE").await;
    for (digit, days) in [('1', 29), ('2', 31), ('3', 400)] {
        bench.image(digit, days).await;
    }
    bench.pulled('3', 5).await;
    bench.ada("/enable", &json!({"resourceTypes": ["ECR"]})).await;
    bench.work().await;
    // One that is told of only now.
    bench.image('4', 31).await;
    bench.image('5', 29).await;
    for (digit, expected) in [
        ('1', FOUND),
        ('2', NEVER),
        ('3', FOUND),
        ('4', NEVER),
        ('5', FOUND),
    ] {
        assert_eq!(bench.standing(digit).await, expected, "{digit}");
    }
    bench.pulled('2', 0).await;
    assert_eq!(bench.standing('2').await, FOUND);
    bench.pass(100).await;
    assert_eq!(bench.standing('1').await, FOUND, "its window is 180 days");
    bench.pass(60).await;
    assert_eq!(
        bench.standing('2').await,
        EXPIRED,
        "pushed 191 days ago, pulled 160"
    );
    // Off and on again looks back again.
    bench.ada("/disable", &json!({"resourceTypes": ["ECR"]})).await;
    bench.ada("/enable", &json!({"resourceTypes": ["ECR"]})).await;
    bench.work().await;
    assert_eq!(bench.standing('1').await, EXPIRED);
    bench.stop().await;
}

/// Whoever watches a registry tells of images first and is told which are wanted; what cannot be read is said with the reason.
#[tokio::test(flavor = "multi_thread")]
async fn images_are_told_of_before_they_are_read() {
    let bench = Bench::start().await;
    let (id, _) = image('1');
    let resource = json!({"type": "image", "id": id});
    let wanted = async || -> Vec<String> {
        let answer = bench
            .get("bot", "/resources/wanted?type=AWS_ECR_CONTAINER_IMAGE")
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.answer["accountId"], OWN);
        let resources = answer.answer["resources"].as_array().unwrap().clone();
        resources
            .iter()
            .map(|resource| resource["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let told = bench.tell(&json!({"resource": resource})).await;
    assert_eq!(told.answer["enabled"], false);
    assert_eq!(told.answer["wanted"], false);
    assert_eq!(wanted().await, Vec::<String>::new(), "nothing is scanned yet");
    bench.ada("/enable", &json!({"resourceTypes": ["ECR"]})).await;
    assert_eq!(wanted().await, [id.as_str()]);
    let told = bench.tell(&json!({"resource": resource})).await;
    assert_eq!(told.answer["wanted"], true);
    assert_eq!(bench.standing('1').await, "ACTIVE PENDING_INITIAL_SCAN ");
    let problem = json!({"reason": "UNSUPPORTED_MEDIA_TYPE", "message": "a Helm chart"});
    for again in [false, true] {
        let told = bench
            .tell(&json!({"resource": resource, "problem": problem}))
            .await;
        assert_eq!(
            told.answer["coverage"]["reason"], "UNSUPPORTED_MEDIA_TYPE",
            "{again}"
        );
        bench.work().await;
        assert_eq!(
            bench.standing('1').await,
            "INACTIVE UNSUPPORTED_MEDIA_TYPE ",
            "{again}"
        );
        assert_eq!(wanted().await, Vec::<String>::new());
    }
    let shown = bench
        .get("aud", &format!("/resource?id={}", crate::bench::escaped(&id)))
        .await;
    assert_eq!(
        shown.answer["coverage"][0]["notAssessed"][0]["message"], "UNSUPPORTED_MEDIA_TYPE: a Helm chart",
        "{shown:?}"
    );
    // It can be read after all; then it cannot, and what was found stays; then it can again.
    bench.image('1', 0).await;
    assert_eq!(bench.standing('1').await, FOUND);
    bench
        .tell(&json!({"resource": resource, "problem": problem}))
        .await;
    bench.work().await;
    assert_eq!(
        bench.standing('1').await,
        "INACTIVE UNSUPPORTED_MEDIA_TYPE ACTIVE"
    );
    bench.image('1', 0).await;
    assert_eq!(bench.standing('1').await, FOUND);
    let odd = bench
        .tell(&json!({"resource": resource, "problem": {"reason": "RAIN"}}))
        .await;
    assert_eq!(odd.status, 400);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pulls_are_told_of_in_proper_form() {
    let bench = Bench::start().await;
    let good = image('1').1;
    for (pull, field) in [
        (json!({"digest": "latest", "pulledAt": 1}), "pulls[0].digest"),
        (
            json!({"digest": good.to_uppercase(), "pulledAt": 1}),
            "pulls[0].digest",
        ),
    ] {
        let sent = bench
            .call(
                "bot",
                "assay",
                "POST",
                "/assay/v1/images/pulls",
                &json!({"pulls": [pull]}),
            )
            .await;
        assert_eq!(sent.status, 400, "{pull}");
        assert!(sent.answer.to_string().contains(field), "{sent:?}");
    }
    // Others' images are not touched, and told of by number alone.
    bench.ada("/enable", &json!({"resourceTypes": ["ECR"]})).await;
    bench.image('1', 0).await;
    let body = json!({"pulls": [{"digest": good, "pulledAt": 1, "repository": "shop"}]});
    for (user, expected) in [("bot", 1), ("eve", 0)] {
        let sent = bench
            .call(user, "assay", "POST", "/assay/v1/images/pulls", &body)
            .await;
        assert_eq!(sent.answer, json!({"images": expected}), "{user}");
    }
    bench.stop().await;
}

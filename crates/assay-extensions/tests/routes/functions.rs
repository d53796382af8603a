//! Functions that nobody uses are not monitored any more, until somebody does.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::Bench;

impl Bench {
    /// Tells of a function that was changed and last invoked so many days ago, counted from now.
    async fn function(
        &self,
        name: &str,
        changed: i64,
        invoked: Option<i64>,
        inventory: Option<&Value>,
    ) -> String {
        let days_ago = |days: i64| Timestamp::now().as_second() - days * 24 * 3600;
        let id = format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}");
        let mut body = json!({"resource": {"type": "function", "id": id,
            "details": {"awsLambdaFunction": {"lastModifiedAt": days_ago(changed)}}}});
        if let Some(days) = invoked {
            body["resource"]["invokedAt"] = json!(days_ago(days));
        }
        if let Some(inventory) = inventory {
            body["inventory"] = inventory.clone();
        }
        let sent = self
            .call("bot", "assay", "POST", "/assay/v1/resources", &body)
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.work().await;
        let told = sent.answer;
        format!(
            "{} {}",
            told["coverage"]["reason"].as_str().unwrap(),
            told["wanted"]
        )
    }

    /// Each function with the reason of its coverage and how many findings of it are open.
    async fn functions(&self) -> Vec<String> {
        self.covered(|id| id.split(":function:").last().unwrap()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_that_nobody_uses_expire_and_are_revived() {
    let bench = Bench::start().await;
    bench.turn_on(&["LAMBDA"]).await;
    let flask =
        json!({"schema": "assay.inventory/1", "packages": [{"purl": "pkg:pypi/flask@1.5"}], "artifact": {}});
    let pending = "PENDING_INITIAL_SCAN";
    let expired = "SCAN_ELIGIBILITY_EXPIRED false";
    for (name, changed, invoked, expected) in [
        ("changed:$LATEST", 80, Some(200), "PENDING_INITIAL_SCAN false"),
        ("invoked:$LATEST", 400, Some(80), "PENDING_INITIAL_SCAN false"),
        // Nobody knows whether anybody uses it.
        ("old:$LATEST", 400, None, "PENDING_INITIAL_SCAN false"),
        // What is looked at once stays as it was then.
        ("idle:7", 400, Some(400), "PENDING_INITIAL_SCAN false"),
        ("idle:$LATEST", 91, Some(91), expired),
    ] {
        assert_eq!(
            bench.function(name, changed, invoked, Some(&flask)).await,
            expected,
            "{name}"
        );
    }
    let others = [
        "idle:$LATEST SCAN_ELIGIBILITY_EXPIRED 0",
        "idle:7 SCAN_FREQUENCY_SCAN_ON_PUSH 1",
    ];
    let with = |changed: &str, invoked: &str| {
        let mut lines = vec![format!("changed:$LATEST {changed}")];
        lines.extend(others.map(str::to_owned));
        lines.push(format!("invoked:$LATEST {invoked}"));
        lines.push("old:$LATEST SUCCESSFUL 1".to_owned());
        lines
    };
    assert_eq!(bench.functions().await, with("SUCCESSFUL 1", "SUCCESSFUL 1"));
    bench.pass(9).await;
    assert_eq!(bench.functions().await, with("SUCCESSFUL 1", "SUCCESSFUL 1"));
    bench.pass(2).await;
    let gone = "SCAN_ELIGIBILITY_EXPIRED 0";
    assert_eq!(bench.functions().await, with(gone, gone));
    // Somebody invokes the one and changes the other. What these have is known; that of one whose findings are forgotten too.
    bench.pass(4).await;
    assert!(
        bench
            .function("invoked:$LATEST", 400, Some(-1), None)
            .await
            .starts_with(pending)
    );
    assert!(
        bench
            .function("changed:$LATEST", -1, Some(200), None)
            .await
            .starts_with(pending)
    );
    assert_eq!(bench.functions().await, with("SUCCESSFUL 1", "SUCCESSFUL 1"));
    bench.stop().await;
}

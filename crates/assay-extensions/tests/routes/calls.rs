//! The log of calls, by query.

use serde_json::Value;

use crate::bench::Bench;

fn names(calls: &Value) -> Vec<String> {
    let records = calls["Records"].as_array().unwrap();
    records
        .iter()
        .map(|record| record["eventName"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_found_by_whoever_may() {
    let bench = Bench::start().await;
    bench.host("i-1", &["pkg:pypi/flask@1.5"]).await;
    let refused = bench.get("bot", "/changes").await;
    assert_eq!(refused.status, 403);
    bench.get("eve", "/changes").await;
    let all = bench.get("aud", "/calls").await;
    assert_eq!(all.status, 200, "{all:?}");
    assert_eq!(
        names(&all.answer),
        ["GET /assay/v1/changes", "PushResource", "Enable"]
    );
    let record = &all.answer["Records"][1];
    assert_eq!(record["eventVersion"], "1.11");
    assert_eq!(record["userIdentity"]["userName"], "bot");
    assert_eq!(record["requestParameters"]["id"], "i-1");
    let key = record["userIdentity"]["accessKeyId"].as_str().unwrap();
    let at = record["eventTime"].as_str().unwrap();
    for (query, expected) in [
        (
            "user=bot".to_owned(),
            &["GET /assay/v1/changes", "PushResource"][..],
        ),
        (
            format!("accessKey={key}"),
            &["GET /assay/v1/changes", "PushResource"],
        ),
        ("user=bot&outcome=success".to_owned(), &["PushResource"]),
        ("user=bot&outcome=failure".to_owned(), &["GET /assay/v1/changes"]),
        (
            "errorCode=AccessDeniedException".to_owned(),
            &["GET /assay/v1/changes"],
        ),
        ("eventName=Enable".to_owned(), &["Enable"]),
        ("user=bot&to=1999-01-01T00%3A00%3A00Z".to_owned(), &[]),
        (
            format!(
                "user=bot&from=1999-01-01T00%3A00%3A00Z&eventName=PushResource&to={}",
                "2999-01-01T00%3A00%3A00Z"
            ),
            &["PushResource"],
        ),
    ] {
        let found = bench.get("ada", &format!("/calls?{query}")).await;
        assert_eq!(names(&found.answer), expected, "{query} {at}");
    }
    // Pages, the latest first; a token is good for its own list alone.
    let first = bench.get("ada", "/calls?user=bot&maxResults=1").await.answer;
    assert_eq!(names(&first), ["GET /assay/v1/changes"]);
    let token = first["nextToken"].as_str().unwrap();
    let second = bench
        .get("ada", &format!("/calls?user=bot&maxResults=1&nextToken={token}"))
        .await;
    assert_eq!(names(&second.answer), ["PushResource"]);
    assert_eq!(second.answer["nextToken"], Value::Null);
    let other = bench
        .get("ada", &format!("/calls?user=ada&nextToken={token}"))
        .await;
    assert_eq!(other.status, 400, "{other:?}");
    for (user, query, status) in [
        ("bot", "", 403),
        ("ada", "from=yesterday", 400),
        ("ada", "outcome=maybe", 400),
        ("ada", "maxResults=0", 400),
        ("ada", "user=", 400),
        ("ada", "accessKey=x", 400),
    ] {
        let sent = bench.get(user, &format!("/calls?{query}")).await;
        assert_eq!(sent.status, status, "{user} {query}");
    }
    // Another account has its own.
    let theirs = bench.get("eve", "/calls").await;
    assert_eq!(names(&theirs.answer), ["ListChanges"]);
    bench.stop().await;
}

//! Sessions that go on, and that end.

use assay_sigv4::Credentials;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::bench::{Bench, Sent};

const PASSWORD: &str = "correct horse battery";
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

async fn set_password(bench: &Bench, user: &str) {
    let target = format!("/assay/v1/user/password?name={user}");
    let body = json!({ "password": PASSWORD });
    let set = bench.call("ada", "assay", "PUT", &target, &body).await;
    assert_eq!(set.status, 200, "{set:?}");
}

async fn sign_in(bench: &Bench, user: &str) -> Value {
    let body = json!({"user": user, "password": PASSWORD}).to_string();
    let sent = bench.send("nobody", "assay", "POST", "/session", &body).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    sent.answer
}

async fn ask(bench: &Bench, session: &Value, method: &str, path: &str) -> Sent {
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    let credentials = Credentials {
        access_key: text("accessKeyId"),
        secret: text("secretAccessKey"),
        session_token: Some(text("sessionToken")),
    };
    let target = format!("/assay/v1{path}");
    bench
        .send_by(Some(&credentials), "assay", method, &target, "")
        .await
}

async fn reads(bench: &Bench, session: &Value) -> u16 {
    ask(bench, session, "GET", "/resources").await.status
}

async fn renew(bench: &Bench, session: &Value) -> Sent {
    ask(bench, session, "POST", "/session/renewal").await
}

fn end(session: &Value) -> Timestamp {
    session["expiration"].as_str().unwrap().parse().unwrap()
}

fn names(session: &Value) -> Vec<&String> {
    session.as_object().unwrap().keys().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_for_twelve_hours() {
    let bench = Bench::start().await;
    set_password(&bench, "aud").await;
    let first = sign_in(&bench, "aud").await;
    let last_end = end(&first) + SignedDuration::from_hours(11);
    let mut session = first.clone();
    for turn in 1..=14 {
        bench.later(50 * MINUTE).await;
        let renewed = renew(&bench, &session).await;
        assert_eq!(renewed.status, 200, "{turn}: {renewed:?}");
        assert!(
            renewed.head.contains("cache-control: no-store"),
            "{}",
            renewed.head
        );
        assert_eq!(names(&renewed.answer), names(&first));
        for same in ["account", "relation", "user", "role", "regions"] {
            assert_eq!(renewed.answer[same], first[same]);
        }
        assert_ne!(renewed.answer["accessKeyId"], session["accessKeyId"]);
        assert_eq!(reads(&bench, &renewed.answer).await, 200);
        assert!(end(&renewed.answer) <= last_end, "{turn}: {renewed:?}");
        // Those of before are good until their own end.
        assert_eq!(reads(&bench, &session).await, 200);
        session = renewed.answer;
    }
    // Eleven hours and forty minutes are over.
    assert_eq!(end(&session), last_end);
    bench.later(20 * MINUTE).await;
    assert_eq!(reads(&bench, &session).await, 403);
    assert_eq!(renew(&bench, &session).await.status, 403);
    let by_key = bench
        .send("aud", "assay", "POST", "/assay/v1/session/renewal", "")
        .await;
    assert_eq!(by_key.status, 403, "{by_key:?}");
    let message = by_key.answer["message"].as_str().unwrap();
    assert!(message.contains("is none of a session"), "{message}");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_ends_what_was_renewed_of_it() {
    let bench = Bench::start().await;
    set_password(&bench, "aud").await;
    for (method, path, body, back) in [
        (
            "PUT",
            "/user/password?name=aud",
            json!({ "password": PASSWORD }),
            None,
        ),
        (
            "PUT",
            "/user?name=aud",
            json!({"role": "auditor", "status": "INACTIVE"}),
            Some(json!({"role": "auditor", "status": "ACTIVE"})),
        ),
    ] {
        let first = sign_in(&bench, "aud").await;
        let renewed = renew(&bench, &first).await.answer;
        bench.later(1).await;
        let target = format!("/assay/v1{path}");
        let ended = bench.call("ada", "assay", method, &target, &body).await;
        assert_eq!(ended.status, 200, "{ended:?}");
        for session in [&first, &renewed] {
            assert_eq!(reads(&bench, session).await, 403, "{path}");
            assert_eq!(renew(&bench, session).await.status, 403, "{path}");
        }
        if let Some(body) = back {
            bench.call("ada", "assay", method, &target, &body).await;
        }
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_out_everywhere() {
    let bench = Bench::start().await;
    for user in ["ada", "aud"] {
        set_password(&bench, user).await;
    }
    let (here, there) = (sign_in(&bench, "aud").await, sign_in(&bench, "aud").await);
    let renewed = renew(&bench, &there).await.answer;
    let others = sign_in(&bench, "ada").await;
    bench.later(HOUR / 2).await;
    let ended = ask(&bench, &here, "POST", "/session/end").await;
    assert_eq!(ended.status, 200, "{ended:?}");
    assert_eq!(ended.answer["user"], "aud");
    for session in [&here, &there, &renewed] {
        assert_eq!(reads(&bench, session).await, 403);
    }
    assert_eq!(reads(&bench, &others).await, 200);
    assert_eq!(bench.get("aud", "/resources").await.status, 200, "keys stay");
    bench.later(1).await;
    assert_eq!(reads(&bench, &sign_in(&bench, "aud").await).await, 200);
    let calls = bench.get("ada", "/calls?user=aud").await.answer;
    let calls = calls["Records"].as_array().unwrap();
    for (name, element) in [("EndSessions", "endedAt"), ("RenewSession", "accessKeyId")] {
        let call = calls.iter().find(|call| call["eventName"] == name).unwrap();
        assert!(call["responseElements"][element].is_string(), "{call}");
        let text = call.to_string();
        for secret in ["secretAccessKey", "sessionToken"] {
            assert!(!text.contains(renewed[secret].as_str().unwrap()), "{text}");
        }
    }
    bench.stop().await;
}

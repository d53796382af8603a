//! Users and their keys, managed over HTTP.

use assay_sigv4::Credentials;
use serde_json::{Value, json};

use crate::bench::{Bench, Sent};

const PASSWORD: &str = "correct horse battery";

async fn ask(bench: &Bench, method: &str, path: &str, body: &Value) -> Sent {
    let target = format!("/assay/v1{path}");
    bench.call("ada", "assay", method, &target, body).await
}

fn key(answer: &Value) -> Credentials {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Credentials {
        access_key: text("accessKeyId"),
        secret: text("secretAccessKey"),
        session_token: None,
    }
}

async fn by(bench: &Bench, key: &Credentials) -> u16 {
    let sent = bench.send_by(Some(key), "assay", "GET", "/assay/v1/resources", "");
    sent.await.status
}

fn names(answer: &Value) -> Vec<&str> {
    let users = answer["users"].as_array().unwrap();
    users.iter().map(|user| user["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_made_changed_and_turned_off() {
    let bench = Bench::start().await;
    let body = json!({"name": "zoe", "role": "auditor", "password": PASSWORD, "withAccessKey": true});
    let made = ask(&bench, "POST", "/users", &body).await;
    assert_eq!(made.status, 200, "{made:?}");
    assert!(made.head.contains("cache-control: no-store"), "{}", made.head);
    let user = &made.answer["user"];
    assert_eq!(
        json!([user["name"], user["role"], user["status"], user["hasPassword"]]),
        json!(["zoe", "auditor", "ACTIVE", true])
    );
    let own = key(&made.answer["accessKey"]);
    assert_eq!(by(&bench, &own).await, 200);
    assert_eq!(ask(&bench, "POST", "/users", &body).await.status, 409);
    let plain = ask(&bench, "POST", "/users", &json!({"name": "yan", "role": "agent"})).await;
    assert_eq!(plain.answer["accessKey"], Value::Null);
    assert_eq!(plain.answer["user"]["hasPassword"], false);

    // A status has effect at once.
    for (role, status, expected) in [
        ("auditor", "INACTIVE", 403),
        ("auditor", "ACTIVE", 200),
        ("agent", "ACTIVE", 403),
        ("auditor", "ACTIVE", 200),
    ] {
        let set = ask(
            &bench,
            "PUT",
            "/user?name=zoe",
            &json!({"role": role, "status": status}),
        )
        .await;
        assert_eq!(
            (&set.answer["role"], &set.answer["status"]),
            (&json!(role), &json!(status))
        );
        assert_eq!(by(&bench, &own).await, expected, "{role} {status}");
    }
    let set = ask(
        &bench,
        "PUT",
        "/user/password?name=yan",
        &json!({"password": PASSWORD}),
    )
    .await;
    assert_eq!(set.answer["hasPassword"], true, "{set:?}");

    // Somebody stays who may undo it.
    for wanted in [
        json!({"role": "auditor", "status": "ACTIVE"}),
        json!({"role": "administrator", "status": "INACTIVE"}),
    ] {
        let refused = ask(&bench, "PUT", "/user?name=ada", &wanted).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        let message = refused.answer["message"].as_str().unwrap();
        assert!(message.contains("last active administrator"), "{message}");
    }
    let chief = json!({"role": "administrator", "status": "ACTIVE"});
    assert_eq!(ask(&bench, "PUT", "/user?name=zoe", &chief).await.status, 200);
    let retired = json!({"role": "auditor", "status": "ACTIVE"});
    assert_eq!(ask(&bench, "PUT", "/user?name=ada", &retired).await.status, 200);
    assert_eq!(bench.get("ada", "/users").await.status, 403);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_of_hosts_are_listed_apart() {
    let bench = Bench::start().await;
    for host in ["i-1", "i-2", "j-1"] {
        let body = json!({ "hostId": host });
        let enrolled = bench
            .call("eli", "assay", "POST", "/assay/v1/agents", &body)
            .await;
        assert!(
            enrolled.head.contains("cache-control: no-store"),
            "{}",
            enrolled.head
        );
    }
    for (query, expected) in [
        ("", &["ada", "aud", "bot", "eli"][..]),
        ("?role=host", &["i-1", "i-2", "j-1"]),
        ("?role=host&startsWith=i-", &["i-1", "i-2"]),
        ("?role=administrator", &["ada"]),
        ("?startsWith=a", &["ada", "aud"]),
    ] {
        let listed = bench.get("ada", &format!("/users{query}")).await;
        assert_eq!(names(&listed.answer), expected, "{query}");
        assert_eq!(listed.answer["nextToken"], Value::Null);
        assert!(!listed.answer.to_string().contains("secret"), "{listed:?}");
    }
    // Nobody becomes one, and none becomes anybody.
    for (name, role, told) in [
        ("i-1", "administrator", "stays one"),
        ("aud", "host", "hosts are enrolled"),
    ] {
        let standing = json!({"role": role, "status": "ACTIVE"});
        let refused = ask(&bench, "PUT", &format!("/user?name={name}"), &standing).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        let message = refused.answer["message"].as_str().unwrap();
        assert!(message.contains(told), "{message}");
    }
    let off = json!({"role": "host", "status": "INACTIVE"});
    assert_eq!(ask(&bench, "PUT", "/user?name=i-1", &off).await.status, 200);
    let first = bench.get("ada", "/users?role=host&maxResults=2").await.answer;
    assert_eq!(names(&first), ["i-1", "i-2"]);
    let token = first["nextToken"].as_str().unwrap();
    let rest = bench
        .get("ada", &format!("/users?role=host&nextToken={token}"))
        .await;
    assert_eq!(names(&rest.answer), ["j-1"]);
    let elsewhere = bench.get("ada", &format!("/users?nextToken={token}")).await;
    assert_eq!(elsewhere.status, 400);

    assert_eq!(
        ask(&bench, "DELETE", "/user?name=i-1", &Value::Null).await.status,
        200
    );
    for name in ["i-1", "aud", "eve"] {
        let gone = ask(&bench, "DELETE", &format!("/user?name={name}"), &Value::Null).await;
        assert_eq!(gone.status, 404, "{name}");
    }
    assert_eq!(
        names(&bench.get("ada", "/users?role=host").await.answer),
        ["i-2", "j-1"]
    );
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_turned_off_and_deleted() {
    let bench = Bench::start().await;
    let made = ask(&bench, "POST", "/users/keys", &json!({"user": "aud"})).await;
    assert!(made.head.contains("cache-control: no-store"), "{}", made.head);
    let own = key(&made.answer);
    assert_eq!(by(&bench, &own).await, 200);
    let ended = json!({"user": "aud", "endsAt": "2001-01-01T00:00:00Z"});
    let ended = key(&ask(&bench, "POST", "/users/keys", &ended).await.answer);
    assert_eq!(by(&bench, &ended).await, 403);
    let of_it = format!("/users/key?id={}", own.access_key);
    for (status, expected) in [("INACTIVE", 403), ("ACTIVE", 200)] {
        let set = ask(&bench, "PUT", &of_it, &json!({ "status": status })).await;
        assert_eq!(
            json!([set.answer["user"], set.answer["status"]]),
            json!(["aud", status])
        );
        assert_eq!(by(&bench, &own).await, expected, "{status}");
    }
    let listed = bench.get("ada", "/users?startsWith=aud").await.answer;
    let keys = listed["users"][0]["accessKeys"].as_array().unwrap();
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert!(
        keys.iter().any(|key| key["endsAt"] == "2001-01-01T00:00:00Z"),
        "{keys:?}"
    );

    // Nobody takes their own key away, or those of another account.
    let signed_with = bench.get("ada", "/users?startsWith=ada").await.answer;
    let signed_with = signed_with["users"][0]["accessKeys"][0]["accessKeyId"].clone();
    let signed_with = format!("/users/key?id={}", signed_with.as_str().unwrap());
    let off = json!({"status": "INACTIVE"});
    assert_eq!(ask(&bench, "PUT", &signed_with, &off).await.status, 409);
    assert_eq!(
        ask(&bench, "DELETE", &signed_with, &Value::Null).await.status,
        409
    );
    let foreign = bench.get("eve", "/users").await.answer;
    let foreign = foreign["users"][0]["accessKeys"][0]["accessKeyId"].clone();
    let foreign = format!("/users/key?id={}", foreign.as_str().unwrap());
    assert_eq!(ask(&bench, "PUT", &foreign, &off).await.status, 404);
    assert_eq!(ask(&bench, "DELETE", &foreign, &Value::Null).await.status, 404);
    assert_eq!(bench.get("eve", "/users").await.status, 200);

    let deleted = ask(&bench, "DELETE", &of_it, &Value::Null).await;
    assert_eq!(deleted.answer["user"], "aud", "{deleted:?}");
    assert_eq!(ask(&bench, "DELETE", &of_it, &Value::Null).await.status, 404);
    assert_eq!(by(&bench, &own).await, 403);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_every_change_and_no_secret_and_what_is_wrong_is_told_without() {
    let bench = Bench::start().await;
    let body = json!({"name": "zoe", "role": "auditor", "password": PASSWORD, "withAccessKey": true});
    let made = ask(&bench, "POST", "/users", &body).await.answer;
    let secret = made["accessKey"]["secretAccessKey"].as_str().unwrap();
    ask(
        &bench,
        "PUT",
        "/user/password?name=zoe",
        &json!({"password": PASSWORD}),
    )
    .await;
    for (method, path, body, told) in [
        (
            "POST",
            "/users",
            json!({"name": "a b", "role": "auditor"}),
            "name must",
        ),
        (
            "POST",
            "/users",
            json!({"name": "x", "role": "king"}),
            "role must be one of administrator",
        ),
        (
            "POST",
            "/users",
            json!({"name": "x", "role": "auditor", "password": "short"}),
            "12 to 256",
        ),
        (
            "POST",
            "/users",
            json!({"name": "x", "role": "auditor", "correct horse": PASSWORD}),
            "the body must be",
        ),
        (
            "PUT",
            "/user/password?name=zoe",
            json!(PASSWORD),
            "the body must be",
        ),
        (
            "PUT",
            "/user/password?name=zoe",
            json!({"password": [PASSWORD]}),
            "the body must be",
        ),
        (
            "PUT",
            "/user?name=zoe",
            json!({"role": "auditor", "status": "GONE"}),
            "status must",
        ),
        ("PUT", "/user?name=zoe", json!({"role": "auditor"}), "status"),
        ("PUT", "/users/key?id=x", json!({"status": "ACTIVE"}), "id must"),
    ] {
        let sent = ask(&bench, method, path, &body).await;
        assert_eq!(sent.status, 400, "{sent:?}");
        let message = sent.answer["message"].as_str().unwrap();
        assert!(message.contains(told), "{message}");
        assert!(!message.contains("horse"), "{message}");
    }
    for (path, body) in [
        (
            "/user?name=nobody",
            json!({"role": "auditor", "status": "ACTIVE"}),
        ),
        ("/user/password?name=nobody", json!({"password": PASSWORD})),
    ] {
        assert_eq!(ask(&bench, "PUT", path, &body).await.status, 404, "{path}");
    }
    let calls = bench.get("ada", "/calls?user=ada&outcome=success").await.answer;
    let records = calls["Records"].as_array().unwrap();
    let names: Vec<&str> = records
        .iter()
        .map(|one| one["eventName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["SetUserPassword", "CreateUser", "Enable"]);
    assert_eq!(
        records[1]["requestParameters"],
        json!({"name": "zoe", "role": "auditor"})
    );
    assert_eq!(
        records[1]["responseElements"]["accessKeyId"],
        made["accessKey"]["accessKeyId"]
    );
    let all = bench.get("ada", "/calls").await.answer.to_string();
    assert!(!all.contains("horse") && !all.contains(secret), "{all}");
    bench.stop().await;
}

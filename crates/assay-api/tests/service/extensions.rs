//! Routes of our own: the same signatures, faults and records as operations.

use assay_api::{Caller, Fault, Logged};
use assay_identity::Action;
use axum::{
    Extension, Router,
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Response},
    routing::{get, put},
};
use serde_json::json;

use crate::bench::Bench;

pub(crate) fn large() -> Router {
    Router::new().route("/inventories/{resource}", put(push))
}

pub(crate) fn small() -> Router {
    Router::new().route("/whoami", get(whoami).post(whoami))
}

async fn push(caller: Caller, Path(resource): Path<String>, body: Bytes) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    let mut response = format!("{resource} {}", body.len()).into_response();
    response.extensions_mut().insert(Logged {
        name: "PushInventory",
        parameters: Some(json!({"resource": resource})),
        response: Some(json!({"bytes": body.len()})),
    });
    Ok(response)
}

async fn whoami(caller: Caller) -> (Extension<()>, String) {
    (Extension(()), caller.principal.arn())
}

#[tokio::test]
async fn routes_of_our_own() {
    let bench = Bench::start().await;
    let path = "/assay/v1/inventories/i%2D1";
    let body = vec![b'x'; 3 << 20];
    for (user, method, target, service, body, status, fault) in [
        ("bot", "PUT", path, "assay", &body[..], 200, None),
        (
            "bot",
            "PUT",
            path,
            "inspector2",
            &body,
            403,
            Some("InvalidSignatureException"),
        ),
        (
            "aud",
            "PUT",
            path,
            "assay",
            &body,
            403,
            Some("AccessDeniedException"),
        ),
        (
            "dan",
            "PUT",
            path,
            "assay",
            &body,
            403,
            Some("UnrecognizedClientException"),
        ),
        ("ada", "GET", "/assay/v1/whoami?x=%20y", "assay", b"", 200, None),
        (
            "ada",
            "POST",
            "/assay/v1/whoami",
            "assay",
            &body,
            413,
            Some("RequestEntityTooLargeException"),
        ),
        (
            "ada",
            "DELETE",
            "/assay/v1/whoami",
            "assay",
            b"",
            405,
            Some("UnknownOperationException"),
        ),
        (
            "ada",
            "GET",
            "/assay/v1/nowhere",
            "assay",
            b"",
            404,
            Some("UnknownOperationException"),
        ),
    ] {
        let request = bench.signed(user, method, target, service, body);
        let answered = bench.send(&request).await;
        assert_eq!(answered.status, status, "{user} {method} {target}: {answered:?}");
        let code = answered.header("x-amzn-errortype").map(str::to_owned);
        assert_eq!(code, fault.map(str::to_ascii_lowercase), "{answered:?}");
        assert!(answered.header("x-amzn-requestid").is_some());
    }
    let records = bench.records.0.lock().unwrap();
    let pushed = &records[0];
    assert_eq!(
        (
            pushed.event_source.as_str(),
            pushed.event_name.as_str(),
            pushed.read_only
        ),
        ("assay", "PushInventory", false)
    );
    assert_eq!(pushed.request_parameters, Some(json!({"resource": "i-1"})));
    assert_eq!(pushed.response_elements, Some(json!({"bytes": 3 << 20})));
    assert_eq!(pushed.user_identity.user_name.as_deref(), Some("bot"));
    let refused = &records[1];
    assert_eq!(refused.event_name, "PUT /assay/v1/inventories/i%2D1");
    assert_eq!(refused.user_identity.kind, "Unknown");
}

//! The OpenAPI document of our routes. Each route is described where it is handled, and the router and the document are
//! made of the same list; what all have in common is added here.

use assay_api::Fault;
use assay_api_model::NoRoute;
use assay_sigv4::Fault as SignatureFault;
use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use utoipa::openapi::{Info, License, OpenApi, OpenApiBuilder, Server};

use crate::shapes::shapes;

/// Where our routes are.
const BASE: &str = "/assay/v1";

const SCHEME: &str = "sigv4";

/// A document without routes.
pub(crate) fn empty() -> OpenApi {
    let mut info = Info::new("Assay", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "What Inspector's API has no words for. Requests are signed by AWS Signature Version 4 for the service `assay`, \
         with the keys that Inspector's operations take, in a region that is served."
            .to_owned(),
    );
    info.license = Some(License::new("Apache-2.0"));
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new(BASE)]))
        .build()
}

/// Serves a document. It tells nothing that the source does not, so nobody has to sign for it.
pub(crate) fn serve(document: &OpenApi) -> Router {
    let document = Arc::new(whole(document));
    let answer = move || async move { document_of(&document) };
    Router::new().route("/openapi.json", get(answer))
}

fn document_of(document: &Value) -> Response {
    Json(document).into_response()
}

/// The document with the security of all routes, the faults of all routes, and the shapes of Inspector's model.
fn whole(document: &OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({SCHEME: {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4 of the service `assay`, in headers.",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }});
    document["components"]["schemas"]["Fault"] = fault_schema();
    for (name, schema) in shapes() {
        document["components"]["schemas"][name] = schema;
    }
    if let Some(paths) = document["paths"].as_object_mut() {
        for operation in paths.values_mut().filter_map(Value::as_object_mut).flatten() {
            complete(operation.1);
        }
    }
    document
}

/// Adds to an operation what it has in common with all.
fn complete(operation: &mut Value) {
    operation["security"] = json!([{SCHEME: []}]);
    let mut common = vec![
        (
            Fault::field("field", "must be what it may be"),
            "The request is not what the route takes.",
        ),
        (
            Fault::Signature(SignatureFault::MissingAuthenticationToken),
            "The request is not signed well, or the caller may not do this.",
        ),
        (
            Fault::Throttled {
                retry_after: Duration::from_secs(1),
            },
            "The caller asks too often.",
        ),
        (
            Fault::internal("a reason"),
            "The service failed at this; its log tells more.",
        ),
        (
            Fault::Unavailable {
                message: "busy".to_owned(),
                retry_after: Duration::from_secs(1),
            },
            "The service cannot do it for now.",
        ),
        (
            Fault::Incomplete,
            "The request did not arrive whole in good time.",
        ),
        (Fault::TooLarge { limit: 0 }, "The body is larger than it may be."),
    ];
    // Where a route tells itself of what is not there, its words stay.
    if operation["responses"].get("404").is_none() {
        common.push((Fault::NoRoute(NoRoute::Path), "There is no such path."));
    }
    for (fault, description) in common {
        operation["responses"][fault.status().as_str()] = answer(description);
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses {
        if !status.starts_with('2') && response.get("content").is_none() {
            let description = response["description"].as_str().unwrap_or_default().to_owned();
            *response = answer(&description);
        }
    }
}

fn answer(description: &str) -> Value {
    json!({
        "description": description,
        "headers": {
            "x-amzn-errortype": {
                "description": "The name of the fault.", "required": true, "schema": {"type": "string"},
            },
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
    })
}

fn fault_schema() -> Value {
    json!({
        "type": "object",
        "description": "A fault, as Inspector's operations have them; its name is in the header `x-amzn-errortype`.",
        "required": ["message"],
        "properties": {
            "message": {"type": "string"},
            "reason": {"type": "string", "enum": ["CANNOT_PARSE", "FIELD_VALIDATION_FAILED", "OTHER"]},
            "fields": {"type": "array", "items": {
                "type": "object",
                "required": ["name", "message"],
                "properties": {"name": {"type": "string"}, "message": {"type": "string"}},
            }},
            "resourceId": {"type": "string"},
            "resourceType": {"type": "string"},
        },
    })
}

//! `assay push`: scans here and submits what is installed to a service, which keeps assessing it from then on.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use assay_client::{Client, Route, RouteMethod};
use assay_model::Inventory;
use serde_json::{Value, json};

use crate::{
    Answer,
    cli::{Push, ResourceKind},
    credentials, reading,
};

const RESOURCES: Route = Route::post("/assay/v1/resources");
const ENABLE: Route = Route {
    method: RouteMethod::Post,
    path: "/enable",
    service: "inspector2",
};

pub(crate) fn push(options: &Push) -> Result<Answer> {
    let keys = credentials::find()?;
    let client = Client::new(&options.server, &options.region, options.ca.as_deref())?;
    let inventory = reading::inventory(&options.target, &options.opening)?;
    let mut document = Vec::new();
    assay_reports::write_inventory(&inventory, &mut document)?;
    let document: Box<serde_json::value::RawValue> =
        serde_json::from_slice(&document).context("cannot write the inventory")?;
    let resource = describe(options, &inventory)?;
    let body = serde_json::to_vec(&json!({ "resource": resource, "inventory": document }))?;
    if options.enable {
        let types = json!({ "resourceTypes": [options.resource.scan_type()] });
        client.call(&keys, ENABLE, &serde_json::to_vec(&types)?)?;
    }
    let answer = client.call(&keys, RESOURCES, &body)?;
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or("-");
    anstream::println!(
        "{} {} {}: {} packages, {}{}",
        text("/resource/type"),
        text("/resource/id"),
        text("/outcome"),
        inventory.packages.len(),
        text("/coverage/reason"),
        if answer.pointer("/enabled") == Some(&Value::Bool(false)) {
            "; its type of scan is not turned on, see `aws inspector2 enable`"
        } else {
            ""
        }
    );
    Ok(Answer::Yes)
}

fn describe(options: &Push, inventory: &Inventory) -> Result<Value> {
    let artifact = &inventory.artifact;
    let mut details = serde_json::Map::new();
    let (kind, id) = match options.resource {
        ResourceKind::Host => {
            if let Some(address) = &options.address {
                details.insert("awsEc2Instance".into(), json!({ "ipV4Addresses": address }));
            }
            ("host", assay_agent::host_id(Path::new("/")))
        }
        ResourceKind::Image => {
            let digest = artifact
                .digest
                .clone()
                .context("the image has no digest of its own: name the resource by --id NAME@sha256:…");
            let architecture = artifact
                .platform
                .as_deref()
                .and_then(|platform| platform.split('/').nth(1));
            let tags: Vec<&str> = artifact
                .tags
                .iter()
                .filter_map(|tag| tag.rsplit_once(':'))
                .map(|(_, tag)| tag)
                .collect();
            let mut image = json!({});
            if let Some(architecture) = architecture {
                image["architecture"] = json!(architecture);
            }
            if !tags.is_empty() {
                image["imageTags"] = json!(tags);
            }
            details.insert("awsEcrContainerImage".into(), image);
            let name = artifact.tags.first().unwrap_or(&artifact.name);
            let name = name.rsplit_once(':').map_or(name.as_str(), |(name, _)| name);
            let id = match (&options.id, digest) {
                (Some(_), _) => String::new(),
                (None, Ok(digest)) => format!("{name}@{digest}"),
                (None, Err(error)) => return Err(error),
            };
            ("image", id)
        }
        ResourceKind::Function => ("function", artifact.name.clone()),
        ResourceKind::Repository => ("repository", artifact.name.clone()),
    };
    let id = options.id.clone().unwrap_or(id);
    let mut tags = BTreeMap::new();
    for tag in &options.tag {
        let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
        tags.insert(key, value);
    }
    let mut resource = json!({ "type": kind, "id": id, "details": details });
    // Without tags of its own it leaves those that others tell of a host.
    if !tags.is_empty() {
        resource["tags"] = json!(tags);
    }
    Ok(resource)
}

//! `assay push`: scans here and submits what is installed to a service, which keeps assessing it from then on.

use std::{collections::BTreeMap, fs, time::Duration};

use anyhow::{Context, Result, bail};
use assay_model::Inventory;
use assay_sigv4::{BodyDigest, Request, sign};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ureq::{
    Agent,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::{
    Answer,
    cli::{Push, ResourceKind},
    credentials, reading,
};

/// A path, and the service that signatures for it are scoped to.
type Route = (&'static str, &'static str);

const RESOURCES: Route = ("/assay/v1/resources", "assay");
const ENABLE: Route = ("/enable", "inspector2");

pub(crate) fn push(options: &Push) -> Result<Answer> {
    let keys = credentials::find()?;
    let inventory = reading::inventory(&options.target, &options.opening)?;
    let mut document = Vec::new();
    assay_reports::write_inventory(&inventory, &mut document)?;
    let document: Box<serde_json::value::RawValue> =
        serde_json::from_slice(&document).context("cannot write the inventory")?;
    let resource = describe(options, &inventory)?;
    let body = serde_json::to_vec(&json!({ "resource": resource, "inventory": document }))?;
    if options.enable {
        let types = json!({ "resourceTypes": [options.resource.scan_type()] });
        submit(options, &keys, ENABLE, &serde_json::to_vec(&types)?)?;
    }
    let answer = submit(options, &keys, RESOURCES, &body)?;
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
            ("host", host_id())
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
    Ok(json!({ "type": kind, "id": id, "tags": tags, "details": details }))
}

/// Tells whether a service answers that it is ready.
pub(crate) fn ready(server: &str) -> Result<Answer> {
    let address = format!("{}/readyz", server.trim_end_matches('/'));
    let answer = ureq::get(&address).call();
    Ok(if answer.is_ok() { Answer::Yes } else { Answer::No })
}

/// An id in the form of instances' that stays the same for this machine.
fn host_id() -> String {
    let machine = fs::read_to_string("/etc/machine-id")
        .ok()
        .filter(|id| !id.trim().is_empty())
        .unwrap_or_else(|| rustix::system::uname().nodename().to_string_lossy().into_owned());
    let digest = Sha256::digest(machine.trim().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("i-{}", &hex[..17])
}

fn submit(
    options: &Push,
    keys: &assay_sigv4::Credentials,
    (path, service): Route,
    body: &[u8],
) -> Result<Value> {
    let server = options.server.trim_end_matches('/');
    let host = server
        .split_once("://")
        .map(|(_, host)| host)
        .with_context(|| format!("--server {server} is no address: write it as https://HOST:PORT"))?;
    let headers =
        [("content-type", "application/json"), ("host", host)].map(|(name, value)| (name, value.as_bytes()));
    let unsigned = Request {
        method: "POST",
        path,
        query: "",
        headers: &headers,
        body: BodyDigest::of(body),
    };
    let added = sign(&unsigned, keys, &options.region, service, Timestamp::now())?;
    let agent: Agent = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(authorities(options)?).build())
        .timeout_global(Some(Duration::from_secs(300)))
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent
        .post(format!("{server}{path}"))
        .header("content-type", "application/json");
    for (name, value) in added {
        request = request.header(name, value);
    }
    let mut response = request
        .send(body)
        .with_context(|| format!("cannot reach {server}"))?;
    let status = response.status();
    let bytes = response
        .body_mut()
        .with_config()
        .limit(1 << 20)
        .read_to_vec()
        .with_context(|| format!("{server} sent no whole answer"))?;
    let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    if status.is_success() {
        return Ok(answer);
    }
    let message = answer
        .get("message")
        .or_else(|| answer.get("Message"))
        .and_then(Value::as_str)
        .unwrap_or("no reason given");
    let fields: Vec<String> = answer
        .get("fields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|field| {
            let text = |name: &str| field.get(name).and_then(Value::as_str);
            Some(format!("{} {}", text("name")?, text("message")?))
        })
        .collect();
    bail!(
        "{server} refuses: {message} ({status}){}{}",
        if fields.is_empty() { "" } else { ": " },
        fields.join("; ")
    )
}

fn authorities(options: &Push) -> Result<RootCerts> {
    let Some(path) = &options.ca else {
        return Ok(RootCerts::WebPki);
    };
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&bytes) {
        if let Ok(PemItem::Certificate(certificate)) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        bail!("{} holds no certificate in PEM form", path.display());
    }
    Ok(RootCerts::Specific(std::sync::Arc::new(certificates)))
}

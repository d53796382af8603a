//! The network of an account in a region, as its cloud describes it: taken up kind by kind, and given back.

use std::{collections::BTreeMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_delta::DIGEST;
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{NetworkKind, NetworkList, NewNetworkKind};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json, value::RawValue};
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{AdditionalProperties, ArrayBuilder, Type},
    },
};

use crate::{
    answer::{time, told, written},
    push::turn_for,
    request::{self, Asked},
    routes::Extensions,
    shapes::one_of,
    take_up::refuse_host,
};

/// What there is in networks, by the names that lists of it have in the answers of the operations of EC2 and Elastic Load Balancing
/// that describe it, in order. Balancers of the first generation, whose list has the name of the later ones', are
/// `ClassicLoadBalancers`; what is listed for each table or list of its own is drawn together.
///
/// Source: API references of Amazon EC2 and Elastic Load Balancing.
const KINDS: [&str; 25] = [
    "ClassicLoadBalancers",
    "EgressOnlyInternetGateways",
    "Instances",
    "InternetGateways",
    "Listeners",
    "LoadBalancers",
    "ManagedPrefixLists",
    "NatGateways",
    "NetworkAcls",
    "NetworkInterfaces",
    "PrefixListEntries",
    "RouteTables",
    "Rules",
    "SecurityGroups",
    "Subnets",
    "TargetGroups",
    "TargetHealth",
    "TransitGatewayAttachments",
    "TransitGatewayRouteTables",
    "TransitGatewayRoutes",
    "TransitGateways",
    "VpcEndpoints",
    "VpcPeeringConnections",
    "Vpcs",
    "VpnGateways",
];

/// Levels of objects and lists within each other, of one thing in a network; the clouds' own have eight.
const DEEPEST: usize = 32;

/// Bytes of all things of a kind, as they are kept before they are compressed: as many as a request may have.
const LARGEST: usize = 64 << 20;

/// The longest reason that is kept, in characters.
const LONGEST: usize = 1000;

/// The level of zstd that lists are kept with.
const LEVEL: i32 = 3;

/// The network of the account and region.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Network<'a> {
    /// All that there is, by the names of lists in the answers of EC2 and Elastic Load Balancing. What is left out is not there.
    #[serde(borrow)]
    #[schema(schema_with = described_schema)]
    described: BTreeMap<String, Vec<&'a RawValue>>,
    /// Why kinds could not be read, which then are as they were. Beside what is described of a kind, why that is not all.
    #[serde(default)]
    #[schema(schema_with = unreadable_schema)]
    unreadable: BTreeMap<String, String>,
    /// When it was so, in seconds since 1970; now where that is left out, or is still to come. What was described later stays.
    #[serde(default, deserialize_with = "request::whole")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 4294967295_u64)]
    at: Option<i64>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NetworkTaken {
    /// Whether anything is different now.
    #[schema(value_type = String, pattern = "^(changed|unchanged)$")]
    outcome: &'static str,
}

/// Describe the network of this account and region
///
/// It is all that there is, as the cloud describes it to whoever may read everything: VPCs, interfaces, security groups, routes,
/// balancers. Idempotent: the same again, in whatever order, changes nothing.
#[utoipa::path(post, path = "/network", operation_id = "TellNetwork", request_body = Network, responses((status = 200, description = "It is kept.", body = NetworkTaken)))]
pub(crate) async fn tell(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    refuse_host(&caller)?;
    let turn = turn_for(&body).await?;
    // A large network takes a while to read.
    let (kinds, at) = tokio::task::spawn_blocking(move || read(&body))
        .await
        .map_err(Fault::internal)??;
    drop(turn);
    let now = extensions.clock.now().as_microsecond();
    let at = at.map_or(now, |seconds| (seconds * 1_000_000).min(now));
    let scope = extensions.service.scope(&caller).await?;
    let is_changed = extensions
        .database
        .tell_network(scope, &kinds, at)
        .await
        .map_err(store_fault)?;
    let objects: BTreeMap<&str, Option<i64>> = kinds
        .iter()
        .filter(|kind| kind.list.as_ref().is_none_or(|list| list.objects > 0))
        .map(|kind| (kind.kind.as_str(), kind.list.as_ref().map(|list| list.objects)))
        .collect();
    let taken = NetworkTaken {
        outcome: if is_changed { "changed" } else { "unchanged" },
    };
    told("TellNetwork", json!({ "objects": objects }), &taken)
}

/// What is told of each kind, and when it was so in seconds.
fn read(body: &[u8]) -> Result<(Vec<NewNetworkKind>, Option<i64>), Fault> {
    let network: Network<'_> = request::body("a network", body)?;
    for (member, mut names) in [
        ("described", network.described.keys().collect::<Vec<_>>()),
        ("unreadable", network.unreadable.keys().collect()),
    ] {
        names.retain(|name| !KINDS.contains(&name.as_str()));
        if let Some(name) = names.first() {
            return Err(unknown(&format!("{member}.{name}")));
        }
    }
    if network.at.is_some_and(|at| u32::try_from(at).is_err()) {
        return Err(Fault::field(
            "at",
            "must be seconds since 1970, as a whole number of 32 bits",
        ));
    }
    let told = KINDS.into_iter().map(|kind| {
        let problem = network.unreadable.get(kind).map(|reason| match reason.trim() {
            "" => "no reason was told".to_owned(),
            reason => reason.chars().take(LONGEST).collect(),
        });
        let described = network.described.get(kind).map(Vec::as_slice);
        let list = match (described, &problem) {
            (None, Some(_)) => None,
            (described, _) => Some(list(kind, described.unwrap_or_default())?),
        };
        Ok(NewNetworkKind {
            kind: kind.to_owned(),
            list,
            problem: problem.unwrap_or_default(),
        })
    });
    Ok((told.collect::<Result<_, Fault>>()?, network.at))
}

/// All things of a kind, in one order and form however they were told.
fn list(kind: &str, told: &[&RawValue]) -> Result<NetworkList, Fault> {
    let mut things = Vec::with_capacity(told.len());
    for (at, thing) in told.iter().enumerate() {
        let wrong = |what: String| Fault::field(format!("described.{kind}[{at}]"), what);
        // One at a time: read, all of them would be many times as large as they were sent.
        let read: Map<String, Value> = serde_json::from_str(thing.get())
            .map_err(|error| wrong(format!("must be an object as its cloud describes it: {error}")))?;
        if read.values().map(depth).max() >= Some(DEEPEST) {
            return Err(wrong(format!("must have at most {DEEPEST} levels")));
        }
        things.push(serde_json::to_string(&read).map_err(Fault::internal)?);
    }
    things.sort_unstable();
    let document = format!("[{}]", things.join(","));
    drop(things);
    if document.len() > LARGEST {
        return Err(Fault::field(
            format!("described.{kind}"),
            format!("must have at most {LARGEST} bytes"),
        ));
    }
    let digest = Sha256::digest(document.as_bytes());
    Ok(NetworkList {
        document: zstd::bulk::compress(document.as_bytes(), LEVEL).map_err(Fault::internal)?,
        digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        objects: i64::try_from(told.len()).map_err(Fault::internal)?,
    })
}

/// How many levels a value has; a text or a number has none.
fn depth(value: &Value) -> usize {
    let within = match value {
        Value::Object(members) => members.values().map(depth).max(),
        Value::Array(items) => items.iter().map(depth).max(),
        _ => return 0,
    };
    1 + within.unwrap_or_default()
}

fn unknown(place: &str) -> Fault {
    Fault::field(place, format!("must be one of {}", KINDS.join(", ")))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfNetwork {
    /// One kind, which is given back with all that there is of it.
    #[param(schema_with = kind_schema, required = false)]
    kind: Option<String>,
}

/// What is known of the network of an account in a region.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KnownNetwork<'a> {
    /// Each kind that somebody told of, there or not. Of others nothing is known.
    kinds: Vec<KnownKind<'a>>,
    /// All things of the kind that was asked for, as they were described, in no order of theirs; null without one, or where
    /// nothing is known of it.
    #[schema(value_type = Option<Vec<Object>>)]
    objects: Option<&'a RawValue>,
}

/// What is known of one kind of thing in a network.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KnownKind<'a> {
    /// The name of its list in the answers of EC2 and Elastic Load Balancing.
    kind: &'a str,
    /// How many there are; null where none were described yet.
    #[schema(minimum = 0)]
    count: Option<i64>,
    /// When they were described so; null for never.
    #[schema(format = DateTime)]
    told_at: Option<String>,
    /// When somebody last looked, whether it could be read or not.
    #[schema(format = DateTime)]
    looked_at: Option<String>,
    /// The digest of what they are: the same ones have the same.
    #[schema(pattern = "^sha256:[0-9a-f]{64}$")]
    digest: Option<String>,
    /// Why it could not be read then, or not all of it: what there is, is as it was described before. Null where it could.
    problem: Option<&'a str>,
}

impl<'a> From<&'a NetworkKind> for KnownKind<'a> {
    fn from(kept: &'a NetworkKind) -> Self {
        let is_told = !kept.digest.is_empty();
        Self {
            kind: &kept.kind,
            count: is_told.then_some(kept.objects),
            told_at: is_told.then(|| time(kept.told_at)).flatten(),
            looked_at: time(kept.looked_at),
            digest: is_told.then(|| format!("{DIGEST}{}", kept.digest)),
            problem: Some(kept.problem.as_str()).filter(|problem| !problem.is_empty()),
        }
    }
}

/// The network of this account and region
#[utoipa::path(get, path = "/network", operation_id = "GetNetwork", params(OfNetwork), responses((status = 200, description = "What is known of it.", body = KnownNetwork)))]
pub(crate) async fn get(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<OfNetwork>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let scope = extensions.service.scope(&caller).await?;
    let mut kinds = extensions.database.network(scope).await.map_err(store_fault)?;
    let mut kept = None;
    if let Some(kind) = &asked.kind {
        if !KINDS.contains(&kind.as_str()) {
            return Err(unknown("kind"));
        }
        kinds.retain(|kept| kept.kind == *kind);
        let list = extensions.database.network_list(scope, kind).await;
        kept = list.map_err(store_fault)?;
    }
    // A large network takes a while to write.
    let write = move || {
        let list = kept.map(|list| {
            let size = zstd::bulk::Decompressor::upper_bound(&list.document).filter(|size| *size <= LARGEST);
            let size = size.ok_or_else(|| Fault::internal("a kept network is damaged"))?;
            let document = zstd::bulk::decompress(&list.document, size).map_err(Fault::internal)?;
            let document = String::from_utf8(document).map_err(Fault::internal)?;
            RawValue::from_string(document).map_err(Fault::internal)
        });
        let list = list.transpose()?;
        let known = KnownNetwork {
            kinds: kinds.iter().map(KnownKind::from).collect(),
            objects: list.as_deref(),
        };
        serde_json::to_vec(&known).map_err(Fault::internal)
    };
    let answer = tokio::task::spawn_blocking(write)
        .await
        .map_err(Fault::internal)??;
    Ok(written("GetNetwork", json!({ "kind": asked.kind }), answer))
}

fn described_schema() -> ObjectBuilder {
    let things = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::Object));
    of_each_kind(&things.into())
}

fn unreadable_schema() -> ObjectBuilder {
    of_each_kind(&ObjectBuilder::new().schema_type(Type::String).into())
}

/// An object that may have a member for each kind.
fn of_each_kind(schema: &Schema) -> ObjectBuilder {
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    KINDS.into_iter().fold(object, |object, kind| {
        object.property(kind, RefOr::T(schema.clone()))
    })
}

fn kind_schema() -> ObjectBuilder {
    one_of(KINDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(network: &Value) -> Result<Vec<NewNetworkKind>, Fault> {
        read(network.to_string().as_bytes()).map(|(told, _)| told)
    }

    #[test]
    fn kinds_are_in_order() {
        assert!(KINDS.is_sorted());
    }

    #[test]
    fn the_same_in_another_order_has_the_same_digest() {
        let digest = |network: Value| {
            let told = told(&network).unwrap();
            let vpcs = told.into_iter().find(|told| told.kind == "Vpcs").unwrap();
            vpcs.list.map(|list| (list.digest, list.objects))
        };
        let first =
            digest(json!({"described": {"Vpcs": [{"VpcId": "a", "IsDefault": true}, {"VpcId": "b"}]}}));
        let again = r#"{"described": {"Vpcs": [{ "VpcId":"b"}, {"IsDefault" : true, "VpcId": "\u0061"}]}}"#;
        assert_eq!(first, digest(serde_json::from_str(again).unwrap()));
        let other = digest(json!({"described": {"Vpcs": [{"VpcId": "a"}, {"VpcId": "b"}]}}));
        assert_ne!(first, other);
        let none = digest(json!({"described": {}}));
        assert_eq!(
            none,
            digest(json!({"described": {"Vpcs": []}})),
            "what is left out is not there"
        );
        let unreadable = json!({"described": {}, "unreadable": {"Vpcs": "AccessDenied"}});
        assert_eq!(digest(unreadable), None);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let deep = |levels: usize| (1..levels).fold(json!({}), |within, _| json!({ "a": within }));
        assert!(told(&json!({"described": {"Vpcs": [deep(DEEPEST)]}})).is_ok());
        for (network, expected) in [
            (json!({"described": {"Vpc": []}}), "described.Vpc"),
            (
                json!({"described": {}, "unreadable": {"vpcs": ""}}),
                "unreadable.vpcs",
            ),
            (json!({"described": {"Vpcs": [{}, "vpc-1"]}}), "described.Vpcs[1]"),
            (json!({"described": {"Vpcs": [[]]}}), "described.Vpcs[0]"),
            (
                json!({"described": {"Vpcs": [deep(DEEPEST + 1)]}}),
                "described.Vpcs[0]",
            ),
            (json!({"described": {"Vpcs": [deep(120)]}}), "described.Vpcs[0]"),
            (json!({"described": {}, "at": -1}), "at"),
            (json!({"described": {"Vpcs": {}}}), "a network"),
            (json!({"unreadable": {}}), "a network"),
            (json!({"described": {}, "vpcs": []}), "a network"),
        ] {
            let shown = match told(&network) {
                Ok(_) => String::new(),
                Err(Fault::Validation { message, fields, .. }) => {
                    let names = fields.iter().map(|field| field.name.as_str());
                    format!("{message} {}", names.collect::<String>())
                }
                Err(other) => other.to_string(),
            };
            assert!(shown.contains(expected), "{network}: {shown}");
        }
        let unknown = told(&json!({"described": {"Vpc": []}})).unwrap_err();
        assert!(
            format!("{unknown:?}").contains("Subnets, TargetGroups"),
            "{unknown:?}"
        );
    }
}

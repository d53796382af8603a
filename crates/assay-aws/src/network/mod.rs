//! The network of each site, described to the service as AWS describes it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use assay_collector::{Item, Source, WatchError};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    call::{AwsError, AwsService, EC2, ELB, ELBV2, Place},
    estate::{Estate, Site},
};

/// What is asked for by itself: what it is called in the description, by which service, operation and list.
const LISTS: [(&str, &AwsService, &str, &str); 20] = [
    ("Vpcs", &EC2, "DescribeVpcs", "Vpcs"),
    ("Subnets", &EC2, "DescribeSubnets", "Subnets"),
    (
        "NetworkInterfaces",
        &EC2,
        "DescribeNetworkInterfaces",
        "NetworkInterfaces",
    ),
    ("SecurityGroups", &EC2, "DescribeSecurityGroups", "SecurityGroups"),
    ("NetworkAcls", &EC2, "DescribeNetworkAcls", "NetworkAcls"),
    ("RouteTables", &EC2, "DescribeRouteTables", "RouteTables"),
    (
        "InternetGateways",
        &EC2,
        "DescribeInternetGateways",
        "InternetGateways",
    ),
    (
        "EgressOnlyInternetGateways",
        &EC2,
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateways",
    ),
    ("NatGateways", &EC2, "DescribeNatGateways", "NatGateways"),
    ("VpnGateways", &EC2, "DescribeVpnGateways", "VpnGateways"),
    (
        "VpcPeeringConnections",
        &EC2,
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
    ),
    (
        "TransitGateways",
        &EC2,
        "DescribeTransitGateways",
        "TransitGateways",
    ),
    (
        "TransitGatewayAttachments",
        &EC2,
        "DescribeTransitGatewayAttachments",
        "TransitGatewayAttachments",
    ),
    (
        "TransitGatewayRouteTables",
        &EC2,
        "DescribeTransitGatewayRouteTables",
        "TransitGatewayRouteTables",
    ),
    (
        "ManagedPrefixLists",
        &EC2,
        "DescribeManagedPrefixLists",
        "PrefixLists",
    ),
    ("VpcEndpoints", &EC2, "DescribeVpcEndpoints", "VpcEndpoints"),
    ("Instances", &EC2, "DescribeInstances", "Reservations"),
    ("LoadBalancers", &ELBV2, "DescribeLoadBalancers", "LoadBalancers"),
    ("TargetGroups", &ELBV2, "DescribeTargetGroups", "TargetGroups"),
    (
        "ClassicLoadBalancers",
        &ELB,
        "DescribeLoadBalancers",
        "LoadBalancerDescriptions",
    ),
];

/// What is asked for each of another kind: what it is called, of which kind, the member that names one, the operation with its
/// parameter, its list.
const PARTS: [(&str, &str, &str, &AwsService, &str, &str, &str); 5] = [
    (
        "TransitGatewayRoutes",
        "TransitGatewayRouteTables",
        "TransitGatewayRouteTableId",
        &EC2,
        "SearchTransitGatewayRoutes",
        "TransitGatewayRouteTableId",
        "Routes",
    ),
    (
        "PrefixListEntries",
        "ManagedPrefixLists",
        "PrefixListId",
        &EC2,
        "GetManagedPrefixListEntries",
        "PrefixListId",
        "Entries",
    ),
    (
        "Listeners",
        "LoadBalancers",
        "LoadBalancerArn",
        &ELBV2,
        "DescribeListeners",
        "LoadBalancerArn",
        "Listeners",
    ),
    (
        "Rules",
        "Listeners",
        "ListenerArn",
        &ELBV2,
        "DescribeRules",
        "ListenerArn",
        "Rules",
    ),
    (
        "TargetHealth",
        "TargetGroups",
        "TargetGroupArn",
        &ELBV2,
        "DescribeTargetHealth",
        "TargetGroupArn",
        "TargetHealthDescriptions",
    ),
];

/// Networks that are watched.
pub(crate) struct Networks {
    estate: Arc<Estate>,
    /// A digest of what was told last, by site.
    told: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Networks {
    pub(crate) fn new(estate: Arc<Estate>) -> Networks {
        Networks {
            estate,
            told: Mutex::default(),
        }
    }

    /// Describes the network of a site, where it is another than it was.
    pub(crate) fn look_at(&self, site: &Site) -> Result<(), WatchError> {
        let (described, unreadable) = describe(&site.place);
        let told = json!([described, unreadable]);
        let digest = Sha256::digest(told.to_string()).to_vec();
        if self.told().get(&site.name()) == Some(&digest) {
            return Ok(());
        }
        let body = json!({
            "described": described,
            "unreadable": unreadable,
            "at": Timestamp::now().as_second(),
        });
        site.service.tell_network(&body)?;
        self.told().insert(site.name(), digest);
        Ok(())
    }

    fn told(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that is described of a network, and why the rest is not.
fn describe(place: &Place) -> (Map<String, Value>, Map<String, Value>) {
    let mut described = Map::new();
    let mut unreadable = Map::new();
    let mut take = |kind: &str, listed: Result<Vec<Value>, AwsError>| match listed {
        Ok(listed) => {
            described.insert(kind.to_owned(), Value::Array(listed));
        }
        Err(error) => {
            tracing::warn!("{error}");
            unreadable.insert(kind.to_owned(), json!(error.to_string()));
        }
    };
    for (kind, service, operation, list) in LISTS {
        let listed = place.query_pages(service, operation, &[], list);
        take(
            kind,
            listed.map(|listed| match kind {
                "Instances" => instances(listed),
                _ => listed,
            }),
        );
    }
    for (kind, of, id, service, operation, parameter, list) in PARTS {
        let Some(Value::Array(whole)) = described.get(of) else {
            let why = unreadable.get(of).cloned().unwrap_or_default();
            unreadable.insert(kind.to_owned(), why);
            continue;
        };
        let ids: Vec<String> = whole
            .iter()
            .filter_map(|one| one[id].as_str().map(str::to_owned))
            .collect();
        let mut all = Vec::new();
        let mut failure = None;
        for one in ids {
            let mut parameters = vec![(parameter, one.as_str())];
            if kind == "TransitGatewayRoutes" {
                parameters.extend([
                    ("Filter.1.Name", "state"),
                    ("Filter.1.Value.1", "active"),
                    ("Filter.1.Value.2", "blackhole"),
                ]);
            }
            match place.query_pages(service, operation, &parameters, list) {
                Ok(listed) => all.extend(listed.into_iter().map(|mut part| {
                    // Whose part it is stands in the question only.
                    part[id] = json!(one);
                    part
                })),
                Err(error) if error.is_missing() => {}
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        match failure {
            None => {
                described.insert(kind.to_owned(), Value::Array(all));
            }
            Some(error) => {
                tracing::warn!("{error}");
                unreadable.insert(kind.to_owned(), json!(error.to_string()));
            }
        }
    }
    (described, unreadable)
}

/// The instances of reservations.
fn instances(reservations: Vec<Value>) -> Vec<Value> {
    reservations
        .into_iter()
        .flat_map(|mut reservation| match reservation["Instances"].take() {
            Value::Array(instances) => instances,
            _ => Vec::new(),
        })
        .collect()
}

impl Source for Networks {
    fn name(&self) -> String {
        "networks".to_owned()
    }

    fn period(&self) -> Duration {
        self.estate.configuration().network.every.unsigned_abs()
    }

    fn look(&self) -> Vec<Item> {
        self.estate.look(|site| {
            self.look_at(site)?;
            Ok(Vec::new())
        })
    }
}

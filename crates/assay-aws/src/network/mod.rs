//! The network of each site, described to the service as AWS describes it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use assay_collector::{Looked, Source, WatchError};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    call::{AwsError, AwsService, EC2, ELB, ELBV2, Place, Query},
    estate::{Estate, Site},
};

/// What is asked for by itself: what it is called in the description, by which service, operation and list.
const LISTS: [(&str, &AwsService<Query>, &str, &str); 20] = [
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

/// What is asked for each of another kind.
struct Part {
    kind: &'static str,
    /// The other kind.
    of: &'static str,
    /// The member that names one of it, as the parameter does.
    id: &'static str,
    service: &'static AwsService<Query>,
    operation: &'static str,
    list: &'static str,
}

const PARTS: [Part; 5] = [
    Part {
        kind: "TransitGatewayRoutes",
        of: "TransitGatewayRouteTables",
        id: "TransitGatewayRouteTableId",
        service: &EC2,
        operation: "SearchTransitGatewayRoutes",
        list: "Routes",
    },
    Part {
        kind: "PrefixListEntries",
        of: "ManagedPrefixLists",
        id: "PrefixListId",
        service: &EC2,
        operation: "GetManagedPrefixListEntries",
        list: "Entries",
    },
    Part {
        kind: "Listeners",
        of: "LoadBalancers",
        id: "LoadBalancerArn",
        service: &ELBV2,
        operation: "DescribeListeners",
        list: "Listeners",
    },
    Part {
        kind: "Rules",
        of: "Listeners",
        id: "ListenerArn",
        service: &ELBV2,
        operation: "DescribeRules",
        list: "Rules",
    },
    Part {
        kind: "TargetHealth",
        of: "TargetGroups",
        id: "TargetGroupArn",
        service: &ELBV2,
        operation: "DescribeTargetHealth",
        list: "TargetHealthDescriptions",
    },
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
        let mut told = json!(Description::of(&site.place));
        let digest = Sha256::digest(told.to_string()).to_vec();
        if self.told().get(&site.name()) == Some(&digest) {
            return Ok(());
        }
        told["at"] = json!(Timestamp::now().as_second());
        site.service.tell_network(&told)?;
        self.told().insert(site.name(), digest);
        Ok(())
    }

    fn told(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is described of a network, as the service takes it.
#[derive(Default, Serialize)]
struct Description {
    described: BTreeMap<&'static str, Vec<Value>>,
    /// Why the rest is not.
    unreadable: BTreeMap<&'static str, String>,
}

impl Description {
    /// Asks for all of it.
    fn of(place: &Place) -> Description {
        let mut whole = Description::default();
        for (kind, service, operation, list) in LISTS {
            let listed = place.query_pages(service, operation, &[], list);
            let listed = match kind {
                "Instances" => listed.map(instances),
                _ => listed,
            };
            whole.take(kind, listed.map_err(|error| error.to_string()));
        }
        for part in &PARTS {
            let parts = match whole.described.get(part.of) {
                Some(all) => part.of_all(place, all).map_err(|error| error.to_string()),
                None => Err(whole.unreadable.get(part.of).cloned().unwrap_or_default()),
            };
            whole.take(part.kind, parts);
        }
        whole
    }

    fn take(&mut self, kind: &'static str, listed: Result<Vec<Value>, String>) {
        match listed {
            Ok(listed) => {
                self.described.insert(kind, listed);
            }
            Err(reason) => {
                tracing::warn!("{kind} are not described: {reason}");
                self.unreadable.insert(kind, reason);
            }
        }
    }
}

impl Part {
    /// Asks for those of all of the other kind.
    fn of_all(&self, place: &Place, all: &[Value]) -> Result<Vec<Value>, AwsError> {
        let mut parts = Vec::new();
        for whole in all.iter().filter_map(|whole| whole[self.id].as_str()) {
            let mut parameters = vec![(self.id, whole)];
            if self.operation == "SearchTransitGatewayRoutes" {
                // It wants a filter; these are all states that a route may have for long.
                parameters.extend([
                    ("Filter.1.Name", "state"),
                    ("Filter.1.Value.1", "active"),
                    ("Filter.1.Value.2", "blackhole"),
                ]);
            }
            let listed = match place.query_pages(self.service, self.operation, &parameters, self.list) {
                // It went since it was listed.
                Err(error) if error.is_missing() => continue,
                other => other?,
            };
            parts.extend(listed.into_iter().map(|mut part| {
                // Whose part it is stands in the question only.
                part[self.id] = json!(whole);
                part
            }));
        }
        Ok(parts)
    }
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

    fn look(&self) -> Looked {
        self.estate.look(|site| {
            self.look_at(site)?;
            Ok(Vec::new())
        })
    }
}

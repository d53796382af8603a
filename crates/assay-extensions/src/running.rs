//! What runs on a host, as its agent sees it.

use std::net::IpAddr;

use assay_api::Caller;
use assay_store::{Runs, Teller};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, schema::Type},
};

use crate::{
    clusters::{arn, stored},
    containers::{Container, cut},
    request::whole,
};

/// The most of each list that is kept, and of the files of one program.
const MOST: (usize, usize) = (1000, 50);

/// The most seconds between two reports that an agent may tell: a year.
const LONGEST_INTERVAL: u32 = 366 * 24 * 60 * 60;

/// What runs on a host.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Running {
    /// Who listens on the network. The first thousand are kept.
    #[serde(default)]
    listeners: Vec<Listener>,
    /// Programs that run code which was replaced or removed since they started, and are flawed as before an upgrade until they
    /// start anew. The first thousand are kept.
    #[serde(default)]
    outdated: Vec<Outdated>,
    /// Containers that run. The first thousand are kept.
    #[serde(default)]
    pub(crate) containers: Vec<Container>,
    /// The cluster that containers of Kubernetes are of, as an ARN or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cluster: Option<String>,
    /// The agent that tells this; left out where none stays on the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent: Option<Agent>,
}

/// An agent that stays on its host.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RunningAgent)]
struct Agent {
    /// Its version. The first 256 characters are kept.
    version: String,
    /// How many seconds pass between two of its reports where no change makes it report at once.
    #[serde(deserialize_with = "interval")]
    #[schema(minimum = 1, maximum = 31622400)]
    report_every_seconds: u32,
}

/// A socket that waits for whoever comes.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listener {
    /// `tcp` or `udp`.
    protocol: Protocol,
    /// Where; `0.0.0.0` and `::` are everywhere.
    #[schema(schema_with = address)]
    address: IpAddr,
    /// The port.
    #[serde(deserialize_with = "port")]
    #[schema(minimum = 0, maximum = 65535)]
    port: u16,
    /// The program; left out where nobody may see whose socket it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    program: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    Tcp,
    Udp,
}

/// A program that runs what is no more installed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Outdated {
    /// The program.
    program: String,
    /// Files that it runs and that are gone. The first fifty are kept.
    files: Vec<String>,
}

/// Reads a port, however its number is written.
fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let port = whole(deserializer)?.and_then(|port| u16::try_from(port).ok());
    port.ok_or_else(|| D::Error::custom("a port must be a whole number of 16 bits"))
}

/// Reads how many seconds pass, however their number is written.
fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let seconds = whole(deserializer)?.and_then(|seconds| u32::try_from(seconds).ok());
    seconds
        .filter(|seconds| (1..=LONGEST_INTERVAL).contains(seconds))
        .ok_or_else(|| D::Error::custom(format!("reports are from 1 to {LONGEST_INTERVAL} seconds apart")))
}

/// Of the addresses that there are, a schema can say those of version 4.
fn address() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("An address of version 4 or 6"))
        .pattern(Some(r"^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$|^::1?$|^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$"))
}

impl Running {
    /// Cuts it to what is kept.
    pub(crate) fn bound(&mut self) {
        let (most, most_files) = MOST;
        self.listeners.truncate(most);
        self.outdated.truncate(most);
        for outdated in &mut self.outdated {
            outdated.files.truncate(most_files);
        }
        self.containers.truncate(most);
        for container in &mut self.containers {
            container.bound();
        }
        if let Some(cluster) = &mut self.cluster {
            cut(cluster);
        }
        if let Some(agent) = &mut self.agent {
            cut(&mut agent.version);
        }
    }

    /// Which images run on a host, as the two tell who speak for it: the host itself, and the node of a cluster that it may be.
    pub(crate) fn told(running: Option<&Running>, host: &str, caller: &Caller) -> [(Teller, Runs); 2] {
        let cluster = running
            .and_then(|running| running.cluster.as_deref())
            .filter(|cluster| !cluster.is_empty());
        let (mut of_host, mut of_node) = (Runs::new(), Runs::new());
        for container in running.into_iter().flat_map(|running| &running.containers) {
            let (runs, workload) = match &container.pod {
                Some(pod) => (
                    &mut of_node,
                    stored(pod.namespace.clone(), Some(pod.workload.clone())),
                ),
                None => (&mut of_host, assay_store::Workload::default()),
            };
            *runs.entry((container.image.stored(), workload)).or_default() += 1;
        }
        let node = Teller::Node {
            host: host.to_owned(),
            cluster: cluster.map(|cluster| arn(caller, cluster)).unwrap_or_default(),
        };
        [(Teller::Host(host.to_owned()), of_host), (node, of_node)]
    }
}

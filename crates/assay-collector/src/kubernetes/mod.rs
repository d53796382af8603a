//! Clusters of Kubernetes: which images run in them, by the pods that the API server tells of.
//!
//! * Pods are asked for page by page, and of each page no more is kept than which images run, so that memory follows the images
//!   and not the pods.
//! * What was listed is all that runs, or nothing is told: a list that breaks off would end what runs.
//! * A kubeconfig is read for addresses, certificates and tokens. Programs that it names are never run.

mod access;
mod api;
mod kubeconfig;
mod pods;

use std::{path::PathBuf, sync::Arc, time::Duration};

use assay_client::CallError;
use jiff::SignedDuration;
use serde::Deserialize;
use thiserror::Error;

use access::Access;
pub use access::AccessError;
use api::Api;
use pods::Pods;

use crate::{
    service::Service,
    source::{Looked, Source},
};

/// How often a cluster is looked at where nobody says otherwise.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_mins(15);

/// The least and the longest time between two looks. What nobody told of for 36 hours runs no more, as the service sees it.
pub(crate) const PERIODS: (SignedDuration, SignedDuration) =
    (SignedDuration::from_secs(10), SignedDuration::from_hours(24));

/// A cluster.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cluster {
    /// Its ARN, or a name, as agents of its nodes have it.
    pub name: String,
    /// A kubeconfig; else what a pod of the cluster finds in itself.
    pub kubeconfig: Option<PathBuf>,
    /// Which context of the kubeconfig; else its current one.
    pub context: Option<String>,
    /// How often it is looked at, such as `15m`.
    #[serde(default = "usual_period")]
    pub every: SignedDuration,
}

fn usual_period() -> SignedDuration {
    USUAL_PERIOD
}

/// A cluster that could not be looked at or told of.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// How to reach it.
    #[error("cluster {cluster}: {source}")]
    Access {
        /// Its name.
        cluster: String,
        /// What is wrong.
        source: AccessError,
    },
    /// Its API server.
    #[error("cluster {cluster}: the API server at {server} {message}")]
    Server {
        /// Its name.
        cluster: String,
        /// Where.
        server: String,
        /// What it did.
        message: String,
    },
    /// The service.
    #[error("cluster {cluster}: {source}")]
    Service {
        /// Its name.
        cluster: String,
        /// Why not.
        source: CallError,
    },
}

impl Cluster {
    /// Looks at all pods and tells the service which images run.
    ///
    /// # Errors
    ///
    /// An API server or a service that does not answer or refuses; nothing is told then.
    fn tell(&self, service: &Service) -> Result<(), ClusterError> {
        // Anew each time: tokens of service accounts are replaced every hour.
        let access = Access::of(self).map_err(|source| ClusterError::Access {
            cluster: self.name.clone(),
            source,
        })?;
        let server = access.server.clone();
        let failed = |message: String| ClusterError::Server {
            cluster: self.name.clone(),
            server: server.clone(),
            message,
        };
        let api = Api::new(access).map_err(failed)?;
        let pods = Pods::list(&api).map_err(failed)?;
        let (containers, images) = (pods.containers(), pods.images());
        let told = service.tell_cluster(&pods.told(&self.name));
        told.map_err(|source| ClusterError::Service {
            cluster: self.name.clone(),
            source,
        })?;
        tracing::info!(containers, images, "told what runs in the cluster {}", self.name);
        Ok(())
    }
}

/// A cluster that is watched. Nothing of it is read: what runs in it is told by looking.
pub(crate) struct WatchedCluster {
    settings: Cluster,
    service: Arc<Service>,
}

impl WatchedCluster {
    pub(crate) fn new(settings: &Cluster, service: Arc<Service>) -> WatchedCluster {
        WatchedCluster {
            settings: settings.clone(),
            service,
        }
    }
}

impl Source for WatchedCluster {
    fn name(&self) -> String {
        self.settings.name.clone()
    }

    fn period(&self) -> Duration {
        self.settings.every.unsigned_abs()
    }

    fn look(&self) -> Looked {
        let mut looked = Looked::default();
        looked.add(self.settings.tell(&self.service).map(|_| Vec::new()));
        looked
    }
}

//! Amazon ECR: what was found in images, and which repositories are scanned.

mod findings;
mod images;
mod scanning;

use std::sync::Arc;

use assay_api::{Fault, Invalid, NeighbourService, Neighbours, Protocol, Regions};
use assay_identity::Action;
use assay_service::Service;

const SERVICE: NeighbourService = NeighbourService {
    signing_name: "ecr",
    protocol: Protocol::Json {
        target: "AmazonEC2ContainerRegistry_V20150921",
    },
    regions: Regions::Served,
    invalid: Invalid("InvalidParameterException"),
};

pub(crate) fn operations(neighbours: Neighbours, service: &Arc<Service>) -> Neighbours {
    neighbours
        .on(
            &SERVICE,
            "DescribeImageScanFindings",
            Action::Read,
            service,
            findings::describe,
        )
        .on(
            &SERVICE,
            "DescribeRepositories",
            Action::Read,
            service,
            images::repositories,
        )
        .on(
            &SERVICE,
            "DescribeImages",
            Action::Read,
            service,
            images::describe,
        )
        .on(
            &SERVICE,
            "GetRegistryScanningConfiguration",
            Action::Read,
            service,
            scanning::get,
        )
        .on(
            &SERVICE,
            "PutRegistryScanningConfiguration",
            Action::SetRegistryScanning,
            service,
            scanning::put,
        )
        .on(
            &SERVICE,
            "BatchGetRepositoryScanningConfiguration",
            Action::Read,
            service,
            scanning::of_repositories,
        )
}

/// A request that is not what an operation takes.
fn invalid(message: impl Into<String>) -> Fault {
    Fault::Named {
        code: SERVICE.invalid.0,
        message: message.into(),
    }
}

fn no_repository(name: &str, registry: &str) -> Fault {
    Fault::Named {
        code: "RepositoryNotFoundException",
        message: format!("the registry {registry} has no repository `{name}` that anything was pushed to"),
    }
}

//! The bill of materials of one resource.

use std::collections::HashMap;

use assay_api::Fault;
use assay_api_model::{Open, inspector2 as api};
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_exports::{BillFormat, Flaw, ResourceBill, write_bill};
use assay_model::{Artifact, ArtifactKind};
use assay_store::{ResourceId, StoredFinding, StoredResource};
use bytes::Bytes;
use jiff::Timestamp;

use crate::{
    Service,
    fault::store_fault,
    kept_inventory::kept_inventory,
    resource::{Identity, resource},
};

/// A resource, with what its bill is made of.
pub(crate) struct Source {
    pub(crate) resource: StoredResource,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) document: Vec<u8>,
    pub(crate) flaws: Vec<Flaw>,
}

impl Source {
    /// Makes the bill, on a thread of its own.
    pub(crate) async fn render(self, format: BillFormat, created: Timestamp) -> Result<Bytes, Fault> {
        let rendered = tokio::task::spawn_blocking(move || render(&self, format, created)).await;
        rendered.map_err(Fault::internal)?
    }
}

impl Service {
    /// The bill of materials of a resource as an export has it, made now; `None` where nobody told yet what is in it.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or the kept inventory is damaged.
    pub async fn bill(&self, resource: StoredResource, format: BillFormat) -> Result<Option<Bytes>, Fault> {
        let database = &self.database;
        let document = database.inventory_document(inventory_of(&resource)).await;
        let Some(document) = document.map_err(store_fault)? else {
            return Ok(None);
        };
        let place = database.account_of(resource.scope).await;
        let (account, region) = place.map_err(store_fault)?;
        let mut open = database.bulk(&[resource.scope], &not_closed());
        let findings = open.findings_of(std::slice::from_ref(&resource)).await;
        let mut flaws = flaws(&findings.map_err(store_fault)?);
        let source = Source {
            flaws: flaws.remove(&resource.id).unwrap_or_default(),
            resource,
            account,
            region,
            document,
        };
        Ok(Some(source.render(format, self.clock.now()).await?))
    }
}

/// The inventory that tells what is in a resource: what its findings are about, or where it was pushed a moment ago what was
/// pushed.
pub fn inventory_of(resource: &StoredResource) -> i64 {
    match resource.assessed_inventory {
        0 => resource.inventory,
        assessed => assessed,
    }
}

/// Findings that are not closed.
pub(crate) fn not_closed() -> Criteria {
    let closed = api::FindingStatus::Closed.as_str().to_owned();
    Criteria {
        conditions: vec![Condition {
            field: Field::FindingStatus,
            tests: vec![Test::NotEquals(closed)],
        }],
    }
}

/// The flaws of each resource.
pub(crate) fn flaws(findings: &[StoredFinding]) -> HashMap<ResourceId, Vec<Flaw>> {
    let mut flaws: HashMap<ResourceId, Vec<Flaw>> = HashMap::new();
    for finding in findings {
        flaws.entry(finding.resource).or_default().push(Flaw {
            id: finding.vulnerability.clone(),
            subjects: finding
                .packages
                .iter()
                .map(|package| package.identity.clone())
                .collect(),
        });
    }
    for flaws in flaws.values_mut() {
        flaws.sort_by(|a, b| a.id.cmp(&b.id));
    }
    flaws
}

fn render(source: &Source, format: BillFormat, created: Timestamp) -> Result<Bytes, Fault> {
    let stored = &source.resource;
    let mut inventory = kept_inventory(&source.document)?;
    let kept = &inventory.artifact;
    inventory.artifact = Artifact {
        name: stored.name.clone(),
        kind: kind_of(&stored.kind),
        ..kept.clone()
    };
    let identity = Identity {
        kind: &stored.kind,
        name: &stored.name,
        account: &source.account,
        region: &source.region,
    };
    let shown = resource(identity, &stored.description, stored.in_use);
    let (image, architecture) = image_and_architecture(&shown);
    let of_platform = inventory.artifact.platform.clone();
    let architecture = architecture.or_else(|| Some(of_platform?.split('/').nth(1)?.to_owned()));
    let bill = ResourceBill {
        inventory: &inventory,
        account: &source.account,
        kind: &stored.kind,
        name: &stored.name,
        image: image.as_deref(),
        architecture: architecture.as_deref(),
        flaws: &source.flaws,
        created,
    };
    let mut out = Vec::new();
    write_bill(&bill, format, &mut out).map_err(Fault::internal)?;
    Ok(out.into())
}

fn kind_of(resource_type: &str) -> ArtifactKind {
    match resource_type {
        "AWS_EC2_INSTANCE" | "MACHINE_IMAGE" => ArtifactKind::Host,
        "AWS_ECR_CONTAINER_IMAGE" => ArtifactKind::Image,
        "AWS_LAMBDA_FUNCTION" => ArtifactKind::Function,
        _ => ArtifactKind::Repository,
    }
}

/// The image that a resource is or was started from, and its processor architecture.
fn image_and_architecture(resource: &api::Resource) -> (Option<String>, Option<String>) {
    let Some(details) = &resource.details else {
        return (None, None);
    };
    if let Some(host) = &details.aws_ec2_instance {
        return (host.image_id.clone(), None);
    }
    if let Some(image) = &details.aws_ecr_container_image {
        return (Some(image.image_hash.clone()), image.architecture.clone());
    }
    let named = |architecture: &Open<api::Architecture>| match architecture {
        Open::Known(architecture) => Some(architecture.to_string()),
        Open::Other(other) => other.as_str().map(str::to_owned),
    };
    if let Some(image) = &details.machine_image {
        return (None, image.architecture.as_ref().and_then(named));
    }
    let function = details.aws_lambda_function.as_ref();
    let architectures = function.and_then(|function| function.architectures.as_ref());
    let first = architectures.and_then(|architectures| architectures.first());
    (None, first.and_then(named))
}

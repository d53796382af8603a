//! Making an export of bills of materials: one file for each resource.

use std::collections::HashMap;

use assay_api_model::{Open, inspector2 as api};
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_exports::{BillFormat, Flaw, ResourceBill, bill_folder, bill_name, write_bill};
use assay_model::{Artifact, ArtifactKind};
use assay_store::{ReportFile, ResourceId, StoredFinding, StoredResource};
use bytes::Bytes;

use super::{Making, trouble::Trouble};
use crate::{
    kept_inventory::kept_inventory,
    render::time,
    resource::{Identity, resource},
};

/// Resources that are looked up at once.
const PORTION: i64 = 16;

/// A resource, with what its bill is made of.
struct Source {
    resource: StoredResource,
    account: String,
    region: String,
    document: Vec<u8>,
    flaws: Vec<Flaw>,
}

/// Makes an export; gives how many resources it has.
pub(super) async fn make(making: &Making<'_>) -> Result<i64, Trouble> {
    let order = &making.report.order;
    let database = &making.service.database;
    let format = match order.format == api::SbomReportFormat::Spdx2_3.as_str() {
        true => BillFormat::Spdx2_3,
        false => BillFormat::CycloneDx1_4,
    };
    let folder = bill_folder(&making.prefix, format, &order.id);
    let created = time(making.report.created_at);
    let mut open = database.bulk(&order.scopes, &not_closed());
    let (mut after, mut written) = (ResourceId(0), 0);
    loop {
        let resources = database
            .inventoried(&order.scopes, &order.criteria, after, PORTION)
            .await?;
        let Some(last) = resources.last() else {
            break;
        };
        after = last.id;
        let mut flaws = flaws(&open.findings_of(&resources).await?);
        let mut files = Vec::with_capacity(resources.len());
        let mut sources = Vec::with_capacity(resources.len());
        for resource in resources {
            let (account, region) = database.account_of(resource.scope).await?;
            files.push(ReportFile {
                name: bill_name(&folder, format, &account, &resource.kind, &resource.name),
                size: None,
            });
            let flaws = flaws.remove(&resource.id).unwrap_or_default();
            sources.push((resource, account, region, flaws));
        }
        making.advance(written, &files).await?;
        for ((resource, account, region, flaws), file) in sources.into_iter().zip(&mut files) {
            let inventory = match resource.assessed_inventory {
                // It was pushed a moment ago.
                0 => resource.inventory,
                assessed => assessed,
            };
            let Some(document) = database.inventory_document(inventory).await? else {
                continue;
            };
            let source = Source {
                resource,
                account,
                region,
                document,
                flaws,
            };
            let rendered = tokio::task::spawn_blocking(move || render(&source, format, created)).await;
            let bill = rendered.map_err(|error| Trouble::Broken(error.to_string()))??;
            let mut upload = making.bucket.upload(&file.name)?;
            upload.write(bill).await?;
            let size = upload.finish().await?;
            file.size = Some(i64::try_from(size).unwrap_or(i64::MAX));
            written += 1;
        }
        making.advance(written, &files).await?;
    }
    match written {
        0 => Err(Trouble::Nothing),
        written => Ok(written),
    }
}

fn not_closed() -> Criteria {
    let closed = api::FindingStatus::Closed.as_str().to_owned();
    Criteria {
        conditions: vec![Condition {
            field: Field::FindingStatus,
            tests: vec![Test::NotEquals(closed)],
        }],
    }
}

/// The flaws of each resource.
fn flaws(findings: &[StoredFinding]) -> HashMap<ResourceId, Vec<Flaw>> {
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

fn render(source: &Source, format: BillFormat, created: jiff::Timestamp) -> Result<Bytes, Trouble> {
    let stored = &source.resource;
    let mut inventory = kept_inventory(&source.document).map_err(|fault| Trouble::broken(&fault))?;
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
    write_bill(&bill, format, &mut out)?;
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

//! The packages in a resource, each with how many findings are about it, and the same as a bill of materials.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use assay_api::{Caller, Fault, Logged};
use assay_assess::subjects;
use assay_exports::BillFormat;
use assay_identity::Action;
use assay_inspector::package_manager;
use assay_model::{Inventory, Package};
use assay_service::{inventory_of, kept_inventory, store_fault};
use axum::{body::Body, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{Attachment, told},
    kind::resource_types,
    request::{Asked, page_size},
    resources::find,
    routes::Extensions,
};

/// Packages of one answer, unless fewer are asked for.
const MOST: i64 = 500;

/// Paths that are told of one package, at most.
const MOST_PATHS: usize = 50;

/// Whole inventories that are in memory at once for these routes; others wait.
static IN_MEMORY: Semaphore = Semaphore::const_new(2);

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The id of a resource, as Inspector's API has it: of images and functions an ARN.
    #[param(min_length = 1, max_length = 341)]
    id: String,
    /// Its type, where an id alone does not tell.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    kind: Option<String>,
    /// The most packages that are wanted.
    #[param(minimum = 1, maximum = 500)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// Packages, in order of their names.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Packages {
    packages: Vec<Installed>,
    /// How many there are in all.
    total: usize,
    /// The digest of the inventory that has them; null where nobody told yet what is in the resource.
    inventory: Option<String>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// A package in a resource.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InstalledPackage)]
struct Installed {
    /// The name as its ecosystem's users write it.
    name: String,
    /// The version; null where nobody knows it.
    version: Option<String>,
    /// Its package URL.
    purl: String,
    /// Inspector's `packageManager`; null where it has no word for it.
    package_manager: Option<&'static str>,
    /// Where it was seen, fifty places at most.
    paths: Vec<String>,
    /// The package of the operating system whose files these are; null where there is none.
    owner: Option<String>,
    /// The active findings that are about it.
    active_findings: i64,
}

/// Where a page begins: name, package URL, and how many have the same of both before.
type Place = (String, String, usize);

/// The packages in a resource
///
/// They are those of the inventory that the findings are about, or where nothing was assessed yet, that was pushed.
#[utoipa::path(get, path = "/resource/packages", operation_id = "ListResourcePackages", params(Page), responses(
    (status = 200, description = "A page of them.", body = Packages),
    (status = 404, description = "There is no such resource in this account and region."),
    (status = 409, description = "Resources of several types have this id."),
))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Page>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let parameters = json!({"id": asked.id, "type": asked.kind});
    let pages = caller.pages_of("ListResourcePackages", &parameters);
    let after: Option<Place> = pages.position(asked.next_token.as_deref())?;
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let resource = find(&extensions, &caller, &asked.id, asked.kind.as_deref()).await?;
    let (database, inventory) = (&extensions.database, inventory_of(&resource));
    let active = database.active_by_subject(resource.id, inventory).await;
    let active = active.map_err(store_fault)?;
    let kept = database.inventory(inventory).await.map_err(store_fault)?;
    let turn = IN_MEMORY.acquire().await.map_err(Fault::internal)?;
    let document = database.inventory_document(inventory).await;
    let (mut found, total) = match document.map_err(store_fault)? {
        Some(document) => {
            let read = tokio::task::spawn_blocking(move || {
                let inventory = kept_inventory(&document)?;
                let page = page(&inventory, after.as_ref(), size + 1, &active);
                Ok::<_, Fault>((page, inventory.packages.len()))
            });
            read.await.map_err(Fault::internal)??
        }
        None => (Vec::new(), 0),
    };
    drop(turn);
    let next_token = pages.cut(&mut found, size, |(place, _)| place.clone())?;
    let answer = Packages {
        packages: found.into_iter().map(|(_, package)| package).collect(),
        total,
        inventory: kept.map(|kept| format!("sha256:{}", kept.digest)),
        next_token,
    };
    told("ListResourcePackages", parameters, &answer)
}

/// So many packages after a place, each with its own.
fn page(
    inventory: &Inventory,
    after: Option<&Place>,
    most: usize,
    active: &HashMap<String, i64>,
) -> Vec<(Place, Installed)> {
    let mut names: Vec<(String, String, usize)> = inventory
        .packages
        .iter()
        .enumerate()
        .map(|(position, package)| (package.purl.display_name(), package.purl.to_string(), position))
        .collect();
    names.sort_unstable();
    let mut same = 0;
    let mut places: Vec<(Place, usize)> = Vec::with_capacity(names.len());
    for (name, purl, position) in names {
        same = match places.last() {
            Some(((before, as_before, _), _)) if *before == name && *as_before == purl => same + 1,
            _ => 0,
        };
        places.push(((name, purl, same), position));
    }
    let begin = after.map_or(0, |after| places.partition_point(|(place, _)| place <= after));
    places.drain(..begin);
    places.truncate(most);
    let mut findings: HashMap<usize, i64> = HashMap::new();
    for (subject, positions) in subjects(inventory, inventory.artifact.kernel.as_deref()) {
        let number = active.get(&subject.identity()).copied().unwrap_or_default();
        if number > 0 {
            findings.extend(positions.into_iter().map(|position| (position, number)));
        }
    }
    let packages = places.into_iter().filter_map(|(place, position)| {
        let package = inventory.packages.get(position)?;
        let number = findings.get(&position).copied().unwrap_or_default();
        Some((place, installed(package, number)))
    });
    packages.collect()
}

fn installed(package: &Package, active_findings: i64) -> Installed {
    let paths: BTreeSet<&str> = package
        .evidence
        .iter()
        .map(|evidence| evidence.path.as_str())
        .collect();
    let manager = package_manager(&package.purl, paths.first().copied());
    Installed {
        name: package.purl.display_name(),
        version: package.purl.version.clone(),
        purl: package.purl.to_string(),
        package_manager: manager.map(|manager| manager.as_str()),
        paths: paths.into_iter().take(MOST_PATHS).map(str::to_owned).collect(),
        owner: package.owner.as_ref().map(ToString::to_string),
        active_findings,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichBill {
    /// The id of a resource, as Inspector's API has it: of images and functions an ARN.
    #[param(min_length = 1, max_length = 341)]
    id: String,
    /// Its type, where an id alone does not tell.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    kind: Option<String>,
    /// How it is written.
    #[param(inline)]
    format: Format,
}

/// How a bill of materials is written.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = BillFormat)]
enum Format {
    /// CycloneDX 1.4 in JSON.
    CycloneDx,
    /// SPDX 2.3 in JSON.
    Spdx,
}

/// The bill of materials of a resource
///
/// It is as an export has it, with the vulnerabilities that are not closed. Signed by its query, as Signature Version 4 has it,
/// the address can be given to a browser.
#[utoipa::path(get, path = "/resource/sbom", operation_id = "GetResourceBill", params(WhichBill), responses(
    (status = 200, description = "The bill.", content(
        (Value = "application/vnd.cyclonedx+json"),
        (Value = "application/spdx+json"),
    )),
    (status = 404, description = "There is no such resource in this account and region, or nobody told yet what is in it."),
    (status = 409, description = "Resources of several types have this id."),
))]
pub(crate) async fn bill(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichBill>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let resource = find(&extensions, &caller, &asked.id, asked.kind.as_deref()).await?;
    let (format, kind, ending) = match asked.format {
        Format::CycloneDx => (
            BillFormat::CycloneDx1_4,
            "application/vnd.cyclonedx+json",
            "cdx.json",
        ),
        Format::Spdx => (BillFormat::Spdx2_3, "application/spdx+json", "spdx.json"),
    };
    let turn = IN_MEMORY.acquire().await.map_err(Fault::internal)?;
    let bill = extensions.service.bill(resource, format).await?;
    drop(turn);
    let nothing = || Fault::NotFound(format!("nobody told yet what is in the resource {}", asked.id));
    let bill = bill.ok_or_else(nothing)?;
    let log = Logged {
        name: "GetResourceBill",
        parameters: Some(json!({"id": asked.id, "type": asked.kind, "format": asked.format})),
        response: None,
    };
    let name = asked.id.rsplit('/').next().unwrap_or_default();
    let file = Attachment {
        name: &format!("{name}.{ending}"),
        kind,
        size: u64::try_from(bill.len()).map_err(Fault::internal)?,
    };
    file.sent(Body::from(bill), log)
}

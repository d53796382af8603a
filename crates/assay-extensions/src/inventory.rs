//! From a document to an inventory as the store keeps it.

use assay_api::Fault;
use assay_assess::{AssessedSubject, subjects};
use assay_delta::{Change, DIGEST, Kept};
use assay_inspector::version_parts;
use assay_model::{Diagnostic, Inventory, Package};
use assay_store::{NewInventory, NewSubject};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema,
    schema::{AdditionalProperties, AnyOfBuilder, ArrayBuilder, Type},
};

use crate::{problem::Problem, shapes::one_of};

/// The level of zstd that documents are kept with: most of what there is to gain, at some 200 MB a second.
const LEVEL: i32 = 3;

/// A place where a package was seen. The order of members is that of the store's criteria.
#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'a str>,
    analyser: &'a str,
}

/// An inventory that was read.
pub(crate) struct Read {
    /// As the store keeps it.
    pub(crate) kept: NewInventory,
    /// As it was read.
    pub(crate) inventory: Inventory,
}

/// The longest document that can be a digest and nothing else, in bytes.
const LONGEST_SAME: usize = 256;

/// The digest of an inventory that is said to be still the same, without the word before it; `None` for a document that says
/// what it has.
///
/// # Errors
///
/// A digest that is none.
pub(crate) fn same(document: &[u8]) -> Option<Result<String, Fault>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Same {
        digest: String,
    }
    if document.len() > LONGEST_SAME || !is_object(document) {
        return None;
    }
    let same: Same = serde_json::from_slice(document).ok()?;
    Some(hexadecimal("inventory.digest", &same.digest).map(str::to_owned))
}

/// What changed of an inventory; `None` for a document that says what there is.
///
/// # Errors
///
/// A change that is not written as one.
pub(crate) fn change(document: &[u8]) -> Option<Result<Change, Fault>> {
    #[derive(Deserialize)]
    struct Head {
        base: Option<IgnoredAny>,
    }
    if !is_object(document) {
        return None;
    }
    let head: Head = serde_json::from_slice(document).ok()?;
    head.base.as_ref()?;
    let read = serde_json::from_slice::<Change>(document)
        .map_err(|error| Fault::field("inventory", format!("is no change of an inventory: {error}")));
    Some(read.and_then(|change| {
        hexadecimal("inventory.base", &change.base)?;
        hexadecimal("inventory.digest", &change.digest)?;
        Ok(change)
    }))
}

/// Whether a document has members by their names; values in order would be taken for them.
fn is_object(document: &[u8]) -> bool {
    document.trim_ascii_start().starts_with(b"{")
}

/// A digest without the word before it.
fn hexadecimal<'d>(field: &str, digest: &'d str) -> Result<&'d str, Fault> {
    let hex = digest.strip_prefix(DIGEST).unwrap_or_default();
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match hex.len() == 64 && hex.bytes().all(is_hex) {
        true => Ok(hex),
        false => Err(Fault::field(
            field,
            "must be sha256: and 64 hexadecimal digits, as the service answered them",
        )),
    }
}

/// Reads a document: an inventory of ours, CycloneDX, SPDX, or what other agents tell.
///
/// # Errors
///
/// What is wrong with it, for people.
pub(crate) fn read(document: &[u8]) -> Result<Read, String> {
    of(Kept::read(document).map_err(|error| error.to_string())?)
}

/// An inventory that was read, as the store keeps it.
///
/// # Errors
///
/// When it cannot be compressed.
pub(crate) fn of(kept: Kept) -> Result<Read, String> {
    let Kept {
        inventory,
        document,
        digest,
    } = kept;
    let document = zstd::bulk::compress(&document, LEVEL).map_err(|error| error.to_string())?;
    let kernel = inventory.artifact.kernel.as_deref();
    let subjects = subjects(&inventory, kernel)
        .into_iter()
        .map(|(subject, positions)| new_subject(&inventory, &subject, &positions))
        .collect();
    Ok(Read {
        kept: NewInventory {
            digest,
            document,
            packages: i64::try_from(inventory.packages.len()).unwrap_or(i64::MAX),
            subjects,
        },
        inventory,
    })
}

fn new_subject(inventory: &Inventory, subject: &AssessedSubject, positions: &[usize]) -> NewSubject {
    let packages = positions
        .iter()
        .filter_map(|position| inventory.packages.get(*position));
    let places: Vec<Place<'_>> = packages.flat_map(places_of).collect();
    let keys = subject.keys().iter().map(ToString::to_string).collect();
    let places = serde_json::to_string(&places).unwrap_or_else(|_| "[]".to_owned());
    match subject {
        AssessedSubject::Package(purl) => {
            let parts = version_parts(purl, purl.version.as_deref().unwrap_or_default());
            NewSubject {
                identity: subject.identity(),
                name: purl.display_name(),
                version: parts.version,
                epoch: i64::from(parts.epoch),
                release: parts.release.unwrap_or_default(),
                architecture: purl.qualifier("arch").map(str::to_uppercase).unwrap_or_default(),
                keys,
                places,
            }
        }
        AssessedSubject::OperatingSystem(release) => NewSubject {
            identity: subject.identity(),
            name: release.clone(),
            version: release
                .split_once('-')
                .map(|(_, version)| version.to_owned())
                .unwrap_or_default(),
            epoch: 0,
            release: String::new(),
            architecture: String::new(),
            keys,
            places,
        },
    }
}

fn places_of(package: &Package) -> impl Iterator<Item = Place<'_>> {
    package.evidence.iter().map(|evidence| Place {
        path: &evidence.path,
        layer: evidence.layer.as_ref().map(|layer| layer.digest.as_str()),
        analyser: evidence.analyser,
    })
}

/// What could not be looked at, as coverage keeps it.
pub(crate) fn diagnostics(diagnostics: &[Diagnostic], problem: Option<&Problem>) -> String {
    let mut told: Vec<serde_json::Value> = diagnostics
        .iter()
        .take(200)
        .map(|diagnostic| {
            serde_json::json!({
                "code": diagnostic.code.as_str(),
                "path": diagnostic.path,
                "message": diagnostic.message,
            })
        })
        .collect();
    told.extend(problem.map(Problem::diagnostic));
    serde_json::Value::Array(told).to_string()
}

/// Documents that are read, as far as a schema tells them apart. What is within is read leniently: a component that cannot be
/// identified costs nothing else.
pub(crate) fn document_schema() -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let object = || ObjectBuilder::new().schema_type(Type::Object);
    let component = object()
        .property("type", text())
        .property("name", text())
        .required("name")
        .property("version", text())
        .property("purl", text());
    let cyclonedx = object()
        .description(Some("CycloneDX in JSON"))
        .property("bomFormat", one_of(["CycloneDX"]))
        .required("bomFormat")
        .property("specVersion", one_of(["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]))
        .required("specVersion")
        .property("components", ArrayBuilder::new().items(component));
    let package = object()
        .property("name", text())
        .required("name")
        .property("SPDXID", text())
        .required("SPDXID")
        .property("versionInfo", text());
    let spdx = object()
        .description(Some("SPDX in JSON"))
        .property("spdxVersion", one_of(["SPDX-2.1", "SPDX-2.2", "SPDX-2.3"]))
        .required("spdxVersion")
        .property("packages", ArrayBuilder::new().items(package));
    let ours = || {
        object()
            .description(Some("What `assay sbom` writes"))
            .property("schema", one_of(["assay.inventory/1", "assay.scan/1"]))
            .required("schema")
            .property("artifact", object())
            .required("artifact")
            .property(
                "packages",
                ArrayBuilder::new().items(object().property("purl", text()).required("purl")),
            )
            .required("packages")
    };
    let digest = || text().pattern(Some("^sha256:[0-9a-f]{64}$"));
    let changed = object()
        .description(Some(
            "What changed since the inventory of a digest, that the service answered, and the digest of what comes out: of \
             the same as `assay sbom` writes it, without the artifact's name and read back once",
        ))
        .property("base", digest())
        .required("base")
        .property("digest", digest())
        .required("digest")
        .property("removed", ArrayBuilder::new().items(text()))
        .required("removed")
        .property("added", ours())
        .required("added")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    let same = object()
        .description(Some("The same as before"))
        .property("digest", digest())
        .required("digest")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    let item = || {
        object()
            .property("TypeName", text())
            .required("TypeName")
            .property("Content", ArrayBuilder::new().items(object()))
    };
    let systems_manager = object()
        .description(Some("An inventory of AWS Systems Manager, as it is put"))
        .property("Items", ArrayBuilder::new().items(item()))
        .required("Items");
    let entries = ArrayBuilder::new()
        .description(Some("An inventory of AWS Systems Manager, as it is listed"))
        .items(item().property("Entries", ArrayBuilder::new().items(object())))
        .min_items(Some(1));
    let snapshot = object()
        .property("name", text())
        .required("name")
        .property("snapshot", ArrayBuilder::new().items(object()))
        .required("snapshot");
    let snapshots = ArrayBuilder::new()
        .description(Some("Snapshots of osquery"))
        .items(snapshot)
        .min_items(Some(1));
    let osquery = object()
        .description(Some("Tables of osquery"))
        .property(
            "osquery",
            object().additional_properties(Some(ArrayBuilder::new().items(object()))),
        )
        .required("osquery");
    let none = ObjectBuilder::new().schema_type(Type::Null);
    AnyOfBuilder::new()
        .item(cyclonedx)
        .item(spdx)
        .item(ours())
        .item(systems_manager)
        .item(entries)
        .item(snapshots)
        .item(osquery)
        .item(same)
        .item(changed)
        .item(none)
        .into()
}

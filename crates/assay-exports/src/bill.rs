//! Bills of materials of resources, with what Inspector's exports have beside the packages.
//!
//! Source: the examples in the user guide, "Exporting SBOMs with Amazon Inspector".

use std::{
    collections::HashMap,
    io::{self, Write},
};

use assay_assess::subjects;
use assay_model::Inventory;
use assay_sbom::{BomVulnerability, CycloneDxVersion, Supplement, write_cyclonedx_with, write_spdx_with};
use jiff::Timestamp;

/// How a bill is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillFormat {
    /// CycloneDX 1.4 in JSON.
    CycloneDx1_4,
    /// SPDX 2.3 in JSON.
    Spdx2_3,
}

impl BillFormat {
    /// The word that the API and the keys of objects have for it.
    pub fn as_str(self) -> &'static str {
        match self {
            BillFormat::CycloneDx1_4 => "CYCLONEDX_1_4",
            BillFormat::Spdx2_3 => "SPDX_2_3",
        }
    }
}

/// A flaw of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The vulnerability's id.
    pub id: String,
    /// The identities of what has it, as [`subjects`] tells them.
    pub subjects: Vec<String>,
}

/// A resource whose bill is written.
#[derive(Clone, Debug)]
pub struct ResourceBill<'a> {
    /// What it has.
    pub inventory: &'a Inventory,
    /// Whose it is, twelve digits.
    pub account: &'a str,
    /// Its type, as the API has it.
    pub kind: &'a str,
    /// Its id, as the API has it.
    pub name: &'a str,
    /// The image that it is or was started from, where it has one.
    pub image: Option<&'a str>,
    /// Its processor architecture, where that is known.
    pub architecture: Option<&'a str>,
    /// Its flaws.
    pub flaws: &'a [Flaw],
    /// When the bill is made.
    pub created: Timestamp,
}

/// Writes the bill of a resource.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_bill(bill: &ResourceBill<'_>, format: BillFormat, out: &mut dyn Write) -> io::Result<()> {
    let supplement = Supplement {
        name: Some(document_name(bill)),
        created: Some(bill.created),
        properties: properties(bill),
        vulnerabilities: vulnerabilities(bill),
    };
    match format {
        BillFormat::CycloneDx1_4 => {
            write_cyclonedx_with(bill.inventory, CycloneDxVersion::V1_4, &supplement, out)
        }
        BillFormat::Spdx2_3 => write_spdx_with(bill.inventory, &supplement, out),
    }
}

fn properties(bill: &ResourceBill<'_>) -> Vec<(&'static str, String)> {
    let some = |name, text: Option<&str>| text.map(|text| (name, text.to_owned()));
    [
        some("imageId", bill.image),
        some("architecture", bill.architecture),
        some("accountId", Some(bill.account)),
        some("resourceType", Some(bill.kind)),
        some("resourceId", Some(bill.name)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Account, service, resource and image.
fn document_name(bill: &ResourceBill<'_>) -> String {
    let service = match bill.kind {
        "AWS_EC2_INSTANCE" => "EC2",
        "AWS_ECR_CONTAINER_IMAGE" => "ECR",
        "AWS_LAMBDA_FUNCTION" => "LAMBDA",
        "MACHINE_IMAGE" => "AMI",
        other => other,
    };
    let image = bill.image.map(|image| format!("/{image}")).unwrap_or_default();
    format!("{}/{service}/{}{image}", bill.account, bill.name)
}

/// The flaws with the packages that have them. What has one stands in the bill under its package URL as it was found.
fn vulnerabilities(bill: &ResourceBill<'_>) -> Vec<BomVulnerability> {
    let kernel = bill.inventory.artifact.kernel.as_deref();
    let positions: HashMap<String, Vec<usize>> = subjects(bill.inventory, kernel)
        .into_iter()
        .map(|(subject, positions)| (subject.identity(), positions))
        .collect();
    let packages_of = |identity: &String| {
        let positions = positions.get(identity).map(Vec::as_slice).unwrap_or_default();
        let packages = positions.iter().filter_map(|at| bill.inventory.packages.get(*at));
        packages
            .map(|package| package.purl.to_string())
            .collect::<Vec<_>>()
    };
    let found = bill.flaws.iter().map(|flaw| {
        let mut packages: Vec<String> = flaw.subjects.iter().flat_map(packages_of).collect();
        packages.sort_unstable();
        packages.dedup();
        BomVulnerability {
            id: flaw.id.clone(),
            packages,
        }
    });
    found.collect()
}

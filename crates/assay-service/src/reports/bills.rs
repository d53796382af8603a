//! Making an export of bills of materials: one file for each resource.

use assay_api_model::inspector2 as api;
use assay_exports::{BillFormat, bill_folder, bill_name};
use assay_store::{ReportFile, ResourceId};

use super::{Making, trouble::Trouble};
use crate::{
    bill::{Source, flaws, inventory_of, not_closed},
    render::time,
};

/// Resources that are looked up at once.
const PORTION: i64 = 16;

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
            let Some(document) = database.inventory_document(inventory_of(&resource)).await? else {
                continue;
            };
            let source = Source {
                resource,
                account,
                region,
                document,
                flaws,
            };
            let rendered = source.render(format, created).await;
            let bill = rendered.map_err(|fault| Trouble::broken(&fault))?;
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

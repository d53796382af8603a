//! Reports of findings and exports of bills of materials: which there are, and their files for those who have no S3.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::Action;
use assay_objects::ObjectError;
use assay_service::{destination_of, open_bucket, store_fault};
use assay_store::{ReportKind, StoredReport};
use axum::{body::Body, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{Attachment, exact_time, time, told},
    request::{Asked, page_size},
    routes::Extensions,
};

/// Reports, or files of one, of one answer, unless fewer are asked for.
const MOST: i64 = 200;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The most reports that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// What a report is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    /// Findings, in one file.
    Findings,
    /// Bills of materials, one a resource.
    BillsOfMaterials,
}

/// A report.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Its id.
    id: String,
    kind: Kind,
    /// `CSV`, `JSON`, `CYCLONEDX_1_4` or `SPDX_2_3`.
    format: String,
    /// What it is at.
    #[schema(pattern = "^(IN_PROGRESS|SUCCEEDED|FAILED|CANCELLED)$")]
    status: String,
    /// Why it failed, as Inspector's API has it; null where it did not.
    error_code: Option<String>,
    /// The same for people.
    error_message: Option<String>,
    /// When it was ordered.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was over; null until then.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Findings, or resources, that were written so far.
    written: i64,
    /// The bucket that it goes to.
    bucket: String,
}

/// Reports, the latest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reports {
    reports: Vec<Report>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

impl Report {
    fn of(report: &StoredReport) -> Result<Report, Fault> {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        Ok(Report {
            id: report.order.id.clone(),
            kind: match report.order.kind {
                ReportKind::Findings => Kind::Findings,
                ReportKind::BillsOfMaterials => Kind::BillsOfMaterials,
            },
            format: report.order.format.clone(),
            status: report.status.clone(),
            error_code: some(&report.error_code),
            error_message: some(&report.error_message),
            created_at: exact_time(report.created_at),
            ended_at: time(report.ended_at),
            written: report.written,
            bucket: destination_of(report)?.bucket_name,
        })
    }
}

/// The reports and exports of this account and region
///
/// Those that were over more than 90 days ago are forgotten; their files stay where they are.
#[utoipa::path(get, path = "/reports", operation_id = "ListReports", params(Page), responses((status = 200, description = "A page of them.", body = Reports)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Page>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let pages = caller.pages_of("ListReports", &json!({}));
    let before: Option<(i64, String)> = pages.position(asked.next_token.as_deref())?;
    let before = before.as_ref().map(|(at, id)| (*at, id.as_str()));
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let scope = extensions.service.scope(&caller).await?;
    let mut found = extensions
        .database
        .reports(scope, None, before, size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| (last.created_at, last.order.id.clone()))?;
    let answer = Reports {
        reports: found.iter().map(Report::of).collect::<Result<_, _>>()?,
        next_token,
    };
    told("ListReports", json!({}), &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The id of a report.
    #[param(min_length = 1, max_length = 64)]
    id: String,
    /// The most files that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// A file of a report.
#[derive(Serialize, ToSchema)]
struct File {
    /// Its key in the bucket.
    name: String,
    /// Its size in bytes.
    size: i64,
}

/// A report with its files, in order of their names.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportWithFiles {
    report: Report,
    files: Vec<File>,
    /// Where to go on with the files; null at the end.
    next_token: Option<String>,
}

/// A report and the files that it has so far
#[utoipa::path(get, path = "/report", operation_id = "GetReport", params(Which), responses(
    (status = 200, description = "It, with a page of its files.", body = ReportWithFiles),
    (status = 404, description = "There is no such report."),
))]
pub(crate) async fn get(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Which>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let report = find(&extensions, &caller, &asked.id).await?;
    let parameters = json!({"id": asked.id});
    let pages = caller.pages_of("GetReport", &parameters);
    let after: String = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let mut found = extensions
        .database
        .report_files(&asked.id, &after, size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.name.clone())?;
    // What is being written is no file yet.
    let whole = found.into_iter().filter_map(|file| {
        Some(File {
            size: file.size?,
            name: file.name,
        })
    });
    let answer = ReportWithFiles {
        report: Report::of(&report)?,
        files: whole.collect(),
        next_token,
    };
    told("GetReport", parameters, &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichFile {
    /// The id of a report.
    #[param(min_length = 1, max_length = 64)]
    id: String,
    /// The name of one of its files.
    #[param(min_length = 1, max_length = 1024)]
    name: String,
}

/// A file of a report
///
/// Signed by its query, as Signature Version 4 has it, the address can be given to a browser.
#[utoipa::path(get, path = "/report/file", operation_id = "GetReportFile", params(WhichFile), responses(
    (status = 200, description = "The file.", content(
        (String = "text/csv"),
        (Value = "application/json"),
    )),
    (status = 404, description = "There is no such report, or it has no such file."),
))]
pub(crate) async fn file(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichFile>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let report = find(&extensions, &caller, &asked.id).await?;
    let file = extensions
        .database
        .report_file(&asked.id, &asked.name)
        .await
        .map_err(store_fault)?;
    let missing = || Fault::NotFound(format!("the report has no file `{}`", asked.name));
    file.and_then(|file| file.size).ok_or_else(missing)?;
    let bucket = open_bucket(&extensions.storage, &extensions.service, &report)
        .await
        .map_err(Fault::internal)?;
    let contents = match bucket.read(&asked.name).await {
        Err(ObjectError::NoObject(_) | ObjectError::NoBucket { .. }) => {
            return Err(Fault::NotFound(format!(
                "the file `{}` was removed from its bucket",
                asked.name
            )));
        }
        contents => contents.map_err(Fault::internal)?,
    };
    let kind = match asked.name.ends_with(".csv") {
        true => "text/csv; charset=utf-8",
        false => "application/json",
    };
    let log = Logged {
        name: "GetReportFile",
        parameters: Some(json!({"id": asked.id, "name": asked.name})),
        response: None,
    };
    let file = Attachment {
        name: asked.name.rsplit('/').next().unwrap_or_default(),
        kind,
        size: contents.size,
    };
    file.sent(Body::from_stream(contents.pieces), log)
}

async fn find(extensions: &Extensions, caller: &Caller, id: &str) -> Result<StoredReport, Fault> {
    let scope = extensions.service.scope(caller).await?;
    for kind in [ReportKind::Findings, ReportKind::BillsOfMaterials] {
        let found = extensions.database.report(scope, kind, id).await;
        if let Some(report) = found.map_err(store_fault)? {
            return Ok(report);
        }
    }
    Err(Fault::NotFound(format!(
        "there is no report `{id}` in this account and region"
    )))
}

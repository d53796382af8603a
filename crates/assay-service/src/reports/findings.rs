//! Making a report of findings.

use std::{collections::HashMap, sync::Arc, time::Instant};

use assay_api_model::inspector2 as api;
use assay_engine::Current;
use assay_exports::{FindingsFile, report_name};
use assay_store::{Portion, ReportFile, ResourceId, StoredResource};
use bytes::Bytes;
use tokio::sync::mpsc;

use super::{BEAT, Making, trouble::Trouble};
use crate::{
    finding_arn::FindingArns,
    render::{Reader, resource_of, time},
};

/// A rendered portion, and how many findings it has.
type Piece = Result<(Bytes, i64), Trouble>;

/// Makes a report; gives how many findings it has.
pub(super) async fn make(making: &Making<'_>) -> Result<i64, Trouble> {
    let order = &making.report.order;
    let is_json = order.format == api::ReportFormat::Json.as_str();
    let key = report_name(&making.prefix, &order.id, if is_json { "json" } else { "csv" });
    let file = |size| ReportFile {
        name: key.clone(),
        size,
    };
    making.advance(0, &[file(None)]).await?;

    let (portions, rest) = mpsc::channel::<Portion>(1);
    let (rendered, mut pieces) = mpsc::channel::<Piece>(1);
    let format = match is_json {
        true => FindingsFile::json(),
        false => FindingsFile::csv(time(making.report.created_at))?,
    };
    let renderer = Renderer {
        current: making.service.intelligence.current(),
        arns: making.service.finding_arns.clone(),
    };
    let rendering = tokio::task::spawn_blocking(move || renderer.run(format, rest, &rendered));
    let reading = async {
        let mut bulk = making.service.database.bulk(&order.scopes, &order.criteria);
        while let Some(portion) = bulk.next().await? {
            if portions.send(portion).await.is_err() {
                break;
            }
        }
        // What renders ends when there is no more to come.
        drop(portions);
        Ok::<(), Trouble>(())
    };
    let mut upload = making.bucket.upload(&key)?;
    let writing = async {
        let (mut written, mut beaten) = (0, Instant::now());
        while let Some(piece) = pieces.recv().await {
            let (bytes, findings) = piece?;
            written += findings;
            upload.write(bytes).await?;
            if beaten.elapsed() >= BEAT {
                making.advance(written, &[]).await?;
                beaten = Instant::now();
            }
        }
        Ok::<i64, Trouble>(written)
    };
    let worked = tokio::try_join!(reading, writing);
    // Without channels it ends at once.
    drop(pieces);
    let rendered = rendering
        .await
        .map_err(|error| Trouble::Broken(error.to_string()));
    let written = match worked.and_then(|((), written)| rendered.map(|()| written)) {
        Ok(written) => written,
        Err(trouble) => {
            // What is left of it, if anything, is found by its note.
            let _ = upload.abort().await;
            return Err(trouble);
        }
    };
    if written == 0 {
        let _ = upload.abort().await;
        return Err(Trouble::Nothing);
    }
    // Cancelled in the last moment: it is not to appear.
    making.advance(written, &[]).await?;
    let size = upload.finish().await?;
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    making.advance(written, &[file(Some(size))]).await?;
    Ok(written)
}

/// Renders portions on a thread of its own.
struct Renderer {
    current: Arc<Current>,
    arns: FindingArns,
}

impl Renderer {
    /// Renders each portion and hands it on, until there are no more or nobody takes them.
    fn run(
        &self,
        mut file: FindingsFile,
        mut portions: mpsc::Receiver<Portion>,
        rendered: &mpsc::Sender<Piece>,
    ) {
        let mut reader = Reader::new(&self.current.index);
        while let Some(portion) = portions.blocking_recv() {
            let piece = self.piece(&mut file, &mut reader, &portion);
            let is_over = piece.is_err();
            if rendered.blocking_send(piece).is_err() || is_over {
                return;
            }
        }
        let _ = rendered.blocking_send(Ok((file.end().into(), 0)));
    }

    fn piece(&self, file: &mut FindingsFile, reader: &mut Reader<'_>, portion: &Portion) -> Piece {
        let places: HashMap<ResourceId, &StoredResource> = portion
            .resources
            .iter()
            .map(|resource| (resource.id, resource))
            .collect();
        // The findings of a resource are together.
        let mut last: Option<(ResourceId, api::Resource)> = None;
        for finding in &portion.findings {
            let resource = match last.take() {
                Some((id, resource)) if id == finding.resource => resource,
                _ => match places.get(&finding.resource) {
                    Some(place) => resource_of(finding, place),
                    None => continue,
                },
            };
            let arn = self.arns.arn(&finding.region, &finding.account, finding.id);
            let shape = reader
                .shape(&arn, finding, resource.clone())
                .map_err(|error| Trouble::Broken(error.to_string()))?;
            file.write(&shape)?;
            last = Some((finding.resource, resource));
        }
        let count = i64::try_from(portion.findings.len()).unwrap_or(i64::MAX);
        Ok((file.take()?.into(), count))
    }
}

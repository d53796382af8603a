//! What clients look for beside Inspector's API, on the same endpoint: findings and scanning of a registry's images (`ecr`), who
//! belongs to the organisation (`organizations`), who one is and acting in members' accounts (`sts`).
//!
//! Shapes and faults are those of the services' models; members that nothing is known of are left out.

mod ecr;
mod organizations;
mod sts;

use std::sync::Arc;

use assay_api::Neighbours;
use assay_service::Service;

/// Every operation.
pub fn neighbours(service: &Arc<Service>) -> Neighbours {
    let neighbours = ecr::operations(Neighbours::default(), service);
    let neighbours = organizations::operations(neighbours, service);
    sts::operations(neighbours, service)
}

/// A time as JSON protocols have it: seconds since 1970.
fn seconds(micros: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "microseconds fit until the year 2255")]
    let micros = micros as f64;
    micros / 1e6
}

/// How many items a page has, of those that are asked for.
fn page_size(asked: Option<i64>, usual: usize, most: usize) -> usize {
    let asked = asked.and_then(|asked| usize::try_from(asked).ok());
    asked.unwrap_or(usual).clamp(1, most)
}

//! Functions that nobody uses: one that was neither invoked nor changed for long is not monitored any more.
//!
//! Source: Amazon Inspector user guide, "Scanning AWS Lambda functions".

use assay_criteria::Field;

use crate::{
    configured::DAY,
    database::Database,
    error::Result,
    finding::Cause,
    inventory::{Attribute, NewResource},
    registry::ScanFrequency,
    rescan::{EXPIRED, PORTION, Standing},
    statement::Statement,
};

/// The name of the attribute that says when a function was last invoked. Functions without it may be in use.
const INVOKED_AT: &str = "lambda_invoked_at";

/// How long one is monitored after somebody used it.
const USED: i64 = 90 * DAY;

/// How a function stands that nobody uses; `None` for any other resource.
pub(crate) fn unused(resource: &NewResource, frequency: ScanFrequency, now: i64) -> Option<Standing> {
    let is_on = resource.state == "ACTIVE" && frequency == ScanFrequency::Continuous;
    if !is_on || resource.kind != "AWS_LAMBDA_FUNCTION" {
        return None;
    }
    let attribute = |name: &str| {
        resource
            .attributes
            .iter()
            .find(|attribute| attribute.name == name)
    };
    let is_in_use = attribute(INVOKED_AT)?.text >= text((now - USED) / 1_000_000);
    #[allow(clippy::cast_precision_loss, reason = "microseconds fit until the year 2255")]
    let is_new = attribute(Field::LambdaFunctionLastModifiedAt.name())
        .is_some_and(|changed| changed.number >= (now - USED) as f64);
    (!is_in_use && !is_new).then_some(EXPIRED)
}

impl Attribute {
    /// That a function was last invoked at a time, or before it and not since, in seconds since 1970.
    pub fn invoked_at(seconds: i64) -> Attribute {
        Attribute {
            name: INVOKED_AT,
            key: String::new(),
            text: text(seconds),
            number: 0.0,
        }
    }
}

/// A time in seconds since 1970 as the attribute has it; their order is that of texts.
fn text(seconds: i64) -> String {
    format!("{:011}", seconds.max(0))
}

impl Database {
    /// Stops monitoring functions that were neither invoked nor changed for 90 days, and closes what was found in them; gives how
    /// many.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn expire_functions(&self, cause: &Cause) -> Result<u64> {
        let since = cause.at - USED;
        let mut due = Statement::new("SELECT r.id FROM attribute a CROSS JOIN resource r WHERE a.name = ");
        due.bind(INVOKED_AT)
            .push(" AND a.key = '' AND a.text < ")
            .bind(text(since / 1_000_000));
        due.push(
            " AND r.id = a.resource AND r.type = 'AWS_LAMBDA_FUNCTION' AND r.state = 'ACTIVE' \
             AND r.frequency = 'CONTINUOUS_SCAN' AND NOT EXISTS (SELECT 1 FROM attribute m WHERE m.resource = r.id AND m.name = ",
        );
        due.bind(Field::LambdaFunctionLastModifiedAt.name());
        #[allow(clippy::cast_precision_loss, reason = "microseconds fit until the year 2255")]
        due.push(" AND m.number >= ").bind(since as f64);
        due.push(") ORDER BY r.id LIMIT ").bind(PORTION);
        self.expire(&due, cause).await
    }
}

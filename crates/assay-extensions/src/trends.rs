//! How findings went, day by day, and within how many days they are to be fixed.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{Trend, kind};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::told,
    feed::severities,
    gaps::Gaps,
    request::{self, Asked, whole},
    routes::Extensions,
};

/// Days of one answer.
const MOST_DAYS: i64 = 400;

/// Days that are told unless others are asked for.
const USUAL_DAYS: i64 = 30;

/// Days within which findings are to be fixed where nothing was set, by the number of their severity.
const USUAL_LEVELS: [Option<i64>; 6] = [None, None, Some(180), Some(90), Some(30), Some(15)];

/// The longest time that a finding may be given, in days.
const LONGEST: i64 = 3650;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Span {
    /// The first day, in UTC; 30 days up to the last one unless it is given.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day, in UTC; today unless it is given.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

impl Span {
    /// The first and the last day, in days since 1970: at most the last 400 of what is asked for, at least one.
    pub(crate) fn days(&self, extensions: &Extensions) -> (i64, i64) {
        let today = extensions.clock.now().as_second().div_euclid(86_400);
        let to = self.to.map_or(today, number).max(0);
        let from = self.from.map_or(to - USUAL_DAYS + 1, number);
        (from.clamp((to - MOST_DAYS + 1).max(0), to), to)
    }
}

/// How findings went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trends {
    /// Each day, the first one first.
    days: Vec<Day>,
    /// What they tell nothing of, as it is now.
    gaps: Gaps,
}

/// What happened on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Day {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// By severity, the worst first.
    by_severity: Vec<OfSeverity>,
}

/// What happened to findings of a severity on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfSeverity {
    #[schema(schema_with = severities)]
    severity: &'static str,
    /// Findings that came.
    opened: i64,
    /// Findings that came back within a week, under their old name.
    reopened: i64,
    /// Findings that closed, for whatever reason.
    closed: i64,
    /// Active findings of which a package was fixed or taken away.
    fixed: i64,
    /// How long these had been there on the average; null where there are none.
    mean_seconds_to_fix: Option<i64>,
    /// Findings that were active at the end of the day.
    active: i64,
    /// Findings whose time to be fixed was over on this day.
    breached: i64,
    /// Findings that were active at the end of the day beyond their time.
    in_breach: i64,
}

/// Within how many days findings are to be fixed, by severity; null for no limit.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ServiceLevels {
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3650)]
    critical: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3650)]
    high: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3650)]
    medium: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3650)]
    low: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3650)]
    informational: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3650)]
    untriaged: Option<i64>,
}

/// How findings went, day by day
///
/// Of this account and, for a delegated administrator, its members. At most the last 400 days of what is asked for, from 1970
/// on; at least the last one. A finding that came back within a week
/// counts as reopened and goes on from when it first came.
#[utoipa::path(get, path = "/trends", operation_id = "GetTrends", params(Span), responses((status = 200, description = "Each day.", body = Trends)))]
pub(crate) async fn trends(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Span>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let (from, to) = asked.days(&extensions);
    let own = extensions.service.scope(&caller).await?;
    let scopes = extensions.service.scopes(&caller).await?;
    let levels = extensions
        .database
        .service_levels(own)
        .await
        .map_err(store_fault)?;
    let trends = extensions
        .database
        .trends(&scopes, from, to, levels.unwrap_or(USUAL_LEVELS))
        .await
        .map_err(store_fault)?;
    let days = trends.chunk_by(|a, b| a.day == b.day).map(|of_day| Day {
        date: date(of_day.first().map_or(0, |first| first.day)),
        by_severity: of_day.iter().rev().map(of_severity).collect(),
    });
    let answer = Trends {
        days: days.collect(),
        gaps: Gaps::of(&extensions, &scopes).await?,
    };
    told("GetTrends", json!({"from": date(from), "to": date(to)}), &answer)
}

/// Within how many days findings are to be fixed
///
/// Where nothing was set, 15 days for critical findings, 30 for high, 90 for medium and 180 for low ones.
#[utoipa::path(get, path = "/service-levels", operation_id = "GetServiceLevels", responses((status = 200, description = "What holds.", body = ServiceLevels)))]
pub(crate) async fn levels(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let scope = extensions.service.scope(&caller).await?;
    let levels = extensions
        .database
        .service_levels(scope)
        .await
        .map_err(store_fault)?;
    let answer = ServiceLevels::of(levels.unwrap_or(USUAL_LEVELS));
    told("GetServiceLevels", json!({}), &answer)
}

/// Set within how many days findings are to be fixed
///
/// What holds is replaced as a whole. Trends are told by it, those of days past too.
#[utoipa::path(put, path = "/service-levels", operation_id = "SetServiceLevels", request_body = ServiceLevels, responses((status = 200, description = "What holds now.", body = ServiceLevels)))]
pub(crate) async fn set_levels(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::SetScanConfiguration)?;
    // An object, that is: what is read by names would take a list by its order.
    request::body::<Map<String, Value>>("service levels", &body)?;
    let wanted: ServiceLevels = request::body("service levels", &body)?;
    let levels = wanted.levels();
    for (level, (name, _)) in levels.iter().zip(kind::SEVERITIES) {
        if level.is_some_and(|days| !(0..=LONGEST).contains(&days)) {
            return Err(Fault::field(
                name.to_lowercase(),
                format!("must be from 0 to {LONGEST} days, or null"),
            ));
        }
    }
    let scope = extensions.service.scope(&caller).await?;
    extensions
        .database
        .set_service_levels(scope, levels)
        .await
        .map_err(store_fault)?;
    let parameters = serde_json::to_value(wanted).map_err(Fault::internal)?;
    told("SetServiceLevels", parameters, &wanted)
}

impl ServiceLevels {
    fn of([untriaged, informational, low, medium, high, critical]: [Option<i64>; 6]) -> ServiceLevels {
        ServiceLevels {
            critical,
            high,
            medium,
            low,
            informational,
            untriaged,
        }
    }

    fn levels(self) -> [Option<i64>; 6] {
        [
            self.untriaged,
            self.informational,
            self.low,
            self.medium,
            self.high,
            self.critical,
        ]
    }
}

fn of_severity(trend: &Trend) -> OfSeverity {
    OfSeverity {
        severity: kind::word(&kind::SEVERITIES, trend.severity),
        opened: trend.opened,
        reopened: trend.reopened,
        closed: trend.closed,
        fixed: trend.fixed,
        mean_seconds_to_fix: (trend.fixed > 0).then(|| trend.seconds / trend.fixed),
        active: trend.active,
        breached: trend.breached,
        in_breach: trend.in_breach,
    }
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// A day as a number, from 1970 on.
fn number(date: Date) -> i64 {
    EPOCH.until(date).map_or(-1, |span| i64::from(span.get_days()))
}

pub(crate) fn date(day: i64) -> Date {
    EPOCH.saturating_add(day.days())
}

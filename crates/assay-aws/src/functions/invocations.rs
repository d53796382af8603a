//! When functions were last invoked, by the counts that CloudWatch keeps of each day.
//!
//! Source: Lambda developer guide, "Types of metrics for Lambda functions"; CloudWatch API reference, `GetMetricData`. What is
//! asked for costs money, a function a metric, so it is asked once a day, of functions that were not changed lately.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use crate::{
    call::{AwsError, CLOUDWATCH},
    estate::Site,
};

const DAY: i64 = 24 * 3600;

/// How far back is asked, in seconds: a day more than the service cares for.
const WINDOW: i64 = 91 * DAY;

/// Metrics of one question, of the 500 that there may be: each has up to 92 counts.
const MOST_AT_ONCE: usize = 400;

/// What is known of it.
#[derive(Default)]
pub(super) struct Invocations(Mutex<Known>);

/// By site and name of the function.
type Known = BTreeMap<String, BTreeMap<String, Invoked>>;

/// When a function was last invoked, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Invoked {
    /// Then or before, but not since.
    at: i64,
    /// When CloudWatch was asked.
    asked_at: i64,
}

impl Invocations {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a function was last invoked, or a time that it was not invoked since; `None` where nobody asked lately.
    pub(super) fn of(&self, site: &Site, function: &str) -> Option<i64> {
        self.known()
            .get(&site.name())?
            .get(function)
            .map(|invoked| invoked.at)
    }

    /// Asks for those of which it is not known as of today, and forgets others.
    ///
    /// # Errors
    ///
    /// When AWS does not answer; what was known stays so for a day.
    pub(super) fn refresh(&self, site: &Site, functions: &[&str], now: i64) -> Result<(), AwsError> {
        let asked: Vec<&str> = {
            let mut known = self.known();
            let known = known.entry(site.name()).or_default();
            known.retain(|name, invoked| {
                functions.contains(&name.as_str()) && now - invoked.asked_at < 2 * DAY
            });
            let is_due = |name: &&str| {
                known
                    .get(*name)
                    .is_none_or(|invoked| now - invoked.asked_at >= DAY)
            };
            functions.iter().copied().filter(is_due).collect()
        };
        for portion in asked.chunks(MOST_AT_ONCE) {
            let results = site.place.json_pages(
                &CLOUDWATCH,
                "GetMetricData",
                question(portion, now),
                "MetricDataResults",
            )?;
            let mut known = self.known();
            let known = known.entry(site.name()).or_default();
            for (number, name) in portion.iter().enumerate() {
                let at = last(&results, &format!("f{number}"))
                    .unwrap_or(now - WINDOW)
                    .min(now);
                known.insert((*name).to_owned(), Invoked { at, asked_at: now });
            }
        }
        Ok(())
    }
}

/// Asks how often each function was invoked on each day.
fn question(functions: &[&str], now: i64) -> Value {
    let queries: Vec<Value> = functions
        .iter()
        .enumerate()
        .map(|(number, name)| {
            json!({
                "Id": format!("f{number}"),
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda",
                        "MetricName": "Invocations",
                        "Dimensions": [{"Name": "FunctionName", "Value": name}],
                    },
                    "Period": DAY,
                    "Stat": "Sum",
                },
            })
        })
        .collect();
    json!({ "MetricDataQueries": queries, "StartTime": now - WINDOW, "EndTime": now, "ScanBy": "TimestampDescending" })
}

/// The end of the last day with any invocation. What is told of one metric may come in parts.
fn last(results: &[Value], id: &str) -> Option<i64> {
    let of_it = results.iter().filter(|result| result["Id"] == id);
    let days = of_it.flat_map(|result| {
        let begun = result["Timestamps"].as_array().into_iter().flatten();
        let counts = result["Values"].as_array().into_iter().flatten();
        begun.zip(counts)
    });
    let invoked = days.filter(|(_, count)| count.as_f64().is_some_and(|count| count > 0.0));
    #[allow(clippy::cast_possible_truncation, reason = "seconds since 1970")]
    let begun = invoked.filter_map(|(begun, _)| begun.as_f64().map(|begun| begun as i64));
    begun.max().map(|begun| begun + DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_with_invocations_counts() {
        let results = [
            json!({"Id": "f0", "Timestamps": [300_000.0, 200_000.0, 100_000.0], "Values": [0.0, 2.0, 7.0]}),
            json!({"Id": "f1", "Timestamps": [], "Values": []}),
            json!({"Id": "f2", "Timestamps": [100_000], "Values": [1]}),
            json!({"Id": "f2", "Timestamps": [200_000.5], "Values": [1]}),
            json!({"Id": "f3", "Timestamps": ["strange"], "Values": [1]}),
        ];
        for (id, expected) in [
            ("f0", Some(200_000 + DAY)),
            ("f1", None),
            ("f2", Some(200_000 + DAY)),
            ("f3", None),
            ("f4", None),
        ] {
            assert_eq!(last(&results, id), expected, "{id}");
        }
    }
}

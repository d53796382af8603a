//! How findings went from day to day: read off counts that are kept.

use std::collections::BTreeMap;

use sqlx::Row;

use crate::{database::Database, error::Result, finding::ScopeId, statement::Statement};

/// What happened on a day, of findings of one severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trend {
    /// Days since 1970.
    pub day: i64,
    /// A number of [`crate::kind::SEVERITIES`].
    pub severity: i64,
    /// Findings that came.
    pub opened: i64,
    /// Findings that came back under their old name.
    pub reopened: i64,
    /// Findings that closed, for whatever reason.
    pub closed: i64,
    /// Active ones of which a package was fixed or went.
    pub fixed: i64,
    /// How long those that were fixed had been there, in seconds, in all.
    pub seconds: i64,
    /// Findings that were active at the end of the day.
    pub active: i64,
    /// Findings whose time to be fixed was over on this day, and that were still active.
    pub breached: i64,
    /// Findings that were active at the end of the day beyond their time.
    pub in_breach: i64,
}

impl Database {
    /// Every day from one to another, each with every severity. Within how many days a finding is to be fixed is told by
    /// severity, in the order of their numbers; `None` for no limit.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn trends(
        &self,
        scopes: &[ScopeId],
        from: i64,
        to: i64,
        limits: [Option<i64>; 6],
    ) -> Result<Vec<Trend>> {
        let mut days: BTreeMap<(i64, i64), Trend> = (from..=to)
            .flat_map(|day| (0..6).map(move |severity| (day, severity)))
            .map(|(day, severity)| {
                let trend = Trend {
                    day,
                    severity,
                    ..Trend::default()
                };
                ((day, severity), trend)
            })
            .collect();
        if scopes.is_empty() || days.is_empty() {
            return Ok(days.into_values().collect());
        }
        self.read_days(scopes, to, &mut days).await?;
        self.read_spans(scopes, from, to, limits, &mut days).await?;
        Ok(days.into_values().collect())
    }

    /// What happened on the days; what was before the first of them counts as what was active then.
    async fn read_days(
        &self,
        scopes: &[ScopeId],
        to: i64,
        days: &mut BTreeMap<(i64, i64), Trend>,
    ) -> Result<()> {
        let from = days.keys().next().map_or(0, |(day, _)| *day);
        let mut select = Statement::new("SELECT CASE WHEN day < ");
        select.bind(from).push(" THEN -1 ELSE day END AS at, severity");
        for column in ["opened", "reopened", "closed", "active"] {
            select.push(&format!(", CAST(SUM({column}) AS BIGINT)"));
        }
        select.push(" FROM trend WHERE scope IN ");
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select
            .push(" AND day <= ")
            .bind(to)
            .push(" GROUP BY 1, 2 ORDER BY 1, 2");
        let mut active = [0; 6];
        for row in self.rows(&select).await? {
            let (day, severity): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            match days.get_mut(&(day, severity)) {
                Some(trend) => {
                    trend.opened = row.try_get(2)?;
                    trend.reopened = row.try_get(3)?;
                    trend.closed = row.try_get(4)?;
                    // By how many more there are, and further down how many there are.
                    trend.active = row.try_get(5)?;
                }
                None => {
                    if let Some(active) = at(&mut active, severity) {
                        *active = row.try_get(5)?;
                    }
                }
            }
        }
        for trend in days.values_mut() {
            if let Some(active) = at(&mut active, trend.severity) {
                *active += trend.active;
                trend.active = *active;
            }
        }
        Ok(())
    }

    async fn read_spans(
        &self,
        scopes: &[ScopeId],
        from: i64,
        to: i64,
        mut limits: [Option<i64>; 6],
        days: &mut BTreeMap<(i64, i64), Trend>,
    ) -> Result<()> {
        let mut select = Statement::new(
            "SELECT severity, opened_on, closed_on, fixed, CAST(SUM(findings) AS BIGINT), CAST(SUM(seconds) AS BIGINT) \
             FROM span WHERE scope IN ",
        );
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(" AND (closed_on = -1 OR closed_on >= ").bind(from);
        select.push(") AND findings <> 0 AND opened_on <= ").bind(to);
        select.push(" GROUP BY 1, 2, 3, 4");
        for row in self.rows(&select).await? {
            let (severity, opened, closed): (i64, i64, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let (fixed, findings, seconds): (i64, i64, i64) =
                (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
            if let Some(trend) = days.get_mut(&(closed, severity)).filter(|_| fixed == 1) {
                trend.fixed += findings;
                trend.seconds += seconds;
            }
            let limit = at(&mut limits, severity).and_then(|limit| *limit);
            let Some(limit) = limit else { continue };
            // The first day that is too late, and the last one at whose end it was still active.
            let (late, last) = (opened + limit + 1, if closed < 0 { to } else { closed - 1 });
            if late > last {
                continue;
            }
            if let Some(trend) = days.get_mut(&(late, severity)) {
                trend.breached += findings;
            }
            for day in late.max(from)..=last.min(to) {
                if let Some(trend) = days.get_mut(&(day, severity)) {
                    trend.in_breach += findings;
                }
            }
        }
        Ok(())
    }
}

/// What stands for a severity, in the order of their numbers.
fn at<T>(of_severities: &mut [T; 6], severity: i64) -> Option<&mut T> {
    of_severities.get_mut(usize::try_from(severity).ok()?)
}

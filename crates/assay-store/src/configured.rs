//! What is set for a scope: by whoever rules it, else by the account itself. The settings are the API's, kept as JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{Row, any::AnyRow};

use crate::{
    error::{Result, StoreError},
    finding::ScopeId,
    statement::Statement,
};

/// Microseconds of a day.
pub(crate) const DAY: i64 = 24 * 3600 * 1_000_000;

/// The row that [`setting`] reads, of a scope (`s`), with more columns.
pub(crate) fn select(scope: ScopeId, more: &str) -> Statement {
    let mut select = Statement::new(
        "SELECT s.configuration AS own, r.configuration AS ruling, r.account AS ruler, s.ruler AS ruled_by, s.id AS id",
    );
    select.push(more);
    select.push(" FROM scope s LEFT JOIN scope r ON r.id = s.ruler WHERE s.id = ");
    select.bind(scope.0);
    select
}

/// A setting by its name. What an account set for itself rests while another rules it.
pub(crate) fn setting<T: DeserializeOwned>(row: &AnyRow, name: &str) -> Result<Option<T>> {
    let corrupt = |error| StoreError::Corrupt(format!("the configuration of a scope: {error}"));
    let member = |column: &str| -> Result<Option<Value>> {
        let text: Option<String> = row.try_get(column)?;
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let mut settings: Value = serde_json::from_str(&text).map_err(corrupt)?;
        let member = settings.get_mut(name).map(Value::take);
        Ok(member.filter(|member| !member.is_null()))
    };
    let own = member("own")?;
    let is_own_ruler = [0, row.try_get::<i64, _>("id")?].contains(&row.try_get("ruled_by")?);
    let set = if is_own_ruler {
        own
    } else {
        let ruler: Option<String> = row.try_get("ruler")?;
        let ruler = ruler.unwrap_or_default();
        own.filter(|own| own["by"].as_str().unwrap_or_default() == ruler)
            .or(member("ruling")?)
    };
    set.map(|set| serde_json::from_value(set).map_err(corrupt))
        .transpose()
}

/// How many microseconds a duration is, such as `DAYS_30`.
pub(crate) fn duration(name: &str) -> Result<i64> {
    let days: Option<i64> = name.strip_prefix("DAYS_").and_then(|days| days.parse().ok());
    days.map(|days| days * DAY)
        .ok_or_else(|| StoreError::Corrupt(format!("the duration {name} in a configuration")))
}

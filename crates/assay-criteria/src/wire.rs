//! The JSON form: `{"schema": "assay.criteria/1", "conditions": […]}`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    check::CriteriaError,
    criteria::{Condition, Criteria},
};

/// The name and version of the form.
const SCHEMA: &str = "assay.criteria/1";

/// Criteria as they stand in JSON.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wire {
    schema: String,
    conditions: Vec<Condition>,
}

/// Why a document holds no criteria. A member that is not known is an error too: criteria of which a part is not
/// understood would match more than they say.
#[derive(Debug, Error)]
pub(crate) enum WireError {
    #[error("schema is `{0}`; this version reads `{SCHEMA}`")]
    Schema(String),
    #[error(transparent)]
    Criteria(#[from] CriteriaError),
}

impl From<Criteria> for Wire {
    fn from(criteria: Criteria) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            conditions: criteria.conditions,
        }
    }
}

impl TryFrom<Wire> for Criteria {
    type Error = WireError;

    fn try_from(wire: Wire) -> Result<Self, WireError> {
        if wire.schema != SCHEMA {
            return Err(WireError::Schema(wire.schema));
        }
        let criteria = Self {
            conditions: wire.conditions,
        };
        criteria.check()?;
        Ok(criteria)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::*;
    use crate::{
        check::LATEST,
        criteria::{PackagePart, Test},
        field::{Field, Kind},
    };

    /// A fixture of the first version: stored criteria must be read for ever.
    const FIRST: &str = r#"{"schema":"assay.criteria/1","conditions":[
        {"field":"severity","tests":[{"equals":"HIGH"},{"not_equals":"LOW"}]},
        {"field":"title","tests":[{"prefix":"CVE-2024"}]},
        {"field":"epss_score","tests":[{"number":{"lower":0.5}}]},
        {"field":"updated_at","tests":[{"time":{"from":1,"to":2}}]},
        {"field":"resource_tags","tests":[{"tag":{"key":"team","value":"red"}}]},
        {"field":"port_range","tests":[{"port":{"from":22,"to":22}}]},
        {"field":"vulnerable_packages","tests":[{"package":[["name",{"equals":"zlib"}],["epoch",{"number":{"upper":0.0}}]]}]}]}"#;

    #[test]
    fn the_first_version_reads_and_writes() {
        let criteria: Criteria = serde_json::from_str(FIRST).unwrap();
        assert_eq!(criteria.conditions.len(), 7);
        let written = serde_json::to_value(&criteria).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(FIRST).unwrap());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (json, expected) in [
            (
                r#"{"schema":"assay.criteria/2","conditions":[]}"#,
                "schema is `assay.criteria/2`; this version reads `assay.criteria/1`",
            ),
            (
                r#"{"schema":"assay.criteria/1","conditions":[],"any":[]}"#,
                "unknown field `any`",
            ),
            (
                r#"{"schema":"assay.criteria/1","conditions":[{"field":"colour","tests":[{"equals":"x"}]}]}"#,
                "unknown variant `colour`",
            ),
            (
                r#"{"schema":"assay.criteria/1","conditions":[{"field":"title","tests":[{"like":"x"}]}]}"#,
                "unknown variant `like`",
            ),
            (
                r#"{"schema":"assay.criteria/1","conditions":[{"field":"title","tests":[]}]}"#,
                "conditions[0].tests must have at least one entry",
            ),
        ] {
            let error = serde_json::from_str::<Criteria>(json).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    fn ordered<T: PartialOrd + Copy>((a, b): (Option<T>, Option<T>)) -> (Option<T>, Option<T>) {
        match (a, b) {
            (Some(lower), Some(upper)) if lower > upper => (b, a),
            _ => (a, b),
        }
    }

    /// Decimals as people write them; serde_json reads the last bit of longer ones only with a slower parser.
    fn number() -> impl Strategy<Value = f64> {
        (-1_000_000_000..1_000_000_000_i32).prop_map(|thousandths| f64::from(thousandths) / 1e3)
    }

    fn test_of(kind: Kind) -> BoxedStrategy<Test> {
        let text = || "\\PC{1,20}|[\"\\\\\u{0}\n]{1,3}";
        match kind {
            Kind::Text => prop_oneof![
                text().prop_map(Test::Equals),
                text().prop_map(Test::Prefix),
                text().prop_map(Test::NotEquals),
            ]
            .boxed(),
            Kind::Number => (option::of(number()), option::of(number()))
                .prop_map(ordered)
                .prop_map(|(lower, upper)| Test::Number { lower, upper })
                .boxed(),
            Kind::Time => (option::of(0..=LATEST), option::of(0..=LATEST))
                .prop_map(ordered)
                .prop_map(|(from, to)| Test::Time { from, to })
                .boxed(),
            Kind::Tag => (text(), option::of("\\PC{0,20}"))
                .prop_map(|(key, value)| Test::Tag { key, value })
                .boxed(),
            Kind::Port => (option::of(any::<u16>()), option::of(any::<u16>()))
                .prop_map(ordered)
                .prop_map(|(from, to)| Test::Port { from, to })
                .boxed(),
            Kind::Package => vec(
                select(PackagePart::ALL)
                    .prop_flat_map(|part| test_of(part.kind()).prop_map(move |test| (part, test))),
                1..4,
            )
            .prop_map(Test::Package)
            .boxed(),
        }
    }

    fn condition() -> impl Strategy<Value = Condition> {
        select(Field::ALL).prop_flat_map(|field| {
            vec(test_of(field.kind()), 1..4).prop_map(move |tests| Condition { field, tests })
        })
    }

    proptest! {
        #[test]
        fn json_round_trips(conditions in vec(condition(), 0..6)) {
            let criteria = Criteria { conditions };
            prop_assert_eq!(criteria.check(), Ok(()));
            let json = serde_json::to_string(&criteria).unwrap();
            prop_assert_eq!(serde_json::from_str::<Criteria>(&json).unwrap(), criteria);
        }
    }
}

//! What criteria match. Slow and plain: the oracle of the store's SQL, and the preview of a rule that is not stored yet.

use std::borrow::Cow;

use crate::{
    criteria::{Condition, Criteria, PackagePart, Test},
    field::Field,
};

/// A value that a field has.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// A time, in microseconds since 1970.
    Time(i64),
    /// A tag.
    Tag {
        /// Its key.
        key: Cow<'a, str>,
        /// Its value.
        value: Cow<'a, str>,
    },
    /// Open ports, both bounds included.
    Ports {
        /// The least.
        from: u16,
        /// The most.
        to: u16,
    },
    /// A package, by its parts; a part may come several times.
    Package(Vec<(PackagePart, Value<'a>)>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// What is known of one finding or one covered resource.
pub trait Facts {
    /// Every value that it has of a field.
    fn values(&self, field: Field) -> Vec<Value<'_>>;
}

impl Criteria {
    /// Whether all conditions hold.
    pub fn matches(&self, facts: &dyn Facts) -> bool {
        self.conditions.iter().all(|condition| condition.matches(facts))
    }
}

impl Condition {
    /// Whether one positive test holds, if there is any, and every negative one.
    pub fn matches(&self, facts: &dyn Facts) -> bool {
        let values = facts.values(self.field);
        let (negative, positive): (Vec<_>, Vec<_>) = self.tests.iter().partition(|test| test.is_negative());
        negative.into_iter().all(|test| test.holds(&values))
            && (positive.is_empty() || positive.iter().any(|test| test.holds(&values)))
    }
}

impl Test {
    /// Whether it holds of some values: of one, or of each where it is negative.
    fn holds(&self, values: &[Value<'_>]) -> bool {
        if self.is_negative() {
            values.iter().all(|value| self.passes(value))
        } else {
            values.iter().any(|value| self.passes(value))
        }
    }

    /// Whether one value passes. A value of another kind passes negative tests only.
    fn passes(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Equals(wanted), Value::Text(text)) => text == wanted,
            (Self::Prefix(wanted), Value::Text(text)) => text.starts_with(wanted.as_str()),
            (Self::NotEquals(unwanted), Value::Text(text)) => text != unwanted,
            (Self::NotEquals(_), _) => true,
            (Self::Number { lower, upper }, Value::Number(number)) => {
                lower.is_none_or(|lower| *number >= lower) && upper.is_none_or(|upper| *number <= upper)
            }
            (Self::Time { from, to }, Value::Time(time)) => {
                from.is_none_or(|from| *time >= from) && to.is_none_or(|to| *time <= to)
            }
            (
                Self::Tag {
                    key: wanted,
                    value: wanted_value,
                },
                Value::Tag { key, value },
            ) => key == wanted && wanted_value.as_ref().is_none_or(|wanted| value == wanted),
            (
                Self::Port { from, to },
                Value::Ports {
                    from: least,
                    to: most,
                },
            ) => from.is_none_or(|from| *least >= from) && to.is_none_or(|to| *most <= to),
            (Self::Package(tests), Value::Package(parts)) => tests.iter().all(|(part, test)| {
                let values: Vec<Value<'_>> = parts
                    .iter()
                    .filter(|(known, _)| known == part)
                    .map(|(_, value)| value.clone())
                    .collect();
                test.holds(&values)
            }),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The facts of one finding, as a table.
    struct Table(Vec<(Field, Value<'static>)>);

    impl Facts for Table {
        fn values(&self, field: Field) -> Vec<Value<'_>> {
            let values = self.0.iter().filter(|(known, _)| *known == field);
            values.map(|(_, value)| value.clone()).collect()
        }
    }

    fn package(name: &'static str, version: &'static str) -> Value<'static> {
        Value::Package(vec![
            (PackagePart::Name, name.into()),
            (PackagePart::Version, version.into()),
            (PackagePart::Epoch, Value::Number(0.0)),
        ])
    }

    fn finding() -> Table {
        Table(vec![
            (Field::Severity, "HIGH".into()),
            (Field::EcrImageTags, "latest".into()),
            (Field::EcrImageTags, "v1".into()),
            (Field::InspectorScore, Value::Number(7.5)),
            (Field::UpdatedAt, Value::Time(1_000)),
            (
                Field::ResourceTags,
                Value::Tag {
                    key: "team".into(),
                    value: "red".into(),
                },
            ),
            (Field::PortRange, Value::Ports { from: 20, to: 22 }),
            (Field::VulnerablePackages, package("openssl", "1")),
            (Field::VulnerablePackages, package("zlib", "2")),
        ])
    }

    #[track_caller]
    fn check(conditions: &[(Field, &[Test])], expected: bool) {
        let conditions = conditions.iter().map(|(field, tests)| Condition {
            field: *field,
            tests: tests.to_vec(),
        });
        let criteria = Criteria {
            conditions: conditions.collect(),
        };
        criteria.check().unwrap();
        assert_eq!(criteria.matches(&finding()), expected, "{criteria:?}");
    }

    fn equals(value: &str) -> Test {
        Test::Equals(value.into())
    }

    fn not(value: &str) -> Test {
        Test::NotEquals(value.into())
    }

    #[test]
    fn fields_and_entries_or() {
        check(&[], true);
        check(&[(Field::Severity, &[equals("LOW"), equals("HIGH")])], true);
        check(&[(Field::Severity, &[equals("high")])], false);
        check(
            &[
                (Field::Severity, &[equals("HIGH")]),
                (Field::EcrImageTags, &[equals("v2")]),
            ],
            false,
        );
        check(&[(Field::Severity, &[Test::Prefix("HI".into())])], true);
    }

    #[test]
    fn negatives_must_all_hold_of_all_values() {
        check(&[(Field::EcrImageTags, &[not("v2"), not("v3")])], true);
        check(&[(Field::EcrImageTags, &[not("v1"), not("v3")])], false);
        check(&[(Field::EcrImageTags, &[equals("latest"), not("v1")])], false);
        check(
            &[(Field::EcrImageTags, &[equals("latest"), equals("x"), not("v2")])],
            true,
        );
        // Nothing is known of the field: it is surely not that.
        check(&[(Field::Title, &[not("x")])], true);
        check(&[(Field::Title, &[equals("x")])], false);
    }

    #[test]
    fn ranges_include_their_bounds() {
        let score = |lower, upper| Test::Number { lower, upper };
        check(&[(Field::InspectorScore, &[score(Some(7.5), Some(7.5))])], true);
        check(&[(Field::InspectorScore, &[score(Some(7.6), None)])], false);
        check(&[(Field::InspectorScore, &[score(None, None)])], true);
        check(&[(Field::EpssScore, &[score(None, None)])], false);
        let time = |from, to| Test::Time { from, to };
        check(&[(Field::UpdatedAt, &[time(Some(1_000), Some(1_000))])], true);
        check(&[(Field::UpdatedAt, &[time(None, Some(999))])], false);
        let port = |from, to| Test::Port { from, to };
        check(&[(Field::PortRange, &[port(Some(20), Some(22))])], true);
        check(&[(Field::PortRange, &[port(Some(22), Some(22))])], false);
        check(&[(Field::PortRange, &[port(None, Some(22))])], true);
    }

    #[test]
    fn tags_and_packages() {
        let tag = |key: &str, value: Option<&str>| Test::Tag {
            key: key.into(),
            value: value.map(Into::into),
        };
        check(&[(Field::ResourceTags, &[tag("team", None)])], true);
        check(&[(Field::ResourceTags, &[tag("team", Some("red"))])], true);
        check(&[(Field::ResourceTags, &[tag("team", Some(""))])], false);
        let both = |name: &str, version: &str| {
            Test::Package(vec![
                (PackagePart::Name, equals(name)),
                (PackagePart::Version, equals(version)),
            ])
        };
        check(&[(Field::VulnerablePackages, &[both("zlib", "2")])], true);
        // The name of one and the version of another are no package.
        check(&[(Field::VulnerablePackages, &[both("zlib", "1")])], false);
        let other = Test::Package(vec![(PackagePart::Name, not("zlib"))]);
        check(&[(Field::VulnerablePackages, &[other])], true);
        let epoch = Test::Number {
            lower: Some(0.0),
            upper: Some(0.0),
        };
        check(
            &[(
                Field::VulnerablePackages,
                &[Test::Package(vec![(PackagePart::Epoch, epoch)])],
            )],
            true,
        );
    }
}

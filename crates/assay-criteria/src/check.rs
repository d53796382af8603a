//! What criteria may hold.

use thiserror::Error;

use crate::{
    criteria::{Criteria, Test},
    field::Kind,
};

/// The longest text or prefix, in characters, as Inspector's API has it.
pub const LONGEST_TEXT: usize = 1024;

/// The most conditions of one tree; the API's shapes have fewer.
pub const MOST_CONDITIONS: usize = 128;

/// The most tests of one condition, and of parts of one package; the API takes 10.
pub const MOST_TESTS: usize = 128;

/// The latest time that is taken, the last microsecond of the year 9999.
pub const LATEST: i64 = 253_402_300_799_999_999;

/// What is wrong with a test.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Problem {
    /// A field of one kind has a test of another.
    #[error("is a test of a {test}, but the field is of kind {field}")]
    Kind {
        /// The kind of the test.
        test: Kind,
        /// The kind of the field or part.
        field: Kind,
    },
    /// A text is empty, where that can match nothing or everything.
    #[error("must not be empty")]
    Empty,
    /// A text is too long.
    #[error("must have at most {LONGEST_TEXT} characters")]
    TooLong,
    /// A bound is no finite number.
    #[error("must be a finite number")]
    NotFinite,
    /// A time is before 1970 or after 9999.
    #[error("must be a time from 1970 to 9999")]
    OutOfTime,
    /// The lower bound lies above the upper.
    #[error("has a lower bound above its upper one, and so can match nothing")]
    Crossed,
    /// A list has no entry.
    #[error("must have at least one entry")]
    NoEntry,
    /// A list has too many entries.
    #[error("must have at most {0} entries")]
    TooMany(usize),
}

/// Criteria hold what they may not.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{path} {problem}")]
pub struct CriteriaError {
    /// The place, as `conditions[2].tests[0]`.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl Criteria {
    /// Holds every condition against the kind of its field and the bounds of its values.
    ///
    /// # Errors
    ///
    /// The first place that is wrong.
    pub fn check(&self) -> Result<(), CriteriaError> {
        let error = |path: String, problem| CriteriaError { path, problem };
        if self.conditions.len() > MOST_CONDITIONS {
            return Err(error("conditions".into(), Problem::TooMany(MOST_CONDITIONS)));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            let path = format!("conditions[{at}].tests");
            count(condition.tests.len()).map_err(|problem| error(path.clone(), problem))?;
            for (at, test) in condition.tests.iter().enumerate() {
                test.check(condition.field.kind())
                    .map_err(|problem| error(format!("{path}[{at}]"), problem))?;
            }
        }
        Ok(())
    }
}

impl Test {
    /// Holds a test against the kind of what it tests and the bounds of its values.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn check(&self, field: Kind) -> Result<(), Problem> {
        if self.kind() != field {
            return Err(Problem::Kind {
                test: self.kind(),
                field,
            });
        }
        match self {
            Self::Equals(value) | Self::Prefix(value) | Self::NotEquals(value) => text(value),
            Self::Number { lower, upper } => {
                if [lower, upper]
                    .into_iter()
                    .flatten()
                    .any(|bound| !bound.is_finite())
                {
                    return Err(Problem::NotFinite);
                }
                ordered(lower.as_ref(), upper.as_ref())
            }
            Self::Time { from, to } => {
                if [from, to]
                    .into_iter()
                    .flatten()
                    .any(|time| !(0..=LATEST).contains(time))
                {
                    return Err(Problem::OutOfTime);
                }
                ordered(from.as_ref(), to.as_ref())
            }
            Self::Tag { key, value } => {
                text(key)?;
                match value.as_deref() {
                    // A tag may well have an empty value.
                    None | Some("") => Ok(()),
                    Some(value) => text(value),
                }
            }
            Self::Port { from, to } => ordered(from.as_ref(), to.as_ref()),
            Self::Package(parts) => {
                count(parts.len())?;
                parts.iter().try_for_each(|(part, test)| test.check(part.kind()))
            }
        }
    }
}

fn text(text: &str) -> Result<(), Problem> {
    match text.chars().take(LONGEST_TEXT + 1).count() {
        0 => Err(Problem::Empty),
        length if length > LONGEST_TEXT => Err(Problem::TooLong),
        _ => Ok(()),
    }
}

fn count(entries: usize) -> Result<(), Problem> {
    match entries {
        0 => Err(Problem::NoEntry),
        entries if entries > MOST_TESTS => Err(Problem::TooMany(MOST_TESTS)),
        _ => Ok(()),
    }
}

fn ordered<T: PartialOrd>(lower: Option<&T>, upper: Option<&T>) -> Result<(), Problem> {
    match (lower, upper) {
        (Some(lower), Some(upper)) if lower > upper => Err(Problem::Crossed),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        criteria::{Condition, PackagePart},
        field::Field,
    };

    #[track_caller]
    fn check(field: Field, tests: Vec<Test>, expected: Option<&str>) {
        let criteria = Criteria {
            conditions: vec![Condition { field, tests }],
        };
        let found = criteria.check().err().map(|error| error.to_string());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn bounds() {
        let equals = |value: &str| Test::Equals(value.to_owned());
        let number = |lower, upper| Test::Number { lower, upper };
        let time = |from, to| Test::Time { from, to };
        check(Field::Severity, vec![equals("HIGH")], None);
        check(
            Field::Severity,
            vec![],
            Some("conditions[0].tests must have at least one entry"),
        );
        check(
            Field::Severity,
            vec![equals("x"); 129],
            Some("conditions[0].tests must have at most 128 entries"),
        );
        check(
            Field::Severity,
            vec![equals("x"), equals("")],
            Some("conditions[0].tests[1] must not be empty"),
        );
        check(Field::Title, vec![equals(&"ä".repeat(1024))], None);
        check(
            Field::Title,
            vec![equals(&"ä".repeat(1025))],
            Some("conditions[0].tests[0] must have at most 1024 characters"),
        );
        check(
            Field::InspectorScore,
            vec![equals("9")],
            Some("conditions[0].tests[0] is a test of a text, but the field is of kind number"),
        );
        check(
            Field::InspectorScore,
            vec![number(Some(9.0), Some(9.0)), number(None, None)],
            None,
        );
        check(
            Field::InspectorScore,
            vec![number(Some(9.1), Some(9.0))],
            Some("conditions[0].tests[0] has a lower bound above its upper one, and so can match nothing"),
        );
        check(
            Field::InspectorScore,
            vec![number(Some(f64::NAN), None)],
            Some("conditions[0].tests[0] must be a finite number"),
        );
        check(Field::UpdatedAt, vec![time(Some(0), Some(LATEST))], None);
        check(
            Field::UpdatedAt,
            vec![time(Some(-1), None)],
            Some("conditions[0].tests[0] must be a time from 1970 to 9999"),
        );
        check(
            Field::ResourceTags,
            vec![Test::Tag {
                key: "k".into(),
                value: Some(String::new()),
            }],
            None,
        );
        check(
            Field::PortRange,
            vec![Test::Port {
                from: Some(23),
                to: Some(22),
            }],
            Some("conditions[0].tests[0] has a lower bound above its upper one, and so can match nothing"),
        );
        check(
            Field::VulnerablePackages,
            vec![Test::Package(vec![(PackagePart::Epoch, equals("1"))])],
            Some("conditions[0].tests[0] is a test of a text, but the field is of kind number"),
        );
        check(
            Field::VulnerablePackages,
            vec![Test::Package(vec![])],
            Some("conditions[0].tests[0] must have at least one entry"),
        );
    }
}

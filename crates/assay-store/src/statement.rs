//! Statements whose text is put together, with values bound in order.

use crate::Dialect;
use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

/// Placeholders of a statement that was put together; fixed texts have fewer.
const MANY: usize = 30;

/// A value for a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for Bound {
    fn from(value: i64) -> Self {
        Bound::Integer(value)
    }
}

impl From<f64> for Bound {
    fn from(value: f64) -> Self {
        Bound::Real(value)
    }
}

impl From<&str> for Bound {
    fn from(value: &str) -> Self {
        Bound::Text(value.to_owned())
    }
}

impl From<String> for Bound {
    fn from(value: String) -> Self {
        Bound::Text(value)
    }
}

impl From<Vec<u8>> for Bound {
    fn from(value: Vec<u8>) -> Self {
        Bound::Bytes(value)
    }
}

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    pub(crate) text: String,
    bound: Vec<Bound>,
}

impl Statement {
    pub(crate) fn new(text: &str) -> Statement {
        Statement {
            text: text.to_owned(),
            bound: Vec::new(),
        }
    }

    /// Adds text of our own; never anything that came from outside.
    pub(crate) fn push(&mut self, text: &str) -> &mut Statement {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder for a value.
    pub(crate) fn bind(&mut self, value: impl Into<Bound>) -> &mut Statement {
        self.bound.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.bound.len().to_string());
        self
    }

    /// Adds `($n, $m, …)`.
    pub(crate) fn bind_list<T: Into<Bound>>(
        &mut self,
        values: impl IntoIterator<Item = T>,
    ) -> &mut Statement {
        self.push("(");
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self.push(")")
    }

    /// The same with text of our own before and after it.
    #[cfg(test)]
    pub(crate) fn within(&self, before: &str, after: &str) -> Statement {
        Statement {
            text: format!("{before}{}{after}", self.text),
            bound: self.bound.clone(),
        }
    }

    /// The query that the driver takes.
    pub(crate) fn query(&self, dialect: Dialect) -> Query<'static, Any, AnyArguments> {
        let is_long = self.bound.len() > MANY;
        // SQLite's driver looks each named placeholder up among all, which takes long where there are thousands.
        let text = match dialect {
            Dialect::Sqlite if is_long => without_names(&self.text),
            _ => self.text.clone(),
        };
        // Each length is another text, and prepared ones take memory by their length.
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(!is_long);
        for value in &self.bound {
            query = match value {
                Bound::Integer(value) => query.bind(*value),
                Bound::Real(value) => query.bind(*value),
                Bound::Text(value) => query.bind(value.clone()),
                Bound::Bytes(value) => query.bind(value.clone()),
            };
        }
        query
    }
}

/// The text with `?` for `$1`, `$2` and so on, which stand in it in this order.
fn without_names(text: &str) -> String {
    let mut parts = text.split('$');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push('?');
        plain.push_str(part.trim_start_matches(|character: char| character.is_ascii_digit()));
    }
    plain
}

/// A statement of fixed text with its values.
pub(crate) fn statement<const N: usize>(text: &'static str, values: [Bound; N]) -> Statement {
    Statement {
        text: text.to_owned(),
        bound: values.into(),
    }
}

/// Makes `[Bound; N]` of values.
macro_rules! bound {
    ($($value:expr),* $(,)?) => { [$($crate::statement::Bound::from($value)),*] };
}
pub(crate) use bound;

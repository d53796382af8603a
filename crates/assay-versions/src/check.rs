//! The check language: one comparison a line, to hold an order against its ecosystem's own tool.
//!
//! ```text
//! # a comment
//! 1.0~rc1 < 1.0
//! 1.0 = 1.0-0
//! "" < 1
//! ```
//!
//! A version may stand in double quotes, which lets it be empty or contain spaces.

use std::cmp::Ordering;
use std::fmt;

use crate::Scheme;

/// How many lines held and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Lines that held.
    pub passed: usize,
    /// Lines that did not hold or could not be read.
    pub failed: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// A line that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The number of the line, from 1.
    pub line: usize,
    /// The line as written.
    pub text: String,
    /// What is wrong.
    pub reason: Reason,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.text, self.reason)
    }
}

/// Why a line did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The line is no comparison.
    Malformed,
    /// Comparing the two gives another order.
    Order(Ordering),
    /// Comparing the two the other way round does not give the converse, but this.
    Converse(Ordering),
    /// Comparing the keys gives another order than comparing the versions.
    Keys(Ordering),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Malformed => f.write_str("not of the form `A < B`, `A = B` or `A > B`"),
            Reason::Order(order) => write!(f, "compares as {}", symbol(*order)),
            Reason::Converse(order) => write!(f, "the other way round compares as {}", symbol(*order)),
            Reason::Keys(order) => write!(f, "the keys compare as {}", symbol(*order)),
        }
    }
}

fn symbol(order: Ordering) -> char {
    match order {
        Ordering::Less => '<',
        Ordering::Equal => '=',
        Ordering::Greater => '>',
    }
}

/// Checks every line and reports each one that does not hold. Blank lines and lines that begin with `#` are skipped.
pub fn check_lines<L: AsRef<str>>(
    scheme: Scheme,
    lines: impl IntoIterator<Item = L>,
    on_failure: &mut dyn FnMut(Failure),
) -> Report {
    let mut report = Report::default();
    for (position, line) in lines.into_iter().enumerate() {
        let text = line.as_ref().trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match check_line(scheme, text) {
            Ok(()) => report.passed += 1,
            Err(reason) => {
                report.failed += 1;
                on_failure(Failure {
                    line: position + 1,
                    text: text.to_owned(),
                    reason,
                });
            }
        }
    }
    report
}

fn check_line(scheme: Scheme, line: &str) -> Result<(), Reason> {
    let (a, expected, b) = parse(line).ok_or(Reason::Malformed)?;
    let direct = scheme.compare(a, b);
    if direct != expected {
        return Err(Reason::Order(direct));
    }
    let converse = scheme.compare(b, a);
    if converse != expected.reverse() {
        return Err(Reason::Converse(converse));
    }
    let keys = scheme.key(a).cmp(&scheme.key(b));
    if keys != expected {
        return Err(Reason::Keys(keys));
    }
    Ok(())
}

fn parse(line: &str) -> Option<(&str, Ordering, &str)> {
    let (a, rest) = version(line)?;
    let rest = rest.trim_start();
    let (expected, rest) = [
        ("<", Ordering::Less),
        ("=", Ordering::Equal),
        (">", Ordering::Greater),
    ]
    .into_iter()
    .find_map(|(symbol, order)| Some((order, rest.strip_prefix(symbol)?)))?;
    // `<=` and `1 <2` are slips of the pen, not comparisons.
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let (b, rest) = version(rest.trim_start())?;
    rest.is_empty().then_some((a, expected, b))
}

/// Takes a version off the front: up to the closing quote, or up to white space.
fn version(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"'),
        None if text.is_empty() => None,
        None => Some(text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<(), Reason>) {
        assert_eq!(check_line(Scheme::SemVer, line), expected, "{line}");
    }

    #[test]
    fn lines() {
        for line in ["1 < 2", "1 = 1.0", "2 > 1", "\"\" < 1", "1   <\t2", "= < 1"] {
            check(line, Ok(()));
        }
        check("2 < 1", Err(Reason::Order(Ordering::Greater)));
        check("1 = 2", Err(Reason::Order(Ordering::Less)));
        for line in [
            "1", "1 <", "< 1", "1 2", "1 < 2 3", "1 <= 2", "1<2", "\"1 < 2", "1 ! 2",
        ] {
            check(line, Err(Reason::Malformed));
        }
    }

    #[test]
    fn reports() {
        let mut failures = Vec::new();
        let report = check_lines(
            Scheme::SemVer,
            ["# x", "", "1 < 2", "2 < 1", "oops"],
            &mut |failure| {
                failures.push(failure.to_string());
            },
        );
        assert_eq!(report.to_string(), "1 passed, 2 failed");
        assert_eq!(
            failures,
            [
                "line 4: 2 < 1: compares as >",
                "line 5: oops: not of the form `A < B`, `A = B` or `A > B`"
            ]
        );
    }
}

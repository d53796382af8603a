//! Lock files in TOML, one table at a time.
//!
//! Source: TOML 1.0. Such files are lists: `[[package]]`, its members, its tables below. Read whole they take forty
//! times their size in memory; read table by table they take next to none, and one that is broken costs only itself.
//! A header is told by its line; inside a text over several lines it could be mistaken, which no tool writes.

use assay_model::DiagnosticCode;
use serde::de::DeserializeOwned;

use crate::{
    Facts,
    tree::{Misfit, Tally},
};

/// Bytes of one table and all below it.
const LARGEST: usize = 1 << 20;

/// What a line is to the table before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It begins the next entry.
    Entry,
    /// It belongs to the entry.
    Within,
    /// It begins what is no entry.
    Other,
}

/// A stretch of a document that is one by itself.
pub(super) struct Part<'t> {
    text: &'t str,
    /// It is what comes before any table.
    is_first: bool,
}

/// The parts of a document that matter: what comes before any table, then each entry.
pub(super) fn parts(text: &str, tell: impl Fn(&str) -> Line) -> impl Iterator<Item = Part<'_>> {
    let mut lines = text.split_inclusive('\n').map(move |line| {
        let header = line.trim();
        let is_header = header.starts_with('[') && header.ends_with(']');
        let kind = if is_header { tell(header) } else { Line::Within };
        (line.len(), kind)
    });
    let (mut start, mut at, mut is_open, mut is_done) = (0, 0, true, false);
    let mut is_first = true;
    std::iter::from_fn(move || {
        while !is_done {
            let (end, was_open) = (at, is_open);
            match lines.next() {
                Some((len, kind)) => {
                    at += len;
                    if kind == Line::Within {
                        continue;
                    }
                    is_open = kind == Line::Entry;
                }
                None => is_done = true,
            }
            let part = text.get(start..end).map(|text| Part {
                text,
                is_first: std::mem::take(&mut is_first),
            });
            start = end;
            if was_open {
                return part;
            }
        }
        None
    })
}

/// The entries `[[name]]` of a document.
pub(super) fn entries<P: DeserializeOwned>(name: &str, text: &str, facts: &mut Facts) -> Vec<P> {
    let tell = |header: &str| match header.trim_matches(['[', ']', ' ']) {
        inner if inner == name => Line::Entry,
        inner if inner.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')) => Line::Within,
        _ => Line::Other,
    };
    let mut tally = Tally::default();
    let mut entries = Vec::new();
    for part in parts(text, tell) {
        let Some(mut table) = table(&part, &mut tally, facts) else {
            continue;
        };
        let list = match table.remove(name) {
            Some(toml::Value::Array(list)) => list,
            Some(_) => {
                tally.count(Err(Misfit));
                continue;
            }
            None => continue,
        };
        for entry in list {
            match entry.try_into() {
                Ok(entry) => entries.push(entry),
                Err(_) => tally.count(Err(Misfit)),
            }
        }
    }
    tally.report(facts);
    entries
}

/// One part as a table. Of the part before all entries it is said what is wrong, entries are counted.
pub(super) fn table(part: &Part<'_>, tally: &mut Tally, facts: &mut Facts) -> Option<toml::Table> {
    if part.text.len() > LARGEST {
        let message = format!("a table of more than {LARGEST} bytes is left out");
        facts.diagnostic(DiagnosticCode::LimitReached, message);
        return None;
    }
    match toml::from_str(part.text) {
        Ok(table) => return Some(table),
        Err(error) if part.is_first => {
            let error: toml::de::Error = error;
            let message = format!("not the TOML of such a file ({})", error.message());
            facts.diagnostic(DiagnosticCode::Malformed, message);
        }
        Err(_) => tally.count(Err(Misfit)),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::describe;

    #[track_caller]
    fn check(text: &str, expected: &[i64], diagnostics: &[&str]) {
        #[derive(serde::Deserialize)]
        struct Entry {
            a: i64,
        }
        let mut facts = Facts::new("toml");
        let found: Vec<i64> = entries::<Entry>("p", text, &mut facts)
            .iter()
            .map(|entry| entry.a)
            .collect();
        assert_eq!(found, expected, "{text}");
        let found: Vec<String> = facts.list.into_iter().map(describe).collect();
        assert_eq!(found, diagnostics, "{text}");
    }

    #[test]
    fn documents() {
        check("", &[], &[]);
        check(
            "v = 1\n[[p]]\na = 1\n[p.b]\na = 9\n\n[[p]]\na = 2\n[m]\nbroken\n[[p]]\na = 3\n",
            &[1, 2, 3],
            &[],
        );
        check("p = [{a = 1}, {a = 'x'}]\n", &[1], &["malformed"]);
        check("p = 1\n", &[], &["malformed"]);
        check("= 1\n[[p]]\na = 1\n", &[1], &["malformed"]);
        check("[[p]]\na = \n[[p]]\na = 2\n[[p]]\na", &[2], &["malformed"]);
        check("[[p]]\r\na = 1\r\nlist = [\r\n  'x',\r\n]\r\n", &[1], &[]);
        let long = format!("[[p]]\na = 1\nb = '{}'\n[[p]]\na = 2\n", "x".repeat(LARGEST));
        check(&long, &[2], &["limit-reached"]);
        check(&format!("a = {}", "[".repeat(10_000)), &[], &["malformed"]);
    }
}

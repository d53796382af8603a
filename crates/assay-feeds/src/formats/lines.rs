//! Fixes of several lines of development of one package, which a source names side by side without saying how the
//! lines are told apart.

use assay_model::RangeEvent;

/// Ranges that end with each fix. The lowest line reaches down to the beginning; each further one begins where its
/// numbers first differ from those of the fix below: fixes in 10.23, 12.15 and 13.11 leave 12.20 alone.
///
/// Versions are split where RPM splits them, at everything but digits and letters.
pub(crate) fn lines(fixes: &[&str]) -> Vec<Vec<RangeEvent>> {
    let mut fixes: Vec<&str> = fixes.to_vec();
    fixes.sort_by_key(|fix| numbers(fix));
    fixes.dedup();
    let mut ranges = Vec::with_capacity(fixes.len());
    let mut below: Option<&str> = None;
    for fix in fixes {
        let start = below.map_or_else(|| "0".to_owned(), |below| start_of(below, fix));
        ranges.push(vec![
            RangeEvent::Introduced(start),
            RangeEvent::Fixed(fix.to_owned()),
        ]);
        below = Some(fix);
    }
    ranges
}

/// The numbers of a version, for putting lines in order.
fn numbers(version: &str) -> Vec<u64> {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    let parts = rest.split(|c: char| !c.is_ascii_digit());
    std::iter::once(epoch)
        .chain(parts.filter(|part| !part.is_empty()))
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

fn start_of(below: &str, fix: &str) -> String {
    let (start, rest) = fix.split_at(first_difference(below, fix));
    if start.is_empty() {
        return "0".to_owned();
    }
    // A number before a colon is an epoch only with the colon.
    let version = if rest.starts_with(':') { ":0" } else { "" };
    format!("{start}{version}")
}

/// Where the first part of `version` that differs from `below` ends.
fn first_difference(below: &str, version: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let common = version
        .char_indices()
        .zip(below.chars())
        .find(|((_, a), b)| a != b)
        .map_or(version.len().min(below.len()), |((at, _), _)| at);
    let rest = version.get(common..).unwrap_or_default();
    common + rest.find(|c| !is_part(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fixes: &[&str], expected: &str) {
        let told: Vec<String> = lines(fixes)
            .iter()
            .map(|events| match events.as_slice() {
                [RangeEvent::Introduced(from), RangeEvent::Fixed(to)] => format!("[{from}, {to})"),
                _ => "?".to_owned(),
            })
            .collect();
        assert_eq!(told.join(" "), expected, "{fixes:?}");
    }

    #[test]
    fn each_line_begins_where_it_differs() {
        check(
            &["13.11-1.m", "10.23-2.m", "12.15-1.m"],
            "[0, 10.23-2.m) [12, 12.15-1.m) [13, 13.11-1.m)",
        );
        check(&["1.8.5-2", "1.10.1-1"], "[0, 1.8.5-2) [1.10, 1.10.1-1)");
        check(&["2:1.4", "1.9"], "[0, 1.9) [2:0, 2:1.4)");
        check(&["5"], "[0, 5)");
        check(&["", "é1", "é2"], "[0, ) [0, é1) [é2, é2)");
    }
}

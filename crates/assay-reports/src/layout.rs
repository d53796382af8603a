//! Laying text out for a terminal of 100 columns; colour only repeats what the words say.

use anstyle::{AnsiColor, Style};
use assay_model::Severity;

/// The width that tables fit into, in columns.
pub(crate) const WIDTH: usize = 100;

/// Text cut to a number of characters, the last of them an ellipsis where something is missing. Control characters,
/// which a hostile package name may carry to steer the terminal, become question marks.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let clean = |c: char| if c.is_control() { '?' } else { c };
    let mut fitted: String = text.chars().map(clean).take(width).collect();
    if text.chars().count() > width && width > 0 {
        fitted.pop();
        fitted.push('…');
    }
    fitted
}

/// Text in a style.
pub(crate) fn paint(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// Bold.
pub(crate) const STRONG: Style = Style::new().bold();

/// Faint.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The style of a severity's word.
pub(crate) fn severity_style(severity: Severity) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match severity {
        Severity::Critical => colour(AnsiColor::Red).bold(),
        Severity::High => colour(AnsiColor::Red),
        Severity::Medium => colour(AnsiColor::Yellow),
        Severity::Low => colour(AnsiColor::Cyan),
        Severity::Informational | Severity::Untriaged => FAINT,
    }
}

/// A number of things: `1 package`, `2 packages`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    if count == 1 {
        format!("1 {thing}")
    } else {
        format!("{count} {thing}s")
    }
}

/// Bytes in the unit that reads best.
pub(crate) fn bytes(count: u64) -> String {
    // Only shown with one decimal, so the loss of precision of large counts is invisible.
    let count = count as f64;
    match count {
        c if c >= 1e9 => format!("{:.1} GB", c / 1e9),
        c if c >= 1e6 => format!("{:.1} MB", c / 1e6),
        c if c >= 1e3 => format!("{:.1} kB", c / 1e3),
        c => format!("{c} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitting() {
        for (text, width, expected) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("äöü", 2, "ä…"),
            ("a\x1b[2Jb", 9, "a?[2Jb"),
            ("", 3, ""),
            ("a", 0, ""),
        ] {
            assert_eq!(fit(text, width), expected);
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(bytes(12), "12 bytes");
        assert_eq!(bytes(1_500_000), "1.5 MB");
        assert_eq!(counted(1, "fix"), "1 fix");
    }
}

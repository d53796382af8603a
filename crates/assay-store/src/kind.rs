//! Numbers that stand for words in the database. They are never given another meaning.

/// Statuses of findings.
pub const STATUSES: [(&str, i64); 3] = [("ACTIVE", 1), ("SUPPRESSED", 2), ("CLOSED", 3)];

/// Types of findings.
pub const TYPES: [(&str, i64); 3] = [
    ("PACKAGE_VULNERABILITY", 1),
    ("NETWORK_REACHABILITY", 2),
    ("CODE_VULNERABILITY", 3),
];

/// Severities, the same numbers as everywhere.
pub const SEVERITIES: [(&str, i64); 6] = [
    ("UNTRIAGED", 0),
    ("INFORMATIONAL", 1),
    ("LOW", 2),
    ("MEDIUM", 3),
    ("HIGH", 4),
    ("CRITICAL", 5),
];

/// What happened to a finding.
pub const CHANGES: [(&str, i64); 7] = [
    ("OPENED", 1),
    ("REOPENED", 2),
    ("CLOSED", 3),
    ("RESCORED", 4),
    ("UPDATED", 5),
    ("SUPPRESSED", 6),
    ("UNSUPPRESSED", 7),
];

/// Why it happened.
pub const CAUSES: [(&str, i64); 6] = [
    ("INVENTORY", 1),
    ("INTELLIGENCE", 2),
    ("RESOURCE", 3),
    ("CONFIGURATION", 4),
    ("SUPPRESSION_RULE", 5),
    ("CLOCK", 6),
];

/// The word that a number stands for; empty for one that stands for nothing.
pub fn word(table: &[(&'static str, i64)], code: i64) -> &'static str {
    table
        .iter()
        .find(|(_, known)| *known == code)
        .map_or("", |(word, _)| word)
}

/// The number that stands for a word.
pub fn code(table: &[(&'static str, i64)], word: &str) -> Option<i64> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, code)| *code)
}

pub(crate) const SUPPRESSED: i64 = 2;
pub(crate) const CLOSED: i64 = 3;
/// The cause of what follows from what advisories say.
pub(crate) const INTELLIGENCE: i64 = 2;
/// The cause of what follows from what is installed.
pub(crate) const INVENTORY: i64 = 1;

//! Versions to try: those that a document writes, and neighbours of each.

/// Versions around some that documents write, in an order that does not depend on theirs.
pub(crate) fn around<'a>(written: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut versions: Vec<String> = Vec::new();
    for version in written
        .into_iter()
        .map(str::trim)
        .filter(|version| !version.is_empty())
    {
        versions.push(version.to_owned());
        versions.push(format!("{version}.1"));
        versions.push(format!("{version}-1"));
        versions.push(format!("{version}-rc1"));
        if let Some(shorter) = version.rsplit_once(['.', '-']) {
            versions.push(shorter.0.to_owned());
        }
        versions.push(lowered(version));
    }
    versions.extend(["0", "0.0.1", "1", "99999"].map(str::to_owned));
    versions.retain(|version| !version.is_empty());
    versions.sort();
    versions.dedup();
    versions
}

/// The version with its last digit one lower, where that is possible.
fn lowered(version: &str) -> String {
    let at = version.rfind(|c: char| matches!(c, '1'..='9'));
    match at {
        Some(at) => {
            let digit = version[at..]
                .chars()
                .next()
                .and_then(|c| c.to_digit(10))
                .unwrap_or(1);
            format!("{}{}{}", &version[..at], digit - 1, &version[at + 1..])
        }
        None => version.to_owned(),
    }
}

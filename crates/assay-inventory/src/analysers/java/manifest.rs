//! `META-INF/MANIFEST.MF` and `pom.properties`: what a Java archive says of itself.
//!
//! Sources: the JAR file specification (lines of at most 72 bytes, the rest folded onto lines that begin with a
//! blank; the fold may part a character); `java.util.Properties` for the second.

use std::collections::BTreeMap;

use crate::lines::{field, text};

/// Attributes by name in lower case: the main section's, and of later sections what the main one lacks. Archives of
/// Ant's days state their version in a section for their package only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<String, String>);

impl Manifest {
    /// Reads a manifest, or as much of it as there is.
    pub(super) fn parse(content: &[u8]) -> Manifest {
        let mut attributes = BTreeMap::new();
        let mut keep = |line: &[u8]| {
            if let Some((name, value)) = field(line) {
                attributes
                    .entry(text(name).to_ascii_lowercase())
                    .or_insert_with(|| text(value));
            }
        };
        let mut logical: Vec<u8> = Vec::new();
        for line in content.split(|byte| matches!(byte, b'\n' | b'\r')) {
            match line {
                // Also the gap within `\r\n`.
                [] => {}
                [b' ', more @ ..] => logical.extend_from_slice(more),
                line => {
                    keep(&logical);
                    logical.clear();
                    logical.extend_from_slice(line);
                }
            }
        }
        keep(&logical);
        Manifest(attributes)
    }

    /// An attribute by its name in lower case, if it says something.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.trim();
        // Templates that nobody filled in.
        (!value.is_empty() && !value.contains("${") && !value.contains('@')).then_some(value)
    }

    /// The OSGi name of the archive, without the directives behind it.
    pub(super) fn bundle_name(&self) -> Option<&str> {
        let name = self.get("bundle-symbolicname")?.split(';').next()?.trim();
        (!name.is_empty()).then_some(name)
    }

    /// Licences as an OSGi bundle lists them, without the directives behind each.
    pub(super) fn licences(&self) -> Vec<String> {
        let list = self.get("bundle-license").unwrap_or_default();
        list.split(',')
            .map(|licence| {
                licence
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim_matches(|c: char| c == '"' || c.is_whitespace())
            })
            .filter(|licence| !licence.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Group, artifact and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
}

impl Coordinates {
    /// Reads a `pom.properties`; `None` unless all three are there.
    pub(super) fn parse(content: &[u8]) -> Option<Coordinates> {
        let [mut group, mut artifact, mut version] = [None, None, None];
        for line in content.split(|byte| matches!(byte, b'\n' | b'\r')) {
            let line = line.trim_ascii();
            let Some(at) = line.iter().position(|byte| matches!(byte, b'=' | b':')) else {
                continue;
            };
            let (key, value) = line.split_at(at);
            let slot = match key.trim_ascii() {
                b"groupId" => &mut group,
                b"artifactId" => &mut artifact,
                b"version" => &mut version,
                _ => continue,
            };
            let value = text(value.get(1..).unwrap_or_default().trim_ascii()).replace('\\', "");
            *slot = Some(value).filter(|value| is_word(value));
        }
        Some(Coordinates {
            group: group?,
            artifact: artifact?,
            version: version?,
        })
    }
}

/// Whether this can stand in coordinates: no template, no blanks, nothing that has a meaning in paths.
fn is_word(value: &str) -> bool {
    !value.is_empty()
        && !value
            .chars()
            .any(|c| c.is_whitespace() || matches!(c, '$' | '{' | '}' | '/' | ':' | '\u{fffd}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests() {
        let check = |content: &[u8], name, value| {
            assert_eq!(
                Manifest::parse(content).get(name),
                value,
                "{:?}",
                content.escape_ascii()
            );
        };
        let folded = b"Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.com\r\n mons.lang\r\n\r\n";
        check(folded, "bundle-symbolicname", Some("org.apache.commons.lang"));
        check(b"A: x\xc3\n \xa9\n", "a", Some("x\u{e9}"));
        check(
            b"IMPLEMENTATION-version: 1\rB: 2",
            "implementation-version",
            Some("1"),
        );
        check(b"A: 1\n\nName: x/\nA: 2\nB: 3\n", "a", Some("1"));
        check(b"A: 1\n\nName: x/\nA: 2\nB: 3\n", "b", Some("3"));
        check(b"A: ${project.version}\n", "a", None);
        check(b"A:\n", "a", None);
        check(b" A: 1\nno colon", "a", Some("1"));
        check(b"", "a", None);
        let bundle = Manifest::parse(
            b"Bundle-SymbolicName: a.b;singleton:=true\nBundle-License: \"MIT\";link=x, BSD\n",
        );
        assert_eq!(bundle.bundle_name(), Some("a.b"));
        assert_eq!(bundle.licences(), ["MIT", "BSD"]);
    }

    #[test]
    fn properties() {
        let check = |content: &str, expected: Option<&str>| {
            let found = Coordinates::parse(content.as_bytes());
            let found = found.map(|c| format!("{}:{}:{}", c.group, c.artifact, c.version));
            assert_eq!(found.as_deref(), expected, "{content}");
        };
        check(
            "#Created\n#Thu\nversion=1.0\ngroupId=g.h\nartifactId=a\n",
            Some("g.h:a:1.0"),
        );
        check("groupId : g\r\nartifactId: a\r\nversion = 2\r\n", Some("g:a:2"));
        check("groupId=g\nartifactId=a\n", None);
        check("groupId=g\nartifactId=a\nversion=${v}\n", None);
        check("groupId=g\nartifactId=a b\nversion=1\n", None);
        check("", None);
    }
}

//! Which package an archive is, from its file name, its manifest and Maven's own description.
//!
//! Maven's description (`pom.properties`) is the truth where it is. Without it, a name and version count when the
//! file name and the manifest agree on them, and a group only when two statements tie it to the artifact. A group is
//! never made up: `org.objectweb.asm` is published by `org.ow2.asm`.

use super::manifest::{Coordinates, Manifest};

/// What there is to tell an archive by.
#[derive(Clone, Debug, Default)]
pub(super) struct Clues {
    /// The file name without its extension.
    pub(super) stem: String,
    pub(super) manifest: Manifest,
    /// Every `pom.properties`, in order of the directory.
    pub(super) described: Vec<Coordinates>,
    /// Group and artifact of every directory of Maven's that has no `pom.properties`.
    pub(super) undescribed: Vec<(String, String)>,
}

/// What an archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// One of the packages described inside.
    Described(Coordinates),
    /// Told by file name and manifest.
    Stated(Coordinates),
    /// Name and version are certain, the group is not known.
    WithoutGroup { artifact: String, version: String },
    /// It cannot be told.
    Unknown,
}

/// Families of packages that are built without Maven and state no group anywhere, but whose names belong to one
/// group each: the beginning of the artifact's name, the group.
///
/// Source: the projects' own lists of modules.
const FAMILIES: [(&str, &str); 3] = [
    ("spring-boot", "org.springframework.boot"),
    ("spring-security", "org.springframework.security"),
    ("spring", "org.springframework"),
];

/// Modules of the Spring Framework; other projects' names begin with `spring-` as well.
const SPRING_FRAMEWORK: [&str; 24] = [
    "spring-aop",
    "spring-aspects",
    "spring-beans",
    "spring-context",
    "spring-context-indexer",
    "spring-context-support",
    "spring-core",
    "spring-core-test",
    "spring-expression",
    "spring-instrument",
    "spring-jcl",
    "spring-jdbc",
    "spring-jms",
    "spring-messaging",
    "spring-orm",
    "spring-oxm",
    "spring-r2dbc",
    "spring-test",
    "spring-tx",
    "spring-web",
    "spring-webflux",
    "spring-webmvc",
    "spring-webmvc-portlet",
    "spring-websocket",
];

impl Clues {
    /// Tells the archive's own package.
    pub(super) fn identity(&self) -> Identity {
        if let Some(main) = self.main() {
            return Identity::Described(main.clone());
        }
        let Some((artifact, version)) = self.name_and_version() else {
            return Identity::Unknown;
        };
        match self.group(&artifact) {
            Some(group) => Identity::Stated(Coordinates {
                group,
                artifact,
                version,
            }),
            None => Identity::WithoutGroup { artifact, version },
        }
    }

    /// The description that is of the archive itself: the one that names the file, or the only one.
    fn main(&self) -> Option<&Coordinates> {
        let exact = |c: &&Coordinates| self.stem == format!("{}-{}", c.artifact, c.version);
        let alike = |c: &&Coordinates| {
            let rest = self.stem.strip_prefix(c.artifact.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.']))
        };
        self.described
            .iter()
            .find(exact)
            .or_else(|| {
                let named = self.described.iter().filter(alike);
                named.max_by_key(|c| c.artifact.len())
            })
            .or(match self.described.as_slice() {
                [only] => Some(only),
                _ => None,
            })
    }

    /// Artifact and version where two sources agree.
    fn name_and_version(&self) -> Option<(String, String)> {
        for (at, _) in self.stem.match_indices('-') {
            let (artifact, rest) = (self.stem.get(..at)?, self.stem.get(at + 1..)?);
            if artifact.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            if let Some(version) = self.agreed(rest) {
                return Some((artifact.to_owned(), version.to_owned()));
            }
            if self.undescribed.iter().any(|(_, name)| name == artifact) && !rest.contains('-') {
                return Some((artifact.to_owned(), rest.to_owned()));
            }
        }
        let version = first_word(self.manifest.get("implementation-version")?)?;
        let is_named = self.manifest.get("implementation-title") == Some(&self.stem)
            || self.undescribed.iter().any(|(_, name)| *name == self.stem);
        (is_named && version.starts_with(|c: char| c.is_ascii_digit()))
            .then(|| (self.stem.clone(), version.to_owned()))
    }

    /// The version at the beginning of `rest`, which may go on with a classifier, if the manifest has it too.
    fn agreed<'s>(&'s self, rest: &'s str) -> Option<&'s str> {
        let stated = ["implementation-version", "specification-version"]
            .iter()
            .filter_map(|name| first_word(self.manifest.get(name)?));
        for version in stated {
            let after = rest.strip_prefix(version);
            if after.is_some_and(|after| after.is_empty() || after.starts_with('-')) {
                // A specification's version may be short of what `rest` has: `2.0` of `2.0-rc1`.
                let is_longer_known = self
                    .manifest
                    .get("bundle-version")
                    .is_some_and(|bundle| same_in_osgi(rest, bundle));
                return Some(if is_longer_known { rest } else { version });
            }
        }
        let bundle = self.manifest.get("bundle-version")?;
        same_in_osgi(rest, bundle).then_some(rest)
    }

    /// The group of an artifact where it is stated.
    fn group(&self, artifact: &str) -> Option<String> {
        let mut directories = self.undescribed.iter().filter(|(_, name)| name == artifact);
        if let Some((group, _)) = directories.next() {
            return Some(group.clone());
        }
        let names = [
            self.manifest.bundle_name(),
            self.manifest.get("automatic-module-name"),
        ];
        for name in names.into_iter().flatten() {
            let before = name
                .strip_suffix(artifact)
                .and_then(|before| before.strip_suffix('.'));
            match (before, self.manifest.get("implementation-vendor-id")) {
                // Two statements of the group.
                (Some(before), Some(vendor)) if before == vendor => return Some(vendor.to_owned()),
                (Some(_), Some(vendor)) if name == vendor => return Some(vendor.to_owned()),
                (None, Some(vendor)) if name == vendor && name == artifact => return Some(vendor.to_owned()),
                // The build tool's rule is group, dot, artifact. It drops an artifact that the group ends with, so
                // one word tells nothing; a word with a hyphen cannot be part of a group.
                (Some(before), _) if artifact.contains('-') && before.contains('.') => {
                    return Some(before.to_owned());
                }
                _ => {}
            }
        }
        self.family(artifact)
    }

    fn family(&self, artifact: &str) -> Option<String> {
        let module = self
            .manifest
            .get("automatic-module-name")
            .or(self.manifest.get("implementation-title"))?;
        // The module's name is the artifact's, with dots.
        if module != artifact && module != artifact.replace('-', ".") {
            return None;
        }
        let (family, group) = FAMILIES.iter().find(|(family, _)| {
            artifact
                .strip_prefix(family)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })?;
        (*family != "spring" || SPRING_FRAMEWORK.contains(&artifact)).then(|| (*group).to_owned())
    }
}

/// `2.0.8 2003-12-28` is `2.0.8` and a date.
fn first_word(text: &str) -> Option<&str> {
    text.split_ascii_whitespace().next()
}

/// Whether a Maven version became this OSGi version: numbers filled up to three, qualifiers after a dot.
fn same_in_osgi(maven: &str, bundle: &str) -> bool {
    fn parts(version: &str) -> Vec<&str> {
        let mut parts: Vec<&str> = version.split(['.', '-']).collect();
        while parts.last() == Some(&"0") {
            parts.pop();
        }
        parts
    }
    /// Numbers, without zeros at their end, and the rest.
    fn halves(version: &str) -> (Vec<&str>, Vec<&str>) {
        let parts = parts(version);
        let numbers = parts
            .iter()
            .take_while(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
            .count();
        let (numbers, rest) = parts.split_at(numbers);
        let mut numbers = numbers.to_vec();
        while numbers.last() == Some(&"0") {
            numbers.pop();
        }
        (numbers, rest.to_vec())
    }
    !maven.is_empty() && halves(maven) == halves(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coordinates(text: &str) -> Coordinates {
        let mut parts = text.split(':').map(str::to_owned);
        let mut next = || parts.next().unwrap();
        Coordinates {
            group: next(),
            artifact: next(),
            version: next(),
        }
    }

    #[track_caller]
    fn check(stem: &str, manifest: &str, described: &[&str], expected: &str) {
        let clues = Clues {
            stem: stem.to_owned(),
            manifest: Manifest::parse(manifest.as_bytes()),
            described: described.iter().map(|text| coordinates(text)).collect(),
            undescribed: vec![("u.group".to_owned(), "undescribed".to_owned())],
        };
        let found = match clues.identity() {
            Identity::Described(c) => format!("described {}:{}:{}", c.group, c.artifact, c.version),
            Identity::Stated(c) => format!("stated {}:{}:{}", c.group, c.artifact, c.version),
            Identity::WithoutGroup { artifact, version } => format!("{artifact}:{version}"),
            Identity::Unknown => "unknown".to_owned(),
        };
        assert_eq!(found, expected, "{stem} {manifest:?}");
    }

    #[test]
    fn described() {
        check("a-1", "", &["g:a:1"], "described g:a:1");
        check("renamed", "", &["g:a:1"], "described g:a:1");
        check("a-1", "", &["g:b:1", "g:a:2", "g:a:1"], "described g:a:1");
        check("a-b-1", "", &["g:a:1", "g:a-b:2"], "described g:a-b:2");
        check("a", "", &["g:b:1", "g:a:1"], "described g:a:1");
        check("app", "", &["g:b:1", "g:a:1"], "unknown");
    }

    #[test]
    fn stated() {
        check(
            "jackson-core-2.9.8",
            "Bundle-SymbolicName: com.fasterxml.jackson.core.jackson-core\nBundle-Version: 2.9.8",
            &[],
            "stated com.fasterxml.jackson.core:jackson-core:2.9.8",
        );
        check(
            "guava-1.0",
            "Bundle-SymbolicName: com.google.guava\nBundle-Version: 1.0.0\nImplementation-Vendor-Id: com.google.guava",
            &[],
            "stated com.google.guava:guava:1.0",
        );
        check(
            "spring-core-5.3.18",
            "Implementation-Title: spring-core\nAutomatic-Module-Name: spring.core\nImplementation-Version: 5.3.18",
            &[],
            "stated org.springframework:spring-core:5.3.18",
        );
        check(
            "spring-boot-actuator-2.6.0",
            "Implementation-Title: Spring Boot Actuator\nAutomatic-Module-Name: spring.boot.actuator\nImplementation-Version: 2.6.0",
            &[],
            "stated org.springframework.boot:spring-boot-actuator:2.6.0",
        );
        check(
            "junit-4.13.2",
            "Automatic-Module-Name: junit\nImplementation-Version: 4.13.2\nImplementation-Vendor-Id: junit",
            &[],
            "stated junit:junit:4.13.2",
        );
        check("undescribed-1.2", "", &[], "stated u.group:undescribed:1.2");
    }

    #[test]
    fn without_group() {
        let asm = "Bundle-SymbolicName: org.objectweb.asm\nImplementation-Version: 9.1";
        check("asm-9.1", asm, &[], "asm:9.1");
        check(
            "log4j-1.2-api-2.1",
            "Implementation-Version: 2.1",
            &[],
            "log4j-1.2-api:2.1",
        );
        check(
            "oro-2.0.8",
            "Implementation-Version: 2.0.8 2003-12-28",
            &[],
            "oro:2.0.8",
        );
        check(
            "epoll-4.1.68.Final-linux-x86_64",
            "Bundle-Version: 4.1.68.Final\nImplementation-Version: 4.1.68.Final",
            &[],
            "epoll:4.1.68.Final",
        );
        check(
            "tool",
            "Implementation-Title: tool\nImplementation-Version: 3",
            &[],
            "tool:3",
        );
        check(
            "spring-foreign-1",
            "Automatic-Module-Name: spring.foreign\nImplementation-Version: 1",
            &[],
            "spring-foreign:1",
        );
    }

    #[test]
    fn unknown() {
        check("tool-1.0", "", &[], "unknown");
        check("tool-1.0", "Implementation-Version: 2.0", &[], "unknown");
        check("tool", "Implementation-Version: 2.0", &[], "unknown");
        check("-1", "Implementation-Version: 1", &[], "unknown");
        check("", "", &[], "unknown");
    }

    #[test]
    fn versions_in_osgi() {
        for (maven, bundle) in [
            ("1", "1.0.0"),
            ("1.2", "1.2.0"),
            ("1.2-rc1", "1.2.0.rc1"),
            ("3.0.0", "3.0.0"),
        ] {
            assert!(same_in_osgi(maven, bundle), "{maven} {bundle}");
        }
        for (maven, bundle) in [("1", "2.0.0"), ("1.2", "1.2.1"), ("1-a", "1.0.0.b"), ("", "0")] {
            assert!(!same_in_osgi(maven, bundle), "{maven} {bundle}");
        }
    }
}

//! Installed npm packages: each directory directly under a `node_modules`, scope directories looked through.
//!
//! Sources: npm's documentation of `package.json` and of `node_modules` folders. The traps: a `package.json` deeper
//! inside a package is a fixture or only says how to load modules, and need have neither name nor version; the
//! directory may bear another name than the package (an alias), so the document's own counts; members may have any
//! JSON type whatever they should have, and may occur twice; `license` has three historical forms.

use std::{borrow::Cow, fmt};

use assay_artifacts::{Content, Entry, Interest};
use assay_model::{DiagnosticCode, Purl};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{Analyser, Description, Facts, FilePath, FoundPackage, Kind};

/// The analyser of installed npm packages.
pub(crate) struct Npm;

/// Bytes of a package.json that are read.
const LARGEST: u64 = 16 << 20;
/// Licences of one package that are kept.
const MOST_LICENCES: usize = 16;

impl Analyser for Npm {
    fn describe(&self) -> Description {
        Description {
            name: "npm",
            ecosystem: "npm packages",
            reads: &[
                "**/node_modules/*/package.json",
                "**/node_modules/*/*/package.json",
            ],
            kind: Kind::Installed,
            types: &["npm"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        if path.name == "package.json" && is_package_root(path.directory) {
            Interest::Yes
        } else {
            Interest::No
        }
    }

    fn analyse(&self, _entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        match content.bytes(LARGEST) {
            Ok(bytes) => manifest(bytes, facts),
            Err(error) => facts.failed(&error),
        }
    }
}

/// Whether a directory is `…/node_modules/<name>` or `…/node_modules/@<scope>/<name>`.
fn is_package_root(directory: &str) -> bool {
    let directory = FilePath::new(directory);
    // npm and its kin keep their own files under names with a dot.
    if directory.name.is_empty() || directory.name.starts_with('.') {
        return false;
    }
    let holder = FilePath::new(directory.directory);
    match holder.name {
        "node_modules" => !directory.name.starts_with('@'),
        name => name.starts_with('@') && holder.parent() == "node_modules",
    }
}

fn manifest(bytes: &[u8], facts: &mut Facts) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let manifest = match Manifest::deserialize(&mut serde_json::Deserializer::from_slice(bytes)) {
        Ok(manifest) => manifest,
        Err(error) => {
            facts.diagnostic(
                DiagnosticCode::Malformed,
                format!("not the JSON of a package ({error})"),
            );
            return;
        }
    };
    let name = manifest.name.as_deref().unwrap_or_default().trim();
    let version = manifest.version.as_deref().unwrap_or_default().trim();
    // npm itself takes these off (semver's "clean").
    let version = version.trim_start_matches(['=', 'v', ' ']);
    match (name.is_empty(), version.is_empty()) {
        // A directory that only says how its modules are loaded.
        (true, _) => {}
        (false, true) => {
            facts.diagnostic(
                DiagnosticCode::Unidentified,
                format!("the npm package {name} has no version"),
            );
        }
        (false, false) => {
            let (scope, name) = match name.split_once('/') {
                Some((scope, name)) if scope.starts_with('@') => (scope, name),
                _ => ("", name),
            };
            let purl = Purl::new("npm", name, version).with_namespace(scope);
            facts.package(FoundPackage::language(purl).with_licences(manifest.licences));
        }
    }
}

/// The members that matter; borrowed, the rest passed over. Of members that occur twice the later counts, as in
/// JavaScript.
#[derive(Debug, Default)]
struct Manifest<'a> {
    name: Option<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
    licences: Vec<String>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Manifest<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Manifest<'a>, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Manifest<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Manifest<'de>, A::Error> {
                let mut manifest = Manifest::default();
                while let Some(key) = map.next_key::<Value<'de>>()? {
                    match key.text().as_deref() {
                        Some("name") => manifest.name = map.next_value::<Value<'de>>()?.text(),
                        Some("version") => manifest.version = map.next_value::<Value<'de>>()?.text(),
                        Some("license" | "licenses") => {
                            manifest.licences = map.next_value::<Value<'de>>()?.licences();
                        }
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(manifest)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// What a member may hold, as far as it says anything here. Nesting is held to a depth by the parser.
enum Value<'a> {
    /// A text: a name, a version, a licence.
    Text(Cow<'a, str>),
    /// An object with a `type`, or a `name`, that is a text: a licence as npm wrote it until 2014.
    Typed(Cow<'a, str>),
    /// A list of licences of either form.
    List(Vec<String>),
    /// Anything else.
    Other,
}

impl<'a> Value<'a> {
    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn licences(self) -> Vec<String> {
        match self {
            Value::Text(licence) | Value::Typed(licence) if !licence.trim().is_empty() => {
                vec![licence.trim().to_owned()]
            }
            Value::List(licences) => licences,
            _ => Vec::new(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value<'a>, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let mut licences = Vec::new();
        while licences.len() < MOST_LICENCES {
            let Some(value) = seq.next_element::<Value<'de>>()? else {
                return Ok(Value::List(licences));
            };
            licences.extend(value.licences());
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(licences))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let (mut kind, mut name) = (None, None);
        while let Some(key) = map.next_key::<Value<'de>>()? {
            match key.text().as_deref() {
                Some("type") => kind = map.next_value::<Value<'de>>()?.text(),
                Some("name") => name = map.next_value::<Value<'de>>()?.text(),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(kind.or(name).map_or(Value::Other, Value::Typed))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Fact;

    fn run(content: &[u8]) -> Vec<String> {
        let mut facts = Facts::new("npm");
        manifest(content, &mut facts);
        let describe = |fact: Fact| match fact {
            Fact::Package { found, .. } => format!("{} under {}", found.purl, found.licences.join(", ")),
            Fact::Diagnostic { code, .. } => code.to_string(),
            other => format!("{other:?}"),
        };
        facts.list.into_iter().map(describe).collect()
    }

    #[track_caller]
    fn check(content: &str, expected: &[&str]) {
        assert_eq!(run(content.as_bytes()), expected, "{content}");
    }

    #[test]
    fn manifests() {
        check(
            r#"{"name": "a", "version": "1.0.0", "license": "MIT"}"#,
            &["pkg:npm/a@1.0.0 under MIT"],
        );
        check(
            r#"{"name": "@s/a", "version": "v1.0.0", "license": {"type": "ISC"}}"#,
            &["pkg:npm/%40s/a@1.0.0 under ISC"],
        );
        check(
            r#"{"name": "a", "version": "1", "licenses": [{"type": "MIT"}, "GPL"]}"#,
            &["pkg:npm/a@1 under MIT, GPL"],
        );
        check(
            r#"{"name": "a", "name": "b", "version": "1", "license": null}"#,
            &["pkg:npm/b@1 under "],
        );
        check(
            r#"{"n\u0061me": "\u0061", "version": "1", "license": 3}"#,
            &["pkg:npm/a@1 under "],
        );
        check(
            "\u{feff}{\"name\": \"a\", \"version\": \"1\"} trailing",
            &["pkg:npm/a@1 under "],
        );
        check(r#"{"type": "module"}"#, &[]);
        check(r#"{"name": 3, "version": ["1"]}"#, &[]);
        check(r#"{"name": "a"}"#, &["unidentified"]);
        check(r#"{"name": "a", "version": {"x": [1, {}]}}"#, &["unidentified"]);
        check(r#"{"name": "a", "#, &["malformed"]);
        check("[]", &["malformed"]);
        check("", &["malformed"]);
        let deep = format!(
            "{{\"x\": {}{}, \"license\": {}",
            "[".repeat(100_000),
            "]".repeat(100_000),
            "[".repeat(100_000)
        );
        check(&deep, &["malformed"]);
    }

    #[test]
    fn paths() {
        for (path, interest) in [
            ("node_modules/a/package.json", Interest::Yes),
            ("app/node_modules/@s/a/package.json", Interest::Yes),
            (
                "app/node_modules/.pnpm/a@1/node_modules/a/package.json",
                Interest::Yes,
            ),
            ("usr/lib/node_modules/npm/package.json", Interest::Yes),
            ("app/node_modules/package.json", Interest::No),
            ("app/node_modules/@s/package.json", Interest::No),
            ("app/node_modules/.cache/package.json", Interest::No),
            ("app/node_modules/a/dist/package.json", Interest::No),
            ("app/@s/a/package.json", Interest::No),
            ("package.json", Interest::No),
        ] {
            assert_eq!(Npm.interest(FilePath::new(path)), interest, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = run(&bytes);
        }

        #[test]
        fn any_members(name in "\\PC{0,20}", version in "\\PC{0,20}") {
            let _ = run(serde_json::json!({ "name": name, "version": version }).to_string().as_bytes());
        }
    }
}

//! OVAL definitions of RPM distributions: Azure Linux and Photon OS.
//!
//! A definition names tests by reference; a test names an object (the package) and a state (the version that it is
//! earlier than). Traps: vendors write the namespace of the tests as a prefix or as a default, so elements are told by
//! their local names; beside version tests there are tests of the release and of the signing key, which say nothing
//! about a version; an unfixed flaw is written as "less than or equal to" the newest package.
//!
//! Source: the OVAL language 5.11, linux-definitions schema, rpminfo tests.

use std::collections::HashMap;

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus};
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use super::{ReadError, is_identifier, timestamp};
use crate::record::{Sink, Summary};

/// Most elements that may enclose one another.
const DEEPEST: usize = 64;

/// Whose definitions a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OvalSource {
    /// The short name of the vendor, such as `azurelinux`.
    pub source: &'static str,
    /// The ecosystem that its definitions speak of, such as `Azure Linux:3`.
    pub ecosystem: &'static str,
}

#[derive(Default)]
struct Definition {
    id: String,
    title: String,
    description: String,
    severity: Option<Severity>,
    date: String,
    flaws: Vec<String>,
    links: Vec<String>,
    tests: Vec<String>,
}

/// What a state says of the version.
struct Bound {
    version: String,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Before,
    Through,
}

#[derive(Default)]
struct Document {
    definitions: Vec<Definition>,
    /// Test → object and state.
    tests: HashMap<String, (String, String)>,
    /// Object → package name.
    objects: HashMap<String, String>,
    states: HashMap<String, Bound>,
    date: Option<jiff::Timestamp>,
}

/// Reads a file.
///
/// # Errors
///
/// When the bytes are no OVAL definitions, or the sink refuses.
pub(crate) fn read(xml: &[u8], whose: OvalSource, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let document = parse(xml)?;
    let mut summary = Summary::default();
    summary.saw(document.date);
    let ecosystem = Ecosystem::new(whose.ecosystem);
    for definition in &document.definitions {
        let affected = document.affected(definition, &ecosystem);
        if affected.is_empty() {
            summary.warn(format!("{}: no test of a version", definition.id));
            continue;
        }
        let advisory = definition.advisory(whose.source, affected);
        summary.records += 1;
        sink.advisory(advisory)?;
    }
    if summary.records == 0 {
        return Err(ReadError::Malformed(
            "it holds no definitions with tests of versions".to_owned(),
        ));
    }
    Ok(summary)
}

impl Document {
    fn affected(&self, definition: &Definition, ecosystem: &Ecosystem) -> Vec<Affected> {
        let bounds = definition.tests.iter().filter_map(|test| {
            let (object, state) = self.tests.get(test)?;
            Some((self.objects.get(object)?, self.states.get(state)?))
        });
        bounds
            .map(|(name, Bound { version, end })| {
                let bound = match end {
                    End::Before => RangeEvent::Fixed(version.clone()),
                    End::Through => RangeEvent::LastAffected(version.clone()),
                };
                Affected {
                    package: PackageKey::new(ecosystem.clone(), name),
                    status: VendorStatus::Affected,
                    ranges: vec![vec![RangeEvent::Introduced("0".to_owned()), bound]],
                    versions: Vec::new(),
                    severity: definition.severity,
                    module: None,
                }
            })
            .collect()
    }
}

impl Definition {
    fn advisory(&self, source: &str, affected: Vec<Affected>) -> Advisory {
        // A definition about one flaw is the vendor's record of it; one about several is a bulletin.
        let id = match self.flaws.as_slice() {
            [only] => only.clone(),
            _ => self
                .title
                .split_whitespace()
                .next()
                .filter(|id| is_identifier(id))
                .unwrap_or(&self.id)
                .to_owned(),
        };
        let mut advisory = Advisory::new(source, id);
        if self.flaws.len() > 1 {
            advisory.fixes.clone_from(&self.flaws);
            advisory.title.clone_from(&self.title);
            advisory.details.clone_from(&self.description);
        }
        advisory.severity = self.severity;
        advisory.modified = timestamp(&self.date);
        let link = |url: &String| Reference {
            kind: "ADVISORY".to_owned(),
            url: url.clone(),
        };
        advisory.references = self.links.iter().map(link).collect();
        advisory.affected = affected;
        advisory
    }
}

fn parse(xml: &[u8]) -> Result<Document, ReadError> {
    let text = std::str::from_utf8(xml).map_err(|error| ReadError::Malformed(error.to_string()))?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().trim_text(true);
    let mut walk = Walk::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => walk.open(&element, Closing::Later)?,
            Ok(Event::Empty(element)) => walk.open(&element, Closing::Now)?,
            Ok(Event::End(_)) => walk.close(),
            Ok(Event::Text(text)) => walk.text(&text.xml10_content()),
            // The five that XML defines; others would need a DTD, which is never read.
            Ok(Event::GeneralRef(name)) => walk.text(resolve_predefined_entity(&name).unwrap_or_default()),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => return Err(malformed(&reader, &error)),
        }
    }
    if !walk.path.is_empty() {
        return Err(ReadError::Malformed("it breaks off inside an element".to_owned()));
    }
    Ok(walk.document)
}

fn malformed(reader: &Reader<&[u8]>, error: &dyn std::fmt::Display) -> ReadError {
    ReadError::Malformed(format!("{error} at byte {}", reader.buffer_position()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    Now,
    Later,
}

/// Where the reading is, and what it gathered.
#[derive(Default)]
struct Walk {
    document: Document,
    path: Vec<String>,
    /// The test, object or state that is open.
    current: String,
    operation: String,
    content: String,
}

impl Walk {
    fn open(&mut self, element: &BytesStart<'_>, closing: Closing) -> Result<(), ReadError> {
        if self.path.len() >= DEEPEST {
            return Err(ReadError::Malformed(
                "its elements are nested too deep".to_owned(),
            ));
        }
        let name = element.local_name().as_ref().to_owned();
        let attribute = |wanted: &str| -> String {
            let attribute = element.try_get_attribute(wanted).ok().flatten();
            attribute
                .and_then(|found| found.normalized_value(XmlVersion::Implicit1_0).ok())
                .map(|value| value.into_owned())
                .unwrap_or_default()
        };
        self.content.clear();
        let definition = self.document.definitions.last_mut();
        match name.as_str() {
            "definition" => {
                let id = attribute("id");
                self.document.definitions.push(Definition {
                    id,
                    ..Definition::default()
                });
            }
            "reference" => {
                if let Some(definition) = definition {
                    let url = attribute("ref_url");
                    if !url.is_empty() {
                        definition.links.push(url);
                    }
                    // `CVE-2019-16168`, or `CVE:00001:CVE-2019-16168`
                    let id = attribute("ref_id");
                    definition.name_flaw(id.rsplit(':').next().unwrap_or_default());
                }
            }
            "criterion" => {
                if let Some(definition) = definition {
                    definition.tests.push(attribute("test_ref"));
                }
            }
            "issued" => {
                if let Some(definition) = definition {
                    definition.date = format!("{}T00:00:00Z", attribute("date"));
                }
            }
            "rpminfo_test" | "rpminfo_object" | "rpminfo_state" => self.current = attribute("id"),
            "object" => {
                self.document.tests.entry(self.current.clone()).or_default().0 = attribute("object_ref");
            }
            "state" => {
                self.document.tests.entry(self.current.clone()).or_default().1 = attribute("state_ref");
            }
            "evr" => self.operation = attribute("operation"),
            _ => {}
        }
        self.path.push(name);
        if closing == Closing::Now {
            self.close();
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.content.push_str(text);
    }

    fn close(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let content = std::mem::take(&mut self.content);
        let content = content.trim();
        if content.is_empty() {
            return;
        }
        let inside = |element: &str| self.path.last().is_some_and(|parent| parent == element);
        if name == "timestamp" {
            self.document.date = timestamp(content);
        } else if name == "name" && inside("rpminfo_object") {
            self.document
                .objects
                .insert(self.current.clone(), content.to_owned());
        } else if name == "evr" && inside("rpminfo_state") {
            let end = match self.operation.as_str() {
                "less than" => End::Before,
                "less than or equal" => End::Through,
                _ => return,
            };
            // An epoch of zero is always written here and never by the package managers.
            let version = content.strip_prefix("0:").unwrap_or(content).to_owned();
            self.document
                .states
                .insert(self.current.clone(), Bound { version, end });
        } else if let Some(definition) = self.document.definitions.last_mut() {
            match name.as_str() {
                "title" => definition.title = content.to_owned(),
                "description" => definition.description = content.to_owned(),
                "severity" => definition.severity = Severity::from_word(content),
                "advisory_date" => definition.date = content.to_owned(),
                "cve" => definition.name_flaw(content),
                _ => {}
            }
        }
    }
}

impl Definition {
    fn name_flaw(&mut self, id: &str) {
        if id.starts_with("CVE-") && is_identifier(id) && !self.flaws.iter().any(|known| known == id) {
            self.flaws.push(id.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    const AZURE: OvalSource = OvalSource {
        source: "azurelinux",
        ecosystem: "Azure Linux:3",
    };

    const PREFIXED: &str = r#"<oval_definitions xmlns="d" xmlns:oval="c" xmlns:l="x">
      <generator><oval:timestamp>2024-10-10T12:04:24.575063301Z</oval:timestamp></generator>
      <definitions><definition class="vulnerability" id="oval:def:1"><metadata><title>CVE-2024-1 in tool</title>
        <reference ref_id="CVE-2024-1" ref_url="https://example.org/1?a=b&amp;c" source="CVE"/>
        <advisory_date>2024-07-23T22:05:39Z</advisory_date><severity>Important</severity></metadata>
        <criteria><criterion test_ref="t1"/><criterion test_ref="signed"/></criteria></definition></definitions>
      <tests><l:rpminfo_test id="t1"><l:object object_ref="o1"/><l:state state_ref="s1"/></l:rpminfo_test>
        <l:rpminfo_test id="signed"><l:object object_ref="o1"/><l:state state_ref="key"/></l:rpminfo_test></tests>
      <objects><l:rpminfo_object id="o1"><l:name>tool</l:name></l:rpminfo_object></objects>
      <states><l:rpminfo_state id="s1"><l:evr datatype="evr_string" operation="less than">0:2.6.7-3.azl3</l:evr></l:rpminfo_state>
        <l:rpminfo_state id="key"><l:signature_keyid>ab</l:signature_keyid></l:rpminfo_state></states></oval_definitions>"#;

    #[test]
    fn a_flaw_with_its_fix() {
        let mut collected = Collected::default();
        let summary = read(PREFIXED.as_bytes(), AZURE, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 0));
        assert_eq!(summary.date.as_deref(), Some("2024-10-10T12:04:24.575063301Z"));
        let advisory = &collected.advisories[0];
        assert_eq!(
            (advisory.id.as_str(), advisory.severity),
            ("CVE-2024-1", Some(Severity::High))
        );
        assert_eq!(advisory.references[0].url, "https://example.org/1?a=b&c");
        assert_eq!(
            advisory.affected.len(),
            1,
            "a test of the key is no test of a version"
        );
        assert_eq!(advisory.affected[0].package.to_string(), "Azure Linux:3 tool");
        assert_eq!(
            advisory.affected[0].ranges[0][1],
            RangeEvent::Fixed("2.6.7-3.azl3".into())
        );
    }

    #[test]
    fn unfixed_and_several_flaws() {
        let several = PREFIXED
            .replace("less than", "less than or equal")
            .replace("l:rpminfo", "rpminfo")
            .replace("<title>CVE-2024-1 in tool", "<title>PHSA-2020:00001 tool")
            .replace("<advisory_date>", "<cve>CVE-2024-2</cve><advisory_date>");
        let mut collected = Collected::default();
        read(several.as_bytes(), AZURE, &mut collected).unwrap();
        let advisory = &collected.advisories[0];
        assert_eq!(advisory.id, "PHSA-2020:00001");
        assert_eq!(advisory.fixes, ["CVE-2024-1", "CVE-2024-2"]);
        assert_eq!(
            advisory.affected[0].ranges[0][1],
            RangeEvent::LastAffected("2.6.7-3.azl3".into())
        );
    }

    #[test]
    fn what_is_none() {
        let deep = "<a>".repeat(1000);
        for xml in [
            "",
            "<html></html>",
            "<oval_definitions>",
            "<a></b>",
            &deep,
            &PREFIXED[..PREFIXED.len() / 2],
        ] {
            assert!(
                read(xml.as_bytes(), AZURE, &mut Collected::default()).is_err(),
                "{xml:.40}"
            );
        }
    }
}

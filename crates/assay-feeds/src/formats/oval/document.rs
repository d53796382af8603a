//! What an OVAL file says, vendor by vendor alike: definitions with their criteria, and the tests, objects and states
//! that the criteria lead to.

use std::collections::HashMap;

use assay_model::{Advisory, CvssVector, Reference, Severity};

use crate::formats::{
    ReadError, is_identifier, timestamp,
    xml::{Element, Visitor, ends_with, walk},
};

#[derive(Debug, Default)]
pub(super) struct Definition {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) severity: Option<Severity>,
    pub(super) date: String,
    pub(super) flaws: Vec<String>,
    pub(super) cvss: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) criteria: Criteria,
}

/// A tree of conditions.
#[derive(Debug, Default)]
pub(super) struct Criteria {
    pub(super) operator: Operator,
    pub(super) criteria: Vec<Criteria>,
    pub(super) criterions: Vec<Criterion>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Operator {
    #[default]
    And,
    Or,
}

/// One condition: a test, and what it means in words.
#[derive(Clone, Debug, Default)]
pub(super) struct Criterion {
    pub(super) test: String,
    pub(super) comment: String,
}

/// What a state says of the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) version: String,
    pub(super) end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Before,
    Through,
    /// Newer than the version, which vendors write for "any at all".
    After,
}

#[derive(Default)]
pub(super) struct Document {
    pub(super) definitions: Vec<Definition>,
    /// Test → object and state.
    tests: HashMap<String, (String, String)>,
    /// Object → package name.
    objects: HashMap<String, String>,
    states: HashMap<String, Bound>,
    pub(super) date: Option<jiff::Timestamp>,
}

impl Document {
    pub(super) fn parse(xml: &[u8]) -> Result<Document, ReadError> {
        let mut reading = Reading::default();
        walk(xml, &mut reading)?;
        Ok(reading.document)
    }

    /// The package and the bound of its version that a test is about; `None` for a test of another kind.
    pub(super) fn bound(&self, test: &str) -> Option<(&str, &Bound)> {
        let (object, state) = self.tests.get(test)?;
        Some((self.objects.get(object)?, self.states.get(state)?))
    }
}

impl Criteria {
    /// Every condition, whatever the operators say.
    pub(super) fn all(&self) -> Vec<&Criterion> {
        let mut all = Vec::new();
        let mut open = vec![self];
        while let Some(criteria) = open.pop() {
            all.extend(&criteria.criterions);
            open.extend(criteria.criteria.iter().rev());
        }
        all
    }
}

impl Definition {
    /// The record of the definition: the vendor's word on the flaw when it is about one, else a bulletin.
    pub(super) fn advisory(&self, source: &str, id: String) -> Advisory {
        let is_flaw = self.flaws.first() == Some(&id);
        let mut advisory = Advisory::new(source, id);
        if !is_flaw {
            advisory.fixes.clone_from(&self.flaws);
            advisory.title.clone_from(&self.title);
            advisory.details.clone_from(&self.description);
        }
        advisory.severity = self.severity;
        advisory.modified = timestamp(&self.date);
        if self.flaws.len() == 1 {
            let vectors = self.cvss.iter().map(|vector| CvssVector {
                source: source.to_owned(),
                vector: vector.clone(),
            });
            advisory.cvss = vectors.collect();
        }
        let link = |url: &String| Reference {
            kind: "ADVISORY".to_owned(),
            url: url.clone(),
        };
        advisory.references = self.links.iter().map(link).collect();
        advisory
    }

    fn name_flaw(&mut self, id: &str) {
        if id.starts_with("CVE-") && is_identifier(id) && !self.flaws.iter().any(|known| known == id) {
            self.flaws.push(id.to_owned());
        }
    }
}

/// Where the reading is, and what it gathered.
#[derive(Default)]
struct Reading {
    document: Document,
    /// The criteria that are open, outermost first.
    open: Vec<Criteria>,
    /// The test, object or state that is open.
    current: String,
    operation: String,
}

impl Visitor for Reading {
    fn open(&mut self, name: &str, _: &[String], element: &Element<'_>) {
        let attribute = |name| element.attribute(name);
        match name {
            "definition" => {
                self.open.clear();
                self.document.definitions.push(Definition {
                    id: attribute("id"),
                    ..Definition::default()
                });
            }
            "criteria" => {
                let operator = match attribute("operator").as_str() {
                    "OR" => Operator::Or,
                    _ => Operator::And,
                };
                self.open.push(Criteria {
                    operator,
                    ..Criteria::default()
                });
            }
            "criterion" => {
                let criterion = Criterion {
                    test: attribute("test_ref"),
                    comment: attribute("comment"),
                };
                if let Some(criteria) = self.open.last_mut() {
                    criteria.criterions.push(criterion);
                } else if let Some(definition) = self.document.definitions.last_mut() {
                    definition.criteria.criterions.push(criterion);
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
            _ => {
                if let Some(definition) = self.document.definitions.last_mut() {
                    definition.open(name, element);
                }
            }
        }
    }

    fn close(&mut self, name: &str, path: &[String], text: &str) {
        match name {
            "criteria" => {
                if let Some(closed) = self.open.pop() {
                    let definition = self.document.definitions.last_mut();
                    match (self.open.last_mut(), definition) {
                        (Some(outer), _) => outer.criteria.push(closed),
                        (None, Some(definition)) => definition.criteria = closed,
                        (None, None) => {}
                    }
                }
            }
            "timestamp" if self.document.date.is_none() => self.document.date = timestamp(text),
            "name" if ends_with(path, &["rpminfo_object"]) && !text.is_empty() => {
                self.document
                    .objects
                    .insert(self.current.clone(), text.to_owned());
            }
            "evr" if ends_with(path, &["rpminfo_state"]) && !text.is_empty() => self.bound(text),
            _ => {
                if let Some(definition) = self.document.definitions.last_mut() {
                    definition.close(name, text);
                }
            }
        }
    }
}

impl Reading {
    fn bound(&mut self, text: &str) {
        let end = match self.operation.as_str() {
            "less than" => End::Before,
            "less than or equal" => End::Through,
            "greater than" | "greater than or equal" => End::After,
            _ => return,
        };
        // An epoch of zero is always written here and never by the package managers.
        let version = text.strip_prefix("0:").unwrap_or(text).to_owned();
        let bound = Bound { version, end };
        self.document.states.insert(self.current.clone(), bound);
    }
}

impl Definition {
    fn open(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "reference" => {
                let url = element.attribute("ref_url");
                if !url.is_empty() {
                    self.links.push(url);
                }
                // `CVE-2019-16168`, `CVE:00001:CVE-2019-16168` or `Mitre CVE-2019-16168`
                let id = element.attribute("ref_id");
                self.name_flaw(id.rsplit([':', ' ']).next().unwrap_or_default());
            }
            "issued" => self.date = format!("{}T00:00:00Z", element.attribute("date")),
            // `8.1/CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H`
            "cve" => {
                let scored = element.attribute("cvss3");
                if let Some((_, vector)) = scored.split_once('/')
                    && vector.starts_with("CVSS:")
                {
                    self.cvss.push(vector.to_owned());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, text: &str) {
        match name {
            _ if text.is_empty() => {}
            "title" => self.title = text.to_owned(),
            "description" => self.description = text.to_owned(),
            "severity" => self.severity = Severity::from_word(text),
            "advisory_date" => self.date = text.to_owned(),
            "cve" => self.name_flaw(text),
            _ => {}
        }
    }
}

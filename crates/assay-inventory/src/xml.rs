//! XML to a tree of elements, as far as it goes.
//!
//! Document type declarations are passed over unread, so there are no entities but the five of XML itself and numbered
//! characters: nothing expands. Names lose their prefixes; the files in question have one vocabulary each.

use assay_model::DiagnosticCode;
use quick_xml::{
    Reader,
    escape::{resolve_predefined_entity, unescape},
    events::{BytesStart, Event},
};

use crate::Facts;

/// Elements of one document.
const MOST_ELEMENTS: usize = 200_000;
/// How deep elements may be within each other.
const DEEPEST: usize = 64;

/// An element and all in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name without prefix; empty for a document without a root.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    /// The text directly in it.
    text: String,
}

impl Element {
    /// The root of a document. What is wrong with it becomes a diagnostic; what came before counts.
    pub(crate) fn parse(document: &str, facts: &mut Facts) -> Element {
        let mut builder = Builder::default();
        let mut reader = Reader::from_str(document);
        loop {
            let step = match reader.read_event() {
                Ok(Event::Eof) if builder.open.is_empty() => break,
                Ok(Event::Eof) => Err(Problem::Malformed("it ends too early".to_owned())),
                Ok(event) => builder.take(event),
                Err(error) => Err(Problem::Malformed(error.to_string())),
            };
            match step {
                Ok(()) => {}
                Err(Problem::Malformed(what)) => {
                    let message = format!("not the XML of such a file ({what})");
                    facts.diagnostic(DiagnosticCode::Malformed, message);
                    break;
                }
                Err(Problem::TooMuch) => {
                    let message = format!(
                        "the document has more than {MOST_ELEMENTS} elements or is more than {DEEPEST} deep; the rest is left out"
                    );
                    facts.diagnostic(DiagnosticCode::LimitReached, message);
                    break;
                }
            }
        }
        builder.finish()
    }

    /// An attribute's value, empty where there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The children of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Every child.
    pub(crate) fn children(&self) -> &[Element] {
        &self.children
    }

    /// The first child of a name.
    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        self.all(name).next()
    }

    /// The text directly in it, without the blanks around.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of the first child of a name, empty where there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.first(name).map_or("", Element::text)
    }
}

enum Problem {
    Malformed(String),
    TooMuch,
}

#[derive(Default)]
struct Builder {
    root: Element,
    open: Vec<Element>,
    elements: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), Problem> {
        match event {
            Event::Start(start) => {
                self.begin(&start)?;
            }
            Event::Empty(start) => {
                self.begin(&start)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::CData(text) => self.text(&text),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => self.text(c.encode_utf8(&mut [0; 4])),
                _ => self.text(resolve_predefined_entity(&reference).unwrap_or_default()),
            },
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), Problem> {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS || self.open.len() >= DEEPEST {
            return Err(Problem::TooMuch);
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes().flatten() {
            let value = unescape(&attribute.value).unwrap_or(attribute.value.clone());
            let key = attribute.key.local_name().as_ref().to_owned();
            attributes.push((key, value.into_owned()));
        }
        self.open.push(Element {
            name: start.local_name().as_ref().to_owned(),
            attributes,
            ..Element::default()
        });
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.name.is_empty() => self.root = element,
            None => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn finish(mut self) -> Element {
        while !self.open.is_empty() {
            self.end();
        }
        self.root
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysers::describe;

    #[track_caller]
    fn check(document: &str, expected: &str, diagnostics: &[&str]) {
        fn show(element: &Element) -> String {
            let attributes: Vec<String> = element
                .attributes
                .iter()
                .map(|(key, value)| format!(" {key}={value}"))
                .collect();
            let children: Vec<String> = element.children.iter().map(show).collect();
            format!(
                "({}{} {:?}{})",
                element.name,
                attributes.concat(),
                element.text(),
                children.concat()
            )
        }
        let mut facts = Facts::new("xml");
        assert_eq!(
            show(&Element::parse(document, &mut facts)),
            expected,
            "{document}"
        );
        let found: Vec<String> = facts.list.into_iter().map(describe).collect();
        assert_eq!(found, diagnostics, "{document}");
    }

    #[test]
    fn documents() {
        check(
            "<a x='1 &amp; 2'> t<b/>&lt;&#65;<![CDATA[<c>]]></a>",
            "(a x=1 & 2 \"t<A<c>\"(b \"\"))",
            &[],
        );
        check("<p:a xmlns:p='u' p:k='v'/>", "(a p=u k=v \"\")", &[]);
        check("", "( \"\")", &[]);
        check("<a><b>t", "(a \"\"(b \"t\"))", &["malformed"]);
        check("<a><b>t</a>", "(a \"\"(b \"t\"))", &["malformed"]);
        let bomb = "<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;&x;'>]>\n<a>&y;b</a>";
        check(bomb, "(a \"b\")", &[]);
        let deep = format!("{}{}", "<a>".repeat(2), "<b>".repeat(1000));
        let mut facts = Facts::new("xml");
        assert_eq!(Element::parse(&deep, &mut facts).name, "a");
        assert_eq!(
            facts.list.into_iter().map(describe).collect::<Vec<_>>(),
            ["limit-reached"]
        );
    }

    proptest! {
        #[test]
        fn any_text(text in "[<>/&;!?a='\"\\[\\]\\- #x\u{e9}]{0,60}") {
            let _ = Element::parse(&text, &mut Facts::new("xml"));
        }
    }
}

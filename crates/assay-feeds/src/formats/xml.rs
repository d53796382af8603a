//! A walk over an XML document, bounded in depth, with no entities but the five that XML itself defines.
//!
//! Elements are told by their local names: vendors write the same namespace as a prefix or as a default.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use super::ReadError;

/// Most elements that may enclose one another.
const DEEPEST: usize = 64;

/// Longest text of an element that is kept, in bytes.
const LONGEST_TEXT: usize = 1024 * 1024;

/// Gathers what a document says.
pub(crate) trait Visitor {
    /// An element begins inside the elements of `path`.
    fn open(&mut self, name: &str, path: &[String], element: &Element<'_>);

    /// An element ends; `text` is what stood in it behind its last child, trimmed.
    fn close(&mut self, name: &str, path: &[String], text: &str);
}

/// The start of an element.
pub(crate) struct Element<'a>(&'a BytesStart<'a>);

impl Element<'_> {
    /// An attribute's value; empty when it is not there.
    pub(crate) fn attribute(&self, name: &str) -> String {
        let attribute = self.0.try_get_attribute(name).ok().flatten();
        attribute
            .and_then(|found| found.normalized_value(XmlVersion::Implicit1_0).ok())
            .map(|value| value.into_owned())
            .unwrap_or_default()
    }
}

/// Walks a document.
///
/// # Errors
///
/// When it is not well formed, nested too deep, or breaks off.
pub(crate) fn walk(xml: &[u8], visitor: &mut impl Visitor) -> Result<(), ReadError> {
    // One character of another encoding in a description is no reason to lose all the rest.
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().trim_text(false);
    let mut path: Vec<String> = Vec::new();
    let mut content = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                let name = open(&element, &path, visitor)?;
                content.clear();
                path.push(name);
            }
            Ok(Event::Empty(element)) => {
                let name = open(&element, &path, visitor)?;
                content.clear();
                visitor.close(&name, &path, "");
            }
            Ok(Event::End(_)) => {
                if let Some(name) = path.pop() {
                    visitor.close(&name, &path, content.trim());
                }
                content.clear();
            }
            Ok(Event::Text(text)) if content.len() < LONGEST_TEXT => content.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) if content.len() < LONGEST_TEXT => content.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(name)) if content.len() < LONGEST_TEXT => match name.resolve_char_ref() {
                Ok(Some(character)) => content.push(character),
                // Others than the five would need a document type, which is never read.
                _ => content.push_str(resolve_predefined_entity(&name).unwrap_or_default()),
            },
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let at = reader.buffer_position();
                return Err(ReadError::Malformed(format!("{error} at byte {at}")));
            }
        }
    }
    if path.is_empty() {
        Ok(())
    } else {
        Err(ReadError::Malformed("it breaks off inside an element".to_owned()))
    }
}

fn open(element: &BytesStart<'_>, path: &[String], visitor: &mut impl Visitor) -> Result<String, ReadError> {
    if path.len() >= DEEPEST {
        return Err(ReadError::Malformed(
            "its elements are nested too deep".to_owned(),
        ));
    }
    let name: String = element.local_name().as_ref().to_owned();
    visitor.open(&name, path, &Element(element));
    Ok(name)
}

/// Whether the elements of a path end with the given ones.
pub(crate) fn ends_with(path: &[String], names: &[&str]) -> bool {
    path.len() >= names.len() && path.iter().rev().zip(names.iter().rev()).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Told(Vec<String>);

    impl Visitor for Told {
        fn open(&mut self, name: &str, path: &[String], element: &Element<'_>) {
            self.0
                .push(format!("{}<{name} {}", path.join("/"), element.attribute("a")));
        }

        fn close(&mut self, name: &str, _: &[String], text: &str) {
            self.0.push(format!("{name}>{text}"));
        }
    }

    #[test]
    fn elements_attributes_and_texts() {
        let mut told = Told::default();
        let xml = "<x:r xmlns:x='u'><x:b a='1 &amp; 2'/> t &lt;&#33;<![CDATA[<c>]]>\n</x:r>";
        assert!(walk(xml.as_bytes(), &mut told).is_ok());
        assert_eq!(told.0, ["<r ", "r<b 1 & 2", "b>", "r>t <!<c>"]);
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><r>&b;</r>";
        let mut told = Told::default();
        assert!(walk(bomb.as_bytes(), &mut told).is_ok());
        assert_eq!(told.0, ["<r ", "r>"], "entities of a document are not expanded");
        for broken in ["<a>", "<a></b>", &"<a>".repeat(100)] {
            assert!(walk(broken.as_bytes(), &mut Told::default()).is_err(), "{broken}");
        }
    }
}

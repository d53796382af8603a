//! Logical volumes of LVM2 that are linear.
//!
//! A physical volume bears a label in one of its first sectors, and after it, in a ring, the text that describes the
//! whole volume group. Source: lvm2's `label.h`, `format_text/layout.h`, lvm(8), lvmsystemid(7).

use std::{collections::BTreeMap, sync::Arc};

use super::{Division, Volume};
use crate::{
    Device, DiskError, Slice,
    bytes::{le32, le64, text},
    device::{Concatenation, read_vec},
};

const SECTOR: u64 = 512;
/// Where the text of a metadata area begins; a ring comes back here.
const RING_START: u64 = 512;
/// Bytes of a group's text.
const LARGEST_TEXT: u64 = 16 << 20;
const MOST_AREAS: usize = 16;
const DEEPEST: usize = 16;
/// Segments of one volume.
const MOST_SEGMENTS: u64 = 100_000;

/// A label with the metadata areas that it names.
struct Label {
    /// The physical volume's identifier, without hyphens.
    id: String,
    areas: Vec<(u64, u64)>,
}

/// Adds the logical volumes that lie on physical ones.
pub(super) fn assemble(physical: &[Volume], division: &mut Division) {
    let mut devices: BTreeMap<String, Arc<dyn Device>> = BTreeMap::new();
    let mut groups: BTreeMap<String, Section> = BTreeMap::new();
    for volume in physical {
        let outcome = label(&*volume.device).and_then(|label| {
            devices.insert(label.id.clone(), Arc::clone(&volume.device));
            label.areas.iter().try_for_each(|area| {
                if let Some((name, group)) = group(&*volume.device, *area)? {
                    // Of several copies the newest holds.
                    let newer = groups
                        .get(&name)
                        .is_none_or(|known| known.number("seqno") < group.number("seqno"));
                    if newer {
                        groups.insert(name, group);
                    }
                }
                Ok(())
            })
        });
        if let Err(error) = outcome {
            division
                .notes
                .push(format!("{} is a physical volume of LVM: {error}", volume.name));
        }
    }
    for (name, group) in &groups {
        for (logical, section) in group.sections("logical_volumes") {
            let title = format!("logical volume {name}/{logical}");
            match linear(group, section, &devices) {
                Ok(device) => division.volumes.push(Volume {
                    name: title,
                    device,
                    partition_id: None,
                    logical: Some((name.clone(), logical.to_owned())),
                }),
                Err(error) => division.notes.push(format!("{title}: {error}")),
            }
        }
    }
}

fn label(device: &dyn Device) -> Result<Label, DiskError> {
    let damaged = || DiskError::damaged("its label is broken");
    for sector in 0..4 {
        let bytes = read_vec(device, sector * SECTOR, 512)?;
        if !bytes.starts_with(b"LABELONE") {
            continue;
        }
        let at = le32(&bytes, 20).ok_or_else(damaged)? as usize;
        let id = text(bytes.get(at..at.saturating_add(32)).ok_or_else(damaged)?);
        // Two lists of places, each ended by an empty one: data, then metadata.
        let mut places = (0..2 * MOST_AREAS).map(|number| {
            let entry = at + 40 + number * 16;
            Some((le64(&bytes, entry)?, le64(&bytes, entry + 8)?))
        });
        places.by_ref().find(|place| matches!(place, Some((0, _)) | None));
        let areas = places
            .map_while(|place| place.filter(|(offset, _)| *offset != 0))
            .collect();
        return Ok(Label { id, areas });
    }
    Err(damaged())
}

/// The name and description of the group in a metadata area; `None` where it has none yet.
fn group(device: &dyn Device, area: (u64, u64)) -> Result<Option<(String, Section)>, DiskError> {
    let damaged = || DiskError::damaged("its metadata area is broken");
    let header = read_vec(device, area.0, 512)?;
    if header.get(4..20) != Some(b" LVM2 x[5A%r0N*>".as_slice()) {
        return Err(damaged());
    }
    let size = le64(&header, 32).ok_or_else(damaged)?;
    let (offset, len) = (
        le64(&header, 40).ok_or_else(damaged)?,
        le64(&header, 48).ok_or_else(damaged)?,
    );
    if offset == 0 || len == 0 {
        return Ok(None);
    }
    if len > LARGEST_TEXT || offset > size || offset < RING_START {
        return Err(damaged());
    }
    let start = area.0.checked_add(offset).ok_or_else(damaged)?;
    let first = len.min(size - offset);
    let mut bytes = read_vec(device, start, usize::try_from(first).map_err(|_| damaged())?)?;
    let rest = usize::try_from(len - first).map_err(|_| damaged())?;
    bytes.extend(read_vec(device, area.0 + RING_START, rest)?);
    let whole = parse(&String::from_utf8_lossy(&bytes)).ok_or_else(damaged)?;
    let found = whole.entries.into_iter().find_map(|(name, value)| match value {
        Value::Section(section) => Some((name, section)),
        _ => None,
    });
    found.map(Some).ok_or_else(damaged)
}

/// Puts the segments of a logical volume together.
fn linear(
    group: &Section,
    volume: &Section,
    devices: &BTreeMap<String, Arc<dyn Device>>,
) -> Result<Arc<dyn Device>, DiskError> {
    let damaged = || DiskError::damaged("its description is incomplete");
    let extent = group
        .number("extent_size")
        .and_then(|sectors| sectors.checked_mul(SECTOR))
        .ok_or_else(damaged)?;
    let mut parts = Vec::new();
    for number in 1..=volume
        .number("segment_count")
        .unwrap_or_default()
        .min(MOST_SEGMENTS)
    {
        let segment = volume.section(&format!("segment{number}")).ok_or_else(damaged)?;
        let kind = segment.text("type").unwrap_or_default();
        if kind != "striped" || segment.number("stripe_count") != Some(1) {
            let kind = if kind == "striped" {
                "more than one stripe"
            } else {
                kind
            };
            return Err(DiskError::unsupported(format!(
                "a segment of the kind \"{kind}\""
            )));
        }
        let Some(Value::List(stripes)) = segment.get("stripes") else {
            return Err(damaged());
        };
        let (Some(Value::Text(name)), Some(Value::Number(start))) = (stripes.first(), stripes.get(1)) else {
            return Err(damaged());
        };
        let physical = group
            .section("physical_volumes")
            .and_then(|all| all.section(name))
            .ok_or_else(damaged)?;
        let id = physical.text("id").unwrap_or_default().replace('-', "");
        let device = devices.get(&id).ok_or_else(|| {
            DiskError::unsupported(format!("the physical volume {name}, which is on another disk"))
        })?;
        let len = segment
            .number("extent_count")
            .and_then(|count| count.checked_mul(extent))
            .ok_or_else(damaged)?;
        let offset = physical
            .number("pe_start")
            .and_then(|sectors| sectors.checked_mul(SECTOR));
        let offset = offset
            .and_then(|base| base.checked_add(start.checked_mul(extent)?))
            .ok_or_else(damaged)?;
        let part = Slice::new(Arc::clone(device), offset, len);
        parts.push((part.len(), Some(Arc::new(part) as Arc<dyn Device>)));
    }
    Ok(Arc::new(Concatenation::new(parts)))
}

/// A value of the text.
#[derive(Debug, PartialEq, Eq)]
enum Value {
    Number(u64),
    Text(String),
    List(Vec<Value>),
    Section(Section),
}

/// `name { key = value … }`
#[derive(Debug, Default, PartialEq, Eq)]
struct Section {
    entries: Vec<(String, Value)>,
}

impl Section {
    fn get(&self, key: &str) -> Option<&Value> {
        self.entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    fn number(&self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn section(&self, key: &str) -> Option<&Section> {
        match self.get(key)? {
            Value::Section(section) => Some(section),
            _ => None,
        }
    }

    fn sections(&self, key: &str) -> impl Iterator<Item = (&str, &Section)> {
        let entries = self
            .section(key)
            .map(|section| section.entries.as_slice())
            .unwrap_or_default();
        entries.iter().filter_map(|(name, value)| match value {
            Value::Section(section) => Some((name.as_str(), section)),
            _ => None,
        })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// Reads the text of a group; `None` where it breaks the grammar.
fn parse(text: &str) -> Option<Section> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let section = section(&mut tokens, 0)?;
    tokens.next().is_none().then_some(section)
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<Token>>;

fn section(tokens: &mut Tokens, depth: usize) -> Option<Section> {
    let mut section = Section::default();
    while let Some(Token::Word(_)) = tokens.peek() {
        let Some(Token::Word(name)) = tokens.next() else {
            return None;
        };
        let value = match tokens.next()? {
            Token::Sign('{') if depth < DEEPEST => {
                let inner = self::section(tokens, depth + 1)?;
                (tokens.next()? == Token::Sign('}')).then_some(Value::Section(inner))?
            }
            Token::Sign('=') => match tokens.next()? {
                Token::Sign('[') => list(tokens)?,
                token => scalar(token)?,
            },
            _ => return None,
        };
        section.entries.push((name, value));
    }
    Some(section)
}

fn list(tokens: &mut Tokens) -> Option<Value> {
    let mut values = Vec::new();
    loop {
        match tokens.next()? {
            Token::Sign(']') => return Some(Value::List(values)),
            Token::Sign(',') => {}
            token => values.push(scalar(token)?),
        }
    }
}

fn scalar(token: Token) -> Option<Value> {
    match token {
        Token::Text(text) => Some(Value::Text(text)),
        Token::Word(word) => match word.parse() {
            Ok(number) => Some(Value::Number(number)),
            Err(_) => Some(Value::Text(word)),
        },
        Token::Sign(_) => None,
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut rest = text.trim_end_matches('\0');
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return Some(out);
        };
        match first {
            '#' => rest = rest.split_once('\n').map_or("", |(_, after)| after),
            '{' | '}' | '[' | ']' | '=' | ',' => {
                out.push(Token::Sign(first));
                rest = rest.get(1..)?;
            }
            '"' => {
                let mut inner = String::new();
                let mut characters = rest.char_indices().skip(1);
                let end = loop {
                    match characters.next()? {
                        (at, '"') => break at + 1,
                        (_, '\\') => inner.push(characters.next()?.1),
                        (_, character) => inner.push(character),
                    }
                };
                out.push(Token::Text(inner));
                rest = rest.get(end..)?;
            }
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || "{}[]=,\"#".contains(c))
                    .unwrap_or(rest.len());
                out.push(Token::Word(rest.get(..end)?.to_owned()));
                rest = rest.get(end..)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::device::memory::Memory;

    const TEXT: &str = r#"vg0 { # a comment
        id = "x" seqno = 3 extent_size = 2 flags = []
        physical_volumes { pv0 { id = "AAAA-bb" pe_start = 4 } pv1 { id = "CC" pe_start = 0 } }
        logical_volumes {
            root { segment_count = 2
                segment1 { extent_count = 1 type = "striped" stripe_count = 1 stripes = ["pv0", 1] }
                segment2 { extent_count = 1 type = "striped" stripe_count = 1 stripes = ["pv0", 0] } }
            far { segment_count = 1 segment1 { extent_count = 1 type = "striped" stripe_count = 1 stripes = ["pv1", 0] } }
            thin { segment_count = 1 segment1 { extent_count = 1 type = "thin" } }
        } }
        contents = "Text Format Volume Group""#;

    fn physical() -> Volume {
        let mut bytes = vec![0; 16 * 512];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(512, b"LABELONE");
        put(512 + 20, &32_u32.to_le_bytes());
        put(512 + 24, b"LVM2 001");
        put(512 + 32, b"AAAAbb");
        put(512 + 72, &2048_u64.to_le_bytes());
        put(512 + 104, &8192_u64.to_le_bytes());
        put(512 + 112, &8192_u64.to_le_bytes());
        put(2048, &[b'0'; 1024]);
        put(2048 + 1024, &[b'1'; 1024]);
        bytes.extend(vec![0; 8192]);
        // The text runs over the end of its ring.
        let area = 8192;
        let start = 8192 - 100;
        let mut put =
            |at: usize, value: &[u8]| bytes[area + at..area + at + value.len()].copy_from_slice(value);
        put(4, b" LVM2 x[5A%r0N*>");
        put(32, &8192_u64.to_le_bytes());
        put(40, &(start as u64).to_le_bytes());
        put(48, &(TEXT.len() as u64).to_le_bytes());
        put(start, &TEXT.as_bytes()[..100]);
        put(512, &TEXT.as_bytes()[100..]);
        Volume {
            name: "partition 2".to_owned(),
            device: Arc::new(Memory(bytes)),
            partition_id: None,
            logical: None,
        }
    }

    #[test]
    fn volumes() {
        let mut division = Division::default();
        assemble(&[physical()], &mut division);
        let [root] = division.volumes.as_slice() else {
            panic!("{:?}", division.notes);
        };
        assert_eq!(root.name, "logical volume vg0/root");
        let bytes = read_vec(&*root.device, 0, 2048).unwrap();
        assert_eq!(
            (bytes[0], bytes[1023], bytes[1024], bytes[2047]),
            (b'1', b'1', b'0', b'0')
        );
        let notes = division.notes.join("\n");
        assert!(
            notes.contains("vg0/far") && notes.contains("on another disk"),
            "{notes}"
        );
        assert!(
            notes.contains("vg0/thin") && notes.contains("\"thin\""),
            "{notes}"
        );
    }

    #[test]
    fn broken_texts() {
        assert!(parse("a {").is_none());
        assert!(parse("a = [1").is_none());
        assert!(parse("a = \"").is_none());
        assert!(parse(&"a { ".repeat(100_000)).is_none());
        assert_eq!(parse("a = -1").unwrap().text("a"), Some("-1"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ a{}=\\[\\]\",#\\\\\n0-9]{0,60}") {
            let _ = parse(&text);
        }
    }
}

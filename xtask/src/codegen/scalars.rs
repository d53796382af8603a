//! Texts, numbers, lists and maps, which have no types of their own but constraints.

use std::collections::BTreeMap;

use super::{
    head,
    model::{Bounds, Kind, Model},
    names::constant,
    pattern::translate,
};

/// The files of scalars and collections.
pub(crate) fn files(model: &Model) -> anyhow::Result<BTreeMap<String, String>> {
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    let mut lists = Vec::new();
    for (name, kind) in &model.shapes {
        let (list, value) = match kind {
            Kind::Text {
                length,
                pattern,
                is_sensitive,
            } => {
                let pattern = match pattern {
                    None => "None".to_owned(),
                    Some(pattern) => {
                        let translated = translate(pattern)?;
                        let source = raw(&translated.source);
                        match translated.forbidden_prefix {
                            None => format!("Some(Pattern::new({source}))"),
                            Some(prefix) => format!("Some(Pattern::without_prefix({prefix:?}, {source}))"),
                        }
                    }
                };
                let length = range(*length);
                let disclosure = if *is_sensitive { "Secret" } else { "Plain" };
                (
                    &mut texts,
                    format!(
                        "Text(Text {{ length: {length}, pattern: {pattern}, disclosure: Disclosure::{disclosure} }})"
                    ),
                )
            }
            Kind::Integer(bounds) => (&mut numbers, format!("Integer({})", range(*bounds))),
            Kind::Long(bounds) => (&mut numbers, format!("Long({})", range(*bounds))),
            Kind::Double(bounds) => (&mut numbers, format!("Double({})", double_range(*bounds))),
            Kind::Boolean => (&mut numbers, "Boolean".to_owned()),
            Kind::EpochSeconds => (&mut numbers, "EpochSeconds".to_owned()),
            Kind::DateTime => (&mut numbers, "DateTime".to_owned()),
            Kind::Blob(length) => (&mut numbers, format!("Blob({})", range(*length))),
            Kind::Document => (&mut numbers, "Document".to_owned()),
            Kind::List { item, size } => (
                &mut lists,
                format!(
                    "List(List {{ item: &{}, size: {} }})",
                    constant(item),
                    range(*size)
                ),
            ),
            Kind::Map { key, value, size } => (
                &mut lists,
                format!(
                    "Map(Map {{ key: &{}, value: &{}, size: {} }})",
                    constant(key),
                    constant(value),
                    range(*size)
                ),
            ),
            Kind::Structure { .. } | Kind::Union { .. } | Kind::Enumeration { .. } => continue,
        };
        list.push(format!(
            "pub(crate) static {}: Shape = Shape::{value};\n",
            constant(name)
        ));
    }
    let mut files = BTreeMap::new();
    // Texts come out at up to four lines each.
    for (name, about, imports, statics, most) in [
        (
            "texts",
            "Texts and what they must match.",
            "Disclosure, Pattern, Range, Shape, Text",
            texts,
            90,
        ),
        (
            "numbers",
            "Numbers, times and bytes.",
            "Range, Shape",
            numbers,
            200,
        ),
        (
            "collections",
            "Lists and maps.",
            "List, Map, Range, Shape",
            lists,
            100,
        ),
    ] {
        if statics.is_empty() {
            continue;
        }
        let parts = statics.len().div_ceil(most);
        for (index, part) in statics.chunks(statics.len().div_ceil(parts)).enumerate() {
            let name = if parts > 1 {
                format!("{name}_{}", index + 1)
            } else {
                name.to_owned()
            };
            let body = part.concat();
            let imports: Vec<&str> = imports
                .split(", ")
                .filter(|import| {
                    *import == "Shape"
                        || body.contains(&format!("{import}::"))
                        || body.contains(&format!("({import} {{"))
                })
                .collect();
            let collections = if body.contains("item: &") || body.contains("key: &") {
                "use super::*;\n"
            } else {
                ""
            };
            let text = format!(
                "{}{collections}use crate::{{{}}};\n\n{body}",
                head(about),
                imports.join(", ")
            );
            files.insert(format!("{name}.rs"), text);
        }
    }
    Ok(files)
}

/// A raw text literal.
fn raw(text: &str) -> String {
    if text.contains('"') {
        return format!("r#\"{text}\"#");
    }
    if text.contains('\\') {
        return format!("r\"{text}\"");
    }
    format!("\"{text}\"")
}

fn range<T: ToString + Copy>(bounds: Bounds<T>) -> String {
    range_of(bounds, |value| grouped(&value.to_string()))
}

fn double_range(bounds: Bounds<f64>) -> String {
    range_of(bounds, |value| format!("{value:?}"))
}

fn range_of<T: Copy>(bounds: Bounds<T>, show: impl Fn(T) -> String) -> String {
    match (bounds.least, bounds.most) {
        (None, None) => "Range::ANY".to_owned(),
        (Some(least), None) => format!("Range::least({})", show(least)),
        (None, Some(most)) => format!("Range::most({})", show(most)),
        (Some(least), Some(most)) => format!("Range::between({}, {})", show(least), show(most)),
    }
}

/// Digits in groups of three, from five digits on.
fn grouped(digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut output = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !output.ends_with('-') {
            output.push('_');
        }
        output.push(digit);
    }
    output
}

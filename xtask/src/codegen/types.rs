//! Structures, unions and enumerations.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};

use super::{
    head,
    model::{Bounds, Kind, Member, Model},
    names::{constant, field, serde_camel, variant},
    placement::of_requests,
};

/// About how many lines the code of a type has.
pub(crate) fn lines(model: &Model, shape: &str) -> anyhow::Result<usize> {
    Ok(match model.kind(shape)? {
        Kind::Structure { members, .. } => {
            let optional = members.iter().filter(|member| !member.is_required).count();
            14 + 3 * members.len() + optional
        }
        Kind::Union { members } => 16 + 2 * members.len(),
        Kind::Enumeration { values } => 6 + values.len(),
        _ => 0,
    })
}

/// The file of a module.
pub(crate) fn file(model: &Model, module: &str, shapes: &[String]) -> anyhow::Result<String> {
    let requested = of_requests(model)?;
    let mut text = head(
        &match module.trim_end_matches(|last: char| last.is_ascii_digit() || last == '_') {
            "shared" => "Shapes that several families of operations have.".to_owned(),
            "faults" => "Shapes of faults.".to_owned(),
            family => format!("Shapes that only operations below `/{family}` have."),
        },
    );
    let mut body = String::new();
    let mut shaped = String::new();
    for shape in shapes {
        let requested = requested.contains(shape.as_str());
        body.push_str(&match model.kind(shape)? {
            Kind::Structure { members, fault } => {
                shaped.push_str(&format!("    {shape}: {},\n", constant(shape)));
                let mut code = structure(model, shape, members, requested)?;
                if fault.is_some() {
                    code.push_str(&format!(
                        "impl FaultShape for {shape} {{\n    fn fault() -> &'static Fault {{\n        &{}_FAULT\n    }}\n}}\n\n",
                        constant(shape)
                    ));
                }
                code
            }
            Kind::Union { members } => {
                shaped.push_str(&format!("    {shape}: {},\n", constant(shape)));
                union(model, shape, members, requested)?
            }
            Kind::Enumeration { values } => enumeration(shape, values)?,
            _ => bail!("{shape} has no type of its own"),
        });
    }
    text.push_str(&imports(&body, &shaped));
    text.push_str(&body);
    if !shaped.is_empty() {
        text.push_str(&format!("shaped! {{\n{shaped}}}\n"));
    }
    Ok(text)
}

/// What a file needs from elsewhere.
fn imports(body: &str, shaped: &str) -> String {
    let mut text = String::new();
    if body.contains("BTreeMap<") {
        text.push_str("use std::collections::BTreeMap;\n\n");
    }
    if body.contains("#[derive(Clone, Debug, PartialEq") {
        text.push_str("use serde::{Deserialize, Serialize};\n\n");
    }
    if body.contains(": Value") || body.contains("<Value>") {
        text.push_str("use serde_json::Value;\n\n");
    }
    text.push_str("use super::*;\n");
    let mut used: Vec<&str> = [
        ("Blob", "Blob"),
        ("DateTime", "DateTime"),
        ("EpochSeconds", "EpochSeconds"),
        ("Enumeration", "Enumeration>::VALUES"),
        ("Fault", "&'static Fault "),
        ("FaultShape", "FaultShape for"),
        ("Location", "Location::"),
        ("Open", "Open<"),
        ("Secret", "Secret"),
        ("Shape", ": Shape ="),
        ("Structure", "Shape::Structure"),
        ("StructureKind", "StructureKind::"),
        ("enumeration::enumeration", "enumeration! {"),
        ("union::union", "union! {"),
    ]
    .into_iter()
    .filter(|(_, mark)| is_used(body, mark))
    .map(|(import, _)| import)
    .collect();
    // Free functions, since the model has a shape `Member` of its own.
    let mut helpers: Vec<&str> = ["optional", "required"]
        .into_iter()
        .filter(|helper| is_used(body, &format!("{helper}(")))
        .collect();
    if !shaped.is_empty() {
        helpers.push("shaped");
    }
    let helpers = format!("shape::{{{}}}", helpers.join(", "));
    if !shaped.is_empty() {
        used.push(&helpers);
    }
    text.push_str(&format!("use crate::{{{}}};\n\n", used.join(", ")));
    text
}

/// Whether a mark stands in a text as a word of its own.
fn is_used(text: &str, mark: &str) -> bool {
    text.match_indices(mark).any(|(index, _)| {
        let before = text.get(..index).and_then(|before| before.chars().next_back());
        let after = text
            .get(index + mark.len()..)
            .and_then(|after| after.chars().next());
        let is_word = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
        let begins = !mark.starts_with(char::is_alphanumeric) || !is_word(before);
        let ends = !mark.ends_with(char::is_alphanumeric) || !is_word(after);
        begins && ends
    })
}

fn structure(model: &Model, shape: &str, members: &[Member], requested: bool) -> anyhow::Result<String> {
    let is_default = members.iter().all(|member| !member.is_required);
    let default = if is_default { ", Default" } else { "" };
    let mut text = format!(
        "/// Shape `{shape}`.\n#[derive(Clone, Debug, PartialEq{default}, Serialize, Deserialize)]\n"
    );
    let fields: Vec<String> = members.iter().map(|member| field(&member.name)).collect();
    if fields.iter().collect::<BTreeSet<_>>().len() != fields.len() {
        bail!("two members of {shape} have one name in Rust");
    }
    // A name of one word is the same in both.
    if fields.iter().any(|field| field.contains('_')) {
        text.push_str("#[serde(rename_all = \"camelCase\")]\n");
    }
    text.push_str(&format!("pub struct {shape} {{\n"));
    for (member, field) in members.iter().zip(fields) {
        text.push_str(&format!("    /// {}\n", about(model, member)?));
        let mut attributes = Vec::new();
        if serde_camel(&field) != member.name {
            attributes.push(format!("rename = \"{}\"", member.name));
        }
        let mut type_name = type_of(model, &member.shape, requested)?;
        if !member.is_required {
            attributes.push("skip_serializing_if = \"Option::is_none\"".to_owned());
            type_name = format!("Option<{type_name}>");
        }
        if !attributes.is_empty() {
            text.push_str(&format!("    #[serde({})]\n", attributes.join(", ")));
        }
        text.push_str(&format!("    pub {field}: {type_name},\n"));
    }
    text.push_str("}\n\n");
    text.push_str(&table(shape, "All", members)?);
    Ok(text)
}

fn union(model: &Model, shape: &str, members: &[Member], requested: bool) -> anyhow::Result<String> {
    let mut text = format!("union! {{\n    /// Shape `{shape}`.\n    {shape} {{\n");
    for member in members {
        text.push_str(&format!(
            "        {}({}) = \"{}\",\n",
            variant(&member.name),
            type_of(model, &member.shape, requested)?,
            member.name
        ));
    }
    text.push_str("    }\n}\n\n");
    text.push_str(&table(shape, "Union", members)?);
    Ok(text)
}

/// The static that describes a structure.
fn table(shape: &str, kind: &str, members: &[Member]) -> anyhow::Result<String> {
    let mut text = format!(
        "pub(crate) static {}: Shape = Shape::Structure(Structure {{\n    name: \"{shape}\",\n    \
         kind: StructureKind::{kind},\n    members: &[\n",
        constant(shape)
    );
    for member in members {
        let presence = if member.is_required {
            "required"
        } else {
            "optional"
        };
        text.push_str(&format!(
            "        {presence}(\"{}\", &{})",
            member.name,
            constant(&member.shape)
        ));
        if let Some((location, name)) = &member.location {
            let location = match location.as_str() {
                "uri" => "Label",
                "querystring" => "Query",
                "header" => "Header",
                other => bail!("members at {other} are not provided for"),
            };
            text.push_str(&format!(".at(Location::{location}(\"{name}\"))"));
        }
        text.push_str(",\n");
    }
    text.push_str("    ],\n});\n\n");
    Ok(text)
}

fn enumeration(shape: &str, values: &[String]) -> anyhow::Result<String> {
    let mut variants: BTreeMap<String, &str> = BTreeMap::new();
    let mut text = format!("enumeration! {{\n    /// Shape `{shape}`.\n    {shape} {{\n");
    for value in values {
        let mut name = variant(value);
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            name.insert_str(0, "Value");
        }
        if name.is_empty() || variants.insert(name.clone(), value).is_some() {
            bail!("{shape} has no variant of its own for {value}");
        }
        text.push_str(&format!("        {name} = \"{value}\",\n"));
    }
    text.push_str("    }\n}\n\n");
    text.push_str(&format!(
        "pub(crate) static {}: Shape = Shape::Enumeration(<{shape} as Enumeration>::VALUES);\n\n",
        constant(shape)
    ));
    Ok(text)
}

/// The Rust type of a shape. Enumerations and unions that only answers have are open.
fn type_of(model: &Model, shape: &str, requested: bool) -> anyhow::Result<String> {
    Ok(match model.kind(shape)? {
        Kind::Structure { .. } => shape.to_owned(),
        Kind::Union { .. } | Kind::Enumeration { .. } if requested => shape.to_owned(),
        Kind::Union { .. } | Kind::Enumeration { .. } => format!("Open<{shape}>"),
        Kind::Document => "Value".to_owned(),
        Kind::Text {
            is_sensitive: true, ..
        } => "Secret".to_owned(),
        Kind::Text { .. } => "String".to_owned(),
        Kind::Integer(_) => "i32".to_owned(),
        Kind::Long(_) => "i64".to_owned(),
        Kind::Double(_) => "f64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::EpochSeconds => "EpochSeconds".to_owned(),
        Kind::DateTime => "DateTime".to_owned(),
        Kind::Blob(_) => "Blob".to_owned(),
        Kind::List { item, .. } => format!("Vec<{}>", type_of(model, item, requested)?),
        Kind::Map { key, value, .. } => match model.kind(key)? {
            Kind::Text { .. } => format!("BTreeMap<String, {}>", type_of(model, value, requested)?),
            _ => bail!("the keys of {shape} are no texts"),
        },
    })
}

/// A line on a member: its wire name, where it travels, and its bounds.
fn about(model: &Model, member: &Member) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    if let Some((location, name)) = &member.location {
        parts.push(match location.as_str() {
            "uri" => "in the path".to_owned(),
            "querystring" => "in the query".to_owned(),
            _ => format!("in the header `{name}`"),
        });
    }
    let bounds = match model.kind(&member.shape)? {
        Kind::Text { length, .. } => bounds(*length, "character"),
        Kind::Integer(range) | Kind::Long(range) => bounds(*range, ""),
        Kind::Double(range) => bounds(*range, ""),
        Kind::Blob(length) => bounds(*length, "byte"),
        Kind::List { size, .. } => bounds(*size, "item"),
        Kind::Map { size, .. } => bounds(*size, "entry"),
        _ => None,
    };
    parts.extend(bounds);
    let name = &member.name;
    Ok(if parts.is_empty() {
        format!("`{name}`.")
    } else {
        format!("`{name}`: {}.", parts.join(", "))
    })
}

fn bounds<T: Copy + ToString + PartialEq + From<u8>>(bounds: Bounds<T>, unit: &str) -> Option<String> {
    let (range, last) = match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => (most.to_string(), most),
        (Some(least), Some(most)) => (format!("{} to {}", least.to_string(), most.to_string()), most),
        (Some(least), None) => (format!("at least {}", least.to_string()), least),
        (None, Some(most)) => (format!("at most {}", most.to_string()), most),
        (None, None) => return None,
    };
    if unit.is_empty() {
        return Some(range);
    }
    let unit = match (unit, last == T::from(1)) {
        (unit, true) => unit.to_owned(),
        ("entry", false) => "entries".to_owned(),
        (unit, false) => format!("{unit}s"),
    };
    Some(format!("{range} {unit}"))
}

/// The name of the type of a structure that an operation has.
pub(crate) fn structure_name<'a>(model: &Model, shape: &'a str) -> anyhow::Result<&'a str> {
    match model.kind(shape).context("an operation")? {
        Kind::Structure { .. } => Ok(shape),
        _ => bail!("{shape} is no structure"),
    }
}

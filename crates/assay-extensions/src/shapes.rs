//! Shapes of Inspector's model as JSON Schema, made from what documents are held against, so that the two cannot differ.

use assay_api_model::{
    List, Map, Member, Presence, Range, Shape, Shaped, Structure, StructureKind, Text,
    inspector2::{ClusterInformation, FilterCriteria, ResourceDetails},
};
use jiff::Timestamp;
use serde_json::{Map as Object, Value, json};
use utoipa::openapi::{
    ObjectBuilder, Ref,
    schema::{ArrayBuilder, Type},
};

/// Shapes that our own routes take, by the names that the document has them under.
pub(crate) fn shapes() -> [(&'static str, Value); 3] {
    [
        ("ClusterInformation", schema(ClusterInformation::shape())),
        ("FilterCriteria", schema(FilterCriteria::shape())),
        ("ResourceDetails", schema(ResourceDetails::shape())),
    ]
}

/// Stands for [`FilterCriteria`] in the document.
pub(crate) fn filter_criteria() -> Ref {
    Ref::from_schema_name("FilterCriteria")
}

/// Stands for [`ResourceDetails`] in the document.
pub(crate) fn resource_details() -> Ref {
    Ref::from_schema_name("ResourceDetails")
}

/// Stands for a list of [`ClusterInformation`] in the document.
pub(crate) fn clusters() -> ArrayBuilder {
    ArrayBuilder::new().items(Ref::from_schema_name("ClusterInformation"))
}

/// A list of digests of manifests.
pub(crate) fn digests() -> ArrayBuilder {
    ArrayBuilder::new()
        .items(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(DIGEST_PATTERN)),
        )
        .max_items(Some(MOST_INDEXES))
}

/// What digests look like.
pub(crate) const DIGEST_PATTERN: &str = "^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$";

/// Indexes that one image is part of, at most.
pub(crate) const MOST_INDEXES: usize = 100;

/// A text that is one of the words of a table.
pub(crate) fn one_of(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
}

fn schema(shape: &Shape) -> Value {
    match shape {
        Shape::Structure(structure) => of_structure(structure),
        Shape::List(List { item, size }) => with(
            json!({"type": "array", "items": schema(item)}),
            [
                ("minItems", size.least.map(Value::from)),
                ("maxItems", size.most.map(Value::from)),
            ],
        ),
        Shape::Map(Map { key, value, size }) => with(
            json!({"type": "object", "propertyNames": schema(key), "additionalProperties": schema(value)}),
            [
                ("minProperties", size.least.map(Value::from)),
                ("maxProperties", size.most.map(Value::from)),
            ],
        ),
        Shape::Text(Text { length, pattern, .. }) => with(
            json!({"type": "string"}),
            [
                ("minLength", length.least.map(Value::from)),
                ("maxLength", length.most.map(Value::from)),
                (
                    "pattern",
                    pattern
                        .as_ref()
                        .map(|pattern| Value::from(format!("^(?:{pattern})$"))),
                ),
            ],
        ),
        Shape::Enumeration(values) => json!({"type": "string", "enum": values}),
        Shape::Integer(range) => of_number(
            "integer",
            Range {
                least: range.least.or(Some(i64::from(i32::MIN))),
                most: range.most.or(Some(i64::from(i32::MAX))),
            },
        ),
        Shape::Long(range) => of_number(
            "integer",
            Range {
                least: range.least.or(Some(i64::MIN)),
                most: range.most.or(Some(i64::MAX)),
            },
        ),
        Shape::Double(range) => of_number("number", *range),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::EpochSeconds => of_number(
            "number",
            Range::between(Timestamp::MIN.as_second(), Timestamp::MAX.as_second()),
        ),
        Shape::DateTime => json!({"type": "string", "format": "date-time"}),
        Shape::Blob(_) => json!({"type": "string", "contentEncoding": "base64"}),
        Shape::Document => json!({}),
    }
}

fn of_structure(structure: &Structure) -> Value {
    let is_union = structure.kind == StructureKind::Union;
    let of_member = |member: &Member| {
        let of_value = schema(member.shape);
        // A member that is null is one that is not there; of a union one has to be.
        let value = match member.presence {
            Presence::Optional if !is_union => json!({"anyOf": [of_value, {"type": "null"}]}),
            Presence::Required | Presence::Optional => of_value,
        };
        (member.name.to_owned(), value)
    };
    let required: Vec<&str> = structure
        .members
        .iter()
        .filter(|member| member.presence == Presence::Required)
        .map(|member| member.name)
        .collect();
    let members: Object<String, Value> = structure.members.iter().map(of_member).collect();
    with(
        json!({"type": "object", "properties": members}),
        [
            ("required", (!required.is_empty()).then_some(json!(required))),
            ("minProperties", is_union.then_some(json!(1))),
            ("maxProperties", is_union.then_some(json!(1))),
            ("additionalProperties", is_union.then_some(json!(false))),
        ],
    )
}

fn of_number<T: Into<Value>>(kind: &str, Range { least, most }: Range<T>) -> Value {
    with(
        json!({"type": kind}),
        [
            ("minimum", least.map(Into::into)),
            ("maximum", most.map(Into::into)),
        ],
    )
}

fn with<const N: usize>(mut schema: Value, more: [(&str, Option<Value>); N]) -> Value {
    if let Some(object) = schema.as_object_mut() {
        for (name, value) in more {
            if let Some(value) = value {
                object.insert(name.to_owned(), value);
            }
        }
    }
    schema
}

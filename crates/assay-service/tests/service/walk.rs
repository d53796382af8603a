//! A walk over all operations with inputs that are made from the model: the least that is valid, everything that is valid,
//! everything at its bounds, and each constraint broken by itself. What is valid is accepted or refused by a fault of the
//! model, what is not is refused with its field, and nothing fails.

use std::collections::BTreeSet;

use assay_api_model::{
    Constraint, Location, Operation, Presence, Service, Shape, StructureKind, Text, Violation, check,
    inspector_scan, inspector2,
};
use assay_service::operations;
use serde_json::{Map, Value, json};

use crate::bench::{Bench, OWN, Sent, both};

/// How much is said, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// What is required alone, each as small as it may be.
    Least,
    /// All members, with lists of one item.
    Whole,
    /// All members, each as large as it may be.
    Most,
}

/// The most items that are made where the model sets no bound.
const UNBOUNDED: usize = 3;

/// Texts that patterns of the model want.
const TEXTS: [&str; 9] = [
    OWN,
    "CVE-2024-1000",
    "arn:aws:inspector2:eu-west-1:111122223333:finding/0123456789abcdef0123456789abcdef",
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "arn:aws:lambda:eu-west-1:111122223333:layer:name:1",
    "/opt/shop",
    "arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
    "6a1cd6f7-9c0f-4f0e-a8a3-8ca0ce5d5e1f",
    "arn:aws:ecr:eu-west-1:111122223333:repository/web/sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
];

fn text(text: &Text, size: Size) -> String {
    let most = text.length.most.unwrap_or(64).min(2048);
    let length = match size {
        Size::Least => text.length.least.unwrap_or(0),
        Size::Whole => text.length.least.unwrap_or(1).max(1),
        Size::Most => most,
    };
    let plain = "a".repeat(length);
    let fits = |candidate: &str| {
        text.length.contains(candidate.chars().count())
            && text
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.matches(candidate))
    };
    let mut candidates = std::iter::once(plain.as_str()).chain(TEXTS);
    let found = candidates.find(|candidate| fits(candidate));
    let shown = text.pattern.as_ref().map(|pattern| pattern.source());
    found
        .unwrap_or_else(|| panic!("no text is known that fits {shown:?}"))
        .to_owned()
}

/// A valid value of a shape.
fn value(shape: &'static Shape, size: Size) -> Value {
    match shape {
        Shape::Structure(structure) => {
            let members = structure.members.iter().filter(|member| {
                member.presence == Presence::Required
                    || structure.kind == StructureKind::Union
                    || (size != Size::Least && member.name != "nextToken")
            });
            // Of a union exactly one is there.
            let most = match structure.kind {
                StructureKind::Union => 1,
                StructureKind::All => usize::MAX,
            };
            let members = members
                .take(most)
                .map(|member| (member.name.to_owned(), value(member.shape, size)));
            Value::Object(members.collect())
        }
        Shape::List(list) => {
            let count = match size {
                Size::Least => list.size.least.unwrap_or(0),
                Size::Whole => list.size.least.unwrap_or(0).max(1),
                Size::Most => list.size.most.unwrap_or(UNBOUNDED),
            };
            (0..count).map(|_| value(list.item, size)).collect()
        }
        Shape::Map(map) => {
            let key = value(map.key, size);
            let key = key.as_str().unwrap().to_owned();
            match size {
                Size::Least => json!({}),
                _ => Value::Object(Map::from_iter([(key, value(map.value, size))])),
            }
        }
        Shape::Text(shape) => Value::from(text(shape, size)),
        Shape::Enumeration(values) => match size {
            Size::Most => Value::from(values[values.len() - 1]),
            _ => Value::from(values[0]),
        },
        Shape::Integer(range) | Shape::Long(range) => match size {
            Size::Most => Value::from(range.most.unwrap_or(1)),
            _ => Value::from(range.least.unwrap_or(0)),
        },
        Shape::Double(range) => match size {
            Size::Most => Value::from(range.most.unwrap_or(1.0)),
            _ => Value::from(range.least.unwrap_or(0.0)),
        },
        Shape::Boolean => Value::from(size == Size::Most),
        Shape::EpochSeconds => Value::from(if size == Size::Most { 1_700_000_000 } else { 0 }),
        Shape::DateTime => Value::from("2024-01-01T00:00:00Z"),
        Shape::Blob(_) => Value::from("YQ=="),
        Shape::Document => match size {
            Size::Least => json!({}),
            _ => json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
                {"type": "library", "name": "flask", "version": "2.0.0", "purl": "pkg:pypi/flask@2.0.0"}]}),
        },
    }
}

/// Values that a shape does not take.
fn broken(shape: &'static Shape, valid: &Value) -> Vec<Value> {
    let repeated = |count: usize| Value::from(vec![valid[0].clone(); count]);
    match shape {
        Shape::Text(text) => {
            let too_long = text.length.most.filter(|most| *most < 100_000);
            let too_short = text.length.least.filter(|least| *least > 0);
            let odd = text.pattern.as_ref().map(|_| "\u{1}?".repeat(6));
            let texts = [
                too_long.map(|most| "a".repeat(most + 1)),
                too_short.map(|least| "a".repeat(least - 1)),
                odd,
            ];
            let texts = texts.into_iter().flatten().map(Value::from);
            texts.chain([json!(7), json!({})]).collect()
        }
        Shape::Enumeration(_) => vec![json!("NO_SUCH_VALUE"), json!(""), json!(7)],
        Shape::Integer(range) | Shape::Long(range) => {
            let bounds = [
                range.least.map(|least| least - 1),
                range.most.map(|most| most + 1),
            ];
            let bounds = bounds.into_iter().flatten().map(Value::from);
            bounds.chain([json!("1"), json!(1.5)]).collect()
        }
        Shape::Double(range) => {
            let bounds = [
                range.least.map(|least| least - 1.0),
                range.most.map(|most| most + 1.0),
            ];
            let bounds = bounds.into_iter().flatten().map(Value::from);
            bounds.chain([json!("1")]).collect()
        }
        Shape::List(list) => {
            let too_many = list.size.most.map(|most| repeated(most + 1));
            let too_few = list
                .size
                .least
                .filter(|least| *least > 0)
                .map(|least| repeated(least - 1));
            let counts = [too_many, too_few].into_iter().flatten();
            counts.chain([json!({}), json!([null])]).collect()
        }
        Shape::Structure(_) | Shape::Map(_) => vec![json!([]), json!("text")],
        Shape::Boolean => vec![json!("true"), json!(1)],
        Shape::EpochSeconds => vec![json!("today"), json!({})],
        Shape::DateTime => vec![json!("today")],
        Shape::Blob(_) => vec![json!("?")],
        Shape::Document => Vec::new(),
    }
}

/// Every place of a valid document, with its shape.
fn places(shape: &'static Shape, valid: &Value, at: &str, into: &mut Vec<(String, &'static Shape)>) {
    match shape {
        Shape::Structure(structure) => {
            for member in structure.members {
                if let Some(inner) = valid.get(member.name) {
                    let at = format!("{at}/{}", member.name);
                    into.push((at.clone(), member.shape));
                    places(member.shape, inner, &at, into);
                }
            }
        }
        Shape::List(list) => {
            if let Some(first) = valid.get(0) {
                let at = format!("{at}/0");
                into.push((at.clone(), list.item));
                places(list.item, first, &at, into);
            }
        }
        _ => {}
    }
}

/// Invalid documents, each with one constraint broken.
fn invalid(operation: &Operation) -> Vec<Value> {
    let valid = value(operation.input, Size::Whole);
    let mut all = Vec::new();
    places(operation.input, &valid, "", &mut all);
    let mut documents = Vec::new();
    for (pointer, shape) in all {
        let inner = valid.pointer(&pointer).unwrap();
        for wrong in broken(shape, inner) {
            let mut document = valid.clone();
            *document.pointer_mut(&pointer).unwrap() = wrong;
            documents.push(document);
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut document = valid.clone();
        if let Some(Value::Object(members)) = document.pointer_mut(parent) {
            members.remove(name);
            documents.push(document);
        }
    }
    // What cannot be told through a path or a query is another request, or none.
    documents
        .retain(|document| is_sendable(operation, document) && !check(document, operation.input).is_empty());
    documents
}

fn is_sendable(operation: &Operation, document: &Value) -> bool {
    operation.input.members().iter().all(|member| {
        let value = document.get(member.name);
        match member.location {
            Location::Body | Location::Header(_) => true,
            Location::Label(_) => value.and_then(Value::as_str).is_some_and(|text| !text.is_empty()),
            Location::Query(_) => value
                .and_then(Value::as_array)
                .is_some_and(|texts| !texts.is_empty() && texts.iter().all(Value::is_string)),
        }
    })
}

/// The target and the body of a request.
pub(crate) fn request(operation: &Operation, document: &Value) -> (String, String) {
    let mut target = operation.uri.to_owned();
    let mut query = Vec::new();
    let mut body = document.as_object().unwrap().clone();
    for member in operation.input.members() {
        match member.location {
            Location::Body | Location::Header(_) => {}
            Location::Label(name) => {
                let text = body.remove(member.name).unwrap();
                let label = format!("{{{name}}}");
                target = target.replace(&label, &escaped(text.as_str().unwrap()));
            }
            Location::Query(name) => {
                let value = body.remove(member.name).unwrap();
                for text in value.as_array().unwrap_or(&vec![value.clone()]) {
                    query.push(format!("{name}={}", escaped(text.as_str().unwrap())));
                }
            }
        }
    }
    query.sort();
    if !query.is_empty() {
        target = format!("{target}?{}", query.join("&"));
    }
    let body = Value::Object(body);
    let is_empty = body.as_object().unwrap().is_empty();
    (target, if is_empty { String::new() } else { body.to_string() })
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Somebody who may do an operation.
fn caller(operation: &Operation) -> &'static str {
    let is_of = |words: &[&str]| words.iter().any(|word| operation.name.contains(word));
    if is_of(&["DelegatedAdmin"]) {
        "moe"
    } else if is_of(&[
        "AssociateMember",
        "DisassociateMember",
        "GetMember",
        "ListMembers",
        "OrganizationConf",
        "UpdateOrg",
        "MemberEc2",
    ]) {
        "dora"
    } else {
        "ada"
    }
}

async fn send(bench: &Bench, service: &Service, operation: &Operation, document: &Value) -> Sent {
    let (target, body) = request(operation, document);
    bench
        .send_to(
            service.signing_name,
            caller(operation),
            &operation.method.to_string(),
            &target,
            &body,
        )
        .await
}

/// What of an answer is beyond the model, but for what the model has no word for: that there is no error, and groups by name.
fn unexpected(answer: &Value, operation: &Operation) -> Vec<Violation> {
    let mut violations = check(answer, operation.output);
    violations.retain(|violation| {
        let is_word = matches!(violation.constraint, Constraint::Membership(_));
        let path = &violation.path;
        // An image may run nowhere, where the model has one cluster at least.
        let is_nowhere = operation.name == "GetClustersForImage" && path == "cluster";
        !is_nowhere
            && !(is_word
                && (path.ends_with("tate.errorCode")
                    || path.contains("resourceState.")
                    || path.ends_with("groupKey")))
    });
    violations
}

fn cut(document: &Value) -> String {
    document.to_string().chars().take(600).collect()
}

both!(
    every_operation_takes_what_is_valid_and_refuses_what_is_not,
    |bench| {
        bench
            .host(OWN, "i-0123456789abcdef0", &["pkg:pypi/flask@2.0.0"])
            .await;
        let here = operations(bench.service.clone()).unwrap();
        let (mut walked, mut accepted, mut refused) = (0, BTreeSet::new(), 0);
        for service in [&inspector2::API, &inspector_scan::API] {
            for operation in service
                .operations
                .iter()
                .filter(|operation| here.has(service, operation))
            {
                walked += 1;
                let name = operation.name;
                for size in [Size::Least, Size::Whole, Size::Most] {
                    let document = value(operation.input, size);
                    assert_eq!(check(&document, operation.input), [], "{name} {size:?}");
                    if !is_sendable(operation, &document) {
                        continue;
                    }
                    let Sent {
                        status,
                        fault,
                        answer,
                    } = send(&bench, service, operation, &document).await;
                    match fault {
                        None => {
                            assert_eq!(status, operation.status, "{name} {size:?}");
                            let violations = unexpected(&answer, operation);
                            assert!(violations.is_empty(), "{name} {size:?}: {violations:?} {answer}");
                            accepted.insert(name);
                        }
                        Some(fault) => {
                            let is_known = operation.faults.iter().any(|known| known.name == fault);
                            assert!(
                                is_known && status < 500,
                                "{name} {size:?}: {status} {fault} {answer}"
                            );
                        }
                    }
                }
                for document in invalid(operation) {
                    refused += 1;
                    let Sent {
                        status,
                        fault,
                        answer,
                    } = send(&bench, service, operation, &document).await;
                    let told = (status, fault.as_deref());
                    let shown = cut(&document);
                    assert_eq!(
                        told,
                        (400, Some("ValidationException")),
                        "{name}: {answer} for {shown}"
                    );
                    let fields: Vec<&str> = answer["fields"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(|field| field["name"].as_str())
                        .collect();
                    for violation in check(&document, operation.input) {
                        let path = violation.path.as_str();
                        assert!(
                            fields.contains(&path),
                            "{name}: {fields:?} lacks {path} for {shown}"
                        );
                    }
                }
            }
        }
        // There is something to walk over: those that came first.
        assert!(walked >= 19, "{walked}");
        assert!(refused > 1000, "{refused}");
        // Of the others, valid inputs that are made up name what is not there.
        let others = [
            "AssociateMember",
            "CancelFindingsReport",
            "CancelSbomExport",
            "DeleteFilter",
            "DisableDelegatedAdminAccount",
            "DisassociateMember",
            "EnableDelegatedAdminAccount",
            "GetEncryptionKey",
            "GetMember",
            "GetOnDemandScanStatus",
            "GetSbomExport",
            "ListTagsForResource",
            "ResetEncryptionKey",
            "StartOnDemandScan",
            "TagResource",
            "UntagResource",
            "UpdateFilter",
        ];
        assert_eq!(accepted.len() + others.len(), walked, "{accepted:?}");
        assert!(others.iter().all(|name| !accepted.contains(name)), "{accepted:?}");
        bench.stop().await;
    }
);

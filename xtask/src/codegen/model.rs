//! Reading a service model.

use std::{collections::BTreeMap, fs, io::Read, path::Path};

use anyhow::{Context, bail};
use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A service model, as far as code is made of it. Everything is in order of name.
pub(crate) struct Model {
    pub(crate) signing_name: String,
    pub(crate) api_version: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) shapes: BTreeMap<String, Kind>,
    digest: String,
}

pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) status: u64,
    pub(crate) is_idempotent: bool,
    pub(crate) is_read_only: bool,
    pub(crate) input: String,
    pub(crate) output: String,
    pub(crate) faults: Vec<String>,
    pub(crate) pagination: Option<Pagination>,
}

pub(crate) struct Pagination {
    pub(crate) input_token: String,
    pub(crate) output_token: String,
    pub(crate) limit: Option<String>,
    pub(crate) results: String,
}

pub(crate) enum Kind {
    Structure {
        members: Vec<Member>,
        fault: Option<Fault>,
    },
    Union {
        members: Vec<Member>,
    },
    Document,
    Text {
        length: Bounds<u64>,
        pattern: Option<String>,
        is_sensitive: bool,
    },
    Enumeration {
        values: Vec<String>,
    },
    Integer(Bounds<i64>),
    Long(Bounds<i64>),
    Double(Bounds<f64>),
    Boolean,
    EpochSeconds,
    DateTime,
    Blob(Bounds<u64>),
    List {
        item: String,
        size: Bounds<u64>,
    },
    Map {
        key: String,
        value: String,
        size: Bounds<u64>,
    },
}

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) shape: String,
    pub(crate) is_required: bool,
    pub(crate) location: Option<(String, String)>,
}

pub(crate) struct Fault {
    pub(crate) status: u64,
    pub(crate) is_of_server: bool,
    /// Whether trying again may help, and whether that should be less often.
    pub(crate) retryable: Option<bool>,
}

#[derive(Clone, Copy)]
pub(crate) struct Bounds<T> {
    pub(crate) least: Option<T>,
    pub(crate) most: Option<T>,
}

impl Model {
    /// Reads `service-2.json` and `paginators-1.json` of a folder, plain or compressed.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let bytes = bytes(folder, "service-2.json")?;
        let paginators = bytes_of_json(&self::bytes(folder, "paginators-1.json")?)?;
        let model = bytes_of_json(&bytes)?;
        let mut shapes = BTreeMap::new();
        for (name, shape) in entries(&model, "shapes")? {
            let kind = kind(shape).with_context(|| format!("shape {name}"))?;
            shapes.insert(name.clone(), kind);
        }
        let mut operations = Vec::new();
        for (name, operation) in entries(&model, "operations")? {
            let pagination = paginators.pointer(&format!("/pagination/{name}"));
            operations.push(
                self::operation(name, operation, pagination).with_context(|| format!("operation {name}"))?,
            );
        }
        operations.sort_by(|left, right| left.name.cmp(&right.name));
        let digest = Sha256::digest(&bytes);
        Ok(Self {
            signing_name: text(&model, "/metadata/signingName")?,
            api_version: text(&model, "/metadata/apiVersion")?,
            operations,
            shapes,
            digest: digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    /// What tells this model from another of the same service.
    pub(crate) fn fingerprint(&self) -> String {
        format!("the service model of botocore with the SHA-256 {}….", self.digest)
    }

    pub(crate) fn kind(&self, name: &str) -> anyhow::Result<&Kind> {
        self.shapes
            .get(name)
            .with_context(|| format!("there is no shape {name}"))
    }

    /// The shapes that a shape refers to.
    pub(crate) fn references(&self, name: &str) -> anyhow::Result<Vec<&str>> {
        Ok(match self.kind(name)? {
            Kind::Structure { members, .. } | Kind::Union { members } => {
                members.iter().map(|member| member.shape.as_str()).collect()
            }
            Kind::List { item, .. } => vec![item.as_str()],
            Kind::Map { key, value, .. } => vec![key.as_str(), value.as_str()],
            _ => Vec::new(),
        })
    }
}

/// A file of a folder, or its compressed form.
fn bytes(folder: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let plain = folder.join(name);
    if plain.exists() {
        return fs::read(&plain).with_context(|| format!("{}", plain.display()));
    }
    let packed = folder.join(format!("{name}.gz"));
    let file = fs::File::open(&packed).with_context(|| format!("{}", packed.display()))?;
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file of a folder, plain or compressed, whatever it says.
pub(super) fn document(folder: &Path, name: &str) -> anyhow::Result<Value> {
    bytes_of_json(&bytes(folder, name)?)
}

fn bytes_of_json(bytes: &[u8]) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(bytes)?)
}

fn entries<'a>(value: &'a Value, name: &str) -> anyhow::Result<Vec<(&'a String, &'a Value)>> {
    let object = value.get(name).and_then(Value::as_object);
    let mut entries: Vec<_> = object.with_context(|| format!("no {name}"))?.iter().collect();
    // The order of the file depends on how serde_json is built.
    entries.sort_by_key(|(name, _)| *name);
    Ok(entries)
}

fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    let text = value.pointer(pointer).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {pointer}"))?.to_owned())
}

fn is_set(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn operation(name: &str, value: &Value, pagination: Option<&Value>) -> anyhow::Result<Operation> {
    let mut faults = value
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|fault| text(fault, "/shape"))
        .collect::<anyhow::Result<Vec<_>>>()?;
    faults.sort();
    let pagination = pagination.map(|pagination| {
        anyhow::Ok(Pagination {
            input_token: text(pagination, "/input_token")?,
            output_token: text(pagination, "/output_token")?,
            limit: text(pagination, "/limit_key").ok(),
            results: text(pagination, "/result_key")?,
        })
    });
    Ok(Operation {
        name: name.to_owned(),
        method: text(value, "/http/method")?,
        uri: text(value, "/http/requestUri")?,
        status: value
            .pointer("/http/responseCode")
            .and_then(Value::as_u64)
            .unwrap_or(200),
        is_idempotent: is_set(value, "idempotent"),
        is_read_only: is_set(value, "readonly"),
        input: text(value, "/input/shape")?,
        output: text(value, "/output/shape")?,
        faults,
        pagination: pagination.transpose()?,
    })
}

fn kind(shape: &Value) -> anyhow::Result<Kind> {
    let unsigned = || Bounds {
        least: shape.get("min").and_then(Value::as_u64),
        most: shape.get("max").and_then(Value::as_u64),
    };
    let signed = || Bounds {
        least: shape.get("min").and_then(Value::as_i64),
        most: shape.get("max").and_then(Value::as_i64),
    };
    Ok(match text(shape, "/type")?.as_str() {
        "structure" if is_set(shape, "document") => Kind::Document,
        "structure" if is_set(shape, "union") => Kind::Union {
            members: members(shape)?,
        },
        "structure" => Kind::Structure {
            members: members(shape)?,
            fault: fault(shape),
        },
        "string" => match shape.get("enum").and_then(Value::as_array) {
            Some(values) => {
                let values: Option<Vec<String>> = values
                    .iter()
                    .map(|value| value.as_str().map(str::to_owned))
                    .collect();
                Kind::Enumeration {
                    values: values.context("a value is no text")?,
                }
            }
            None => Kind::Text {
                length: unsigned(),
                pattern: text(shape, "/pattern").ok(),
                is_sensitive: is_set(shape, "sensitive"),
            },
        },
        "integer" => Kind::Integer(signed()),
        "long" => Kind::Long(signed()),
        "double" => Kind::Double(Bounds {
            least: shape.get("min").and_then(Value::as_f64),
            most: shape.get("max").and_then(Value::as_f64),
        }),
        "boolean" => Kind::Boolean,
        "timestamp" => match shape.get("timestampFormat").and_then(Value::as_str) {
            None | Some("unixTimestamp") => Kind::EpochSeconds,
            Some("iso8601") => Kind::DateTime,
            Some(other) => bail!("unknown time format {other}"),
        },
        "blob" => Kind::Blob(unsigned()),
        "list" => Kind::List {
            item: text(shape, "/member/shape")?,
            size: unsigned(),
        },
        "map" => Kind::Map {
            key: text(shape, "/key/shape")?,
            value: text(shape, "/value/shape")?,
            size: unsigned(),
        },
        other => bail!("unknown type {other}"),
    })
}

fn members(shape: &Value) -> anyhow::Result<Vec<Member>> {
    let required: Vec<&str> = shape
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    entries(shape, "members")?
        .into_iter()
        .map(|(name, member)| {
            let location = member.get("location").and_then(Value::as_str);
            Ok(Member {
                name: name.clone(),
                shape: text(member, "/shape")?,
                is_required: required.contains(&name.as_str()),
                location: location
                    .map(|location| anyhow::Ok((location.to_owned(), text(member, "/locationName")?)))
                    .transpose()?,
            })
        })
        .collect()
}

fn fault(shape: &Value) -> Option<Fault> {
    is_set(shape, "exception").then(|| Fault {
        status: shape
            .pointer("/error/httpStatusCode")
            .and_then(Value::as_u64)
            .unwrap_or(500),
        is_of_server: is_set(shape, "fault"),
        retryable: shape
            .get("retryable")
            .map(|retryable| is_set(retryable, "throttling")),
    })
}

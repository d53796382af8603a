//! From a method and a path to an operation.
//!
//! Paths are taken as they came over the wire. An ARN in a label holds slashes, which clients escape as `%2F`: decoding
//! before splitting would cut it in pieces. Source: Smithy 2.0 specification, "httpLabel".

use std::collections::HashMap;

use thiserror::Error;

use crate::{
    escape::unescape,
    operation::{Operation, Service},
};

/// Finds the operation of a request.
#[derive(Debug)]
pub struct Router {
    /// Paths without labels, which are nearly all.
    plain: HashMap<&'static str, Vec<Target>>,
    /// Paths with labels.
    labelled: Vec<(Vec<Segment>, Target)>,
}

#[derive(Clone, Copy, Debug)]
struct Target {
    service: &'static Service,
    operation: &'static Operation,
}

/// A segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Segment {
    /// This text, as it is.
    Plain(&'static str),
    /// Anything but nothing, up to the next slash.
    Label(&'static str),
    /// Anything but nothing, slashes included.
    Rest(&'static str),
}

/// What a request asks for.
#[derive(Debug)]
pub struct Route {
    /// The service that has the operation; the signature must be scoped to it.
    pub service: &'static Service,
    /// The operation.
    pub operation: &'static Operation,
    /// The labels of the path, decoded.
    pub labels: Vec<(&'static str, String)>,
}

/// Why no operation is found.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoRoute {
    /// No operation has such a path.
    #[error("no operation has this path")]
    Path,
    /// Operations have this path, by other methods.
    #[error("this path takes {}", methods.join(", "))]
    Method {
        /// The methods that there are, for the header `allow`.
        methods: Vec<&'static str>,
    },
    /// A label is not UTF-8 once it is decoded, or has a `%` without two digits.
    #[error("the label `{label}` of the path is not an escaped text in UTF-8")]
    Label {
        /// The label.
        label: &'static str,
    },
}

/// Two operations that one request would fit.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{method} {left} and {right} fit one request")]
pub struct Ambiguity {
    /// The method of both.
    pub method: &'static str,
    /// The path of the one.
    pub left: &'static str,
    /// The path of the other.
    pub right: &'static str,
}

impl Router {
    /// Takes up every operation of some services.
    ///
    /// # Errors
    ///
    /// Two operations that one request would fit.
    pub fn new(services: &[&'static Service]) -> Result<Self, Ambiguity> {
        let targets: Vec<Target> = services
            .iter()
            .flat_map(|service| {
                service
                    .operations
                    .iter()
                    .map(|operation| Target { service, operation })
            })
            .collect();
        for (index, left) in targets.iter().enumerate() {
            for right in targets.iter().skip(index + 1) {
                let (left, right) = (left.operation, right.operation);
                if left.method == right.method && overlap(&segments(left.uri), &segments(right.uri)) {
                    return Err(Ambiguity {
                        method: left.method.as_str(),
                        left: left.uri,
                        right: right.uri,
                    });
                }
            }
        }
        let mut router = Self {
            plain: HashMap::new(),
            labelled: Vec::new(),
        };
        for target in targets {
            let uri = target.operation.uri;
            if uri.contains('{') {
                router.labelled.push((segments(uri), target));
            } else {
                router.plain.entry(uri).or_default().push(target);
            }
        }
        Ok(router)
    }

    /// Finds the operation of a method and a raw path, without its query.
    ///
    /// # Errors
    ///
    /// A path that no operation has, or none by this method, or with a label that cannot be decoded.
    pub fn route(&self, method: &str, path: &str) -> Result<Route, NoRoute> {
        let mut methods = Vec::new();
        let plain = self.plain.get(path).into_iter().flatten();
        let plain = plain.map(|target| (target, Vec::new()));
        let labelled = self
            .labelled
            .iter()
            .filter_map(|(segments, target)| Some((target, fit(segments, path)?)));
        for (target, raw) in plain.chain(labelled) {
            let operation = target.operation;
            if operation.method.as_str() != method {
                methods.push(operation.method.as_str());
                continue;
            }
            let labels = raw
                .into_iter()
                .map(|(label, text)| match unescape(text) {
                    Some(text) => Ok((label, text)),
                    None => Err(NoRoute::Label { label }),
                })
                .collect::<Result<_, _>>()?;
            return Ok(Route {
                service: target.service,
                operation,
                labels,
            });
        }
        if methods.is_empty() {
            return Err(NoRoute::Path);
        }
        methods.sort_unstable();
        methods.dedup();
        Err(NoRoute::Method { methods })
    }
}

/// The segments of a template. A label at the end takes all that is left: ARNs are the only labels that there are, and
/// people write them with slashes where no SDK escapes those for them.
fn segments(uri: &'static str) -> Vec<Segment> {
    let texts: Vec<&'static str> = uri.strip_prefix('/').unwrap_or(uri).split('/').collect();
    let last = texts.len().saturating_sub(1);
    texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let label = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            match label {
                None => Segment::Plain(text),
                Some(label) if index == last => Segment::Rest(label.trim_end_matches('+')),
                Some(label) => Segment::Label(label),
            }
        })
        .collect()
}

/// The raw labels of a path that fits a template.
fn fit<'a>(segments: &[Segment], path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let mut rest = Some(path.strip_prefix('/')?);
    let mut labels = Vec::new();
    for segment in segments {
        let text = rest?;
        let (head, tail) = match text.split_once('/') {
            Some((head, tail)) => (head, Some(tail)),
            None => (text, None),
        };
        match segment {
            Segment::Plain(expected) if head == *expected => rest = tail,
            Segment::Label(name) if !head.is_empty() => {
                labels.push((*name, head));
                rest = tail;
            }
            Segment::Rest(name) if !text.is_empty() => {
                labels.push((*name, text));
                rest = None;
            }
            _ => return None,
        }
    }
    rest.is_none().then_some(labels)
}

/// Whether some path fits both templates.
fn overlap(left: &[Segment], right: &[Segment]) -> bool {
    match (left.split_first(), right.split_first()) {
        (None, None) => true,
        (Some((Segment::Rest(_), _)), Some(_)) | (Some(_), Some((Segment::Rest(_), _))) => true,
        (Some((Segment::Plain(one), _)), Some((Segment::Plain(other), _))) if one != other => false,
        (Some((_, left)), Some((_, right))) => overlap(left, right),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

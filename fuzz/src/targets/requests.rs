//! Requests to the API: their signatures, their paths, their documents.

use std::sync::LazyLock;

use assay_api_model::{Location, Operation, Router, check, document_of, inspector_scan, inspector2};
use assay_sigv4::{BodyDigest, Claim, Request, SigningKey};

static ROUTER: LazyLock<Option<Router>> =
    LazyLock::new(|| Router::new(&[&inspector2::API, &inspector_scan::API]).ok());

/// Reads a signature, and holds it against a key at the time that it names, which goes furthest.
pub(super) fn claim(bytes: &[u8]) {
    let (head, body) = match bytes.windows(2).position(|pair| pair == b"\n\n") {
        Some(end) => (&bytes[..end], &bytes[end + 2..]),
        None => (bytes, &[][..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let (method, target) = first.split_once(' ').unwrap_or((&first, ""));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = String::from_utf8_lossy(&line[..colon]).into_owned();
            Some((name, &line[colon + 1..]))
        })
        .collect();
    let headers: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let request = Request {
        method,
        path,
        query,
        headers: &headers,
        body: BodyDigest::of(body),
    };
    if let Ok(claim) = Claim::read(&request) {
        let key = SigningKey::derive("secret", claim.scope());
        let _ = claim.verify(&key, claim.signed_at());
    }
}

/// Finds the operation of a path.
pub(super) fn route(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (method, path) = text.split_once(' ').unwrap_or((&text, ""));
    if let Some(router) = &*ROUTER {
        let _ = router.route(method, path);
    }
}

/// Draws a request together and holds it against its shape.
pub(super) fn document(bytes: &[u8]) {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut line = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (name, label, query) = (line(), line(), line());
    let body = parts.next().unwrap_or_default();
    // Other names are the first operation, so that no mutation of a name is wasted.
    let operation: &Operation = inspector2::API
        .operations
        .iter()
        .chain(inspector_scan::API.operations)
        .find(|operation| operation.name == name)
        .unwrap_or(&inspector2::API.operations[0]);
    let labels = operation
        .input
        .members()
        .iter()
        .filter_map(|member| match member.location {
            Location::Label(name) => Some((name, label.clone())),
            _ => None,
        })
        .collect();
    if let Ok(document) = document_of(operation, labels, &query, body) {
        let _ = check(&document, operation.input);
    }
}

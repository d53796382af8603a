//! A request, as far as its signature goes.

use std::borrow::Cow;

use crate::{digest::BodyDigest, escape::unescape_query};

/// A request as it came over the wire, or is about to go.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method in capitals.
    pub method: &'a str,
    /// The path with its escapes, without the query; nothing decoded.
    pub path: &'a str,
    /// The query with its escapes, without `?`; empty if there is none.
    pub query: &'a str,
    /// Every header in order of arrival, repeated ones repeated, with `host` even where HTTP/2 calls it `:authority`.
    /// Names may be in any case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The digest of the body.
    pub body: BodyDigest,
}

impl<'a> Request<'a> {
    /// The values of a header in order of arrival.
    pub(crate) fn header(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The parameters of the query, decoded.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        self.query.split('&').filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (unescape_query(name), unescape_query(value))
        })
    }
}

/// A header's value without surrounding spaces, and with one space for each run of them.
pub(crate) fn fold_spaces(value: &[u8]) -> Cow<'_, [u8]> {
    let trimmed = value.trim_ascii();
    if !trimmed.windows(2).any(|pair| pair == b"  ") {
        return Cow::Borrowed(trimmed);
    }
    let mut folded = Vec::with_capacity(trimmed.len());
    for &byte in trimmed {
        if byte != b' ' || folded.last() != Some(&b' ') {
            folded.push(byte);
        }
    }
    Cow::Owned(folded)
}

//! The parts of a signature, wherever a request carries them.

use std::collections::HashMap;

use crate::{fault::Fault, request::Request};

/// The one algorithm that is verified.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The parameter of a presigned query that is not part of what is signed.
pub(crate) const SIGNATURE_PARAMETER: &str = "X-Amz-Signature";

/// The parts of a signature as texts.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) credential: String,
    pub(crate) signed_headers: String,
    pub(crate) signature: String,
    /// Only of a presigned query.
    pub(crate) presigned: Option<PresignedFields>,
}

/// What a presigned query says beside these.
#[derive(Debug)]
pub(crate) struct PresignedFields {
    pub(crate) date: String,
    pub(crate) expires: String,
    pub(crate) session_token: Option<String>,
}

impl Fields {
    /// Finds the signature of a request, in its header or its query.
    pub(crate) fn find(request: &Request<'_>) -> Result<Self, Fault> {
        let is_presigned = request
            .parameters()
            .any(|(name, _)| name == b"X-Amz-Algorithm" || name == SIGNATURE_PARAMETER.as_bytes());
        let mut headers = request.header("authorization");
        match (headers.next(), headers.next(), is_presigned) {
            (None, _, false) => Err(Fault::MissingAuthenticationToken),
            (None, _, true) => Self::of_query(request),
            (Some(value), None, false) => Self::of_header(value),
            (Some(_), Some(_), _) => Err(incomplete("there is more than one `Authorization` header")),
            (Some(_), None, true) => Err(incomplete(
                "the request is signed both by an `Authorization` header and by its query; use one",
            )),
        }
    }

    fn of_header(value: &[u8]) -> Result<Self, Fault> {
        let text = str::from_utf8(value)
            .map_err(|_| incomplete("the `Authorization` header is not text in UTF-8"))?
            .trim();
        let (algorithm, rest) = text.split_once(' ').unwrap_or((text, ""));
        check_algorithm(algorithm)?;
        let mut parts: HashMap<&str, &str> = HashMap::new();
        for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| incomplete("the `Authorization` header has a part without `=`"))?;
            if parts.insert(name, value).is_some() {
                return Err(incomplete("the `Authorization` header names a part twice"));
            }
        }
        let part = |name: &str| {
            parts
                .get(name)
                .filter(|value| !value.is_empty())
                .map(|value| (*value).to_owned())
                .ok_or_else(|| incomplete(&format!("the `Authorization` header has no `{name}`")))
        };
        Ok(Self {
            credential: part("Credential")?,
            signed_headers: part("SignedHeaders")?,
            signature: part("Signature")?,
            presigned: None,
        })
    }

    fn of_query(request: &Request<'_>) -> Result<Self, Fault> {
        let mut parts: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
        for (name, value) in request.parameters() {
            if name.starts_with(b"X-Amz-") && parts.insert(name, value).is_some() {
                return Err(incomplete("the query names an `X-Amz-` parameter twice"));
            }
        }
        let mut optional = |name: &str| {
            let value = parts.remove(name.as_bytes()).map(String::from_utf8).transpose();
            value.map_err(|_| incomplete(&format!("the parameter `{name}` is not text in UTF-8")))
        };
        let session_token = optional("X-Amz-Security-Token")?;
        let mut part = |name: &str| {
            optional(name)?
                .filter(|value| !value.is_empty())
                .ok_or_else(|| incomplete(&format!("the query has no `{name}`")))
        };
        check_algorithm(&part("X-Amz-Algorithm")?)?;
        Ok(Self {
            credential: part("X-Amz-Credential")?,
            signed_headers: part("X-Amz-SignedHeaders")?,
            signature: part(SIGNATURE_PARAMETER)?,
            presigned: Some(PresignedFields {
                date: part("X-Amz-Date")?,
                expires: part("X-Amz-Expires")?,
                session_token,
            }),
        })
    }
}

fn check_algorithm(algorithm: &str) -> Result<(), Fault> {
    if algorithm == ALGORITHM {
        return Ok(());
    }
    Err(incomplete(&format!("the signature must be by `{ALGORITHM}`")))
}

fn incomplete(reason: &str) -> Fault {
    Fault::IncompleteSignature(reason.to_owned())
}

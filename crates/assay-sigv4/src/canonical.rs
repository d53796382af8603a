//! The one form of a request that both sides hash.

use sha2::{Digest, Sha256};

use crate::{
    digest::hex,
    escape::{Keep, escape, escape_into},
    fault::{Fault, Mismatch},
    fields::{ALGORITHM, SIGNATURE_PARAMETER},
    request::{Request, fold_spaces},
    scope::Scope,
};

/// The canonical request, for signing headers in ascending order of lower-case names.
pub(crate) fn canonical_request(request: &Request<'_>, signed_headers: &[&str]) -> Result<Vec<u8>, Fault> {
    // A line break in any of these would let one text stand for two requests.
    let is_method =
        !request.method.is_empty() && request.method.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_method {
        let reason = "the method must be a word of capital letters".to_owned();
        return Err(Fault::IncompleteSignature(reason));
    }
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method,
        canonical_path(request.path),
        canonical_query(request)
    )
    .into_bytes();
    for name in signed_headers {
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        let mut count = 0;
        for value in request.header(name) {
            if value.iter().any(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
                let reason = format!("the header `{name}` has a line break or a null byte in its value");
                return Err(Fault::IncompleteSignature(reason));
            }
            if count > 0 {
                text.push(b',');
            }
            count += 1;
            text.extend_from_slice(&fold_spaces(value));
        }
        if count == 0 {
            return Err(Fault::InvalidSignature(Mismatch::Header((*name).to_owned())));
        }
        text.push(b'\n');
    }
    text.extend_from_slice(format!("\n{}\n{}", signed_headers.join(";"), request.body).as_bytes());
    Ok(text)
}

/// What is signed in the end: algorithm, time, scope, and the digest of the canonical request.
pub(crate) fn string_to_sign(time: &str, scope: &Scope, canonical_request: &[u8]) -> String {
    let digest = hex(&Sha256::digest(canonical_request));
    format!("{ALGORITHM}\n{time}\n{scope}\n{digest}")
}

/// The path with dot segments and repeated slashes resolved (RFC 3986, section 5.2.4), escaped once more.
fn canonical_path(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let mut canonical = String::with_capacity(path.len() + 1);
    for segment in &segments {
        canonical.push('/');
        escape_into(segment.as_bytes(), Keep::Nothing, &mut canonical);
    }
    let is_directory = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    if segments.is_empty() || is_directory {
        canonical.push('/');
    }
    canonical
}

/// The parameters in order of their escaped names and values, without a presigned request's own signature.
pub(crate) fn canonical_query(request: &Request<'_>) -> String {
    let mut pairs: Vec<(String, String)> = request
        .parameters()
        .filter(|(name, _)| name != SIGNATURE_PARAMETER.as_bytes())
        .map(|(name, value)| (escape(&name, Keep::Nothing), escape(&value, Keep::Nothing)))
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BodyDigest;

    #[test]
    fn paths() {
        for (path, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/findings/list", "/findings/list"),
            ("/findings//list/", "/findings/list/"),
            ("/a/./b/../c", "/a/c"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/../a/.", "/a/"),
            ("/...", "/..."),
            ("/tags/arn%3Aaws%2Fx", "/tags/arn%253Aaws%252Fx"),
            ("/tags/arn:aws", "/tags/arn%3Aaws"),
            ("/ሴ", "/%E1%88%B4"),
            ("/example space/", "/example%20space/"),
        ] {
            assert_eq!(canonical_path(path), expected, "{path}");
        }
    }

    #[test]
    fn queries() {
        for (query, expected) in [
            ("", ""),
            ("&&", ""),
            ("acl", "acl="),
            ("b=2&a=1&a=0", "a=0&a=1&b=2"),
            ("a=b=c", "a=b%3Dc"),
            ("tagKeys=a%2fb&tagKeys=c+d", "tagKeys=a%2Fb&tagKeys=c%20d"),
            ("a%5B=1&a-=2", "a%5B=1&a-=2"),
            ("X-Amz-Signature=00&X-Amz-Date=1", "X-Amz-Date=1"),
        ] {
            let request = Request {
                method: "GET",
                path: "/",
                query,
                headers: &[],
                body: BodyDigest::of(b""),
            };
            assert_eq!(canonical_query(&request), expected, "{query}");
        }
    }
}

//! Random requests, signed by the AWS SDK for Rust and verified here; changes to any signed part must be refused.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests; clippy excuses only the test functions themselves"
)]

use std::time::{Duration, SystemTime};

use assay_sigv4::{BodyDigest, Claim, Credentials, Fault, Request, SigningKey, presign, sign};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningParams, SigningSettings},
    sign::v4,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const REGION: &str = "eu-west-1";
const SERVICE: &str = "inspector2";

/// A request that owns its parts, so that they can be changed.
#[derive(Clone, Debug)]
struct Owned {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Owned {
    fn with<T>(&self, use_it: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        use_it(&Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: BodyDigest::of(&self.body),
        })
    }

    fn verify(&self, secret: &str, now: Timestamp) -> Result<Claim, Fault> {
        let claim = self.with(Claim::read)?;
        claim.verify(&SigningKey::derive(secret, claim.scope()), now)?;
        Ok(claim)
    }
}

/// Signs with the SDK, and adds what it says to the request.
fn sign_by_sdk(owned: &Owned, credentials: &Credentials, now: Timestamp, place: SignatureLocation) -> Owned {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now.as_second().unsigned_abs());
    let identity = aws_credential_types::Credentials::new(
        credentials.access_key.clone(),
        credentials.secret.clone(),
        credentials.session_token.clone(),
        None,
        "test",
    )
    .into();
    let mut settings = SigningSettings::default();
    settings.signature_location = place;
    settings.expires_in = (place == SignatureLocation::QueryParams).then_some(Duration::from_secs(300));
    let parameters: SigningParams<'_> = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(SERVICE)
        .time(time)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let address = format!("https://{}{}?{}", owned.headers[0].1, owned.path, owned.query);
    let headers = owned
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let signable =
        SignableRequest::new(&owned.method, address, headers, SignableBody::Bytes(&owned.body)).unwrap();
    let (instructions, _signature) = aws_sigv4::http_request::sign(signable, &parameters)
        .unwrap()
        .into_parts();
    let mut signed = owned.clone();
    for (name, value) in instructions.headers() {
        signed.headers.push((name.to_owned(), value.to_owned()));
    }
    for (name, value) in instructions.params() {
        if !signed.query.is_empty() {
            signed.query.push('&');
        }
        signed.query.push_str(&format!("{name}={}", escape(value)));
    }
    signed
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn owned() -> impl Strategy<Value = Owned> {
    let segment = prop_oneof![
        "[a-z-]{1,8}",
        Just("arn:aws:inspector2:eu-west-1:123456789012:owner/1/filter/a".to_owned()),
        Just("..".to_owned()),
        Just(".".to_owned()),
        Just(String::new()),
        "\\PC{1,6}",
    ];
    let plainly = prop::sample::select(vec!["", ":", "+", "=", "!", "*"]);
    let path = prop::collection::vec((segment, plainly), 0..4).prop_map(|segments| {
        segments
            .iter()
            .map(|(segment, plain)| format!("/{}{plain}", escape(segment)))
            .collect::<String>()
    });
    let path = path.prop_map(|path| if path.is_empty() { "/".to_owned() } else { path });
    let parameter =
        ("[a-zA-Z-]{1,5}|\\PC{1,4}", "\\PC{0,6}", 0..3_u8).prop_map(|(name, value, form)| match form {
            0 => escape(&name),
            1 => format!("{}={}", escape(&name), escape(&value).to_lowercase()),
            _ => format!("{}={}", escape(&name), escape(&value).replace("%20", "+")),
        });
    let query = prop::collection::vec(parameter, 0..5).prop_map(|parameters| parameters.join("&"));
    let header = (
        "content-type|x-[a-c]{1,2}|X-Amz-Meta|accept|user-agent",
        " {0,2}[!-~]{0,5}( {1,3}[!-~]{1,4}){0,2} {0,2}",
    );
    let headers = prop::collection::vec(header, 0..6);
    (
        "GET|POST|PUT|DELETE|PATCH",
        path,
        query,
        headers,
        prop::collection::vec(any::<u8>(), 0..64),
    )
        .prop_map(|(method, path, query, mut headers, body)| {
            headers.insert(
                0,
                ("host".to_owned(), "inspector2.eu-west-1.amazonaws.com".to_owned()),
            );
            Owned {
                method,
                path,
                query,
                headers,
                body,
            }
        })
}

fn credentials() -> impl Strategy<Value = Credentials> {
    (
        "[A-Z0-9]{16,20}",
        "[!-~]{1,90}",
        prop::option::of("[A-Za-z0-9+/=]{1,60}"),
    )
        .prop_map(|(access_key, secret, session_token)| Credentials {
            access_key,
            secret,
            session_token,
        })
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_i64).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #[test]
    fn what_the_sdk_signs_is_accepted(owned in owned(), credentials in credentials(), now in time()) {
        for place in [SignatureLocation::Headers, SignatureLocation::QueryParams] {
            let signed = sign_by_sdk(&owned, &credentials, now, place);
            let claim = signed.verify(&credentials.secret, now);
            prop_assert!(claim.is_ok(), "{signed:?}: {claim:?}");
            let claim = claim.unwrap();
            prop_assert_eq!(claim.access_key(), &credentials.access_key);
            prop_assert_eq!(claim.session_token(), credentials.session_token.as_deref());
            prop_assert!(claim.scope().require(REGION, &[SERVICE]).is_ok());
        }
    }

    #[test]
    fn signing_agrees_with_the_sdk(owned in owned(), credentials in credentials(), now in time()) {
        let by_sdk = sign_by_sdk(&owned, &credentials, now, SignatureLocation::Headers);
        let added = owned.with(|request| sign(request, &credentials, REGION, SERVICE, now)).unwrap();
        for (name, value) in added {
            let theirs = by_sdk.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
            prop_assert_eq!(theirs, Some(value.as_str()), "{}", name);
        }
        let mut signed = owned.clone();
        let expires = SignedDuration::from_mins(5);
        signed.query = owned.with(|request| presign(request, &credentials, REGION, SERVICE, now, expires)).unwrap();
        prop_assert!(signed.verify(&credentials.secret, now).is_ok());
    }

    #[test]
    fn what_was_changed_is_refused(
        owned in owned(), credentials in credentials(), now in time(), place in any::<bool>(), at in any::<prop::sample::Index>(),
    ) {
        let place = if place { SignatureLocation::Headers } else { SignatureLocation::QueryParams };
        let signed = sign_by_sdk(&owned, &credentials, now, place);
        let other_secret = credentials.secret.clone() + "x";
        prop_assert!(signed.verify(&other_secret, now).is_err());
        prop_assert!(signed.verify(&credentials.secret, now + SignedDuration::from_secs(901)).is_err());
        let mut changes = Vec::new();
        let mut change = |what: &str, edit: &dyn Fn(&mut Owned)| {
            let mut changed = signed.clone();
            edit(&mut changed);
            changes.push((what.to_owned(), changed));
        };
        change("method", &|request| request.method = "HEAD".to_owned());
        change("path", &|request| request.path.push_str("/x"));
        change("query", &|request| request.query.push_str("&new=1"));
        change("body", &|request| request.body.push(0));
        change("unsigned header", &|request| request.headers.push(("x-amz-new".to_owned(), String::new())));
        change("repeated header", &|request| request.headers.push(("host".to_owned(), "h".to_owned())));
        // User agents change on the way, so the SDK does not sign them; it signs no empty addition to a name either.
        let signed_headers: Vec<usize> = (0..signed.headers.len())
            .filter(|index| !["user-agent"].contains(&signed.headers[*index].0.as_str()))
            .collect();
        let index = signed_headers[at.index(signed_headers.len())];
        change("header", &|request| request.headers[index].1.push('x'));
        change("lost headers", &|request| {
            let name = request.headers[index].0.clone();
            request.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
        });
        for (what, changed) in changes {
            prop_assert!(changed.verify(&credentials.secret, now).is_err(), "{what} at {index}: {changed:?}");
        }
    }

    #[test]
    fn no_text_panics(
        method in "\\PC{0,5}|GET", path in "(?s).{0,20}", query in "(?s).{0,40}|X-Amz-(Algorithm=AWS4-HMAC-SHA256&X-Amz-[A-Za-z]{1,10}=.{0,20}&?){0,5}",
        names in prop::collection::vec("authorization|host|x-amz-date|date|x-amz-content-sha256|\\PC{0,5}", 0..6),
        values in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            "AWS4-HMAC-SHA256 (Credential=[a-z0-9/]{0,40}[, ]{0,2}|SignedHeaders=[a-z;-]{0,20},|Signature=[0-9a-f]{0,65},|[=,]{0,3}){0,5}".prop_map(String::into_bytes),
            "[0-9]{8}T[0-9]{6}Z".prop_map(String::into_bytes),
        ], 6),
    ) {
        let headers: Vec<(&str, &[u8])> =
            names.iter().map(String::as_str).zip(values.iter().map(Vec::as_slice)).collect();
        let request = Request {
            method: &method, path: &path, query: &query, headers: &headers, body: BodyDigest::of(b""),
        };
        if let Ok(claim) = Claim::read(&request) {
            let key = SigningKey::derive("", claim.scope());
            prop_assert!(claim.verify(&key, Timestamp::UNIX_EPOCH).is_err());
        }
    }
}

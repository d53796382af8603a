use super::*;
use crate::{BodyDigest, Dialect};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn request<'a>(headers: &'a [(&'a str, &'a [u8])], query: &'a str) -> Request<'a> {
    Request {
        method: "GET",
        path: "/",
        query,
        headers,
        body: BodyDigest::of(b""),
    }
}

const GOOD: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, \
    Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

/// The fault of a request with these headers besides host and date, or without them where `headers` has its own.
fn check(authorization: &str, more: &[(&str, &[u8])], code: &str, part: &str) {
    let mut headers: Vec<(&str, &[u8])> = vec![("authorization", authorization.as_bytes())];
    if !more.iter().any(|(name, _)| *name == "host") {
        headers.push(("host", b"example.amazonaws.com"));
    }
    if !more
        .iter()
        .any(|(name, _)| name.to_ascii_lowercase().ends_with("date"))
    {
        headers.push(("x-amz-date", b"20150830T123600Z"));
    }
    headers.extend_from_slice(more);
    let result = Claim::read(&request(&headers, ""));
    let found = result
        .as_ref()
        .err()
        .map_or("", |fault| fault.code(Dialect::Query));
    assert_eq!(found, code, "{authorization} {more:?}");
    if let Err(fault) = result {
        assert!(fault.to_string().contains(part), "{fault}");
    }
}

#[test]
fn forms_of_the_header() {
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        GOOD.replace(from, to)
    };
    let incomplete = "IncompleteSignature";
    check(GOOD, &[], "", "");
    check(&with(", ", ","), &[], "", "");
    check(
        &with("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        &[],
        incomplete,
        "must be by",
    );
    check("Basic QTpC", &[], incomplete, "must be by");
    check("", &[], incomplete, "must be by");
    check("AWS4-HMAC-SHA256", &[], incomplete, "no `Credential`");
    check("AWS4-HMAC-SHA256 nothing", &[], incomplete, "without `=`");
    check(
        &with("Signature=5", "Signature=X"),
        &[],
        incomplete,
        "64 hexadecimal",
    );
    check(
        &with("Signature=5fa0", "Signature=5FA0"),
        &[],
        incomplete,
        "64 hexadecimal",
    );
    check(
        &with("Signature=5f", "Signature="),
        &[],
        incomplete,
        "64 hexadecimal",
    );
    check(
        &with("SignedHeaders=", "Headers="),
        &[],
        incomplete,
        "no `SignedHeaders`",
    );
    check(&with("SignedHeaders", "Signature"), &[], incomplete, "twice");
    check(&with("/aws4_request", "/aws4"), &[], incomplete, "aws4_request");
    check(&with("/service/", "/"), &[], incomplete, "parted by slashes");
    check(
        &with("/service/", "/ser/vice/"),
        &[],
        incomplete,
        "parted by slashes",
    );
    check(&with("/service/", "//"), &[], incomplete, "service");
    check(
        &with("AKIDEXAMPLE", "AKID EXAMPLE"),
        &[],
        incomplete,
        "access key",
    );
    check(&with("20150830", "2015083"), &[], incomplete, "eight digits");
    check(
        &with("20150830", "20150831"),
        &[],
        "SignatureDoesNotMatch",
        "the day 20150831",
    );
    check(
        &with("host;x-amz-date", "x-amz-date;host"),
        &[],
        incomplete,
        "order",
    );
    check(
        &with("host;x-amz-date", "Host;x-amz-date"),
        &[],
        incomplete,
        "lower case",
    );
    check(
        &with("host;x-amz-date", "host;host;x-amz-date"),
        &[],
        incomplete,
        "once",
    );
    check(
        &with("host;x-amz-date", "host;;x-amz-date"),
        &[],
        incomplete,
        "lower case",
    );
}

#[test]
fn what_must_be_signed() {
    let denied = "AccessDenied";
    check(
        &GOOD.replace("host;x-amz-date", "x-amz-date"),
        &[],
        denied,
        "`host`",
    );
    check(
        &GOOD.replace("host;x-amz-date", "host"),
        &[],
        denied,
        "`x-amz-date`",
    );
    check(GOOD, &[("X-Amz-Target", b"x")], denied, "`x-amz-target`");
    check(
        GOOD,
        &[("x-amz-security-token", b"x")],
        denied,
        "`x-amz-security-token`",
    );
    check(GOOD, &[("x-amzn-trace-id", b"x")], "", "");
    check(
        &GOOD.replace("host;", "host;via;"),
        &[],
        "SignatureDoesNotMatch",
        "`via` is signed but did not arrive",
    );
}

#[test]
fn dates() {
    let incomplete = "IncompleteSignature";
    let date: (&str, &[u8]) = ("x-amz-date", b"20150830T123600Z");
    check(GOOD, &[date, date], incomplete, "more than one `x-amz-date`");
    check(GOOD, &[("x-amz-date", b"now")], incomplete, "20150830T123600Z");
    check(GOOD, &[("x-amz-date", b"\xff")], incomplete, "UTF-8");
    check(GOOD, &[("x-date", b"")], incomplete, "no `x-amz-date`");
    let by_date = GOOD.replace("host;x-amz-date", "date;host");
    check(&by_date, &[("date", b"Sun, 30 Aug 2015 12:36:00 GMT")], "", "");
    check(&by_date, &[("Date", b"20150830T123600Z")], "", "");
    check(GOOD, &[("date", b"20150830T123600Z")], "AccessDenied", "`date`");
}

#[test]
fn bodies() {
    let signed = GOOD.replace("host;", "host;x-amz-content-sha256;");
    let refused = "SignatureDoesNotMatch";
    let empty = BodyDigest::of(b"").to_string();
    let name = "x-amz-content-sha256";
    check(&signed, &[(name, empty.as_bytes())], "", "");
    check(&signed, &[(name, b"UNSIGNED-PAYLOAD")], refused, "as a whole");
    check(
        &signed,
        &[(name, b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD")],
        refused,
        "`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`",
    );
    check(&signed, &[(name, b"00")], refused, "not the digest");
    check(GOOD, &[(name, empty.as_bytes())], "AccessDenied", name);
}

#[test]
fn injected_lines() {
    check(
        GOOD,
        &[("host", b"example.amazonaws.com\nx-amz-date:20150830T123600Z")],
        "IncompleteSignature",
        "line break",
    );
    let headers: &[(&str, &[u8])] = &[
        ("authorization", GOOD.as_bytes()),
        ("host", b"example.amazonaws.com"),
        ("x-amz-date", b"20150830T123600Z"),
    ];
    for method in ["", "GET\n/", "get"] {
        let request = Request {
            method,
            ..request(headers, "")
        };
        assert!(Claim::read(&request).is_err(), "{method}");
    }
}

#[test]
fn signatures_in_two_places_or_none() {
    let host: (&str, &[u8]) = ("host", b"h");
    let header: (&str, &[u8]) = ("Authorization", GOOD.as_bytes());
    for (headers, query, code) in [
        (&[host][..], "a=b", "MissingAuthenticationToken"),
        (
            &[host, header][..],
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "IncompleteSignature",
        ),
        (&[host, header, header][..], "", "IncompleteSignature"),
        (&[host][..], "X-Amz-Signature=00", "IncompleteSignature"),
        (
            &[host][..],
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "IncompleteSignature",
        ),
    ] {
        let fault = Claim::read(&request(headers, query)).unwrap_err();
        assert_eq!(fault.code(Dialect::Query), code, "{query}");
    }
}

#[test]
fn expiry_of_presigned_requests() {
    let query = |expires: &str| {
        let signature = "0".repeat(64);
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z\
             &X-Amz-Expires={expires}&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
        )
    };
    let headers: &[(&str, &[u8])] = &[("host", b"h"), ("x-amz-user-agent", b"added by an SDK")];
    for (expires, is_good) in [
        ("1", true),
        ("604800", true),
        ("0", false),
        ("604801", false),
        ("-1", false),
        ("x", false),
        ("", false),
        ("99999999999999999999", false),
    ] {
        let query = query(expires);
        let claim = Claim::read(&request(headers, &query));
        assert_eq!(claim.is_ok(), is_good, "{expires}");
        let Ok(claim) = claim else { continue };
        let key = SigningKey::derive(SECRET, claim.scope());
        let after = |seconds: i64| claim.signed_at() + SignedDuration::from_secs(seconds);
        let expires: i64 = expires.parse().unwrap();
        for (now, is_in_time) in [
            (after(-901), false),
            (after(-900), true),
            (after(expires), true),
            (after(expires + 1), false),
        ] {
            let fault = claim.verify(&key, now).unwrap_err();
            assert_eq!(
                fault == Fault::InvalidSignature(Mismatch::Signature),
                is_in_time,
                "{fault}"
            );
        }
    }
}

#[test]
fn scopes() {
    let scope = Scope {
        date: "20150830".to_owned(),
        region: "eu-west-1".to_owned(),
        service: "inspector2".to_owned(),
    };
    assert!(
        scope
            .require("eu-west-1", &["inspector2", "inspector-scan"])
            .is_ok()
    );
    for (region, services, part) in [
        ("us-east-1", &["inspector2"][..], "`us-east-1`"),
        ("eu-west-1", &["inspector-scan"][..], "inspector-scan"),
    ] {
        let fault = scope.require(region, services).unwrap_err();
        assert!(fault.to_string().contains(part), "{fault}");
        assert_eq!(fault.code(Dialect::Json), "InvalidSignatureException");
    }
}

//! Signatures that AWS publishes: its test suite for signature version 4, and the example of its documentation.

use assay_sigv4::{BodyDigest, Claim, Credentials, Request, SigningKey, sign};

struct Vector {
    name: &'static str,
    service: &'static str,
    method: &'static str,
    path: &'static str,
    query: &'static str,
    /// Besides `x-amz-date`.
    headers: &'static [(&'static str, &'static [u8])],
    body: &'static [u8],
    signature: &'static str,
}

const HOST: (&str, &[u8]) = ("Host", b"example.amazonaws.com");

const PLAIN: Vector = Vector {
    name: "get-vanilla",
    service: "service",
    method: "GET",
    path: "/",
    query: "",
    headers: &[HOST],
    body: b"",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
};

const VECTORS: &[Vector] = &[
    PLAIN,
    Vector {
        name: "post-vanilla",
        method: "POST",
        signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ..PLAIN
    },
    Vector {
        name: "get-vanilla-query-order-key-case",
        query: "Param2=value2&Param1=value1",
        signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ..PLAIN
    },
    Vector {
        name: "get-vanilla-empty-query-key",
        query: "Param1=value1",
        signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        ..PLAIN
    },
    Vector {
        name: "get-utf8",
        path: "/ሴ",
        signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        ..PLAIN
    },
    Vector {
        name: "get-header-value-trim",
        headers: &[
            HOST,
            ("My-Header1", b" value1"),
            ("My-Header2", b" \"a   b   c\""),
        ],
        signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ..PLAIN
    },
    Vector {
        name: "get-header-key-duplicate",
        headers: &[
            HOST,
            ("My-Header1", b"value2"),
            ("my-header1", b"value2"),
            ("MY-HEADER1", b"value1"),
        ],
        signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        ..PLAIN
    },
    Vector {
        name: "post-x-www-form-urlencoded",
        method: "POST",
        headers: &[HOST, ("Content-Type", b"application/x-www-form-urlencoded")],
        body: b"Param1=value1",
        signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ..PLAIN
    },
    Vector {
        name: "the documentation's example, ListUsers",
        service: "iam",
        query: "Action=ListUsers&Version=2010-05-08",
        headers: &[
            ("Host", b"iam.amazonaws.com"),
            (
                "Content-Type",
                b"application/x-www-form-urlencoded; charset=utf-8",
            ),
        ],
        signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ..PLAIN
    },
];

#[test]
fn published_signatures() {
    let credentials = Credentials {
        access_key: "AKIDEXAMPLE".to_owned(),
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
    };
    let now = "2015-08-30T12:36:00Z".parse().unwrap();
    for vector in VECTORS {
        let request = Request {
            method: vector.method,
            path: vector.path,
            query: vector.query,
            headers: vector.headers,
            body: BodyDigest::of(vector.body),
        };
        let added = sign(&request, &credentials, "us-east-1", vector.service, now).unwrap();
        let (_, authorization) = added.last().unwrap();
        assert!(
            authorization.ends_with(vector.signature),
            "{}: {authorization}",
            vector.name
        );

        let mut headers = vector.headers.to_vec();
        headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
        let request = Request {
            headers: &headers,
            ..request
        };
        let claim = Claim::read(&request).unwrap();
        assert_eq!(claim.access_key(), "AKIDEXAMPLE");
        let key = SigningKey::derive(&credentials.secret, claim.scope());
        claim.verify(&key, now).unwrap();
    }
}

/// Requests as botocore 1.44 sends them: an ARN in the path, repeated parameters with escapes, a session token.
#[test]
fn requests_of_botocore() {
    let tag = "/tags/arn%3Aaws%3Ainspector2%3Aeu-west-1%3A123456789012%3Aowner%2F1%2Ffilter%2Fa";
    for (method, path, query, body, signed_headers, signature) in [
        (
            "POST",
            tag,
            "",
            r#"{"tags": {"a": "b"}}"#,
            "content-type;host",
            "440ff2e438cc7045a32a677fd25d6106ec0561603ecb3d9f3cff18abf04959f6",
        ),
        (
            "DELETE",
            tag,
            "tagKeys=a%20b&tagKeys=c%2Bd%2F%C3%A9&tagKeys=z",
            "",
            "host",
            "b887120690e002e44fe2cb498abfd2a036b493f6d459cbcb5b7a2a6149d1ddf5",
        ),
        (
            "POST",
            "/findings/list",
            "",
            r#"{"maxResults": 3}"#,
            "content-type;host",
            "bc6359ef986d369b2d1968f528413d932448360f85444c4d4bbbe267365edf6c",
        ),
    ] {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE1/20261124/eu-west-1/inspector2/aws4_request, \
             SignedHeaders={signed_headers};x-amz-date;x-amz-security-token, Signature={signature}"
        );
        let request = Request {
            method,
            path,
            query,
            headers: &[
                ("Host", b"inspector2.eu-west-1.amazonaws.com"),
                ("Content-Type", b"application/json"),
                ("X-Amz-Date", b"20261124T193640Z"),
                ("X-Amz-Security-Token", b"tok+/="),
                ("Authorization", authorization.as_bytes()),
                ("amz-sdk-request", b"attempt=1; max=3"),
            ],
            body: BodyDigest::of(body.as_bytes()),
        };
        let claim = Claim::read(&request).unwrap();
        assert_eq!(claim.session_token(), Some("tok+/="));
        claim.scope().require("eu-west-1", &["inspector2"]).unwrap();
        let now = "2026-11-24T19:40:00Z".parse().unwrap();
        claim
            .verify(&SigningKey::derive("s", claim.scope()), now)
            .unwrap();
    }
}

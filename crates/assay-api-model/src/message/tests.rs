use serde_json::json;

use super::*;
use crate::{
    Blob, EpochSeconds, Open, Router, Secret,
    inspector_scan::{self, ScanSbom},
    inspector2::{self, *},
};

/// What a request of an operation reads as, written again as JSON, or why it is refused.
fn check_read<C: Call>(path: &str, query: &str, body: &str, expected: Result<Value, &str>) {
    let router = Router::new(&[&inspector2::API, &inspector_scan::API]).unwrap();
    let route = router.route(C::operation().method.as_str(), path).unwrap();
    assert_eq!(route.operation.name, C::operation().name);
    let read = read::<C>(route.labels, query, body.as_bytes());
    match (read, expected) {
        (Ok(input), Ok(expected)) => assert_eq!(serde_json::to_value(&input).unwrap(), expected),
        (Err(rejection), Err(expected)) => assert_eq!(rejection.to_string(), expected),
        (found, expected) => panic!(
            "{path}?{query} {body}: {found:?} and not {expected:?}",
            found = found.err()
        ),
    }
}

#[test]
fn requests() {
    check_read::<ListFindings>("/findings/list", "", "", Ok(json!({})));
    check_read::<ListFindings>("/findings/list", "maxResults=x", "{}", Ok(json!({})));
    check_read::<ListFindings>("/findings/list", "", "[]", Err("the request must be an object"));
    check_read::<ListFindings>(
        "/findings/list",
        "",
        "{",
        Err("the body is not JSON: EOF while parsing an object at line 1 column 1"),
    );
    check_read::<ListFindings>(
        "/findings/list",
        "",
        r#"{"maxResults": 3, "unknown": 1, "sortCriteria": {"field": "SEVERITY", "sortOrder": "ASC"}}"#,
        Ok(json!({"maxResults": 3, "sortCriteria": {"field": "SEVERITY", "sortOrder": "ASC"}})),
    );
    // The path decides, whatever the body says.
    check_read::<TagResource>(
        "/tags/arn%3Aaws%2Fx",
        "",
        r#"{"resourceArn": "other", "tags": {"a": "b"}}"#,
        Ok(json!({"resourceArn": "arn:aws/x", "tags": {"a": "b"}})),
    );
    check_read::<UntagResource>(
        "/tags/x",
        "tagKeys=a%2Fb&tagKeys=c%2Bd&other",
        "no JSON, and not read",
        Ok(json!({"resourceArn": "x", "tagKeys": ["a/b", "c+d"]})),
    );
    check_read::<UntagResource>("/tags/x", "", "", Err("tagKeys must be given"));
    check_read::<UntagResource>(
        "/tags/x",
        "tagKeys=%zz",
        "",
        Err("the query is not escaped text in UTF-8"),
    );
    check_read::<GetEncryptionKey>(
        "/encryptionkey/get",
        "scanType=CODE&resourceType=AWS_LAMBDA_FUNCTION",
        "",
        Ok(json!({"scanType": "CODE", "resourceType": "AWS_LAMBDA_FUNCTION"})),
    );
    check_read::<GetEncryptionKey>(
        "/encryptionkey/get",
        "scanType=CODE&resourceType=AWS_LAMBDA_FUNCTION&scanType=CODE",
        "",
        Err("scanType must be a text"),
    );
    let list = "/codesecurity/scan-configuration/list";
    check_read::<ListCodeSecurityScanConfigurations>(list, "maxResults=5", "", Ok(json!({"maxResults": 5})));
    for wrong in ["five", "1.5", "\"5\"", "true", ""] {
        check_read::<ListCodeSecurityScanConfigurations>(
            list,
            &format!("maxResults={wrong}"),
            "",
            Err("maxResults must be a whole number of 32 bits"),
        );
    }
    let sbom =
        json!({"sbom": {"bomFormat": "CycloneDX", "x": [null, {"deep": 1.25}]}, "outputFormat": "INSPECTOR"});
    check_read::<ScanSbom>("/scan/sbom", "", &sbom.to_string(), Ok(sbom));
}

#[test]
fn what_a_client_writes_the_service_reads() {
    let input = UntagResourceRequest {
        resource_arn: "arn:aws:inspector2:eu-west-1:123456789012:owner/1/filter/a b%".to_owned(),
        tag_keys: vec!["team/é".to_owned(), "a+b&c=d".to_owned(), String::new()],
    };
    let outgoing = write::<UntagResource>(&input).unwrap();
    assert_eq!(outgoing.method, "DELETE");
    assert!(outgoing.body.is_empty());
    let router = Router::new(&[&inspector2::API]).unwrap();
    let route = router.route(outgoing.method, &outgoing.path).unwrap();
    let document = document_of(route.operation, route.labels, &outgoing.query, &outgoing.body).unwrap();
    assert_eq!(document, serde_json::to_value(&input).unwrap());

    let input = ListFindingsRequest {
        max_results: Some(5),
        ..ListFindingsRequest::default()
    };
    let outgoing = write::<ListFindings>(&input).unwrap();
    assert_eq!(
        (outgoing.path.as_str(), outgoing.query.as_str()),
        ("/findings/list", "")
    );
    assert_eq!(outgoing.body, br#"{"maxResults":5}"#);
}

#[test]
fn answers() {
    let output = ListTagsForResourceResponse { tags: None };
    let expected = Answer {
        status: 200,
        headers: Vec::new(),
        body: b"{}".to_vec(),
    };
    assert_eq!(answer::<ListTagsForResource>(&output).unwrap(), expected);
    assert_eq!(StartOnDemandScan::operation().status, 202);
}

#[test]
fn faults() {
    let fault = ThrottlingException {
        message: "too many requests".to_owned(),
        retry_after_seconds: Some(3),
    };
    let expected = Answer {
        status: 429,
        headers: vec![
            ("x-amzn-errortype", "ThrottlingException".to_owned()),
            ("Retry-After", "3".to_owned()),
        ],
        body: br#"{"message":"too many requests"}"#.to_vec(),
    };
    assert_eq!(answer_fault(&fault).unwrap(), expected);
    let statuses: Vec<(&str, u16)> = inspector2::FAULTS
        .iter()
        .map(|fault| (fault.name, fault.status))
        .collect();
    assert_eq!(
        statuses,
        [
            ("AccessDeniedException", 403),
            ("BadRequestException", 400),
            ("ConflictException", 409),
            ("InternalServerException", 500),
            ("ResourceNotFoundException", 404),
            ("ServiceQuotaExceededException", 402),
            ("ThrottlingException", 429),
            ("ValidationException", 400),
        ]
    );
}

/// A finding as the service sends it, with what a later version of it may add.
#[test]
fn what_answers_add_is_kept() {
    let finding = json!({
        "awsAccountId": "123456789012",
        "description": "x",
        "findingArn": "arn:aws:inspector2:eu-west-1:123456789012:finding/0123456789abcdef0123456789abcdef",
        "firstObservedAt": 1_700_000_000.123456,
        "lastObservedAt": 1_700_000_000,
        "inspectorScore": 7.5,
        "remediation": {"recommendation": {"Url": "https://example.com", "text": "upgrade"}},
        "resources": [{
            "id": "i-0123456789abcdef0",
            "type": "AWS_EC2_INSTANCE",
            "details": {"awsEc2Instance": {"ipV4Addresses": ["10.0.0.1"], "launchedAt": 1}}
        }],
        "severity": "APOCALYPTIC",
        "status": "ACTIVE",
        "type": "PACKAGE_VULNERABILITY",
    });
    let read: Finding = serde_json::from_value(finding.clone()).unwrap();
    assert_eq!(read.status, FindingStatus::Active);
    assert_eq!(read.severity, Open::Other(json!("APOCALYPTIC")));
    assert_eq!(read.severity.known(), None);
    assert_eq!(serde_json::to_value(&read).unwrap(), finding);
    // Requests are strict.
    let request = json!({"resourceTypes": ["TOASTER"]});
    assert!(serde_json::from_value::<EnableRequest>(request.clone()).is_err());
    assert!(decode::<EnableRequest>(request).is_err());
}

#[test]
fn secrets_are_not_shown() {
    let token = Secret::from("glpat-secret");
    assert_eq!(serde_json::to_value(&token).unwrap(), json!("glpat-secret"));
    let detail: CreateGitLabSelfManagedIntegrationDetail = serde_json::from_value(
        json!({"accessToken": "glpat-secret", "instanceUrl": "https://gitlab.example.com"}),
    )
    .unwrap();
    assert_eq!(detail.access_token, token);
    assert!(!format!("{detail:?}").contains("glpat"), "{detail:?}");
    // Nor in what is refused.
    let wrong = json!({"accessToken": ["glpat-secret"], "instanceUrl": "glpat-secret"});
    let rejection = decode::<CreateGitLabSelfManagedIntegrationDetail>(wrong).unwrap_err();
    assert!(!rejection.to_string().contains("glpat"), "{rejection}");
}

#[test]
fn scalars() {
    let blob: Blob = serde_json::from_str("\"YWJj\"").unwrap();
    assert_eq!(blob.0, b"abc");
    assert_eq!(serde_json::to_string(&blob).unwrap(), "\"YWJj\"");
    let read: Result<EpochSeconds, _> = serde_json::from_str("1e300");
    assert!(read.is_err());
}

proptest::proptest! {
    #[test]
    fn no_request_panics(query in "(?s).{0,30}|(tagKeys=[a-z%0-9]{0,5}&?){0,4}", body in "(?s).{0,30}|[\\[{\":,}\\]a-z0-9]{0,30}") {
        for operation in inspector2::OPERATIONS {
            if let Ok(document) = document_of(operation, Vec::new(), &query, body.as_bytes()) {
                let _ = check(&document, operation.input);
            }
        }
    }
}

//! Every operation against the routes of the public service models.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::HashSet;

use assay_api_model::{Router, inspector_scan, inspector2};

/// The one label that there is, as SDKs escape it.
const ESCAPED_ARN: &str = "arn%3Aaws%3Ainspector2%3Aeu-west-1%3A123456789012%3Aowner%2F1%2Ffilter%2Fa";
const ARN: &str = "arn:aws:inspector2:eu-west-1:123456789012:owner/1/filter/a";

#[test]
fn every_operation_has_its_route() {
    let router = Router::new(&[&inspector2::API, &inspector_scan::API]).unwrap();
    let mut found = HashSet::new();
    for line in include_str!("routes.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split(' ').collect();
        let [service, name, method, uri, status] = fields[..] else {
            panic!("{line}");
        };
        let route = router
            .route(method, &uri.replace("{resourceArn}", ESCAPED_ARN))
            .unwrap();
        let operation = route.operation;
        assert_eq!(
            (
                route.service.signing_name,
                operation.name,
                operation.uri,
                operation.status.to_string().as_str()
            ),
            (service, name, uri, status)
        );
        assert!(!operation.faults.is_empty(), "{name}");
        let labels: Vec<&str> = route.labels.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(labels, vec![ARN; uri.matches('{').count()], "{line}");
        found.insert((service.to_owned(), name.to_owned()));
    }
    let count = |service: &str| found.iter().filter(|(other, _)| other == service).count();
    assert_eq!((count("inspector2"), inspector2::OPERATIONS.len()), (84, 84));
    assert_eq!(
        (count("inspector-scan"), inspector_scan::OPERATIONS.len()),
        (1, 1)
    );
}

/// What a paginator names is there, and is what it must be.
#[test]
fn paginators_name_members() {
    let mut count = 0;
    for operation in inspector2::OPERATIONS {
        let Some(pagination) = &operation.pagination else {
            continue;
        };
        count += 1;
        assert!(
            operation.input.member(pagination.input_token).is_some(),
            "{}",
            operation.name
        );
        assert!(
            operation.output.member(pagination.output_token).is_some(),
            "{}",
            operation.name
        );
        assert!(
            operation.output.member(pagination.results).is_some(),
            "{}",
            operation.name
        );
        if let Some(limit) = pagination.limit {
            assert!(operation.input.member(limit).is_some(), "{}", operation.name);
        }
    }
    assert_eq!(count, 19);
}

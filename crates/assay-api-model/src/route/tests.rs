use super::*;
use crate::{Method, Repetition, inspector_scan, inspector2};

fn router() -> Router {
    Router::new(&[&inspector2::API, &inspector_scan::API]).unwrap()
}

/// The operation and labels of a request, or the refusal.
fn check(method: &str, path: &str, expected: &str) {
    let found = match router().route(method, path) {
        Ok(route) => {
            let labels = route
                .labels
                .iter()
                .map(|(name, value)| format!(" {name}={value}"));
            format!("{}{}", route.operation.name, labels.collect::<String>())
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expected, "{method} {path}");
}

#[test]
fn routes() {
    let none = "no operation has this path";
    check("POST", "/findings/list", "ListFindings");
    check("POST", "/scan/sbom", "ScanSbom");
    check("PUT", "/cissession/start", "StartCisSession");
    check("GET", "/findings/list", "this path takes POST");
    check("post", "/findings/list", "this path takes POST");
    check("POST", "/findings/list/", none);
    check("POST", "//findings/list", none);
    check("POST", "/findings%2Flist", none);
    check("POST", "/findings", none);
    check("POST", "findings/list", none);
    check("POST", "", none);
    check("POST", "/", none);
    check("PATCH", "/tags/x", "this path takes DELETE, GET, POST");
}

#[test]
fn labels() {
    let arn = "arn:aws:inspector2:eu-west-1:123456789012:owner/123456789012/filter/0a1b";
    let expected = format!("TagResource resourceArn={arn}");
    let escaped = arn.replace(':', "%3A").replace('/', "%2F");
    check("POST", &format!("/tags/{escaped}"), &expected);
    check("POST", &format!("/tags/{}", escaped.to_lowercase()), &expected);
    // Without an SDK nobody escapes the slashes.
    check("POST", &format!("/tags/{arn}"), &expected);
    check(
        "GET",
        &format!("/tags/{escaped}"),
        &format!("ListTagsForResource resourceArn={arn}"),
    );
    check("DELETE", "/tags/a%20b+c", "UntagResource resourceArn=a b+c");
    // Escapes are undone once.
    check("DELETE", "/tags/a%252Fb", "UntagResource resourceArn=a%2Fb");
    check("POST", "/tags/", "no operation has this path");
    check("POST", "/tags", "no operation has this path");
    let broken = "the label `resourceArn` of the path is not an escaped text in UTF-8";
    check("POST", "/tags/%ff", broken);
    check("POST", "/tags/%3", broken);
}

fn operation(uri: &'static str) -> &'static Operation {
    let listing = inspector2::OPERATIONS
        .iter()
        .find(|operation| operation.name == "ListFindings")
        .unwrap();
    Box::leak(Box::new(Operation {
        name: "Invented",
        method: Method::Post,
        uri,
        status: 200,
        repetition: Repetition::Unstated,
        input: listing.input,
        output: listing.output,
        faults: &[],
        pagination: None,
    }))
}

/// Whether two templates can be told apart.
fn check_pair(left: &'static str, right: &'static str, is_clear: bool) {
    let operations = Box::leak(Box::new([operation(left), operation(right)]));
    let service: &'static Service = Box::leak(Box::new(Service {
        signing_name: "invented",
        api_version: "",
        operations,
        faults: &[],
    }));
    assert_eq!(Router::new(&[service]).is_ok(), is_clear, "{left} {right}");
}

#[test]
fn ambiguities() {
    check_pair("/a/b", "/a/c", true);
    check_pair("/a/b", "/a/b", false);
    check_pair("/a/{x}", "/a/b", false);
    check_pair("/a/{x}", "/a/{y}", false);
    check_pair("/a/{x}", "/b/{x}", true);
    check_pair("/a/{x}", "/a", true);
    check_pair("/a/{x}/b", "/a/{x}/c", true);
    check_pair("/a/{x}/b", "/a/c/b", false);
    check_pair("/a/{x}/b", "/a/{rest+}", false);
    check_pair("/{x}", "/a/b", false);
}

#[test]
fn labels_within() {
    let operations = Box::leak(Box::new([operation("/a/{x}/b/{y}")]));
    let service: &'static Service = Box::leak(Box::new(Service {
        signing_name: "invented",
        api_version: "",
        operations,
        faults: &[],
    }));
    let router = Router::new(&[service]).unwrap();
    let labels = router.route("POST", "/a/1%2F2/b/3/4").unwrap().labels;
    assert_eq!(labels, [("x", "1/2".to_owned()), ("y", "3/4".to_owned())]);
    for path in ["/a//b/3", "/a/1/2/b/3", "/a/1/b/", "/a/1/b"] {
        assert_eq!(router.route("POST", path).unwrap_err(), NoRoute::Path, "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn no_path_panics(method in "\\PC{0,5}|POST|GET", path in "(?s).{0,30}|/tags/.{0,20}|(/[a-z%0-9]{0,5}){0,5}") {
        let _ = router().route(&method, &path);
    }
}

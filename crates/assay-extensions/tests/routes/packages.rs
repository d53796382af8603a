//! The packages in a resource, and its bill of materials.

use serde_json::{Value, json};

use crate::bench::Bench;

const PURLS: [&str; 4] = [
    "pkg:pypi/six@1.16",
    "pkg:pypi/flask@1.5",
    "pkg:pypi/jinja2@2.0",
    "pkg:pypi/flask@3.0",
];

/// Each package of a page: name, version and active findings.
fn packages(page: &Value) -> Vec<String> {
    let packages = page["packages"].as_array().unwrap();
    let texts = packages.iter().map(|package| {
        let (name, version) = (package["name"].as_str(), package["version"].as_str());
        format!(
            "{} {} {}",
            name.unwrap(),
            version.unwrap_or("?"),
            package["activeFindings"]
        )
    });
    texts.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_come_by_name_with_what_is_found_in_them() {
    let bench = Bench::start().await;
    let pushed = bench.host("i-1", &PURLS).await;
    let whole = bench.get("aud", "/resource/packages?id=i-1").await;
    assert_eq!(whole.status, 200, "{whole:?}");
    // Jinja's flaw is fixed in 2.3, Flask's not at all.
    assert_eq!(
        packages(&whole.answer),
        ["flask 1.5 1", "flask 3.0 1", "jinja2 2.0 1", "six 1.16 0"]
    );
    assert_eq!(whole.answer["inventory"], pushed["inventory"]["digest"]);
    assert_eq!(
        (&whole.answer["total"], &whole.answer["nextToken"]),
        (&json!(4), &Value::Null)
    );
    let first = json!({"name": "flask", "version": "1.5", "purl": "pkg:pypi/flask@1.5", "packageManager": "PIP",
        "paths": ["opt/app/requirements.txt"], "owner": null, "activeFindings": 1});
    assert_eq!(whole.answer["packages"][0], first);
    // What is suppressed or fixed is not active.
    bench.learn(&[Some("2.0"), Some("2.0")]).await;
    let (mut told, mut target) = (Vec::new(), "/resource/packages?id=i-1&maxResults=3".to_owned());
    loop {
        let page = bench.get("aud", &target).await;
        assert_eq!(page.status, 200, "{page:?}");
        told.extend(packages(&page.answer));
        match page.answer["nextToken"].as_str() {
            Some(token) => target = format!("/resource/packages?id=i-1&maxResults=3&nextToken={token}"),
            None => break,
        }
    }
    assert_eq!(told, ["flask 1.5 1", "flask 3.0 0", "jinja2 2.0 0", "six 1.16 0"]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_what_nobody_looked_into() {
    let bench = Bench::start().await;
    assert_eq!(bench.get_pushed("i-1", None).await.status, 200);
    let none = bench.get("aud", "/resource/packages?id=i-1").await;
    let expected = json!({"packages": [], "total": 0, "inventory": null, "nextToken": null});
    assert_eq!((none.status, none.answer), (200, expected));
    for (target, status) in [
        ("/resource/sbom?id=i-1&format=spdx", 404),
        ("/resource/sbom?id=i-2&format=spdx", 404),
        ("/resource/sbom?id=i-1", 400),
        ("/resource/sbom?id=i-1&format=SWID", 400),
        ("/resource/packages?id=i-2", 404),
        ("/resource/packages?id=i-1&maxResults=501", 400),
        ("/resource/packages?id=i-1&type=TOASTER", 400),
        ("/resource/packages?id=i-1&nextToken=AAAA", 400),
    ] {
        assert_eq!(bench.get("aud", target).await.status, status, "{target}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_has_the_packages_and_their_flaws() {
    let bench = Bench::start().await;
    bench.host("i-1", &PURLS).await;
    let cyclonedx = bench.get("aud", "/resource/sbom?id=i-1&format=cyclonedx").await;
    assert_eq!(cyclonedx.status, 200, "{cyclonedx:?}");
    let bill = cyclonedx.answer;
    assert_eq!(
        (&bill["bomFormat"], &bill["specVersion"]),
        (&json!("CycloneDX"), &json!("1.4"))
    );
    assert_eq!(bill["components"].as_array().unwrap().len(), 4, "{bill}");
    let flaws = bill["vulnerabilities"].as_array().unwrap();
    let ids: Vec<&Value> = flaws.iter().map(|flaw| &flaw["id"]).collect();
    assert_eq!(ids, ["CVE-2024-1", "CVE-2024-2"]);
    let spdx = bench.get("aud", "/resource/sbom?id=i-1&format=spdx").await;
    assert_eq!(spdx.answer["spdxVersion"], "SPDX-2.3");
    bench.stop().await;
}

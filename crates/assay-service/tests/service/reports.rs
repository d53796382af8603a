//! Reports of findings and exports of bills of materials: F8, F55 to F58, in directories.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use assay_exports::COLUMNS;
use assay_objects::ObjectStorage;
use assay_service::Reporter;
use assay_store::{REPORT, ReportFile};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    bench::{ADMINISTRATOR, Bench, MEMBER, OWN, REGION, both},
    promises::ask,
};

const FLASK: &str = "pkg:pypi/flask@2.0.0";
const JINJA: &str = "pkg:pypi/jinja2@2.1.0";
const OPENSSL: &str = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/6a1cd6f7-9c0f-4f0e-a8a3-8ca0ce5d5e1f";

macro_rules! ask {
    ($bench:expr, $user:literal, $operation:literal, $arguments:tt) => {
        match ask(&$bench, $user, $operation, json!($arguments)) {
            Some(outcome) => outcome,
            None => return,
        }
    };
}

/// A directory with the bucket `reports`, and who makes reports into it.
struct Buckets {
    directory: TempDir,
    reporter: Reporter,
}

impl Buckets {
    fn new(bench: &Bench) -> Buckets {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("reports")).unwrap();
        let storage = ObjectStorage::Directory(directory.path().to_owned());
        Buckets {
            reporter: Reporter::new(bench.service.clone(), storage),
            directory,
        }
    }

    fn bucket(&self) -> PathBuf {
        self.directory.path().join("reports")
    }

    /// The files that there are, by their keys.
    fn files(&self) -> BTreeSet<String> {
        fn walk(folder: &Path, root: &Path, into: &mut BTreeSet<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => walk(&path, root, into),
                    false => {
                        into.insert(path.strip_prefix(root).unwrap().display().to_string());
                    }
                }
            }
        }
        let mut files = BTreeSet::new();
        walk(&self.bucket(), &self.bucket(), &mut files);
        files
    }

    fn read(&self, key: &str) -> Vec<u8> {
        std::fs::read(self.bucket().join(key)).unwrap()
    }

    fn json(&self, key: &str) -> Value {
        serde_json::from_slice(&self.read(key)).unwrap()
    }
}

fn to(bucket: &str, prefix: &str) -> Value {
    json!({"bucketName": bucket, "keyPrefix": prefix, "kmsKeyArn": KEY})
}

fn equals(text: &str) -> Value {
    json!([{"comparison": "EQUALS", "value": text}])
}

/// Three hosts with findings in one account, and one of a member's.
async fn fill(bench: &Bench) {
    for account in [OWN, MEMBER, ADMINISTRATOR] {
        let scope = bench.database.scope(account, REGION).await.unwrap();
        bench.database.enable(scope, &["EC2"], 0).await.unwrap();
    }
    bench
        .host(OWN, "i-0000000000000000a", &[FLASK, JINJA, OPENSSL])
        .await;
    bench.host_of("blue", OWN, "i-0000000000000000b", &[FLASK]).await;
    bench
        .host_of("blue", OWN, "i-0000000000000000c", &[JINJA, OPENSSL])
        .await;
    bench.host(MEMBER, "i-0000000000000000d", &[FLASK]).await;
}

/// Every finding that matches, as `ListFindings` has them over the wire, by ARN.
async fn listed(bench: &Bench, user: &str, filter: &Value) -> Vec<Value> {
    let body = json!({"maxResults": 100, "filterCriteria": filter}).to_string();
    let sent = bench.send(user, "POST", "/findings/list", &body).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(sent.answer["nextToken"], Value::Null);
    sorted(&sent.answer["findings"])
}

fn sorted(findings: &Value) -> Vec<Value> {
    let mut findings = findings.as_array().unwrap().clone();
    findings.sort_by_key(|finding| finding["findingArn"].as_str().unwrap().to_owned());
    findings
}

// F55, F56: both formats, whole and filtered, agree with the list; only what is active is in it unless it is asked for.
both!(reports_have_what_lists_have, |bench| {
    fill(&bench).await;
    let buckets = Buckets::new(&bench);
    let rule = json!({"name": "no jinja", "action": "SUPPRESS",
        "filterCriteria": {"vulnerabilityId": equals("GHSA-dddd-eeee-ffff")}});
    match ask(&bench, "ada", "create_filter", rule) {
        Some(made) => made.unwrap(),
        None => return,
    };
    let active = json!({"findingStatus": equals("ACTIVE")});
    let checks = [
        (Value::Null, active.clone(), 4),
        (
            json!({"resourceTags": [{"comparison": "EQUALS", "key": "team", "value": "blue"}]}),
            json!({"resourceTags": [{"comparison": "EQUALS", "key": "team", "value": "blue"}],
                "findingStatus": equals("ACTIVE")}),
            2,
        ),
        (
            json!({"findingStatus": equals("SUPPRESSED")}),
            json!({"findingStatus": equals("SUPPRESSED")}),
            2,
        ),
        (
            json!({"vulnerabilityId": equals("CVE-2024-1000"), "resourceId": equals("i-0000000000000000b")}),
            json!({"vulnerabilityId": equals("CVE-2024-1000"), "resourceId": equals("i-0000000000000000b")}),
            1,
        ),
    ];
    for (filter, as_listed, count) in checks {
        let expected = listed(&bench, "ada", &as_listed).await;
        assert_eq!(expected.len(), count, "{filter}");
        for format in ["JSON", "CSV"] {
            let mut order = json!({"reportFormat": format, "s3Destination": to("reports", "a/b")});
            if filter != Value::Null {
                order["filterCriteria"] = filter.clone();
            }
            let id = ask(&bench, "ada", "create_findings_report", order)
                .unwrap()
                .unwrap();
            let id = id["reportId"].as_str().unwrap().to_owned();
            // One at a time.
            let again = json!({"reportFormat": "CSV", "s3Destination": to("reports", "")});
            let refused = ask(&bench, "ada", "create_findings_report", again)
                .unwrap()
                .unwrap_err();
            assert!(refused.contains("ValidationException"), "{refused}");
            assert!(
                refused.contains("Cannot have multiple reports in-progress"),
                "{refused}"
            );
            let status = ask!(bench, "aud", "get_findings_report_status", {}).unwrap();
            assert_eq!(
                (&status["status"], &status["reportId"]),
                (&json!("IN_PROGRESS"), &json!(id))
            );
            assert_eq!(buckets.reporter.work().await.unwrap(), 1);
            let status = ask!(bench, "aud", "get_findings_report_status", {"reportId": id}).unwrap();
            assert_eq!(status["status"], "SUCCEEDED", "{status}");
            assert_eq!(status["destination"]["bucketName"], "reports");
            assert_eq!(status["filterCriteria"], filter);
            assert_eq!(status["errorCode"], Value::Null);
            let key = format!("a/b/{id}.{}", format.to_lowercase());
            assert_eq!(buckets.files(), BTreeSet::from([key.clone()]));
            match format {
                "JSON" => assert_eq!(sorted(&buckets.json(&key)["findings"]), expected),
                _ => agree(&buckets.read(&key), &expected),
            }
            std::fs::remove_file(buckets.bucket().join(key)).unwrap();
            bench.pass(1);
        }
    }
    bench.stop().await;
});

/// Holds a report in CSV against findings.
fn agree(report: &[u8], expected: &[Value]) {
    let mut reader = csv::Reader::from_reader(report);
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    rows.sort_by_key(|row| row[6].to_owned());
    assert_eq!(rows.len(), expected.len());
    for (row, finding) in rows.iter().zip(expected) {
        let cell = |column: &str| {
            let at = COLUMNS.iter().position(|known| *known == column).unwrap();
            row[at].to_owned()
        };
        for (column, pointer) in [
            ("AWS Account Id", "/awsAccountId"),
            ("Severity", "/severity"),
            ("Fix Available", "/fixAvailable"),
            ("Title", "/title"),
            ("Description", "/description"),
            ("Finding ARN", "/findingArn"),
            ("Resource ID", "/resources/0/id"),
            ("Status", "/status"),
            ("Vulnerability Id", "/packageVulnerabilityDetails/vulnerabilityId"),
            (
                "Affected Packages",
                "/packageVulnerabilityDetails/vulnerablePackages/0/name",
            ),
            (
                "Fixed in Version",
                "/packageVulnerabilityDetails/vulnerablePackages/0/fixedInVersion",
            ),
            ("Platform", "/resources/0/details/awsEc2Instance/platform"),
        ] {
            let expected = finding.pointer(pointer).and_then(Value::as_str);
            assert_eq!(Some(cell(column).as_str()), expected, "{column}: {finding}");
        }
        let team = finding["resources"][0]["tags"]["team"].as_str().unwrap();
        assert_eq!(cell("Resource Tags"), format!("team:{team}"));
    }
}

// F4, F56: a delegated administrator's report covers its members; nobody else sees it.
both!(reports_of_an_organisation, |bench| {
    fill(&bench).await;
    bench.host(ADMINISTRATOR, "i-0000000000000000e", &[JINJA]).await;
    let buckets = Buckets::new(&bench);
    let order = json!({"reportFormat": "JSON", "s3Destination": to("reports", "")});
    let id = match ask(&bench, "dora", "create_findings_report", order.clone()) {
        Some(made) => made.unwrap()["reportId"].as_str().unwrap().to_owned(),
        None => return,
    };
    // Another account's own does not wait for it.
    ask(&bench, "mia", "create_findings_report", order)
        .unwrap()
        .unwrap();
    assert_eq!(buckets.reporter.work().await.unwrap(), 2);
    let report = buckets.json(&format!("{id}.json"));
    let accounts: BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["awsAccountId"].as_str().unwrap())
        .collect();
    assert_eq!(accounts, BTreeSet::from([ADMINISTRATOR, MEMBER]));
    for user in ["ada", "mia"] {
        for operation in [
            "get_findings_report_status",
            "cancel_findings_report",
            "get_sbom_export",
        ] {
            let refused = ask(&bench, user, operation, json!({"reportId": id}))
                .unwrap()
                .unwrap_err();
            assert!(
                refused.contains("ResourceNotFoundException"),
                "{user} {operation}: {refused}"
            );
        }
    }
    // An auditor reads, and orders nothing.
    let refused = ask!(bench, "aud", "create_findings_report",
        {"reportFormat": "CSV", "s3Destination": to("reports", "")});
    assert!(refused.unwrap_err().contains("AccessDeniedException"));
    bench.stop().await;
});

/// Orders a report and lets it be made, again and again where that fails; gives its status.
async fn made(bench: &Bench, buckets: &Buckets, order: Value) -> Option<Value> {
    let id = ask(bench, "ada", "create_findings_report", order)?.unwrap();
    let mut passed = 0;
    while buckets.reporter.work().await.unwrap() > 0 {
        // The longest pause between two tries; clients' clocks do not go along.
        bench.pass(300);
        passed += 300;
    }
    bench.pass(-passed);
    let status = ask(
        bench,
        "ada",
        "get_findings_report_status",
        json!({"reportId": id["reportId"]}),
    )?;
    Some(status.unwrap())
}

// Every code that a directory can fail with, each with words for people; nothing is left of what failed.
both!(what_fails_says_why, |bench| {
    fill(&bench).await;
    let buckets = Buckets::new(&bench);
    std::fs::write(buckets.bucket().join("file"), "x").unwrap();
    let nobody = json!({"resourceId": equals("i-nobody")});
    for (destination, filter, code, words) in [
        (
            to("unknown", ""),
            json!({}),
            "BUCKET_NOT_FOUND",
            "there is no bucket `unknown`",
        ),
        (
            to("../reports", ""),
            json!({}),
            "BUCKET_NOT_FOUND",
            "there is no bucket",
        ),
        (to("reports", ""), nobody, "NO_FINDINGS_FOUND", "nothing matches"),
        (
            json!({"bucketName": "reports", "kmsKeyArn": "my-key"}),
            json!({}),
            "MALFORMED_KMS_KEY",
            "`my-key` is not of the form",
        ),
        // A folder that is a file: it is tried again for a while.
        (
            to("reports", "file/"),
            json!({}),
            "INTERNAL_ERROR",
            "the object storage failed",
        ),
    ] {
        let order = json!({"reportFormat": "CSV", "s3Destination": destination, "filterCriteria": filter});
        let Some(status) = made(&bench, &buckets, order).await else {
            return;
        };
        assert_eq!(status["status"], "FAILED", "{status}");
        assert_eq!(status["errorCode"], code, "{status}");
        assert!(
            status["errorMessage"].as_str().unwrap().contains(words),
            "{status}"
        );
        assert_eq!(buckets.files(), BTreeSet::from(["file".to_owned()]), "{code}");
    }
    for prefix in ["../x", "/x", "a//b", "a/\u{7}"] {
        let refused = ask(
            &bench,
            "ada",
            "create_findings_report",
            json!({"reportFormat": "CSV", "s3Destination": to("reports", prefix)}),
        );
        let refused = refused.unwrap().unwrap_err();
        assert!(refused.contains("ValidationException"), "{prefix}: {refused}");
    }
    bench.stop().await;
});

// What is cancelled leaves nothing; what was broken off by a kill is made again, whole.
both!(cancelled_and_killed, |bench| {
    fill(&bench).await;
    let buckets = Buckets::new(&bench);
    let order = json!({"reportFormat": "CSV", "s3Destination": to("reports", "")});
    let new = || -> Option<String> {
        let id = ask(&bench, "ada", "create_findings_report", order.clone())?.unwrap();
        Some(id["reportId"].as_str().unwrap().to_owned())
    };
    /// Takes a job like a process that is killed while it writes.
    async fn break_off(bench: &Bench, buckets: &Buckets, id: &str) {
        let now = bench.service.now();
        let job = bench
            .database
            .lease(REPORT, 1, now, now + 1_000_000)
            .await
            .unwrap()
            .remove(0);
        let file = ReportFile {
            name: format!("{id}.csv"),
            size: None,
        };
        bench
            .database
            .advance(&job, 1, &[file], now + 1_000_000)
            .await
            .unwrap();
        std::fs::write(buckets.bucket().join(format!("{id}.csv#1")), "half").unwrap();
        bench.pass(10);
    }
    let Some(id) = new() else {
        return;
    };
    break_off(&bench, &buckets, &id).await;
    let answer = ask!(bench, "ada", "cancel_findings_report", {"reportId": id}).unwrap();
    assert_eq!(answer["reportId"], json!(id));
    buckets.reporter.work().await.unwrap();
    assert_eq!(buckets.files(), BTreeSet::new());
    let status = ask!(bench, "ada", "get_findings_report_status", {"reportId": id}).unwrap();
    assert_eq!(status["status"], "CANCELLED");
    ask!(bench, "ada", "cancel_findings_report", {"reportId": id}).unwrap();

    let id = new().unwrap();
    break_off(&bench, &buckets, &id).await;
    buckets.reporter.work().await.unwrap();
    assert_eq!(buckets.files(), BTreeSet::from([format!("{id}.csv")]));
    let rows = csv::Reader::from_reader(buckets.read(&format!("{id}.csv")).as_slice())
        .records()
        .count();
    assert_eq!(rows, 6);
    let refused = ask!(bench, "ada", "cancel_findings_report", {"reportId": id}).unwrap_err();
    assert!(refused.contains("ValidationException"), "{refused}");
    bench.stop().await;
});

// F8, F57, F58: one bill for each resource that is covered, by the documented keys, valid by the publishers' validators.
both!(bills_of_all_and_of_some, |bench| {
    fill(&bench).await;
    let buckets = Buckets::new(&bench);
    let tag = json!({"ec2InstanceTags": [{"comparison": "EQUALS", "key": "team", "value": "blue"}]});
    let checks = [
        (Value::Null, &["a", "b", "c"][..]),
        (tag, &["b", "c"]),
        (json!({"resourceId": equals("i-0000000000000000a")}), &["a"]),
        (
            json!({"resourceId": [{"comparison": "NOT_EQUALS", "value": "i-0000000000000000a"}],
                "accountId": equals(OWN), "resourceType": equals("AWS_EC2_INSTANCE")}),
            &["b", "c"],
        ),
    ];
    let mut documents = Vec::new();
    for (filter, names) in checks {
        for format in ["CYCLONEDX_1_4", "SPDX_2_3"] {
            let mut order = json!({"reportFormat": format, "s3Destination": to("reports", "sboms/")});
            if filter != Value::Null {
                order["resourceFilterCriteria"] = filter.clone();
            }
            let Some(ordered) = ask(&bench, "ada", "create_sbom_export", order) else {
                return;
            };
            let id = ordered.unwrap()["reportId"].as_str().unwrap().to_owned();
            assert_eq!(buckets.reporter.work().await.unwrap(), 1);
            let status = ask!(bench, "ada", "get_sbom_export", {"reportId": id}).unwrap();
            assert_eq!(
                (&status["status"], &status["format"]),
                (&json!("SUCCEEDED"), &json!(format)),
                "{status}"
            );
            assert_eq!(status["filterCriteria"], filter);
            let folder = format!("sboms/{format}_outputs_{id}/account={OWN}/resource=AWS_EC2_INSTANCE");
            let expected: BTreeSet<String> = names
                .iter()
                .map(|name| format!("{folder}/i-0000000000000000{name}_{format}.json"))
                .collect();
            let found: BTreeSet<String> = buckets
                .files()
                .into_iter()
                .filter(|file| file.contains(&id))
                .collect();
            assert_eq!(found, expected);
            let kind = if format == "SPDX_2_3" { "SPDX-2.3" } else { "V1_4" };
            documents.extend(expected.into_iter().map(|key| (kind, key)));
            bench.pass(1);
        }
    }
    let (_, cyclonedx) = documents
        .iter()
        .find(|(kind, key)| *kind == "V1_4" && key.contains("0a_"))
        .unwrap();
    let bill = buckets.json(cyclonedx);
    let properties = bill["metadata"]["properties"].as_array().unwrap();
    for (name, value) in [
        ("imageId", "ami-0123456789abcdef0"),
        ("accountId", OWN),
        ("resourceType", "AWS_EC2_INSTANCE"),
        ("resourceId", "i-0000000000000000a"),
    ] {
        assert!(
            properties.contains(&json!({"name": name, "value": value})),
            "{properties:?}"
        );
    }
    let flaws: Vec<(&str, &str)> = bill["vulnerabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flaw| {
            (
                flaw["id"].as_str().unwrap(),
                flaw["affects"][0]["ref"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        flaws,
        [
            ("CVE-2024-1000", FLASK),
            ("CVE-2024-2000", OPENSSL),
            ("GHSA-dddd-eeee-ffff", JINJA)
        ]
    );
    let (_, spdx) = documents
        .iter()
        .find(|(kind, key)| *kind == "SPDX-2.3" && key.contains("0a_"))
        .unwrap();
    let bill = buckets.json(spdx);
    assert_eq!(
        bill["name"],
        format!("{OWN}/EC2/i-0000000000000000a/ami-0123456789abcdef0")
    );
    let references = bill["packages"].as_array().unwrap().iter().flat_map(|package| {
        package["externalRefs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|reference| reference["referenceLocator"].clone())
    });
    assert!(references.into_iter().any(|locator| locator == "CVE-2024-1000"));
    validate(&buckets, &documents);
    // What nobody has is no empty export.
    let order = json!({"reportFormat": "SPDX_2_3", "s3Destination": to("reports", ""),
        "resourceFilterCriteria": {"ecrRepositoryName": equals("none")}});
    let id = ask(&bench, "ada", "create_sbom_export", order).unwrap().unwrap();
    buckets.reporter.work().await.unwrap();
    let status = ask!(bench, "ada", "get_sbom_export", {"reportId": id["reportId"]}).unwrap();
    assert_eq!(
        (&status["status"], &status["errorCode"]),
        (&json!("FAILED"), &json!("NO_FINDINGS_FOUND"))
    );
    bench.stop().await;
});

/// Holds documents against the validators that are installed beside boto3.
fn validate(buckets: &Buckets, documents: &[(&str, String)]) {
    let Some(python) = std::env::var_os("ASSAY_TEST_PYTHON") else {
        println!("skipped in part: ASSAY_TEST_PYTHON names no Python with validators");
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../assay/tests/validators.py");
    // SPDX's own parser goes by the name.
    let arguments = documents.iter().map(|(kind, key)| {
        let path = buckets.bucket().join(key);
        let named = path.with_extension(if *kind == "V1_4" { "cdx.json" } else { "spdx.json" });
        std::fs::copy(&path, &named).unwrap();
        format!("{kind}={}", named.display())
    });
    let output = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

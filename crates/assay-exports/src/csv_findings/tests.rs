use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn rows(findings: &[Value]) -> Vec<Vec<String>> {
    let now = "2024-03-11T00:00:00Z".parse().unwrap();
    let mut csv = FindingsCsv::start(now).unwrap();
    let mut whole = Vec::new();
    for finding in findings {
        csv.write(&serde_json::from_value(finding.clone()).unwrap())
            .unwrap();
        whole.extend(csv.take().unwrap());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(whole.as_slice());
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

fn host_finding() -> Value {
    json!({
        "awsAccountId": "111122223333", "severity": "HIGH", "fixAvailable": "PARTIAL", "type": "PACKAGE_VULNERABILITY",
        "title": "CVE-1 - a, b", "description": "two\nlines, \"quoted\"", "findingArn": "arn:1", "status": "ACTIVE",
        "firstObservedAt": 1_709_251_200, "lastObservedAt": 1_709_337_600.5, "updatedAt": 1_709_337_600,
        "inspectorScore": 9.8, "exploitAvailable": "YES", "epss": {"score": 0.25},
        "exploitabilityDetails": {"lastKnownExploitAt": 1_709_251_200},
        "inspectorScoreDetails": {"adjustedCvss": {"score": 9.8, "scoreSource": "NVD", "scoringVector": "CVSS:3.1/AV:N",
            "version": "3.1"}},
        "remediation": {"recommendation": {"text": "Upgrade."}},
        "resources": [{"type": "AWS_EC2_INSTANCE", "id": "i-1", "region": "eu-west-1", "tags": {"b": "2", "a": "1"},
            "details": {"awsEc2Instance": {"imageId": "ami-1", "platform": "DEBIAN_12", "vpcId": "vpc-1",
                "ipV4Addresses": ["10.0.0.1", "192.0.2.7", "100.64.0.1"], "ipV6Addresses": ["2001:db8::1"]}}}],
        "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-1", "source": "DEBIAN_CVE", "vendorSeverity": "high",
            "sourceUrl": "https://example.org/1", "vendorCreatedAt": 1_709_251_200,
            "referenceUrls": ["https://example.org/2", "https://example.org/3"],
            "cvss": [
                {"baseScore": 9.8, "scoringVector": "CVSS:3.1/AV:N", "source": "NVD", "version": "3.1"},
                {"baseScore": 7.5, "scoringVector": "AV:N/AC:L", "source": "NVD", "version": "2.0"},
                {"baseScore": 8.1, "scoringVector": "CVSS:3.1/AV:L", "source": "GITHUB", "version": "3.1"}],
            "vulnerablePackages": [
                {"name": "a", "version": "1.0", "epoch": 2, "release": "3", "packageManager": "OS",
                    "fixedInVersion": "2:1.0-4", "remediation": "apt-get install a"},
                {"name": "b", "version": "2.0", "epoch": 0, "packageManager": "PYTHONPKG", "filePath": "opt/b",
                    "fixedInVersion": "NotAvailable"}]}
    })
}

#[test]
fn every_column_of_a_host() {
    let rows = rows(&[host_finding(), host_finding()]);
    assert_eq!(rows.len(), 3, "one header, whatever the portions");
    assert_eq!(rows[0], COLUMNS);
    let expected = [
        "111122223333",
        "HIGH",
        "PARTIAL",
        "PACKAGE_VULNERABILITY",
        "CVE-1 - a, b",
        "two\nlines, \"quoted\"",
        "arn:1",
        "2024-03-01T00:00:00.000Z",
        "2024-03-02T00:00:00.500Z",
        "2024-03-02T00:00:00.000Z",
        "i-1",
        "",
        "eu-west-1",
        "DEBIAN_12",
        "a:1, b:2",
        "a, b",
        "2:1.0-3, 2.0",
        "2:1.0-4, NotAvailable",
        "apt-get install a, ",
        ", opt/b",
        "",
        "10",
        "Upgrade.",
        "9.8",
        "CVSS:3.1/AV:N",
        "ACTIVE",
        "CVE-1",
        "DEBIAN_CVE",
        "high",
        "https://example.org/1",
        "2024-03-01T00:00:00.000Z",
        "9.8",
        "CVSS:3.1/AV:N",
        "7.5",
        "AV:N/AC:L",
        "8.1",
        "CVSS:3.1/AV:L",
        "",
        "",
        "AWS_EC2_INSTANCE",
        "ami-1",
        "192.0.2.7",
        "10.0.0.1, 100.64.0.1",
        "2001:db8::1",
        "vpc-1",
        "",
        "0.25",
        "YES",
        "2024-03-01T00:00:00.000Z",
        "",
        "",
        "",
        "https://example.org/2, https://example.org/3",
        "",
        "OS, PYTHONPKG",
    ];
    for (column, (found, expected)) in COLUMNS.iter().zip(rows[1].iter().zip(expected)) {
        assert_eq!(found, expected, "{column}");
    }
}

#[test]
fn columns_of_images_and_functions_and_what_closed() {
    let mut image = host_finding();
    image["status"] = json!("CLOSED");
    image["resources"][0]["details"] = json!({"awsEcrContainerImage": {"repositoryName": "r", "registry": "1",
        "imageHash": "sha256:1", "imageTags": ["a", "b"], "platform": "ALPINE_LINUX_3_19"}});
    let mut function = host_finding();
    function["resources"][0]["details"] = json!({"awsLambdaFunction": {"functionName": "f", "runtime": "PYTHON_3_12",
        "codeSha256": "x", "version": "$LATEST", "executionRoleArn": "arn:role", "layers": ["arn:layer"],
        "packageType": "ZIP", "lastModifiedAt": 1_709_251_200, "vpcConfig": {"vpcId": "vpc-2"}}});
    let rows = rows(&[image, function]);
    let cell = |row: usize, column: &str| {
        let at = COLUMNS.iter().position(|known| *known == column).unwrap();
        rows[row][at].as_str()
    };
    for (row, column, expected) in [
        (1, "Container Image Tags", "a, b"),
        (1, "Platform", "ALPINE_LINUX_3_19"),
        (1, "Age (Days)", "1"),
        (2, "Platform", "PYTHON_3_12"),
        (2, "Lambda Layers", "arn:layer"),
        (2, "Lambda Package Type", "ZIP"),
        (2, "Lambda Last Updated At", "2024-03-01T00:00:00.000Z"),
        (2, "Resource Vpc", "vpc-2"),
    ] {
        assert_eq!(cell(row, column), expected, "{column}");
    }
}

#[test]
fn names_of_packages_are_no_formulas() {
    for name in ["=1+1", "+1", "-1", "@x/y", "\tx", "'x", "＝1", "x", ""] {
        let kept = harmless(name).into_owned();
        assert!(!kept.starts_with(['=', '+', '-', '@', '\t', '＝']), "{name}");
        assert_eq!(kept.strip_prefix('\'').unwrap_or(&kept), name);
    }
    let mut finding = host_finding();
    finding["packageVulnerabilityDetails"]["vulnerablePackages"][0]["name"] =
        json!("@evil/=cmd|' /C calc'!A0");
    let rows = rows(&[finding]);
    assert_eq!(rows[1][15], "'@evil/=cmd|' /C calc'!A0, b");
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(text in "\\PC*", title in proptest::option::of("[\\s\\S]{0,40}")) {
        let mut finding = host_finding();
        finding["description"] = json!(text);
        finding["title"] = json!(title);
        let rows = rows(&[finding]);
        let plain = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        prop_assert_eq!(plain(&rows[1][5]), text);
        prop_assert_eq!(plain(&rows[1][4]), title.unwrap_or_default());
    }
}

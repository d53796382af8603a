//! Every route of the public service models, written down apart from the generated tables.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::HashSet;

use assay_api_model::{Router, inspector_scan, inspector2};

/// Service, operation, method, path, status.
const ROUTES: &[(&str, &str, &str, &str, u16)] = &[
    ("inspector2", "AssociateMember", "POST", "/members/associate", 200),
    (
        "inspector2",
        "BatchAssociateCodeSecurityScanConfiguration",
        "POST",
        "/codesecurity/scan-configuration/batch/associate",
        200,
    ),
    (
        "inspector2",
        "BatchDisassociateCodeSecurityScanConfiguration",
        "POST",
        "/codesecurity/scan-configuration/batch/disassociate",
        200,
    ),
    (
        "inspector2",
        "BatchGetAccountStatus",
        "POST",
        "/status/batch/get",
        200,
    ),
    (
        "inspector2",
        "BatchGetCodeSnippet",
        "POST",
        "/codesnippet/batchget",
        200,
    ),
    (
        "inspector2",
        "BatchGetFindingDetails",
        "POST",
        "/findings/details/batch/get",
        200,
    ),
    (
        "inspector2",
        "BatchGetFreeTrialInfo",
        "POST",
        "/freetrialinfo/batchget",
        200,
    ),
    (
        "inspector2",
        "BatchGetMemberEc2DeepInspectionStatus",
        "POST",
        "/ec2deepinspectionstatus/member/batch/get",
        200,
    ),
    (
        "inspector2",
        "BatchUpdateMemberEc2DeepInspectionStatus",
        "POST",
        "/ec2deepinspectionstatus/member/batch/update",
        200,
    ),
    (
        "inspector2",
        "CancelFindingsReport",
        "POST",
        "/reporting/cancel",
        200,
    ),
    (
        "inspector2",
        "CancelSbomExport",
        "POST",
        "/sbomexport/cancel",
        200,
    ),
    (
        "inspector2",
        "CreateCisScanConfiguration",
        "POST",
        "/cis/scan-configuration/create",
        200,
    ),
    (
        "inspector2",
        "CreateCodeSecurityIntegration",
        "POST",
        "/codesecurity/integration/create",
        200,
    ),
    (
        "inspector2",
        "CreateCodeSecurityScanConfiguration",
        "POST",
        "/codesecurity/scan-configuration/create",
        200,
    ),
    ("inspector2", "CreateConnector", "POST", "/connector/create", 200),
    ("inspector2", "CreateFilter", "POST", "/filters/create", 200),
    (
        "inspector2",
        "CreateFindingsReport",
        "POST",
        "/reporting/create",
        200,
    ),
    (
        "inspector2",
        "CreateSbomExport",
        "POST",
        "/sbomexport/create",
        200,
    ),
    (
        "inspector2",
        "DeleteCisScanConfiguration",
        "POST",
        "/cis/scan-configuration/delete",
        200,
    ),
    (
        "inspector2",
        "DeleteCodeSecurityIntegration",
        "POST",
        "/codesecurity/integration/delete",
        200,
    ),
    (
        "inspector2",
        "DeleteCodeSecurityScanConfiguration",
        "POST",
        "/codesecurity/scan-configuration/delete",
        200,
    ),
    ("inspector2", "DeleteConnector", "POST", "/connector/delete", 200),
    ("inspector2", "DeleteFilter", "POST", "/filters/delete", 200),
    (
        "inspector2",
        "DescribeOrganizationConfiguration",
        "POST",
        "/organizationconfiguration/describe",
        200,
    ),
    ("inspector2", "Disable", "POST", "/disable", 200),
    (
        "inspector2",
        "DisableDelegatedAdminAccount",
        "POST",
        "/delegatedadminaccounts/disable",
        200,
    ),
    (
        "inspector2",
        "DisassociateMember",
        "POST",
        "/members/disassociate",
        200,
    ),
    ("inspector2", "Enable", "POST", "/enable", 200),
    (
        "inspector2",
        "EnableDelegatedAdminAccount",
        "POST",
        "/delegatedadminaccounts/enable",
        200,
    ),
    (
        "inspector2",
        "GetCisScanReport",
        "POST",
        "/cis/scan/report/get",
        200,
    ),
    (
        "inspector2",
        "GetCisScanResultDetails",
        "POST",
        "/cis/scan-result/details/get",
        200,
    ),
    ("inspector2", "GetClustersForImage", "POST", "/cluster/get", 200),
    (
        "inspector2",
        "GetCodeSecurityIntegration",
        "POST",
        "/codesecurity/integration/get",
        200,
    ),
    (
        "inspector2",
        "GetCodeSecurityScan",
        "POST",
        "/codesecurity/scan/get",
        200,
    ),
    (
        "inspector2",
        "GetCodeSecurityScanConfiguration",
        "POST",
        "/codesecurity/scan-configuration/get",
        200,
    ),
    (
        "inspector2",
        "GetConfiguration",
        "POST",
        "/configuration/get",
        200,
    ),
    (
        "inspector2",
        "GetDelegatedAdminAccount",
        "POST",
        "/delegatedadminaccounts/get",
        200,
    ),
    (
        "inspector2",
        "GetEc2DeepInspectionConfiguration",
        "POST",
        "/ec2deepinspectionconfiguration/get",
        200,
    ),
    ("inspector2", "GetEncryptionKey", "GET", "/encryptionkey/get", 200),
    (
        "inspector2",
        "GetFindingsReportStatus",
        "POST",
        "/reporting/status/get",
        200,
    ),
    ("inspector2", "GetMember", "POST", "/members/get", 200),
    (
        "inspector2",
        "GetOnDemandScanStatus",
        "POST",
        "/ondemand/scan/status",
        200,
    ),
    ("inspector2", "GetSbomExport", "POST", "/sbomexport/get", 200),
    (
        "inspector2",
        "ListAccountPermissions",
        "POST",
        "/accountpermissions/list",
        200,
    ),
    (
        "inspector2",
        "ListCisScanConfigurations",
        "POST",
        "/cis/scan-configuration/list",
        200,
    ),
    (
        "inspector2",
        "ListCisScanResultsAggregatedByChecks",
        "POST",
        "/cis/scan-result/check/list",
        200,
    ),
    (
        "inspector2",
        "ListCisScanResultsAggregatedByTargetResource",
        "POST",
        "/cis/scan-result/resource/list",
        200,
    ),
    ("inspector2", "ListCisScans", "POST", "/cis/scan/list", 200),
    (
        "inspector2",
        "ListCodeSecurityIntegrations",
        "POST",
        "/codesecurity/integration/list",
        200,
    ),
    (
        "inspector2",
        "ListCodeSecurityScanConfigurationAssociations",
        "POST",
        "/codesecurity/scan-configuration/associations/list",
        200,
    ),
    (
        "inspector2",
        "ListCodeSecurityScanConfigurations",
        "POST",
        "/codesecurity/scan-configuration/list",
        200,
    ),
    (
        "inspector2",
        "ListConnectorScanConfigurations",
        "POST",
        "/connectorscanconfigurations/list",
        200,
    ),
    ("inspector2", "ListConnectors", "POST", "/connector/list", 200),
    ("inspector2", "ListCoverage", "POST", "/coverage/list", 200),
    (
        "inspector2",
        "ListCoverageStatistics",
        "POST",
        "/coverage/statistics/list",
        200,
    ),
    (
        "inspector2",
        "ListDelegatedAdminAccounts",
        "POST",
        "/delegatedadminaccounts/list",
        200,
    ),
    ("inspector2", "ListFilters", "POST", "/filters/list", 200),
    (
        "inspector2",
        "ListFindingAggregations",
        "POST",
        "/findings/aggregation/list",
        200,
    ),
    ("inspector2", "ListFindings", "POST", "/findings/list", 200),
    ("inspector2", "ListMembers", "POST", "/members/list", 200),
    ("inspector2", "ListOnDemandScans", "POST", "/ondemand/scans", 200),
    (
        "inspector2",
        "ListTagsForResource",
        "GET",
        "/tags/{resourceArn}",
        200,
    ),
    ("inspector2", "ListUsageTotals", "POST", "/usage/list", 200),
    (
        "inspector2",
        "ResetEncryptionKey",
        "PUT",
        "/encryptionkey/reset",
        200,
    ),
    (
        "inspector2",
        "SearchVulnerabilities",
        "POST",
        "/vulnerabilities/search",
        200,
    ),
    (
        "inspector2",
        "SendCisSessionHealth",
        "PUT",
        "/cissession/health/send",
        200,
    ),
    (
        "inspector2",
        "SendCisSessionTelemetry",
        "PUT",
        "/cissession/telemetry/send",
        200,
    ),
    ("inspector2", "StartCisSession", "PUT", "/cissession/start", 200),
    (
        "inspector2",
        "StartCodeSecurityScan",
        "POST",
        "/codesecurity/scan/start",
        200,
    ),
    ("inspector2", "StartOnDemandScan", "POST", "/ondemand/scan", 202),
    ("inspector2", "StopCisSession", "PUT", "/cissession/stop", 200),
    ("inspector2", "TagResource", "POST", "/tags/{resourceArn}", 200),
    (
        "inspector2",
        "UntagResource",
        "DELETE",
        "/tags/{resourceArn}",
        200,
    ),
    (
        "inspector2",
        "UpdateCisScanConfiguration",
        "POST",
        "/cis/scan-configuration/update",
        200,
    ),
    (
        "inspector2",
        "UpdateCodeSecurityIntegration",
        "POST",
        "/codesecurity/integration/update",
        200,
    ),
    (
        "inspector2",
        "UpdateCodeSecurityScanConfiguration",
        "POST",
        "/codesecurity/scan-configuration/update",
        200,
    ),
    (
        "inspector2",
        "UpdateConfiguration",
        "POST",
        "/configuration/update",
        200,
    ),
    ("inspector2", "UpdateConnector", "POST", "/connector/update", 200),
    (
        "inspector2",
        "UpdateConnectorScanConfiguration",
        "POST",
        "/connectorscanconfiguration/update",
        200,
    ),
    (
        "inspector2",
        "UpdateEc2DeepInspectionConfiguration",
        "POST",
        "/ec2deepinspectionconfiguration/update",
        200,
    ),
    (
        "inspector2",
        "UpdateEncryptionKey",
        "PUT",
        "/encryptionkey/update",
        200,
    ),
    ("inspector2", "UpdateFilter", "POST", "/filters/update", 200),
    (
        "inspector2",
        "UpdateOrgEc2DeepInspectionConfiguration",
        "POST",
        "/ec2deepinspectionconfiguration/org/update",
        200,
    ),
    (
        "inspector2",
        "UpdateOrganizationConfiguration",
        "POST",
        "/organizationconfiguration/update",
        200,
    ),
    ("inspector-scan", "ScanSbom", "POST", "/scan/sbom", 200),
];

#[test]
fn every_operation_has_its_route() {
    assert_eq!(ROUTES.iter().filter(|route| route.0 == "inspector2").count(), 84);
    assert_eq!(inspector2::OPERATIONS.len(), 84);
    assert_eq!(inspector_scan::OPERATIONS.len(), 1);
    let router = Router::new(&[&inspector2::API, &inspector_scan::API]).unwrap();
    let mut found = HashSet::new();
    for (service, name, method, uri, status) in ROUTES {
        let arn = "arn%3Aaws%3Ainspector2%3Aeu-west-1%3A123456789012%3Aowner%2F1%2Ffilter%2Fa";
        let path = uri.replace("{resourceArn}", arn);
        let route = router.route(method, &path).unwrap();
        assert_eq!(route.operation.name, *name);
        assert_eq!(route.operation.uri, *uri);
        assert_eq!(route.operation.status, *status);
        assert_eq!(route.service.signing_name, *service);
        assert!(!route.operation.faults.is_empty(), "{name}");
        let labels: Vec<&str> = route.labels.iter().map(|(_, value)| value.as_str()).collect();
        let expected: &[&str] = match uri.contains('{') {
            true => &["arn:aws:inspector2:eu-west-1:123456789012:owner/1/filter/a"],
            false => &[],
        };
        assert_eq!(labels, expected);
        found.insert(*name);
    }
    assert_eq!(found.len(), 85);
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

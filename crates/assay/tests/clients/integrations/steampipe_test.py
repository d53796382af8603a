"""What the tables of Steampipe's AWS plugin ask of Inspector's API, column by column, and what they read of the answers.

Each column that a query may compare becomes a filter: `=` and `<>` as EQUALS and NOT_EQUALS of texts, `>=` and `<=` as one bound of
numbers and times. Criteria are always sent, empty ones too.
"""

import datetime
import unittest

import botocore.exceptions

import service


def at(value, *path):
    """The values at the end of a path: none, one, or those of a list."""
    for name in path:
        if isinstance(value, list):
            value = [item[name] for item in value if name in item]
        else:
            value = value.get(name, {}) if isinstance(value, dict) else {}
    if isinstance(value, list):
        return [item for part in value for item in (part if isinstance(part, list) else [part])]
    return [] if value == {} else [value]


def resource(*path):
    return lambda finding: at(finding, "resources", *path)


def details(*path):
    return lambda finding: at(finding, "packageVulnerabilityDetails", *path)


def member(*path):
    return lambda item: at(item, *path)


# The field of the filter of each column of texts, and where its values are in the answer.
FINDING_TEXTS = {
    "awsAccountId": member("awsAccountId"),
    "exploitAvailable": member("exploitAvailable"),
    "findingArn": member("findingArn"),
    "fixAvailable": member("fixAvailable"),
    "severity": member("severity"),
    "vulnerabilitySource": details("source"),
    "resourceId": resource("id"),
    "resourceType": resource("type"),
    "ec2InstanceImageId": resource("details", "awsEc2Instance", "imageId"),
    "ec2InstanceSubnetId": resource("details", "awsEc2Instance", "subnetId"),
    "ec2InstanceVpcId": resource("details", "awsEc2Instance", "vpcId"),
    "ecrImageArchitecture": resource("details", "awsEcrContainerImage", "architecture"),
    "ecrImageHash": resource("details", "awsEcrContainerImage", "imageHash"),
    "ecrImageRegistry": resource("details", "awsEcrContainerImage", "registry"),
    "ecrImageRepositoryName": resource("details", "awsEcrContainerImage", "repositoryName"),
    "ecrImageTags": resource("details", "awsEcrContainerImage", "imageTags"),
    "lambdaFunctionExecutionRoleArn": resource("details", "awsLambdaFunction", "executionRoleArn"),
    "lambdaFunctionLayers": resource("details", "awsLambdaFunction", "layers"),
    "lambdaFunctionName": resource("details", "awsLambdaFunction", "functionName"),
    "lambdaFunctionRuntime": resource("details", "awsLambdaFunction", "runtime"),
    "relatedVulnerabilities": details("relatedVulnerabilities"),
    "findingStatus": member("status"),
    "title": member("title"),
    "findingType": member("type"),
    "vendorSeverity": details("vendorSeverity"),
    "vulnerabilityId": details("vulnerabilityId"),
}
# Of findings on the network, which there are none of.
NETWORK_TEXTS = ["componentId", "componentType", "networkProtocol"]
FINDING_NUMBERS = {"inspectorScore": member("inspectorScore"), "epssScore": member("epss", "score")}
FINDING_TIMES = {
    "firstObservedAt": member("firstObservedAt"),
    "lastObservedAt": member("lastObservedAt"),
    "updatedAt": member("updatedAt"),
    "ecrImagePushedAt": resource("details", "awsEcrContainerImage", "pushedAt"),
    "lambdaFunctionLastModifiedAt": resource("details", "awsLambdaFunction", "lastModifiedAt"),
}
COVERAGE_TEXTS = {
    "accountId": member("accountId"),
    "ecrImageTags": member("resourceMetadata", "ecrImage", "tags"),
    "ecrRepositoryName": member("resourceMetadata", "ecrRepository", "name"),
    "lambdaFunctionName": member("resourceMetadata", "lambdaFunction", "functionName"),
    "lambdaFunctionRuntime": member("resourceMetadata", "lambdaFunction", "runtime"),
    "resourceId": member("resourceId"),
    "resourceType": member("resourceType"),
    "scanStatusCode": member("scanStatus", "statusCode"),
    "scanStatusReason": member("scanStatus", "reason"),
    "scanType": member("scanType"),
}


def setUpModule():
    service.fill()


class Table(unittest.TestCase):
    """A table: one operation, and the member of its answer with the rows."""

    def rows(self, size=100, **criteria):
        return service.pages(self.client, self.operation, self.member, size, filterCriteria=criteria)

    def expect(self, expected, **criteria):
        with self.subTest(criteria=criteria):
            self.assertEqual(self.names(self.rows(**criteria)), self.names(expected))

    def names(self, rows):
        return sorted(row[self.name] for row in rows)

    def texts(self, columns):
        everything = self.rows()
        for field, values in columns.items():
            known = sorted({value for row in everything for value in values(row)})
            self.assertTrue(known, f"nothing has {field}")
            # A hundred names of findings tell no more than some do.
            for value in [*known[:4], "none of them"]:
                has = [row for row in everything if value in values(row)]
                has_not = [row for row in everything if value not in values(row)]
                self.expect(has, **{field: [{"comparison": "EQUALS", "value": value}]})
                self.expect(has_not, **{field: [{"comparison": "NOT_EQUALS", "value": value}]})


class Findings(Table):
    """aws_inspector2_finding"""

    operation, member, name = "list_findings", "findings", "findingArn"

    @classmethod
    def setUpClass(cls):
        cls.client = service.client()

    def test_columns_of_texts(self):
        self.texts(FINDING_TEXTS)
        for field in NETWORK_TEXTS:
            self.expect([], **{field: [{"comparison": "EQUALS", "value": "none"}]})
            self.expect(self.rows(), **{field: [{"comparison": "NOT_EQUALS", "value": "none"}]})

    def test_columns_of_numbers_and_times(self):
        everything = self.rows()
        for columns, (least, most) in [
            (FINDING_NUMBERS, ("lowerInclusive", "upperInclusive")),
            (FINDING_TIMES, ("startInclusive", "endInclusive")),
        ]:
            for field, values in columns.items():
                known = sorted({value for row in everything for value in values(row)})
                self.assertTrue(known, f"nothing has {field}")
                # Times are told to the millisecond and compared to the microsecond.
                blur = datetime.timedelta(milliseconds=1) if columns is FINDING_TIMES else 0
                middle = known[len(known) // 2]
                above = [row for row in everything if any(value >= middle - blur for value in values(row))]
                below = [row for row in everything if any(value <= middle + blur for value in values(row))]
                self.expect(above, **{field: [{least: middle - blur}]})
                self.expect(below, **{field: [{most: middle + blur}]})

    def test_packages(self):
        everything = self.rows()
        text = lambda value: {"comparison": "EQUALS", "value": value}
        for criteria, chosen in [
            ({"name": text("openssl")}, lambda part: part["name"] == "openssl"),
            (
                {"name": text("openssl"), "version": text("3.0.11"), "release": text("1~deb12u2"), "epoch": {"lowerInclusive": 0.0}},
                lambda part: part["name"] == "openssl",
            ),
            ({"name": text("openssl"), "version": text("5.3")}, lambda part: False),
            ({"architecture": text("AMD64")}, lambda part: part.get("arch") == "AMD64"),
            ({"sourceLayerHash": text(service.LAYER)}, lambda part: part.get("sourceLayerHash") == service.LAYER),
            ({"sourceLambdaLayerArn": text("arn:aws:lambda:x")}, lambda part: False),
        ]:
            chosen_rows = [
                row for row in everything if any(map(chosen, row["packageVulnerabilityDetails"]["vulnerablePackages"]))
            ]
            self.expect(chosen_rows, vulnerablePackages=[criteria])
        hashes = {part.get("sourceLayerHash") for row in everything for part in row["packageVulnerabilityDetails"]["vulnerablePackages"]}
        self.assertIn(service.LAYER, hashes)

    def test_tags(self):
        # The plugin sends those pairs alone that lack a value.
        has = [row for row in self.rows() if row["resources"][0].get("tags", {}).get("empty") == ""]
        self.assertTrue(has)
        self.expect(has, resourceTags=[{"comparison": "EQUALS", "key": "empty", "value": ""}])
        self.expect([], resourceTags=[{"comparison": "EQUALS", "key": "none", "value": ""}])

    def test_conditions_together(self):
        both = [row for row in self.rows() if row["severity"] == "CRITICAL" and row["fixAvailable"] == "YES"]
        self.assertTrue(both)
        equals = lambda value: [{"comparison": "EQUALS", "value": value}]
        self.expect(both, severity=equals("CRITICAL"), fixAvailable=equals("YES"))

    def test_limits(self):
        self.assertEqual(self.names(self.rows(size=3)), self.names(self.rows()))
        answer = self.client.list_findings(maxResults=2, filterCriteria={})
        self.assertEqual(len(answer["findings"]), 2)

    def test_columns_that_are_read(self):
        rows = self.rows()
        for row in rows:
            for path in [
                ("awsAccountId",), ("description",), ("exploitAvailable",), ("findingArn",), ("status",), ("type",),
                ("firstObservedAt",), ("fixAvailable",), ("lastObservedAt",), ("severity",), ("updatedAt",), ("title",),
                ("remediation", "recommendation", "text"),
                ("packageVulnerabilityDetails", "source"), ("packageVulnerabilityDetails", "sourceUrl"),
                ("packageVulnerabilityDetails", "vulnerabilityId"), ("packageVulnerabilityDetails", "vulnerablePackages"),
                ("resources",),
            ]:
                self.assertTrue(at(row, *path), f"{path}: {row}")
            for lists in ["cvss", "referenceUrls", "relatedVulnerabilities"]:
                self.assertIsInstance(row["packageVulnerabilityDetails"][lists], list)
            self.assertIsInstance(row["updatedAt"], datetime.datetime)
        flaw = next(row for row in rows if row["packageVulnerabilityDetails"]["vulnerabilityId"] == "CVE-2020-14343")
        self.assertEqual((flaw["inspectorScore"], flaw["epss"]["score"]), (9.8, 0.5))
        self.assertEqual(flaw["inspectorScoreDetails"]["adjustedCvss"]["score"], 9.8)
        self.assertEqual(flaw["exploitabilityDetails"]["lastKnownExploitAt"].year, 2025)
        self.assertEqual(flaw["packageVulnerabilityDetails"]["vendorSeverity"], "CRITICAL")
        self.assertIsInstance(flaw["packageVulnerabilityDetails"]["vendorUpdatedAt"], datetime.datetime)
        openssl = next(row for row in rows if row["packageVulnerabilityDetails"]["vulnerabilityId"] == "CVE-2024-0001")
        self.assertEqual(openssl["packageVulnerabilityDetails"]["vendorCreatedAt"].year, 2024)


class Coverage(Table):
    """aws_inspector2_coverage"""

    operation, member, name = "list_coverage", "coveredResources", "resourceId"

    @classmethod
    def setUpClass(cls):
        cls.client = service.client()

    def rows(self, size=200, **criteria):
        return super().rows(size, **criteria)

    def test_columns_of_texts(self):
        self.texts(COVERAGE_TEXTS)

    def test_tags(self):
        for field, key, value, metadata in [
            ("ec2InstanceTags", "team", "red", ("ec2", "tags")),
            ("ec2InstanceTags", "team", "blue", ("ec2", "tags")),
            ("lambdaFunctionTags", "team", "blue", ("lambdaFunction", "functionTags")),
            ("lambdaFunctionTags", "team", "red", ("lambdaFunction", "functionTags")),
        ]:
            has = [row for row in self.rows() for tags in at(row, "resourceMetadata", *metadata) if tags.get(key) == value]
            self.expect(has, **{field: [{"comparison": "EQUALS", "key": key, "value": value}]})

    def test_columns_that_are_read(self):
        rows = {row["resourceType"]: row for row in self.rows() if "aaaa" in row["resourceId"] or "i-" not in row["resourceId"]}
        host, image, function = (rows[f"AWS_{kind}"] for kind in ["EC2_INSTANCE", "ECR_CONTAINER_IMAGE", "LAMBDA_FUNCTION"])
        for row in [host, image, function]:
            self.assertEqual(row["scanType"], "PACKAGE")
            self.assertEqual(row["scanStatus"], {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"})
            self.assertIsInstance(row["lastScannedAt"], datetime.datetime)
        told = host["resourceMetadata"]["ec2"]
        self.assertEqual((told["amiId"], told["platform"]), ("ami-0123456789abcdef0", "LINUX"))
        self.assertEqual(told["tags"], {"team": "red", "empty": ""})
        told = image["resourceMetadata"]
        self.assertEqual(sorted(told["ecrImage"]["tags"]), ["latest", "v1"])
        self.assertEqual(told["ecrRepository"], {"name": "shop/api", "scanFrequency": "CONTINUOUS_SCAN"})
        told = function["resourceMetadata"]["lambdaFunction"]
        self.assertEqual((told["functionName"], told["runtime"]), ("pay", "PYTHON_3_12"))
        self.assertEqual(told["functionTags"], {"team": "blue"})
        self.assertEqual(told["layers"], [f"arn:aws:lambda:us-east-1:{service.account()}:layer:base:1"])


class Statistics(unittest.TestCase):
    """aws_inspector2_coverage_statistics, which neither groups nor filters."""

    def test_total(self):
        asked = service.client()
        everything = service.pages(asked, "list_coverage", "coveredResources")
        told = asked.list_coverage_statistics()
        self.assertEqual(told["totalCounts"], len(everything))
        self.assertEqual(sum(group["count"] for group in told.get("countsByGroup", [])) or len(everything), len(everything))


class Members(unittest.TestCase):
    """aws_inspector2_member"""

    def test_members(self):
        asked = service.client(profile="administrator")
        for arguments, expected in [
            ({"onlyAssociated": True}, {"333333333333": "ENABLED"}),
            ({"onlyAssociated": False}, {"111111111111": "CREATED", "333333333333": "ENABLED", "444444444444": "CREATED"}),
            ({}, {"333333333333": "ENABLED"}),
        ]:
            members = service.pages(asked, "list_members", "members", 50, **arguments)
            self.assertEqual({member["accountId"]: member["relationshipStatus"] for member in members}, expected)
            for member in members:
                if member["relationshipStatus"] == "ENABLED":
                    self.assertEqual(member["delegatedAdminAccountId"], "222222222222")
                self.assertIsInstance(member["updatedAt"], datetime.datetime)


class OrganizationConfiguration(unittest.TestCase):
    """aws_inspector2_organization_configuration"""

    def test_flags(self):
        told = service.client(profile="administrator").describe_organization_configuration()
        self.assertEqual(told["maxAccountLimitReached"], False)
        for flag in ["ec2", "ecr", "lambda", "lambdaCode"]:
            self.assertEqual(told["autoEnable"][flag], False)

    def test_accounts_without_have_no_row(self):
        # Any other words end the query with an error.
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            service.client().describe_organization_configuration()
        self.assertIn(
            "invoking account does not have access to describe the organization configuration",
            str(refused.exception).lower(),
        )

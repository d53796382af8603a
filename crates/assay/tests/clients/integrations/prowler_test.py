"""What Prowler's checks of Inspector ask in each region, and what they read of the answers."""

import datetime
import unittest

import service


def setUpModule():
    service.fill()


def batches(items, size):
    return [items[at : at + size] for at in range(0, len(items), size)]


class Checks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.account = service.account()
        cls.clients = {region: service.client(region=region) for region in ["us-east-1", "eu-west-1"]}
        cls.client = cls.clients["us-east-1"]

    def active(self):
        equals = lambda value: [{"comparison": "EQUALS", "value": value}]
        return {"awsAccountId": equals(self.account), "findingStatus": equals("ACTIVE")}

    def test_accounts_are_enabled(self):
        for region, expected in [("us-east-1", "ENABLED"), ("eu-west-1", "DISABLED")]:
            [told] = self.clients[region].batch_get_account_status(accountIds=[self.account])["accounts"]
            self.assertEqual(told["state"]["status"], expected)
            statuses = {kind: told["resourceState"][kind]["status"] for kind in ["ec2", "ecr", "lambda", "lambdaCode"]}
            self.assertEqual(statuses, dict.fromkeys(["ec2", "ecr", "lambda"], expected) | {"lambdaCode": "DISABLED"})

    def test_there_are_findings(self):
        for region, expected in [("us-east-1", 1), ("eu-west-1", 0)]:
            answer = self.clients[region].list_findings(filterCriteria=self.active(), maxResults=1)
            self.assertEqual(len(answer["findings"]), expected)

    def findings(self):
        return service.pages(self.client, "list_findings", "findings", 100, filterCriteria=self.active())

    def test_findings_and_what_is_exploited(self):
        findings = self.findings()
        self.assertEqual(len(findings), len({finding["findingArn"] for finding in findings}))
        for finding in findings:
            self.assertEqual((finding["type"], finding["status"]), ("PACKAGE_VULNERABILITY", "ACTIVE"))
            self.assertIsNotNone(finding["firstObservedAt"].tzinfo)
            self.assertTrue(finding["severity"] and finding["packageVulnerabilityDetails"]["vulnerabilityId"])
            self.assertTrue(all(resource["id"] for resource in finding["resources"]))
        # One finding of each vulnerability, ten at a time, or the vulnerability itself.
        chosen = {finding["packageVulnerabilityDetails"]["vulnerabilityId"]: finding["findingArn"] for finding in findings}
        chosen = {name: arn for name, arn in chosen.items() if name.startswith("CVE-")}
        due = {}
        for batch in batches(list(chosen.values()), 10):
            answer = self.client.batch_get_finding_details(findingArns=batch)
            self.assertEqual(answer["errors"], [])
            for detail in answer["findingDetails"]:
                self.assertIn(detail["findingArn"], batch)
                if "cisaData" in detail:
                    due[detail["findingArn"]] = detail["cisaData"]
        self.assertEqual(list(due), [chosen["CVE-2020-14343"]])
        for name in chosen:
            [told] = self.client.search_vulnerabilities(filterCriteria={"vulnerabilityIds": [name]})["vulnerabilities"]
            self.assertEqual(told.get("cisaData"), due.get(chosen[name]), name)
        [told] = due.values()
        day = lambda *date: datetime.datetime(*date, tzinfo=datetime.timezone.utc)
        self.assertEqual((told["dateAdded"], told["dateDue"]), (day(2025, 1, 2), day(2025, 1, 23)))

    def test_coverage(self):
        criteria = {"accountId": [{"comparison": "EQUALS", "value": self.account}]}
        covered = service.pages(self.client, "list_coverage", "coveredResources", 200, filterCriteria=criteria)
        self.assertLessEqual(
            {"AWS_EC2_INSTANCE", "AWS_ECR_CONTAINER_IMAGE", "AWS_ECR_REPOSITORY", "AWS_LAMBDA_FUNCTION"},
            {resource["resourceType"] for resource in covered},
        )
        for resource in covered:
            self.assertEqual(resource["scanStatus"], {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"})
            self.assertEqual(resource["scanType"], "PACKAGE")
            kind = "host" if resource["resourceType"] == "AWS_EC2_INSTANCE" else "named by its ARN"
            self.assertEqual(resource["resourceId"].startswith("arn:"), kind != "host")
            if resource["resourceType"] != "AWS_ECR_REPOSITORY":
                self.assertIsNotNone(resource["lastScannedAt"].tzinfo)

    def test_the_registry_beside(self):
        # The first check wants to know where there are images.
        [repository] = service.pages(service.client("ecr"), "describe_repositories", "repositories")
        self.assertEqual((repository["repositoryName"], repository["registryId"]), ("shop/api", self.account))
        self.assertEqual(repository["imageScanningConfiguration"], {"scanOnPush": True})
        self.assertEqual(
            repository["repositoryArn"], f"arn:aws:ecr:us-east-1:{self.account}:repository/shop/api"
        )

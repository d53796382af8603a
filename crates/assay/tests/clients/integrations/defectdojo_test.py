"""What DefectDojo reads of `aws inspector2 list-findings`, whose output as JSON is what it imports."""

import json
import os
import subprocess
import sys
import unittest

import service

TYPES = {"AWS_EC2_INSTANCE", "AWS_ECR_CONTAINER_IMAGE", "AWS_ECR_REPOSITORY", "AWS_LAMBDA_FUNCTION"}


def setUpModule():
    service.fill()


class Import(unittest.TestCase):
    def test_the_output_of_the_command(self):
        command = [sys.executable, "-m", "awscli", "inspector2", "list-findings", "--output", "json"]
        told = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ).stdout
        findings = json.loads(told)["findings"]
        self.assertTrue(findings)
        seen = set()
        for finding in findings:
            self.assertEqual(finding["type"], "PACKAGE_VULNERABILITY")
            self.assertIn(finding["severity"], ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "UNTRIAGED"])
            for name in ["findingArn", "title", "awsAccountId", "firstObservedAt", "lastObservedAt", "description", "status"]:
                self.assertTrue(finding[name], name)
            details = finding["packageVulnerabilityDetails"]
            # Where either of the two is missing, it leaves the packages out.
            self.assertTrue(details["vulnerabilityId"] and details["source"] and details["sourceUrl"])
            for package in details["vulnerablePackages"]:
                self.assertTrue(package["name"] and package["version"] and package["packageManager"])
                self.assertIn("fixedInVersion", package)
            for resource in finding["resources"]:
                self.assertIn(resource["type"], TYPES)
                seen.add(resource["type"])
                told = resource["details"]
                match resource["type"]:
                    case "AWS_ECR_CONTAINER_IMAGE":
                        image = told["awsEcrContainerImage"]
                        self.assertTrue(resource["id"].split("repository/")[1])
                        self.assertTrue(image["registry"] and image["repositoryName"] and image["imageHash"])
                        self.assertTrue(image["author"] and image["pushedAt"] and image["imageTags"])
                    case "AWS_LAMBDA_FUNCTION":
                        function = told["awsLambdaFunction"]
                        self.assertTrue(resource["id"].split("function:")[1])
                        self.assertTrue(function["functionName"] and function["version"] and function["runtime"])
                        self.assertTrue(function["codeSha256"] and function["lastModifiedAt"])
                    case "AWS_EC2_INSTANCE" if resource["id"] == "i-0aaaaaaaaaaaaaaaa":
                        host = told["awsEc2Instance"]
                        self.assertEqual(host["ipV4Addresses"], ["10.0.0.7"])
                        self.assertTrue(host["imageId"] and host["subnetId"] and host["vpcId"] and host["launchedAt"])
        self.assertEqual(seen, TYPES - {"AWS_ECR_REPOSITORY"})
        scored = [finding for finding in findings if "inspectorScoreDetails" in finding]
        self.assertTrue(scored)
        for finding in scored:
            self.assertTrue(finding["inspectorScoreDetails"]["adjustedCvss"]["scoringVector"])
        self.assertIn(0.5, [finding.get("epss", {}).get("score") for finding in findings])

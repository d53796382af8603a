"""What a connector asks that tells of the accounts of an organisation, with the one key of an agent."""

import unittest

import boto3
from botocore.exceptions import ClientError

import service

HOST = "i-0ccccccccccccccccc"


def assumed(profile, account, role):
    """A session under a role in another account."""
    answer = service.client("sts", profile).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="connector"
    )
    credentials = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=service.REGION,
    )


def push(session, resource):
    body = {"resource": resource}
    return service.post(f"{service.endpoint()}/assay/v1/resources", body, "assay", signer=session)


class Accounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.member = service.account("member")

    def refused(self, code, call):
        with self.assertRaises(ClientError) as caught:
            call()
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def test_a_host_of_a_member_is_told_of(self):
        session = assumed("connector", self.member, "AssayAgent")
        arn = session.client("sts").get_caller_identity()["Arn"]
        self.assertEqual(arn, f"arn:aws:sts::{self.member}:assumed-role/AssayAgent/connector")
        pushed = push(session, {"type": "host", "id": HOST, "tags": {"team": "cloud"}})
        self.assertEqual(pushed["resource"]["accountId"], self.member)
        equals = [{"comparison": "EQUALS", "value": HOST}]
        asked = service.client(profile="member")
        [covered] = service.pages(asked, "list_coverage", "coveredResources", filterCriteria={"resourceId": equals})
        self.assertEqual(covered["accountId"], self.member)
        self.assertEqual(covered["resourceMetadata"]["ec2"]["tags"], {"team": "cloud"})
        # It tells, and reads nothing.
        self.refused("AccessDeniedException", lambda: session.client("inspector2").list_findings())
        self.refused("AccessDenied", lambda: session.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{self.member}:role/AssayAgent", RoleSessionName="further"))

    def test_an_administrator_may_be_an_agent(self):
        pushed = push(assumed("administrator", self.member, "AssayAgent"), {"type": "host", "id": "i-0ddddddddddddddddd"})
        self.assertEqual(pushed["resource"]["accountId"], self.member)

    def test_other_roles_are_refused(self):
        for role in ["AssayAuditor", "AssayAdministrator"]:
            told = self.refused("AccessDenied", lambda: assumed("connector", self.member, role))
            self.assertIn("as agent it may assume AssayAgent in the accounts that its own leads", told)

    def test_others_lead_nobody(self):
        for profile, account in [
            ("bot", service.account("administrator")),
            ("bot", self.member),
            ("connector", service.account("management")),
            ("connector", service.account("newcomer")),
            ("connector", service.account()),
        ]:
            self.refused("AccessDenied", lambda: assumed(profile, account, "AssayAgent"))

"""What the integration of Elastic's agent asks: it signs by hand, host and date alone, and asks for what changed since it asked last."""

import datetime
import hashlib
import hmac
import json
import time
import unittest
import urllib.request

import service


def setUpModule():
    service.fill()


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def ask(body):
    """The answer to a request in which neither the type of the content nor its digest is signed."""
    credentials = service.session().get_credentials()
    url = f"{service.endpoint()}/findings/list"
    host = url.split("/")[2]
    now = datetime.datetime.now(datetime.timezone.utc)
    moment, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    data = json.dumps(body, separators=(",", ":")).encode()
    scope = f"{day}/{service.REGION}/inspector2/aws4_request"
    digest = hashlib.sha256(data).hexdigest()
    whole = f"POST\n/findings/list\n\nhost:{host}\nx-amz-date:{moment}\n\nhost;x-amz-date\n{digest}"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(whole.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = mac(key, part)
    signature = mac(key, text).hex()
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )
    headers = {"X-Amz-Date": moment, "Authorization": authorization, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:
        return json.load(answer)


class Findings(unittest.TestCase):
    def body(self, since, **more):
        # The end of the span lies as far away as Inspector takes it.
        return {
            "filterCriteria": {"updatedAt": [{"startInclusive": since, "endInclusive": 1956528000}]},
            "maxResults": 100,
            "sortCriteria": {"field": "LAST_OBSERVED_AT", "sortOrder": "ASC"},
            **more,
        }

    def test_everything_of_a_day(self):
        since = int(time.time()) // 1000 * 1000 - 86_400
        answer = ask(self.body(since))
        # A page that is not full is the last.
        self.assertLess(len(answer["findings"]), 100)
        self.assertIsNone(answer.get("nextToken"))
        moments = [finding["lastObservedAt"] for finding in answer["findings"]]
        self.assertEqual(moments, sorted(moments))
        listed = service.pages(service.client(), "list_findings", "findings")
        self.assertEqual(
            {finding["findingArn"] for finding in answer["findings"]}, {finding["findingArn"] for finding in listed}
        )
        for finding in answer["findings"]:
            # Seconds since the epoch, not texts.
            for moment in ["firstObservedAt", "lastObservedAt", "updatedAt"]:
                self.assertGreater(finding[moment], since)
            for name in ["awsAccountId", "description", "severity", "status", "title", "type", "fixAvailable", "exploitAvailable"]:
                self.assertTrue(finding[name])
            for resource in finding["resources"]:
                self.assertTrue(resource["id"] and resource["type"] and resource["partition"] and resource["region"])

    def test_pages_with_the_same_criteria(self):
        since = int(time.time()) // 1000 * 1000 - 86_400
        found, token = [], None
        while True:
            more = {"maxResults": 3} | ({"nextToken": token} if token else {})
            answer = ask(self.body(since, **more))
            found += [finding["findingArn"] for finding in answer["findings"]]
            token = answer.get("nextToken")
            if not token:
                break
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(set(found), {finding["findingArn"] for finding in ask(self.body(since))["findings"]})

    def test_nothing_since(self):
        self.assertEqual(ask(self.body(int(time.time()) + 86_400))["findings"], [])

    def test_changes_of_status_come_again(self):
        asked = service.client()
        before = time.time()
        criteria = {"vulnerabilityId": [{"comparison": "EQUALS", "value": "CVE-2019-10744"}]}
        arn = asked.create_filter(name="elastic", action="SUPPRESS", filterCriteria=criteria)["arn"]
        try:
            found = ask(self.body(before))["findings"]
            told = {(finding["packageVulnerabilityDetails"]["vulnerabilityId"], finding["status"]) for finding in found}
            self.assertEqual(told, {("CVE-2019-10744", "SUPPRESSED")})
        finally:
            asked.delete_filter(arn=arn)

"""Orders reports by a stock boto3 and holds what comes of them against what is promised."""

import csv
import io
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

REGION = "us-east-1"
KEY = f"arn:aws:kms:{REGION}:111122223333:key/6a1cd6f7-9c0f-4f0e-a8a3-8ca0ce5d5e1f"

mode, url = sys.argv[1], sys.argv[2]
inspector = boto3.client("inspector2", endpoint_url=url, region_name=REGION)


def destination(bucket, prefix="", **more):
    return {"bucketName": bucket, "keyPrefix": prefix, "kmsKeyArn": KEY, **more}


def over(ask):
    """Waits until a report is over."""
    deadline = time.monotonic() + 120
    while True:
        status = ask()
        if status["status"] != "IN_PROGRESS":
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.1)


def report(format, to, **more):
    id = inspector.create_findings_report(reportFormat=format, s3Destination=to, **more)["reportId"]
    return id, over(lambda: inspector.get_findings_report_status(reportId=id))


def export(format, to):
    id = inspector.create_sbom_export(reportFormat=format, s3Destination=to)["reportId"]
    return id, over(lambda: inspector.get_sbom_export(reportId=id))


def findings(expected):
    """The findings, once there are so many."""
    deadline = time.monotonic() + 120
    while True:
        pages = inspector.get_paginator("list_findings").paginate()
        found = [finding for page in pages for finding in page["findings"]]
        if len(found) >= expected:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def presigned(path, query):
    """An address that whoever has it can fetch for a minute."""
    request = AWSRequest("GET", f"{url}/assay/v1{path}?{urllib.parse.urlencode(query)}")
    credentials = boto3.Session().get_credentials()
    SigV4QueryAuth(credentials, "assay", REGION, expires=60).add_auth(request)
    return request.url


def fetch(address):
    with urllib.request.urlopen(address) as answer:
        return answer.headers, answer.read()


def directory():
    listed = findings(2)
    id, status = report("CSV", destination("mine", "a"))
    assert status["status"] == "SUCCEEDED", status
    told = json.loads(fetch(presigned("/report", {"id": id}))[1])
    assert told["report"]["written"] == 2, told
    [file] = told["files"]
    assert file["name"] == f"a/{id}.csv", file
    address = presigned("/report/file", {"id": id, "name": file["name"]})
    headers, body = fetch(address)
    assert len(body) == file["size"] == int(headers["content-length"]), file
    assert headers["content-disposition"] == f'attachment; filename="{id}.csv"', headers
    rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    assert {row["Finding ARN"] for row in rows} == {finding["findingArn"] for finding in listed}, rows
    # Signed for one file, it is good for no other.
    for other in [address.replace(id, id[::-1]), presigned("/report/file", {"id": id, "name": "a/../x"})]:
        try:
            fetch(other)
            raise AssertionError(other)
        except urllib.error.HTTPError as error:
            assert error.code in (403, 404), error
    id, status = export("CYCLONEDX_1_4", destination("mine"))
    assert status["status"] == "SUCCEEDED", status
    told = json.loads(fetch(presigned("/report", {"id": id, "maxResults": 1}))[1])
    assert len(told["files"]) == 1 and told["nextToken"], told
    name = told["files"][0]["name"]
    assert name == f"CYCLONEDX_1_4_outputs_{id}/account=000000000000/resource=AWS_EC2_INSTANCE/i-1_CYCLONEDX_1_4.json"
    bill = json.loads(fetch(presigned("/report/file", {"id": id, "name": name}))[1])
    assert bill["vulnerabilities"] == [{"id": "CVE-2020-14343", "affects": [{"ref": "pkg:pypi/pyyaml@5.3"}]}], bill
    reports = json.loads(fetch(presigned("/reports", {}))[1])["reports"]
    assert [one["kind"] for one in reports] == ["BILLS_OF_MATERIALS", "FINDINGS"], reports


def order():
    findings(1)
    print(inspector.create_findings_report(reportFormat="JSON", s3Destination=destination("mine"))["reportId"])


def await_all():
    for id in sys.argv[3:]:
        status = over(lambda: inspector.get_findings_report_status(reportId=id))
        assert status["status"] == "SUCCEEDED", status


def s3():
    listed = findings(1)
    endpoint = sys.argv[3]
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    here = boto3.client("s3", endpoint_url=endpoint, region_name=REGION, **keys)
    there = boto3.client("s3", endpoint_url=endpoint, region_name="eu-west-1", **keys)
    here.create_bucket(Bucket="mine")
    here.create_bucket(Bucket="closed")
    there.create_bucket(Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::closed/*"}
    here.put_bucket_policy(Bucket="closed", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))

    id, status = report("JSON", destination("mine", "x/"))
    assert status["status"] == "SUCCEEDED", status
    found = here.get_object(Bucket="mine", Key=f"x/{id}.json")
    assert found["ServerSideEncryption"] == "aws:kms" and found["SSEKMSKeyId"] == KEY, found
    document = json.loads(found["Body"].read())
    assert [one["findingArn"] for one in document["findings"]] == [one["findingArn"] for one in listed], document
    # The same by our own route.
    name = {"id": id, "name": f"x/{id}.json"}
    assert json.loads(fetch(presigned("/report/file", name))[1]) == document

    id, status = export("SPDX_2_3", destination("mine"))
    assert status["status"] == "SUCCEEDED", status
    key = f"SPDX_2_3_outputs_{id}/account=000000000000/resource=AWS_EC2_INSTANCE/i-1_SPDX_2_3.json"
    assert here.head_object(Bucket="mine", Key=key)["ServerSideEncryption"] == "aws:kms"

    for to, code in [
        (destination("unknown"), "BUCKET_NOT_FOUND"),
        (destination("abroad"), "INCOMPATIBLE_BUCKET_REGION"),
        (destination("closed"), "INVALID_PERMISSIONS"),
        ({**destination("mine"), "kmsKeyArn": KEY.replace(REGION, "eu-west-1")}, "MALFORMED_KMS_KEY"),
    ]:
        _, status = report("CSV", to)
        assert (status["status"], status["errorCode"]) == ("FAILED", code), (to, status)
        assert status["errorMessage"], status
    assert not here.list_multipart_uploads(Bucket="mine").get("Uploads")


{"directory": directory, "order": order, "await": await_all, "s3": s3}[mode]()

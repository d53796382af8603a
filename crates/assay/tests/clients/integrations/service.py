"""The service as the integrations have it, with one resource of each sort that tells all that they ask for."""

import json
import time
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

REGION = "us-east-1"


def session(profile="default"):
    return boto3.Session(profile_name=profile, region_name=REGION)


def client(name="inspector2", profile="default", region=REGION):
    return session(profile).client(name, region_name=region)


def account(profile="default"):
    return client("sts", profile).get_caller_identity()["Account"]


def post(url, body, name, profile="default", signer=None):
    """The answer to a document that is signed for a service, by a session of its own where there is one."""
    signer = signer or session(profile)
    request = AWSRequest("POST", url, data=json.dumps(body).encode(), headers={"content-type": "application/json"})
    SigV4Auth(signer.get_credentials(), name, REGION).add_auth(request)
    request = urllib.request.Request(url, request.data, dict(request.headers), method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def endpoint():
    return client().meta.endpoint_url


def package(purl, path, layer=None):
    place = {"path": path}
    if layer:
        place["layer"] = {"index": 0, "digest": layer}
    return {"purl": purl, "evidence": [place]}


LAYER = "sha256:" + "cd" * 32
PYTHON = "pkg:pypi/pyyaml@5.3"
NODE = "pkg:npm/lodash@4.17.10"
SYSTEM = "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12"


def resources(owner):
    """What is pushed: a description and the packages of each."""
    image = f"arn:aws:ecr:{REGION}:{owner}:repository/shop/api/sha256:{'ef' * 32}"
    function = f"arn:aws:lambda:{REGION}:{owner}:function:pay:$LATEST"
    return [
        (
            {
                "type": "host",
                "id": "i-0aaaaaaaaaaaaaaaa",
                "tags": {"team": "red", "empty": ""},
                "details": {
                    "awsEc2Instance": {
                        "type": "m5.large",
                        "imageId": "ami-0123456789abcdef0",
                        "vpcId": "vpc-0123456789abcdef0",
                        "subnetId": "subnet-0123456789abcdef0",
                        "ipV4Addresses": ["10.0.0.7"],
                        "launchedAt": 1767225600,
                    }
                },
            },
            {"id": "debian", "version": "12"},
            [package(PYTHON, "opt/app/PyYAML-5.3.dist-info/METADATA"), package(SYSTEM, "var/lib/dpkg/status")],
        ),
        (
            {
                "type": "image",
                "id": image,
                "details": {
                    "awsEcrContainerImage": {
                        "repositoryName": "shop/api",
                        "imageHash": f"sha256:{'ef' * 32}",
                        "registry": owner,
                        "imageTags": ["v1", "latest"],
                        "architecture": "arm64",
                        "author": "web",
                        # Within the windows in which images are monitored.
                        "pushedAt": int(time.time()) - 86400,
                    }
                },
            },
            {"id": "debian", "version": "12"},
            [package(PYTHON, "opt/app/PyYAML-5.3.dist-info/METADATA", LAYER), package(NODE, "srv/package.json", LAYER)],
        ),
        (
            {
                "type": "function",
                "id": function,
                "tags": {"team": "blue"},
                "details": {
                    "awsLambdaFunction": {
                        "functionName": "pay",
                        "version": "$LATEST",
                        "runtime": "PYTHON_3_12",
                        "codeSha256": "y8NBZpEXNSs+SwWmLrKqBdVOWNFyLtKhrGRTCNOlDpw=",
                        "executionRoleArn": f"arn:aws:iam::{owner}:role/pay",
                        "layers": [f"arn:aws:lambda:{REGION}:{owner}:layer:base:1"],
                        "lastModifiedAt": 1767312000,
                        "packageType": "ZIP",
                    }
                },
            },
            None,
            [package(PYTHON, "PyYAML-5.3.dist-info/METADATA")],
        ),
    ]


def fill(profile="default"):
    """Has the resources in the account of a profile, assessed. The same again changes nothing."""
    asked = client(profile=profile)
    asked.enable(resourceTypes=["EC2", "ECR", "LAMBDA"])
    for description, distribution, packages in resources(account(profile)):
        artifact = {"distribution": distribution} if distribution else {}
        inventory = {"schema": "assay.inventory/1", "artifact": artifact, "packages": packages}
        post(f"{endpoint()}/assay/v1/resources", {"resource": description, "inventory": inventory}, "assay", profile)
    for _ in range(600):
        covered = pages(asked, "list_coverage", "coveredResources")
        if all(resource["scanStatus"]["reason"] == "SUCCESSFUL" for resource in covered):
            return
        time.sleep(0.1)
    raise AssertionError(f"not assessed for a minute: {covered}")


def pages(asked, operation, member, size=100, **arguments):
    """All that there is, page by page."""
    paginator = asked.get_paginator(operation)
    config = {"PageSize": size}
    return [item for page in paginator.paginate(PaginationConfig=config, **arguments) for item in page[member]]

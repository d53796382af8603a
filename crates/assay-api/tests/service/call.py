"""Makes calls by a stock boto3: a JSON object with each on a line of standard input, what came of it on a line of output."""

import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# What the tests are about is the first answer, and what the service says of a request that boto3 would not send.
CONFIG = Config(parameter_validation=False, retries={"max_attempts": 0, "mode": "standard"}, read_timeout=30)


def outcome(call):
    client = boto3.client(
        call.get("service", "inspector2"),
        endpoint_url=call["endpoint"],
        region_name=call.get("region", "eu-west-1"),
        aws_access_key_id=call["key"],
        aws_secret_access_key=call["secret"],
        aws_session_token=call.get("token"),
        verify=call.get("verify"),
        config=CONFIG,
    )
    operation, arguments = call["operation"], call.get("arguments", {})
    try:
        if "paginate" in call:
            pages = client.get_paginator(operation).paginate(**arguments)
            return {"answer": [page[call["paginate"]] for page in pages]}
        if call.get("presign"):
            url = client.generate_presigned_url(operation, arguments, ExpiresIn=call["presign"])
            return {"answer": json.loads(urllib.request.urlopen(url).read())}
        answer = getattr(client, operation)(**arguments)
        metadata = answer.pop("ResponseMetadata")
        return {"answer": answer, "request": metadata["RequestId"]}
    except ClientError as error:
        answer = error.response
        metadata = answer.pop("ResponseMetadata")
        return {
            "fault": answer["Error"]["Code"],
            "message": answer["Error"]["Message"],
            "status": metadata["HTTPStatusCode"],
            "request": metadata["RequestId"],
            "fields": answer.get("fields"),
            "reason": answer.get("reason"),
            "retryAfter": metadata["HTTPHeaders"].get("retry-after"),
            "type": type(error).__name__,
        }
    except urllib.error.HTTPError as error:
        return {"fault": error.headers["x-amzn-errortype"], "status": error.code}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line)), default=str), flush=True)

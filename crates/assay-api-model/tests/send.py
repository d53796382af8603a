"""Prints a request of every operation as botocore sends it, one JSON object a line."""

import base64
import datetime
import json
import random
import sys
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config

KEY = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret", "aws_session_token": "token+/="}


class Sent(Exception):
    """Raised in place of sending."""


def make(shape, chance):
    """Arguments of a shape, and the document that they should arrive as."""
    constraints = shape.metadata
    least = constraints.get("min", 0)
    if shape.type_name == "structure":
        if getattr(shape, "is_document_type", False):
            value = {"bomFormat": "CycloneDX", "components": [{"name": "é", "x": [None, 1.5, True]}]}
            return value, value
        names = [n for n in shape.members if n in shape.required_members or chance.random() < 0.4]
        if getattr(shape, "is_tagged_union", False):
            names = [chance.choice(list(shape.members))]
        pairs = {name: make(shape.members[name], chance) for name in names}
        return {n: p[0] for n, p in pairs.items()}, {n: p[1] for n, p in pairs.items()}
    if shape.type_name == "list":
        count = min(max(least, 1) + chance.randrange(2), constraints.get("max", 2))
        pairs = [make(shape.member, chance) for _ in range(count)]
        return [p[0] for p in pairs], [p[1] for p in pairs]
    if shape.type_name == "map":
        pair = make(shape.value, chance)
        return {"k": pair[0]}, {"k": pair[1]}
    if shape.type_name == "string":
        value = chance.choice(shape.enum) if shape.enum else "a:/ +é%"[: constraints.get("max", 7)].ljust(least, "1")
    elif shape.type_name in ("integer", "long"):
        value = max(least, 1)
    elif shape.type_name in ("double", "float"):
        value = least + 0.5
    elif shape.type_name == "boolean":
        value = chance.random() < 0.5
    elif shape.type_name == "timestamp":
        return datetime.datetime(2026, 11, 24, 19, 36, 40, tzinfo=datetime.timezone.utc), 1795549000
    elif shape.type_name == "blob":
        return b"\x00abc", base64.b64encode(b"\x00abc").decode()
    else:
        raise ValueError(shape.type_name)
    return value, value


def main():
    chance = random.Random(int(sys.argv[1]))
    session = botocore.session.Session()
    for service in ("inspector2", "inspector-scan"):
        # Lengths and patterns are for the service to check; what arrives is what matters here.
        client = session.create_client(
            service, region_name="eu-west-1", config=Config(parameter_validation=False), **KEY
        )
        sent = []

        def keep(request, sent=sent, **_):
            sent.append(request)
            raise Sent

        client.meta.events.register("before-send", keep)
        for method in (name for name in client.meta.method_to_api_mapping):
            operation = client.meta.method_to_api_mapping[method]
            shape = client.meta.service_model.operation_model(operation).input_shape
            arguments, document = make(shape, chance)
            # botocore makes up tokens where they are left out.
            if "clientToken" in shape.members:
                arguments["clientToken"] = document["clientToken"] = "token"
            try:
                getattr(client, method)(**arguments)
            except Sent:
                pass
            request = sent.pop()
            parts = urlsplit(request.url)
            body = request.body or b""
            text = lambda value: value.decode() if isinstance(value, bytes) else value
            print(
                json.dumps(
                    {
                        "operation": operation,
                        "method": request.method,
                        "path": parts.path,
                        "query": parts.query,
                        "headers": [["host", parts.netloc]] + [[n, text(v)] for n, v in request.headers.items()],
                        "body": text(body),
                        "document": document,
                    }
                )
            )


main()

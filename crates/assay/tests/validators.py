"""Validates documents with the publishers' own libraries: one line for each that is wrong."""

import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

for argument in sys.argv[1:]:
    kind, path = argument.split("=", 1)
    if kind == "SPDX-2.3":
        problems = [m.validation_message for m in validate_full_spdx_document(parse_file(path), kind)]
    else:
        with open(path) as document:
            problem = JsonStrictValidator(SchemaVersion[kind]).validate_str(document.read())
        problems = [str(problem)] if problem else []
    for problem in problems:
        print(f"{kind}: {problem[:500]}")

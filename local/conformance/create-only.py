"""Prints which properties AWS fixes at creation: {type: {"replaces": [pointer], "sometimes": [pointer]}}.

Reads a list of CloudFormation types from standard input.
"""

import json
import sys

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER


def main():
    found = {}
    for name in json.load(sys.stdin):
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name).schema
        found[name] = {
            "replaces": schema.get("createOnlyProperties", []),
            "sometimes": schema.get("conditionalCreateOnlyProperties", []),
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

"""``podwizard schema``: the JSON Schema of decision_table.yaml, for editors."""

from __future__ import annotations

import argparse
import json

from wizard.cli import exits
from wizard.cli.talk import put


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001  # every command has this signature
    """Print the schema."""
    from wizard.catalog.schema import json_schema

    put(json.dumps(json_schema(), indent=2))
    return exits.DONE

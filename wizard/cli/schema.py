"""``podwizard schema [FILE]``: the JSON Schema of decision_table.yaml or examples.yaml, for editors."""

from __future__ import annotations

import argparse
import json

from wizard.cli import exits
from wizard.cli.talk import put


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    from wizard.catalog.schema import json_schema

    put(json.dumps(json_schema(arguments.file), indent=2))
    return exits.DONE

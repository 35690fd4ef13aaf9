"""``podwizard completion``: a shell completion script."""

from __future__ import annotations

import argparse

from wizard.cli import exits
from wizard.cli.talk import put
from wizard.errors import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Print the script for one shell."""
    try:
        import shtab
    except ImportError as error:
        raise UsageError("completion needs the package shtab", hint="pip install 'podwizard[completion]'") from error
    from wizard.cli.arguments import build_parser

    put(shtab.complete(build_parser(), shell=arguments.shell))
    return exits.DONE

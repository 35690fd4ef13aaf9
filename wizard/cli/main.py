"""Parse, dispatch, and turn every way to fail into one message and a documented exit code."""

from __future__ import annotations

import argparse
import sys

from wizard.cli import exits
from wizard.cli.arguments import build_parser, with_command
from wizard.cli.talk import close_quietly, complain
from wizard.cli.terminal import open_streams


def run(argv: list[str]) -> int:
    """Run one command line and return the exit code; whatever was written is flushed."""
    open_streams()
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        close_quietly()
        return exits.DONE
    return code


def _run(argv: list[str]) -> int:
    words = with_command(argv)
    try:
        arguments = build_parser(words[0]).parse_args(words)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else exits.USAGE
    if arguments.version:
        from wizard.cli.talk import put
        from wizard.version import __version__

        put(f"podwizard {__version__}")
        return exits.DONE
    return _guarded(arguments) if getattr(arguments, "log", None) is None else _logged(arguments)


def _logged(arguments: argparse.Namespace) -> int:
    from wizard.cli.log import logged
    from wizard.errors import WizardError

    try:
        return logged(arguments, _guarded)
    except WizardError as error:
        complain(error.message, error.hint)
        return error.exit_code


def _guarded(arguments: argparse.Namespace) -> int:
    from wizard.errors import CatalogError, WizardError

    try:
        return _dispatch(arguments)
    except KeyboardInterrupt:
        complain("interrupted", "nothing is half-written")
        return exits.INTERRUPTED
    except CatalogError as error:
        complain(error.message, error.hint)
        for fault in error.faults:
            complain(str(fault))
        return error.exit_code
    except WizardError as error:
        complain(error.message, error.hint)
        return error.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
        return exits.NOT_WRITTEN
    except RecursionError:
        complain("the input is nested too deeply")
        return exits.USAGE
    except Exception as error:  # the last net: a person never sees a traceback
        from wizard.cli.crash import report

        complain(f"this is a fault of podwizard: {type(error).__name__}", report(arguments, error))
        return exits.USAGE


def _dispatch(arguments: argparse.Namespace) -> int:
    from importlib import import_module

    module = import_module(f"wizard.cli.{arguments.command}")
    code: int = module.run(arguments)
    return code

"""The entry point: it parses, dispatches, and turns every failure into one message and a documented exit code."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from errno import ENOENT
from typing import TYPE_CHECKING

from wizard.cli import exits
from wizard.cli.arguments import COMMANDS, build_parser, options_of, with_command
from wizard.cli.talk import OutputError, close_quietly, complain, finish, open_streams, put, say

if TYPE_CHECKING:
    from wizard.errors import CatalogError


def run(argv: list[str]) -> int:
    """Run one command line and return the exit code; all output is flushed."""
    open_streams()
    try:
        return _heard(lambda: _run(argv))
    except Exception as error:  # an error outside the guarded part
        return _crashed("", error)


def _heard(work: Callable[[], int]) -> int:
    """Run ``work`` and return its exit code, or another one if standard output does not accept the output."""
    try:
        code = work()
        finish()
    except BrokenPipeError:
        close_quietly()
        return exits.DONE
    except OutputError as error:
        complain(error.message, error.hint)
        return exits.NOT_WRITTEN
    return code


def _run(argv: list[str]) -> int:
    words = with_command(argv)
    if len(words) > len(argv) > 0 and (meant := _meant(argv[0])):
        complain(f"unknown command: {argv[0]}", f"did you mean '{meant}'? For a folder: podwizard new {argv[0]}")
        return exits.USAGE
    try:
        arguments, unknown = build_parser(words[0]).parse_known_args(words)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else exits.USAGE
    if unknown:
        return _refuse(unknown[0], arguments)
    if arguments.version:
        from wizard.version import __version__

        put(f"podwizard {__version__}")
        return exits.DONE
    if getattr(arguments, "log", None) is None:
        return _guarded(arguments)
    from wizard.cli.log import logged

    return logged(arguments, _guarded)


def _meant(word: str) -> str:
    """Return the command that a first word probably means; otherwise it would become the name of a new folder."""
    if not word.isalpha() or os.path.exists(word):  # noqa: PTH110
        return ""
    from wizard.text import nearest

    return nearest(word, COMMANDS, 0.8)


def _refuse(word: str, arguments: argparse.Namespace) -> int:
    from wizard.text import did_you_mean

    option = word.partition("=")[0]
    near = did_you_mean(option, options_of(arguments.command)) if option.startswith("--") and arguments.command else ""
    usage = f"usage: {' '.join(filter(None, ('podwizard', arguments.command)))} --help"
    complain(f"unknown argument: {word}", f"{near} {usage}".lstrip())
    return exits.USAGE


def _guarded(arguments: argparse.Namespace) -> int:
    from wizard.errors import CatalogError, WizardError

    try:
        return _heard(lambda: _dispatch(arguments))
    except KeyboardInterrupt:
        complain("interrupted", "nothing is half-written")
        return exits.INTERRUPTED
    except CatalogError as error:
        return _refuse_catalog(error)
    except WizardError as error:
        complain(error.message, error.hint)
        for line in error.more:
            say(f"  {line}")
        return error.exit_code
    except (BrokenPipeError, OutputError):
        raise
    except OSError as error:
        return _refused_by_system(error)
    except RecursionError:
        complain("the input is nested too deeply")
        return exits.USAGE
    except Exception as error:  # the last resort: the user never sees a traceback
        return _crashed(arguments.command, error)


def _crashed(command: str, error: Exception) -> int:
    from wizard.cli.crash import crashed

    return crashed(command, error)


def _refuse_catalog(error: CatalogError) -> int:
    if len(error.faults) < 2:
        complain(error.message, error.hint)
    else:
        complain(f"{len(error.faults)} faults in the catalogue")
        for fault in error.faults:
            say(f"  {fault}")
    return error.exit_code


def _refused_by_system(error: OSError) -> int:
    if error.errno == ENOENT and error.filename is None:
        complain("the current folder no longer exists", "change to another one")
        return exits.USAGE
    complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
    return exits.NOT_WRITTEN


def _dispatch(arguments: argparse.Namespace) -> int:
    from importlib import import_module

    module = import_module(f"wizard.cli.{arguments.command}")
    code: int = module.run(arguments)
    return code

"""The command line: commands and options, with kubectl's names where it has the same option. Imports only argparse."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

_CONFLICT = """what to do with files you edited and files that existed before (default: keep); overwrite also
replaces the bundle of another app"""
_THEME = "the colours of the screens (default: dark or light like the terminal, if it reports its background)"
_DRY_RUN = "write nothing: client shows what would be written, server validates it with the cluster"
EPILOG = """exit codes: 0 done; 1 findings or rejected objects; 2 usage, bad input or missing answers;
3 cluster unreachable or objects unchecked; 4 budget exhausted; 5 could not write; 130 interrupted"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter that finds the width without ``shutil``, because argparse creates one per option, shown or not."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in two lines, as every command does, instead of printing the usage first."""

    def __init__(self, **options: Any) -> None:
        self.long_options: list[str] = []
        super().__init__(**options)

    def add_argument(self, *names: str, **options: Any) -> argparse.Action:
        """Add an argument as argparse does, and record its long names for suggestions."""
        self.long_options += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **options)

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002  # only help, to standard output
        """Print help like other data: argparse would ignore a standard output that accepts nothing."""
        from wizard.cli.talk import put

        put(message)

    def error(self, message: str) -> NoReturn:
        """Exit with one message."""
        from wizard.cli.talk import complain

        complain(message, f"usage: {self.prog} --help")
        raise SystemExit(2)


def _given(text: str) -> str:
    """Refuse an empty word, so that an unset shell variable never selects the current folder or the shipped table."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _width() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def _shared(to: argparse.ArgumentParser) -> None:
    to.add_argument("--catalog", type=_given, metavar="DIR", help="use the decision table and templates in DIR")
    _log(to)


def _log(to: argparse.ArgumentParser) -> None:
    to.add_argument("--log", type=_given, metavar="FILE", help="write a log to FILE (without secrets)")


def _answers(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--answers", type=_given, metavar="FILE", help="read answers from FILE (podwizard.yaml); - is standard input"
    )
    to.add_argument(
        "--set",
        dest="sets",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="question=option, question=a,b or component.parameter=value; may be repeated",
    )
    to.add_argument(
        "--kubernetes-version", metavar="1.NN", help="the oldest Kubernetes version the bundle has to run on"
    )
    to.add_argument(
        "--discover", action="store_true", help="inspect the cluster first (read-only) and take answers from it"
    )
    to.add_argument("--quick", action="store_true", help="ask only what decides the base workload; assume the rest")


def _which_cluster(to: argparse.ArgumentParser) -> None:
    to.add_argument("--kubeconfig", metavar="FILE", help="the kubeconfig file to use")
    to.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")
    to.add_argument("-n", "--namespace", metavar="NAME", help="the namespace for objects without one")
    to.add_argument("-y", "--yes", action="store_true", help="use the shown cluster without asking for confirmation")


def _cluster(to: argparse.ArgumentParser) -> None:
    _which_cluster(to)
    to.add_argument("--deep", action="store_true", help="with --dry-run=server: also validate a Pod for each template")


def _new(new: argparse.ArgumentParser) -> None:
    _shared(new)
    _answers(new)
    _cluster(new)
    new.add_argument(
        "dir",
        type=_given,
        nargs="?",
        metavar="DIR",
        help="where to write the bundle (default: a folder named after the app)",
    )
    new.add_argument("--on-conflict", choices=("keep", "overwrite", "fail"), default="keep", help=_CONFLICT)
    new.add_argument("--dry-run", choices=("none", "client", "server"), default="none", help=_DRY_RUN)
    new.add_argument("--plain", action="store_true", help="use numbered lines instead of screens")
    new.add_argument("--theme", choices=("dark", "light", "terminal"), help=_THEME)
    new.add_argument("--no-comments", action="store_true", help="leave the comments out of the manifests")
    _registry(new)
    forms = ("yaml", "json", "readme")
    new.add_argument("-o", "--output", choices=forms, help="print the objects, or the README, instead of writing files")


def _recommend(recommend: argparse.ArgumentParser) -> None:
    _shared(recommend)
    _answers(recommend)
    _which_cluster(recommend)
    _output(recommend, "text", "json", "yaml")


def _check(check: argparse.ArgumentParser) -> None:
    _shared(check)
    check.add_argument(
        "folder", type=_given, nargs="?", metavar="CATALOG", help="the catalogue's folder (default: the shipped one)"
    )
    check.add_argument("--cover", type=_given, metavar="DIR", help="write the covering answers files into DIR")
    check.add_argument("--budget", type=int, metavar="N", help="the work budget for proving and rendering, in steps")


def _validate(validate: argparse.ArgumentParser) -> None:
    _log(validate)
    _cluster(validate)
    validate.add_argument("paths", type=_given, nargs="+", metavar="PATH", help="files or folders; - is standard input")
    validate.add_argument(
        "--dry-run", choices=("none", "server"), default="none", help="also validate with the cluster"
    )
    validate.add_argument(
        "--kubernetes-version",
        metavar="1.NN",
        help="check against this version (default: those in the bundle's podwizard.yaml, else the newest)",
    )
    validate.add_argument(
        "--pod-security", choices=("restricted", "baseline", "privileged"), help="the Pod Security level to enforce"
    )
    _output(validate, "text", "json")


def _patterns(patterns: argparse.ArgumentParser) -> None:
    _shared(patterns)
    patterns.add_argument("name", nargs="?", metavar="NAME", help="the pattern to read about (default: list them all)")


def _registry(to: argparse.ArgumentParser) -> None:
    to.add_argument("--registry", metavar="HOST/PATH", default="", help="use helper images from this registry")


def _output(to: argparse.ArgumentParser, *forms: str) -> None:
    default = f"the output format (default: {forms[0]})"
    to.add_argument("-o", "--output", choices=forms, default=forms[0], help=default)


def _images(images: argparse.ArgumentParser) -> None:
    _shared(images)
    _registry(images)
    _output(images, "table", "json")


def _schema(schema: argparse.ArgumentParser) -> None:
    files = ("table", "examples")
    schema.add_argument("file", nargs="?", choices=files, default="table", help="decision_table.yaml or examples.yaml")
    _log(schema)


def _completion(completion: argparse.ArgumentParser) -> None:
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell to complete for")


def _no_input(to: argparse.ArgumentParser) -> None:
    to.add_argument("--no-input", action="store_true", help="never prompt; fail if an answer is missing")


_Fill = Callable[[argparse.ArgumentParser], None]
COMMANDS: Mapping[str, tuple[str, _Fill]] = {
    "new": ("start the wizard (the default command)", _new),
    "recommend": ("show only the verdict, with its reasons", _recommend),
    "check": ("prove a decision table and its templates", _check),
    "validate": ("check manifests offline, or with a cluster", _validate),
    "patterns": ("read about the patterns", _patterns),
    "images": ("list the images of helpers and operators, for a mirror or a review", _images),
    "schema": ("print the JSON Schema of a catalogue's file, for editors", _schema),
    "completion": ("print a shell completion script", _completion),
}
"""A command line whose first word is not one of these belongs to ``new``."""


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands; with ``only``, that command's options alone, in a third of the time."""
    parser = _Parser(
        prog="podwizard",
        description="Find the simplest Kubernetes container pattern for your program, explain why, write manifests.",
        epilog=EPILOG,
        formatter_class=_Formatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument("--no-input", action="store_true", help=argparse.SUPPRESS)  # before the command, like --version
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="podwizard")
    for name, (says, fill) in COMMANDS.items():
        if only in COMMANDS and name != only:
            continue
        command = commands.add_parser(
            name,
            help=says,
            description=f"{says[0].upper()}{says[1:]}.",
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        if only in (None, name):
            fill(command)
            _no_input(command)
    return parser


def options_of(command: str) -> list[str]:
    """Return the long options of a command."""
    parser = _Parser()
    COMMANDS[command][1](parser)
    _no_input(parser)
    return parser.long_options


def with_command(argv: list[str]) -> list[str]:
    """Return ``argv`` with a missing command filled in as ``new``, and with ``help X`` turned into ``X --help``.

    ``--no-input`` may also come before the command, because each command accepts it.
    """
    if not argv:
        return ["new"]
    first = argv[0]
    if first == "--no-input":
        command, *rest = with_command(argv[1:])
        return [command, first, *rest]
    if first == "help":
        return [*argv[1:2], "--help"]
    if first in COMMANDS or first in ("-h", "--help", "--version"):
        return argv
    return ["new", *argv]

"""The command line: commands and options, kubectl's names where kubectl has one. Imports only argparse."""

from __future__ import annotations

import argparse

COMMANDS = ("new", "recommend", "check", "validate", "patterns", "schema", "completion")
"""The first word of a command line that is none of these belongs to ``new``."""
_OPTIONS_WITH_VALUE = ("--catalog", "--log")

EPILOG = """exit codes: 0 done; 1 findings or rejected objects; 2 usage, bad input or missing answers;
3 the cluster could not be asked or left something unchecked; 4 not decided; 5 could not write; 130 interrupted"""


def _shared() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--catalog", metavar="DIR", help="use the decision table and templates in DIR")
    shared.add_argument("--log", metavar="FILE", help="write a log of what happens to FILE (no secrets)")
    return shared


def _answers() -> argparse.ArgumentParser:
    group = argparse.ArgumentParser(add_help=False)
    group.add_argument("--answers", metavar="FILE", help="take answers from FILE (podwizard.yaml); - is standard input")
    group.add_argument(
        "--set",
        dest="sets",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="question=option, question=a,b or component.parameter=value; may be repeated",
    )
    group.add_argument(
        "--kubernetes-version", metavar="1.NN", help="the oldest Kubernetes version the bundle has to run on"
    )
    group.add_argument("--quick", action="store_true", help="ask only what decides the base workload; assume the rest")
    return group


def _cluster() -> argparse.ArgumentParser:
    group = argparse.ArgumentParser(add_help=False)
    group.add_argument("--kubeconfig", metavar="FILE", help="the kubeconfig file to use")
    group.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")
    group.add_argument("-n", "--namespace", metavar="NAME", help="the namespace for objects that name none")
    group.add_argument("--deep", action="store_true", help="with --dry-run=server: also ask for a Pod of each template")
    group.add_argument("-y", "--yes", action="store_true", help="ask the cluster shown without confirming it first")
    return group


def _add_new(commands: argparse._SubParsersAction[argparse.ArgumentParser], *parents: argparse.ArgumentParser) -> None:
    new = commands.add_parser("new", parents=list(parents), help="the wizard (also without the word new)")
    new.add_argument("dir", nargs="?", metavar="DIR", help="where the bundle goes (default: a folder named as the app)")
    new.add_argument("--format", choices=("plain", "kustomize", "helm"), help="the bundle's form (default: plain)")
    new.add_argument("--on-conflict", choices=("keep", "overwrite", "fail"), default="keep", help="files you edited")
    new.add_argument("--dry-run", choices=("none", "client", "server"), default="none", help="write nothing")
    new.add_argument("--plain", action="store_true", help="ask as numbered lines instead of screens")
    new.add_argument("--no-input", action="store_true", help="never ask; fail where an answer is missing")
    new.add_argument("--no-comments", action="store_true", help="leave the comments out of the manifests")
    new.add_argument("--registry", metavar="HOST/PATH", default="", help="take helper images from this registry")
    new.add_argument("-o", "--output", choices=("yaml", "json"), help="print the objects instead of writing files")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="podwizard",
        description="Name the simplest Kubernetes container pattern that meets a need, say why, write the manifests.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    shared, answers, cluster = _shared(), _answers(), _cluster()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_new(commands, shared, answers, cluster)
    recommend = commands.add_parser("recommend", parents=[shared, answers], help="the verdict alone, with its reasons")
    recommend.add_argument("-o", "--output", choices=("text", "json", "yaml"), default="text")
    check = commands.add_parser("check", parents=[shared], help="prove a decision table and its templates")
    check.add_argument("folder", nargs="?", metavar="CATALOG", help="the catalogue's folder (default: the shipped one)")
    check.add_argument("--cover", metavar="DIR", help="write the covering answers files into DIR")
    check.add_argument("--budget", type=int, metavar="N", help="the prover's work budget, in steps")
    validate = commands.add_parser(
        "validate", parents=[shared, cluster], help="check manifests offline, or ask a cluster"
    )
    validate.add_argument("paths", nargs="+", metavar="PATH", help="files or folders; - is standard input")
    validate.add_argument("--dry-run", choices=("none", "server"), default="none", help="also ask the cluster")
    validate.add_argument("--kubernetes-version", metavar="1.NN", help="check against this version")
    validate.add_argument(
        "--pod-security", choices=("restricted", "baseline", "privileged"), help="the Pod Security level to hold to"
    )
    validate.add_argument("-o", "--output", choices=("text", "json"), default="text")
    patterns = commands.add_parser("patterns", parents=[shared], help="read about the patterns")
    patterns.add_argument("name", nargs="?", metavar="NAME")
    commands.add_parser("schema", parents=[shared], help="print the JSON Schema of decision_table.yaml")
    completion = commands.add_parser("completion", help="print a shell completion script")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    return parser


def with_command(argv: list[str]) -> list[str]:
    """``argv`` with the word ``new`` put in where it is left out."""
    if not argv:
        return ["new"]
    first = argv[0]
    if first in COMMANDS or first in ("-h", "--help", "--version"):
        return argv
    return ["new", *argv]

"""Rendering of a test's own catalogues in the test's process.

A third-party catalogue is read and rendered in a child process with limits, which takes longer than most of the code
under test. ``tests/render/test_bounds.py`` and the tests of template errors in ``tests/cli/test_check.py`` start the
real child process.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from jinja2 import Environment, nodes
from jinja2.lexer import Lexer
from jinja2.sandbox import SandboxedEnvironment

from wizard.cli import check
from wizard.decision.compiled import Compiled
from wizard.decision.prove import prove
from wizard.decision.results import Proof
from wizard.render import service
from wizard.render.templates import lint
from wizard.render.templates.facts import Facts, read_template

_ENVIRONMENTS: dict[str, SandboxedEnvironment] = {}


@cache
def _facts(source: str, fmt: str, known: frozenset[str]) -> Facts:
    return read_template(_ENVIRONMENTS[fmt], source, fmt, known)


def _read_once(env: SandboxedEnvironment, source: str, fmt: str, known: frozenset[str]) -> Facts:
    """Return a template's facts, cached by text and format: most files of a copied catalogue are unchanged."""
    _ENVIRONMENTS.setdefault(fmt, env)
    return _facts(source, fmt, known)


_PARSE = Environment.parse
_TREES: dict[tuple[Lexer, str], nodes.Template] = {}


def _parse_once(env: Environment, source: str) -> nodes.Template:
    """Return a template's syntax tree, cached by text and lexer: the tree depends on nothing else."""
    key = env.lexer, source
    if key not in _TREES:
        _TREES[key] = _PARSE(env, source)
    return _TREES[key]


_PROOFS: dict[str, Proof] = {}


def _prove_once(compiled: Compiled, **options: Any) -> Proof:
    """Return the proof of a table, cached by the whole table: most faults of a copied catalogue are elsewhere."""
    key = f"{options} {compiled.decision}"
    if key not in _PROOFS:
        _PROOFS[key] = prove(compiled, **options)
    return _PROOFS[key]


def render_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, prove and render every catalogue in this process, like the shipped one."""
    monkeypatch.setattr(check, "prove", _prove_once)
    monkeypatch.setattr(service, "_is_ours", lambda catalog: True)
    monkeypatch.setattr(lint, "read_template", _read_once)
    monkeypatch.setattr(Environment, "parse", _parse_once)

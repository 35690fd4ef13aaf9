"""Catalogues of a test's own, rendered in the process of the test.

A catalogue from somewhere else is read and rendered in a child process with limits, which takes longer than most of
what is tested with it. ``tests/render/test_bounds.py`` and the tests of mistakes in ``tests/cli/test_check.py`` start
the real child process.
"""

from __future__ import annotations

from functools import cache

import pytest
from jinja2 import Environment, nodes
from jinja2.lexer import Lexer
from jinja2.sandbox import SandboxedEnvironment

from wizard.render import service
from wizard.render.templates import lint
from wizard.render.templates.facts import Facts, read_template

_ENVIRONMENTS: dict[str, SandboxedEnvironment] = {}


@cache
def _facts(source: str, fmt: str, known: frozenset[str]) -> Facts:
    return read_template(_ENVIRONMENTS[fmt], source, fmt, known)


def _read_once(env: SandboxedEnvironment, source: str, fmt: str, known: frozenset[str]) -> Facts:
    """The facts of a template depend on its text and format, and most files of a copied catalogue are unchanged."""
    _ENVIRONMENTS.setdefault(fmt, env)
    return _facts(source, fmt, known)


_PARSE = Environment.parse
_TREES: dict[tuple[Lexer, str], nodes.Template] = {}


def _parse_once(env: Environment, source: str) -> nodes.Template:
    """What outlines are read from depends on the text and on the syntax, which the lexer knows."""
    key = env.lexer, source
    if key not in _TREES:
        _TREES[key] = _PARSE(env, source)
    return _TREES[key]


def render_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and render every catalogue in this process, as the shipped one is."""
    monkeypatch.setattr(service, "_is_ours", lambda catalog: True)
    monkeypatch.setattr(lint, "read_template", _read_once)
    monkeypatch.setattr(Environment, "parse", _parse_once)

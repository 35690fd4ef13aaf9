"""The shipped catalogue and its covering sessions, each made once by each process that runs tests.

A session keeps its bundle, so tests that look at the same session render it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property, lru_cache

from wizard.catalog import yaml_source
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.session import covering
from wizard.session.covering import covering_sessions
from wizard.session.session import Session, start

# Nodes depend on a file's text alone, and most files of a copied catalogue are unchanged.
yaml_source.read_node = lru_cache(1024)(yaml_source.read_node)  # type: ignore[attr-defined]

CATALOG = load_catalog()
COMPILED = compile_decision(CATALOG.decision)


def _share(name: str) -> None:
    """Let each session that starts with ``CATALOG`` use this part of ``COMPILED``."""
    part: cached_property[object] = vars(Compiled)[name]
    make = part.func
    part.func = lambda one: (
        getattr(COMPILED, name) if one is not COMPILED and one.decision is CATALOG.decision else make(one)
    )


# Functions and counts depend on the table alone, and what was joined or counted once is kept with them.
for _name in ("functions", "written", "flow", "offered"):
    _share(_name)


@cache
def covered() -> tuple[tuple[str, Session], ...]:
    """The covering sessions with their names; some are blocked."""
    return tuple(covering_sessions(CATALOG))


@cache
def with_options() -> tuple[tuple[str, Session], ...]:
    """Those that nothing blocks, and variants of them that show each option of each choice once."""
    return tuple(covering.with_options(start(CATALOG), iter(covered())))


def all_options(catalog: Catalog) -> Iterator[tuple[str, Session]]:
    """The same sessions of another catalogue."""
    return covering.with_options(start(catalog), covering_sessions(catalog))

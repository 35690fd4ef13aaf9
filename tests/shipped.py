"""The shipped catalogue and its covering sessions, created once per test process.

A session keeps its bundle, so tests that use the same session render it once.
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

# YAML nodes depend only on a file's text, and most files of a copied catalogue are unchanged.
yaml_source.read_node = lru_cache(1024)(yaml_source.read_node)  # type: ignore[attr-defined]

CATALOG = load_catalog()
COMPILED = compile_decision(CATALOG.decision)


def _share(name: str) -> None:
    """Make each session that starts with ``CATALOG`` share this part of ``COMPILED``."""
    part: cached_property[object] = vars(Compiled)[name]
    make = part.func
    part.func = lambda one: (
        getattr(COMPILED, name) if one is not COMPILED and one.decision is CATALOG.decision else make(one)
    )


# Functions and counts depend only on the table, and intermediate results are cached with them.
for _name in ("functions", "written", "flow", "offered"):
    _share(_name)


@cache
def covered() -> tuple[tuple[str, Session], ...]:
    """Return the covering sessions with their names; some are blocked."""
    return tuple(covering_sessions(CATALOG))


@cache
def with_options() -> tuple[tuple[str, Session], ...]:
    """Return the unblocked covering sessions, and variants of them that show each option of each choice once."""
    return tuple(covering.with_options(start(CATALOG), iter(covered())))


def all_options(catalog: Catalog) -> Iterator[tuple[str, Session]]:
    """Yield the unblocked covering sessions of a catalogue, and variants that show each option of each choice once."""
    return covering.with_options(start(catalog), covering_sessions(catalog))

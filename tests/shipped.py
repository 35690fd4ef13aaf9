"""The shipped catalogue and its covering sessions, each made once by each process that runs tests.

A session keeps its bundle, so tests that look at the same session render it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.session import covering
from wizard.session.covering import covering_sessions
from wizard.session.session import Session, start

CATALOG = load_catalog()


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

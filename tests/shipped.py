"""The shipped catalogue and its covering sessions, each made once by each process that runs tests.

A session keeps its bundle, so tests that look at the same session render it once.
"""

from __future__ import annotations

from functools import cache

from wizard.catalog.load import load_catalog
from wizard.session.covering import _with_options, covering_sessions
from wizard.session.session import Session, start

CATALOG = load_catalog()


@cache
def covered() -> tuple[tuple[str, Session], ...]:
    """The covering sessions with their names; some are blocked."""
    return tuple(covering_sessions(CATALOG))


@cache
def with_options() -> tuple[tuple[str, Session], ...]:
    """Those that nothing blocks, and variants of them that show each option of each choice once."""
    return tuple(_with_options(start(CATALOG), iter(covered())))

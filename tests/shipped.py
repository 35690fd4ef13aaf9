"""The shipped catalogue and its covering sessions, created once per test process.

Equal sessions on it share their bundle and drawing, which are immutable, so that each is made once. Tests that compare
the bundles of equal sessions use the fixture ``afresh``, catalogues of their own, or no session at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property, lru_cache

from wizard.catalog import yaml_source
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.render.bundle import render
from wizard.render.compose.compose import Composition, compose
from wizard.render.compose.workshop import Workshop
from wizard.render.drawn import Drawing
from wizard.render.model import Bundle
from wizard.session import certain, covering
from wizard.session.covering import covering_sessions
from wizard.session.details import Details
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


class _Same:
    """A key that is equal for sessions with the same catalogue and the same input, so that their results are equal."""

    def __init__(self, session: Details) -> None:
        self.session = session
        marks = (session.assumed, session.preset, session.evidence, session.quick, session.options)
        given = repr(session.given)  # a list of records cannot be hashed
        self._key = (id(session.catalog), *session.answers.items(), marks, given, session.catalog_path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def composed(session: Session) -> tuple[Workshop, Composition]:
    """Return the objects of a session's bundle; a bundle that is made later is finished from them.

    Composing takes about half the time of a bundle, and many tests need nothing but the objects.
    """
    known: tuple[Workshop, Composition] | None = vars(session).get("_composed")
    if known is None:
        shop = Workshop(session.catalog, session.request)
        known = vars(session)["_composed"] = shop, compose(shop)
    return known


_render, _bundle, _draw = render.render, Session.bundle.func, certain._draw  # type: ignore[attr-defined]
_bundle_once = lru_cache(512)(lambda same: render.finished(*composed(same.session)))
_draw_once = lru_cache(2048)(lambda same: _draw(same.session))


def _shared_bundle(session: Session) -> Bundle:
    """Return the bundle of a session; equal sessions share it, unless it is refused or a test replaces ``render``."""
    complete = session.verdict is not None and not session.blocked and not session.problems
    usual = render.render is _render and session.options.form == "plain"
    if complete and usual and session.catalog.root == CATALOG.root:
        return _bundle_once(_Same(session))
    return _bundle(session)  # type: ignore[no-any-return]


def _shared_drawing(session: Details) -> Drawing:
    """Return the drawing of a session; equal sessions share it."""
    return _draw_once(_Same(session)) if session.catalog.root == CATALOG.root else _draw(session)


def share(
    bundle: Callable[[Session], Bundle] = _shared_bundle, draw: Callable[[Details], Drawing] = _shared_drawing
) -> None:
    """Make equal sessions share their bundle and drawing."""
    Session.bundle.func = bundle  # type: ignore[attr-defined]
    certain._draw = draw  # type: ignore[assignment]


def share_nothing() -> None:
    """Make each session render its own bundle and drawing, as outside the tests."""
    share(_bundle, _draw)


share()


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

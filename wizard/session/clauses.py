"""The ways to make a condition true, each a list of what its parts must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from wizard.catalog.when import ALWAYS, Atom, Every, IsScraped, No, Some, When

Requirement = tuple[Atom, bool]
"""A part of a condition, and what it must be."""
Clause = tuple[Requirement, ...]
"""Parts that make a condition true together."""


def clauses(when: When, *, wanted: bool = True) -> Iterator[Clause]:
    """List the ways to make a condition true (or false)."""
    match when:
        case Every(parts) | Some(parts):
            if isinstance(when, Every) == wanted:
                yield from _together(parts, wanted=wanted)
            else:
                for part in parts:
                    yield from clauses(part, wanted=wanted)
        case No(part):
            yield from clauses(part, wanted=not wanted)
        case _:
            yield ((when, wanted),)


def _together(parts: Sequence[When], *, wanted: bool) -> Iterator[Clause]:
    """List the ways to make all parts true (or false).

    The parts are halved until one is left: one call within the other for each part is too deep for Python where
    the pages with metrics are compared in pairs, several hundred of them.
    """
    if not parts:
        yield ()
    elif len(parts) == 1:
        yield from clauses(parts[0], wanted=wanted)
    else:
        half = len(parts) // 2
        for head in _together(parts[:half], wanted=wanted):
            for rest in _together(parts[half:], wanted=wanted):
                yield (*head, *rest)


def counted(when: When, pages: tuple[When, ...]) -> When:
    """The condition with what is true of the pages with metrics in place of their number."""
    match when:
        case Every(parts):
            return Every(tuple(counted(part, pages) for part in parts))
        case Some(parts):
            return Some(tuple(counted(part, pages) for part in parts))
        case No(part):
            return No(counted(part, pages))
        case IsScraped(wanted) if "none" in wanted:
            return ALWAYS if len(wanted) > 1 else No(Some(pages))
        case IsScraped(wanted):
            several = Some(tuple(Every(pair) for pair in combinations(pages, 2)))
            return Some(pages) if "one" in wanted else several
        case _:
            return when

"""The ways to make a condition true, each a list of requirements on its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from wizard.catalog.when import ALWAYS, Atom, Every, IsScraped, No, Some, When

Requirement = tuple[Atom, bool]
"""A part of a condition, and the truth value it must have."""
Clause = tuple[Requirement, ...]
"""Requirements that together make a condition true."""


def clauses(when: When, *, wanted: bool = True) -> Iterator[Clause]:
    """Yield the ways to make a condition true, or false if ``wanted`` is false."""
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
    """Yield the ways to make all parts true (or false).

    The parts are split in half until one is left. One nested call per part would exceed Python's recursion limit:
    pairs of metrics pages make conditions with several hundred parts.
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
    """Return the condition with every test of the number of metrics pages replaced by tests of the pages themselves."""
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

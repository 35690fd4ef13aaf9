"""The outlook of an answer: what it does in words below the options, and the pod beside or below them.

The first picture is shown without it, so this module and what it draws with are loaded after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wizard.faces.consequence import consequence, cost
from wizard.faces.drawing import drawing
from wizard.screens.page import Room, Sheet, first_lines
from wizard.screens.pages.drawing import drawing_lines, strip_lines
from wizard.screens.text import BLANK, Line, Span, Style, accent, line, quiet

if TYPE_CHECKING:
    from wizard.decision.model import Answer, Question
    from wizard.session.session import Session

_SIGNS = {
    "added": ("+", Style.ADDED),
    "perhaps": ("~", Style.ATTENTION),
    "removed": ("-", Style.REMOVED),
    "set": ("=", Style.ACCENT),
    "warning": ("!", Style.ATTENTION),
    "next": ("›", Style.QUIET),
}
_WORDS = {"next": "next: ", "perhaps": "perhaps "}
_AMPLE = 16
"""More lines than a consequence has, and blank ones."""
_Lines = tuple[Line, ...]


def outlook(
    session: Session, question: Question, tries: Sequence[tuple[str, Answer]], at: int, room: Room, height: int
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Draw the panel, and the second column, of what an answer would do.

    Args:
        session: the answers before it.
        question: the question on the screen.
        tries: for each line of its options a heading and the answer to try.
        at: the highlighted line.
        room: the space of the screen.
        height: the lines below the options.
    """
    drawn = drawing(session, question.id, tries[at][1])
    told = Sheet(room.width)
    if question.help:
        told.add(quiet(question.help))
    ample = room.side and height > len(told.lines) + _AMPLE
    tallest = (0, 0) if ample else _tallest(session, question, tries, room)
    panel = _fit(told.done(), _said(session, question, tries[at], room), tallest, room.width, height)
    return panel, drawing_lines(drawn, session.catalog, room.side, room.height) if room.side else ()


def _said(session: Session, question: Question, tried: tuple[str, Answer], room: Room) -> tuple[_Lines, _Lines]:
    """The consequence of an answer, and the strip where there is no second column."""
    strip = () if room.side else strip_lines(drawing(session, question.id, tried[1]), session.catalog, room.width)
    return _consequence(session, question, *tried, room.width), strip


def _tallest(session: Session, question: Question, tries: Sequence[tuple[str, Answer]], room: Room) -> tuple[int, int]:
    """The most lines of a consequence and of a strip, so that a line stays where it is while one looks at options."""
    known: dict[object, tuple[int, int]] = session.__dict__.setdefault("_tallest", {})
    key = (question.id, tuple(tries), room)
    if key not in known:
        said = [_said(session, question, tried, room) for tried in tries]
        known[key] = max(len(one) for one, _ in said), max(len(strip) for _, strip in said)
    return known[key]


def _consequence(session: Session, question: Question, heading: str, answer: Answer, width: int) -> tuple[Line, ...]:
    sheet = Sheet(width)
    sheet.add(accent(heading))
    price = cost(session, question.id, answer)
    for each in consequence(session, question.id, answer):
        if each.sign == "removed" and question.many:
            continue  # more may be ticked yet
        if each.sign == "next" and price is not None:
            sheet.add("  ", Span("$", Style.ATTENTION), f" {price.text}", hang=4)
        sign, style = _SIGNS[each.sign]
        said = line("  ", Span(sign, style), f" {_WORDS.get(each.sign, '')}{each.say}")
        sheet.add_beside(said, line(quiet(each.field)), hang=4)
    return sheet.done()


def _fit(told: _Lines, said: tuple[_Lines, _Lines], tallest: tuple[int, int], width: int, height: int) -> _Lines:
    """The parts with a blank line before each; help goes first where room is short, then all of the strip but a line.

    Room is short for all options of a question or for none, so that nothing moves when another one is highlighted.
    """
    consequence, strip = said
    free = height - 1 - (tallest[1] + 1 if tallest[1] else 0)
    parts = [told, consequence, strip] if told and len(told) + 1 + tallest[0] <= free else [consequence, strip]
    parts[-2] = (*consequence, *(BLANK,) * (min(tallest[0], free) - len(consequence)))
    whole = _stacked(parts)
    if len(whole) <= height:
        return whole
    high = min(len(consequence), max(1, height - (3 if strip else 1)))
    left = height - high - 2
    return _stacked((first_lines(consequence, high, width), first_lines(strip, left, width)))[:height]


def _stacked(parts: Iterable[_Lines]) -> _Lines:
    return tuple(each for part in parts if part for each in (BLANK, *part))

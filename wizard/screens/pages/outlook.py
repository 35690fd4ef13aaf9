"""The outlook of an answer: what it does in words below the options, and the pod beside or below them.

The first picture is shown without it, so this module and what it draws with are loaded after that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.consequence import consequence, cost
from wizard.faces.drawing import drawing
from wizard.screens.page import WIDEST, Room, Sheet, first_lines
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
_PANEL_LINES = 3


def outlook(
    session: Session, question: Question, tried: tuple[str, Answer], room: Room, height: int
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Draw the panel, in ``height`` lines, and the second column of what ``tried`` (heading, answer) would do."""
    heading, answer = tried
    drawn = drawing(session, question.id, answer)
    strip = () if room.side else strip_lines(drawn, session.catalog, room.width)
    told = Sheet(room.width)
    if question.help:
        told.add(quiet(question.help))
    panel = _fit((told.done(), _consequence(session, question, heading, answer, room.width), strip), height)
    return panel, drawing_lines(drawn, session.catalog, room.side, room.height) if room.side else ()


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


def _fit(parts: tuple[tuple[Line, ...], ...], height: int) -> tuple[Line, ...]:
    """The parts with a blank line before each; help goes first where room is short, then the strip, then the rest."""
    told, consequence, strip = parts
    padded = (*consequence, *(BLANK,) * (_PANEL_LINES + 1 - len(consequence)))
    for kept in ((told, padded, strip), (padded, strip), (consequence, strip[:1]), (consequence,)):
        lines = tuple(each for part in kept if part for each in (BLANK, *part))
        if len(lines) <= height:
            return lines
    return (BLANK, *first_lines(consequence, height - 1, WIDEST)) if height > 1 else ()

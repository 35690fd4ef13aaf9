"""The outlook of an answer: its consequence in words below the options, and the pod next to or below them.

The first frame is shown without it, so this module and its drawing code are loaded after that frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wizard.faces.answers import answer_groups
from wizard.faces.consequence import ConsequenceLine, change, consequence, cost
from wizard.faces.drawing import NOTHING_DRAWN, drawing, unanswered
from wizard.screens.page import GAP, Room, Sheet, first_lines
from wizard.screens.pages.drawing import drawing_lines
from wizard.screens.pages.strip import FORMS, Strip
from wizard.screens.text import BLANK, Line, Span, Style, accent, beside, cells, line, plain_text, quiet

if TYPE_CHECKING:
    from wizard.decision.model import Answer, Question
    from wizard.faces.consequence import Cost
    from wizard.screens.pages.trial import Trial
    from wizard.session.session import Session

_SIGNS = {
    "added": ("+", Style.ADDED),
    "perhaps": ("~", Style.ATTENTION),
    "removed": ("-", Style.REMOVED),
    "set": ("=", Style.ACCENT),
    "spared": ("✓", Style.ADDED),
    "error": ("✗", Style.ERROR),
    "warning": ("!", Style.ATTENTION),
    "note": ("·", Style.PLAIN),
    "next": ("›", Style.QUIET),
}
_WORDS = {"next": "next: ", "perhaps": "perhaps "}
_AMPLE = 16
"""More lines than any consequence has, including blank ones."""
_NARROW = 60
"""The maximum width of a column that leaves out the name of a set field if it does not fit next to the words."""
_LOW = 4
"""Lines below the options: two for the consequence and one for the strip; with fewer lines, no strip."""
_LEAST = 2
"""Lines of the strip, and of the effects of all ticks, below which the effects of one option are cut instead."""
_FULL_FORMS = 2
"""The forms of a strip that show everything."""
_Lines = tuple[Line, ...]
_Tries = tuple["Trial", ...]


def outlook(
    session: Session,
    question: Question,
    tries: tuple[_Tries, _Tries],
    at: int,
    room: Room,
    height: int,
) -> tuple[_Lines, _Lines]:
    """Return the panel and the second column that show what an answer would do.

    Args:
        session: the session before the answer.
        question: the question on the screen.
        tries: for each of its lines, the answer to try; then the same before the first tick.
        at: the highlighted line.
        room: the space of the screen.
        height: the number of lines below the options.
    """
    help_text = Sheet(room.width)
    if question.help:
        help_text.add(quiet(question.help))
    answers = _so_far(session, room) if room.third else ()
    if question.many:  # its ticks are compared with each other, not with those of an earlier answer
        session = unanswered(session, question.id)
    helped, trial = help_text.done(), tries[0][at]
    ample = room.side and height > len(helped) + _AMPLE and trial.ticked is None
    layout = _LAYOUT if ample else _layout(session, question, tries, room, (len(helped), height))
    panel = _panel(
        helped if layout.helped else (), _effects(session, question, trial, room), layout, room.width, height
    )
    if not room.side:
        return panel, ()
    drawn = drawing(session, question.id, trial.answer, trial.compared)
    lines = drawing_lines(drawn, session.catalog, room.second, room.height)
    return panel, beside(lines, answers, room.second, GAP) if room.third else lines


def _so_far(session: Session, room: Room) -> _Lines:
    """Return the answers that the drawing is based on, for a third column."""
    entries = next((group.entries for group in answer_groups(session, ahead=False) if not group.heading), ())
    sheet = Sheet(room.third)
    gap = max((cells(entry.topic) for entry in entries), default=0) + 2
    if entries:
        sheet.add(accent("Your answers"))
        sheet.blank()
    for entry in entries:
        sheet.add(quiet(entry.topic.ljust(gap)), entry.answer, hang=gap)
    return first_lines(sheet.done(), room.height, room.third)


class _Layout(NamedTuple):
    """The place of each part, the same for all options of a question, so that no line moves with the highlight."""

    helped: bool = True
    """True if the help is above the effects."""
    own: int = 0
    """Rows of the effects of one option, with the blank one above them, as in the next two; 0 for as many as needed."""
    whole: int = 0
    """Rows of the effects of all ticks."""
    strip: int = 0
    """Rows of the strip."""
    headed: bool = True
    """False if the effects of some option are cut, which then go without their heading."""


_LAYOUT = _Layout()


class _Effects(NamedTuple):
    """The effect of one option on top of the ticked ones, the effect of all ticks, and a narrow terminal's strip.

    If the option is all that is ticked, both effects are the same, so ``whole`` is empty.
    """

    own: _Lines
    whole: _Lines
    strip: Strip


def _effects(session: Session, question: Question, trial: Trial, room: Room) -> _Effects:
    drawn = NOTHING_DRAWN if room.side else drawing(session, question.id, trial.answer, trial.compared)
    strip = Strip(drawn, session.catalog, room.width)
    if trial.compared is None:
        return _Effects(_consequence(session, question, trial.heading, trial.answer, room.width), (), strip)
    if trial.is_the_selection:
        return _Effects(_change(session, question, trial, room.width), (), strip)
    heading = "With your selection" if trial.ticked else "If you tick none"
    whole = _consequence(session, question, heading, trial.ticked or (), room.width)
    return _Effects(_change(session, question, trial, room.width), whole, strip)


def _layout(
    session: Session,
    question: Question,
    tries: tuple[_Tries, _Tries],
    room: Room,
    size: tuple[int, int],
) -> _Layout:
    """Return the layout of a question; whether the help is shown is decided before the first tick, and then stays."""
    known: dict[object, _Layout] = session.__dict__.setdefault("_layouts", {})
    now, first = tries
    key = (question.id, now, room, size)
    if key not in known:
        begun = None if now == first else _layout(session, question, (first, first), room, size)
        known[key] = _laid_out([_effects(session, question, trial, room) for trial in now], begun, *size)
    return known[key]


def _laid_out(effects: Sequence[_Effects], begun: _Layout | None, helped: int, height: int) -> _Layout:
    """Return the layout of the effects of all options: help first, if the strip needs no shorter form for it."""
    own, whole = (1 + max(len(each) for each in parts) for parts in zip(*(one[:2] for one in effects), strict=True))
    strips = [one.strip for one in effects if one.strip.lines]
    least = 1 + _LEAST if strips else 0
    above = 1 + helped if helped and (begun is None or begun.helped) else 0
    for top, most in ((above, FORMS if begun else _FULL_FORMS), (0, FORMS)):
        left = height - top - own
        form = next((form for form in range(most) if _tallest(strips, form) <= left), None)
        if form is not None:
            high = min(whole, left - _tallest(strips, form))
            high = high if high > _LEAST else 0
            return _Layout(top > 0, own, high, left - high)
        if top and begun and left >= least:  # ticks fold the strip, but the help stays
            return _Layout(True, own, 0, left)
    rows = min(own, max(1 + _LEAST, height - least))
    return _Layout(False, rows, 0, height - rows, headed=rows == own or rows > 1 + _LEAST)


def _tallest(strips: Sequence[Strip], form: int) -> int:
    """Return the maximum height of a form over several strips, with a blank line above it."""
    return max((1 + len(one.form(form)) for one in strips), default=0)


def _panel(help_text: _Lines, effects: _Effects, layout: _Layout, width: int, height: int) -> _Lines:
    """Return the parts in their order, each after a blank line: help, effects of the option, of all ticks, strip."""
    if height <= _LOW:
        return _low(effects, width, height)
    if not layout.own:
        return _stacked((help_text, effects.own, effects.whole))
    own, whole = (
        first_lines(lines, rows - 1, width) if rows else ()
        for lines, rows in ((effects.own[not layout.headed :], layout.own), (effects.whole, layout.whole))
    )
    free = (layout.whole - 1 - len(whole)) if layout.whole else (layout.own - 1 - len(own))
    strip = effects.strip.within(layout.strip - 1 + free)
    free -= max(0, len(strip) - (layout.strip - 1))  # a strip that needs more lines takes them from the blank ones
    if layout.whole:
        own, whole = _padded(own, layout.own - 1), _padded(whole, len(whole) + free)
    else:
        own = _padded(own, len(own) + free)
    return _stacked((help_text, own, whole, strip))


def _padded(lines: _Lines, height: int) -> _Lines:
    return (*lines, *(BLANK,) * (height - len(lines)))


def _change(session: Session, question: Question, trial: Trial, width: int) -> tuple[Line, ...]:
    """Return the effect of one option on top of the ticked ones, or of a ticked option on top of the others."""
    lines = change(session, question.id, trial.answer, trial.compared or ())
    price = cost(session, question.id, trial.answer, trial.compared)
    alone = trial.is_the_selection or not (trial.ticked or lines or price)
    if alone and not any(each.sign == "next" for each in lines):
        lines = (*lines, consequence(session, question.id, trial.answer)[-1])
    if not lines and price is None:
        lines = (ConsequenceLine("set", "changes nothing more"),)
    return _lines(trial.heading, lines, price, width)


def _consequence(session: Session, question: Question, heading: str, answer: Answer, width: int) -> tuple[Line, ...]:
    lines = consequence(session, question.id, answer)
    if question.many:  # more options may still be ticked
        lines = tuple(each for each in lines if each.sign != "removed")
    return _lines(heading, lines, cost(session, question.id, answer), width)


def _lines(heading: str, rows: Iterable[ConsequenceLine], price: Cost | None, width: int) -> tuple[Line, ...]:
    """Return the heading, the effects of an answer, its cost, and last the next topic; nothing without any effect."""
    sheet = Sheet(width)
    rows = tuple(rows)
    if rows or price is not None:
        sheet.add(accent(heading))
    _add_rows(sheet, (each for each in rows if each.sign != "next"))
    if price is not None:
        sheet.add("  ", accent("$"), f" {price.text}", hang=4)
    _add_rows(sheet, (each for each in rows if each.sign == "next"))
    return sheet.done()


def _add_rows(sheet: Sheet, rows: Iterable[ConsequenceLine]) -> None:
    for each in rows:
        sign, style = _SIGNS[each.sign]
        text = line("  ", Span(sign, style), f" {_WORDS.get(each.sign, '')}{each.say}")
        before = len(sheet.lines)
        sheet.add_beside(text, line(quiet(each.field)), hang=4)
        if each.sign == "set" and sheet.width > _NARROW and not plain_text(sheet.lines[before]).endswith(each.field):
            sheet.add(quiet(each.field), indent=4)


def _low(effects: _Effects, width: int, height: int) -> _Lines:
    """Return one or two lines of the effects, without their heading if space is short, and one line of the strip."""
    if height < 2:
        return ()
    last = effects.strip.within(1) if height == _LOW else ()
    high = height - 1 - len(last)
    shown = first_lines(effects.own[1:], high, width)
    return (BLANK, *_padded(shown, high), *last)


def _stacked(parts: Iterable[_Lines]) -> _Lines:
    return tuple(each for part in parts if part for each in (BLANK, *part))

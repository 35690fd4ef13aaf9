"""The outlook of an answer: its consequence in words below the options, and the pod next to or below them.

The first frame is shown without it, so this module and its drawing code are loaded after that frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wizard.faces.answers import answer_groups
from wizard.faces.consequence import ConsequenceLine, change, consequence, cost, loss
from wizard.faces.drawing import NOTHING_DRAWN, drawing
from wizard.screens.page import GAP, Room, Sheet, first_lines
from wizard.screens.pages.drawing import drawing_lines
from wizard.screens.pages.strip import Strip
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
_Lines = tuple[Line, ...]


def outlook(
    session: Session, question: Question, tries: Sequence[Trial], at: int, room: Room, height: int
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the panel and the second column that show what an answer would do.

    Args:
        session: the session before the answer.
        question: the question on the screen.
        tries: for each of its lines, the answer to try.
        at: the highlighted line.
        room: the space of the screen.
        height: the number of lines below the options.
    """
    help_text = Sheet(room.width)
    if question.help:
        help_text.add(quiet(question.help))
    ample = room.side and height > len(help_text.lines) + _AMPLE and tries[at].ticked is None
    tallest = _Tallest() if ample else _tallest(session, question, tries, room)
    effects = _effects(session, question, tries[at], room)
    # Before the first tick, help matters more than the effect of none.
    free = height if tries[at].ticked else height - len(help_text.lines) - 1 - max(0, tallest.strip - 2)
    consequence = _with_selection(effects, tallest, room.width, free)
    if tries[at].ticked == () and tallest.own and len(consequence[0][0]) <= tallest.own:
        highest = max(tallest.own, tallest.shown)
        consequence = (effects.own or effects.whole, effects.strip), tallest._replace(shown=highest)
    panel = _fit(help_text.done(), *consequence, room.width, height)
    if not room.side:
        return panel, ()
    drawn = drawing(session, question.id, tries[at].answer)
    lines = drawing_lines(drawn, session.catalog, room.second, room.height)
    return panel, beside(lines, _so_far(session, room), room.second, GAP) if room.third else lines


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


class _Tallest(NamedTuple):
    """The maximum height of each part over all options, so that lines stay in place while the highlight moves."""

    shown: int = 0
    strip: int = 0
    own: int = 0


class _Effects(NamedTuple):
    """The effect of one option on top of the ticked ones, the effect of all ticks, and a narrow terminal's strip.

    If the option is all that is ticked, both effects are the same, so ``whole`` is empty.
    """

    own: _Lines
    whole: _Lines
    strip: Strip


def _effects(session: Session, question: Question, trial: Trial, room: Room) -> _Effects:
    drawn = NOTHING_DRAWN if room.side else drawing(session, question.id, trial.answer)
    strip = Strip.of(drawn, session.catalog, room.width)
    if trial.ticked is None:
        return _Effects((), _consequence(session, question, trial.heading, trial.answer, room.width), strip)
    if trial.is_the_selection and not trial.ticked:
        return _Effects((), _consequence(session, question, trial.heading, trial.answer, room.width), strip)
    if trial.is_the_selection:
        return _Effects(_change(session, question, trial, room.width), (), strip)
    heading = "With your selection" if trial.ticked else "If you tick none"
    whole = _consequence(session, question, heading, trial.ticked, room.width)
    return _Effects(_change(session, question, trial, room.width), whole, strip)


def _tallest(session: Session, question: Question, tries: Sequence[Trial], room: Room) -> _Tallest:
    known: dict[object, _Tallest] = session.__dict__.setdefault("_tallest", {})
    key = (question.id, tuple(tries), room)
    if key not in known:
        parts_of = [_effects(session, question, trial, room) for trial in tries]
        heights = [(len(one.whole), len(one.strip.lines), len(one.own)) for one in parts_of]
        whole, strip, own = (max(each) for each in zip(*heights, strict=True))
        known[key] = _Tallest(whole, strip, own)
    return known[key]


def _with_selection(
    consequence: _Effects, tallest: _Tallest, width: int, height: int
) -> tuple[tuple[_Lines, Strip], _Tallest]:
    """Return one option's effect and, below it, that of all ticks if two lines of it and the strip fit."""
    if not tallest.own:
        return (consequence.whole, consequence.strip), tallest
    left = height - 1 - tallest.own - (1 + min(tallest.strip, 2) if tallest.strip else 0)
    high = min(tallest.shown, left) if left > 2 else 0
    apart = int(high > 0 and height - 1 - tallest.own - (1 + tallest.strip) > tallest.shown)
    own = (*consequence.own, *(BLANK,) * (tallest.own - len(consequence.own) + apart))
    whole = first_lines(consequence.whole, high, width)
    return ((*own, *whole), consequence.strip), tallest._replace(shown=tallest.own + apart + high)


def _change(session: Session, question: Question, trial: Trial, width: int) -> tuple[Line, ...]:
    """Return the effect of one option on top of the ticked ones, or of a ticked option on top of the others."""
    lost = set(trial.answer) < set(trial.compared)
    lines = (loss if lost else change)(session, question.id, trial.answer, trial.compared)
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


def _fit(help_text: _Lines, texts: tuple[_Lines, Strip], tallest: _Tallest, width: int, height: int) -> _Lines:
    """Return the parts, each after a blank line; if space is short, help is left out first, then most of the strip.

    Help is at the top if there is room for it with every option, so that nothing moves with the highlight. Otherwise it
    is below the consequences that leave room for it, in lines that would be blank.
    """
    consequence, shown = texts
    strip = shown.lines
    free = height - 1 - (tallest.strip + 1 if tallest.strip else 0)
    above = help_text and len(help_text) + 1 + tallest.shown <= free
    blank = min(tallest.shown, free) - len(consequence)
    if help_text and not above and len(_stacked((consequence, help_text, strip))) <= height:
        return _stacked(((*consequence, *(BLANK,) * (blank - 1 - len(help_text))), help_text, strip))
    parts = [help_text, consequence, strip] if above else [consequence, strip]
    parts[-2] = (*consequence, *(BLANK,) * blank)
    whole = _stacked(parts)
    if len(whole) <= height:
        return whole
    if height <= _LOW:
        return _low(consequence, shown, tallest, width, height)
    high = min(len(consequence), height - (3 if strip else 1))
    left = height - high - 2
    return _stacked((_first_lines(consequence, high, width), shown.within(left)))[:height]


def _first_lines(lines: _Lines, most: int, width: int) -> _Lines:
    """Return the first lines, padded to ``most``, with the sign for more lines after text, never on a blank line."""
    words = max((at + 1 for at, each in enumerate(lines[:most]) if each), default=most)
    return (*first_lines(lines, words, width), *(BLANK,) * (most - words))


def _low(consequence: _Lines, strip: Strip, tallest: _Tallest, width: int, height: int) -> _Lines:
    """Return one or two lines of the consequence, without its heading if space is short, and one line of the strip."""
    if height < 2:
        return ()
    last = strip.within(1) if height == _LOW else ()
    high = height - 1 - len(last)
    shown = tuple(each for each in consequence if plain_text(each).strip())
    shown = first_lines(shown[1:] if len(shown) < 2 or tallest.shown > high else shown, high, width)
    return (BLANK, *shown, *(BLANK,) * (high - len(shown)), *last)


def _stacked(parts: Iterable[_Lines]) -> _Lines:
    return tuple(each for part in parts if part for each in (BLANK, *part))

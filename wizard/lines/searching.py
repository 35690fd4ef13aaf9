"""The search in lines: the user gives a few words and the number of a hit, and the answers it implies are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.resume import settled
from wizard.faces.search import NO_MATCH, UNREACHABLE, Found, Hit, hits_of, search, take
from wizard.lines.lines import command, number, sentence, up_to
from wizard.text import count
from wizard.texts import wording
from wizard.texts.keys import BACK, FIND, LEAVE

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, PageStep

_SHOWN = 10
"""The number of hits that are written at once."""


def find(journey: Journey, words: str, back: PageStep) -> PageStep:
    """Write the hits of a search until the user takes one, and return the next step, or ``back`` if none is taken."""
    lines, known = journey.lines, hits_of(journey.session.catalog)
    hits, shown = search(known, words), _SHOWN
    _list(journey, words, hits)
    while True:
        text = lines.ask(_prompt(len(hits), shown))
        word, rest = command(text)
        if word in ("", BACK.key):
            return back
        if (at := number(word, len(hits))) is not None and not rest:
            if found := take(journey.session, hits[at - 1]):
                return _taken(journey, found)
            lines.say(sentence(UNREACHABLE))
        elif word == "m" and shown < len(hits):
            lines.numbered(map(_row, hits[shown : shown + _SHOWN]), first=shown + 1, of=len(hits))
            shown += _SHOWN
        elif word == "?":
            lines.help(_KEYS)
        elif word == "q":
            lines.confirm_leaving()
        else:
            words = rest if word == FIND.key else text
            hits, shown = search(known, words), _SHOWN
            _list(journey, words, hits)


_KEYS = (
    ("a number", "take that one: set the answers that it implies, and continue with the open questions"),
    ("other words", "search for these; /q searches for a word that is a key here"),
    ("m", "more of what was found"),
    (f"Enter, {BACK.key} or back", "back to where you were; nothing is set"),
    LEAVE,
)


def _prompt(hits: int, shown: int) -> str:
    if not hits:
        return "Other words search again, Enter back, ? keys"
    more = ", m more" if shown < hits else ""
    return f"{up_to(hits)} takes one{more}, other words search again, Enter back, ? keys"


def _list(journey: Journey, words: str, hits: tuple[Hit, ...]) -> None:
    lines = journey.lines
    if not hits:
        lines.say(NO_MATCH)
        return
    first = f"; the first {_SHOWN}" if len(hits) > _SHOWN else ""
    named = f"{len(hits)} found" if words else f"{count(len(hits), 'pattern')}, and words find answers and fields too"
    lines.heading(f"{named}{first}:")
    lines.numbered(map(_row, hits[:_SHOWN]), of=len(hits))


def _row(hit: Hit) -> str:
    if hit.kind == "pattern":
        return f"pattern {hit.term}: {hit.title}"
    return f"{hit.kind}, {hit.title}{f' ({hit.term})' if hit.term else ''}"


def _taken(journey: Journey, found: Found) -> PageStep:
    """Take over the answers of a hit, report what they change, and return the next step."""
    lines, before = journey.lines, journey.session
    journey.take(settled(found.session))
    after = journey.session
    if any(before.answers[q] != after.answers.get(q) for q in before.answers):
        moved = wording.moved_line(after.catalog, after.moved(before, with_lines=True))
        lines.say(f"What moved: {moved or 'nothing else'}.", hang=2)
    for text in filter(None, (found.message, wording.longer_text(before, after))):
        lines.say(sentence(text), hang=2)
    if found.at_once:
        return journey.details(found.field)
    journey.sought = found.field
    return journey.on()

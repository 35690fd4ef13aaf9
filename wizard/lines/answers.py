"""The answers given, to look at and to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.decision.results import QuestionState
from wizard.lines.lines import command, number, up_to
from wizard.lines.questions import why_asked
from wizard.texts import wording
from wizard.texts.phrases import marks_of

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, Place
    from wizard.session.session import AnswerLine, Session

_GROUPS = (
    (QuestionState.ANSWERED, ""),
    (QuestionState.LATER, "Kept for when they are asked again:"),
    (QuestionState.SETTLED, "Not asked, because no answer can change the result any more:"),
    (QuestionState.ASIDE, "Aside, because they are no longer asked:"),
)
_KEYS = (
    ("a number", "change that answer"),
    ("d 1", "what depends on answer 1"),
    ("/word", "only the answers with that word"),
    ("l", "the list again"),
    ("Enter", "go on from here"),
    ("b", "back to where you were"),
    ("q", "leave; the answers can be kept for later"),
)


def review(journey: Journey, back: Place) -> Place:
    """List the answers; a number leads to one of them and back here."""
    lines, session = journey.lines, journey.session
    rows = _rows(session)
    if not rows:
        lines.say("Nothing is answered yet.")
        return back
    _list(journey, rows, "")
    while True:
        text = lines.ask(f"{up_to(len(rows))} to change, d 1 what depends on it, Enter goes on, b back, ? keys")
        word, _ = command(text)
        if word == "":
            return journey.on() if session.question or session.verdict is None else back
        if word == "b":
            return back
        if (chosen := number(word, len(rows))) is not None:
            return journey.question(rows[chosen - 1].question.id, then=_again(journey, session, back))
        _look(journey, rows, text)


def _look(journey: Journey, rows: tuple[AnswerLine, ...], text: str) -> None:
    lines = journey.lines
    word, rest = command(text)
    if word == "d" and (chosen := number(rest, len(rows))) is not None:
        why_asked(journey, rows[chosen - 1].question)
    elif text.startswith("/"):
        _list(journey, rows, text[1:].strip())
    elif word in ("l", "a"):
        _list(journey, rows, "")
    elif word == "?":
        lines.help(_KEYS)
    elif word == "q":
        lines.confirm_leaving()
    else:
        lines.not_here(text)


def _again(journey: Journey, before: Session, back: Place) -> Place:
    """Back to the list; once an answer is another one, the way on is the next question or the verdict."""

    def place() -> Place:
        changed = journey.session.answers != before.answers
        return review(journey, journey.on() if changed else back)

    return place


def _rows(session: Session) -> tuple[AnswerLine, ...]:
    trail = session.trail()
    return tuple(entry for state, _ in _GROUPS for entry in trail if entry.state is state)


def _list(journey: Journey, rows: tuple[AnswerLine, ...], word: str) -> None:
    lines, session = journey.lines, journey.session
    texts = [_text(session, entry) for entry in rows]
    found = [at for at, text in enumerate(texts) if word.lower() in f"{text} {rows[at].question.ask}".lower()]
    lines.heading(_head(rows))
    if not found:
        lines.say("No answer has that word.")
    for state, heading in _GROUPS:
        group = [at for at in found if rows[at].state is state]
        if group and heading:
            lines.say(heading)
        for at in group:
            lines.numbered([texts[at]], first=at + 1, of=len(rows))


def _head(rows: tuple[AnswerLine, ...]) -> str:
    given = [entry for entry in rows if entry.state is QuestionState.ANSWERED]
    assumed = sum(entry.assumed for entry in given)
    aside = sum(entry.state is QuestionState.ASIDE for entry in rows)
    parts = [f"{len(given)} given", f"{assumed} assumed" if assumed else "", f"{aside} aside" if aside else ""]
    return f"Answers: {', '.join(part for part in parts if part)}."


def _text(session: Session, entry: AnswerLine) -> str:
    said = wording.answer_text(entry.question, entry.answer) if entry.answer is not None else "no answer"
    marks = marks_of(entry)
    decides = wording.decides_text(session, entry)
    notes = [*marks, *([f"decides: {decides}"] if decides else [])]
    told = f" ({'; '.join(notes)})" if notes else ""
    return f"{wording.topic(entry.question)}: {said}{told}"

"""The list of answers in lines, for reviewing and changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.answers import AnswerEntry, AnswerGroup, answer_counts, answer_groups
from wizard.lines.lines import command, number, sentence, up_to
from wizard.lines.questions import why_asked
from wizard.texts.keys import BACK, BUNDLE, FIND, LEAVE

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, PageStep
    from wizard.session.session import Session

_KEYS = (
    ("a number", "change that answer"),
    ("d 1", "what depends on answer 1"),
    ("/word", "only the answers with that word"),
    ("l", "the list again"),
    ("Enter", "continue from here"),
    BUNDLE,
    (f"{BACK.key} or back", "back to where you were"),
    LEAVE,
)


def review(journey: Journey, back: PageStep) -> PageStep:
    """List the answers; a number opens that question and then returns to the list."""
    lines, session = journey.lines, journey.session
    rows = _entries(session)
    if not rows:
        lines.say("Nothing is answered yet.")
        return back
    _list(journey)
    while True:
        text = lines.ask(
            f"{up_to(len(rows))} to change, d 1 what depends on it, Enter goes on, {BACK.key} back, ? keys"
        )
        word, _ = command(text)
        if word == "":
            return journey.on() if session.question or session.verdict is None else back
        if word == BACK.key:
            return back
        if word == BUNDLE.key:
            return journey.to_bundle(journey.answers(back))
        if (chosen := number(word, len(rows))) is not None:
            return journey.question(rows[chosen - 1].line.question.id, then=_again(journey, session, back))
        _look(journey, rows, text)


def _look(journey: Journey, rows: tuple[AnswerEntry, ...], text: str) -> None:
    lines = journey.lines
    word, rest = command(text)
    if word == "d" and (chosen := number(rest, len(rows))) is not None:
        why_asked(journey, rows[chosen - 1].line.question)
    elif word == FIND.key:
        _list(journey, rest)
    elif word in ("l", "a"):
        _list(journey)
    elif word == "?":
        lines.help(_KEYS)
    elif word == "q":
        lines.confirm_leaving()
    else:
        lines.not_here(text)


def _again(journey: Journey, before: Session, back: PageStep) -> PageStep:
    """Return to the list; once an answer has changed, Enter leads to the next question or the verdict."""

    def step() -> PageStep:
        changed = journey.session.answers != before.answers
        return review(journey, journey.on() if changed else back)

    return step


def _entries(session: Session, words: str = "") -> tuple[AnswerEntry, ...]:
    return tuple(entry for group in _groups(session, words) for entry in group.entries)


def _groups(session: Session, words: str) -> tuple[AnswerGroup, ...]:
    return answer_groups(session, words, ahead=False)


def _list(journey: Journey, words: str = "") -> None:
    lines, session = journey.lines, journey.session
    ids = [entry.line.question.id for entry in _entries(session)]
    lines.heading(f"Answers: {', '.join(answer_counts(session))}.")
    groups = _groups(session, words)
    if not groups:
        lines.say("No answer has that word.")
    for group in groups:
        if group.heading:
            lines.say(sentence(f"{group.heading}:"))
        for entry in group.entries:
            notes = f" ({'; '.join(entry.notes)})" if entry.notes else ""
            text = f"{entry.topic}: {entry.answer or 'no answer'}{notes}"
            lines.numbered([text], first=ids.index(entry.line.question.id) + 1, of=len(ids))

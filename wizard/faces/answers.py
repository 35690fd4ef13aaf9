"""The list of answers in groups, each with its effect on the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.decision.results import QuestionState
from wizard.texts import wording
from wizard.texts.phrases import marks_of
from wizard.texts.reasons import decided

if TYPE_CHECKING:
    from wizard.session.session import AnswerLine, Session

_GROUPS = (
    ((QuestionState.ANSWERED, QuestionState.NEXT), ""),
    ((QuestionState.LATER,), "kept in case they are asked again"),
    ((QuestionState.SETTLED,), "not asked, because no answer can change the result any more"),
    ((QuestionState.ASIDE,), "aside, because they are no longer asked"),
)


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """One question and its answer, in words."""

    line: AnswerLine
    topic: str
    answer: str
    """The answer; empty for a question that is open."""
    marks: tuple[str, ...]
    """The source of the answer, unless the user gave it explicitly."""
    decides: tuple[str, ...] = ()
    """The parts of the verdict that the answer is a reason for: patterns, and fields of the manifests."""
    other: str = ""
    """Another answer, if only that one has the words that are looked for."""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that there is to say about the answer, in parts to separate by commas."""
        first, *others = self.decides or ("",)
        return tuple(filter(None, (*self.marks, first and f"decides: {first}", *others, self.other)))

    def found(self, words: str) -> AnswerEntry | None:
        """Return this entry when it contains all of ``words``, else ``None``.

        Words that only one of the options contains also match; the returned entry then names that option in a note.
        """
        wanted = words.lower().split()
        question = self.line.question
        seen = f"{self.topic} {question.ask} {self.answer} {' '.join(self.notes)} {question.id}".lower()
        left = [word for word in wanted if word not in seen]
        if not left:
            return self
        for option in question.options:
            if all(word in wording.option_text(option).lower() for word in left):
                return replace(self, other=f"one answer is: {wording.option_text(option)}")
        return None


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers of the same state; the first group has no heading."""

    heading: str
    entries: tuple[AnswerEntry, ...]


def answer_groups(session: Session, words: str = "", *, ahead: bool = True) -> tuple[AnswerGroup, ...]:
    """Group the answers that contain all of ``words``; answers that no longer count come last.

    With ``ahead``, the next question is listed too.
    """
    trail = [line for line in session.trail() if ahead or line.state is not QuestionState.NEXT]
    decides, groups = decided(session), []
    for states, heading in _GROUPS:
        entries = tuple(_entry(line, decides.get(line.question.id, ())) for line in trail if line.state in states)
        if found := tuple(shown for entry in entries if (shown := entry.found(words)) is not None):
            groups.append(AnswerGroup(heading, found))
    return tuple(groups)


def answer_counts(session: Session) -> tuple[str, ...]:
    """Return the number of answers per state, such as ``("8 given", "1 assumed")``."""
    trail = session.trail()
    states = [line.state for line in trail]
    counts = (
        (states.count(QuestionState.ANSWERED), "given"),
        (sum(line.assumed for line in trail if line.state is QuestionState.ANSWERED), "assumed"),
        (states.count(QuestionState.LATER), "kept"),
        (states.count(QuestionState.ASIDE), "aside"),
    )
    return tuple(f"{number} {word}" for number, word in counts if number or word == "given")


def _entry(line: AnswerLine, decides: tuple[str, ...]) -> AnswerEntry:
    answer = "" if line.answer is None else line.question.answer_text(line.answer)
    return AnswerEntry(line, wording.topic(line.question), answer, marks_of(line), decides)

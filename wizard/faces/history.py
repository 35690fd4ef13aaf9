"""The questions that the user visited, so that Back retraces the user's steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.decision.results import QuestionState

if TYPE_CHECKING:
    from wizard.session.session import Session


@dataclass(frozen=True, slots=True)
class History:
    """Ids of questions, in the order of their last answers."""

    visited: tuple[str, ...] = ()

    def then(self, question_id: str) -> History:
        """Add a question that has just been answered."""
        return History((*(each for each in self.visited if each != question_id), question_id))

    def before(self, session: Session, question_id: str = "") -> str:
        """Return the question answered before this one, or the last one answered; empty if there is none."""
        path = [each for each in self._path(session) if each != question_id or each in self.visited]
        at = path.index(question_id) if question_id in path else len(path)
        return path[at - 1] if at else ""

    def _path(self, session: Session) -> list[str]:
        """List the answered questions in order; preset and loaded ones come first."""
        answered = [line.question.id for line in session.trail() if line.state is QuestionState.ANSWERED]
        return [q for q in answered if q not in self.visited] + [q for q in self.visited if q in answered]

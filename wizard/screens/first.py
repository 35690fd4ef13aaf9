"""The first screen of the journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wizard.faces.resume import begun
from wizard.screens.dialogs.resume import ResumeView
from wizard.screens.pages.question import QuestionView
from wizard.screens.view import View

if TYPE_CHECKING:
    from wizard.faces.services import Services
    from wizard.session.session import Session


def first_view(session: Session, services: Services) -> View[Any] | None:
    """The first screen, where it is a question or what to do with earlier answers."""
    if services.found is not None:
        return ResumeView(services.found)
    session = begun(session, None)
    return None if session.question is None else asked(session, session.question.id, services)


def asked(session: Session, question_id: str, services: Services, *, message: str = "") -> QuestionView:
    """The screen for a question."""
    return QuestionView.of(session, question_id, message=message, can_look=services.discover is not None)

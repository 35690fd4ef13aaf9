"""An answers file on top of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wizard.session.attached import attached

if TYPE_CHECKING:
    from wizard.render.bundle.answers_file import AnswersFile
    from wizard.session.session import Session


def apply_answers(session: Session, answers: AnswersFile, *, folder: str | None = None) -> Session:
    """Return the session with everything that an answers file states; the rest of the session does not change.

    With the ``folder`` of the file, its parameters may name text files inside that folder; without it, every text is in
    the answers file itself.

    Raises:
        UsageError: the session's table does not accept an answer.
    """
    for question_id, answer in answers.answers.items():
        session = session.answer(question_id, answer, assumed=question_id in answers.assumed)
    read = answers.parameters
    given = {**session.given, **answers.implementations}
    if folder is not None:
        chosen = session.with_given(given)
        read = {key: attached(chosen.parameter(key), raw, below=folder) for key, raw in read.items()}
    given.update(read)
    stated: dict[str, Any] = {name: getattr(answers.options, name) for name in answers.stated}
    options = session.options._replace(**stated)
    return session.recalled(answers.evidence)._replace(given=given, options=options)

"""The wizard as numbered lines: for screen readers, narrow terminals, ``TERM=dumb`` and ``expect``.

It drives the same session as the screens and shows the same texts; it computes nothing itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from wizard.faces.services import FaceResult, Services
from wizard.lines import answers, bundle, cluster, details, questions, searching, verdict
from wizard.lines.journey import Journey, Pages
from wizard.lines.lines import Leaving, Lines
from wizard.session.session import Session


def run(
    session: Session,
    target: Path | None,
    services: Services,
    reader: TextIO,
    writer: TextIO,
    *,
    ascii_only: bool = False,
) -> FaceResult:
    """Run the wizard over two streams; ``written`` of the result is ``None`` when nothing was written."""
    pages = Pages(questions.ask, answers.review, verdict.show, details.fill, bundle.show, cluster.look, searching.find)
    journey = Journey(session, target, services, Lines(reader, writer, ascii_only), pages)
    keep = True
    try:
        journey.travel()
    except Leaving as leaving:
        keep = leaving.keep
    except KeyboardInterrupt:
        journey.lines.say()
    return FaceResult(journey.session, journey.written, keep, journey.context)

"""A user who gives a session's answers and details in the numbered lines or on the screens, and writes the bundle."""

from __future__ import annotations

from pathlib import Path

from tests.lines.talk import answer_lines, detail_lines, talk
from tests.screens.drive import answer_all, no_services, wizard
from wizard.catalog.model import Catalog
from wizard.faces.services import Services
from wizard.screens.view import Press
from wizard.session.session import Session
from wizard.store.writer import plan, write


def services(catalog: Catalog) -> Services:
    """Return services with the real writer only."""
    return no_services(
        plan=lambda bundle, target: plan(bundle, target, catalog_digest=catalog.digest),
        write=write,
        save=lambda _session: "",
        rules=lambda: 1,
    )


def by_lines(begun: Session, complete: Session, folder: Path) -> None:
    """Go from the session ``begun`` to ``complete``, with samples for missing details, and write the bundle."""
    lines = [*answer_lines(begun, complete.answers), "", *detail_lines(complete), "", ""]
    assert talk(begun, *lines, target=folder).outcome.written is not None


async def by_screens(begun: Session, complete: Session, folder: Path) -> None:
    """Do the same as ``by_lines`` on the screens."""
    async with wizard(begun, services=services(begun.catalog), target=folder, size=(120, 40)) as driver:
        await answer_all(driver, complete.answers)
        await driver.press("enter")
        for text in detail_lines(complete, upfront=False):
            driver.app.stage.post(Press("paste", text))
            await driver.settle()
            await driver.press("enter")
        await driver.press("enter", "enter")
        assert driver.outcome.written is not None

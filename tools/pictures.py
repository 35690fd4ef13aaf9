"""Draw the pictures in docs/pictures/ from the real screens: ``python -m tools.pictures [--check]``."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from tests.screens.drive import Driver, wizard
from wizard.catalog.load import load_catalog
from wizard.faces.services import Services
from wizard.session.session import Session, start
from wizard.store.writer import plan, write
from wizard.validation.run import rules

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (80, 24)
TARGET = Path("./orders-api")
ANSWERS = {"work": "server", "keeps": "nothing"}
LATER: dict[str, str | tuple[str, ...]] = {
    "copies": "several",
    "logs": "files_only",
    "metrics": "native",
    "needs": ("wait",),
    "habits": (),
    "cluster": (),
    "version": "v133",
}
IMAGE = "registry.example.com/shop/orders-api:1.4.2"
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FAMILY = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def drawn(person: Driver, title: str) -> str:
    """The screen as a picture that needs nothing from elsewhere."""
    svg = person.app.export_screenshot(title=title, simplify=True)
    svg = (
        _FONTS.sub("", svg)
        .replace("Fira Code, monospace", _FAMILY)
        .replace("font-family: arial", "font-family: sans-serif")
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


async def asked() -> dict[str, str]:
    """A question with a look at what the highlighted answer would do."""
    session = start(load_catalog())
    for question_id, answer in ANSWERS.items():
        session = session.answer(question_id, answer)
    async with wizard(session, services=_services(), target=TARGET, size=SIZE) as person:
        await person.press("down")
        await person.pilot.pause()
        return {"question": drawn(person, "podwizard")}


async def decided() -> dict[str, str]:
    """The verdict, the form and the bundle that follow."""
    session = _answered()
    async with wizard(session, services=_services(), target=TARGET, size=SIZE) as person:
        await person.pilot.pause()
        pictures = {"verdict": drawn(person, "podwizard")}
        await person.press("enter")
        await person.type("orders-api")
        await person.pilot.pause()
        pictures["details"] = drawn(person, "podwizard")
    for key, value in (("app.name", "orders-api"), ("app.image", IMAGE)):
        session = session.give(key, value)
    while session.problems:
        key = session.problems[0].key
        session = session.give(key, session.parameter(key).sample)
    async with wizard(session, services=_services(), target=TARGET, size=SIZE) as person:
        await person.press("enter", "b", "o")
        while "restartPolicy: Always" not in person.screen.splitlines()[11]:
            await person.press("down")
        await person.pilot.pause()
        return {**pictures, "bundle": drawn(person, "podwizard")}


def _answered() -> Session:
    session = start(load_catalog())
    for question_id, answer in {**ANSWERS, **LATER}.items():
        session = session.answer(question_id, answer)
    return session


def _services() -> Services:
    return Services(plan=plan, write=write, rules=lambda: len(rules()))


def main() -> int:
    """Draw them all, or say which are not what would be drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="draw nothing; exit 1 when a picture is out of date")
    check = parser.parse_args().check
    os.environ.update(LANG="C.UTF-8", TERM="xterm-256color")
    for name in ("NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "KUBECONFIG"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)
        pictures = {**asyncio.run(asked()), **asyncio.run(decided())}
        os.chdir(FOLDER)
    stale = [name for name, svg in pictures.items() if not _same(FOLDER / f"{name}.svg", svg)]
    for name in stale:
        if not check:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{name}.svg").write_text(pictures[name], encoding="utf-8")
        print(f"{'out of date' if check else 'drawn'}: {name}.svg")
    return 1 if check and stale else 0


def _same(path: Path, svg: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == svg


if __name__ == "__main__":
    sys.exit(main())

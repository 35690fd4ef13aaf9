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
from tools.animation import animated
from wizard.catalog.load import load_catalog
from wizard.faces.services import Services
from wizard.session.session import start
from wizard.store.writer import plan, write
from wizard.validation.run import rules

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (120, 36)
TARGET = Path("./orders-api")
IMAGE = "registry.example.com/shop/orders-api:1.4.2"
THEMES = {"": "dark", "-light": "light"}
"""The suffix of a picture's name, and the theme in which it is drawn."""
LOOK, READ, TYPED = 1.6, 2.6, 0.9
"""Seconds to look at a highlight, to read a screen, and to see a text typed."""
WALK: tuple[tuple[tuple[str, ...], float, str], ...] = (
    ((), READ, ""),
    (("1",), LOOK, ""),
    (("1",), LOOK, ""),
    (("down",), READ, ""),
    (("2",), LOOK, ""),
    (("down", "down"), READ, ""),
    (("3",), LOOK, ""),
    (("1",), LOOK, ""),
    (("down", "down", "down", "4"), READ, "question"),
    (("enter", "n", "n", "1"), 2 * READ, "verdict"),
    (("enter", f"type:{IMAGE}"), TYPED, ""),
    (("enter", "type:/var/log/orders"), TYPED, "details"),
    (("enter", "type:loki.example.com", "enter", "type:postgres", "enter", "type:5432"), TYPED, ""),
    (("enter",), READ, ""),
    (("o", "to: replicas:"), READ, "bundle"),
    (("enter",), READ, ""),
    (("escape", "escape"), LOOK, ""),
    (("escape", "enter"), 2 * READ, "written"),
)
"""Keys, the seconds that their result is shown, and the name of the still picture of it, if any."""
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FAMILY = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def drawn(person: Driver, title: str) -> str:
    """Return the screen as an SVG without external resources."""
    svg = person.app.export_screenshot(title=title, simplify=True)
    svg = (
        _FONTS.sub("", svg)
        .replace("Fira Code, monospace", _FAMILY)
        .replace("font-family: arial", "font-family: sans-serif")
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


async def walked(suffix: str) -> dict[str, str]:
    """Return the still pictures and the animated walkthrough in one theme."""
    os.environ["PODWIZARD_THEME"] = THEMES[suffix]
    pictures: dict[str, str] = {}
    frames: list[tuple[str, float]] = []
    async with wizard(start(load_catalog()), services=_services(), target=TARGET, size=SIZE) as person:
        for keys, seconds, name in WALK:
            for key in keys:
                await pressed(person, key)
            await person.pilot.pause()
            picture = drawn(person, "podwizard")
            frames.append((picture, seconds))
            if name:
                pictures[f"{name}{suffix}"] = picture
    pictures[f"walk{suffix}"] = animated(frames)
    return pictures


async def pressed(person: Driver, key: str) -> None:
    """Press a key, type a text, or go down to a line that begins with a word."""
    what, _, text = key.partition(":")
    if what == "type" and text:
        await person.type(text)
    elif what == "to" and text:
        while not any(row.partition("›  ")[2].lstrip(" 0123456789").startswith(text.strip()) for row in _rows(person)):
            await person.press("down")
    else:
        await person.press(key)
    while "rendering and checking" in person.screen or "Pod …" in person.screen:
        await person.settle()


def _rows(person: Driver) -> list[str]:
    """Return the lines of the second column."""
    return [row[36:] for row in person.screen.splitlines()]


def _services() -> Services:
    return Services(plan=plan, write=write, rules=lambda: len(rules()))


def main() -> int:
    """Draw all pictures, or report the outdated ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="draw nothing; exit 1 when a picture is out of date")
    check = parser.parse_args().check
    os.environ.update(LANG="C.UTF-8", TERM="xterm-256color")
    for name in ("NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "KUBECONFIG"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)
        pictures = {name: svg for suffix in THEMES for name, svg in asyncio.run(walked(suffix)).items()}
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

"""The pictures and the recording in ``docs/pictures``: they must show what the wizard shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyte

from tests.journeys import answered
from tests.screens.drive import wizard
from tests.screens.stand_ins import services
from wizard.catalog.model import Catalog

ANSWERS = {"work": "server", "keeps": "nothing", "copies": "several", "logs": "files_only", "metrics": "native"}


def test_the_pictures_match_the_wizards_screens(root: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "tools.pictures", "--check"]
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}; `make pictures` draws them again"


async def test_the_recording_matches_the_wizards_screens(root: Path, catalog: Catalog) -> None:
    lines = (root / "docs" / "pictures" / "walkthrough.cast").read_text(encoding="utf-8").splitlines()
    head, *rest = map(json.loads, lines)
    assert (head["version"], head["width"], head["height"]) == (2, 80, 24)
    times = [at for at, _, _ in rest]
    assert times == sorted(times)
    screen = pyte.Screen(80, 24)
    stream = pyte.Stream(screen)
    shown = []
    for _, kind, data in rest:
        assert kind == "o"
        if "\x1b[?1049" in data:
            screen.reset()
        stream.feed(data)
        shown.append("\n".join(row.rstrip() for row in screen.display))
    session = answered(catalog, {**ANSWERS, "needs": ("wait",), "habits": (), "cluster": (), "version": "v133"})
    async with wizard(session, services=services()) as person:
        assert person.screen.strip() in {text.strip() for text in shown}, "`make pictures` records it again"
    assert "kubectl apply -k ./orders-api" in shown[-1]


def test_the_readme_shows_only_pictures_that_exist(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"docs/pictures/[\w.-]+", readme)
    assert len(named) >= 4
    assert all((root / path).is_file() for path in named)

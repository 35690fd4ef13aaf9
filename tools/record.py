"""Record docs/pictures/walkthrough.cast on a real pseudo-terminal: ``python -m tools.record [--check]``.

The recording consists of the complete screens after each key, so that it is the same on every computer; the pauses
between them are defined here, not measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.screens.terminal import WIZARD, Terminal, terminal
from wizard.screens.terminal.mirror import Mirror

CAST = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "walkthrough.cast"
COLUMNS, ROWS = 80, 24
COMMAND = "podwizard ./orders-api"
THEME = {"PODWIZARD_THEME": "dark", "COLORTERM": "truecolor"}
READ, KEY, LOOK = 2.5, 0.09, 1.2
"""Seconds to read a screen, to type a character, and to look at the effect of an arrow key."""


def typed(text: str) -> Iterator[tuple[str, str, float]]:
    """Yield a step for each character of a text."""
    for at, character in enumerate(text, 1):
        yield character, f"▌{text[:at]}", KEY


STEPS: tuple[tuple[str, str, float], ...] = (
    ("\x1b[B", "› 2", LOOK),
    ("\x1b[A", "› 1", LOOK),
    ("1", "find again after a restart", READ),
    ("1", "How many copies", READ),
    ("\x1b[B", "PodDisruptionBudget", LOOK),
    ("2", "write its logs", READ),
    ("3", "monitoring read", READ),
    ("1", "Which of these does it need", READ),
    ("4", "[x] Another service", LOOK),
    ("\r", "of your cluster", READ),
    ("n", "true of your program", READ),
    ("n", "oldest Kubernetes version", READ),
    ("1", "64 MiB per pod", 2 * READ),
    ("f", "what would change it", READ),
    ("\x1b[D", "64 MiB per pod", LOOK),
    ("\r", "5 still needed", LOOK),
    *typed("registry.example.com/shop/orders-api:1.4.2"),
    ("\r", "4 still needed", LOOK),
    *typed("/var/log/orders"),
    ("\r", "3 still needed", LOOK),
    *typed("loki.example.com"),
    ("\r", "2 still needed", LOOK),
    *typed("postgres"),
    ("\r", "1 still needed", LOOK),
    *typed("5432"),
    ("\r", "enter write", READ),
    ("o", "enter change its source", LOOK),
    *((("\x1b[6~", "", LOOK),) * 4),
    ("\x1b[D", "enter write", LOOK),
    ("\r", "kubectl apply -k", 2 * READ),
)
"""Keys, a text on the next screen (empty: any change), and the seconds that it is shown."""


def recorded() -> Iterator[tuple[float, str]]:
    """Yield each piece sent to the terminal, with the pause before it in seconds."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"HOME": home, "XDG_STATE_HOME": home, "XDG_CACHE_HOME": home, **THEME}
        yield 0.5, "$ "
        for character in COMMAND:
            yield KEY, character
        yield LOOK, "\r\n\x1b[?1049h\x1b[?25l"
        with terminal((*WIZARD, "./orders-api"), environ=environ, folder=Path(home)) as shown:
            mirror = Mirror(COLUMNS, ROWS)
            shown.until("What kind of work")
            yield 0.2, _difference(shown, mirror)
            pause = READ
            for keys, then, after in STEPS:
                _press(shown, keys, then)
                yield pause, _difference(shown, mirror)
                pause = after
            shown.press("\r")
            shown.ended()
            yield (
                pause,
                "\x1b[?25h\x1b[?1049l" + "\r\n".join(line.rstrip() for line in shown.text.splitlines()).rstrip(),
            )
        yield 0.2, "\r\n$ "
        yield 2 * READ, ""


def _press(shown: Terminal, keys: str, then: str) -> None:
    """Send keys, and wait for a text, or for any change of the screen if none is named."""
    before = shown.text
    shown.press(keys, then)
    while shown.text == before:
        shown.read(0.05)


def _difference(shown: Terminal, mirror: Mirror) -> str:
    """Return the output that changes the previous screen to the current one, once it is still."""
    shown.quiet(0.12)
    while "Pod …" in shown.text or "rendering and checking" in shown.text:
        shown.read(0.05)
    rows = []
    for y, row in enumerate(shown.cells()):
        rows.append(f"\x1b[{y + 1};1H" + "".join(f"\x1b[{_codes(cell)}m{cell[0]}" for cell in row))
    return mirror.update("".join(rows)) or ""


def _codes(cell: tuple[object, ...]) -> str:
    """Return a cell's colours and attributes as SGR codes."""
    _, fore, back, bold, faint, _underscore, _strike, reverse, *_ = cell
    codes = ["0", *(["1"] if bold else []), *(["2"] if faint else []), *(["7"] if reverse else [])]
    for base, colour in (("38", str(fore)), ("48", str(back))):
        if colour != "default":
            codes.append(f"{base};2;" + ";".join(str(int(colour[at : at + 2], 16)) for at in (0, 2, 4)))
    return ";".join(codes)


def main() -> int:
    """Record, or report whether the recording is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the recording is out of date")
    check = parser.parse_args().check
    head = {"version": 2, "width": COLUMNS, "height": ROWS, "title": COMMAND, "env": {"TERM": "xterm-256color"}}
    lines = [json.dumps(head)]
    at = 0.0
    for pause, data in recorded():
        at += pause
        lines.append(json.dumps([round(at, 2), "o", data], ensure_ascii=False))
    text = "\n".join(lines) + "\n"
    if CAST.is_file() and CAST.read_text(encoding="utf-8") == text:
        return 0
    if not check:
        CAST.write_text(text, encoding="utf-8")
    print(f"{'out of date' if check else 'recorded'}: {CAST.name}")
    return 1 if check else 0


if __name__ == "__main__":
    sys.exit(main())

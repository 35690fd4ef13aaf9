"""A slow connection: every key is processed in order, and keys typed ahead are not lost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import pyte
import pytest

from tests.screens.slow_line import SlowLine
from tests.screens.terminal import WIZARD, Terminal, row_cells, terminal

LOOKS: tuple[tuple[Mapping[str, str], int], ...] = (
    ({"PODWIZARD_THEME": "dark"}, 144),
    ({"PODWIZARD_THEME": "light"}, 144),
    ({"PODWIZARD_THEME": "terminal"}, 96),
    ({"NO_COLOR": "1"}, 96),
)
"""Environment, and the maximum number of bytes until the highlight is complete: 144 bytes take 150 ms at 9600 baud."""


def wait_for(shown: Terminal, line: SlowLine, text: str) -> None:
    """Wait until the text has arrived; the timeout is generous, because only completeness is tested."""
    end = time.monotonic() + 60
    while text not in shown.text:
        assert time.monotonic() < end, f"no {text!r} on\n{shown.text}"
        if data := line.shown():
            shown.feed(data)
        time.sleep(0.002)


def test_each_keys_effect_is_shown_before_the_next_key() -> None:
    with terminal() as shown:
        line = SlowLine(shown.master, bytes_a_second=2400, delay=0.05)
        wait_for(shown, line, "help")
        for keys, then in ((b"\x1b[B", "› 2"), (b"1", "1 answered"), (b"a", "Answers"), (b"\x1b[D", "1 answered")):
            line.type(keys)
            wait_for(shown, line, then)


def test_keys_typed_ahead_are_processed_in_order_up_to_the_last() -> None:
    with terminal() as shown:
        line = SlowLine(shown.master, bytes_a_second=2400, delay=0.05)
        wait_for(shown, line, "What kind")
        line.type(b"1" + b"\x1b[B\x1b[A" * 40 + b"2" + b"2" + b"12\r" + "\rörders-api\x1b[D\x1b[Dx".encode())
        wait_for(shown, line, "▌örders-axpi")
        line.type(b"\x1ba")
        wait_for(shown, line, "4 given")
        assert "Its own disk" in shown.text
        assert "Only to files" in shown.text
        assert "Another service before it starts; A program" in shown.text
        assert line.most_waiting < 4096, "what nobody can see any more is not sent"
        line.type(b"\x03\x03")
        wait_for(shown, line, "left True")
        assert shown.ended() == 0
        assert shown.restored()


def marked(screen: pyte.Screen) -> int | None:
    """Return the row with the highlight marker; the first one while two are drawn."""
    return next((y for y, text in enumerate(screen.display) if text.lstrip().startswith("›")), None)


def bytes_until_marked(shown: Terminal, key: bytes) -> int:
    """Return the number of bytes after a key until the row it highlights is completely drawn."""
    screen, before = deepcopy(shown.screen), len(shown.sent)
    shown.press(key)
    end = time.monotonic() + 30
    while marked(shown.screen) == marked(screen) and time.monotonic() < end:
        shown.read(0.05)
    shown.quiet()
    sent = shown.sent[before:]
    row = marked(shown.screen)
    assert row is not None
    stream, drawn = pyte.ByteStream(screen), row_cells(shown.screen, row)
    for count, byte in enumerate(sent, start=1):
        stream.feed(bytes([byte]))
        if row_cells(screen, row) == drawn:
            return count
    raise AssertionError(f"the row is not drawn by {sent!r}")


@pytest.mark.parametrize(("look", "most"), LOOKS)
def test_the_highlight_of_the_new_row_is_sent_before_anything_else(
    look: Mapping[str, str], most: int, tmp_path: Path
) -> None:
    with terminal(WIZARD, environ={**look, "COLORTERM": "truecolor"}, folder=tmp_path) as shown:
        shown.until("If you choose this")  # the second frame, which adds the panel
        shown.quiet(1.0)
        for key in (b"\x1b[B",) * 3 + (b"\x1b[A",) * 3:
            assert bytes_until_marked(shown, key) < most

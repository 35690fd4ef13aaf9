"""The terminal's background, as it reports it, chooses the dark or the light theme."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.screens.terminal import WIZARD, Terminal, terminal
from wizard.screens.terminal.background import Background, decides_theme, read_available, split_reply

BLACK, WHITE = b"rgb:0000/0000/0000", b"rgb:ffff/ffff/ffff"
DARK_GROUND, LIGHT_GROUND = "14161d", "fbfbfd"
TRUE = {"COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("reply", "background"),
    [
        (b"\x1b]11;rgb:0000/0000/0000\x1b\\", Background.DARK),
        (b"\x1b]11;rgb:ffff/ffff/ffff\x07", Background.LIGHT),
        (b"\x1b]11;rgb:FD/F6/E3\x1b\\", Background.LIGHT),
        (b"\x1b]11;rgb:00/2b/36\x1b\\", Background.DARK),
        (b"\x1b]11;rgba:f/f/f/8\x1b\\", Background.LIGHT),
        (b"\x1b]11;rgb:0000/0000/ffff\x07", Background.DARK),
        (b"\x1b]11;rgb:0000/ffff/0000\x07", Background.LIGHT),
    ],
)
def test_a_reply_with_a_colour_is_dark_or_light(reply: bytes, background: Background) -> None:
    assert split_reply(reply) == (background, b"")
    assert split_reply(b"1\x1b[A" + reply + b"2") == (background, b"1\x1b[A2")


@pytest.mark.parametrize(
    "data", [b"", b"12", b"\x1b]11;rgb:0000/0000", b"\x1b]11;?\x07", b"\x1b]11;rgb:g/0/0\x07", b"\x1b]10;rgb:0/0/0\x07"]
)
def test_input_without_a_whole_reply_is_passed_on_unchanged(data: bytes) -> None:
    assert split_reply(data) == (Background.UNKNOWN, data)


@pytest.mark.parametrize(
    ("environ", "decides"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm", **TRUE}, True),
        ({"TERM": "xterm"}, True),
        ({"TERM": "alacritty"}, True),
        ({"TERM": "rxvt-unicode-256color"}, True),
        ({"TERM": "rxvt-unicode"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "vt220"}, False),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, False),
        ({"TERM": "xterm-256color", "PODWIZARD_THEME": "terminal"}, False),
        ({}, False),
    ],
)
def test_a_terminal_is_asked_unless_it_is_a_plain_console_or_a_theme_is_requested(
    environ: dict[str, str], decides: bool
) -> None:
    assert decides_theme(environ) is decides


def test_reading_the_available_input_never_waits() -> None:
    reader, writer = os.pipe()
    try:
        assert read_available(reader) == b""
        os.write(writer, b"12")
        assert read_available(reader) == b"12"
    finally:
        os.close(reader)
        os.close(writer)
    assert read_available(reader) == b""


@pytest.mark.parametrize(("colour", "ground"), [(BLACK, DARK_GROUND), (WHITE, LIGHT_GROUND)])
def test_the_theme_follows_the_background_that_the_terminal_reports(colour: bytes, ground: str) -> None:
    with terminal(environ=TRUE, background=colour) as screen:
        screen.until("What kind of work")
        screen.quiet()
        assert ground_of(screen) == ground


def test_a_terminal_that_does_not_report_its_background_keeps_its_own_colours() -> None:
    with terminal(environ=TRUE) as screen:
        screen.until("What kind of work")
        assert b"\x1b]11;?" in screen.sent
        screen.quiet()
        assert ground_of(screen) == "default"
        screen.press(b"\x1b]11;" + WHITE + b"\x1b\\")
        screen.quiet()
        assert ground_of(screen) == "default", "a late reply changes nothing"
        assert "What kind of work" in screen.text


def test_a_terminal_that_names_sixteen_colours_and_reports_its_background_gets_256() -> None:
    with terminal(environ={"TERM": "xterm"}, background=WHITE) as screen:
        screen.until("What kind of work")
        screen.quiet()
        assert ground_of(screen) == "ffffff"
        assert b"48;5;" in screen.sent


def test_keys_typed_before_and_after_the_reply_reach_the_questions_in_order() -> None:
    with terminal(environ=TRUE, background=BLACK) as screen:
        while b"\x1b]11;?" not in screen.sent:
            screen.read(0.05)
        screen.press("11")
        screen.until("2 answered")
        assert ground_of(screen) == DARK_GROUND


def test_a_requested_theme_counts_more_than_the_background_and_saves_the_query(tmp_path: Path) -> None:
    with terminal([*WIZARD, "./app", "--theme", "light"], environ=TRUE, background=BLACK, folder=tmp_path) as screen:
        screen.until("What kind of work")
        screen.quiet()
        assert ground_of(screen) == LIGHT_GROUND
        assert b"\x1b]11;?" not in screen.sent


def ground_of(screen: Terminal) -> str:
    """Return the background of a cell that shows nothing."""
    return str(screen.screen.buffer[screen.screen.lines - 2][40].bg)

"""The driver that sends only changed cells: the terminal must show the same as after the whole frame."""

from __future__ import annotations

import os
import subprocess
import sys

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.events import Key

from tests.screens.terminal import Cells, cells
from wizard.screens.terminal.background import TerminalState
from wizard.screens.terminal.driver import driver_class, erases_in_colour
from wizard.screens.terminal.keys import KeyParser
from wizard.screens.terminal.mirror import Mirror, canonical, change

COLUMNS, ROWS = 30, 5
STYLES = (
    "",
    "1",
    "3",
    "7",
    "4;9",
    "1;31",
    "1;7",
    "38;5;231;48;5;25",
    "1;38;2;255;255;255;48;2;175;0;0",
    "39;49",
    "32;45",
)
TEXTS = st.text(st.sampled_from("ab  ─›…é日本語"), max_size=COLUMNS) | st.integers(6, COLUMNS).map(lambda n: " " * n)
ROW = st.lists(st.tuples(TEXTS, st.sampled_from(STYLES)), max_size=4)
FRAME = st.dictionaries(st.integers(0, ROWS - 1), ROW, min_size=1)


def painted(frame: dict[int, list[tuple[str, str]]]) -> str:
    """Return a frame as Textual writes it: a cursor move, then whole lines, padded to the width."""
    out = []
    for y, row in sorted(frame.items()):
        out.append(f"\x1b[{y + 1};1H")
        room = COLUMNS
        for text, style in row:
            while text and cell_len(text) > room:
                text = text[:-1]
            room -= cell_len(text)
            if text:
                out.append(f"\x1b[{style}m{text}\x1b[0m" if style else text)
        out.append(" " * room)
        if y != max(frame):
            out.append("\n")
    return "".join(out)


def screen_after(written: list[str]) -> Cells:
    """Return the cells that a terminal shows after this output, with colours and weight."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    for data in written:
        stream.feed(data)
    return cells(screen)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(FRAME, min_size=1, max_size=6), st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1), st.booleans())
def test_sending_the_differences_shows_the_same_as_sending_whole_frames(
    frames: list[dict[int, list[tuple[str, str]]]], x: int, y: int, erases: bool
) -> None:
    mirror = Mirror(COLUMNS, ROWS, erases=erases)
    whole = [painted(frame) for frame in frames]
    sent = [mirror.update(data, (x, y)) for data in whole]
    assert None not in sent
    assert screen_after([data or "" for data in sent]) == screen_after(whole)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(FRAME)
def test_an_unchanged_frame_sends_no_bytes(frame: dict[int, list[tuple[str, str]]]) -> None:
    mirror = Mirror(COLUMNS, ROWS)
    mirror.update(painted(frame))
    assert mirror.update(painted(frame)) == ""


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("", "1;31", "1;31"),
        ("1;31", "", ""),
        ("1;31", "31", "22"),
        ("1;2", "2", "0;2"),
        ("1;38;2;1;2;3;48;2;4;5;6", "1;38;2;7;8;9;48;2;4;5;6", "38;2;7;8;9"),
        ("1;38;2;1;2;3;48;2;4;5;6", "38;2;1;2;3;48;2;4;5;6", "22"),
        ("7;38;5;1", "38;5;1", "27"),
        ("38;2;1;2;3;48;2;4;5;6", "48;2;4;5;6", "39"),
        ("48;2;4;5;6", "31", "0;31"),
    ],
)
def test_a_change_of_style_uses_the_shortest_sequence(before: str, after: str, sent: str) -> None:
    assert change(before, after) == f"\x1b[{sent}m"


def test_one_changed_word_costs_a_few_bytes() -> None:
    mirror = Mirror(80, 24)
    mirror.update("\x1b[1;1H" + "one two three".ljust(80))
    assert len(mirror.update("\x1b[1;1H" + "one TWO three".ljust(80)) or "") <= 12


def sent(before: str, after: str) -> str:
    """Return the output for a changed row of ten cells."""
    mirror = Mirror(10, 1)
    mirror.update("\x1b[1;1H" + before.ljust(10))
    return mirror.update("\x1b[1;1H" + after.ljust(10)) or ""


def test_the_end_of_a_row_is_erased_only_if_that_is_shorter_than_blanks() -> None:
    assert sent("abcdefghij", "abcdefg") == "\x1b[1;8H" + " " * 3
    assert sent("abcdefghij", "abcdef") == "\x1b[1;7H\x1b[K"
    assert sent("abcdefghij", "xyz") == "\x1b[1;1Hxyz\x1b[K", "the cursor stands there already"
    assert sent("abcdefghij", "x›z") == "\x1b[1;1Hx›z\x1b[4G\x1b[K", "some draw this sign in two cells"


def test_a_few_unchanged_cells_are_resent_if_a_cursor_move_is_longer() -> None:
    assert sent("abcdefghij", "AbcdeFghij") == "\x1b[1;1HAbcdeF"
    assert sent("abcdefghij", "AbcdefGhij") == "\x1b[1;1HA\x1b[7GG"


BAR = "\x1b[1;48;2;35;57;95m› two     \x1b[0m"


def listed(first: str, second: str, title: str = "a question") -> str:
    """Return a page with a title and two options with a drawing next to them."""
    rows = (title, f"{first} drawn {len(first)}", f"{second} drawn {len(second)}")
    return "".join(f"\x1b[{y};1H{row}" for y, row in enumerate(rows, start=1))


def test_the_newly_highlighted_row_is_sent_first_without_the_drawing_next_to_it() -> None:
    mirror = Mirror(30, 3)
    mirror.update(listed(BAR, "  two     "))
    bar, rest = mirror.parts(listed("  two     ", BAR), (0, 2)) or ("", "")
    assert bar == f"\x1b[3;1H{BAR.removesuffix(chr(27) + '[0m')}"
    assert rest.startswith("\x1b[2;1H\x1b[m  ")


def test_the_highlight_of_a_two_line_option_is_sent_first_in_full() -> None:
    mirror = Mirror(30, 3)
    mirror.update(listed("  two     ", "  more    "))
    bar, rest = mirror.parts(listed(BAR, BAR.replace("›", " ")), (0, 1)) or ("", "")
    assert bar.count("two") == 2
    assert "two" not in rest


def test_a_different_page_is_sent_from_the_top() -> None:
    mirror = Mirror(30, 3)
    mirror.update(listed(BAR, "  two     "))
    bar, rest = mirror.parts(listed("  two     ", BAR, "the next one"), (0, 2)) or ("", "")
    assert not bar
    assert rest.startswith("\x1b[1;1H")


def test_a_row_with_wide_characters_is_sent_in_full_and_only_once() -> None:
    mirror = Mirror(30, 3)
    mirror.update(listed("  two     ", "   日本日本"))
    bar, rest = mirror.parts(listed("  two     ", BAR), (0, 2)) or ("", "")
    assert "drawn" in bar
    assert not rest


def test_blanks_in_the_highlight_are_erased_if_the_terminal_erases_in_colour() -> None:
    ground = "48;2;35;57;95"
    bar = f"\x1b[1;{ground}m› two{' ' * 12}term{' ' * 9}\x1b[0m"
    plain, erasing = Mirror(30, 1), Mirror(30, 1, erases=True)
    whole = plain.update(f"\x1b[1;1H{bar}") or ""
    short = erasing.update(f"\x1b[1;1H{bar}") or ""
    assert "› two\x1b[12X\x1b[18Gterm\x1b[9X" in short
    assert "X" not in whole
    assert screen_after([short]) == screen_after([whole])


def test_blanks_without_a_background_colour_are_erased() -> None:
    plain, erasing = Mirror(30, 1), Mirror(30, 1, erases=True)
    before, after = "\x1b[1;1H" + "a" * 30, "\x1b[1;1H" + "one".ljust(20) + "two".ljust(10)
    frames = [(mirror.update(before) or "", mirror.update(after) or "") for mirror in (plain, erasing)]
    assert "one\x1b[17X\x1b[21Gtwo\x1b[K" in frames[1][1]
    assert "X" not in frames[0][1]
    assert screen_after([*frames[1]]) == screen_after([*frames[0]])


@pytest.mark.parametrize(("erases", "most"), [(True, 172), (False, 212)])
def test_highlighting_a_two_line_option_takes_few_bytes(erases: bool, most: int) -> None:
    ink, ground, term = "1;38;2;223;227;236", "48;2;35;57;95", "38;2;158;168;189"
    option = "› 5  It sends them to a server that takes them        "
    first = f"\x1b[{ink};{ground}m{option}\x1b[0m\x1b[1;{term};{ground}mpush\x1b[0m"
    second = f"\x1b[{ink};{ground}m     (StatsD, OTLP){' ' * 39}\x1b[0m"
    mirror = Mirror(60, 3, erases=erases)
    mirror.update("\x1b[1;1Ha question")
    bar, rest = mirror.parts(f"\x1b[2;1H{first}\x1b[3;1H{second}", (0, 1)) or ("", "")
    assert len(bar) <= most
    assert not rest


def test_without_curses_the_driver_assumes_no_erasing_in_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "curses", None)
    assert not erases_in_colour(1)


@pytest.mark.parametrize(("name", "erases"), [("xterm-256color", "True"), ("vt100", "False"), ("no-such-one", "False")])
def test_terminfo_decides_if_the_driver_erases_in_colour(name: str, erases: str) -> None:
    # Run in a separate process: curses reads terminfo only once per process.
    code = "from wizard.screens.terminal.driver import erases_in_colour; print(erases_in_colour(1))"
    ran = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "TERM": name}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == erases


@pytest.mark.parametrize("look", ["7", "1;7", "4;48;5;25", ""])
def test_blanks_that_erasing_cannot_reproduce_are_not_erased(look: str) -> None:
    mirror = Mirror(30, 1, erases=True)
    assert "X" not in (mirror.update(f"\x1b[1;1H\x1b[{look}m› two{' ' * 20}\x1b[0m|") or "")


def test_a_palette_colour_is_sent_as_its_number() -> None:
    assert canonical("1;38;2;255;255;255;48;2;8;8;8") == "1;38;5;231;48;5;232"
    assert canonical("38;2;0;0;95") == "38;2;0;0;95", "some shells change the first numbers"
    assert canonical("38;2;35;57;95") == "38;2;35;57;95"


def test_output_other_than_cells_passes_through_unchanged() -> None:
    mirror = Mirror(80, 24)
    assert mirror.update("\x1b[1;1Habc\x1b[?25l") is None
    assert mirror.update("\x1b]52;c;eA==\x07") is None


def test_output_outside_the_terminal_is_ignored() -> None:
    mirror = Mirror(10, 2)
    sent = mirror.update("\x1b[1;1H" + "x" * 40 + "\n\x1b[9;1Hbelow") or ""
    assert sent.count("x") == 10
    assert "below" not in sent


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("\x1ba", ["escape", "a"]),
        ("\x1b1", ["escape", "1"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b?", ["escape", "question_mark"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[A\x1bOP", ["up", "f1"]),
    ],
)
def test_escape_and_a_key_that_arrive_together_are_two_keys(typed: str, keys: list[str]) -> None:
    found = [event.key for event in KeyParser().feed(typed) if isinstance(event, Key)]
    assert found == keys


def test_a_driver_named_in_the_environment_is_left_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)
    assert driver_class(TerminalState()) is not None
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    assert driver_class(TerminalState()) is None

"""Sizes, colours and character sets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import Color, ColorSystem

from tests.screens.drive import wizard
from tests.screens.small import session
from wizard.screens.page import compose, room_for
from wizard.screens.pages.question import QuestionView
from wizard.screens.pages.verdict import VerdictView
from wizard.screens.palette import COLOURS, FEW_COLOURS, NO_COLOURS
from wizard.screens.text import Span, ascii_only, line, pad, plain_text, width_of, wrap
from wizard.text import visible
from wizard.texts.phrases import speaks_utf8

SIZES = [(60, 20), (80, 24), (99, 30), (100, 30), (120, 40), (200, 60)]


def contrast(one: str, other: str) -> float:
    """Work out the contrast ratio of two colours as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_every_screen_fills_the_terminal_exactly(columns: int, rows: int) -> None:
    done = session(work="server", keeps="nothing", logs="files", needs=("wait", "helper"))
    for view in (QuestionView.of(session(), "work"), VerdictView(done)):
        page = view.page(room_for(columns, rows))
        lines = compose(page, columns, rows)
        assert len(lines) == rows
        assert max(map(width_of, lines)) < columns


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_text_is_at_most_76_wide(columns: int, rows: int) -> None:
    assert room_for(columns, rows).width <= 76


def test_a_second_column_from_100_columns_on() -> None:
    assert room_for(99, 30).side == 0
    lines = compose(QuestionView.of(session(), "work").page(room_for(100, 30)), 100, 30)
    assert "So far" in plain_text(lines[2])


async def test_a_terminal_that_is_too_small_says_so_in_one_line() -> None:
    async with wizard(session(), size=(59, 20)) as person:
        assert person.screen.strip() == "podwizard needs 60x20, this is 59x20. Ctrl+C leaves."
        await person.press("1")
        assert person.app.flow.session.answers == {}


async def test_growing_again_shows_the_question() -> None:
    async with wizard(session(), size=(40, 10)) as person:
        await person.pilot.resize_terminal(80, 24)
        await person.settle()
        assert "What kind of work is it?" in person.screen


async def test_ascii_where_the_locale_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    async with wizard(session(work="server")) as person:
        assert person.screen.isascii()
        assert "> 1  Nothing" in person.screen


def test_the_locale_is_read_as_the_c_library_does() -> None:
    assert speaks_utf8({"LANG": "de_DE.UTF-8"})
    assert speaks_utf8({"LANG": "C", "LC_ALL": "en_US.utf8"})
    assert not speaks_utf8({"LANG": "en_US.UTF-8", "LC_ALL": "C"})
    assert not speaks_utf8({"LANG": "C", "LC_CTYPE": "C.UTF-8"}), "Python itself sets this in the C locale"
    assert not speaks_utf8({})


XTERM = ["#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"]
XTERM += ["#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"]
VGA = ["#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"]
VGA += ["#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"]


def test_every_pair_of_colours_can_be_read_on_any_background() -> None:
    for look in (*COLOURS.values(), *FEW_COLOURS.values()):
        assert bool(look.color) == bool(look.background), "a colour alone depends on the terminal's other one"
        if look.color:
            assert contrast(look.color, look.background) >= 4.5


def test_256_colours_are_the_same_and_16_can_still_be_read() -> None:
    for look in COLOURS.values():
        for colour in filter(None, (look.color, look.background)):
            assert Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex == colour
    for look in FEW_COLOURS.values():
        pair = [Color.parse(c).downgrade(ColorSystem.STANDARD).number for c in (look.color, look.background) if c]
        for palette in (XTERM, VGA):
            assert not pair or contrast(palette[pair[0] or 0], palette[pair[1] or 0]) >= 4.5


def test_no_color_has_no_colours_and_loses_no_style() -> None:
    assert not any(look.color or look.background for look in NO_COLOURS.values())
    assert NO_COLOURS.keys() == COLOURS.keys()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(max_size=120), st.integers(4, 40), st.integers(0, 3))
def test_wrapping_fits_and_loses_only_spaces(text: str, width: int, hang: int) -> None:
    lines = wrap(line(text), width, hang=hang)
    assert all(width_of(content) <= width for content in lines)
    assert "".join(plain_text(content) for content in lines).replace(" ", "") == visible(text).replace(" ", "")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(max_size=60), st.integers(1, 40))
def test_padding_is_exact_and_nothing_steers_the_terminal(text: str, width: int) -> None:
    padded = pad(line(text), width)
    assert width_of(padded) == width
    assert all(character.isprintable() for character in plain_text(padded))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(max_size=60))
def test_ascii_takes_as_many_cells(text: str) -> None:
    shown = visible(text)
    assert width_of((Span(ascii_only(shown)),)) >= 0
    assert ascii_only(shown).isascii()

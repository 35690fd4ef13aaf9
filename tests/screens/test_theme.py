"""Colours: each is readable on its background, and no information is lost without them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import pytest
from rich.color import Color as Rich
from rich.color import ColorSystem
from rich.segment import Segment
from textual.color import Color
from textual.theme import Theme

from tests.screens.colours import distance, linear
from tests.screens.drive import Driver, wizard
from tests.screens.small import session
from tests.screens.test_sheets import verdict
from wizard.screens.palette import Commands
from wizard.screens.terminal.background import Background
from wizard.screens.text import Span, Style
from wizard.screens.theme import COLOURS, DARK, LIGHT, TERMINAL, THEMES, chosen, looks, misnamed
from wizard.screens.widgets.choices import ChoiceList
from wizard.screens.widgets.entry import EntryLine

XTERM = ["#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"]
XTERM += ["#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"]
VGA = ["#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"]
VGA += ["#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"]
HUES = (Style.ACCENT, Style.ADDED, Style.REMOVED, Style.ATTENTION)
ROLES = (Style.INIT, Style.SIDECAR, Style.AMBASSADOR, Style.ADAPTER, Style.OPERATOR)


def in_256_colours(colour: str) -> str:
    """Return the colour that a terminal with 256 colours shows, as Textual chooses it."""
    return Rich.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


@pytest.mark.parametrize("theme", [each for each in THEMES if not each.ansi], ids=lambda each: each.name)
@pytest.mark.parametrize("shown", [str, in_256_colours], ids=["24 bits", "256 colours"])
def test_every_text_is_readable_on_its_background_and_on_the_highlight(
    theme: Theme, shown: Callable[[str], str]
) -> None:
    background, highlight = theme.background, theme.variables["block-cursor-background"]
    assert background
    for style, look in COLOURS[theme.name].items():
        colour = look.rpartition(" ")[2]
        for behind in (background, highlight):
            if style is Style.RULE:
                continue  # carries no text
            assert contrast(shown(colour), shown(behind)) >= 4.5, (style, colour, behind)
    assert shown(background) != shown(highlight)


def test_each_theme_defines_each_style() -> None:
    assert all(set(looks) == set(Style) for looks in COLOURS.values())


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_colours_that_mean_different_things_are_told_apart(theme: str) -> None:
    colours = {style: look.rpartition(" ")[2] for style, look in COLOURS[theme].items()}
    pairs = [*combinations((*HUES, *ROLES, Style.QUIET), 2)]
    pairs += [(Style.KEY, other) for other in (*HUES[1:], Style.QUIET, Style.PLAIN)]  # a key in YAML is a quiet accent
    pairs += [(Style.PLAIN, other) for other in (*HUES, *ROLES)]
    for one, other in pairs:
        assert distance(colours[one], colours[other]) >= 15, (one, other)


@pytest.mark.parametrize(("theme", "least"), [(DARK, 1.45), (LIGHT, 1.5)])
def test_the_highlight_stands_out_from_the_background(theme: str, least: float) -> None:
    made = next(each for each in THEMES if each.name == theme)
    assert made.background and contrast(made.background, made.variables["block-cursor-background"]) >= least


def test_the_terminals_own_theme_gives_words_no_colour_and_signs_only_its_sixteen_colours() -> None:
    found = looks(TERMINAL)
    assert all(look.foreground is None for look in found.words.values())
    for words, background in product((XTERM, VGA), ("#000000", "#ffffff")):
        assert any(contrast(colour, background) < 4.5 for colour in words[1:7]), "so words have none"
    signs = [look.foreground for look in found.signs.values()]
    assert signs and all(colour is not None and colour.ansi is not None for colour in signs)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("┌ sidecar ───┐", ["┌", "───┐"]),
        ("+Service", ["+"]),
        ("log-stream", []),
        ("- name: a-b", ["-"]),
        ("▰▰▰", ["▰▰▰"]),
        ("✗ ", ["✗"]),
        ("/", []),
        ("↑↓", []),
    ],
)
def test_only_the_signs_of_a_coloured_text_are_coloured_in_the_terminals_own_theme(text: str, signs: list[str]) -> None:
    found = looks(TERMINAL)
    for style in found.signs:
        parts = [*found.parts(Span(text, style))]
        assert "".join(part for part, _ in parts) == text
        assert [part for part, look in parts if look is not found.words[style]] == signs


@pytest.mark.parametrize("case", ["legacy-metrics", "postgres", "web-app-with-file-logs", "racing-migration"])
async def test_every_word_on_the_screens_has_the_terminals_own_colour_in_its_theme(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODWIZARD_THEME", "terminal")
    async with wizard(verdict(case).session, size=(120, 40)) as person:
        for keys in ((), ("pagedown",), ("n",), ("escape", "a"), ("escape", "enter"), ("escape", "question_mark")):
            await person.press(*keys)
            words = [each for each in segments(person) if any(map(str.isalnum, each.text))]
            assert words
            for each in words:
                assert each.style is None or each.style.color is None or each.style.color.is_default, each
        assert any(each.style and each.style.color and not each.style.color.is_default for each in segments(person))


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        ({}, TERMINAL),
        ({"COLORTERM": "truecolor"}, TERMINAL),
        ({"COLORTERM": "truecolor", "COLORFGBG": "15;0"}, DARK),
        ({"COLORTERM": "truecolor", "COLORFGBG": "0;15"}, LIGHT),
        ({"COLORFGBG": "15;0"}, TERMINAL),
        ({"COLORFGBG": "15;0", "TERM": "xterm-256color"}, DARK),
        ({"COLORFGBG": "0;15", "TERM": "xterm-256color"}, LIGHT),
        ({"COLORFGBG": "0;15", "TERM": "xterm"}, TERMINAL),
        ({"COLORTERM": "truecolor", "COLORFGBG": "nonsense"}, TERMINAL),
        ({"PODWIZARD_THEME": "light"}, LIGHT),
        ({"PODWIZARD_THEME": "pink"}, TERMINAL),
        ({"PODWIZARD_THEME": "dark", "NO_COLOR": "1"}, TERMINAL),
    ],
)
def test_the_theme_follows_the_users_setting_and_the_terminal(environ: dict[str, str], theme: str) -> None:
    assert chosen(environ) == theme


def test_the_background_that_the_terminal_reports_counts_more_than_its_environment() -> None:
    environ = {"TERM": "xterm-256color", "COLORFGBG": "15;0"}
    assert chosen(environ, Background.LIGHT) == LIGHT
    assert chosen({"TERM": "xterm"}, Background.LIGHT) == LIGHT
    assert chosen({"TERM": "linux"}, Background.LIGHT) == TERMINAL
    assert chosen({**environ, "PODWIZARD_THEME": "terminal"}, Background.LIGHT) == TERMINAL


async def test_changing_the_theme_keeps_the_screens_text() -> None:
    async with wizard(session()) as person:
        before = person.screen
        person.app.theme = DARK
        await person.settle()
        assert person.screen == before
        assert person.app.screen.styles.background == Color.parse("#14161d")


async def test_the_palettes_highlight_is_reversed_and_marked_in_the_terminal_theme() -> None:
    async with wizard(session(), size=(60, 20)) as person:
        person.app.theme = TERMINAL
        person.app.action_command_palette()
        await person.pilot.pause(0.2)
        commands = person.app.screen.query_one(Commands)
        rows = [commands.render_line(y) for y in range(commands.size.height)]
        assert rows[0].text.startswith("› answer")
        assert [any(part.style and part.style.reverse for part in row) for row in rows[:4]] == [
            True,
            True,
            False,
            False,
        ]
        assert any(row.text.rstrip().endswith("…") for row in rows), (
            "a text that is longer than its line is cut with a sign"
        )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def segments(person: Driver) -> list[Segment]:
    """Return the styled texts on the screen."""
    return [each for strip in person.app.screen._compositor.render_strips(person.app.screen.size) for each in strip]


async def test_an_unknown_theme_is_reported_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODWIZARD_THEME", "drak")
    async with wizard(session()) as person:
        assert "drak is not a theme; the themes are dark, light and terminal" in person.screen
    assert misnamed({"PODWIZARD_THEME": "light"}) == misnamed({}) == ""


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_the_example_in_an_empty_field_is_readable(theme: str) -> None:
    made = session(work="server", keeps="nothing", logs="files", needs=("wait", "helper"))
    async with wizard(made) as person:
        person.app.theme = theme
        await person.settle()
        await person.press("enter")
        entry = person.app.screen.query_one(EntryLine)
        assert entry.display
        behind = entry.styles.background.hex
        assert contrast(entry.get_component_styles("input--placeholder").color.hex, behind) >= 4.5


@pytest.mark.parametrize("theme", ["dark", "light", "terminal"])
async def test_code_in_a_lesson_is_bold_and_not_in_the_warning_colour(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODWIZARD_THEME", theme)
    async with wizard(verdict("nightly-backup").session, size=(120, 60)) as person:
        assert "concurrencyPolicy" in await person.press("m")
        style = next(each.style for each in segments(person) if each.text.strip() == "concurrencyPolicy")
        assert style is not None and style.bold
        if theme == "terminal":
            assert style.color is None or style.color.is_default
            return
        assert style.color is not None
        shown = style.color.get_truecolor()
        theme_of = person.app.current_theme
        colours = [Color.parse(text or "").rich_color.get_truecolor() for text in (theme_of.primary, theme_of.warning)]
        apart = [sum(abs(one - two) for one, two in zip(shown, each, strict=True)) for each in colours]
        assert apart[0] <= 3 < apart[1], "but for rounding"


def test_words_that_must_be_read_have_no_colour_in_the_terminals_own_theme() -> None:
    """Yellow is readable only on a dark background, and podwizard does not know the background there."""
    for style in (Style.PLAIN, Style.STRONG, Style.NOTICE):
        assert "ansi" not in COLOURS[TERMINAL][style]
    assert contrast(XTERM[3], XTERM[15]) < 2


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_highlight_is_one_bar_with_its_mark_in_the_colour_of_text_and_the_arrow_in_accent(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODWIZARD_THEME", theme)
    async with wizard(verdict("legacy-metrics").session, size=(80, 24)) as person:
        await person.press("n")
        for _ in range(20):  # to the last visible row, in which there is an arrow
            lists = person.app.screen.query_one("#rows", ChoiceList)
            if lists.arrow((lists.mark_at or (0, 0))[1] - lists.content_region.y):
                break
            await person.press("down")
        bar = Color.parse(person.app.current_theme.variables["block-cursor-background"]).rich_color
        strips = person.app.screen._compositor.render_strips(person.app.screen.size)
        row = next(strip for strip in strips if "▼" in strip.text)
        assert "›" in row.text
        styles = [each.style for each in row if each.style and each.text.strip()]
        mark, arrow = (next(each.style for each in row if each.text == sign) for sign in ("›", "▼"))
        assert {style.bgcolor for style in styles} == {bar}
        assert mark and mark.color == lists.get_component_rich_style("option-list--option").color
        assert arrow and arrow.color == lists.get_component_rich_style("option-list--separator").color
        assert sum(style.color == arrow.color for style in styles) == 1

"""Three themes: podwizard dark, podwizard light, and the terminal's own sixteen colours.

Textual's themes colour the widgets; this module also defines the look of every ``Style`` of a text. Each colour is
accompanied by a sign or a word, so that no information is lost without colours. ``tests/screens/test_theme.py`` checks
the contrasts, and that colours with different meanings are told apart.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from textual.style import Style as Look
from textual.theme import Theme

from wizard.screens.terminal.background import Background, decides_theme, from_environment, has_256_colours
from wizard.screens.text import Span, Style
from wizard.text import listed, shown

DARK, LIGHT, TERMINAL = "podwizard-dark", "podwizard-light", "podwizard-terminal"
NAMES = {"dark": DARK, "light": LIGHT, "terminal": TERMINAL}
"""The short names of the themes, as in ``PODWIZARD_THEME=light``."""

_BOLD = {"block-cursor-text-style": "bold", "block-cursor-blurred-text-style": "bold"}

_DARK = {
    Style.PLAIN: "#dfe3ec",
    Style.STRONG: "bold #ffffff",
    Style.ACCENT: "bold #66b0ff",
    Style.QUIET: "#9ea5b6",
    Style.RULE: "#4a5570",
    Style.ADDED: "#7ae05f",
    Style.REMOVED: "#ff9090",
    Style.ATTENTION: "#f2b257",
    Style.NOTICE: "#f2b257",
    Style.ERROR: "bold #ff9090",
    Style.KEY: "#82b8ff",
    Style.APP: "bold #ffffff",
    Style.INIT: "#5ee4f4",
    Style.SIDECAR: "#c9b2ff",
    Style.AMBASSADOR: "#fb7fec",
    Style.ADAPTER: "#33bf93",
    Style.OPERATOR: "#dde05a",
}
_LIGHT = {
    Style.PLAIN: "#20242c",
    Style.STRONG: "bold #000000",
    Style.ACCENT: "bold #0050b8",
    Style.QUIET: "#4a5365",
    Style.RULE: "#b9c0ce",
    Style.ADDED: "#1b6405",
    Style.REMOVED: "#a8140f",
    Style.ATTENTION: "#6e4400",
    Style.NOTICE: "#6e4400",
    Style.ERROR: "bold #a8140f",
    Style.KEY: "#0c3fae",
    Style.APP: "bold #000000",
    Style.INIT: "#005f73",
    Style.SIDECAR: "#4a10e4",
    Style.AMBASSADOR: "#862183",
    Style.ADAPTER: "#0d5a44",
    Style.OPERATOR: "#a2004c",
}
_TERMINAL = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.ACCENT: "bold",
    Style.QUIET: "dim",
    Style.RULE: "dim",
    Style.ADDED: "bold",
    Style.REMOVED: "",
    Style.ATTENTION: "bold",
    Style.NOTICE: "bold",
    Style.ERROR: "bold",
    Style.KEY: "",
    Style.APP: "bold",
    Style.INIT: "bold",
    Style.SIDECAR: "bold",
    Style.AMBASSADOR: "bold",
    Style.ADAPTER: "bold",
    Style.OPERATOR: "bold",
}
_TERMINAL_SIGNS = {
    Style.ACCENT: "bold ansi_cyan",
    Style.ADDED: "bold ansi_green",
    Style.REMOVED: "bold ansi_red",
    Style.ATTENTION: "bold ansi_yellow",
    Style.ERROR: "bold ansi_red",
    Style.INIT: "ansi_cyan",
    Style.SIDECAR: "ansi_bright_blue",
    Style.AMBASSADOR: "ansi_magenta",
    Style.ADAPTER: "ansi_green",
    Style.OPERATOR: "ansi_yellow",
}
"""The looks of signs and edges, where they differ from those of words.

Words have no colour: none of the sixteen is readable on both black and white, and podwizard does not know which it is.
"""
COLOURS = {DARK: _DARK, LIGHT: _LIGHT, TERMINAL: _TERMINAL}
"""The look of each style in each theme, except for the highlighted line."""

THEMES = (
    Theme(
        name=DARK,
        primary="#66b0ff",
        foreground="#dfe3ec",
        background="#14161d",
        surface="#14161d",
        panel="#222736",
        error="#ff9090",
        success="#7ae05f",
        warning="#f2b257",
        variables={
            **_BOLD,
            "block-cursor-foreground": "#ffffff",
            "block-cursor-background": "#1f2f73",
            "quiet": "#9ea5b6",
            "rule": "#3b4358",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#0050b8",
        foreground="#20242c",
        background="#fbfbfd",
        surface="#fbfbfd",
        panel="#e8ebf2",
        error="#a8140f",
        success="#1b6405",
        warning="#6e4400",
        dark=False,
        variables={
            **_BOLD,
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#c3ccfb",
            "quiet": "#4a5365",
            "rule": "#c3c9d6",
        },
    ),
    Theme(
        name=TERMINAL,
        primary="ansi_cyan",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        error="ansi_red",
        success="ansi_green",
        warning="ansi_yellow",
        ansi=True,
        variables={
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            "block-cursor-foreground": "ansi_default",
            "block-cursor-background": "ansi_default",
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-text-style": "bold",
            "quiet": "ansi_default",
            "rule": "ansi_default",
        },
    ),
)


def chosen(environ: Mapping[str, str] | None = None, reported: Background = Background.UNKNOWN) -> str:
    """Return the initial theme: the requested one, else one that matches the terminal's background, else ``TERMINAL``.

    Without colours, only the terminal's own theme is readable on any background.
    """
    environ = os.environ if environ is None else environ
    if "NO_COLOR" not in environ and (requested := environ.get("PODWIZARD_THEME")):
        return NAMES.get(requested, TERMINAL)
    if not decides_theme(environ):
        return TERMINAL
    known = reported
    if reported is Background.UNKNOWN and has_256_colours(environ):
        known = from_environment(environ)
    return {Background.DARK: DARK, Background.LIGHT: LIGHT}.get(known, TERMINAL)


def misnamed(environ: Mapping[str, str] | None = None) -> str:
    """Return an error message if the requested theme does not exist; empty otherwise."""
    asked = (os.environ if environ is None else environ).get("PODWIZARD_THEME", "")
    if not asked or asked in NAMES:
        return ""
    return f"PODWIZARD_THEME: {shown(asked, 20)} is not a theme; the themes are {listed(NAMES)}"


_SIGNS = re.compile(r"^[-+!~$=]|[─-◿✀-➿‖›]+")
"""A sign before a text, and the edges of boxes, triangles, marks and the progress bar anywhere in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """The look of each style in one theme."""

    words: Mapping[Style, Look] = field(default_factory=dict)
    signs: Mapping[Style, Look] = field(default_factory=dict)
    """The looks of signs, for the styles in which they differ from words."""

    def parts(self, span: Span) -> Iterator[tuple[str, Look | None]]:
        """Yield the parts of a text that look alike, each with its look."""
        words = self.words.get(span.style)
        if span.style not in self.signs:
            yield span.text, words
            return
        at = 0
        for found in _SIGNS.finditer(span.text):
            if found.start() > at:
                yield span.text[at : found.start()], words
            yield found[0], self.signs[span.style]
            at = found.end()
        if at < len(span.text):
            yield span.text[at:], words


def looks(theme: str) -> Looks:
    """Return the looks of a theme."""
    signs = _TERMINAL_SIGNS if theme == TERMINAL else {}
    return Looks(*({style: Look.parse(text) for style, text in each.items()} for each in (COLOURS[theme], signs)))

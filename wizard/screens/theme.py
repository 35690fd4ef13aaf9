"""Three themes: podwizard dark, podwizard light, and the terminal's own sixteen colours.

Textual's themes colour the widgets; this module also defines the look of every ``Style`` of a text. Each colour is
accompanied by a sign or a word, so that no information is lost without colours. ``tests/screens/test_theme.py`` checks
the contrasts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from textual.style import Style as Look
from textual.theme import Theme

from wizard.screens.terminal.background import Background, decides_theme, from_environment, has_256_colours
from wizard.screens.text import Style
from wizard.text import listed, shown

DARK, LIGHT, TERMINAL = "podwizard-dark", "podwizard-light", "podwizard-terminal"
NAMES = {"dark": DARK, "light": LIGHT, "terminal": TERMINAL}
"""The short names of the themes, as in ``PODWIZARD_THEME=light``."""

_BOLD = {"block-cursor-text-style": "bold", "block-cursor-blurred-text-style": "bold"}

_DARK = {
    Style.PLAIN: "#dfe3ec",
    Style.STRONG: "bold #ffffff",
    Style.ACCENT: "bold #7fb4ff",
    Style.QUIET: "#9ea8bd",
    Style.RULE: "#4a5570",
    Style.ADDED: "#7fd88f",
    Style.REMOVED: "#ff8f8f",
    Style.ATTENTION: "#f5c467",
    Style.NOTICE: "#f5c467",
    Style.ERROR: "bold #ff8f8f",
    Style.KEY: "#9db8e8",
    Style.APP: "bold #ffffff",
    Style.INIT: "#63d3e6",
    Style.SIDECAR: "#8fb0ff",
    Style.AMBASSADOR: "#d7a6ff",
    Style.ADAPTER: "#5fdcb5",
    Style.OPERATOR: "#f5c467",
}
_LIGHT = {
    Style.PLAIN: "#20242c",
    Style.STRONG: "bold #000000",
    Style.ACCENT: "bold #0b4fae",
    Style.QUIET: "#4f586a",
    Style.RULE: "#b9c0ce",
    Style.ADDED: "#146c2e",
    Style.REMOVED: "#b3261e",
    Style.ATTENTION: "#724a00",
    Style.NOTICE: "#724a00",
    Style.ERROR: "bold #b3261e",
    Style.KEY: "#2f4d82",
    Style.APP: "bold #000000",
    Style.INIT: "#00637a",
    Style.SIDECAR: "#2a4fbe",
    Style.AMBASSADOR: "#8026a8",
    Style.ADAPTER: "#00664f",
    Style.OPERATOR: "#724a00",
}
_TERMINAL = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.ACCENT: "bold ansi_cyan",
    Style.QUIET: "dim",
    Style.RULE: "dim",
    Style.ADDED: "ansi_green",
    Style.REMOVED: "ansi_red",
    Style.ATTENTION: "bold ansi_yellow",
    Style.NOTICE: "bold",
    Style.ERROR: "bold ansi_red",
    Style.KEY: "ansi_cyan",
    Style.APP: "bold",
    Style.INIT: "ansi_cyan",
    Style.SIDECAR: "ansi_bright_blue",
    Style.AMBASSADOR: "ansi_magenta",
    Style.ADAPTER: "bold ansi_cyan",
    Style.OPERATOR: "ansi_yellow",
}
COLOURS = {DARK: _DARK, LIGHT: _LIGHT, TERMINAL: _TERMINAL}
"""The look of each style in each theme, except for the highlighted line."""

THEMES = (
    Theme(
        name=DARK,
        primary="#7fb4ff",
        foreground="#dfe3ec",
        background="#14161d",
        surface="#14161d",
        panel="#222736",
        error="#ff8f8f",
        success="#7fd88f",
        warning="#f5c467",
        variables={
            **_BOLD,
            "block-cursor-foreground": "#ffffff",
            "block-cursor-background": "#1f2f73",
            "quiet": "#9ea8bd",
            "rule": "#3b4358",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#0b4fae",
        foreground="#20242c",
        background="#fbfbfd",
        surface="#fbfbfd",
        panel="#e8ebf2",
        error="#b3261e",
        success="#146c2e",
        warning="#724a00",
        dark=False,
        variables={
            **_BOLD,
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#d5e4fb",
            "quiet": "#4f586a",
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


def looks(theme: str) -> dict[Style, Look]:
    """Return the look of each style in a theme."""
    return {style: Look.parse(text) for style, text in COLOURS[theme].items()}

"""The looks of each style. The terminal's own background and text colour are left alone.

No foreground colour is readable on both a light and a dark background, and asking the terminal which it has
costs a round trip and may leave its answer in the shell. So colour appears only as a pair of text on its own
background, whose contrast is the same everywhere; everything else is the terminal's own colour, bold or faint.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.screens.text import Style


@dataclass(frozen=True, slots=True)
class Appearance:
    """Foreground and background as ``#rrggbb`` (both or neither), and weight."""

    color: str = ""
    background: str = ""
    bold: bool = False
    dim: bool = False
    reverse: bool = False


COLOURS: dict[Style, Appearance] = {
    Style.PLAIN: Appearance(),
    Style.STRONG: Appearance(bold=True),
    Style.QUIET: Appearance(dim=True),
    Style.BAR: Appearance("#ffffff", "#005faf"),
    Style.CURSOR: Appearance(reverse=True),
    Style.ATTENTION: Appearance("#000000", "#ffd75f"),
    Style.ERROR: Appearance("#ffffff", "#af0000", bold=True),
}
"""All from the 256-colour cube, so that they are the same with 256 colours and with millions."""

NO_COLOURS: dict[Style, Appearance] = {
    **COLOURS,
    Style.BAR: Appearance(reverse=True),
    Style.ATTENTION: Appearance(bold=True),
    Style.ERROR: Appearance(bold=True, reverse=True),
}


FEW_COLOURS: dict[Style, Appearance] = {**COLOURS, Style.BAR: Appearance(reverse=True)}
"""For 16 colours, whose nearest to the bar's is a cyan on which white cannot be read."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

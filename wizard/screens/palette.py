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

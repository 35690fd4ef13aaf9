"""Styles on a terminal: the same, whether Textual paints or the first page is painted before."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style as RichStyle

from wizard.screens.palette import COLOURS, FEW_COLOURS, NO_COLOURS, Appearance
from wizard.screens.text import Line, ascii_only


class Ink:
    """Turns styled lines into text and colours for this terminal."""

    def __init__(self, color_system: str | None, *, colours: bool, utf8: bool) -> None:
        few = FEW_COLOURS if color_system == "standard" else COLOURS
        self._styles = {style: _rich(look) for style, look in (few if colours else NO_COLOURS).items()}
        self._utf8 = utf8

    def runs(self, content: Line) -> list[tuple[str, RichStyle]]:
        """The pieces of a line, each with its look."""
        return [(self.text(span.text), self._styles[span.style]) for span in content]

    def text(self, text: str) -> str:
        """The text in letters that the terminal has."""
        return text if self._utf8 else ascii_only(text)


def colours_wanted(environ: Mapping[str, str]) -> bool:
    """Tell whether nobody asked for none, read as Textual does."""
    return "NO_COLOR" not in environ


def _rich(look: Appearance) -> RichStyle:
    return RichStyle(
        color=look.color or None,
        bgcolor=look.background or None,
        bold=look.bold or None,
        dim=look.dim or None,
        reverse=look.reverse or None,
    )

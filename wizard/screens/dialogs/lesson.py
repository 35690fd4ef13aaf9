"""The lesson: everything that a newcomer should know about a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.verdict import lesson_rows
from wizard.screens.dialogs.scrolled import ScrolledView
from wizard.screens.page import BACK, Sheet
from wizard.screens.text import Line, Span, accent, line, quiet, strong, width_of

if TYPE_CHECKING:
    from wizard.catalog.model import Pattern

_MARKUP = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
"""The Markdown that a lesson may contain inside a paragraph: code and strong text."""
_GAP = 12
"""The width of the labels, such as "Avoid when"."""


@dataclass(frozen=True, slots=True)
class LessonView(ScrolledView):
    """One pattern's texts: its benefits and costs, when to use and when to avoid it, and the lesson."""

    pattern: Pattern
    lesson: tuple[str, ...]
    """Paragraphs of Markdown."""
    name: str = ""
    """The pattern's name on the other screens, if it is not its title."""
    keys = (BACK,)
    ways_out = ("m",)

    @property
    def heading(self) -> str:
        """The pattern's name."""
        return self.name or self.pattern.title

    def title(self, width: int) -> Line:
        """Return the pattern's name, and what its title adds to that if it fits."""
        more, known = self.pattern.title, self.heading.lower()
        if more.lower().startswith(known):
            more = more[len(known) :].strip(" ()")
        elif {*known.split()} <= (words := {*more.lower().split()}) or words <= {*known.split()}:
            more = ""
        full = line(strong(self.heading), quiet(f"  {more}"))
        return full if more and width_of(full) <= width else line(strong(self.heading))

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the texts with their labels, then the lesson's paragraphs."""
        sheet = Sheet(width)
        for label, text in lesson_rows(self.pattern):
            sheet.add(accent(label.ljust(_GAP)), *_styled(text), hang=_GAP)
        for paragraph in self.lesson:
            sheet.blank()
            sheet.add(*_styled(paragraph))
        return sheet.done()


def _styled(text: str) -> Line:
    """Return a Markdown text as a line, with its code and strong text in their styles."""
    words: list[str | Span] = []
    at = 0
    for found in _MARKUP.finditer(text):
        words += [text[at : found.start()], accent(found[1]) if found[1] else strong(found[2])]
        at = found.end()
    return line(*words, text[at:])

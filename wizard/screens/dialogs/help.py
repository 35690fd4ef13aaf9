"""The help: the keys of a screen, taken from its list of keys."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.screens.dialogs.scrolled import ScrolledView
from wizard.screens.page import BACK, KeyHint, Sheet
from wizard.screens.text import Line, strong
from wizard.texts.keys import ANSWERS, BUNDLE, FIND, LEAVE
from wizard.texts.keys import BACK as BACK_KEY

_EVERYWHERE = (
    KeyHint("? or F1", "this help"),
    KeyHint("esc or ←", BACK_KEY.more),
    KeyHint(ANSWERS.key, ANSWERS.more),
    KeyHint(BUNDLE.key, BUNDLE.more),
    KeyHint(FIND.key, FIND.more),
    KeyHint("j k g G", "down, up, first, last"),
    KeyHint("ctrl+p", "search keys and themes"),
    KeyHint("ctrl+l", "redraw the screen"),
    KeyHint("ctrl+z", "suspend; fg comes back"),
    KeyHint(f"{LEAVE.key} or ctrl+c", LEAVE.more),
)


@dataclass(frozen=True, slots=True)
class HelpView(ScrolledView):
    """The keys of one screen and those of all screens, below the text that explains the screen."""

    of: tuple[KeyHint, ...]
    about: tuple[str, str] = ("", "")
    heading = "Keys"
    keys = (BACK,)
    ways_out = ("question_mark", "f1", "q")

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the text and both lists of keys as lines."""
        sheet = Sheet(width)
        heading, text = self.about
        if text:
            sheet.add(strong(heading))
            sheet.add(text)
            sheet.blank()
        sheet.add(strong("On this screen"))
        for key in self.of:
            if key.name != "?":
                sheet.pair(f"  {key.name}", key.more or key.does, gap=16)
        sheet.heading("Everywhere")
        here = {key.name for key in self.of}
        for key in _EVERYWHERE:
            if key.name in here:
                continue
            sheet.pair(f"  {key.name}", key.does, gap=16)
        return sheet.done()

"""The reasons of a verdict as lines that can be opened, and the complete list of one kind of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from wizard.faces.verdict import lesson_of
from wizard.screens.page import BACK, HELP, LEARN, KeyHint, Page, Room, Sheet
from wizard.screens.text import beside, cells, line, quiet, strong, wrap, wrap_before
from wizard.screens.view import Back, Done, Go, Listing, Press, View, move
from wizard.texts.reasons import flip_reasons, why_not_reasons

if TYPE_CHECKING:
    from wizard.session.session import Session
    from wizard.texts.reasons import ReasonLine

Group = Literal["why", "why_not", "flips"]
TITLES: dict[Group, str] = {"why": "Why", "why_not": "Why not", "flips": "Otherwise"}
LONG_TITLES: dict[Group, str] = {"why": "Why", "why_not": "Why not", "flips": "Otherwise: what would change it"}
_INDENT, _APART = 2, 2
_WIDE = 20
"""The maximum width of the labels next to the drawing."""
_LABELS = range(24, 61, 4)
"""The widths to try for the labels of a complete list; they take at most half of the screen."""
_WIDEST_TEXT = 90


@dataclass(frozen=True, slots=True)
class OpenReason:
    """A request to show the answers behind a line of the verdict."""

    title: str
    reason: ReasonLine


def label_of(reason: ReasonLine, before: str) -> str:
    """Return the label of a reason; empty for a setting below its workload, which is not named again."""
    return "" if reason.pattern and reason.field and reason.about == before else reason.label


def label_width(reasons: Iterable[ReasonLine]) -> int:
    """Return the width of the column for the labels of some reasons; longer ones are wrapped."""
    return min(_WIDE, max((cells(reason.label) for reason in reasons), default=0))


def add_reason(sheet: Sheet, reason: ReasonLine, label: str, widest: int, *, item: int, names: str = "") -> None:
    """Add a reason in two columns, both of them wrapped; ``names`` are all the patterns that the label shortens."""
    width = sheet.width - _INDENT - widest - _APART
    texts = [
        *wrap_before(line(reason.text), reason.fields, width),
        *(wrap(line(quiet(names)), width) if names else ()),
    ]
    rows = beside(wrap(line(strong(label)), widest), texts, widest, _APART)
    sheet.extend([line(" " * _INDENT, row) for row in rows], item=item)


@dataclass(frozen=True, slots=True)
class ReasonsView(Listing["Back | Go | OpenReason"]):
    """A complete list of reasons, each of which can be opened."""

    group: Group
    session: Session
    reasons: tuple[ReasonLine, ...]

    @classmethod
    def of(cls, group: Group, session: Session) -> ReasonsView:
        """Return the complete list of the reasons against other patterns, or of the changes."""
        return cls(group, session, (why_not_reasons if group == "why_not" else flip_reasons)(session))

    def page(self, room: Room) -> Page:
        """Show one paragraph per reason, with the column for the names that needs the fewest lines in all."""
        least = min(_LABELS[0], room.listed // 3)
        widths = (least, *(width for width in _LABELS if least < width <= room.listed // 2))
        sheet = min((self._columns(room, width) for width in widths), key=lambda each: len(each.lines))
        if not self.reasons:
            sheet.add("Nothing to show here.")
        look = (KeyHint("enter", "look", "the answers behind it"), LEARN) if self.reasons else ()
        keys = (*look, BACK, HELP)
        status = line(f"{self.at + 1} of {len(self.reasons)}" if self.reasons else "")
        return Page(line(strong(LONG_TITLES[self.group])), sheet.rows, keys, at=self.at, status=status)

    def _columns(self, room: Room, widest: int) -> Sheet:
        """Return the reasons in two columns, of which the first one is at most ``widest``."""
        sheet = Sheet(min(room.listed, _INDENT + widest + _APART + _WIDEST_TEXT))
        for number, reason in enumerate(self.reasons):
            names = "" if reason.label == reason.about else reason.about
            add_reason(sheet, reason, reason.label, widest, item=number, names=names)
        return sheet

    def press(self, press: Press) -> View[Back | Go | OpenReason] | Done[Back | Go | OpenReason] | None:
        """Handle keys; Enter opens the line, and ``m`` the lesson on its pattern."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.reasons)))
        if press.key in ("enter", "right") and self.reasons:
            return Done(OpenReason(TITLES[self.group], self.reasons[self.at]))
        if press.key == "m" and self.reasons:
            return Done(Go("lesson", lesson_of(self.session, self.reasons[self.at])))
        return Done(Back()) if press.key in ("escape", "left") else None

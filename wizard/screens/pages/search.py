"""The search: the user types a few letters and picks a hit, and the answers it implies are set."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.faces.search import NO_MATCH, Hit, search
from wizard.screens.page import WIDEST, KeyHint, Page, Room, Sheet, TypedText
from wizard.screens.text import BLANK, Line, clip, line, quiet, spread, strong, width_of, wrap
from wizard.screens.view import Back, Done, Listing, Press, View, move

_KINDS = {"pattern": "pattern  ", "product": "product  ", "answer": "answer   ", "field": "field    "}
_TITLE = "I know what I want"
_UNASKED = ("patterns; type to find answers and fields too", "patterns; type to find more", "")
"""Longest first; the longest one that fits next to the title is shown."""


@dataclass(frozen=True, slots=True)
class SearchView(Listing["Back | Hit"]):
    """A search text and its hits."""

    known: tuple[Hit, ...]
    text: str = ""
    message: str = ""

    def page(self, room: Room) -> Page:
        """Show the search text, one line per hit, and below them all of the highlighted hit if lines are cut."""
        width = room.listed
        sheet = Sheet(width)
        for number, hit in enumerate(self.hits):
            sheet.extend((_row(hit, width),), item=number)
        if not self.hits:
            sheet.add(quiet(f"  {NO_MATCH}"))
        take = KeyHint("enter", "take it", "set the answers that it implies, and continue with the open questions")
        keys = (
            *((take, KeyHint("↑↓", "another")) if self.hits else ()),
            KeyHint("esc", "back"),
            KeyHint("F1", "help"),
        )
        found = f"{len(self.hits)} found" if self.text else _fitting(_UNASKED, room.whole - len(_TITLE))
        return Page(
            title=line(strong(_TITLE)),
            status=line(quiet(found)),
            rows=(),
            entry=self.entry,
            rest=sheet.rows,
            rest_at=self.at,
            panel=_panel(self.hits, self.at, width),
            message=line(self.message),
            keys=keys,
        )

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The matching patterns, answers and fields."""
        return search(self.known, self.text)

    @property
    def entry(self) -> TypedText:
        """The search text."""
        return TypedText("search", self.text)

    def typed(self, text: str) -> SearchView:
        """Apply another search text."""
        return replace(self, text=text, at=0, message="")

    def refused(self, why: str) -> SearchView:
        """Return the same search with the reason why the hit was rejected."""
        return replace(self, message=why)

    @property
    def takes_question_mark(self) -> bool:
        """True: a question mark is text here."""
        return True

    def press(self, press: Press) -> View[Back | Hit] | Done[Back | Hit] | None:
        """Handle keys: arrows move, Enter takes the hit, Esc goes back, and all others are text."""
        if press.key in ("up", "down", "pageup", "pagedown"):
            return replace(self, at=move(self.at, press.steps, len(self.hits)), message="")
        if press.key == "enter":
            return Done(self.hits[self.at]) if self.hits else self
        return Done(Back()) if press.key == "escape" else None


def _fitting(texts: tuple[str, ...], width: int) -> str:
    return next(each for each in texts if len(each) < width - 1 or not each)


def _panel(hits: tuple[Hit, ...], at: int, width: int) -> tuple[Line, ...]:
    """Return the whole text of the highlighted hit, as high for each of them; empty if no line is cut."""
    if not any(width_of(_whole(hit)) + len(_KINDS[hit.kind]) + 2 > width for hit in hits):
        return ()
    high, lines = max(len(_wrapped(hit, width)) for hit in hits), _wrapped(hits[at], width)
    return (BLANK, *lines, *(BLANK,) * (high - len(lines)))


def _wrapped(hit: Hit, width: int) -> tuple[Line, ...]:
    return tuple(line("  ", *each) for each in wrap(_whole(hit), min(width - 2, WIDEST)))


def _whole(hit: Hit) -> Line:
    if hit.kind == "pattern":
        return line(strong(hit.term), f"  {hit.title}")
    return line(hit.title, quiet(f"  {hit.term}" if hit.term else ""))


def _row(hit: Hit, width: int) -> Line:
    kind = quiet(_KINDS[hit.kind])
    if hit.kind == "pattern":
        return clip(line("  ", kind, strong(hit.term), f"  {hit.title}"), width)
    text = line("  ", kind, hit.title)
    return spread(text, line(quiet(hit.term)), width) if hit.term else clip(text, width)

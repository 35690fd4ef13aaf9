"""The verdict: the patterns, the reasons for and against, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import TYPE_CHECKING

from wizard.faces.drawing import Drawing, drawing
from wizard.faces.verdict import (
    SHOWN,
    VerdictReasons,
    awaited_cost,
    cost_text,
    gains_and_prices,
    lesson_of,
    pod_cost,
)
from wizard.screens.page import GAP, HELP, LEARN, WIDEST, KeyHint, ListRow, Page, Room, Sheet
from wizard.screens.pages.drawing import drawing_lines, folded_lines, least_lines, row_lines
from wizard.screens.pages.reasons import (
    LONG_TITLES,
    TITLES,
    Group,
    OpenReason,
    add_reason,
    label_of,
    label_width,
)
from wizard.screens.text import BLANK, Line, Span, Style, accent, beside, cells, line, quiet, strong
from wizard.screens.view import Arrived, Back, Done, Go, Press, View, move
from wizard.texts import wording
from wizard.texts.images import weaknesses
from wizard.texts.keys import ANSWERS, FIND
from wizard.texts.reasons import ReasonLine, obstacle, why_not_reasons

if TYPE_CHECKING:
    from wizard.decision.model import Rule
    from wizard.render.model import PodNote
    from wizard.session.session import Session

OpenableLines = tuple[tuple[Group, "ReasonLine"], ...]
"""The lines that can be opened, in display order."""
_LABEL, _GAP = 11, 13
"""The width of a label in its own column, and of one with an indent."""
_REASONS = 55
"""The usual maximum width of the reasons next to the drawing and the costs, in per cent of the screen."""
_LEVELS = {"error": Style.ERROR, "warning": Style.ATTENTION, "note": Style.PLAIN}
_SIGNS = {"error": "✗", "warning": "!", "note": "·"}


def _label(text: str, gap: int = _GAP) -> Span:
    return accent(f"{' ' * (gap - _LABEL)}{text}".ljust(gap))


def _columns(room: Room) -> Room:
    """Return the room with the verdict's width of the reasons, next to which the drawing has the rest."""
    if not room.side or room.third:
        return room
    width = max(room.width * 3 // 4, min(room.width, room.whole * _REASONS // 100))
    return room._replace(width=width, side=room.whole - width - GAP)


def _instead(rule: Rule) -> str:
    return f" {rule.instead}" if rule.level == "error" and rule.instead else ""


AfterVerdict = Back | Go | OpenReason


@dataclass(frozen=True, slots=True)
class VerdictView(View[AfterVerdict]):
    """The verdict screen; ``pod``, the basis of its costs, is ``None`` until the preview is rendered."""

    session: Session
    pod: PodNote | None = None
    awaits: str = ""
    """The tag under which the preview will arrive; previews of earlier verdicts have other tags and are ignored."""
    at: int = -1
    """The highlighted line; -1 if there is none, and Enter continues."""
    shown: int = SHOWN
    """The maximum number of other patterns, and of changes, that are shown: more where there is room."""
    fitted: tuple[Room, bool, str] | None = None
    """The room, and the state of the preview, for which ``shown`` was computed."""
    message: str = ""
    is_new: bool = True
    """True until a key is pressed; the remark on the verdict leaves with it."""

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """Show everything that fits; the rest is one key away."""
        return self.within(room)._page(room)

    def within(self, room: Room) -> VerdictView:
        """Return this view with as many reasons as fit, and the same line highlighted."""
        fitted = (room._replace(hurried=False), self.pod is not None, self.awaits)
        if fitted == self.fitted:
            return self
        room = self._layout(room)
        view, entries = replace(self, shown=SHOWN, fitted=fitted), self.entries if self.at >= 0 else ()
        found = view.entries
        while len(more := replace(view, shown=view.shown + 1).entries) > len(found) and self._fits(room, more):
            view, found = replace(view, shown=view.shown + 1), more
        if not entries:
            return view
        entry = entries[min(self.at, len(entries) - 1)]
        return replace(view, at=found.index(entry) if entry in found else -1)

    def _fits(self, room: Room, entries: OpenableLines) -> bool:
        """Return true if all lines fit, in full, with a blank line above the message."""
        height = room.height - bool(wording.verdict_remark(self.session))
        if room.side:
            return sum(len(row.lines) for row in self._two_columns(room, entries)) <= height
        sheet = self._upper(room, entries)
        self._lower(sheet, entries)
        return len(sheet.lines) <= height

    def _page(self, room: Room) -> Page:
        room = self._layout(room)
        shortest = wording.verdict_title(self.session, width=1)
        status = wording.verdict_status(self.session, width=room.whole - len(shortest) - 2)
        title = wording.verdict_title(self.session, width=room.whole - len(status) - 1)
        return Page(
            title=line(strong(title)),
            status=line(Span(status, Style.NOTICE if wording.assumed_topics(self.session) else Style.PLAIN)),
            rows=(self._two_columns if room.side else self._one_column)(room, self.entries),
            at=self.at,
            aside=self._beside(room) if room.side else (),
            split=room.width if room.side else 0,
            message=line(self.message or (wording.verdict_remark(self.session) if self.is_new else "")),
            keys=self._keys,
        )

    @property
    def _drawn(self) -> Drawing:
        return drawing(self.session)

    def _two_columns(self, room: Room, entries: OpenableLines) -> tuple[ListRow, ...]:
        """Return each group of reasons under its heading."""
        sheet = Sheet(room.width)
        widest = label_width(reason for _, reason in entries)
        for group in TITLES:
            self._headed(sheet, group, entries, widest)
        return sheet.rows

    def _layout(self, room: Room) -> Room:
        """Return the room with the widths of the columns, or with one column if the texts do not fit in full."""
        if not room.side:
            return room
        columns = _columns(room)
        if self._beside(columns):
            return columns
        width = min(WIDEST, room.whole - 1)
        return room._replace(width=width, side=0, spare=room.whole - width)

    def _beside(self, room: Room) -> tuple[Line, ...]:
        """Return the drawing with the benefits and costs: in a third column, or below it; empty if they do not fit.

        The texts are never cut: fewer of them are shown, then the drawing is folded.
        """
        catalog, width = self.session.catalog, min(room.third or room.side, WIDEST)
        versions = [self._texts_beside(width, most=most) for most in (SHOWN, 1)]
        if room.third:
            drawn = drawing_lines(self._drawn, catalog, room.second, room.height)
            whole = (beside(drawn, texts, room.second, GAP) for texts in versions)
            return next((each for each in whole if len(each) <= room.height), ())
        least = least_lines(self._drawn, room.side)
        for texts in versions:
            if least <= (left := room.height - len(texts) - 1):
                return (*drawing_lines(self._drawn, catalog, room.side, left), BLANK, *texts)
        folded = ((*each, BLANK, *versions[-1]) for each in folded_lines(self._drawn, catalog, room.side))
        return next((each for each in folded if len(each) <= room.height), ())

    def _texts_beside(self, width: int, *, most: int) -> tuple[Line, ...]:
        sheet = Sheet(width)
        self._warnings(sheet, gap=_LABEL)
        self._texts(sheet, most=most, gap=_LABEL)
        return sheet.done()

    def _headed(self, sheet: Sheet, group: Group, entries: OpenableLines, widest: int) -> None:
        mine = [(at, reason) for at, (kind, reason) in enumerate(entries) if kind == group]
        if mine:
            sheet.blank()
            sheet.add(accent(LONG_TITLES[group]), quiet(f"  {more}" if (more := self._more(group, len(mine))) else ""))
        before = ""
        for at, reason in mine:
            add_reason(sheet, reason, label_of(reason, before), widest, item=at)
            before = reason.about

    def _more(self, group: Group, shown: int) -> str:
        """Return the number of lines shown of a group, such as ``3 of 28``; empty if all are shown."""
        total = {"why": shown, "why_not": self._against, "flips": len(self.session.flips)}[group]
        return f"{shown} of {total}" if shown < total else ""

    @property
    def _against(self) -> int:
        return len(why_not_reasons(self.session))

    def _one_column(self, room: Room, entries: OpenableLines) -> tuple[ListRow, ...]:
        """Return the drawing above the reasons. Reasons are cut, because Enter shows them, where that saves a page."""
        sheet = self._first_page(room, entries)
        self._lower(sheet, entries)
        if len(sheet.lines) > room.height:  # there is a second page, which has room for whole reasons
            sheet = self._first_page(room, entries)
            sheet.unfold(room.height)
            sheet.brief = False
            self._lower(sheet, entries)
            drawn = row_lines(self._drawn, self.session.catalog, room.listed)
            sheet.extend([BLANK] * (len(drawn) + room.height - len(sheet.lines)))  # the last page starts below it
        sheet.unfold(room.height)
        return sheet.rows

    def _first_page(self, room: Room, entries: OpenableLines) -> Sheet:
        """Return the upper part, with its reasons cut if it would be taller than the screen."""
        sheet = self._upper(room, entries)
        if len(sheet.lines) >= room.height:
            sheet = self._upper(room, entries, brief=True)
        if len(sheet.lines) >= room.height:
            sheet = self._upper(room, entries, brief=True, scarce=True)
        sheet.brief = True
        return sheet

    def _lower(self, sheet: Sheet, entries: OpenableLines) -> None:
        sheet.blank()
        self._reasons(sheet, "why_not", entries)
        self._reasons(sheet, "flips", entries)

    def _upper(self, room: Room, entries: OpenableLines, *, brief: bool = False, scarce: bool = False) -> Sheet:
        """Return the drawing, the reasons, cut to single lines if ``brief``, and the texts below them.

        When lines are ``scarce``, all of them are as wide as the screen.
        """
        sheet = Sheet(room.listed if scarce else min(room.width, room.listed), widest=room.listed)
        self._picture(sheet, room.listed)
        sheet.brief = brief
        self._reasons(sheet, "why", entries)
        sheet.brief = False
        self._warnings(sheet)
        self._texts(sheet, most=1)
        return sheet

    def _picture(self, sheet: Sheet, width: int) -> None:
        sheet.add_whole(row_lines(self._drawn, self.session.catalog, width))

    def _reasons(self, sheet: Sheet, group: Group, entries: OpenableLines) -> None:
        mine = [(at, reason) for at, (kind, reason) in enumerate(entries) if kind == group]
        margin = chain((_label(TITLES[group]), _label(self._more(group, len(mine)))), repeat(_label("")))
        before = ""
        for at, reason in mine:
            about = label_of(reason, before)
            before = reason.about
            if sheet.brief and cells(about) > (sheet.widest - _GAP) // 2:  # a cut line would lose its reason
                sheet.add(next(margin), strong(about), hang=_GAP, item=at)
                sheet.add(next(margin), reason.text, fields=reason.fields, hang=_GAP, item=at)
            else:
                name = strong(f"{about}  " if about else "")
                sheet.add(next(margin), name, reason.text, fields=reason.fields, hang=_GAP, item=at)

    def _texts(self, sheet: Sheet, *, most: int, gap: int = _GAP) -> None:
        gains, prices = gains_and_prices(self.session)
        for label, texts in (("You get", gains[:most]), ("You pay", (*prices[:most], *self._amounts))):
            mark = "· " if len(texts) > 1 else ""
            for number, text in enumerate(texts):
                sheet.add(_label(label if number == 0 else "", gap), mark, text, hang=gap + len(mark))

    @property
    def _amounts(self) -> tuple[str, ...]:
        """The cost of the helpers, which takes the same place before the preview has arrived."""
        cost = pod_cost(self.pod) if self.pod else awaited_cost(self._drawn) if self.awaits else None
        return (cost_text(cost),) if cost else ()

    def _warnings(self, sheet: Sheet, *, gap: int = _GAP) -> None:
        notes = [
            (rule.level, f"{wording.warned_text(self.session, rule)}{_instead(rule)}") for rule in self.session.warnings
        ]
        notes += [("warning", text) for text in weaknesses(self.session)]
        levels = {level for level, _ in notes}
        head = "Stopped" if "error" in levels else "Warning" if "warning" in levels else "Note"
        for number, (level, text) in enumerate(notes):
            sheet.add(
                _label(head if number == 0 else "", gap),
                Span(f"{_SIGNS[level]} ", _LEVELS[level]),
                text,
                hang=gap + 2,
            )

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        go_on = KeyHint("d" if self.at >= 0 else "enter", "details", "name it, and see the defaults")
        look = KeyHint("enter", "look", "the reasons for the highlighted line, and the answers to change")
        stop = KeyHint("enter", "what stops it", "what to do about it, and the answers to change")
        on = ((stop,) if self.at < 0 else ()) if self.session.blocked else (go_on,)
        return (
            *((look,) if self.at >= 0 else ()),
            *on,
            KeyHint("n", "why not", "every other pattern, and the reason against it"),
            KeyHint("f", "otherwise", "every answer that would change the verdict"),
            KeyHint(ANSWERS.key, "answers", ANSWERS.more),
            LEARN._replace(spare=True),
            KeyHint(FIND.key, "find", FIND.more, spare=True),
            KeyHint("↑↓", "highlight", "highlight a line, to look behind it with Enter", shown=False),
            KeyHint("esc", "back", "the last question", spare=True),
            HELP,
        )

    # --- keys ------------------------------------------------------------------------------------

    @property
    def entries(self) -> OpenableLines:
        """The lines that can be opened, in display order."""
        reasons = VerdictReasons.of(self.session, self.shown)
        return (
            *(("why", reason) for reason in reasons.why),
            *(("why_not", reason) for reason in reasons.why_not),
            *(("flips", reason) for reason in reasons.flips),
        )

    def press(self, press: Press) -> View[AfterVerdict] | Done[AfterVerdict] | None:
        """Handle keys; Enter continues, or opens the highlighted line."""
        key = press.key
        if press.steps:
            stays = self.at < 0 and key in ("up", "pageup")  # no line is above the place before the first one
            at = self.at if stays else move(self.at, press.steps, len(self.entries))
            return replace(self, at=at, message="", is_new=False)
        if key in ("enter", "right") and 0 <= self.at < len(self.entries):
            group, reason = self.entries[self.at]
            return Done(OpenReason(TITLES[group], reason))
        if key in ("enter", "d"):
            return self._go_on()
        places = {"a": "answers", "n": "why_not", "f": "flips"}
        if key in places:
            return Done(Go(places[key]))
        if key == "m":
            return Done(Go("lesson", lesson_of(self.session, self.entries[self.at][1] if self.at >= 0 else None)))
        return Done(Back()) if key in ("escape", "left") else None

    def _go_on(self) -> View[AfterVerdict] | Done[AfterVerdict]:
        if not self.session.blocked:
            return Done(Go("details"))
        return Done(OpenReason("Warning", obstacle(self.session)))

    @property
    def highlighted(self) -> int:
        """The number of the highlighted line."""
        return self.at

    def picked(self, item: int) -> View[AfterVerdict]:
        """Highlight the clicked line."""
        return replace(self, at=item, message="")

    def back_at(self, seen: VerdictView | None) -> VerdictView:
        """Return this view with the highlight and costs of ``seen``, if that was the verdict of the same answers."""
        if seen is None or seen.session.answers != self.session.answers:
            return self
        return replace(self, at=seen.at, shown=seen.shown, pod=seen.pod, is_new=False)

    def needs_costs(self, seen: VerdictView | None) -> bool:
        """Return true if the costs must be computed, even if those of ``seen``, from other details, are still shown."""
        known = seen is not None and not seen.awaits and seen.session == self.session
        return not (known or self.session.blocked)

    def arrive(self, news: Arrived) -> View[AfterVerdict]:
        """Apply the preview; if it could not be rendered, no cost is shown."""
        if news.tag != self.awaits:
            return self
        pod = None if isinstance(news.value, Exception) else news.value
        return replace(self, pod=pod, awaits="")  # type: ignore[arg-type]

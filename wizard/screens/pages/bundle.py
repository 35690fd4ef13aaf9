"""The bundle before it is written: files, their text with the origin of each line, diffs and findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from wizard.faces.leads import lead_of_origin, origin_at
from wizard.faces.review import Review, loses_edits, shows_counts
from wizard.screens.page import GAP, HELP, UNSPLIT, KeyHint, ListRow, Page, Room, digits
from wizard.screens.pages.bundle_foot import MOST_FINDINGS, assumed_lines, checks_lines, finding_lines
from wizard.screens.pages.bundle_text import diff_lines, scrolled, source_rows, story_lines
from wizard.screens.pages.findings import FindingsView
from wizard.screens.text import BLANK, Line, Span, Style, cells, clip, line, quiet, spread, strong
from wizard.screens.view import Back, Done, Go, Press, View, digit, last_top, move
from wizard.session.session import Lead
from wizard.text import visible
from wizard.texts import wording
from wizard.texts.keys import ANSWERS

if TYPE_CHECKING:
    from wizard.render.model import BundleFile
    from wizard.store.writer import PlanItem, WritePlan

_SIGNS = {
    "new": ("+", Style.ADDED),
    "changed": ("~", Style.ACCENT),
    "unchanged": ("=", Style.QUIET),
    "edited": ("!", Style.ATTENTION),
    "foreign": ("!", Style.ATTENTION),
    "stale": ("-", Style.REMOVED),
}
_EDIT = "the details, at the first one that is assumed"
_SIGNS_APART = 4
"""Cells of a text's row reserved for the highlight mark, and for a blank and the sign that there are more rows."""
_TWO_PANES = 68
"""The least width of all columns at which a preview beside the list of files is of use."""
_BESIDE_PATH = 5
"""Cells of a file's row that are not for its path."""
_WIDEST_PATHS = 45
"""The maximum width of the list of files with their folders."""


@dataclass(frozen=True, slots=True)
class Write:
    """A request to write the bundle; ``view`` stays on the screen meanwhile."""

    plan: WritePlan
    view: BundleView


@dataclass(frozen=True, slots=True)
class ReadFindings:
    """A request to show all findings and then return to this view."""

    view: BundleView
    at: int = 0
    message: str = ""

    @property
    def findings(self) -> FindingsView:
        """The page with all findings."""
        return FindingsView(self.view.review, self.message, at=self.at)


AfterBundle = Back | Go | Lead | Write | ReadFindings
Mode = Literal["files", "text", "diff"]


@dataclass(frozen=True, slots=True)
class BundleView(View[AfterBundle]):
    """The file list on the left, the highlighted file on the right."""

    review: Review
    at: int = 0
    mode: Mode = "files"
    top: int = 0
    """The highlighted line of the text, or the first line of the diff."""
    can_ask: bool = False
    message: str = ""

    def back_at(self, path: str, mode: Mode, top: int) -> BundleView:
        """Return this view at a file and line that the user left, if they still exist."""
        at = next((n for n, item in enumerate(self.review.plan.items) if item.path == path), None)
        if at is None or mode != "text":
            return self
        moved = replace(self, at=at, mode=mode)
        return replace(moved, top=min(top, moved.file.text.count("\n") - 1)) if moved.file else self

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """Show two panes and the findings; on a narrow terminal, an opened text uses the full width."""
        above, message = self._story(room) or ((), line(self.message or self._about_line))
        foot = self._foot(room, above)
        height = room.height - len(foot)
        reading = self.mode != "files" and not room.side
        alone = self.mode == "files" and room.whole < _TWO_PANES
        split = UNSPLIT if reading else 0 if alone else self._list_width(room.whole)
        width = self._pane(room)
        text = self.mode == "text" and self.file is not None
        aside, opens = ((), ()) if text or alone else self._right(width, height)
        where = self.item.path if reading else str(self.review.plan.target)
        return Page(
            title=line(strong("Bundle"), f" → {path_end(where, room.whole - len(self._status) - len('Bundle →  '))}"),
            status=line(self._status),
            rows=() if reading else self._files(split or room.listed),
            at=self.at,
            aside=aside,
            aside_opens=opens,
            aside_rows=self._text_rows(width) if text else (),
            aside_at=self.top,
            split=split,
            foot=foot,
            message=message,
            keys=self._keys(room),
            leaf=height - 1 if self.mode == "diff" else 0,
        )

    def _pane(self, room: Room) -> int:
        """Return the width of the text pane, which is the whole width if the list is hidden."""
        if self.mode != "files" and not room.side:
            return room.whole
        return room.whole - self._list_width(room.whole) - GAP

    def _text_rows(self, width: int) -> tuple[ListRow, ...]:
        """Return the lines of the file as rows, each line in full."""
        rows = source_rows(self.review.session, self.file, width - _SIGNS_APART) if self.file else ()
        return tuple(ListRow(tuple(line("  ", *each) for each in row), number) for number, row in enumerate(rows))

    def within(self, room: Room) -> BundleView:
        """Limit the scroll position to the end of the diff."""
        if self.mode != "diff":
            return self
        shown, lines = room.height - len(self._foot(room)), diff_lines(self.item.diff(), self._pane(room))
        return replace(self, top=min(self.top, last_top(len(lines), shown)))

    @property
    def action(self) -> object:
        """Writing the current plan."""
        return (self.review.plan,) if self.mode == "files" else None

    @property
    def _status(self) -> str:
        return " · ".join(f"{number} {word}" for number, word in self.review.counts) or "nothing changes"

    def _list_width(self, whole: int) -> int:
        """Return the width of the longest path, or else name, as long as the text next to the list keeps more."""
        paths = max(cells(visible(item.path)) for item in self.review.plan.items) + _BESIDE_PATH
        if paths <= min(_WIDEST_PATHS, whole * 2 // 5):
            return max(paths, whole * 30 // 100)
        longest = max(cells(short_path(item.path, whole)) for item in self.review.plan.items)
        return min(40, whole * 48 // 100, max(24, longest + _BESIDE_PATH, whole * 30 // 100))

    def _files(self, width: int) -> tuple[ListRow, ...]:
        rows = []
        whole = all(cells(visible(item.path)) <= width - _BESIDE_PATH for item in self.review.plan.items)
        for number, item in enumerate(self.review.plan.items):
            counts = f"+{item.added} −{item.removed}" if shows_counts(item) else ""
            yours = "kept" if item.action == "keep" else "lost"
            if len(item.path.rpartition("/")[2]) + len(f"{yours}: yours") + 6 <= width:
                yours = f"{yours}: yours"
            note = yours if item.conflict else counts
            sign, style = _SIGNS[item.state]
            head = line("  ", Span(sign, style), " ")
            name = visible(item.path) if whole and not note else short_path(item.path, width - _BESIDE_PATH - len(note))
            entry = spread(line(*head, name), line(quiet(note)), width)
            rows.append(ListRow((entry,), number))
        return tuple(rows)

    def _right(self, width: int, height: int) -> tuple[tuple[Line, ...], tuple[int, ...]]:
        """Return the lines next to the list, or replacing it: a diff, or the beginning of the file.

        The numbers are the lines of the file that they belong to.
        """
        if self.mode == "diff":
            lines = diff_lines(self.item.diff(), width)
            return scrolled(lines, min(self.top, last_top(len(lines), height)), width, height), ()
        if self.file is None:
            return (clip(line(quiet("no longer part of the bundle")), width),), ()
        rows = source_rows(self.review.session, self.file, width - _SIGNS_APART, count=height + 1)
        shown = [(line("  ", *each), number) for number, row in enumerate(rows) for each in row]
        return scrolled(tuple(each for each, _ in shown), 0, width, height), tuple(at for _, at in shown[:height])

    def _story(self, room: Room) -> tuple[tuple[Line, ...], Line] | None:
        """Return the origin of the highlighted line of the opened file, or a message in its place."""
        if self.mode != "text" or self.file is None:
            return None
        above, source = story_lines(self.review.session, self.file, self.top + 1, room.whole)
        return ((BLANK,) * len(above), line(self.message)) if self.message else (above, source)

    def _foot(self, room: Room, above: tuple[Line, ...] = ()) -> tuple[Line, ...]:
        """Return the lines of checks and findings; on a narrow terminal, an opened file takes their space.

        The lines ``above`` the message line take the place of the assumed values, so that next to the list nothing
        moves when a file is opened.
        """
        width = room.whole
        rule = (Span("─" * width, Style.RULE),)
        if self.mode == "text" and not room.side:
            return (rule, *above)
        assumed = assumed_lines(self.review, width)
        shown = assumed if self.mode == "files" else ()
        free = max(1, len(assumed)) - len(shown) - len(above) if room.side else 0
        findings = finding_lines(self.review, width, room.height)[0]
        return (rule, *checks_lines(self.review, width), *shown, *findings, *(BLANK,) * free, *above)

    @property
    def _about_line(self) -> str:
        item = self.item
        lacking = self.review.lacking.get(item.path, "")
        if item.conflict:
            lost = visible(wording.lost_line(item))
            does = f"O {lost}" if loses_edits(item) else f"{lost}; s keeps yours"
            return f"{lacking}; {does}" if lacking else does
        if lacking:
            return f"kept as it is; {lacking}"
        return item.note or " ".join(self.review.plan.notes[:1])

    def _keys(self, room: Room) -> tuple[KeyHint, ...]:
        if self.mode == "text":
            return (
                *((KeyHint("enter", "change its source"),) if self._lead else ()),
                KeyHint("esc", "files"),
                KeyHint("↑↓", "line"),
                KeyHint("d", "diff", "what would change in that file"),
                HELP,
            )
        if self.mode == "diff":
            text = (KeyHint("o", "open", "the file, with the answer behind each line"),) if self.file else ()
            return (
                KeyHint("↑↓", "scroll"),
                *text,
                *_choice_keys(self.item),
                KeyHint("esc", "files"),
                HELP,
            )
        causes = finding_lines(self.review, room.whole, room.height)[1]
        fix = (KeyHint(digits(causes), "fix", "go to the cause of that finding"),) if causes else ()
        return (
            *self._writing,
            *fix,
            *((KeyHint("e", "assumed", _EDIT, spare=True),) if self.review.assumed else ()),
            KeyHint("d", "diff", "what would change in that file"),
            KeyHint("o", "open", "the file, with the answer behind each line"),
            *_choice_keys(self.item),
            *((KeyHint("v", "ask the cluster", "a dry run; nothing is created"),) if self.can_ask else ()),
            *((KeyHint("f", "findings", "all findings", shown=False),) if self.review.findings else ()),
            *(() if self.review.assumed else (KeyHint("e", "edit", "the details form", shown=False),)),
            KeyHint(ANSWERS.key, "answers", ANSWERS.more),
            KeyHint("esc", "back", "the details", shown=False),
            HELP,
        )

    @property
    def _writing(self) -> tuple[KeyHint, ...]:
        if not self.review.refusal and not self.review.caution:
            return (KeyHint("enter", "write"),)
        anyway = KeyHint("W", "write anyway", "write the rest although kept files have errors")
        return (KeyHint("enter", "the errors"), *(() if self.review.refusal else (anyway,)))

    # --- keys ------------------------------------------------------------------------------------

    def press(self, press: Press) -> View[AfterBundle] | Done[AfterBundle] | None:
        """Handle keys, depending on the pane in use."""
        if press.steps:
            return self._stepped(press.steps)
        if press.key == "d":
            return replace(self, mode="files" if self.mode == "diff" else "diff", top=0, message="")
        if press.key == "o" and self.mode == "diff" and self.file:
            return replace(self, mode="text", top=0, message="")
        if press.key in ("O", "s") and self.mode != "text" and press.key == _choice_key(self.item):
            return self._chosen_otherwise()
        if self.mode != "files":
            return self._press_inside(press.key)
        return self._press_files(press.key)

    def _chosen_otherwise(self) -> BundleView:
        actions = self.item.actions
        other = actions[(actions.index(self.item.action) + 1) % len(actions)]
        plan = self.review.plan.choose(self.item.path, other)
        return replace(self, review=self.review.planned(plan), message="")

    def _press_inside(self, key: str) -> View[AfterBundle] | Done[AfterBundle] | None:
        if key in ("escape", "left"):
            return replace(self, mode="files", top=0, message="")
        if key == "enter" and self.mode == "text":
            return Done(self._lead) if self._lead else None
        return None

    def _press_files(self, key: str) -> View[AfterBundle] | Done[AfterBundle] | None:
        if key == "enter":
            return self._write()
        if key == "W" and self.review.caution and not self.review.refusal:
            return Done(Write(self.review.plan, self))
        if key in ("o", "right"):
            return replace(self, mode="text", top=0, message="") if self.file else None
        if 0 < digit(key) <= min(MOST_FINDINGS, len(self.review.findings)):
            lead = self.review.leads[digit(key) - 1]
            return Done(lead) if lead else replace(self, message=wording.uncaused(self.review.findings[digit(key) - 1]))
        if key == "v" and not self.can_ask:
            return replace(self, message="no cluster is configured here")
        if key == "f" and not self.review.findings:
            return replace(self, message="nothing was found")
        if key == "f":
            return Done(ReadFindings(self))
        places = {"a": "answers", "e": "details", "v": "cluster"}
        if key in places:
            first = self.review.assumed[0].key if key == "e" and self.review.assumed else ""
            return Done(Go(places[key], first))
        return Done(Back()) if key in ("escape", "left") else None

    def _write(self) -> View[AfterBundle] | Done[AfterBundle]:
        """Write the bundle; if there are errors, show the first one instead."""
        if not self.review.refusal and not self.review.caution:
            return Done(Write(self.review.plan, self))
        message = self.review.refusal or f"{self.review.caution}; esc, then W writes the rest"
        return Done(ReadFindings(self, self.review.first_error, message))

    def _stepped(self, steps: int) -> BundleView:
        if self.mode == "files":
            return replace(self, at=move(self.at, steps, len(self.review.plan.items)), top=0, message="")
        if self.mode == "text" and self.file:
            return replace(self, top=move(self.top, steps, self.file.text.count("\n")), message="")
        return replace(self, top=max(0, self.top + steps), message="")  # ``within`` limits it to the end

    # --- state -----------------------------------------------------------------------------------

    def picked(self, item: int) -> BundleView:
        """Highlight the clicked file; a second click opens it."""
        again = item == self.at and self.mode == "files" and self.file
        return replace(self, at=item, mode="text" if again else "files", top=0, message="")

    def picked_aside(self, item: int) -> View[AfterBundle] | Done[AfterBundle] | None:
        """Open the file at the clicked line; a second click goes to the source of the line."""
        if self.mode == "text" and item == self.top:
            return self._press_inside("enter")
        return replace(self, mode="text", top=item, message="") if self.mode != "diff" and self.file else self

    @property
    def _lead(self) -> Lead:
        """The answer or parameter behind the highlighted line of the opened file; empty if there is none."""
        origin = origin_at(self.file, self.top + 1) if self.file else None
        return lead_of_origin(self.review.session, origin)

    @property
    def item(self) -> PlanItem:
        """The plan for the highlighted file."""
        return self.review.plan.items[min(self.at, len(self.review.plan.items) - 1)]

    @property
    def file(self) -> BundleFile | None:
        """The highlighted file of the bundle; ``None`` for one that is no longer part of it."""
        return self.review.file(self.item.path)


def _choice_key(item: PlanItem) -> str:
    """Return the key that switches a file's action: a capital letter if that loses a user's edits."""
    if len(item.actions) < 2:
        return ""
    return "O" if loses_edits(item) else "s"


def _choice_keys(item: PlanItem) -> tuple[KeyHint, ...]:
    key = _choice_key(item)
    if not key:
        return ()
    if key == "O":
        return (KeyHint("O", "remove" if "remove" in item.actions else "overwrite", wording.lost_line(item)),)
    does = "keep as it is" if item.action != "keep" else ("remove" if "remove" in item.actions else "write")
    return (KeyHint("s", does, "keep or write that file", shown=item.conflict),)


def short_path(path: str, room: int) -> str:
    """Return the path without the folder of most files; if it does not fit, an ellipsis replaces its extension."""
    name = visible(path.removeprefix("manifests/"))
    return name if cells(name) <= room else f"{name.removesuffix('.yaml')}…"


def path_end(path: str, room: int) -> str:
    """Return as much of the path's end as fits."""
    name = visible(path)
    return name if cells(name) <= room else f"…{name[len(name) - room + 1 :]}"


def first_file(plan: WritePlan) -> int:
    """Return the index of the file to show first: the workload's, or the longest if an operator makes the pods."""
    kind = plan.bundle.pod.kind if plan.bundle.pod else ""
    manifests = [file for file in plan.bundle.files if file.ref is not None]
    longest = max(manifests, key=lambda file: len(file.text), default=None)
    path = next((file.path for file in manifests if file.ref and file.ref.kind == kind), longest and longest.path)
    return next((at for at, item in enumerate(plan.items) if item.path == path), 0)

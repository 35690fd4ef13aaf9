"""The page after writing: prerequisites, what the program must do, the next commands, and the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.kube.versions import minor_text
from wizard.screens.page import GAP, HELP, PROSE, SIGNS, WIDEST, KeyHint, Page, Room, Sheet
from wizard.screens.pages.commands import command_lines
from wizard.screens.text import BLANK, Line, Span, Style, accent, cells, line, quiet, strong, width_of
from wizard.screens.view import Back, Done, Go, Press, View, move
from wizard.session.session import Lead
from wizard.text import count, spaced
from wizard.texts import wording
from wizard.texts.contract import CALLED, FIRST, LEAVE, MUST, NEXT, first_summary, first_text
from wizard.texts.phrases import OWN_README, shell_path

if TYPE_CHECKING:
    from wizard.faces.written import WrittenSummary


_TALL = 28
"""The minimum height for notes on the commands, which would otherwise displace the lines above them."""
_LOW = 20
"""The height below which each line above the commands displaces one of them."""
_SIGN = 4
"""Cells before a file's path, and before the continuation of a line."""
_BOTH = 116
"""The minimum width of the screen for the contract in two columns."""
_FILES = 42
"""The maximum width of the second column, which lists the files."""
_COPY = "copy a command to the clipboard, if the terminal allows it: of the highlighted line, else the next one"


@dataclass(frozen=True, slots=True)
class WrittenView(View["Back | Lead | Go | None"]):
    """The last page; ``None`` leaves, a lead goes to the field behind a line."""

    written: WrittenSummary
    at: int = PROSE
    """The highlighted line; none at first, so that Enter leaves."""
    can_ask: bool = False
    """True if a dry run in a cluster can be made."""
    copied: int = 0
    """The number of times that a command was copied, other than that of a highlighted line."""

    def in_context(self, context: str) -> WrittenView:
        """Return the page with the kubeconfig context that a dry run has used since."""
        return self if context == self.written.context else replace(self, written=self.written.in_context(context))

    def page(self, room: Room) -> Page:
        """Show the contract and the files side by side, or the contract in both columns."""
        page = self._in_one(room)
        hidden = len(page.lines) + len(page.panel) > room.height
        if hidden and room.whole >= _BOTH:
            page = self._in_both(room, page)
            high = max(sum(len(row.lines) for row in rows) for rows in (page.rows, page.aside_rows))
            hidden = high + len(page.foot) > room.height
        return replace(page, keys=self._keys(hidden=hidden))

    def _in_one(self, room: Room) -> Page:
        done = self.written
        beside = min(_FILES, max(map(cells, (*done.written, *done.removed)), default=_FILES) + _SIGN)
        split = min(room.whole - beside - GAP, WIDEST + _SIGN) if room.side else 0
        sheet, numbers = Sheet(split or room.width), iter(range(len(self._leads)))
        self._before(sheet, numbers)
        self._after(sheet, numbers)
        status = "unchanged" if done.unchanged else f"written: {count(len(done.written), 'file')}"
        title = wording.verdict_title(done.session, width=room.whole - len(status) - 1)
        return Page(
            line(strong(title)),
            sheet.rows,
            (),
            status=line(status),
            at=self.at,
            panel=self._next(split or room.width, room.height, len(sheet.lines)),
            aside=self._files(room.whole - split - GAP if split else room.width),
            split=split,
            message=self._source(room.whole),
        )

    def _in_both(self, room: Room, page: Page) -> Page:
        """Return the page in two columns to avoid scrolling: prerequisites and files left, the rest right."""
        split = (room.whole - GAP) // 2
        left, right = Sheet(split - SIGNS), Sheet(room.whole - split - GAP - SIGNS)
        numbers = iter(range(len(self._leads)))
        self._before(left, numbers)
        self._after(right, numbers)
        left.blank()
        left.extend(self._files(split - SIGNS))
        at_right = any(row.item == self.at != PROSE for row in right.rows)
        here, there = (right, left) if at_right else (left, right)
        foot = self._next(room.whole, room.height, max(len(left.lines), len(right.lines)))
        return replace(
            page, rows=here.rows, aside=(), aside_rows=there.rows, at_right=at_right, split=split, panel=(), foot=foot
        )

    def _keys(self, *, hidden: bool) -> tuple[KeyHint, ...]:
        """List the keys; ``hidden`` is true while lines of the contract are out of sight."""
        change = (KeyHint("enter", "change it", "go to the field that changes the highlighted line"),)
        return (
            *(change if self._lead else ()),
            KeyHint("q" if self._lead else "enter", "leave", "leave; the shell then shows the next command"),
            KeyHint("esc", "back", "the bundle", spare=True),
            KeyHint("↑↓", "more" if hidden else "line", "go through the lines; Enter changes one that has a field"),
            KeyHint("y", self._copying, _COPY),
            *((KeyHint("v", "ask the cluster", "a dry run; nothing is created"),) if self.can_ask else ()),
            HELP,
        )

    @property
    def _copying(self) -> str:
        """The description of ``y``, which copies the commands to run one after the other."""
        number = len(self.written.to_copy)
        if self._own_command or number == 1:
            return "copy its command" if self._own_command else "copy the command"
        return f"copy {self.copied % number + 1} of {number}"

    def _source(self, width: int) -> Line:
        """Return the field that changes the highlighted line: its name and question, or as much as fits whole."""
        if not self._lead:
            return BLANK
        parameter = self.written.session.parameter(self._lead)
        name = spaced(parameter.name)
        tried = (line(quiet(f"← {name}: "), parameter.ask), line(quiet("← "), parameter.ask), line(quiet(f"← {name}")))
        return next((each for each in tried if width_of(each) <= width), tried[-1])

    def _before(self, sheet: Sheet, numbers: Iterator[int]) -> None:
        """Add the kept files and the prerequisites, which can be highlighted so that all of them can be scrolled to."""
        done, contract = self.written, self.written.session.bundle.contract
        if done.kept:
            sheet.heading(f"Kept as yours ({len(done.kept)})")
        for path in done.kept:
            sheet.add("  = ", path, hang=4)
        if done.readme_command:
            sheet.add(f"  {OWN_README}", hang=4)
            _command(sheet, done.readme_command)
        sheet.heading(f"{FIRST} (checked with Kubernetes {minor_text(self.written.session.minor)} and newer)")
        if not contract.first:
            sheet.add("  There are no other prerequisites.")
        for need in contract.first:
            item = next(numbers)
            sheet.add("  ", first_text(need), hang=4, item=item)
            if need.create:
                _command(sheet, need.made(shell_path(self.written.target)), item=item)

    def _after(self, sheet: Sheet, numbers: Iterator[int]) -> None:
        contract = self.written.session.bundle.contract
        self._must(sheet, numbers)
        if contract.addresses:
            sheet.heading(CALLED)
        for address in contract.addresses:
            sheet.add("  ", address, hang=4, item=next(numbers))
        self._gone(sheet, numbers)

    def _must(self, sheet: Sheet, numbers: Iterator[int]) -> None:
        contract = self.written.session.bundle.contract
        if any(workload.must for workload in contract.workloads):
            sheet.heading(MUST)
        for one in (one for workload in contract.workloads for one in workload.must):
            sheet.add("  ", one.say, hang=4, item=next(numbers))

    def _gone(self, sheet: Sheet, numbers: Iterator[int]) -> None:
        if self.written.leaving:
            sheet.heading(LEAVE)
        for step in self.written.leaving:
            item = next(numbers)
            sheet.add("  ", step.say, hang=4, item=item)
            _command(sheet, step.command, item=item)

    def _next(self, width: int, height: int, above: int) -> tuple[Line, ...]:
        """Return the next commands, which never scroll away, with the README's notes on them if there is room."""
        done = self.written
        rest = Sheet(width)
        rest.add("  ", quiet("to come back: "), done.come_back_command, hang=6)
        sheet = Sheet(width)
        if done.left:
            sheet.add("  ", Span("! ", Style.ATTENTION), done.left, hang=4)
        if done.caution:
            sheet.add("  ", Span("✗ ", Style.ERROR), done.caution, hang=4)
            _command(sheet, done.next_command, indent=2)
            return (BLANK, line(accent(NEXT)), *sheet.done(), *rest.done())
        needs = first_summary(done.session.bundle.contract, f"above, or {self._readme}")
        for text in filter(None, (done.lacking, f"{needs}." if needs else "")):
            sheet.add("  ", Span("! ", Style.ATTENTION), text, hang=4)
        first = sheet.done()
        commands = self._commands(
            width, height // 2 - 3 - (len(first) if height < _LOW or done.lacking or done.left else 0)
        )
        left = height - above - len(first) - len(commands) - len(rest.lines) - 2
        notes = self._notes(width, left) if height >= _TALL else ()
        return (BLANK, line(accent(NEXT)), *first, *commands, *notes, *rest.done())

    @property
    def _readme(self) -> str:
        """The name of the README with the lines that do not fit here, distinct from that of a user's own README."""
        return "the bundle's README" if self.written.readme_command else "README.md"

    def _notes(self, width: int, most: int) -> tuple[Line, ...]:
        """Return those of the README's notes on the commands that fit in full."""
        shown: tuple[Line, ...] = ()
        for note in dict.fromkeys(step.say for step in self.written.session.bundle.contract.next if step.say):
            sheet = Sheet(width)
            sheet.add("  ", quiet("· "), quiet(note), hang=4)
            shown += sheet.done() if len(shown) + len(sheet.lines) <= most else ()
        return shown

    def _commands(self, width: int, most: int) -> tuple[Line, ...]:
        """Return the next commands in full, on at most ``most`` lines; a last line counts those left out."""
        contract, commands = self.written.session.bundle.contract, self.written.commands
        sheet = Sheet(width)
        for number, (step, command) in enumerate(zip(contract.next, commands, strict=True)):
            before = sheet.done()
            _command(sheet, command, indent=2)
            if step.caution:
                sheet.add("    ", Span("! ", Style.ATTENTION), step.caution, hang=6)
            left = len(commands) - number
            if number and len(sheet.lines) + (left > 1) > most:
                return (*before, line("  ", quiet(f"and {count(left, 'more command')}, in {self._readme}")))
        return sheet.done()

    def _files(self, width: int) -> tuple[Line, ...]:
        done = self.written
        sheet = Sheet(width)
        if done.unchanged:
            sheet.add(strong("Unchanged: "), f"{done.target} already contains exactly this.")
        signs = (("Written to", "+", Style.ADDED), ("Removed from", "-", Style.REMOVED))
        for (heading, sign, style), paths in zip(signs, (done.written, done.removed), strict=True):
            if paths:
                sheet.heading(f"{heading} {done.target}")
            for path in paths:
                sheet.add("  ", Span(sign, style), f" {path}", hang=4)
        return sheet.done()

    @property
    def _leads(self) -> tuple[str, ...]:
        """The parameter behind each line; empty for a line that no field can change."""
        contract = self.written.session.bundle.contract
        must = (one.parameter for workload in contract.workloads for one in workload.must)
        first = (need.asked_by[0] if need.asked_by else "" for need in contract.first)
        return (*first, *must, *("" for _ in (*contract.addresses, *self.written.leaving)))

    @property
    def _lead(self) -> str:
        """The parameter behind the highlighted line; empty if there is none."""
        return self._leads[self.at] if 0 <= self.at < len(self._leads) else ""

    @property
    def _own_command(self) -> str:
        """The command of the highlighted line; empty if it has none."""
        contract = self.written.session.bundle.contract
        first = [need.made(shell_path(self.written.target)) if need.create else "" for need in contract.first]
        after = len(self._leads) - len(self.written.leaving)
        found = {**dict(enumerate(first)), **{after + n: step.command for n, step in enumerate(self.written.leaving)}}
        return found.get(self.at, "")

    @property
    def copies(self) -> str:
        """The command of the highlighted line, else that of the next ones whose turn it is."""
        commands = self.written.to_copy
        return self._own_command or commands[self.copied % len(commands)]

    def after_copy(self) -> WrittenView:
        """Offer the following command, unless the one of a line was copied."""
        return self if self._own_command else replace(self, copied=self.copied + 1)

    @property
    def leads_elsewhere(self) -> bool:
        """False: ``a`` and ``b`` do not lead away from here."""
        return False

    @property
    def highlighted(self) -> int:
        """The number of the highlighted line, if a field is behind it."""
        return self.at if self._lead else PROSE

    def picked(self, item: int) -> WrittenView:
        """Highlight the clicked line."""
        return replace(self, at=item)

    def press(self, press: Press) -> View[Back | Lead | Go | None] | Done[Back | Lead | Go | None] | None:
        """Handle keys; Enter leaves, or goes to the field behind the highlighted line."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self._leads)))
        if press.key == "enter" and self._lead:
            return Done(Lead(parameter=self._lead))
        if press.key in ("escape", "left"):
            return Done(Back())
        if press.key == "v" and self.can_ask:
            return Done(Go("cluster"))
        return Done(None) if press.key in ("enter", "q", "space") else None


def _command(sheet: Sheet, command: str, *, indent: int = 4, item: int = PROSE) -> None:
    """Add a command, on several lines if it is long; they can be pasted as they are."""
    for text in command_lines(command, sheet.width, indent=indent):
        sheet.add(strong(text), hang=indent + 4, item=item)

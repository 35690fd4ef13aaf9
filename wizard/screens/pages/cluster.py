"""The cluster pages: the confirmation, then one line per object as its result arrives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.cluster.model import ObjectState
from wizard.faces.dry_run import DryRunState, detail_lines
from wizard.faces.leads import lead_of_result, lead_text
from wizard.screens.dialogs.scrolled import ScrolledView
from wizard.screens.page import BACK, HELP, PROSE, KeyHint, ListRow, Page, Room, Sheet, first_lines
from wizard.screens.pages.bundle_text import diff_lines
from wizard.screens.text import Line, Span, Style, clip, line, quiet, strong, wrap
from wizard.screens.view import Arrived, Back, Done, Listing, Press, View, last_top, move
from wizard.session.session import Lead
from wizard.texts.cluster import NOTE, in_short, promises, target_rows

if TYPE_CHECKING:
    from wizard.cluster.model import Target
    from wizard.session.session import Session

_GAP = 14
_LINES = 2
"""The maximum lines per object in the list, so that all objects stay visible; Enter shows the rest."""
_FEWEST = 3
_MANY = 8
_SIGNS = {
    ObjectState.ACCEPTED: ("✓", Style.ADDED),
    ObjectState.WARNED: ("!", Style.ATTENTION),
    ObjectState.EXISTS: ("~", Style.PLAIN),
    ObjectState.INVALID: ("✗", Style.ERROR),
    ObjectState.DENIED: ("✗", Style.ERROR),
    ObjectState.FORBIDDEN: ("✗", Style.ERROR),
    ObjectState.DEFERRED: ("·", Style.PLAIN),
    ObjectState.UNKNOWN: ("?", Style.ATTENTION),
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The confirmed cluster; ``deep`` also checks the Pods that the workloads would create."""

    target: Target
    deep: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmView(View["Back | Confirmed"]):
    """The choice of a cluster: its address, the user, and what a dry run does there."""

    targets: tuple[Target, ...]
    at: int = 0
    warned: bool = False
    message: str = ""
    looking: bool = False
    """True for a cluster lookup before the questions, false for a dry run."""
    deep: bool = False
    kinds: tuple[str, ...] = ()
    """The kinds of the custom resources that a lookup reads."""

    def page(self, room: Room) -> Page:
        """Show the chosen target in full, and the others as a list."""
        sheet = Sheet(room.alone)
        if not self.targets:
            sheet.add("There is no cluster to use: the kubeconfig has none.")
            return Page(line(strong("Ask the cluster")), sheet.rows, (BACK,))
        target = self.targets[self.at]
        for label, text in target_rows(target):
            sheet.pair(label, text, gap=_GAP, style=Style.NOTICE if label == NOTE else Style.PLAIN)
        for promise in promises(looking=self.looking, deep=self.deep, kinds=self.kinds):
            sheet.blank()
            sheet.add(promise)
        if len(self.targets) > 1:
            self._contexts(sheet, room.height)
        another = (KeyHint("↑↓", "another context"),) if len(self.targets) > 1 else ()
        pods = KeyHint("d", "without Pods" if self.deep else "with Pods", "also validate a Pod of each workload")
        on = (KeyHint("enter", "look at it"),) if self.looking else (KeyHint("enter", "ask it"), pods)
        keys = (*on, *another, BACK, HELP)
        title = line(strong("Inspect a cluster" if self.looking else "Ask the cluster"))
        return Page(title, sheet.rows, keys, at=self.at, message=line(self.message))

    @property
    def action(self) -> object:
        """Using the chosen cluster, or the second confirmation for one that looks like production."""
        return (self.targets[self.at], self.deep, self.warned) if self.targets else None

    def _contexts(self, sheet: Sheet, height: int) -> None:
        """Add as many contexts as fit below the chosen one's details."""
        sheet.heading("Contexts" if len(self.targets) < _MANY else f"Contexts ({self.at + 1} of {len(self.targets)})")
        shown = max(_FEWEST, height - len(sheet.lines))
        first = max(0, min(self.at - shown // 2, len(self.targets) - shown))
        for number, other in enumerate(self.targets[first : first + shown], first):
            sheet.add(clip(line(f"  {other.context}"), sheet.width), item=number)

    def picked(self, item: int) -> ConfirmView:
        """Choose the clicked cluster; only Enter confirms it."""
        return replace(self, at=item, warned=False, message="")

    def press(self, press: Press) -> View[Back | Confirmed] | Done[Back | Confirmed] | None:
        """Handle keys; a cluster that looks like production must be confirmed twice."""
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.targets)), warned=False, message="")
        if press.key == "enter" and self.targets:
            target = self.targets[self.at]
            if target.production and not self.warned:
                message = "looks like production: press Enter again to use it"
                return replace(self, warned=True, message=message)
            return Done(Confirmed(target, self.deep))
        if press.key == "d" and self.targets and not self.looking:
            return replace(self, deep=not self.deep)
        return Done(Back()) if press.key in ("escape", "left") else None


@dataclass(frozen=True, slots=True)
class FoundView(ScrolledView):
    """The results of a cluster lookup, before the questions continue."""

    rows: tuple[str, ...]
    heading = "Found in the cluster"
    dialog = False
    keys = (KeyHint("enter", "go on"), HELP)

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return one sentence per item, and what follows from them."""
        sheet = Sheet(width)
        for row in self.rows:
            sheet.add("· ", row, hang=2)
        sheet.blank()
        sheet.add(quiet("Certain answers are set; the rest is still asked. The answers list shows both."))
        return sheet.done()


@dataclass(frozen=True, slots=True)
class ResultsView(Listing["AfterResults"]):
    """The results as they arrive. Esc stops the run and keeps its results; a second one goes back."""

    run: DryRunState
    target: Target
    tag: str
    session: Session
    opened: bool = False
    top: int = 0
    """The first visible line of an opened result."""
    stopping: bool = False
    message: str = ""

    def outdated(self, session: Session) -> bool:
        """Return true if the results are incomplete, or belong to other answers or details than the session's."""
        same = (self.session.answers, self.session.given) == (session.answers, session.given)
        return bool(self.run.results) and not (same and self.run.finished)

    def page(self, room: Room) -> Page:
        """Show one line per object, or one object in full."""
        if self.opened:
            whole = self._one(room.whole)
            top = min(self.top, last_top(len(whole), room.height))
            rows: tuple[ListRow, ...] = tuple(ListRow((each,)) for each in whole[top : top + room.height])
        else:
            rows = self._all(room)
        return Page(
            title=line(strong("The cluster"), f" {self.target.context}"),
            status=line(self._status),
            rows=rows,
            at=PROSE if self.opened else self.at,
            message=line(self.message or self._end),
            keys=self._keys,
            leaf=room.height - 1 if self.opened else 0,
        )

    @property
    def _status(self) -> str:
        return f"{self.run.asked} of {self.run.total} · {self.run.fine} ok"

    @property
    def _end(self) -> str:
        finished = self.run.finished
        if finished is None:
            return "stopping …" if self.stopping else "asking …"
        if finished.error:
            return "the cluster check stopped early" if self.run.results else "the cluster could not be reached"
        return "stopped; nothing was stored" if finished.cancelled else "done; nothing was stored"

    def _all(self, room: Room) -> tuple[ListRow, ...]:
        sheet = Sheet(room.listed)
        run = self.run
        if run.identity is not None:
            sheet.add(quiet(f"{run.identity.user} on Kubernetes {run.identity.version}"))
        if run.finished is not None:
            if run.finished.error:
                sheet.add(Span(run.finished.error, Style.ERROR))
                sheet.add(run.finished.hint)
            sheet.add(quiet(run.summary))
        if run.results:
            sheet.blank()
        for number, result in enumerate(run.results):
            sign, style = _SIGNS[result.state]
            remark = in_short(result)
            body = f" {str(result.ref).ljust(34)} {result.state.value}"
            text = line("  ", Span(sign, style), body, quiet(f"  {remark}" if remark else ""))
            for row in first_lines(wrap(text, sheet.width, hang=6), _LINES, sheet.width):
                sheet.add(row, item=number)
        return sheet.rows

    def within(self, room: Room) -> ResultsView:
        """Limit the scroll position to the end of the opened result."""
        if not self.opened:
            return self
        return replace(self, top=min(self.top, last_top(len(self._one(room.whole)), room.height)))

    def _one(self, width: int) -> tuple[Line, ...]:
        result = self.run.results[self.at]
        sheet = Sheet(width)
        sheet.add(strong(str(result.ref)), f"  {result.state.value}")
        for level, text in detail_lines(result):
            sheet.add(text, indent=2 * level)
        if result.diff:
            sheet.blank()
            sheet.lines += diff_lines(result.diff, sheet.width)
        return sheet.done()

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        cause = lead_text(self.session, self._lead)
        change = (KeyHint("c", f"change: {cause}", f"go to its cause: {cause}"),) if cause else ()
        if self.opened:
            scroll = (KeyHint("↑↓", "scroll"),) if self.run.results[self.at].diff else ()
            return (*change, *scroll, KeyHint("esc", "all objects"), HELP)
        stop = "back" if self.run.finished else "stop"
        look = (KeyHint("enter", "look"),) if self.run.results else ()
        return (*look, *change, KeyHint("esc", stop), HELP)

    @property
    def _lead(self) -> Lead:
        return lead_of_result(self.session, self.run.results[self.at]) if self.run.results else Lead()

    def press(self, press: Press) -> View[AfterResults] | Done[AfterResults] | None:
        """Open a result on Enter, and go to its cause on a second Enter."""
        if press.steps and self.opened:
            return replace(self, top=max(0, self.top + press.steps), message="")
        if press.steps:
            return replace(self, at=move(self.at, press.steps, len(self.run.results)), message="")
        if press.key in ("escape", "left"):
            return self._leave()
        if not self.run.results or press.key not in ("enter", "right", "c"):
            return None
        if self.opened or press.key == "c":
            return Done(self._lead) if self._lead else replace(self, message="no answer or parameter causes it")
        return replace(self, opened=True, top=0, message="")

    def picked(self, item: int) -> ResultsView:
        """Highlight the clicked object."""
        return replace(self, at=item, message="")

    def _leave(self) -> View[AfterResults] | Done[AfterResults]:
        if self.opened:
            return replace(self, opened=False, message="")
        if self.run.finished is None and not self.stopping:
            return Done(Stop(replace(self, stopping=True)))
        return Done(Back())

    def arrive(self, news: Arrived) -> View[AfterResults]:
        """Add one more result."""
        return self if news.tag != self.tag else replace(self, run=self.run.after(news.value))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Stop:
    """A request to stop the run and keep showing its results."""

    view: ResultsView


AfterResults = Back | Lead | Stop

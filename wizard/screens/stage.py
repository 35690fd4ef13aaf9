"""Shows one view after another and hands it its keys; the part of the wizard that knows Textual."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any, TypeVar

from wizard.errors import WizardError
from wizard.screens.dialogs.help import HelpView
from wizard.screens.dialogs.quit import QuitView
from wizard.screens.driver import HANGUP
from wizard.screens.page import compose, fits, room_for, too_small
from wizard.screens.pointer import clicked
from wizard.screens.text import clip, line
from wizard.screens.view import Arrived, Done, Press, View
from wizard.screens.widgets.canvas import Canvas
from wizard.text import visible

R = TypeVar("R")
REPAINT = Press("repaint")
CLICK = "click"
MOVES = {
    **{"j": "down", "k": "up", "g": "home", "G": "end", "upper_g": "end"},
    **{"ctrl+n": "down", "ctrl+p": "up", "ctrl+f": "pagedown", "ctrl+b": "pageup"},
    **{"ctrl+d": "pagedown", "ctrl+u": "pageup"},
}
"""Vim's and Emacs' keys for moving; where letters are not text, these mean nothing else on any screen."""
_REMARK, _CRASH = "remark", "crash"
Arrival = tuple[Press | Arrived, object]
"""An event, and the deed of the view that was on the terminal then."""


class LeavingError(Exception):
    """The person leaves; ``keep`` says what becomes of the answers."""

    def __init__(self, *, keep: bool) -> None:
        super().__init__()
        self.keep = keep


class AnswersError(Exception):
    """The person wants to see the answers, on a screen that has no such way of its own."""


class Stage:
    """The inbox of keys, the canvas, and the loop that shows a view until it is done.

    Keys wait in the inbox until a view takes them, so that nothing typed ahead is lost, and a picture is
    painted only when no key is waiting.
    """

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.inbox: asyncio.Queue[Arrival] = asyncio.Queue()
        self.idle = asyncio.Event()
        self.view: View[Any] | None = None
        self._note = ""
        self._ahead: deque[Arrival] = deque()
        self._stood: object = None
        """The deed of the view that the terminal shows."""
        self._to_stand = 0
        """Pictures of a deed that are painted and not yet on the terminal."""
        self._streams = 0
        self._pending = 0
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="podwizard")

    async def show(self, view: View[R], *, follow: Callable[[Any], None] | None = None) -> R:
        """Show a view, and those it turns into, until one of them is done; ``follow`` is told of each."""
        outer = self.view
        try:
            return await self._show(view, follow)
        finally:
            self.view = outer

    async def _show(self, view: View[R], follow: Callable[[Any], None] | None) -> R:
        while True:
            self.view = view
            if follow is not None:
                follow(view)
            item, stood = await self._next(view)
            step: View[R] | Done[R] | None
            if isinstance(item, Arrived):
                step = view if self._remark(item) else view.arrive(item)
            elif self._aimed(view, item, stood) or await self._common(view, item) or self._early(view, item, stood):
                continue
            else:
                view = view.within(room_for(*self.size))
                step = view.press(item)
                if step is None and not view.waits and item.key in MOVES:
                    step = view.press(Press(MOVES[item.key]))
                if step is None:
                    self._not_taken(view, item, stood)
                    continue
            if isinstance(step, Done):
                return step.result
            view = step

    def _early(self, view: View[R], press: Press, stood: object) -> bool:
        """Tell whether it is an Enter that came before a person could see what it would do."""
        early = press.key == "enter" and view.deed is not None and view.deed != stood
        if early:
            self._note = "Enter was pressed before this screen was shown; press it again"
        return early

    def _not_taken(self, view: View[R], press: Press, stood: object) -> None:
        """Keep a key for the next view, or say that it means nothing here."""
        if view.waits:
            self._ahead.append((press, stood))
        elif press.key == "a" and view.leads_to_answers:
            raise AnswersError
        else:
            self._note = f"{visible(press.key)} does nothing here; ? lists the keys"

    async def _next(self, view: View[Any]) -> Arrival:
        if self._ahead and not view.waits:
            return self._ahead.popleft()
        if self.inbox.empty():
            self.paint()
            self.idle.set()
        item = await self.inbox.get()
        self.idle.clear()
        return item

    def _aimed(self, view: View[R], press: Press, stood: object) -> bool:
        """Tell whether it is a click; the keys that it stands for come next."""
        if press.key != CLICK:
            return False
        if fits(*self.size):
            x, y = press.text.split()
            self._ahead.extend((key, stood) for key in clicked(view, self.size, int(x), int(y)))
        return True

    async def _common(self, view: View[R], press: Press) -> bool:
        """Keys that mean the same everywhere."""
        if press.key == REPAINT.key:
            return True
        if press.key == HANGUP:
            raise LeavingError(keep=True)
        if press.key == "ctrl+c":
            if isinstance(view, QuitView):
                raise LeavingError(keep=True)
            kept = await self.show(QuitView())
            if kept is not None:
                raise LeavingError(keep=kept)
            return True
        if not fits(*self.size):
            return True
        if press.key in ("question_mark", "f1") and not isinstance(view, HelpView):
            if press.key == "question_mark" and view.takes_question_mark:
                return False
            await self.show(HelpView(view.page(room_for(*self.size)).keys))
            return True
        return False

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        return self.canvas.size.width, self.canvas.size.height

    def paint(self) -> None:
        """Show the view as it is now."""
        columns, rows = self.size
        if self.view is None or not columns:
            return
        if not fits(columns, rows):
            self.canvas.show(too_small(columns, rows))
            return
        page = self.view.page(room_for(columns, rows))
        lines = list(compose(page, columns, rows))
        if self._note:
            lines[-2] = clip(line(f" {self._note}"), columns)
            self._note = ""
        self.canvas.show(tuple(lines))
        if self.view.deed is not None:
            self._to_stand += 1
            self.canvas.call_after_refresh(self._stands, self.view.deed)

    def _stands(self, deed: object) -> None:
        self._to_stand -= 1
        self._stood = deed

    def post(self, press: Press) -> None:
        """A key from the terminal, with what was shown when it came."""
        self.inbox.put_nowait((press, self._stood))

    def _bring(self, news: Arrived) -> None:
        self.inbox.put_nowait((news, None))

    def point(self, x: int, y: int) -> None:
        """A click; what it means is found out when its turn comes, on what is shown then."""
        self.post(Press(CLICK, f"{x} {y}"))

    def later(self, tag: str, work: Callable[[], object]) -> None:
        """Do something slow beside the keys; its result, or the error it raised, arrives under ``tag``."""
        loop = asyncio.get_running_loop()
        self._pending += 1

        def run() -> None:
            try:
                value: object = work()
            except Exception as error:  # told to the view that asked
                value = error
            loop.call_soon_threadsafe(self._done, Arrived(tag, value))

        self._workers.submit(run)

    def _done(self, news: Arrived) -> None:
        self._pending -= 1
        self._bring(news)

    @property
    def busy(self) -> bool:
        """Tell whether a key, a picture or a piece of background work is still to be dealt with."""
        return bool(self._pending or self._to_stand) or not self.inbox.empty()

    def stream(self, source: Callable[[], Iterable[object]]) -> str:
        """Bring what a slow iterator gives, one by one, under the tag returned."""
        self._streams += 1
        tag = f"stream {self._streams}"
        loop = asyncio.get_running_loop()

        def run() -> None:
            try:
                for value in source():
                    loop.call_soon_threadsafe(self._bring, Arrived(tag, value))
            except (WizardError, OSError) as error:  # told to the view that asked
                loop.call_soon_threadsafe(self._bring, Arrived(tag, error))
            except Exception as error:
                loop.call_soon_threadsafe(self._bring, Arrived(_CRASH, error))

        Thread(target=run, name=f"podwizard {tag}", daemon=True).start()
        return tag

    def aside(self, work: Callable[[], str]) -> None:
        """Do something beside the keys, in order; what it says, or why it failed, is shown as a remark."""
        self.later(_REMARK, work)

    def _remark(self, news: Arrived) -> bool:
        if news.tag == _CRASH and isinstance(news.value, Exception):
            raise news.value
        if news.tag == _REMARK:
            self._note = f"not saved: {news.value}" if isinstance(news.value, Exception) else str(news.value)
        return news.tag == _REMARK

    def close(self) -> None:
        """Wait for what was begun in the background, such as saving; safe to call again."""
        self._workers.shutdown()

"""The stage, which shows one view after another and passes every key to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from wizard.errors import WizardError
from wizard.screens.inbox import Arrival, Inbox
from wizard.screens.page import message_lines
from wizard.screens.paging import PAGES, WAYS
from wizard.screens.surface import PICK, PICK_ASIDE, DialogScreen, PageScreen
from wizard.screens.terminal.driver import HANGUP
from wizard.screens.text import line
from wizard.screens.theme import looks
from wizard.screens.view import MOVES, Arrived, Done, Press, View
from wizard.text import visible
from wizard.texts.keys import ANSWERS, BUNDLE, LEAVE

if TYPE_CHECKING:
    from textual.app import App

R = TypeVar("R")
REPAINT = Press("repaint")
_REMARK, _CRASH = "remark", "crash"
_ALWAYS = (REPAINT.key, HANGUP, "ctrl+c")
_TURNS = 20
"""The maximum number of turns of the event loop to wait for keys that were read before, ahead of a frame."""


class LeavingError(Exception):
    """The user leaves; ``keep`` states if the answers stay saved."""

    def __init__(self, *, keep: bool) -> None:
        super().__init__()
        self.keep = keep


class ElsewhereError(Exception):
    """The user goes to the answers, the bundle or the search from a view that has no key for it."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


ELSEWHERE = {ANSWERS.key: "answers", BUNDLE.key: "bundle", "slash": "search"}
"""The keys that lead to the same place from everywhere."""


class Stage:
    """The queue of keys, and the loop that shows a view until it is done.

    Keys wait in the queue until a view handles them, so that nothing typed ahead is lost. A frame is painted only when
    no key is waiting.
    """

    def __init__(self, app: App[Any], *, saves: Callable[[], bool] = lambda: True) -> None:
        self.app = app
        self.saves = saves
        """Returns true if the answers are saved, for the question before leaving."""
        self.inbox = Inbox()
        self.idle = asyncio.Event()
        self.view: View[Any] | None = None
        self._looks = looks(app.theme)
        self._note = ""
        self._painted: View[Any] | None = None
        self._fresh = False
        """True while handling a key that was pressed on the painted view."""
        self._shown_action: object = None
        """The ``action`` of the view that is on the terminal."""
        self._to_stand = 0
        """The number of frames that are painted but not yet on the terminal."""
        self._shown = False
        self._veil = ExitStack()
        """Holds back the frames of a dialog until it has contents."""
        self._streams = 0
        self._begun = 0
        self._pending = 0
        self._asides: deque[Callable[[], object]] = deque()
        """Started when the next frame is on the terminal, because saving would delay that frame."""
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="podwizard")

    async def show(self, view: View[R], *, follow: Callable[[Any], None] | None = None) -> R:
        """Show a view and its successors until one is done, and return its result; ``follow`` is called with each."""
        outer = self.view
        if view.dialog:
            self._veil.enter_context(self.app.batch_update())
            await self.app.push_screen(DialogScreen(self.post))
        try:
            return await self._show(view, follow)
        finally:
            self._veil.close()
            self.view = outer
            if view.dialog and isinstance(self.app.screen, DialogScreen):
                await self.app.pop_screen()

    async def _show(self, view: View[R], follow: Callable[[Any], None] | None) -> R:
        while True:
            self.view = view
            if follow is not None:
                follow(view)
            item, shown_action = await self._next(view)
            step: View[R] | Done[R] | None
            if isinstance(item, Arrived):
                step = view if self._remark(item) else view.arrive(item)
            elif await self._common(view, item) or self._early(view, item, shown_action):
                continue
            else:
                self._fresh = view is self._painted
                view = view.within(self.screen.room)
                step = await self._step(view, self.inbox.joined(view, item))
                if step is None:
                    step = await self._otherwise(view, item, shown_action)
            if isinstance(step, Done):
                return step.result
            view = step

    async def _otherwise(self, view: View[R], press: Press, shown_action: object) -> View[R]:
        """Handle a key that the view does not; return the view to show next."""
        if self._copied(view, press):
            return view.after_copy()
        if not await self._left(view, press):
            self._not_taken(view, press, shown_action)
        return view

    async def _step(self, view: View[R], press: Press) -> View[R] | Done[R] | None:
        """Pass a key to the view, then to its text entry, and then again as the arrow key that it is an alias of."""
        if press.key == PICK:
            return view.press(Press("enter")) if view.highlighted == int(press.text) else view.picked(int(press.text))
        if press.key == PICK_ASIDE:
            return view.picked_aside(int(press.text))
        step = self._moved(view, press)
        if step is None and (entry := view.entry) is not None:
            line_of_text = await self.screen.body.typing()
            text = line_of_text.edit(entry, press)
            return view if text is None else view.typed(text)
        if step is None and not view.waits and press.key in MOVES:
            return self._moved(view, Press(MOVES[press.key]))
        return step

    def _moved(self, view: View[R], press: Press) -> View[R] | Done[R] | None:
        """Pass a key to the view; a key that moves through a list or text takes the steps that the layout requires."""
        if press.key not in (WAYS if self._fresh else PAGES) and press.key != "space":
            return view.press(press)
        screen = self.screen
        page = screen.body.page if self._fresh and screen.body.page else view.page(screen.room)
        turned = screen.body.turn(page, screen.room, press, painted=self._fresh)
        return view if turned is None else view.press(turned)

    def _early(self, view: View[R], press: Press, shown_action: object) -> bool:
        """Return true for an Enter or W that was pressed before the user could see its effect; set a note about it."""
        early = press.key in ("enter", "W") and view.action is not None and view.action != shown_action
        if early:
            name = press.key.capitalize()
            self._note = f"press {name} again: it came before this screen"
        return early

    def _copied(self, view: View[R], press: Press) -> bool:
        """Copy the view's text on ``y``; return false if that key or text does not apply."""
        if press.key != "y" or not view.copies:
            return False
        self.app.copy_to_clipboard(view.copies)
        self._note = f"copied: {visible(view.copies)}"
        return True

    def _not_taken(self, view: View[R], press: Press, shown_action: object) -> None:
        """Keep an unhandled key for the next view, go elsewhere, or report that it does nothing here."""
        if view.waits:
            self.inbox.keep((press, shown_action))
        elif press.key in ELSEWHERE and view.leads_elsewhere:
            raise ElsewhereError(ELSEWHERE[press.key])
        else:
            named = press.text if len(press.text) == 1 and press.text.strip() else press.key.replace("_", " ")
            self._note = f"{visible(named)} does nothing here; ? lists the keys"

    async def _next(self, view: View[Any]) -> Arrival:
        if not view.waits and (kept := self.inbox.kept()) is not None:
            return kept
        await self._caught_up()
        if self.inbox.empty():
            await self.paint()
            self.idle.set()
        item = await self.inbox.get()
        self.idle.clear()
        return item

    async def _caught_up(self) -> None:
        """Let the app pass on the keys that it has read already, so that they share the next frame."""
        for _ in range(_TURNS):
            if not self.inbox.empty():
                return
            await asyncio.sleep(0)
            if not self.app.message_queue_size:
                return

    async def _common(self, view: View[R], press: Press) -> bool:
        """Handle the keys that mean the same everywhere; their dialogs are imported when needed."""
        if press.key == REPAINT.key:
            return True
        if press.key == HANGUP:
            raise LeavingError(keep=True)
        if press.key == "ctrl+c":
            await self._ask_about_leaving(view)
            return True
        if not self.screen.fits:
            return True
        if press.key in ("question_mark", "f1"):
            from wizard.screens.dialogs.help import HelpView

            if isinstance(view, HelpView) or (press.key == "question_mark" and view.takes_question_mark):
                return False
            await self.show(HelpView(view.page(self.screen.room).keys, view.about))
            return True
        return False

    async def _left(self, view: View[R], press: Press) -> bool:
        """Ask about leaving if the key is the one that leaves; return false for any other key."""
        leaves = press.key == LEAVE.key and not view.waits
        if leaves:
            await self._ask_about_leaving(view)
        return leaves

    async def _ask_about_leaving(self, view: View[R]) -> None:
        """Ask if the answers are to be kept; a second request leaves and keeps them.

        Raises:
            LeavingError: the user leaves.
        """
        from wizard.screens.dialogs.quit import QuitView

        if isinstance(view, QuitView):
            raise LeavingError(keep=True)
        kept = await self.show(QuitView(can_discard=view.can_discard, can_keep=self.saves()))
        if kept is not None:
            raise LeavingError(keep=kept)

    @property
    def screen(self) -> PageScreen:
        """The screen that shows the view.

        Raises:
            LeavingError: there is none any more, because the app is ending.
        """
        found = self._front()
        if found is None:
            raise LeavingError(keep=True)
        return found

    def _front(self) -> PageScreen | None:
        return next((each for each in reversed(self.app.screen_stack) if isinstance(each, PageScreen)), None)

    async def paint(self) -> None:
        """Paint the current view."""
        screen = self.screen
        if self.view is None or not screen.ready:
            return
        if screen.fits:
            page = self.view.page(screen.room._replace(hurried=not self._shown))
            if self._note:
                above, last = message_lines(line(self._note), screen.room.whole)
                page = replace(page, foot=(*page.foot, *above), message=last)
            with self.app.batch_update():  # a new widget is painted only with its contents
                await screen.body.prepare(page)
                screen.show(page, self._looks)
            self._painted = self.view
            self._lead_cursor(screen, drawn=False)
            self._note = "" if self._shown else self._note
        else:
            self._painted = None
            screen.show_too_small(self._looks)
        self._veil.close()
        self.app.raise_curtain()  # type: ignore[attr-defined]  # a WizardApp
        self._to_stand += 1
        screen.call_after_refresh(self._arrived, screen, self.view.action if screen.fits else None)

    def note(self, text: str) -> None:
        """Show a message on the next frame only, whichever view that shows."""
        self._note = text

    def themed(self) -> None:
        """Repaint everything in the newly chosen theme."""
        self._looks = looks(self.app.theme)
        self.post(REPAINT)

    def _arrived(self, screen: PageScreen, action: object) -> None:
        self._to_stand -= 1
        self._shown_action = action
        while self._asides:
            self.later(_REMARK, self._asides.popleft())
        if not self._shown:
            self._shown = True
            self.post(REPAINT)
        self._lead_cursor(screen, drawn=True)
        if screen.body.focus_at is None:  # a list that was hidden gets its place with the next layout
            screen.call_after_refresh(self._lead_cursor, screen, drawn=True)

    def _lead_cursor(self, screen: PageScreen, *, drawn: bool) -> None:
        """Move the terminal's cursor to the highlight, with the next frame or after it."""
        if screen is self.app.screen and (place := screen.body.focus_at):
            self.app.place_cursor(tuple(place), drawn=drawn)  # type: ignore[attr-defined]  # a WizardApp

    def post(self, press: Press) -> None:
        """Queue a key with the ``action`` on the terminal; while the terminal is too small, drop most keys.

        Ctrl+C drops the keys before it that still wait, as a terminal does, so that it works at once after any paste.
        """
        screen = self._front()
        if screen is not None and screen.ready and not screen.fits and press.key not in _ALWAYS:
            return
        if press.key == "ctrl+c":
            self.inbox.drop_typed(_ALWAYS)
        self.idle.clear()
        self.inbox.put(press, self._shown_action)

    def _bring(self, news: Arrived) -> None:
        self.idle.clear()
        self.inbox.put(news)

    def later(self, tag: str, work: Callable[[], object]) -> None:
        """Run slow work in a worker thread; its result or exception arrives under ``tag``."""
        loop = asyncio.get_running_loop()
        self._pending += 1

        def run() -> None:
            try:
                value: object = work()
            except Exception as error:  # reported to the view that started the work
                value = error
            loop.call_soon_threadsafe(self._done, Arrived(tag, value))

        self._workers.submit(run)

    def begin(self, work: Callable[[], object]) -> str:
        """Run slow work under a new tag, so that a result nobody waits for any more is not taken for a later one."""
        self._begun += 1
        tag = f"work {self._begun}"
        self.later(tag, work)
        return tag

    def _done(self, news: Arrived) -> None:
        self._pending -= 1
        if news.tag != _REMARK or news.value:  # an empty remark would only erase the current message
            self._bring(news)

    @property
    def busy(self) -> bool:
        """True while a key, a frame or background work is pending."""
        return bool(self._pending or self._to_stand or self._asides) or not self.inbox.empty()

    def stream(self, source: Callable[[], Iterable[object]]) -> str:
        """Queue the values of a slow iterator one by one, under the returned tag."""
        self._streams += 1
        tag = f"stream {self._streams}"
        loop = asyncio.get_running_loop()

        def run() -> None:
            try:
                for value in source():
                    loop.call_soon_threadsafe(self._bring, Arrived(tag, value))
            except (WizardError, OSError) as error:  # reported to the view that started the stream
                loop.call_soon_threadsafe(self._bring, Arrived(tag, error))
            except Exception as error:
                loop.call_soon_threadsafe(self._bring, Arrived(_CRASH, error))

        Thread(target=run, name=f"podwizard {tag}", daemon=True).start()
        return tag

    def aside(self, work: Callable[[], str]) -> None:
        """Run work after the next frame, in order; its result or its error is shown as a message."""
        self._asides.append(work)

    def _remark(self, news: Arrived) -> bool:
        if news.tag == _CRASH and isinstance(news.value, Exception):
            raise news.value
        if news.tag == _REMARK:
            self._note = f"not saved: {news.value}" if isinstance(news.value, Exception) else str(news.value)
        return news.tag == _REMARK

    def close(self) -> None:
        """Run the work that still waits for a frame, and wait for all of it, such as saving; safe to call again."""
        while self._asides:
            self._workers.submit(self._asides.popleft())
        self._workers.shutdown()

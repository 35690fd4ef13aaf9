"""The keys and results that wait for the stage."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from wizard.screens.view import Arrived, Press, View

Arrival = tuple[Press | Arrived, object]
"""An event, and the ``action`` of the view that was on the terminal when the event came."""
_TYPED = "typed"
"""The key name of several characters that are typed in one go."""
_NEVER_JOINED = ("space", "question_mark", "W")
"""Keys with a meaning of their own while text is typed."""


class Inbox:
    """A queue of keys and results, with the keys that no view has taken yet in front."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Arrival] = asyncio.Queue()
        self._first: deque[Arrival] = deque()

    def put(self, item: Press | Arrived, shown_action: object = None) -> None:
        """Add an event at the end."""
        self._queue.put_nowait((item, shown_action))

    def keep(self, arrival: Arrival) -> None:
        """Keep a key that the present view does not take for the next one."""
        self._first.append(arrival)

    def empty(self) -> bool:
        """Return true if no new event waits."""
        return self._queue.empty()

    def kept(self) -> Arrival | None:
        """Return the first key that was kept; ``None`` without one."""
        return self._first.popleft() if self._first else None

    async def get(self) -> Arrival:
        """Wait for the next new event."""
        return await self._queue.get()

    def drop_typed(self, lasting: tuple[str, ...]) -> None:
        """Drop the keys that wait, except for these; results stay."""
        self._first = deque(each for each in self._first if _lasts(each, lasting))
        waiting = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        for each in waiting:
            if _lasts(each, lasting):
                self._queue.put_nowait(each)

    def joined(self, view: View[Any], press: Press) -> Press:
        """Return a typed character joined with those that wait directly behind it, so that they are one update.

        For example, if ``o``, ``r``, ``d``, Enter wait, ``o`` is returned as ``ord``, and Enter is next.
        """
        if not _is_text(view, press):
            return press
        texts = [press.text]
        while (waiting := self.kept() or self._waiting()) is not None:
            item = waiting[0]
            if not isinstance(item, Press) or not _is_text(view, item):
                self._first.appendleft(waiting)
                break
            texts.append(item.text)
        return press if len(texts) == 1 else Press(_TYPED, "".join(texts))

    def _waiting(self) -> Arrival | None:
        return None if self._queue.empty() else self._queue.get_nowait()


def _lasts(arrival: Arrival, lasting: tuple[str, ...]) -> bool:
    return not isinstance(arrival[0], Press) or arrival[0].key in lasting


def _is_text(view: View[Any], press: Press) -> bool:
    """Return true for a character that only the view's text entry takes."""
    if len(press.text) != 1 or not press.text.isprintable() or press.key in _NEVER_JOINED:
        return False
    entry = view.entry
    return entry is not None and entry.typed and view.press(press) is None

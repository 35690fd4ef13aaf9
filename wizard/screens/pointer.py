"""The key that a click stands for, so that the mouse is never needed and never special."""

from __future__ import annotations

import re
from typing import Any

from wizard.screens.page import compose, room_for
from wizard.screens.text import plain_text
from wizard.screens.view import Done, Press, View

_NAMES = {"enter": "enter", "←": "left", "esc": "escape", "?": "question_mark", "F1": "f1", "space": "space"}
_NUMBERED = re.compile(r"\s*›?\s*([1-9])  ")
_MOST_MOVES = 60
_KNOWN_BY = 16


def clicked(view: View[Any], size: tuple[int, int], x: int, y: int) -> tuple[Press, ...]:
    """The keys for a click at column ``x`` of row ``y``: one of the key line, a numbered answer, or a way to a row."""
    columns, rows = size
    room = room_for(columns, rows)
    page = view.page(room)
    texts = _texts(view, size)
    if y == rows - 1:
        for key in page.keys:
            start = texts[y].find(f"{key.name} {key.does}")
            if key.shown and 0 <= start <= x < start + len(key.name) + len(key.does) + 1:
                name = _NAMES.get(key.name, key.name if len(key.name) == 1 else "")
                return (Press(name, name if len(name) == 1 else ""),) if name else ()
        return ()
    if not 2 <= y < rows - 2 or x > room.whole:
        return ()
    numbered = _NUMBERED.match(texts[y])
    if numbered:
        return (Press(numbered[1], numbered[1]),)
    return _way(view, size, y)


def _way(view: View[Any], size: tuple[int, int], y: int) -> tuple[Press, ...]:
    """The arrows that bring the highlight to a row, found by its words, for rows move; Enter where it is already."""
    texts = _texts(view, size)
    wanted, at = _words(texts[y]), _marked(texts)
    if at is None or not wanted:
        return ()
    if at == y:
        return () if view.takes_question_mark else (Press("enter"),)
    arrow = Press("down" if y > at else "up")
    for moves in range(1, _MOST_MOVES):
        step = view.press(arrow)
        if step is None or isinstance(step, Done) or step == view:
            return ()
        view, texts = step, _texts(step, size)
        at = _marked(texts)
        if at is not None and _words(texts[at]) == wanted:
            return (arrow,) * moves
    return ()


def _texts(view: View[Any], size: tuple[int, int]) -> list[str]:
    return [plain_text(content) for content in compose(view.page(room_for(*size)), *size)]


def _words(text: str) -> str:
    """The part of a row it is known by; the rest of it may change with the highlight."""
    return text.replace("›", " ").strip()[:_KNOWN_BY]


def _marked(texts: list[str]) -> int | None:
    return next((y for y, text in enumerate(texts) if text.lstrip().startswith("›")), None)

"""The contents of a screen as data, and the division of a terminal of any size; knows no Textual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wizard.screens.text import (
    BLANK,
    Line,
    Span,
    Style,
    accent,
    cells,
    clip,
    line,
    plain_text,
    quiet,
    spread,
    width_of,
    wrap,
)

WIDEST = 76
SMALLEST = (60, 20)
LARGEST = 1000
"""Columns and rows that a terminal may claim: memory grows with their product."""
TWO_COLUMNS = 100
CHROME = 4
"""Rows of the header, the rule below it, the message and the key line."""
GAP = 3
"""Cells between two columns."""
_LEAST_SIDE = 39
"""The cells of the second column, until the first one is as wide as prose may be."""
_LEAST_SECOND, _SECOND, _THIRD = 52, 60, 40
"""The cells of the second column beside a third one, at the least and at the most, and those a third one needs."""
SIGNS = 2
"""Cells at the end of a list for the sign that there is more."""
_MOST_SAID = 4
"""The most lines of a message."""
_APART = 2
"""Cells, at the least, between an option and the word at its right."""
UNSPLIT = -GAP
"""The width of a first column that is not there, so that the second one has all of the screen."""
PROSE = -1
_NAMES = {"enter": "enter", "←": "left", "esc": "escape", "?": "question_mark", "F1": "f1", "/": "slash"}


class KeyHint(NamedTuple):
    """A key that works on a screen: how it is written, what it does, and more for the help."""

    name: str
    does: str
    more: str = ""
    shown: bool = True
    """True when it stands in the key line; the help and the command palette list all."""
    spare: bool = False
    """True for one that gives way to the others where the line is short."""

    @property
    def key(self) -> str:
        """Textual's name of the key; empty for several keys, such as ``1-3``."""
        return _NAMES.get(self.name, self.name if len(self.name) == 1 or self.name in ("space", "ctrl+c") else "")


def digits(last: int, *, first: int = 1) -> str:
    """The digit keys from ``first`` up to a number of options: ``1-3``, or ``1``; there are nine at most."""
    end = min(9, last)
    return f"{first}-{end}" if end > first else str(first)


HELP = KeyHint("?", "help")
BACK = KeyHint("esc", "back")


class Room(NamedTuple):
    """The space a screen may use: the first column, the body's height, the second column (0: none)."""

    width: int
    height: int
    side: int = 0
    hurried: bool = False
    """True for the first picture of all: what takes longer may wait for the next one."""
    spare: int = 0
    """Cells at the right of a single column, which are too many for prose."""

    @property
    def whole(self) -> int:
        """All columns together, for what uses them as one: the header, the last two lines, files."""
        return self.width + (self.side + GAP if self.side else self.spare)

    @property
    def listed(self) -> int:
        """The cells for rows of a list that has all columns; the last ones are for the sign that there is more."""
        return self.whole - SIGNS

    @property
    def second(self) -> int:
        """The second column, where a third one has the rest of ``side``."""
        return min(_SECOND, self.side - GAP - _THIRD) if self.third else self.side

    @property
    def third(self) -> int:
        """The third column; 0 where there is none."""
        left = self.side - GAP - min(_SECOND, self.side - GAP - _THIRD)
        return left if self.side >= _LEAST_SECOND + GAP + _THIRD else 0


class ListRow(NamedTuple):
    """Lines that belong together: one thing to choose, or prose between such things."""

    lines: tuple[Line, ...]
    item: int = PROSE
    """The number of what can be highlighted; ``PROSE`` for what cannot."""
    beside: int = PROSE
    """Of prose: the item that it tells about, and is to be seen with."""


class TypedText(NamedTuple):
    """A line of text that a person types, between the rows before it and those after it."""

    id: str
    """The name of what is typed: with another one, the text and the cursor begin again."""
    text: str
    indent: int = 0
    wrong: bool = False
    typed: bool = True
    """False for a text that is shown and not typed just now."""
    example: str = ""
    """Shown where the text is empty."""
    untouched: bool = False
    """True for a text that the person did not give: what is typed first replaces it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of a screen.

    ``rows`` scroll so that ``at`` stays in sight; ``panel`` is right below them, and never scrolls away; ``aside``
    is the second column, or comes last where there is room for it.
    """

    title: Line
    rows: tuple[ListRow, ...]
    keys: tuple[KeyHint, ...]
    status: Line = BLANK
    progress: tuple[int, int] | None = None
    """Steps done and steps in all."""
    at: int = PROSE
    entry: TypedText | None = None
    rest: tuple[ListRow, ...] = ()
    """Rows after the entry."""
    rest_at: int = PROSE
    panel: tuple[Line, ...] = ()
    aside: tuple[Line, ...] = ()
    aside_rows: tuple[ListRow, ...] = ()
    """The second column as a list of its own, in place of ``aside``."""
    aside_at: int = PROSE
    """Of ``aside_rows``; ``PROSE`` where the highlight is in ``rows`` and goes from one column to the other."""
    at_right: bool = False
    """True where ``rows``, and what is typed between them, stand at the right of ``aside_rows``."""
    split: int = 0
    """The width of the first column, where it is not the usual one; then the second one has the rest."""
    foot: tuple[Line, ...] = ()
    """Lines below both columns."""
    message: Line = BLANK
    lesson: str = ""
    """Markdown, in place of the rows."""
    lesson_lines: int = 0
    """The lines that it takes, at the most."""
    leaf: int = 0
    """Of a text that is scrolled, with nothing to highlight: the lines that a page key moves by."""

    @property
    def typing(self) -> bool:
        """Tell whether letters are text."""
        return self.entry is not None and self.entry.typed

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all rows."""
        return tuple(each for row in self.rows for each in row.lines)


def room_for(columns: int, rows: int) -> Room:
    """The division of a terminal of this size."""
    height = rows - CHROME
    if columns < TWO_COLUMNS:
        width = min(WIDEST, columns - 3)
        return Room(width, height, spare=columns - 2 - width)
    width = min(WIDEST, columns - _LEAST_SIDE - GAP - 2)
    return Room(width, height, columns - width - GAP - 2)


def fits(columns: int, rows: int) -> bool:
    """Tell whether the terminal is large enough for the screens."""
    return columns >= SMALLEST[0] and rows >= SMALLEST[1]


def believable(columns: int, rows: int) -> tuple[int, int] | None:
    """The size that a terminal claims, within bounds; ``None`` for one that says nothing, such as 0x0."""
    if columns <= 0 or rows <= 0:
        return None
    return min(columns, LARGEST), min(rows, LARGEST)


def too_small(columns: int, rows: int) -> Line:
    """The one line a small terminal shows."""
    short = f"podwizard needs {SMALLEST[0]}x{SMALLEST[1]}, this is {columns}x{rows}"
    said = f"{short}. Ctrl+C leaves."
    return clip(line(said if len(said) <= columns else short), columns)


def first_lines(lines: tuple[Line, ...], most: int, width: int) -> tuple[Line, ...]:
    """As many lines as there is room for; an ellipsis says that there are more."""
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], clip((*lines[most - 1], quiet(" …")), width)) if most > 0 else ()


def message_lines(message: Line, width: int) -> tuple[tuple[Line, ...], Line]:
    """The line for the message, and before it those that a long one needs above that; it is cut after a few."""
    *above, last = first_lines(wrap(message, width), _MOST_SAID, width)
    return tuple(above), last


def shown_keys(keys: tuple[KeyHint, ...], width: int) -> tuple[KeyHint, ...]:
    """The keys that fit one line: the help's, which is the last, then the others from the first on, then spare ones."""
    offered = [key for key in keys if key.shown]
    shown = offered[-1:]
    for key in sorted(offered[:-1], key=lambda each: each.spare):
        tried = [each for each in offered if each in shown or each is key]
        if len(tried) <= 2 or keys_width(tried) <= width:
            shown = tried
    return tuple(shown)


def keys_width(keys: Sequence[KeyHint]) -> int:
    """The cells that keys take in the key line."""
    return sum(before + cells(name) + cells(does) for before, name, does, _ in key_parts(keys))


def key_parts(keys: Sequence[KeyHint]) -> Iterator[tuple[int, str, str, KeyHint]]:
    """The cells before each key, its name, and what it does; two keys that do the same share the words."""
    shares = False
    for number, key in enumerate(keys):
        before = (1 if shares else 2) if number else 0
        shares = number + 1 < len(keys) and keys[number + 1].does == key.does
        yield before, key.name, "" if shares else f" {key.does}", key


class Sheet:
    """Builds rows line by line; lines with the same item are one thing to choose."""

    def __init__(self, width: int, *, widest: int = 0) -> None:
        self.width = width
        self.widest = max(width, widest)
        """The width of a paragraph that is cut to one line."""
        self.lines: list[Line] = []
        self.brief = False
        """True when paragraphs are cut to one line, until there is room for them."""
        self.beside = PROSE
        """The item that the prose to come is to be seen with."""
        self._items: list[int] = []
        self._beside: dict[int, int] = {}
        self._cut: list[tuple[int, tuple[Line, ...]]] = []

    def add(self, *words: str | Span | Line, indent: int = 0, hang: int | None = None, item: int = PROSE) -> None:
        """A paragraph; ``hang`` is the indent of its further lines (default: like the first)."""
        content = line(" " * indent, *words)
        hang = indent if hang is None else hang
        wrapped = wrap(content, self.width, hang=hang)
        if self.brief and len(wrapped) > 1:
            self._cut.append((len(self.lines), wrapped))
            wrapped = (clip(content, self.widest),)
        self.extend(wrapped, item=item)

    def add_beside(self, said: Line, term: Line, *, hang: int, item: int = PROSE, lines: int = 1) -> None:
        """A paragraph with a word at the right of its first line, where that takes no more than ``lines``."""
        narrow = self.width - _APART - width_of(term)
        wrapped = wrap(said, narrow, hang=hang) if term and narrow > hang else ()
        if 0 < len(wrapped) <= max(lines, len(wrap(said, self.width, hang=hang))):
            self.extend((spread(wrapped[0], term, self.width), *wrapped[1:]), item=item)
        else:
            self.add(said, hang=hang, item=item)

    def extend(self, lines: tuple[Line, ...] | list[Line], *, item: int = PROSE) -> None:
        """Lines that are finished."""
        if self.beside != PROSE and item == PROSE:
            self._beside.update(dict.fromkeys(range(len(self.lines), len(self.lines) + len(lines)), self.beside))
        self.lines += lines
        self._items += [item] * len(lines)

    def unfold(self, height: int) -> None:
        """Show the cut paragraphs in full, from the first on, as long as all of it fits ``height``."""
        grown = 0
        for at, full in self._cut:
            more = len(full) - 1
            if len(self.lines) + more > height:
                continue
            where = at + grown
            self.lines[where : where + 1] = full
            self._items[where : where + 1] = [self._items[where]] * len(full)
            grown += more
        self._cut.clear()

    def heading(self, text: str) -> None:
        """A heading with a blank line above it."""
        self.blank()
        self.add(accent(text))

    def blank(self) -> None:
        """One blank line, never two, never the first."""
        if self.lines and plain_text(self.lines[-1]).strip():
            self.extend((BLANK,))

    def pair(self, label: str, text: str, *, gap: int, item: int = PROSE, style: Style = Style.PLAIN) -> None:
        """A label and its text in two columns, the text hanging under itself; below a label that is too long."""
        if cells(label) < gap:
            self.add(Span(label.ljust(gap)), Span(text, style), hang=gap, item=item)
            return
        self.add(Span(label), hang=2, item=item)
        self.add(Span(text, style), indent=gap, item=item)

    def done(self) -> tuple[Line, ...]:
        """Return the finished lines."""
        return tuple(self.lines)

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """The lines in rows: neighbours of the same item together, prose line by line."""
        rows: list[ListRow] = []
        for number, (content, item) in enumerate(zip(self.lines, self._items, strict=True)):
            if item != PROSE and rows and rows[-1].item == item:
                rows[-1] = ListRow((*rows[-1].lines, content), item)
            else:
                rows.append(ListRow((content,), item, self._beside.get(number, PROSE)))
        return tuple(rows)

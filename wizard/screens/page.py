"""The contents of a screen as data, and its layout for any terminal size; independent of Textual."""

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
    part,
    plain_text,
    quiet,
    spread,
    width_of,
    wrap,
    wrap_before,
)

WIDEST = 76
SMALLEST = (60, 20)
LARGEST = 1000
"""The maximum columns and rows that a terminal may report: memory grows with their product."""
TWO_COLUMNS = 100
CHROME = 4
"""Rows of the header, the rule below it, the message and the key line."""
GAP = 3
"""Cells between two columns."""
_LEAST_SIDE = 39
"""The minimum width of the second column, until the first one has reached its maximum."""
_LEAST_SECOND, _SECOND, _THIRD = 52, 60, 40
"""The minimum and maximum width of the second column when there is a third one, and the third one's minimum."""
ABOVE, BELOW = "▲", "▼"
"""The signs in the first and last line of a list or text, if more of it is hidden there."""
SIGNS = 2
"""Cells reserved at the end of a list for the sign that there are more rows."""
_MOST_LINES = 4
"""The maximum number of lines of a message."""
_APART = 2
"""The minimum number of cells between an option and the term at its right."""
UNSPLIT = -GAP
"""The width of a hidden first column, which leaves the whole screen to the second one."""
PROSE = -1
HELD = Span("●", Style.ADDED)
"""The sign at the answer that holds."""
_NAMES = {"enter": "enter", "←": "left", "esc": "escape", "?": "question_mark", "F1": "f1", "/": "slash"}


class KeyHint(NamedTuple):
    """A key that works on a screen: its name, a short description, and a longer one for the help."""

    name: str
    does: str
    more: str = ""
    shown: bool = True
    """True if the key line lists it; the help and the command palette list all keys."""
    spare: bool = False
    """True if it is left out first when the key line is short."""

    @property
    def key(self) -> str:
        """Textual's name of the key; empty for a range of keys, such as ``1-3``."""
        return _NAMES.get(self.name, self.name if len(self.name) == 1 or self.name in ("space", "ctrl+c") else "")


def digits(last: int, *, first: int = 1) -> str:
    """Return the name of the digit keys from ``first`` to ``last`` or 9: ``1-3``, or ``1``."""
    end = min(9, last)
    return f"{first}-{end}" if end > first else str(first)


HELP = KeyHint("?", "help")
BACK = KeyHint("esc", "back")
LEARN = KeyHint("m", "learn", "the lesson on the pattern")


class Room(NamedTuple):
    """The space for a page: the width of the first column, the height of the body, the second column (0: none)."""

    width: int
    height: int
    side: int = 0
    hurried: bool = False
    """True for the very first frame: slow parts may be left to the next one."""
    spare: int = 0
    """Cells to the right of a single column, beyond the width of readable prose."""

    @property
    def whole(self) -> int:
        """The width of all columns together, used by the header, the message, the key line and files."""
        return self.width + (self.side + GAP if self.side else self.spare)

    @property
    def listed(self) -> int:
        """The width of the rows of a list that uses all columns, without the cells for the sign that there are more."""
        return self.whole - SIGNS

    @property
    def alone(self) -> int:
        """The width of prose with no second column beside it."""
        return min(self.listed, WIDEST) if self.side else self.width

    @property
    def second(self) -> int:
        """The width of the second column; a third one has the rest of ``side``."""
        return min(_SECOND, self.side - GAP - _THIRD) if self.third else self.side

    @property
    def third(self) -> int:
        """The width of the third column; 0 if there is none."""
        left = self.side - GAP - min(_SECOND, self.side - GAP - _THIRD)
        return left if self.side >= _LEAST_SECOND + GAP + _THIRD else 0


class ListRow(NamedTuple):
    """Lines that belong together: one item to choose, or prose between items."""

    lines: tuple[Line, ...]
    item: int = PROSE
    """The number of the item; ``PROSE`` for a row that cannot be highlighted."""
    beside: int = PROSE
    """For prose, the item that it describes and that should be visible with it."""
    keys: tuple[str, ...] = ()
    """The key that a click on each line presses; empty for a line where a click picks the item."""


class TypedText(NamedTuple):
    """A line that the user types into, shown between ``rows`` and ``rest``."""

    id: str
    """The name of the input; a new name resets the text and the cursor."""
    text: str
    indent: int = 0
    wrong: bool = False
    typed: bool = True
    """False for a text that is shown but not being edited."""
    example: str = ""
    """Shown when the text is empty."""
    untouched: bool = False
    """True for a text that the user did not enter: the first typed character replaces it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One frame of a screen.

    ``rows`` scroll so that ``at`` stays visible; ``panel`` is directly below them and does not scroll; ``aside`` is the
    second column, or comes last on a narrow screen if there is room.
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
    aside_opens: tuple[int, ...] = ()
    """For each line of ``aside``, the line of the text that a click on it opens; empty if it opens none."""
    aside_rows: tuple[ListRow, ...] = ()
    """The second column as a list, replacing ``aside``."""
    aside_at: int = PROSE
    """The highlight in ``aside_rows``; ``PROSE`` if the highlight is in ``rows`` and may move between the columns."""
    at_right: bool = False
    """True if ``rows`` and the entry are to the right of ``aside_rows``."""
    split: int = 0
    """The width of the first column if it is not the usual one; the second one has the rest."""
    foot: tuple[Line, ...] = ()
    """Lines below both columns."""
    message: Line = BLANK
    leaf: int = 0
    """For a scrolled text without a highlight, the number of lines that a page key moves by."""

    @property
    def typing(self) -> bool:
        """True if letter keys are text."""
        return self.entry is not None and self.entry.typed

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all rows."""
        return tuple(each for row in self.rows for each in row.lines)


def room_for(columns: int, rows: int) -> Room:
    """Return the layout for a terminal of this size."""
    height = rows - CHROME
    if columns < TWO_COLUMNS:
        width = min(WIDEST, columns - 3)
        return Room(width, height, spare=columns - 2 - width)
    width = min(WIDEST, columns - _LEAST_SIDE - GAP - 2)
    return Room(width, height, columns - width - GAP - 2)


def fits(columns: int, rows: int) -> bool:
    """Return true if the terminal is large enough for the screens."""
    return columns >= SMALLEST[0] and rows >= SMALLEST[1]


def believable(columns: int, rows: int) -> tuple[int, int] | None:
    """Return the size that a terminal reports, limited to ``LARGEST``; ``None`` if it reports none, such as 0x0."""
    if columns <= 0 or rows <= 0:
        return None
    return min(columns, LARGEST), min(rows, LARGEST)


def too_small(columns: int, rows: int) -> Line:
    """Return the one line that a small terminal shows."""
    size = f"{SMALLEST[0]}x{SMALLEST[1]}"
    short = f"podwizard needs {size}, this is {columns}x{rows}"
    tried = (f"{short}. Ctrl+C leaves.", short, f"podwizard needs {size}", f"needs {size}")
    return clip(line(next((one for one in tried if len(one) <= columns), tried[-1])), columns)


def first_lines(lines: tuple[Line, ...], most: int, width: int) -> tuple[Line, ...]:
    """Return at most ``most`` lines; an ellipsis marks that there are more."""
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], _marked(lines[most - 1], width)) if most > 0 else ()


def _marked(last: Line, width: int) -> Line:
    """Add an ellipsis; words at the right edge move left for it if there is a gap before them."""
    text = plain_text(last)
    gap = text.rfind("    ")
    if width_of(last) > width - 2 and gap > 0 and text[:gap].strip():
        last = (*part(last, 0, gap), *part(last, gap + 2, len(text)))
    return clip((*last, quiet(" …")), width)


def message_lines(message: Line, width: int, *, hang: int = 0) -> tuple[tuple[Line, ...], Line]:
    """Split a message into the lines above the message line and that line; a long message is cut."""
    *above, last = first_lines(wrap(message, width, hang=hang), _MOST_LINES, width)
    return tuple(above), last


def shown_keys(keys: tuple[KeyHint, ...], width: int) -> tuple[KeyHint, ...]:
    """Return the keys that fit on one line: the last one (help) first, then the others in order, spare ones last."""
    offered = [key for key in keys if key.shown]
    shown = offered[-1:]
    for key in sorted(offered[:-1], key=lambda each: each.spare):
        tried = [each for each in offered if each in shown or each is key]
        if len(tried) <= 2 or keys_width(tried) <= width:
            shown = tried
    return tuple(shown)


def keys_width(keys: Sequence[KeyHint]) -> int:
    """Return the number of cells that keys take in the key line."""
    return sum(before + cells(name) + cells(does) for before, name, does, _ in key_parts(keys))


def key_parts(keys: Sequence[KeyHint]) -> Iterator[tuple[int, str, str, KeyHint]]:
    """Yield the cells before each key, its name, its description and the key; neighbours may share a description."""
    shares = False
    for number, key in enumerate(keys):
        before = (1 if shares else 2) if number else 0
        shares = number + 1 < len(keys) and keys[number + 1].does == key.does
        yield before, key.name, "" if shares else f" {key.does}", key


class Sheet:
    """A builder of rows, line by line; neighbouring lines with the same item form one row."""

    def __init__(self, width: int, *, widest: int = 0) -> None:
        self.width = width
        self.widest = max(width, widest)
        """The width to which a shortened paragraph is cut."""
        self.lines: list[Line] = []
        self.brief = False
        """True while paragraphs are cut to one line; ``unfold`` restores them if there is room."""
        self.beside = PROSE
        """The item that the following prose describes."""
        self._items: list[int] = []
        self._clicked: dict[int, str] = {}
        self._beside: dict[int, int] = {}
        self._joined: set[int] = set()
        self._cut: list[tuple[int, tuple[Line, ...]]] = []

    def add(
        self,
        *words: str | Span | Line,
        indent: int = 0,
        hang: int | None = None,
        item: int = PROSE,
        key: str = "",
        fields: Sequence[str] = (),
    ) -> None:
        """Add a paragraph; ``hang`` is the indent of its further lines (default: the same as the first).

        A click on it presses ``key``, if there is one. ``fields`` of manifests follow its last word or are below it.
        """
        content = line(" " * indent, *words)
        hang = indent if hang is None else hang
        wrapped = wrap_before(content, fields, self.width, hang=hang)
        if self.brief and len(wrapped) > 1:
            self._cut.append((len(self.lines), wrapped))
            wrapped = (clip(line(content, quiet(f"  {', '.join(fields)}")), self.widest),)
        if key:
            self._clicked.update(dict.fromkeys(range(len(self.lines), len(self.lines) + len(wrapped)), key))
        self.extend(wrapped, item=item)

    def add_beside(self, text: Line, term: Line, *, hang: int, item: int = PROSE, lines: int = 1) -> None:
        """Add a paragraph with a term at the right end of its first line if that adds no line, else of one more line.

        The term is left out if there would be more than ``lines`` because of it.
        """
        narrow = self.width - _APART - width_of(term)
        wrapped = wrap(text, narrow, hang=hang) if term and narrow > hang else ()
        alone = wrap(text, self.width, hang=hang)
        if 0 < len(wrapped) <= len(alone):
            self.extend((spread(wrapped[0], term, self.width), *wrapped[1:]), item=item)
        elif 0 < width_of(term) <= self.width - hang and len(alone) < lines:
            self.extend((*alone, spread(BLANK, term, self.width)), item=item)
        else:
            self.add(text, hang=hang, item=item)

    def extend(self, lines: tuple[Line, ...] | list[Line], *, item: int = PROSE) -> None:
        """Add lines that are laid out already."""
        if self.beside != PROSE and item == PROSE:
            self._beside.update(dict.fromkeys(range(len(self.lines), len(self.lines) + len(lines)), self.beside))
        self.lines += lines
        self._items += [item] * len(lines)

    def add_whole(self, lines: tuple[Line, ...]) -> None:
        """Add lines that are laid out already as one row, which no window begins or ends in if it can hold them."""
        self._joined.update(range(len(self.lines) + 1, len(self.lines) + len(lines)))
        self.extend(lines)

    def unfold(self, height: int) -> None:
        """Restore the cut paragraphs in order, as long as all lines fit ``height``."""
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
        """Add a heading, with a blank line above it."""
        self.blank()
        self.add(accent(text))

    def blank(self) -> None:
        """Add a blank line, unless it would be the first line or follow another one."""
        if self.lines and plain_text(self.lines[-1]).strip():
            self.extend((BLANK,))

    def pair(self, label: str, text: str, *, gap: int, item: int = PROSE, style: Style = Style.PLAIN) -> None:
        """Add a label and its text in two columns; the text starts on the next line if the label is too long."""
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
        """The lines as rows: neighbouring lines of the same item form one row, each line of prose is one."""
        rows: list[ListRow] = []
        for number, (content, item) in enumerate(zip(self.lines, self._items, strict=True)):
            key = self._clicked.get(number, "")
            if rows and rows[-1].item == item and (item != PROSE or number in self._joined):
                last = rows[-1]
                rows[-1] = last._replace(lines=(*last.lines, content), keys=(*last.keys, key))
            else:
                rows.append(ListRow((content,), item, self._beside.get(number, PROSE), (key,)))
        return tuple(rows)

"""The contents of a screen as data, and their layout on a terminal of any size."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.screens.text import (
    BLANK,
    Line,
    Span,
    Style,
    cells,
    clip,
    line,
    pad,
    plain_text,
    quiet,
    restyle,
    spread,
    strong,
    wrap,
)

WIDEST = 76
SMALLEST = (60, 20)
LARGEST = 1000
"""Columns and rows that a terminal may claim: memory grows with their product."""
TWO_COLUMNS = 100
_CHROME = 4
"""Header, rule, message and key line."""
_GAP = 3


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key that works on a screen: how it is written, what it does, and more for the help."""

    name: str
    does: str
    more: str = ""
    shown: bool = True
    """True when it stands in the key line; the help lists all."""


HELP = KeyHint("?", "help")
BACK = KeyHint("esc", "back")


@dataclass(frozen=True, slots=True)
class Room:
    """The space a screen may use: the first column, the body's height, the second column (0: none)."""

    width: int
    height: int
    side: int = 0

    @property
    def whole(self) -> int:
        """Both columns together, for screens that use them as one."""
        return self.width + (self.side + _GAP if self.side else 0)


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of a screen.

    ``body`` scrolls so that ``focus`` (first and last line, drawn as a bar) stays in sight; ``panel`` is
    below it; ``aside`` is the second column, or comes last where there is room for it.
    """

    title: Line
    body: tuple[Line, ...]
    keys: tuple[KeyHint, ...]
    status: Line = BLANK
    focus: tuple[int, int] | None = None
    panel: tuple[Line, ...] = ()
    aside: tuple[Line, ...] = ()
    message: Line = BLANK
    bar: bool = True
    """True when ``focus`` is drawn as a bar."""


def room_for(columns: int, rows: int) -> Room:
    """The division of a terminal of this size."""
    height = rows - _CHROME
    if columns < TWO_COLUMNS:
        return Room(min(WIDEST, columns - 2), height)
    side = min(40, max(32, columns // 3))
    return Room(min(WIDEST, columns - side - _GAP - 2), height, side)


def fits(columns: int, rows: int) -> bool:
    """Tell whether the terminal is large enough for the screens."""
    return columns >= SMALLEST[0] and rows >= SMALLEST[1]


def believable(columns: int, rows: int) -> tuple[int, int] | None:
    """The size that a terminal claims, within bounds; ``None`` for one that says nothing, such as 0x0."""
    if columns <= 0 or rows <= 0:
        return None
    return min(columns, LARGEST), min(rows, LARGEST)


def too_small(columns: int, rows: int) -> tuple[Line, ...]:
    """The one line a small terminal shows."""
    short = f"podwizard needs {SMALLEST[0]}x{SMALLEST[1]}, this is {columns}x{rows}"
    said = f"{short}. Ctrl+C leaves."
    return (clip(line(said if len(said) <= columns else short), columns), *(BLANK,) * (rows - 1))


def compose(page: Page, columns: int, rows: int) -> tuple[Line, ...]:
    """Exactly ``rows`` lines of at most ``columns`` cells."""
    room = room_for(columns, rows)
    main, side = _columns(page, room)
    body = []
    for at in range(room.height):
        left = main[at] if at < len(main) else BLANK
        if at < len(side):
            left = (*pad(left, room.width + _GAP), *side[at])
        body.append(left)
    lines = (
        spread(page.title, page.status, room.whole),
        (Span("─" * room.whole, Style.QUIET),),
        *body,
        clip(page.message, room.whole),
        key_line(page.keys, room.whole),
    )
    return tuple((Span(" "), *content) if content else BLANK for content in lines)


def _columns(page: Page, room: Room) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    panel = page.panel
    while panel and not panel[-1] and len(page.body) + len(panel) > room.height:
        panel = panel[:-1]
    if room.side:
        side = tuple(clip(content, room.side) for content in page.aside)
        return (*window(page, room, room.height - len(panel)), *panel), side
    spare = room.height - len(page.body) - len(panel)
    below = (BLANK, *first_lines(page.aside, spare - 1, room.width)) if spare > 2 else ()
    return (*window(page, room, room.height - len(panel)), *panel, *below), ()


def first_lines(lines: tuple[Line, ...], most: int, width: int) -> tuple[Line, ...]:
    """As many lines as there is room for; an ellipsis says that there are more."""
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], clip((*lines[most - 1], quiet(" …")), width))


def window(page: Page, room: Room, height: int) -> tuple[Line, ...]:
    """The part of the body that fits, with the focus in sight and a word about what is hidden."""
    body = list(page.body)
    first, last = page.focus or (0, 0)
    if page.focus and page.bar:
        width = room.width if page.aside else room.whole
        for at in range(first, last + 1):
            body[at] = restyle(pad(body[at], width), Style.BAR)
    if len(body) <= height:
        return tuple(body)
    top = scrolled(len(body), height, first, last)
    shown = body[top : top + height]
    hidden = len(body) - top - height
    if top and first > top:
        shown[0] = line(quiet(f"  ↑ {top + 1} more lines"))
    if hidden and last < top + height - 1:
        shown[-1] = line(quiet(f"  ↓ {hidden + 1} more lines"))
    return tuple(shown)


def scrolled(total: int, height: int, first: int, last: int) -> int:
    """The first line shown, so that the focus and a line around it are in sight; as near the top as can be."""
    top = max(0, min(last + 2, total) - height)
    return max(0, min(top, first - 1 if first else 0, total - height)) if last - first < height else first


def key_line(keys: tuple[KeyHint, ...], width: int) -> Line:
    """The keys that work here; what does not fit is left to the help, whose key always stays."""
    shown = [key for key in keys if key.shown]
    used = sum(len(key.name) + len(key.does) + 3 for key in shown) - 2
    while used > width and len(shown) > 2:
        dropped = shown.pop(-2)
        used -= len(dropped.name) + len(dropped.does) + 3
    spans: list[Span] = []
    for key in shown:
        spans += [Span("  ")] if spans else []
        spans += [strong(key.name), Span(" " + key.does)]
    return clip(tuple(spans), width)


class Sheet:
    """Builds a body line by line and remembers where the highlighted item stands."""

    def __init__(self, width: int, *, widest: int = 0) -> None:
        self.width = width
        self.widest = max(width, widest)
        """The width of a paragraph that is cut to one line."""
        self.lines: list[Line] = []
        self.focus: tuple[int, int] | None = None
        self.brief = False
        """True when paragraphs are cut to one line, until there is room for them."""
        self._cut: list[tuple[int, tuple[Line, ...]]] = []

    def add(self, *words: str | Span | Line, indent: int = 0, hang: int | None = None, focus: bool = False) -> None:
        """A paragraph; ``hang`` is the indent of its further lines (default: like the first)."""
        content = line(" " * indent, *words)
        hang = indent if hang is None else hang
        wrapped = wrap(content, self.width, hang=hang)
        if self.brief and len(wrapped) > 1:
            self._cut.append((len(self.lines), wrapped))
            wrapped = (clip(content, self.widest),)
        if focus:
            start = self.focus[0] if self.focus else len(self.lines)
            self.focus = (start, len(self.lines) + len(wrapped) - 1)
        self.lines += wrapped

    def unfold(self, height: int) -> None:
        """Show the cut paragraphs in full, from the first on, as long as all of it fits ``height``."""
        grown = 0
        for at, full in self._cut:
            more = len(full) - 1
            if len(self.lines) + more > height:
                continue
            self.lines[at + grown : at + grown + 1] = full
            if self.focus and self.focus[1] >= at + grown:
                start, end = self.focus
                self.focus = (start + more if start > at + grown else start, end + more)
            grown += more
        self._cut.clear()

    def heading(self, text: str) -> None:
        """A heading with a blank line above it."""
        self.blank()
        self.add(strong(text))

    def blank(self) -> None:
        """One blank line, never two, never the first."""
        if self.lines and plain_text(self.lines[-1]):
            self.lines.append(BLANK)

    def pair(self, label: str, text: str, *, gap: int, focus: bool = False, style: Style = Style.PLAIN) -> None:
        """A label and its text in two columns, the text hanging under itself; below a label that is too long."""
        if cells(label) < gap:
            self.add(Span(label.ljust(gap)), Span(text, style), hang=gap, focus=focus)
            return
        self.add(Span(label), hang=2, focus=focus)
        self.add(Span(text, style), indent=gap, focus=focus)

    def done(self) -> tuple[Line, ...]:
        """Return the finished lines."""
        return tuple(self.lines)

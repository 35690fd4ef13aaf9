"""A copy of a terminal's cells, and the shortest byte sequence from there to a new frame; independent of Textual."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import get_character_cell_size

Cell = tuple[str, str]
"""The text of a cell (empty for the right half of a wide character), and its colours and attributes as SGR codes."""
_EMPTY: Cell = (" ", "")
TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|([^\x1b]+)")
"""The tokens of a frame: cursor moves, SGR codes and text."""
_CODE = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "53": "55"}
"""The code that switches each attribute off; bold and dim share one."""
_ON_BLANKS = {"4", "7", "9", "53"}
"""Attributes that are visible on blank cells too: lines and reverse video."""
_BRIDGE = 5
"""The longest run of unchanged cells that is cheaper to send again than to jump over."""
_ERASED, _ERASED_LAST = 11, 6
"""The minimum number of blanks for which erasing is shorter: followed by a move, and at the end of the output."""
_LEVELS = (0, 95, 135, 175, 215, 255)
_GREYS = range(8, 248, 10)
_CHANGED = 21
"""The last colour of xterm's palette that terminal settings are known to redefine."""


@lru_cache(maxsize=512)
def canonical(codes: str) -> str:
    """Drop the SGR codes that only select the terminal's defaults, and shorten each colour."""
    return ";".join(_shortest(match[0]) for match in _CODE.finditer(codes) if match[0] not in ("0", "39", "49"))


def _shortest(code: str) -> str:
    """Return a colour as its number in xterm's palette if it is exactly in it and not commonly redefined."""
    layer, _, colour = code.partition(";2;")
    if not colour:
        return code
    red, green, blue = map(int, colour.split(";"))
    number = 0
    if {red, green, blue} <= {*_LEVELS}:
        number = 16 + 36 * _LEVELS.index(red) + 6 * _LEVELS.index(green) + _LEVELS.index(blue)
    elif red == green == blue and red in _GREYS:
        number = 232 + _GREYS.index(red)
    return f"{layer};5;{number}" if number > _CHANGED else code


@lru_cache(maxsize=512)
def on_blank(codes: str) -> str:
    """Return the codes that are visible on a blank cell."""
    parts = _CODE.findall(codes)
    return codes if _ON_BLANKS & {*parts} else ";".join(part for part in parts if _kind(part) == "48")


@lru_cache(maxsize=2048)
def change(before: str, after: str) -> str:
    """Return the shortest sequence that changes one style to another."""
    if before == after:
        return ""
    old, new = _CODE.findall(before), _CODE.findall(after)
    kinds = {_kind(part) for part in new}
    ended = {_OFF.get(part, "39" if _kind(part) == "38" else "49") for part in old if part not in new}
    ended -= {"39"} if "38" in kinds else set()
    ended -= {"49"} if "48" in kinds else set()
    again = [part for part in new if part not in old or _OFF.get(part) in ended]
    stepwise = ";".join([*sorted(ended), *again])
    whole = f"0;{after}" if before and after else after
    return f"\x1b[{min(stepwise, whole, key=len)}m"


@lru_cache(maxsize=512)
def ground(codes: str) -> str:
    """Return the codes of a cell's background: its colour, or reverse video."""
    return ";".join(part for part in _CODE.findall(codes) if part == "7" or _kind(part) == "48")


@lru_cache(maxsize=512)
def is_ground(codes: str) -> bool:
    """Return true if the codes are a background colour and nothing else, which is what erasing fills cells with."""
    return bool(codes) and all(_kind(part) == "48" for part in _CODE.findall(codes))


def _kind(code: str) -> str:
    """Return 38 for any text colour, 48 for any background colour, and other codes unchanged."""
    if code.startswith(("38;", "48;")):
        return code[:2]
    number = int(code)
    if 30 <= number <= 37 or 90 <= number <= 97:
        return "38"
    return "48" if 40 <= number <= 47 or 100 <= number <= 107 else code


class Mirror:
    """A copy of a terminal's cells, and the shortest byte sequence from there to a new frame.

    ``erases`` is true for a terminal that fills erased cells with the background colour (terminfo's ``bce``): then
    ``ESC[40X`` replaces 40 blanks, such as those behind a highlighted option. Other terminals would leave a hole in its
    bar.
    """

    def __init__(self, columns: int, rows: int, *, erases: bool = False) -> None:
        self.columns, self.rows = columns, rows
        self.erases = erases
        self.blank = True
        self.shown: list[list[Cell]] = [[_EMPTY] * columns for _ in range(rows)]

    def update(self, frame: str, eye: tuple[int, int] = (0, 0)) -> str | None:
        """Return the bytes that bring the terminal to ``frame``; ``None`` if the frame contains anything but cells."""
        parts = self.parts(frame, eye)
        return None if parts is None else "".join(parts)

    def parts(self, frame: str, eye: tuple[int, int]) -> tuple[str, str] | None:
        """Return the same bytes in two parts: the rows at ``eye``, the column and row the user looks at, and the rest.

        Over a slow connection, the highlight bar then appears on its new row before it disappears from its old one. A
        new page, recognized by a different first row, is sent from the top.
        """
        wanted = self._read(frame)
        if wanted is None:
            return None
        first: list[str] = []
        rest = ["\x1b[0m\x1b[2J"] if self.blank else []
        another, self.blank = self.blank or wanted.get(0, self.shown[0]) != self.shown[0], False
        style = "" if another else self._send(first, self._bar(wanted, *eye), "")
        style = self._send(rest, wanted, style)
        if style:
            (rest or first).append("\x1b[m")
        return "".join(first), "".join(rest)

    def _send(self, out: list[str], rows: dict[int, list[Cell]], style: str) -> str:
        for y, row in rows.items():
            style = self._send_row(out, y, row, style)
            self.shown[y] = row
        return style

    def _bar(self, wanted: dict[int, list[Cell]], x: int, y: int) -> dict[int, list[Cell]]:
        """Return the rows at a position, up to where the background changes: a highlighted option, or text being typed.

        For example, in ``› 2  Job  │ a drawing`` with a bar behind the option, the drawing keeps its old cells.
        """
        bar: dict[int, list[Cell]] = {}
        while y in wanted and x + 1 < self.columns and (row := wanted[y])[x] != (old := self.shown[y])[x]:
            behind = ground(row[x + 1][1])
            end = next((at for at in range(x + 1, self.columns) if ground(row[at][1]) != behind), self.columns)
            wide = any(not text for text, _ in (*row, *old))
            bar[y] = row if wide else row[:end] + old[end:]
            y += 1
        return bar

    def _read(self, frame: str) -> dict[int, list[Cell]] | None:
        rows: dict[int, list[Cell]] = {}
        x = y = at = 0
        style = ""
        for match in TOKEN.finditer(frame):
            if match.start() != at:
                return None
            at = match.end()
            if match[1]:
                y, x = int(match[1]) - 1, int(match[2]) - 1
            elif match[3] is not None:
                style = canonical(match[3])
            elif match[4] != "\n" and y < self.rows:
                row = rows.get(y)
                if row is None:
                    row = rows[y] = list(self.shown[y])
                x = self._put(row, x, match[4], style)
        return rows if at == len(frame) else None

    def _put(self, row: list[Cell], x: int, text: str, style: str) -> int:
        columns = self.columns
        if text.isascii():
            text = text.replace("\n", "")
            fits = text[: max(0, columns - x)]
            blank = (" ", on_blank(style))
            row[x : x + len(fits)] = [(c, style) if c != " " else blank for c in fits]
            return x + len(text)
        for character in text:
            wide = 0 if character == "\n" else get_character_cell_size(character)
            if wide == 0:
                continue
            if x + wide <= columns:
                row[x] = (character, on_blank(style) if character == " " else style)
                if wide == 2:
                    row[x + 1] = ("", style)
            x += wide
        return x

    def _send_row(self, out: list[str], y: int, row: list[Cell], style: str) -> str:
        old = self.shown[y]
        if row == old:
            return style
        columns = self.columns
        changed = [x for x in range(columns) if row[x] != old[x]]
        if any(not text for text, _ in row) or any(not text for text, _ in old):
            # Half of a wide character cannot be replaced alone. Such rows are rare, so they are always sent in full.
            changed = list(range(columns))
        tail = columns
        while tail and row[tail - 1] == _EMPTY:
            tail -= 1
        blank_from = next((x for x in changed if x >= tail), columns)
        if columns - blank_from <= 3:
            blank_from = columns
        head, at = f"{y + 1};", -1
        for start, end in _runs([x for x in changed if x < blank_from]):
            out.append(_move(head, start))
            style = _send_cells(out, row[: end + 1], start, style, erases=self.erases)
            head, at = "", end + 1 if _surely_stepped(row[start : end + 1]) else -1
        if blank_from < columns:
            move = "" if at == blank_from else _move(head, blank_from)
            out.append(move + ("\x1b[m" if style else "") + "\x1b[K")
            style = ""
        return style


def _move(head: str, x: int) -> str:
    """Return the move to a column; absolute, because some terminals draw ``›`` wide.

    ``head`` names the row; empty for the current row.
    """
    return f"\x1b[{head}{x + 1}H" if head else f"\x1b[{x + 1}G"


def _surely_stepped(cells: list[Cell]) -> bool:
    """Return true if the cursor is directly after the sent cells: all are narrow, and the last ones were not erased."""
    return cells[-1][0] != " " and all(text.isascii() for text, _ in cells)


def _runs(cells: list[int]) -> list[tuple[int, int]]:
    """Return the first and last cell of each run, joining runs across small gaps."""
    runs: list[tuple[int, int]] = []
    for x in cells:
        if runs and x - runs[-1][1] <= _BRIDGE:
            runs[-1] = (runs[-1][0], x)
        else:
            runs.append((x, x))
    return runs


def _send_cells(out: list[str], cells: list[Cell], at: int, style: str, *, erases: bool) -> str:
    """Send the cells from ``at``, where the cursor is; afterwards the cursor's position is unspecified."""
    while at < len(cells):
        text, wanted = cells[at]
        blanks = _blanks(cells, at) if erases and text == " " and (not wanted or is_ground(wanted)) else 0
        last = at + blanks == len(cells)
        erased = blanks >= (_ERASED_LAST if last else _ERASED)
        if wanted != style and not (text == " " and wanted == on_blank(style)):
            out.append(change(style, wanted))
            style = wanted
        if erased:
            at += blanks
            out.append(f"\x1b[{blanks}X" if last else f"\x1b[{blanks}X\x1b[{at + 1}G")
        else:
            at += 1
            out.append(text)
    return style


def _blanks(cells: list[Cell], at: int) -> int:
    """Return the number of consecutive cells from ``at`` that are equal to it."""
    return next((end for end in range(at, len(cells)) if cells[end] != cells[at]), len(cells)) - at

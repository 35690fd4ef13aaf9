"""The cells of a terminal, and the shortest way from there to a new frame; knows no Textual."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import get_character_cell_size

Cell = tuple[str, str]
"""The characters of a cell (none for the right half of a wide one), and its colours and weight as SGR codes."""
_EMPTY: Cell = (" ", "")
TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|([^\x1b]+)")
"""The parts of frames: moves, colours and text."""
_CODE = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "53": "55"}
"""The code that ends each weight or line; one ends both bold and dim."""
_ON_BLANKS = {"4", "7", "9", "53"}
"""Lines and reversing are seen where there is no character, too."""
_BRIDGE = 5
"""Unchanged cells that are cheaper to send again than to jump over."""
_ERASED, _ERASED_LAST = 11, 6
"""Blank cells from which erasing is shorter than blanks: with a move over them, and without one at the end."""
_LEVELS = (0, 95, 135, 175, 215, 255)
_GREYS = range(8, 248, 10)
_CHANGED = 21
"""The last number of xterm's palette that shells are known to give another colour."""


@lru_cache(maxsize=512)
def canonical(codes: str) -> str:
    """SGR codes without those that only name the terminal's own colours, each colour in its shortest form."""
    return ";".join(_shortest(match[0]) for match in _CODE.finditer(codes) if match[0] not in ("0", "39", "49"))


def _shortest(code: str) -> str:
    """The number of a colour in xterm's palette, where it is exactly one of that: white in 8 letters and not in 16."""
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
    """The codes that are seen on a cell without a character."""
    parts = _CODE.findall(codes)
    return codes if _ON_BLANKS & {*parts} else ";".join(part for part in parts if _kind(part) == "48")


@lru_cache(maxsize=2048)
def change(before: str, after: str) -> str:
    """The shortest sequence that turns one look into another."""
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
    """The codes of what is behind a character: a colour, or reversing."""
    return ";".join(part for part in _CODE.findall(codes) if part == "7" or _kind(part) == "48")


@lru_cache(maxsize=512)
def is_ground(codes: str) -> bool:
    """Tell whether they are a colour behind characters and nothing else, which erasing fills cells with."""
    return bool(codes) and all(_kind(part) == "48" for part in _CODE.findall(codes))


def _kind(code: str) -> str:
    """The code of all colours of the text (38) or behind it (48) for one of them; else the code."""
    if code.startswith(("38;", "48;")):
        return code[:2]
    number = int(code)
    if 30 <= number <= 37 or 90 <= number <= 97:
        return "38"
    return "48" if 40 <= number <= 47 or 100 <= number <= 107 else code


class Mirror:
    """The cells of a terminal, and the shortest way from there to a new frame.

    ``erases`` is true for a terminal that gives erased cells the colour of the ground (terminfo's ``bce``): then
    ``ESC[40X`` stands for 40 blanks, such as those behind an option in its bar. Others leave a hole in the bar.
    """

    def __init__(self, columns: int, rows: int, *, erases: bool = False) -> None:
        self.columns, self.rows = columns, rows
        self.erases = erases
        self.blank = True
        self.shown: list[list[Cell]] = [[_EMPTY] * columns for _ in range(rows)]

    def update(self, frame: str, eye: tuple[int, int] = (0, 0)) -> str | None:
        """The bytes that bring the terminal to ``frame``; ``None`` when it holds anything but cells."""
        parts = self.parts(frame, eye)
        return None if parts is None else "".join(parts)

    def parts(self, frame: str, eye: tuple[int, int]) -> tuple[str, str] | None:
        """The same bytes in two: what a person looks at, at this column and row, and then all the rest.

        Over a slow line the bar is seen on the row that a key brought it to before that of the row it left is
        taken away. Another page, whose first row is another one, comes from its top.
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
        """The rows around a place, up to where the ground changes: an option in its bar, or a text that is typed.

        For example ``› 2  Job  │ a drawing`` with a bar behind the option: the drawing stays as it is shown.
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
            # Half of a wide character cannot be replaced alone; the whole row is rare and safe.
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
    """To a column of the row that ``head`` names, or of the same row; never relative, as some draw ``›`` wide."""
    return f"\x1b[{head}{x + 1}H" if head else f"\x1b[{x + 1}G"


def _surely_stepped(cells: list[Cell]) -> bool:
    """Tell whether the cursor stands right behind cells that were sent: all narrow, and the last ones not erased."""
    return cells[-1][0] != " " and all(text.isascii() for text, _ in cells)


def _runs(cells: list[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of cells with only small gaps in it."""
    runs: list[tuple[int, int]] = []
    for x in cells:
        if runs and x - runs[-1][1] <= _BRIDGE:
            runs[-1] = (runs[-1][0], x)
        else:
            runs.append((x, x))
    return runs


def _send_cells(out: list[str], cells: list[Cell], at: int, style: str, *, erases: bool) -> str:
    """Send the cells from ``at`` on, the cursor being there; it is anywhere after that."""
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
    """The number of cells from ``at`` on that are as blank as that one."""
    return next((end for end in range(at, len(cells)) if cells[end] != cells[at]), len(cells)) - at

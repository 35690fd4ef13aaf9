"""Styled lines as plain data: cleaning, measuring, wrapping and cutting, independent of a terminal."""

from collections.abc import Sequence
from enum import Enum
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from wizard.text import orphan_break, visible


class Style(Enum):
    """The meaning of a piece of text; ``theme`` defines its appearance."""

    PLAIN = "plain"
    STRONG = "strong"
    ACCENT = "accent"
    """Headings of parts of a screen, and keys."""
    QUIET = "quiet"
    """Only for text that a reader may miss: the Kubernetes term next to a sentence, defaults, rules, line numbers."""
    RULE = "rule"
    """Lines that divide a screen and carry no information."""
    ADDED = "added"
    """Added, accepted, chosen."""
    REMOVED = "removed"
    ATTENTION = "attention"
    """Warned about, assumed, or still needed."""
    NOTICE = "notice"
    """The words behind such a sign, readable on any background."""
    ERROR = "error"
    KEY = "key"
    """The name of a field in YAML."""
    APP = "app"
    INIT = "init"
    SIDECAR = "sidecar"
    AMBASSADOR = "ambassador"
    ADAPTER = "adapter"
    OPERATOR = "operator"


class Span(NamedTuple):
    """A run of text in one style."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]
Words = str | Span | Line
BLANK: Line = ()
_JOINTS = "/:.,=@-_"
"""Characters after which a word that is longer than a line is broken, such as an image or an address."""
_WIDEST_CELL = 2
"""Cells of the widest character."""


def line(*words: Words) -> Line:
    """Build a line from strings, spans and other lines, with control characters removed."""
    spans: list[Span] = []
    for word in words:
        if isinstance(word, str):
            spans.append(Span(visible(word)))
        elif isinstance(word, Span):
            spans.append(Span(visible(word.text), word.style))
        else:
            spans.extend(word)
    return tuple(span for span in spans if span.text)


def strong(text: str) -> Span:
    """Return text that carries a heading or a result."""
    return Span(text, Style.STRONG)


def accent(text: str) -> Span:
    """Return the heading of a part of a screen."""
    return Span(text, Style.ACCENT)


def quiet(text: str) -> Span:
    """Return text that a reader may miss."""
    return Span(text, Style.QUIET)


def plain_text(content: Line) -> str:
    """Return the characters without styles."""
    return "".join(span.text for span in content)


def width_of(content: Line) -> int:
    """Return the width of a line in terminal cells."""
    return sum(cell_len(span.text) for span in content)


def cells(text: str) -> int:
    """Return the width of a text in terminal cells."""
    return cell_len(text)


def part(content: Line, start: int, end: int) -> Line:
    """Return the characters from ``start`` to ``end`` with their styles."""
    spans = []
    at = 0
    for span in content:
        piece = span.text[max(0, start - at) : max(0, end - at)]
        if piece:
            spans.append(Span(piece, span.style))
        at += len(span.text)
    return tuple(spans)


def wrap(content: Line, width: int, *, hang: int = 0) -> tuple[Line, ...]:
    """Break prose at spaces so that every line fits ``width``; lines after the first are indented by ``hang``.

    A word longer than a line is broken after a sign such as a slash, if it has one. The last line is not one short
    word, if the word before it can join it.
    """
    if width_of(content) <= width:
        return (content,)
    text, indent = plain_text(content), _indent(width, hang)
    pieces = _pieces(text, width, indent)
    if len(pieces) > 1:
        (start, end), (last, stop) = pieces[-2:]
        room = max(1, width - indent)
        at = orphan_break(text[start:end], text[last:stop], room)
        if at and cell_len(text[start + at + 1 : stop]) <= room:
            pieces[-2:] = [(start, start + at), (start + at + 1, stop)]
    return _cut_at(content, pieces, indent)


def packed(parts: Sequence[str], width: int) -> tuple[str, ...]:
    """Join parts by commas on as few lines as possible; no part is broken, so one may be wider than a line."""
    lines: list[str] = []
    for number, each in enumerate(parts):
        text = f"{each}," if number + 1 < len(parts) else each
        if lines and cell_len(lines[-1]) + 1 + cell_len(text) <= width:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return tuple(lines)


def wrap_before(content: Line, fields: Sequence[str], width: int, *, hang: int = 0) -> tuple[Line, ...]:
    """Break prose like ``wrap``, followed by fields, which are broken only between each other."""
    lines = wrap(content, width, hang=hang)
    if not fields:
        return lines
    whole = line(lines[-1], quiet(f"  {', '.join(fields)}"))
    if width_of(whole) <= width:
        return (*lines[:-1], whole)
    indent = _indent(width, hang)
    below = (line(" " * indent, quiet(text)) for text in packed(fields, width - indent))
    return (*lines, *(each for text in below for each in wrap(text, width, hang=hang)))


def fold(content: Line, width: int, *, hang: int = 0) -> tuple[Line, ...]:
    """Break at the last spaces so that every line fits ``width``, as YAML and commands are broken."""
    if width_of(content) <= width:
        return (content,)
    indent = _indent(width, hang)
    return _cut_at(content, _pieces(plain_text(content), width, indent), indent)


def _indent(width: int, hang: int) -> int:
    return min(hang, max(0, width - _WIDEST_CELL))


def _pieces(text: str, width: int, indent: int) -> list[tuple[int, int]]:
    """Return the start and end of each line, of which those after the first have ``indent`` fewer cells."""
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        room = max(1, width - (indent if pieces else 0))
        end = max(_fit(text, start, room), start + 1)
        if end < len(text) and text[end] != " ":
            space = text.rfind(" ", start + 1, end)
            end = space if space > start else _joint(text, start, end)
        pieces.append((start, end))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return pieces


def _cut_at(content: Line, pieces: list[tuple[int, int]], indent: int) -> tuple[Line, ...]:
    lines: list[Line] = []
    for start, end in pieces:
        piece = part(content, start, end)
        lines.append((Span(" " * indent), *piece) if indent and lines else piece)
    return tuple(lines)


def _joint(text: str, start: int, end: int) -> int:
    """Return where to break a word that is too long for a line: after a joint in its second half, else at its end."""
    joint = max(text.rfind(sign, start + (end - start) // 2, end) for sign in _JOINTS)
    return joint + 1 if joint >= 0 else end


def _fit(text: str, start: int, room: int) -> int:
    if text.isascii():
        return min(len(text), start + room)
    used = 0
    for at in range(start, len(text)):
        used += cell_len(text[at])
        if used > room:
            return at
    return len(text)


def clip(content: Line, width: int) -> Line:
    """Cut to ``width`` cells; an ellipsis marks the cut."""
    if width_of(content) <= width:
        return content
    if width <= 0:
        return BLANK
    text = plain_text(content)
    return (*part(content, 0, _fit(text, 0, width - 1)), Span("…", Style.QUIET))


def pad(content: Line, width: int) -> Line:
    """Cut or fill to exactly ``width`` cells."""
    content = clip(content, width)
    missing = width - width_of(content)
    return (*content, Span(" " * missing)) if missing > 0 else content


def beside(left: Sequence[Line], right: Sequence[Line], width: int, gap: int) -> tuple[Line, ...]:
    """Place two texts side by side, the left one in ``width`` cells."""
    rows = zip_longest(left, right, fillvalue=BLANK)
    return tuple((*pad(one, width + gap), *other) if other else one for one, other in rows)


def spread(left: Line, right: Line, width: int) -> Line:
    """Place ``left`` and ``right`` at the two ends of ``width`` cells; ``left`` is cut first."""
    right = clip(right, width)
    room = width - width_of(right)
    return (*pad(left, room - 1 if right else room), *((Span(" "), *right) if right else ()))

"""The pod in boxes, in a list, or in a strip of a few lines: whatever there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.drawing import APP
from wizard.screens.text import BLANK, Line, Span, Style, cells, clip, line, pad, quiet, spread, strong, wrap
from wizard.text import listed
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing, DrawnContainer, DrawnObject

_WIDEST = 46
_ROLES = {
    APP: Style.APP,
    "init": Style.INIT,
    "sidecar": Style.SIDECAR,
    "ambassador": Style.AMBASSADOR,
    "adapter": Style.ADAPTER,
    "operator": Style.OPERATOR,
}
_EDGES = ("┌─┐", "│ │", "└─┘")
_NEW_EDGES = ("╭╌╮", "╎ ╎", "╰╌╯")
PROGRAM = "your program"


def drawing_lines(drawn: Drawing, catalog: Catalog, width: int, height: int) -> tuple[Line, ...]:
    """The whole drawing: in boxes where they fit the height, else each container on a line."""
    head = _head(drawn, catalog)
    around = _around(drawn, width)
    boxes = _boxes(drawn, min(width, _WIDEST))
    if len(boxes) + len(around) + 3 > height:
        boxes = _listed(drawn, width)
    body = [clip(head, width), BLANK, *boxes, *((BLANK, *around) if around else ())]
    return tuple(body[:height])


def strip_lines(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """The drawing in a few lines, for a narrow terminal; empty while nothing is certain."""
    head = _head(drawn, catalog)
    if not drawn.workload and not drawn.possible:
        return ()
    lines: list[Line] = [clip(line("So far   ", *head), width)]
    parts: list[Span] = []
    for number, one in enumerate(_in_order(drawn)):
        if number:
            parts.append(quiet(" › " if _in_order(drawn)[number - 1].role == "init" else " ‖ "))
        parts += [Span(f"{_plus(one.new)}{one.role} ", _style(one)), *_name(one)]
    if parts and drawn.workload:
        lines += wrap((Span(" " * 9), *parts), width, hang=9)[:2]
    around = _around(drawn, width - 9)
    lines += [(Span(" " * 9), *each) for each in around[:1]]
    return tuple(lines)


def _head(drawn: Drawing, catalog: Catalog) -> Line:
    if not drawn.workload:
        names = [wording.pattern_name(catalog, one) for one in drawn.possible]
        return line(quiet(f"{listed(names, 'or')}: not decided yet" if names else "nothing is decided yet"))
    replicas = drawn.replicas
    times = f" ×{replicas}" if replicas[:1].isdigit() else f", {replicas}" if replicas else ""
    return line(Span(wording.pattern_name(catalog, drawn.workload), Style.ACCENT), strong(times))


def _in_order(drawn: Drawing) -> tuple[DrawnContainer, ...]:
    """Steps before the start, the program, and then what runs beside it."""
    inits = [one for one in drawn.containers if one.role == "init"]
    program = [one for one in drawn.containers if one.role == APP]
    return (*inits, *program, *(one for one in drawn.containers if one not in inits and one not in program))


def _boxes(drawn: Drawing, width: int) -> list[Line]:
    if not drawn.workload:
        return []
    if drawn.operated:
        return _box("operator", "instances", (line("made and looked after by the operator"),), Style.OPERATOR, width)
    lines: list[Line] = []
    containers = _in_order(drawn)
    for number, one in enumerate(containers):
        if number:
            before = containers[number - 1]
            word = "then" if before.role == "init" else "beside it"
            joint = "▼" if before.role == "init" else "│"
            lines.append((Span(" " * (width // 2)), quiet(f"{joint} {word}")))
        lines += _box(f"{_plus(one.new)}{one.role}", one.name or PROGRAM, (), _style(one), width, new=one.new)
    return lines


def _box(
    role: str, name: str, inside: tuple[Line, ...], style: Style, width: int, *, new: bool = False, note: str = ""
) -> list[Line]:
    top, middle, bottom = _NEW_EDGES if new else _EDGES
    inner = width - 4
    word = f" {role} "
    fill = top[1] * max(0, width - 3 - cells(word))
    first = spread(line(Span(name, Style.ADDED if new else Style.STRONG)), line(quiet(note)), inner)
    rows = [first, *(pad(each, inner) for each in inside)]
    return [
        (Span(top[0] + top[1], style), Span(word, style), Span(fill + top[2], style)),
        *((Span(f"{middle[0]} ", style), *each, Span(f" {middle[2]}", style)) for each in rows),
        (Span(bottom[0] + bottom[1] * (width - 2) + bottom[2], style),),
    ]


def _listed(drawn: Drawing, width: int) -> list[Line]:
    """One line for each container."""
    if not drawn.workload or drawn.operated:
        return []
    rows = []
    for one in _in_order(drawn):
        head = line(Span(f"{_plus(one.new)}{one.role}".ljust(13), _style(one)))
        rows.append(clip((*head, *_name(one)), width))
    return rows


def _around(drawn: Drawing, width: int) -> list[Line]:
    """The objects beside the pod, as many in a line as fit."""
    words = [_object(one) for one in drawn.objects]
    if not words:
        return []
    spans: list[Span] = []
    for number, word in enumerate(words):
        spans += ([quiet(" · ")] if number else []) + [word]
    return list(wrap((quiet("around it  "), *spans), width, hang=11))


def _object(one: DrawnObject) -> Span:
    return Span(f"{_plus(one.new)}{one.title}", Style.ADDED if one.new else Style.PLAIN)


def _name(one: DrawnContainer) -> Line:
    return line(Span(one.name or PROGRAM, Style.ADDED if one.new else Style.STRONG))


def _style(one: DrawnContainer) -> Style:
    return Style.ADDED if one.new else _ROLES.get(one.role, Style.PLAIN)


def _plus(new: bool) -> str:  # noqa: FBT001  # a mark, not a switch
    return "+ " if new else ""

"""The boxes of a drawing, and the lines between them that show order and flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wizard.faces.drawing import APP, DrawnContainer
from wizard.screens.text import Line, Span, Style, cells, line, pad, part, plain_text, quiet

_EDGES = ("┌─┐", "│ │", "└─┘")
_NEW_EDGES = ("╭╌╮", "╎ ╎", "╰╌╯")
_HORIZONTAL = "─╌"
_MOST_PORTS = 2
"""The maximum number of ports in the words of a flow."""
RAIL = 4
"""Cells before a box that the rail joins to the program."""
_AT = 2
"""The column of the rail."""


class Joint(NamedTuple):
    """Connection of two boxes: order in time, or a flow between the program and a helper."""

    sign: str
    """``▼`` from the program to the helper, ``▲`` back, ``│`` for files that both use; empty without a flow."""
    words: str


NO_JOINT = Joint("", "")


def flow_of(one: DrawnContainer, shared: Iterable[str]) -> Joint:
    """Return the flow between the program and a helper, from its ports inside the pod and the volumes of both."""
    words = []
    if one.called:
        words.append(_some(one.called))
    if one.calls:
        words.append(f"{'reads' if one.role == 'adapter' else 'calls'} {_some(one.calls)}")
    elif one.metrics == "read":
        words.append("reads its metrics")
    sign = "▼" if one.called else "▲" if words else "│"
    within = set(shared)
    volumes = dict.fromkeys(mount.name or f"a {mount.kind}" for mount in one.mounts if mount.volume in within)
    if volumes:
        words.append(f"shares {next(iter(volumes))}")
    return Joint(sign, ", ".join(words)) if words else NO_JOINT


def _some(ports: Sequence[str]) -> str:
    more = len(ports) - _MOST_PORTS
    return " ".join(ports[:_MOST_PORTS]) + (f" and {more} more" if more > 0 else "")


def volumes_of_program(containers: Iterable[DrawnContainer]) -> set[str]:
    """Return the names of the volumes that the program mounts."""
    return {mount.volume for one in containers if one.role == APP for mount in one.mounts}


def box(role: str, first: Line, inside: tuple[Line, ...], style: Style, width: int, *, new: bool = False) -> list[Line]:
    """Return a box with the role in its upper edge."""
    top, middle, bottom = _NEW_EDGES if new else _EDGES
    word = f" {role} "
    fill = top[1] * max(0, width - 3 - cells(word))
    rows = [pad(each, width - 4) for each in (first, *inside)]
    return [
        (Span(f"{top[0]}{top[1]}{word}{fill}{top[2]}", style),),
        *((Span(f"{middle[0]} ", style), *each, Span(f" {middle[2]}", style)) for each in rows),
        (Span(bottom[0] + bottom[1] * (width - 2) + bottom[2], style),),
    ]


def joined(upper: list[Line], flow: Joint, lower: list[Line], width: int) -> list[Line]:
    """Return two boxes with the flow between them; without one, only its words, and nothing joins them."""
    at = width // 2
    if flow.sign and flow.sign != "▲":
        upper = [*upper[:-1], _put("┬", at, upper[-1])]
    if flow.sign and flow.sign != "▼":
        lower = [_put("┴", at, lower[0]), *lower[1:]]
    between = [line(" " * at, quiet(f"{flow.sign} {flow.words}".strip()))] if flow.words else []
    return [*upper, *between, *lower]


def railed(program: list[Line], helpers: Sequence[tuple[Joint, list[Line]]]) -> list[Line]:
    """Return the boxes of several helpers below the program, each joined to it by a rail at the left."""
    last = max((at for at, (flow, _) in enumerate(helpers) if flow.sign), default=-1)
    lines = [*program[:-1], _put("┬", _AT, program[-1])] if last >= 0 else program
    for at, (flow, rows) in enumerate(helpers):
        through = "  │ " if at <= last else " " * RAIL
        after = "  │ " if at < last else " " * RAIL
        signs = {"▼": "▸ ", "▲": "◂ "}
        if flow.words:
            lines = [*lines, line(quiet(f"{through}{signs.get(flow.sign, '')}{flow.words}"))]
        top, first, *rest = rows
        joint = ("  ├─" if at < last else "  └─") if flow.sign else after
        edge = _put("┤", 0, first, "│╎") if flow.sign else first
        lines = [*lines, line(quiet(through), *top), line(quiet(joint), *edge)]
        lines += [line(quiet(after), *row) for row in rest]
    return lines


def _put(sign: str, at: int, row: Line, over: str = _HORIZONTAL) -> Line:
    """Return the line with a sign over one character of an edge; any other character stays."""
    if plain_text(row)[at : at + 1] not in tuple(over):
        return row
    (edge,) = part(row, at, at + 1)
    return (*part(row, 0, at), Span(sign, edge.style), *part(row, at + 1, len(plain_text(row))))

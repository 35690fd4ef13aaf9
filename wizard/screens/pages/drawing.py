"""The pod as boxes, as a list, or as a strip of a few lines, depending on the space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wizard.faces.drawing import APP, DrawnContainer, name_of
from wizard.screens.pages.drawing_parts import (
    DOT,
    OPEN,
    flowed,
    head_line,
    in_order,
    monitored_text,
    name_line,
    object_words,
    plus,
    possible_text,
    style_of,
    towards,
)
from wizard.screens.pages.strip import ALL, strip_lines
from wizard.screens.text import BLANK, Line, Span, Style, cells, clip, line, pad, quiet, spread, strong, width_of, wrap
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing, DrawnMount, DrawnPort

_USUAL = 52
"""The usual width of a box in cells; it is wider if a line in it would be cut."""
_EDGES = ("┌─┐", "│ │", "└─┘")
_NEW_EDGES = ("╭╌╮", "╎ ╎", "╰╌╯")
_MOST_MOUNTS = 3
_FEW_MOUNTS = 1
"""The maximum number of folders in a box, with and without enough space."""
_LISTED = 13
"""Cells of the role before a container's name, in the list."""


def drawing_lines(drawn: Drawing, catalog: Catalog, width: int, height: int) -> tuple[Line, ...]:
    """Return the whole drawing: as boxes if they fit the height, else with one line per container."""
    head, around = _heading(drawn, catalog, width), _around(drawn, width)
    room = height - len(around) - len(head) - 2
    forms = (_boxes(drawn, _wide(drawn, width, most), most) for most in (_MOST_MOUNTS, _FEW_MOUNTS, 0))
    body = next((each for each in forms if len(each) <= room), None)
    if body is not None:
        return _stacked(head, body, around)[:height]
    folded = folded_lines(drawn, catalog, width)
    return next((each for each in folded if len(each) <= height), folded[-1][:height])


def folded_lines(drawn: Drawing, catalog: Catalog, width: int) -> tuple[tuple[Line, ...], ...]:
    """Return the forms of the drawing without boxes, the tallest first: a list of the containers, and a strip."""
    rows = _stacked(_heading(drawn, catalog, width), _listed(drawn, width), _around(drawn, width))
    return rows, strip_lines(drawn, catalog, width, label="", most=ALL)


def _stacked(head: tuple[Line, ...], body: list[Line], around: list[Line]) -> tuple[Line, ...]:
    return (*head, BLANK, *body, *((BLANK, *around) if around else ()))


def row_lines(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """Return the containers as boxes side by side, in start order; as a strip if they do not fit."""
    for monitored in (True, False):
        boxes = _side_by_side(drawn, monitored=monitored)
        if boxes and width_of(boxes[0]) <= width:
            return (clip(head_line(drawn, catalog), width), *boxes)
    return strip_lines(drawn, catalog, width, label="", most=ALL)


def _side_by_side(drawn: Drawing, *, monitored: bool) -> list[Line]:
    """Return the boxes, with the ports of the monitoring if wanted."""
    if drawn.operated:
        return _box("operator", line(strong("instances")), (line(quiet("that it makes")),), Style.OPERATOR, 20)
    containers = in_order(drawn)
    below = [
        [
            _ports(one, drawn) if one.role == APP else one.image,
            _called_by(one.monitored, "monitoring") if monitored else "",
        ]
        for one in containers
    ]
    shown = [at for at in range(2) if any(texts[at] for texts in below)]
    rows: list[list[Span]] = [[] for _ in range(3 + len(shown))]
    for number, (one, texts) in enumerate(zip(containers, below, strict=True)):
        if number:
            joint = _joint_between(containers[number - 1], one)
            for at, row in enumerate(rows):
                row.append(quiet(joint if at == 1 else "   "))
        inner = max(width_of(name_line(one)), *map(cells, texts), cells(one.role) + 2)
        inside = tuple(line(quiet(texts[at])) for at in shown)
        for row, piece in zip(rows, _box(one.role, name_line(one), inside, style_of(one), inner + 4), strict=True):
            row.extend(piece)
    return [tuple(row) for row in rows] if containers else []


def _joint_between(before: DrawnContainer, one: DrawnContainer) -> str:
    """Return the sign between two boxes: the next one in time, or the way of an adapter's requests or data."""
    if before.role == "init":
        return " → "
    if before.role == APP and one.metrics:
        return " ◂ " if one.metrics == "read" else " ▸ "
    return "   "


def least_lines(drawn: Drawing, width: int) -> int:
    """Return the minimum height of the drawing as boxes."""
    boxes, around = _boxes(drawn, _wide(drawn, width, 0), 0), _around(drawn, width)
    return len(boxes) + len(around) + 3


def _heading(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """Return the workload, or the possible ones and, below them, that the choice is open."""
    if drawn.workload or not drawn.possible:
        return wrap(head_line(drawn, catalog), width)
    return (*wrap(line(possible_text(drawn, catalog)), width), line(quiet(OPEN)))


def _boxes(drawn: Drawing, width: int, mounts: int) -> list[Line]:
    """Return the boxes one below the other, each with at most ``mounts`` folders."""
    if not drawn.workload:
        return []
    if drawn.operated:
        inside = wrap(line(quiet("created, updated and repaired by the operator")), width - 4)
        return _box("operator", line(strong("instances")), inside, Style.OPERATOR, width)
    lines: list[Line] = []
    containers = in_order(drawn)
    shared = {mount.volume for one in containers if one.role == APP for mount in one.mounts}
    for number, one in enumerate(containers):
        if number:
            lines.append(_joint(containers[number - 1], one, shared, width))
        first, *rest = _title(one, drawn, width - 4)
        inside = (*rest, *_inside(one, drawn, mounts, width - 4))
        lines += _box(plus(one.new) + one.role, first, inside, style_of(one), width, new=one.new)
    return lines


def _wide(drawn: Drawing, width: int, mounts: int) -> int:
    """Return the width of all boxes: the usual one, or more for a longer line, but at most ``width``."""
    longest = max((width_of(row) for one in drawn.containers for row in _inside(one, drawn, mounts, width)), default=0)
    return min(width, max(_USUAL, longest + 4))


def _joint(before: DrawnContainer, one: DrawnContainer, shared: set[str], width: int) -> Line:
    if before.role == "init":
        return (Span(" " * (width // 2)), quiet("▼ then"))
    volumes = [mount.name or f"a {mount.kind}" for mount in one.mounts if mount.volume in shared]
    return (Span(" " * (width // 2)), quiet(f"│ shares {volumes[0]}" if volumes else "│ beside it"))


def _title(one: DrawnContainer, drawn: Drawing, width: int) -> tuple[Line, ...]:
    """Return the name and, at its right or below it, the image or the ports."""
    name, term = name_line(one), _at_right(one, drawn)
    if not term or width_of(name) + 1 + width_of(term) <= width:
        return (spread(name, term, width),)
    return (*wrap(name, width), *wrap(line("  ", *term), width, hang=2))


def _at_right(one: DrawnContainer, drawn: Drawing) -> Line:
    """Return the image of a helper, or the program's ports and their source."""
    return line(quiet(one.image if one.role != APP else _ports(one, drawn)))


def _ports(one: DrawnContainer, drawn: Drawing) -> str:
    ports = " ".join(port.text for port in one.listens if not port.loopback and not port.only_monitored)
    service = any(each.kind == "Service" for each in drawn.around)
    return f"{ports} ◂ Service" if ports and service else ports


def _called_by(ports: Iterable[DrawnPort], caller: str) -> str:
    return f"{text} ◂ {caller}" if (text := " ".join(port.text for port in ports)) else ""


def _inside(one: DrawnContainer, drawn: Drawing, mounts: int, width: int) -> tuple[Line, ...]:
    """Return folders, ports with their callers, and destinations, one per line."""
    rows = [row for mount in one.mounts[:mounts] for row in _mount(mount, width)]
    if mounts and len(one.mounts) > mounts:
        rows.append(line(quiet(f"  and {len(one.mounts) - mounts} more folders")))
    if mounts:
        rows += [line(quiet(f"  {row}")) for row in _listening(one, drawn) if row]
    rows += [line("▸ ", where) for where in one.goes_to[: max(1, mounts)]]
    if mounts and one.metrics == "read":
        rows.append(line(f"▸ {_program(drawn)}, its metrics"))
    return tuple(piece for row in rows for piece in wrap(row, width, hang=2))


def _listening(one: DrawnContainer, drawn: Drawing) -> Iterator[str]:
    """Yield the ports of the monitoring and, for a helper, the others; an adapter's program is named as a caller."""
    if one.role == APP:
        yield _called_by(one.monitored, "monitoring")
        return
    sent = [port for port in one.listens if port.loopback and one.metrics == "sent"]
    others = [port.text for port in one.listens if port not in sent and port not in one.monitored]
    yield _called_by(one.monitored, "monitoring")
    yield _called_by(sent, _program(drawn))
    if others:
        yield f"listens on {' '.join(others)}"


def _program(drawn: Drawing) -> str:
    return next((name_of(one) for one in drawn.containers if one.role == APP), wording.UNNAMED)


def _mount(mount: DrawnMount, width: int) -> tuple[Line, ...]:
    """Return a folder and its volume, on two lines if one is too narrow for both; only the volume without a folder."""
    folder = Span(f"{plus(mount.new)}{mount.path or mount.called}", Style.ADDED if mount.new else Style.PLAIN)
    whole = line(folder, quiet(f" ─ {mount.called}")) if mount.path else line(folder)
    return (whole,) if width_of(whole) <= width else (line(folder), line(quiet(f"  ─ {mount.called}")))


def _box(
    role: str, first: Line, inside: tuple[Line, ...], style: Style, width: int, *, new: bool = False
) -> list[Line]:
    top, middle, bottom = _NEW_EDGES if new else _EDGES
    word = f" {role} "
    fill = top[1] * max(0, width - 3 - cells(word))
    rows = [pad(each, width - 4) for each in (first, *inside)]
    return [
        (Span(f"{top[0]}{top[1]}{word}{fill}{top[2]}", style),),
        *((Span(f"{middle[0]} ", style), *each, Span(f" {middle[2]}", style)) for each in rows),
        (Span(bottom[0] + bottom[1] * (width - 2) + bottom[2], style),),
    ]


def _listed(drawn: Drawing, width: int) -> list[Line]:
    """Return one line per container, or more if it does not fit the width."""
    if not drawn.workload or drawn.operated:
        return []
    rows: list[Line] = []
    for one in in_order(drawn):
        head = Span(f"{plus(one.new)}{one.role}".ljust(_LISTED), style_of(one))
        ports = _ports(one, drawn) if one.role == APP else ""
        more = quiet(towards(one) or monitored_text(one) or (f"  {ports}" if ports else one.name and f"  {one.image}"))
        rows += wrap(line(head, *name_line(one), more), width, hang=_LISTED)
    return rows


def _around(drawn: Drawing, width: int) -> list[Line]:
    """Return the objects around the pod and the removed parts, as many per line as fit."""
    words: list[Line] = [(word,) for word in object_words(drawn)]
    lines = list(flowed("around it  ", words, [DOT] * (len(words) - 1), width))
    gone = [one for one in drawn.removed if not (isinstance(one, DrawnContainer) and one.role == APP)]
    for one in gone:
        name = f"{one.role} {one.name}" if isinstance(one, DrawnContainer) else one.kind
        lines.append(clip(line(Span(f"- {name}", Style.REMOVED)), width))
    return lines

"""The pod as boxes, as a list, or as a strip of a few lines, depending on the space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wizard.faces.drawing import APP, DrawnContainer, name_of
from wizard.screens.text import BLANK, Line, Span, Style, cells, clip, line, pad, quiet, spread, strong, width_of, wrap
from wizard.text import listed
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing, DrawnMount, DrawnObject, DrawnPort

_USUAL = 52
"""The usual width of a box in cells; it is wider if a line in it would be cut."""
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
_MOST_MOUNTS = 3
_FEW_MOUNTS = 1
"""The maximum number of folders in a box, with and without enough space."""
_SO_FAR = "So far   "
_DOT = " · "
_OPEN = "not decided yet"
_ALL = 99
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
    return rows, strip_lines(drawn, catalog, width, label="", most=_ALL)


def _stacked(head: tuple[Line, ...], body: list[Line], around: list[Line]) -> tuple[Line, ...]:
    return (*head, BLANK, *body, *((BLANK, *around) if around else ()))


def row_lines(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """Return the containers as boxes side by side, in start order; as a strip if they do not fit."""
    for monitored in (True, False):
        boxes = _side_by_side(drawn, monitored=monitored)
        if boxes and width_of(boxes[0]) <= width:
            return (clip(_head(drawn, catalog), width), *boxes)
    return strip_lines(drawn, catalog, width, label="", most=_ALL)


def _side_by_side(drawn: Drawing, *, monitored: bool) -> list[Line]:
    """Return the boxes, with the ports of the monitoring if wanted."""
    if drawn.operated:
        return _box("operator", line(strong("instances")), (line(quiet("that it makes")),), Style.OPERATOR, 20)
    containers = _in_order(drawn)
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
        inner = max(width_of(_name(one)), *map(cells, texts), cells(one.role) + 2)
        inside = tuple(line(quiet(texts[at])) for at in shown)
        for row, piece in zip(rows, _box(one.role, _name(one), inside, _style(one), inner + 4), strict=True):
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


def strip_lines(
    drawn: Drawing, catalog: Catalog, width: int, *, label: str = _SO_FAR, most: int = 2
) -> tuple[Line, ...]:
    """Return the drawing in a few lines, for a narrow terminal; empty while nothing is certain.

    At most ``most`` lines show the containers, and at most ``most`` more the objects around the pod. A line ends
    between two containers or two objects, never inside one.
    """
    if not drawn.workload and not drawn.possible:
        return ()
    indent = len(label)
    head = line(quiet(label), *_head(drawn, catalog))
    lines = wrap(head, width, hang=indent)
    containers = _in_order(drawn) if drawn.workload else ()
    joints = [" › " if one.role == "init" else " ‖ " for one in containers[:-1]]
    names = [line(Span(f"{_plus(one.new)}{one.role} ", _style(one)), *_name(one)) for one in containers]
    sends = [(*name, quiet(_towards(one))) for name, one in zip(names, containers, strict=True)]
    whole = [(*each, quiet(_monitored(one))) for each, one in zip(sends, containers, strict=True)]
    if len(_flowed(" " * indent, whole, joints, width)) > len(_flowed(" " * indent, sends, joints, width)):
        whole = sends  # the monitoring takes no line of its own
    if len(containers) == 1 and width_of(joined := (*head, quiet("   "), *whole[0])) <= width:
        lines = (joined,)
    elif containers:
        lines += _at_most(most, (whole, names), joints, indent, width)
    objects: list[Line] = [(word,) for word in _objects(drawn)]
    return (*lines, *_at_most(most, (objects,), [_DOT] * (len(objects) - 1), indent, width))


def _at_most(most: int, forms: tuple[list[Line], ...], joints: list[str], indent: int, width: int) -> tuple[Line, ...]:
    """Return the first form that fits ``most`` lines; else the first parts of the last one, and how many more exist."""
    label = " " * indent
    for parts in forms:
        if len(lines := _flowed(label, parts, joints, width)) <= most:
            return lines
    for kept in range(len(parts) - 1, 0, -1):
        rest = line(quiet(f"{len(parts) - kept} more"))
        if len(lines := _flowed(label, [*parts[:kept], rest], joints, width)) <= most:
            return lines
    return lines[:most]


def _towards(one: DrawnContainer) -> str:
    return f" → {one.goes_to[0]}" if one.goes_to else ""


def _monitored(one: DrawnContainer) -> str:
    return " ◂ monitoring" if (one.metrics or one.role == APP) and one.monitored else ""


def _heading(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """Return the workload, or the possible ones and, below them, that the choice is open."""
    if drawn.workload or not drawn.possible:
        return wrap(_head(drawn, catalog), width)
    return (*wrap(line(_possible(drawn, catalog)), width), line(quiet(_OPEN)))


def _possible(drawn: Drawing, catalog: Catalog) -> str:
    return listed([wording.pattern_name(catalog, one) for one in drawn.possible], "or")


def _head(drawn: Drawing, catalog: Catalog) -> Line:
    if not drawn.workload:
        return line(quiet(f"{_possible(drawn, catalog)}: {_OPEN}" if drawn.possible else "nothing is decided yet"))
    return line(Span(wording.pattern_name(catalog, drawn.workload), Style.ACCENT), strong(_times(drawn)))


def _times(drawn: Drawing) -> str:
    """Return the number of pods as it follows the workload's name; nothing for a single pod that is not a replica."""
    replicas = drawn.replicas
    if drawn.at_once:
        return f", up to {replicas} pods at once" if replicas not in ("", "1") else ""
    return f" ×{replicas}" if replicas[:1].isdigit() else f", {replicas}" if replicas else ""


def _in_order(drawn: Drawing) -> tuple[DrawnContainer, ...]:
    """Return the init containers, the program, and then the containers that run beside it."""
    inits = [one for one in drawn.containers if one.role == "init"]
    program = [one for one in drawn.containers if one.role == APP]
    return (*inits, *program, *(one for one in drawn.containers if one not in inits and one not in program))


def _boxes(drawn: Drawing, width: int, mounts: int) -> list[Line]:
    """Return the boxes one below the other, each with at most ``mounts`` folders."""
    if not drawn.workload:
        return []
    if drawn.operated:
        inside = wrap(line(quiet("created, updated and repaired by the operator")), width - 4)
        return _box("operator", line(strong("instances")), inside, Style.OPERATOR, width)
    lines: list[Line] = []
    containers = _in_order(drawn)
    shared = {mount.volume for one in containers if one.role == APP for mount in one.mounts}
    for number, one in enumerate(containers):
        if number:
            lines.append(_joint(containers[number - 1], one, shared, width))
        first, *rest = _title(one, drawn, width - 4)
        inside = (*rest, *_inside(one, drawn, mounts, width - 4))
        lines += _box(_plus(one.new) + one.role, first, inside, _style(one), width, new=one.new)
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
    name, term = _name(one), _at_right(one, drawn)
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
    folder = Span(f"{_plus(mount.new)}{mount.path or mount.called}", Style.ADDED if mount.new else Style.PLAIN)
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
    for one in _in_order(drawn):
        head = Span(f"{_plus(one.new)}{one.role}".ljust(_LISTED), _style(one))
        ports = _ports(one, drawn) if one.role == APP else ""
        more = quiet(_towards(one) or _monitored(one) or (f"  {ports}" if ports else one.name and f"  {one.image}"))
        rows += wrap(line(head, *_name(one), more), width, hang=_LISTED)
    return rows


def _around(drawn: Drawing, width: int) -> list[Line]:
    """Return the objects around the pod and the removed parts, as many per line as fit."""
    words: list[Line] = [(word,) for word in _objects(drawn)]
    lines = list(_flowed("around it  ", words, [_DOT] * (len(words) - 1), width))
    gone = [one for one in drawn.removed if not (isinstance(one, DrawnContainer) and one.role == APP)]
    for one in gone:
        name = f"{one.role} {one.name}" if isinstance(one, DrawnContainer) else one.kind
        lines.append(clip(line(Span(f"- {name}", Style.REMOVED)), width))
    return lines


def _objects(drawn: Drawing) -> list[Span]:
    """Return the kinds of the objects around the pod, one both old and new twice, and the pods next to it.

    A pod next to it names its own object, such as the Job of "migration Job", so that kind is left out.
    """
    beside = {one.pattern: one.title.split() for one in drawn.objects if one.containers}
    around = [one for one in drawn.around if one.kind not in beside.get(one.pattern, ())]
    kinds = dict.fromkeys(one.kind for one in around)
    found = {(one.kind, one.new) for one in around}
    words = [_word(kind, new) for kind in kinds for new in (False, True) if (kind, new) in found]
    return [*words, *(_pod_beside(one) for one in drawn.objects if one.containers)]


def _flowed(label: str, parts: list[Line], joints: list[str], width: int) -> tuple[Line, ...]:
    """Return as many parts per line as fit, joined; a line never starts with a joint, and never ends with a dot."""
    indent = cells(label)
    lines: list[Line] = []
    for number, each in enumerate(parts):
        joint = joints[number - 1] if number else ""
        at_end = "" if joint == _DOT else joint.rstrip()
        spare = 0 if number == len(parts) - 1 or joints[number] == _DOT else cells(joints[number].rstrip())
        if lines and width_of(longer := (*lines[-1], quiet(joint), *each)) + spare <= width:
            lines[-1] = longer
            continue
        if lines:
            lines[-1] = (*lines[-1], quiet(at_end))
        first = quiet(label) if not lines else Span(" " * indent)
        lines += wrap((first, *each), width, hang=indent)
    return tuple(lines)


def _pod_beside(one: DrawnObject) -> Span:
    helpers = [each.name for each in one.containers[:-1]]
    return _word(f"{one.title} [{' › '.join(helpers)}]" if helpers else one.title, one.new)


def _word(text: str, new: bool) -> Span:  # noqa: FBT001  # a mark, not a switch
    return Span(f"{'+' if new else ''}{text}", Style.ADDED if new else Style.PLAIN)


def _name(one: DrawnContainer) -> Line:
    return line(Span(name_of(one), Style.ADDED if one.new else Style.STRONG))


def _style(one: DrawnContainer) -> Style:
    return Style.ADDED if one.new else _ROLES.get(one.role, Style.PLAIN)


def _plus(new: bool) -> str:  # noqa: FBT001  # a mark, not a switch
    return "+ " if new else ""

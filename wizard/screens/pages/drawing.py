"""The pod as boxes, as a list, or as a strip of a few lines, depending on the space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wizard.faces.drawing import APP, name_of
from wizard.screens.pages.boxes import NO_JOINT, RAIL, Joint, box, flow_of, joined, railed, volumes_of_program
from wizard.screens.pages.drawing_parts import (
    DOT,
    OPEN,
    flowed,
    head_line,
    head_lines,
    in_order,
    job_line,
    monitored_text,
    name_line,
    object_words,
    plus,
    possible_text,
    removed_name,
    starts_before,
    style_of,
    towards,
)
from wizard.screens.pages.product import product_box, product_lines
from wizard.screens.pages.strip import strip_lines
from wizard.screens.text import BLANK, Line, Span, Style, cells, clip, line, quiet, spread, width_of, wrap
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing, DrawnContainer, DrawnInjected, DrawnMount, DrawnObject, DrawnPort

_ROW = 60
"""The width of an operator's box in one column."""
_USUAL = 52
"""The usual width of a box in cells; it is wider if a line in it would be cut."""
_MOST_MOUNTS = 3
_FEW_MOUNTS = 1
"""The maximum number of folders in a box, with and without enough space."""
_THEN = Joint("▼", "then")
_THEN_PODS = Joint("▼", "then the pods")
_STARTED = Joint("▼", "once it has started")
_BESIDE = Joint("", "runs beside it")
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
    return rows, strip_lines(drawn, catalog, width, label="")


def _stacked(head: tuple[Line, ...], body: list[Line], around: list[Line]) -> tuple[Line, ...]:
    return (*head, BLANK, *body, *((BLANK, *around) if around else ()))


def row_lines(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """Return the containers as boxes side by side, in start order; as a strip if they do not fit."""
    for monitored, flows in ((True, True), (True, False), (False, False)):
        boxes = _side_by_side(drawn, monitored=monitored, flows=flows)
        if boxes and width_of(boxes[0]) <= width:
            return (*head_lines(drawn, catalog, width), *boxes)
    if drawn.product is not None:
        return (clip(head_line(drawn, catalog), width), *product_box(drawn.product, min(width, _ROW), 1))
    return strip_lines(drawn, catalog, width, label="")


def _side_by_side(drawn: Drawing, *, monitored: bool, flows: bool) -> list[Line]:
    """Return the boxes, with the ports of the monitoring and with flows and destinations, if wanted."""
    if drawn.product is not None:
        return []
    containers = in_order(drawn)
    shared = volumes_of_program(containers)
    below = [[text for text in _below(one, drawn, monitored=monitored, flows=flows) if text] for one in containers]
    most = max(map(len, below), default=0)
    rows: list[list[Span]] = [[] for _ in range(3 + most)]
    for job in (one for one in drawn.objects if one.containers):
        name = job_line(job)
        style = Style.ADDED if job.new else Style.INIT
        _beside(rows, " → ", box(job.title, name, (BLANK,) * most, style, _across(name, job.title)))
    for number, (one, texts) in enumerate(zip(containers, below, strict=True)):
        joint = _joint_between(containers[number - 1], one, shared, words=flows) if number else " → "
        inner = max([_across(name_line(one), one.role), *(cells(text) + 4 for text in texts)])
        inside = tuple(line(quiet(text)) for text in (*texts, *[""] * (most - len(texts))))
        _beside(rows, joint, box(one.role, name_line(one), inside, style_of(one), inner))
    for other in drawn.injected:
        by = f"added by {other.by}"
        inside = (line(quiet(by)), *[BLANK] * (most - 1))[:most]
        wide = max(cells(other.name), cells(by)) + 4
        _beside(rows, "   ", box("sidecar", line(quiet(other.name)), inside, Style.QUIET, wide))
    return [tuple(row) for row in rows] if containers else []


def _below(one: DrawnContainer, drawn: Drawing, *, monitored: bool, flows: bool) -> Iterator[str]:
    """Yield the texts below a container's name in a box beside others."""
    yield _ports(one, drawn) if one.role == APP else one.image
    if monitored:
        yield _called_by(one.monitored, "monitoring")
    if flows:
        yield towards(one).strip()


def _across(name: Line, role: str) -> int:
    return max(width_of(name), cells(role) + 2) + 4


def _beside(rows: list[list[Span]], joint: str, other: list[Line]) -> None:
    """Add a box at the right of the others, behind a joint."""
    for at, (row, piece) in enumerate(zip(rows, other, strict=True)):
        if row:
            row.append(quiet(joint if at == 1 else " " * cells(joint)))
        row.extend(piece)


def _joint_between(before: DrawnContainer, one: DrawnContainer, shared: set[str], *, words: bool) -> str:
    """Return the text between two boxes: the next one in time, or what flows between the program and a helper."""
    if starts_before(before):
        return " → "
    flow = flow_of(one, shared) if before.role == APP else NO_JOINT
    say = f" {flow.words} " if words and flow.words else " "
    if flow.sign == "▼":
        return f"{say}▸ "
    return f" ◂{say}" if flow.sign == "▲" else f" ─{say}─ " if flow.sign and words else "   "


def least_lines(drawn: Drawing, width: int) -> int:
    """Return the minimum height of the drawing as boxes."""
    boxes, around = _boxes(drawn, _wide(drawn, width, 0), 0), _around(drawn, width)
    return len(boxes) + len(around) + 3


def _heading(drawn: Drawing, catalog: Catalog, width: int) -> tuple[Line, ...]:
    """Return the workload, or the possible ones and, below them, that the choice is open."""
    if drawn.workload or not drawn.possible:
        return head_lines(drawn, catalog, width)
    return (*wrap(line(possible_text(drawn, catalog)), width), line(quiet(OPEN)))


def _boxes(drawn: Drawing, width: int, mounts: int) -> list[Line]:
    """Return the boxes one below the other, each with at most ``mounts`` folders."""
    if not drawn.workload:
        return []
    if drawn.product is not None:
        return product_box(drawn.product, width, mounts)
    containers = in_order(drawn)
    at = next((at for at, one in enumerate(containers) if one.role == APP), len(containers) - 1)
    before, helpers = containers[: at + 1], containers[at + 1 :]
    shared = volumes_of_program(containers)
    flows = [flow_of(one, shared) for one in helpers]
    rail = len(helpers) > 1 and any(flow.sign for flow in flows)
    lines: list[Line] = []
    for job in (one for one in drawn.objects if one.containers):
        rows = _job_box(job, width)
        lines = joined(lines, _THEN, rows, width) if lines else rows
    for number, one in enumerate(before):
        joint = _THEN_PODS if not number else _THEN if before[number - 1].role == "init" else _STARTED
        rows = _container_box(one, drawn, mounts, width)
        lines = joined(lines, joint, rows, width) if lines else rows
    inner = [_container_box(one, drawn, mounts, width - RAIL if rail else width) for one in helpers]
    if rail:
        lines = railed(lines, list(zip(flows, inner, strict=True)))
    else:
        for flow, rows in zip(flows, inner, strict=True):
            lines = joined(lines, flow if flow.sign else _BESIDE, rows, width)
    return [*lines, *(row for one in drawn.injected for row in _injected_box(one, width))]


def _container_box(one: DrawnContainer, drawn: Drawing, mounts: int, width: int) -> list[Line]:
    first, *rest = _title(one, drawn, width - 4)
    inside = (*rest, *_inside(one, drawn, mounts, width - 4))
    return box(plus(one.new) + one.role, first, inside, style_of(one), width, new=one.new)


def _job_box(job: DrawnObject, width: int) -> list[Line]:
    """Return the box of a Job that runs before the pods."""
    style = Style.ADDED if job.new else Style.INIT
    first, *rest = wrap(line(*job_line(job), quiet("  in a pod of its own")), width - 4, hang=2)
    return box(plus(job.new) + job.title, first, tuple(rest), style, width, new=job.new)


def _injected_box(one: DrawnInjected, width: int) -> list[Line]:
    style = Style.ADDED if one.new else Style.QUIET
    text = spread(line(Span(one.name, style)), line(quiet(f"added by {one.by}")), width - 4)
    return box(f"{plus(one.new)}sidecar", text, (), style, width, new=one.new)


def _wide(drawn: Drawing, width: int, mounts: int) -> int:
    """Return the width of all boxes: the usual one, or more for a longer line, but at most ``width``."""
    longest = max((width_of(row) for one in drawn.containers for row in _inside(one, drawn, mounts, width)), default=0)
    if drawn.product is not None:
        longest = max((width_of(row) for row in product_lines(drawn.product, width, mounts)), default=0)
    rail = RAIL if len([one for one in drawn.containers if not starts_before(one)]) > 2 else 0
    return min(width, max(_USUAL, longest + 4 + rail))


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
    if one.needed and one.called:
        rows.append(line(quiet(f"  {' '.join(one.called)} ◂ {_program(drawn)}")))
    return tuple(piece for row in rows for piece in wrap(row, width, hang=2))


def _listening(one: DrawnContainer, drawn: Drawing) -> Iterator[str]:
    """Yield the ports with their callers; those inside the pod are in the flow between the boxes."""
    yield _called_by(one.monitored, "monitoring")
    if one.role == APP:
        return
    others = [port for port in one.listens if not port.loopback and port not in one.monitored]
    checked = [port for port in others if port.callers == ("kubelet",)]
    service = "Service" if any(each.kind == "Service" for each in drawn.around) else ""
    called = [port for port in others if port not in checked]
    if called:
        yield _called_by(called, service) if service else f"listens on {' '.join(port.text for port in called)}"
    yield _called_by(checked, "kubelet")


def _program(drawn: Drawing) -> str:
    return next((name_of(one) for one in drawn.containers if one.role == APP), wording.UNNAMED)


def _mount(mount: DrawnMount, width: int) -> tuple[Line, ...]:
    """Return a folder and its volume, on two lines if one is too narrow for both; only the volume without a folder."""
    folder = Span(f"{plus(mount.new)}{mount.path or mount.called}", Style.ADDED if mount.new else Style.PLAIN)
    whole = line(folder, quiet(f" ─ {mount.called}")) if mount.path else line(folder)
    return (whole,) if width_of(whole) <= width else (line(folder), line(quiet(f"  ─ {mount.called}")))


def _listed(drawn: Drawing, width: int) -> list[Line]:
    """Return one line per container, or more if it does not fit the width."""
    if not drawn.workload:
        return []
    if drawn.product is not None:
        return list(product_lines(drawn.product, width, _MOST_MOUNTS))
    rows: list[Line] = []
    for job in (one for one in drawn.objects if one.containers):
        head = Span(f"{plus(job.new)}job".ljust(_LISTED), Style.ADDED if job.new else Style.INIT)
        rows += wrap(line(head, *job_line(job)), width, hang=_LISTED)
    for one in in_order(drawn):
        head = Span(f"{plus(one.new)}{one.role}".ljust(_LISTED), style_of(one))
        ports = _ports(one, drawn) if one.role == APP else ""
        more = quiet(towards(one) or monitored_text(one) or (f"  {ports}" if ports else one.name and f"  {one.image}"))
        rows += wrap(line(head, *name_line(one), more), width, hang=_LISTED)
    for other in drawn.injected:
        head = Span(f"{plus(other.new)}sidecar".ljust(_LISTED), Style.ADDED if other.new else Style.QUIET)
        rows += wrap(line(head, quiet(other.text)), width, hang=_LISTED)
    return rows


def _around(drawn: Drawing, width: int) -> list[Line]:
    """Return the objects around the pod and the removed parts, as many per line as fit."""
    words: list[Line] = [(word,) for word in object_words(drawn)]
    lines = list(flowed("around it  ", words, [DOT] * (len(words) - 1), width))
    gone = (line(Span(f"- {removed_name(one)}", Style.REMOVED)) for one in drawn.removed)
    return [*lines, *(clip(each, width) for each in gone)]

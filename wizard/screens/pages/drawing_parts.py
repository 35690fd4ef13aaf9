"""The pieces of a drawing that all its forms share: the workload, the containers' names, and the objects around."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wizard.faces.drawing import APP, Around, DrawnContainer, name_of
from wizard.screens.text import Line, Span, Style, cells, line, quiet, strong, width_of, wrap
from wizard.text import listed
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing, DrawnInjected, DrawnObject

_ROLES = {
    APP: Style.APP,
    "init": Style.INIT,
    "sidecar": Style.SIDECAR,
    "ambassador": Style.AMBASSADOR,
    "adapter": Style.ADAPTER,
    "operator": Style.OPERATOR,
}
DOT = " · "
OPEN = "not decided yet"


def head_line(drawn: Drawing, catalog: Catalog) -> Line:
    """Return the workload with its number of pods, or the workloads that are still possible."""
    if not drawn.workload:
        return line(quiet(f"{possible_text(drawn, catalog)}: {OPEN}" if drawn.possible else "nothing is decided yet"))
    return line(Span(wording.pattern_name(catalog, drawn.workload), Style.ACCENT), strong(_times(drawn)))


def setting_words(drawn: Drawing) -> list[Line]:
    """Return the fields that say when the pods run."""
    style = {True: Style.ADDED, False: Style.QUIET}
    return [line(Span(f"{plus(one.new)}{one.text}", style[one.new])) for one in drawn.settings]


def head_lines(drawn: Drawing, catalog: Catalog, width: int, *, label: str = "") -> tuple[Line, ...]:
    """Return the workload as ``head_line`` does, followed by the fields that say when its pods run."""
    words = setting_words(drawn)
    joints = ["  ", *[DOT] * (len(words) - 1)] if words else []
    return flowed(label, [head_line(drawn, catalog), *words], joints, width)


def _times(drawn: Drawing) -> str:
    """Return the number of pods as it follows the workload's name; nothing for a single pod that is not a replica."""
    replicas = drawn.replicas
    if drawn.at_once:
        return f", up to {replicas} pods at once" if replicas not in ("", "1") else ""
    return f" ×{replicas}" if replicas[:1].isdigit() else f", {replicas}" if replicas else ""


def possible_text(drawn: Drawing, catalog: Catalog) -> str:
    """Return the workloads that are still possible."""
    return listed([wording.pattern_name(catalog, one) for one in drawn.possible], "or")


def in_order(drawn: Drawing) -> tuple[DrawnContainer, ...]:
    """Return the containers that start before the program, the program, and then those that run beside it.

    A helper that an init container needs, such as one that fetches secrets, comes before it, as in the manifests.
    """
    before = [one for one in drawn.containers if starts_before(one)]
    program = [one for one in drawn.containers if one.role == APP]
    return (*before, *program, *(one for one in drawn.containers if one not in before and one not in program))


def starts_before(one: DrawnContainer) -> bool:
    """Return True for an init container, and for a helper that an init container needs."""
    return one.role == "init" or one.needed


def name_line(one: DrawnContainer) -> Line:
    """Return a container's name, in the colour of added parts if it is new."""
    return line(Span(name_of(one), Style.ADDED if one.new else Style.STRONG))


def style_of(one: DrawnContainer) -> Style:
    """Return the style of a container's role, or of added parts."""
    return Style.ADDED if one.new else _ROLES.get(one.role, Style.PLAIN)


def plus(new: bool) -> str:  # noqa: FBT001  # a mark, not a switch
    """Return the sign of added parts."""
    return "+ " if new else ""


def towards(one: DrawnContainer) -> str:
    """Return the first destination of a container, as it follows the name."""
    return f" → {one.goes_to[0]}" if one.goes_to else ""


def monitored_text(one: DrawnContainer) -> str:
    """Return the monitoring as it follows the name of the program or of an adapter."""
    return " ◂ monitoring" if (one.metrics or one.role == APP) and one.monitored else ""


def object_words(drawn: Drawing) -> list[Span]:
    """Return the kinds of the objects around the pod with their number, one both old and new twice.

    A Job with a pod of its own is drawn apart, so its kind is left out.
    """
    beside = {one.pattern: one.title.split() for one in drawn.objects if one.containers}
    around = [one for one in drawn.around if one.kind not in beside.get(one.pattern, ())]
    kinds = dict.fromkeys(one.kind for one in around)
    found = Counter((one.kind, one.new) for one in around)
    return [_word(kind, found[kind, new], new) for kind in kinds for new in (False, True) if found[kind, new]]


def removed_name(one: DrawnContainer | DrawnInjected | Around) -> str:
    """Return a part that is no longer there: a container with its role, or an object's kind."""
    if isinstance(one, DrawnContainer):
        return f"{one.role} {one.name}"
    return one.kind if isinstance(one, Around) else f"sidecar {one.text}"


def job_line(job: DrawnObject) -> Line:
    """Return the containers of a Job's pod in start order; the last one runs the program."""
    names = " › ".join(name_of(one) for one in job.containers)
    return line(Span(names, Style.ADDED if job.new else Style.STRONG))


def _word(kind: str, count: int, new: bool) -> Span:  # noqa: FBT001  # a mark, not a switch
    times = f" ×{count}" if count > 1 else ""
    return Span(f"{plus(new)}{kind}{times}", Style.ADDED if new else Style.PLAIN)


def flowed(label: str, parts: list[Line], joints: list[str], width: int) -> tuple[Line, ...]:
    """Return as many parts per line as fit, joined; a line never starts with a joint, and never ends with a dot."""
    indent = cells(label)
    lines: list[Line] = []
    for number, each in enumerate(parts):
        joint = joints[number - 1] if number else ""
        at_end = "" if joint == DOT else joint.rstrip()
        spare = 0 if number == len(parts) - 1 or joints[number] == DOT else cells(joints[number].rstrip())
        if lines and width_of(longer := (*lines[-1], quiet(joint), *each)) + spare <= width:
            lines[-1] = longer
            continue
        if lines:
            lines[-1] = (*lines[-1], quiet(at_end))
        first = quiet(label) if not lines else Span(" " * indent)
        lines += wrap((first, *each), width, hang=indent)
    return tuple(lines)

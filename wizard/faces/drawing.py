"""The picture of what the answers make so far, as a value: containers in the order of their start, replicas, objects.

It is made from the catalogue's declarations, without a template, so that it is there before the first render and for
every highlighted option. For complete answers it is what the bundle has (``tests/contract/test_drawing.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wizard.catalog.start_order import start_order
from wizard.render.compose.declared import Declared

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog, Component, Value
    from wizard.decision.model import Answer
    from wizard.session.session import Session

_IN_POD = ("init", "sidecar", "ambassador", "adapter")
APP = "app"


class DrawnContainer(NamedTuple):
    """One container of the pod."""

    name: str
    role: str
    """``init``, ``sidecar``, ``ambassador``, ``adapter`` or ``app``."""
    pattern: str
    """The pattern that puts it there; the workload's for the program."""
    new: bool = False
    """True when the highlighted option makes it certain."""


class DrawnObject(NamedTuple):
    """Something beside the pod: an object of its own, or what an operator makes."""

    pattern: str
    title: str
    new: bool = False
    containers: tuple[DrawnContainer, ...] = ()
    """Those of its own pod, where it has one; the last one runs the program with another command."""


class Drawing(NamedTuple):
    """Everything that is certain, and which workloads are still possible."""

    workload: str
    """The pattern of the workload; empty while it is open."""
    containers: tuple[DrawnContainer, ...]
    objects: tuple[DrawnObject, ...]
    replicas: str = ""
    """``3``, ``2-10``, ``one per node``; empty while it is open, and where an operator decides."""
    operated: bool = False
    """True when an operator makes the pods."""
    possible: tuple[str, ...] = ()
    """The workloads that may still come out."""


def drawing(session: Session, question_id: str = "", answer: Answer | None = None) -> Drawing:
    """Draw what is certain so far and, with an answer, what that would make certain."""
    certain = session.evaluation.candidates.certain
    after = session if answer is None else session.answer(question_id, answer)
    now = after.evaluation.candidates
    new = frozenset(now.certain) - frozenset(certain)
    bases = [rule.use for rule in session.catalog.decision.rules if rule.section == "base"]
    base = next((one for one in now.certain if one in bases), "")
    chosen = {pattern: one for pattern in now.certain if (one := _component(after, pattern)) is not None}
    components = _present(after, tuple(chosen.values()))
    operated = any(one.role == "operator" for one in components)
    return Drawing(
        workload=base,
        containers=() if operated else _containers(after, components, base, new),
        objects=tuple(
            DrawnObject(pattern, _title(after, pattern), pattern in new, _beside(one, components, new))
            for pattern, one in chosen.items()
            if one.role in ("object", "job") and one in components
        ),
        replicas="" if operated or not base else _replicas(after, components),
        operated=operated,
        possible=() if base else tuple(one for one in now.possible if one in bases),
    )


def _present(session: Session, components: tuple[Component, ...]) -> tuple[Component, ...]:
    """Those that put something into the bundle; a parameter that is not given yet has its default."""
    values: dict[str, Value] = {p.key: p.default for one in components for p in one.parameters}
    values |= {key: field.value for key, field in session.resolved.items()}
    declared = Declared(components, values, session.surroundings)
    return tuple(one for one in components if declared.present(one))


def _component(session: Session, pattern: str) -> Component | None:
    """The component of a pattern: the implementation that was chosen, else the one that would be used."""
    known = [name for name, _ in session.catalog.patterns[pattern].implementations]
    name = session.implementations.get(pattern) or next(iter(session.allowed(pattern) or known), "")
    return session.catalog.components.get((pattern, name))


def _containers(
    session: Session, components: tuple[Component, ...], base: str, new: frozenset[str]
) -> tuple[DrawnContainer, ...]:
    helpers = tuple(one for one in components if one.role in _IN_POD and one.pod)
    found = [DrawnContainer(one.slug, one.role, one.id, one.id in new) for one in start_order(helpers)]
    name = session.resolved.get(f"{APP}.name")
    program = DrawnContainer(name.text if name is not None else "", APP, base, base in new)
    return (*found, program)


def _beside(owner: Component, components: tuple[Component, ...], new: frozenset[str]) -> tuple[DrawnContainer, ...]:
    """The containers of an object's own pod, which is the workload's but for what it leaves out."""
    found: list[DrawnContainer] = []
    for pod in owner.declares.pods:
        helpers = start_order(tuple(one for one in components if one.role in _IN_POD and one.pod))
        inside = (one for one in helpers if pod.holds(one.id))
        found += (DrawnContainer(one.slug, one.role, one.id, one.id in new) for one in inside)
        found.append(DrawnContainer(owner.slug, APP, owner.id, owner.id in new))
    return tuple(found)


def _title(session: Session, pattern: str) -> str:
    known = session.pattern(pattern)
    return known.short or known.title


def _replicas(session: Session, components: tuple[Component, ...]) -> str:
    """The number of pods, once all that decides it is certain."""
    if session.verdict is None:
        return ""
    values = {key: field.value for key, field in session.resolved.items()}
    return Declared(components, values, session.surroundings).replicas()


def pod_line(catalog: Catalog, drawn: Drawing) -> str:
    """The drawing on one line, the containers in the order of their start; empty while no workload is certain."""
    if not drawn.workload:
        return ""
    workload = catalog.patterns[drawn.workload]
    pod = " -> ".join([*_helpers(drawn.containers), "your program"])
    what = "instances that the operator makes" if drawn.operated else pod
    objects = [f"{one.title}{_own_pod(one)}" for one in drawn.objects]
    beside = f"; beside it: {', '.join(objects)}" if objects else ""
    return f"{workload.title}: {what}{beside}"


def _helpers(containers: tuple[DrawnContainer, ...]) -> list[str]:
    return [f"{one.name} ({one.role})" for one in containers if one.role != APP]


def _own_pod(one: DrawnObject) -> str:
    helpers = _helpers(one.containers)
    return f" [{' -> '.join([*helpers, one.containers[-1].name])}]" if helpers else ""

"""The drawing of the answers so far, as a value: the pod's containers, its replicas and the objects around it.

It is built from the catalogue's declarations and the outlines of its templates, without rendering a template, so it is
available before the first render and for every highlighted option. For complete answers it matches the bundle
(``tests/contract/test_drawing.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.render.drawn import (
    APP,
    NOTHING_DRAWN,
    Around,
    Drawing,
    DrawnContainer,
    DrawnInjected,
    DrawnMount,
    DrawnObject,
    DrawnPort,
    DrawnProduct,
)
from wizard.session.certain import drawn_of
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.decision.model import Answer
    from wizard.session.session import Session

__all__ = [
    "APP",
    "NOTHING_DRAWN",
    "Around",
    "Drawing",
    "DrawnContainer",
    "DrawnInjected",
    "DrawnMount",
    "DrawnObject",
    "DrawnPort",
    "DrawnProduct",
    "difference",
    "drawing",
    "name_of",
    "pod_line",
]


def drawing(session: Session, question_id: str = "", answer: Answer | None = None) -> Drawing:
    """Draw what is certain so far and, with an answer, what would become certain and what would disappear.

    A part is new if it is certain with ``answer`` but not while the question is unanswered. A part is removed if it is
    certain only with the present answer.
    """
    now = drawn_of(session)
    if answer is None:
        return now
    return _marked(drawn_of(unanswered(session, question_id)), drawn_of(tried(session, question_id, answer)), now)


def difference(session: Session, question_id: str, answer: Answer, instead_of: Answer) -> Drawing:
    """Draw what is certain with ``answer``, marking the parts that ``instead_of`` would not have and those it loses."""
    before = drawn_of(tried(session, question_id, instead_of))
    return _marked(before, drawn_of(tried(session, question_id, answer)), before)


def tried(session: Session, question_id: str, answer: Answer) -> Session:
    """Return the session with an answer; repeated calls return the same object, so its derived values are reused."""
    known: dict[tuple[str, Answer | None], Session] = session.__dict__.setdefault("_tried", {})
    key = (question_id, answer)
    if key not in known:
        known[key] = session.answer(question_id, answer)
    return known[key]


def unanswered(session: Session, question_id: str) -> Session:
    """Return the session without an answer to a question; repeated calls return the same object."""
    if question_id not in session.answers:
        return session
    known: dict[tuple[str, Answer | None], Session] = session.__dict__.setdefault("_tried", {})
    return known.setdefault((question_id, None), session.forget(question_id))


def _marked(before: Drawing, after: Drawing, now: Drawing) -> Drawing:
    """Return ``after`` with parts missing from ``before`` marked as new, and parts of ``now`` it lacks as removed."""
    was = {_key(one): one for one in before.containers}
    around = {(one.kind, one.name) for one in before.around}
    objects = {one.pattern: one for one in before.objects}
    left = {_key(one): one for one in after.containers}
    still = {(one.kind, one.name) for one in after.around}
    gone = (one for one in now.containers if one.pattern and _other(one, left.get(_key(one))))
    lost = (one for one in now.around if (one.kind, one.name) not in still)
    return after._replace(
        containers=tuple(_container(was.get(_key(one)), one) for one in after.containers),
        objects=tuple(_object(one, _other(one, objects.get(one.pattern))) for one in after.objects),
        injected=tuple(one._replace(new=one not in before.injected) for one in after.injected),
        around=tuple(one._replace(new=(one.kind, one.name) not in around) for one in after.around),
        settings=tuple(one._replace(new=one not in before.settings) for one in after.settings),
        removed=(*gone, *lost),
    )


def _key(one: DrawnContainer) -> str:
    """Return the identity of a container in a comparison of drawings.

    The user's program stays the same container when its workload changes. A helper is identified by its pattern and
    order, because a pattern may have an init container as well as a sidecar; its implementation is compared apart.
    """
    return one.role if one.role == APP else f"{one.pattern} {one.order}"


def _other(one: DrawnContainer | DrawnObject, found: DrawnContainer | DrawnObject | None) -> bool:
    """Return True if nothing was found, or another implementation of the pattern; an open one is not another one."""
    return found is None or bool(found.implementation and one.implementation not in ("", found.implementation))


def _container(before: DrawnContainer | None, one: DrawnContainer) -> DrawnContainer:
    """Return the container, marked as new if it, or its implementation, was not certain before."""
    if before is not None and one.implementation not in ("", before.implementation):
        before = None
    ports, mounts = (before.listens, before.mounts) if before else ((), ())
    new = before is None or (one.role == APP and before.pattern != one.pattern)
    return one._replace(
        new=new,
        listens=tuple(port._replace(new=port not in ports) for port in one.listens),
        mounts=tuple(_mount(mount, mounts) for mount in one.mounts),
    )


def _mount(one: DrawnMount, before: tuple[DrawnMount, ...]) -> DrawnMount:
    """Return the mount, marked as new unless it was there before, perhaps without the name that it has now."""
    return one._replace(new=one not in before and one._replace(source="") not in before)


def _object(one: DrawnObject, new: bool) -> DrawnObject:  # noqa: FBT001
    return one._replace(new=new, containers=tuple(inside._replace(new=new) for inside in one.containers))


def name_of(one: DrawnContainer) -> str:
    """Return the container's name; until it has one, the image that podwizard provides for it, or a placeholder."""
    return one.name or one.image or wording.UNNAMED


def pod_line(catalog: Catalog, drawn: Drawing) -> str:
    """Return the drawing on one line, containers in start order; empty while no workload is certain."""
    if not drawn.workload:
        return ""
    workload = catalog.patterns[drawn.workload]
    program = next((name_of(one) for one in drawn.containers if one.role == APP), wording.UNNAMED)
    pod = " -> ".join([*_helpers(drawn.containers), program])
    what = "instances that the operator makes" if drawn.operated else pod
    objects = [f"{one.title}{_own_pod(one)}" for one in drawn.objects]
    beside = f"; beside it: {', '.join(objects)}" if objects else ""
    return f"{workload.title}: {what}{beside}"


def _helpers(containers: tuple[DrawnContainer, ...]) -> list[str]:
    return [one.name if one.name == one.role else f"{one.name} ({one.role})" for one in containers if one.role != APP]


def _own_pod(one: DrawnObject) -> str:
    helpers = _helpers(one.containers)
    return f" [{' -> '.join([*helpers, one.containers[-1].name])}]" if helpers else ""

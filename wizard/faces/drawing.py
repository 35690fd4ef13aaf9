"""The drawing of the answers so far, as a value: the pod's containers, its replicas and the objects around it.

It is built from the catalogue's declarations and the outlines of its templates, without rendering a template, so it is
available before the first render and for every highlighted option. For complete answers it matches the bundle
(``tests/contract/test_drawing.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
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
    "counterpart",
    "drawing",
    "is_open",
    "name_of",
    "pod_line",
]


def drawing(
    session: Session, question_id: str = "", answer: Answer | None = None, instead_of: Answer | None = None
) -> Drawing:
    """Draw what is certain so far and, with an answer, what would become certain and what would disappear.

    A part is new if it is certain with ``answer`` but not with ``instead_of``, or while the question is unanswered. A
    part is removed if it was drawn before and is certainly absent with ``answer``, unless a new one replaces it. The
    part that is replaced need not have been drawn: it may come with answering the question in any other way.
    """
    now = drawn_of(session)
    if answer is None:
        return now
    then = tried(session, question_id, answer)
    if instead_of is None:
        return _Comparison(drawn_of(unanswered(session, question_id)), then, now, now).drawing()
    before = drawn_of(tried(session, question_id, instead_of))
    return _Comparison(before, then, before, before if instead_of else now).drawing()


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


class _Comparison:
    """Two drawings: that of a session after an answer, marked by the differences from another one.

    Args:
        before: the drawing to compare with; a part that it lacks is new.
        then: the session after the answer.
        left: the drawing whose parts can disappear, which is that of the present answer.
        shown: the drawing that the user saw.
    """

    def __init__(self, before: Drawing, then: Session, left: Drawing, shown: Drawing) -> None:
        self.before, self.after, self.shown = before, drawn_of(then), shown
        self.settled = then.verdict is not None
        self.excluded = frozenset(then.evaluation.candidates.excluded)
        new = tuple(_container(counterpart(one, before.containers), one) for one in self.after.containers)
        gone = [one for one in left.containers if one.role != APP and self._gone(one)]
        self.containers = new
        self.replaced = tuple(_pairs([one for one in new if one.new and one.role != APP], gone))
        olds = [old for _, old in self.replaced]
        self.lost = tuple(one for one in gone if one not in olds and one in shown.containers)
        left_out = {one.pattern for one in gone}
        still = {(one.kind, one.name) for one in self.after.around}
        self.objects_gone = tuple(
            one
            for one in left.around
            if (one.kind, one.name) not in still and (one.pattern in left_out or self._absent(one.pattern))
        )

    def drawing(self) -> Drawing:
        """Return the drawing after the answer, with marks."""
        before, after = self.before, self.after
        objects = {one.pattern: one for one in before.objects}
        return after._replace(
            containers=self.containers,
            objects=tuple(_object(one, _other(one, objects.get(one.pattern))) for one in after.objects),
            injected=tuple(one._replace(new=one not in before.injected) for one in after.injected),
            around=tuple(self._around()),
            settings=tuple(one._replace(new=one not in before.settings) for one in after.settings),
            replaced=self.replaced,
            removed=(*self.lost, *self._removed()),
        )

    def _absent(self, pattern: str) -> bool:
        """Return True if a part of this pattern that the drawing lacks is absent, not just open."""
        return self.settled or pattern in self.excluded

    def _gone(self, one: DrawnContainer) -> bool:
        """Return True if a container is certainly absent, or another program runs in its place."""
        if not one.pattern or is_open(one) or counterpart(one, self.after.containers) is not None:
            return False
        return self._absent(one.pattern) or any(_key(each) == _key(one) for each in self.after.containers)

    def _around(self) -> Iterator[Around]:
        """Yield the objects; one that takes the place of another of its kind, such as a ConfigMap, is not new."""
        was = {(one.kind, one.name) for one in self.before.around}
        places = Counter(one.kind for one in self.objects_gone)
        for one in self.after.around:
            new = (one.kind, one.name) not in was
            if new and places[one.kind]:
                places[one.kind] -= 1
                new = False
            yield one._replace(new=new)

    def _removed(self) -> Iterator[Around | DrawnInjected]:
        """Yield the objects of kinds that the bundle then lacks, and the containers that no mesh adds any more."""
        still = {one.kind for one in self.after.around}
        yield from (one for one in self.objects_gone if one.kind not in still and one in self.shown.around)
        yield from (one for one in self.shown.injected if one not in self.after.injected and self._absent(one.pattern))


def counterpart(one: DrawnContainer, others: Iterable[DrawnContainer]) -> DrawnContainer | None:
    """Return the container of another drawing that is the same one: it runs the same program in the same place.

    Its pattern may be another one, if another rule leads to the same container.
    """
    others = tuple(others)
    found = next((each for each in others if _key(each) == _key(one)), None)
    if found is not None and (not found.implementation or one.implementation in ("", found.implementation)):
        return found
    alike = (each for each in others if _program(each) == _program(one) and each.pattern != one.pattern)
    return next((each for each in alike if not is_open(each)), None)


def is_open(one: DrawnContainer) -> bool:
    """Return True if it is open which program runs in a helper, which is then drawn with its role as its name."""
    return one.name == one.role and not one.image


def _program(one: DrawnContainer) -> tuple[str, ...]:
    return one.role, one.order, one.name, one.image


def _pairs(new: list[DrawnContainer], gone: list[DrawnContainer]) -> Iterator[tuple[DrawnContainer, DrawnContainer]]:
    """Yield each new container with the one that it replaces: the next one of its role, or the only one left."""
    old, rest = list(gone), []
    for one in new:
        same = next((each for each in old if each.role == one.role), None)
        if same is None:
            rest.append(one)
        else:
            old.remove(same)
            yield one, same
    if len(rest) == len(old) == 1:
        yield rest[0], old[0]


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
    if before and before.pattern == one.pattern and one.implementation not in ("", before.implementation):
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

"""The consequence of an answer before it is given, as lines, and its cost in CPU and memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from wizard.decision.results import RuleState
from wizard.faces.drawing import (
    APP,
    Around,
    Drawing,
    DrawnContainer,
    DrawnInjected,
    counterpart,
    drawing,
    is_open,
    tried,
    unanswered,
)
from wizard.render.loads import Load, effective
from wizard.text import count, cpu_text, listed, memory_text
from wizard.texts import wording
from wizard.texts.reasons import fields_text

if TYPE_CHECKING:
    from wizard.decision.model import Answer, Rule
    from wizard.decision.results import Consequence
    from wizard.session.session import Session

Sign = Literal["added", "perhaps", "removed", "set", "spared", "error", "warning", "note", "next"]
_FEW = 2
_MOST_WORKLOADS = 3
_KINDS = {"claim": "PersistentVolumeClaim", "projected": "projected volume"}


class ConsequenceLine(NamedTuple):
    """One effect of an answer."""

    sign: Sign
    say: str
    """The effect in plain words, such as ``sidecar log-stream``."""
    field: str = ""
    """The place in the manifests, such as ``concurrencyPolicy: Forbid``; empty for an effect without one."""
    names: tuple[str, ...] = ()
    """The names or kinds of the affected containers, volumes and objects."""


class Cost(NamedTuple):
    """The change in the resource requests of one pod and of all pods."""

    cpu_millis: int
    memory_bytes: int
    replicas: str
    """The number of pods as the drawing shows it; empty while it is open."""

    @property
    def text(self) -> str:
        """The cost on one line: ``+20m CPU and +48 MiB per pod; in all 3 pods +60m CPU and +144 MiB``."""
        each = f"{self._amounts(1)} per pod"
        if self.replicas in ("", "1"):
            return each
        if not self.replicas.isdecimal():
            return f"{each}, {self.replicas}{' pods' if '-' in self.replicas else ''}"
        return f"{each}; in all {count(int(self.replicas), 'pod')} {self._amounts(int(self.replicas))}"

    def _amounts(self, pods: int) -> str:
        cpu, memory = self.cpu_millis * pods, self.memory_bytes * pods
        parts = (f"{_signed(cpu, cpu_text(abs(cpu)))} CPU", _signed(memory, memory_text(abs(memory))))
        return listed(part for part, amount in zip(parts, (cpu, memory), strict=True) if amount)


def consequence(session: Session, question_id: str, answer: Answer) -> tuple[ConsequenceLine, ...]:
    """List the effects of an answer, most important first; the last line names the next topic."""
    result = session.consequence(question_id, answer)
    drawn = drawing(session, question_id, answer)
    after = tried(session, question_id, answer)
    return (
        *_workload(session, result, drawn),
        *_added(session, result, drawn),
        *_perhaps(session, question_id, answer),
        *_set(session, after, result),
        *_removed(drawn),
        *(ConsequenceLine(rule.level, rule.say) for rule in wording.warn_rules(session.catalog, result.warns)),
        *_questions(session, after, result),
    )


def change(session: Session, question_id: str, answer: Answer, instead_of: Answer) -> tuple[ConsequenceLine, ...]:
    """List the effects that an answer has and another one has not, such as the same set of ticks without one."""
    result = session.consequence(question_id, answer, instead_of)
    drawn = drawing(session, question_id, answer, instead_of)
    after = tried(session, question_id, answer)
    reverse = session.consequence(question_id, instead_of, answer)
    warns = wording.warn_rules(session.catalog, result.warns)
    lines = (
        *_workload(session, result, drawn),
        *_added(session, result, drawn),
        *_left_open(session, question_id, answer, [instead_of]),
        *_set(session, after, result),
        *_removed(drawn),
        *(_quiet_loss(after, reverse, drawing(session, question_id, instead_of, answer)) if instead_of else ()),
        *_spared(wording.warn_rules(session.catalog, reverse.warns), warns),
        *(ConsequenceLine(rule.level, rule.say) for rule in warns),
        *_questions(session, after, result),
    )
    same_next = after.question == tried(session, question_id, instead_of).question
    return tuple(each for each in lines if each.sign != "next" or not same_next)


def cost(session: Session, question_id: str, answer: Answer, instead_of: Answer | None = None) -> Cost | None:
    """Calculate how an answer changes a pod's resource requests; ``None`` if they stay the same.

    A container counts as saved only if a line of the consequence says that it disappears or is replaced.
    """
    after = drawing(session, question_id, answer, instead_of)
    without = unanswered(session, question_id) if instead_of is None else tried(session, question_id, instead_of)
    program = next((one for one in after.containers if one.role == APP), None)
    told = (*(old for _, old in after.replaced), *(one for one in after.removed if isinstance(one, DrawnContainer)))
    before = [one for one in drawing(without).containers if one.role != APP and one not in told]
    still = (one for one in before if counterpart(one, after.containers) is not None)
    helpers = (*still, *told, *((program,) if program else ()))
    was, now = (effective(map(_load, containers)) for containers in (helpers, after.containers))
    cpu, memory = now[0] - was[0], now[1] - was[1]
    return Cost(cpu, memory, after.replicas) if cpu or memory else None


def _load(one: DrawnContainer) -> Load:
    init = one.role != APP and not one.late
    return Load(one.cpu_millis, one.memory_bytes, init, init and one.order == "beside")


def _signed(amount: int, text: str) -> str:
    return f"{'+' if amount > 0 else '-'}{text}"


def _workload(session: Session, result: Consequence, drawn: Drawing) -> Iterator[ConsequenceLine]:
    catalog = session.catalog
    if result.base:
        name = wording.pattern_name(catalog, result.base)
        kind = "" if drawn.operated else f"kind: {result.base}"
        yield ConsequenceLine("set", f"the workload is {name}", kind, (result.base,))
    elif (
        drawn.possible
        and len(drawn.possible) <= _MOST_WORKLOADS
        and set(result.rules_out) & set(wording.bases(catalog))
    ):
        names = wording.pattern_names(catalog, drawn.possible)
        yield ConsequenceLine("set", f"the workload is {listed(names, 'or')}")


def _added(session: Session, result: Consequence, drawn: Drawing) -> Iterator[ConsequenceLine]:
    new = [one for one in drawn.containers if one.new and one.role != APP]
    for one in new:
        old = next((old for each, old in drawn.replaced if each == one), None)
        alike = [old] if old else [each for each in drawn.removed if isinstance(each, DrawnContainer)]
        text = wording.pattern_name(session.catalog, one.pattern) if is_open(one) else _helper(one, alike)
        text = wording.instead_text(text, _helper(old, [one])) if old is not None else text
        yield ConsequenceLine("added", text, _place(one), () if is_open(one) else (one.name,))
    program = next((one for one in drawn.containers if one.role == APP), None)
    if program is not None and not program.new:
        for mount in program.mounts:
            if mount.new:
                what = _KINDS.get(mount.kind, mount.kind)
                others = [one for one in new if any(other.volume == mount.volume for other in one.mounts)]
                names = [f"the {one.role} {one.name}" for one in others]
                shared = f", shared with {listed(names)}" if names else ""
                where = f"at {mount.path}" if mount.path else mount.name
                yield ConsequenceLine("added", f"{what} {where}".strip() + shared, "volumes", (mount.volume,))
    own = () if result.base else tuple(_new_kinds(one for one in drawn.around if one.pattern == APP))
    kinds = tuple(kind for kind in _new_kinds(drawn.around) if kind not in own)
    if kinds:
        yield ConsequenceLine("added", listed(kinds), "", kinds)
    if own:  # most answers lead to these objects; this answer makes them certain
        sure = "by default" if drawn.operated and not session.given.get("app.implementation") else "now certain"
        known = {one.kind for one in drawn.around if not one.new}
        objects = listed(f"a second {kind}" if kind in known else kind for kind in own)
        yield ConsequenceLine("set", f"{sure}: {objects}", "", own)
    for other in drawn.injected:
        if other.new:
            yield ConsequenceLine("added", f"sidecar {other.text}")
    if quiet := _quiet(result, drawn):
        yield ConsequenceLine("added", listed(wording.pattern_names(session.catalog, quiet)))


def _quiet(result: Consequence, drawn: Drawing) -> list[str]:
    """Return the added patterns of which the drawing shows nothing."""
    helpers = {one.pattern for one in drawn.containers if one.role != APP}
    shown = helpers | {one.pattern for one in drawn.injected} | {one.pattern for one in drawn.around}
    return [one for one in result.adds if one not in shown and one != result.base]


def _quiet_loss(after: Session, reverse: Consequence, drawn: Drawing) -> Iterator[ConsequenceLine]:
    """Yield the patterns that no drawing shows and that the answer rules out."""
    excluded = after.evaluation.candidates.excluded
    if quiet := [one for one in _quiet(reverse, drawn) if one in excluded]:
        yield ConsequenceLine("removed", listed(wording.pattern_names(after.catalog, quiet)))


def _spared(gone: Iterable[Rule], come: Sequence[Rule]) -> Iterator[ConsequenceLine]:
    """Yield the warnings that go away, without those that a new one of the same level repeats."""
    for rule in gone:
        words = set(rule.say.split())
        if not any(other.level == rule.level and words <= set(other.say.split()) for other in come):
            yield ConsequenceLine("spared", wording.spared_text(rule))


def _helper(one: DrawnContainer, others: Iterable[DrawnContainer]) -> str:
    """Return a helper's role and name, with its image if one of the others has the same name."""
    same = any(other.name == one.name for other in others)
    return f"{one.role} {one.name}{f' ({one.image})' if same and one.image else ''}"


def _new_kinds(around: Iterable[Around]) -> dict[str, None]:
    """Return the distinct kinds of the new objects, in order."""
    return dict.fromkeys(one.kind for one in around if one.new)


def _perhaps(session: Session, question_id: str, answer: Answer) -> Iterator[ConsequenceLine]:
    """Yield the additions that this answer leaves to later questions and another answer would rule out."""
    others: list[Answer] = [()] if isinstance(answer, tuple) else [one.id for one in session.offered(question_id)]
    return _left_open(session, question_id, answer, [other for other in others if other != answer])


def _left_open(
    session: Session, question_id: str, answer: Answer, others: Iterable[Answer]
) -> Iterator[ConsequenceLine]:
    possible = tried(session, question_id, answer).evaluation.candidates.possible
    ruled_out = {
        pattern for other in others for pattern in tried(session, question_id, other).evaluation.candidates.excluded
    }
    names = [one for one in possible if one in ruled_out and one not in wording.bases(session.catalog)]
    if 0 < len(names) <= _FEW:
        yield ConsequenceLine("perhaps", listed(wording.pattern_names(session.catalog, names), "or"))


def _place(one: DrawnContainer) -> str:
    if one.late:
        return "containers"
    return "initContainers, restartPolicy: Always" if one.order == "beside" else "initContainers"


def _set(session: Session, after: Session, result: Consequence) -> Iterator[ConsequenceLine]:
    """Yield the settings that end up in a manifest field, each with the reason of the rule that sets it."""
    known = session.catalog.set_fields
    left = {name: value for name, value in result.settings if name in known and value is not None}
    if not left:
        return
    for rule in session.catalog.decision.section("set"):
        if after.evaluation.rules[rule.key].state is RuleState.MATCHED:
            given = [name for name, value in rule.settings if name in left and left[name] == value]
            if fields := fields_text(session.catalog, [(name, left.pop(name)) for name in given]):
                yield ConsequenceLine("set", rule.because.rstrip("."), fields)


def _removed(drawn: Drawing) -> Iterator[ConsequenceLine]:
    """Yield the containers and objects that were drawn before and certainly are absent then."""
    new = [one for one in drawn.containers if one.new]
    for one in drawn.removed:
        if isinstance(one, DrawnContainer):
            yield ConsequenceLine("removed", _helper(one, new), _place(one), (one.name,))
        elif isinstance(one, DrawnInjected):
            yield ConsequenceLine("removed", f"sidecar {one.text}")
    kinds = tuple(dict.fromkeys(one.kind for one in drawn.removed if isinstance(one, Around)))
    if kinds:
        yield ConsequenceLine("removed", listed(kinds), "", kinds)


def _questions(session: Session, after: Session, result: Consequence) -> Iterator[ConsequenceLine]:
    catalog = session.catalog
    if result.sets_aside:
        topics = listed(wording.topics(catalog, result.sets_aside))
        yield ConsequenceLine("removed", f"your answer on {topics} no longer counts")
    if 0 < len(result.needless) <= _FEW:
        topics = listed(wording.topics(catalog, result.needless))
        yield ConsequenceLine("set", f"skips {count(len(result.needless), 'question')}: {topics}")
    following = after.question
    yield ConsequenceLine("next", "the verdict" if following is None else wording.topic(following))

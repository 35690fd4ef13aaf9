"""The verdict: its reasons, its benefits and costs, and the lesson of a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.render.drawn import APP
from wizard.text import cpu_text, first_sentence, memory_text
from wizard.texts import wording
from wizard.texts.reasons import differing_flips, why_not_reasons, why_reasons

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog, Pattern
    from wizard.render.drawn import Drawing
    from wizard.render.model import ContainerNote, PodNote
    from wizard.session.session import Session
    from wizard.texts.reasons import ReasonLine

SHOWN = 3
"""The maximum number of other patterns, and of answers that would change the verdict, to show together."""


@dataclass(frozen=True, slots=True)
class VerdictReasons:
    """The reasons that are shown with a verdict."""

    why: tuple[ReasonLine, ...]
    why_not: tuple[ReasonLine, ...]
    flips: tuple[ReasonLine, ...]

    @classmethod
    def of(cls, session: Session, most: int = SHOWN) -> VerdictReasons:
        """Find the reasons for a session's verdict, at most ``most`` against other patterns and as many changes."""
        return cls(why_reasons(session), why_not_reasons(session)[:most], differing_flips(session, most))


@dataclass(frozen=True, slots=True)
class PodCost:
    """The requests of the containers that the verdict adds."""

    cpu: str
    memory: str
    share: str
    """The share of the pod's memory, such as ``27 %``; empty if unknown."""
    all_cpu: str = ""
    all_memory: str = ""
    """The sums for all replicas; empty for a single replica or an unknown number."""


def pod_cost(pod: PodNote) -> PodCost | None:
    """Calculate the cost of the helper containers in one pod and in all pods; ``None`` if there are none."""
    cpu, memory = pod.helper_cpu_millis, pod.helper_memory_bytes
    if not cpu and not memory:
        return None
    share = f"{round(100 * memory / pod.memory_bytes)} %" if pod.memory_bytes else ""
    replicas = int(pod.replicas) if pod.replicas.isdecimal() else 1
    in_all = (cpu_text(cpu * replicas), memory_text(memory * replicas)) if replicas > 1 else ("", "")
    return PodCost(cpu_text(cpu), memory_text(memory), share, *in_all)


def cost_text(cost: PodCost) -> str:
    """Return the cost of the helpers as text, per pod and in total."""
    share = f" ({cost.share} of the pod's memory)" if cost.share else ""
    in_all = f", {cost.all_cpu} and {cost.all_memory} in all" if cost.all_cpu else ""
    return f"{cost.cpu} CPU and {cost.memory} per pod{share}{in_all}"


def awaited_cost(drawn: Drawing) -> PodCost | None:
    """Return the cost with blanks for the numbers that the preview will fill in; ``None`` if no helper costs anything.

    An init container that runs to completion costs nothing, because its resources are free again for the others.
    """
    if drawn.operated or not any(one.role not in (APP, "init") for one in drawn.containers):
        return None
    in_all = ("___", "___ MiB") if drawn.replicas.isdecimal() and int(drawn.replicas) > 1 else ("", "")
    return PodCost("___", "__ MiB", "__ %", *in_all)


def shown_patterns(session: Session) -> tuple[Pattern, ...]:
    """List the patterns to introduce to a newcomer: the additions or, without any, the workload."""
    verdict = session.verdict
    ids = wording.additions(session) or ((verdict.base,) if verdict else ())
    return tuple(session.pattern(each) for each in ids)


def lesson_of(session: Session, reason: ReasonLine | None) -> str:
    """Return the pattern whose lesson belongs to a line: the first one that it names; without one, the verdict's."""
    if reason is not None and reason.pattern:
        return reason.pattern
    return next((pattern.id for pattern in shown_patterns(session)), "")


def gains_and_prices(session: Session) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences for "You get" and "You pay", without full stops; several patterns are named in theirs."""
    parts = shown_patterns(session)

    def named(part: Pattern, text: str) -> str:
        who = f"{part.short or part.title}: " if len(parts) > 1 else ""
        return f"{who}{first_sentence(text)}"

    gains = tuple(named(part, part.gives) for part in parts if part.gives)
    return gains, tuple(named(part, part.costs) for part in parts if part.costs)


def lesson_rows(pattern: Pattern) -> tuple[tuple[str, str], ...]:
    """List the benefits, costs and uses of a pattern as (label, text)."""
    rows = (
        ("Gives", pattern.gives),
        ("Costs", pattern.costs),
        ("Use when", pattern.use_when),
        ("Avoid when", pattern.avoid_when),
    )
    return tuple((label, " ".join(text.split())) for label, text in rows if text)


def container_name(container: ContainerNote) -> str:
    """Return the container's name, or a placeholder while it has none."""
    return container.name or wording.UNNAMED


def container_title(catalog: Catalog, container: ContainerNote) -> str:
    """Return the short name of the container's pattern; empty if it only repeats the container's name or role."""
    known = container.component in catalog.patterns
    title = wording.pattern_name(catalog, container.component) if known else container.title
    return "" if title.lower() in (container_name(container).lower(), container.role) else title

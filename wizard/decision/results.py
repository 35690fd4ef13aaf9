"""What evaluating, explaining and proving a decision returns: ids and arguments, never sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum
from functools import cached_property

from wizard.decision.model import Answer, Answers, Rule, Setting
from wizard.errors import Fault
from wizard.frozen import dataclass


class RuleState(Enum):
    """Three-valued truth of a rule on partial answers."""

    MATCHED = "matched"
    EXCLUDED = "excluded"
    OPEN = "open"


class QuestionState(Enum):
    """Where a question stands."""

    ANSWERED = "answered"
    """Asked, and its answer counts."""
    NEXT = "next"
    """Certainly asked, not answered, and may still change the result."""
    LATER = "later"
    """Asked or not depending on an open question."""
    SETTLED = "settled"
    """Asked by its condition, not answered, and no answer can change the result any more."""
    ASIDE = "aside"
    """Answered, but no longer asked; the answer comes back when the question does."""
    UNASKED = "unasked"
    """Not asked and not answered."""


@dataclass(frozen=True, slots=True)
class Term:
    """One cell that decided a rule: this question's answer agrees or disagrees with what the rule wants.

    ``answer`` is ``None`` when the question is not asked. For a ``many`` question ``option`` is the
    one option meant; ``wanted`` the options that would fit (for ``many``: ``("ticked",)`` or ``("unticked",)``).
    """

    question: str
    answer: Answer | None
    wanted: tuple[str, ...]
    option: str = ""


@dataclass(frozen=True)
class RuleStatus:
    """A rule's state, and why, which few ask."""

    rule: Rule
    state: RuleState
    explain: Callable[[], tuple[Term, ...]] = field(compare=False, repr=False)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The answers that made it match or excluded it (the fewest)."""
        return self.explain()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pattern ids by certainty, each in output order."""

    certain: tuple[str, ...]
    possible: tuple[str, ...]
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The complete outcome: ids only."""

    base: str
    add: tuple[str, ...]
    settings: tuple[tuple[str, Setting], ...]
    warn: tuple[str, ...]
    fired: tuple[Rule, ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        """Base first, then what is added."""
        return (self.base, *self.add)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything one look at partial answers tells. ``verdict`` is set when nothing is left to ask."""

    questions: Mapping[str, QuestionState]
    rules: Mapping[str, RuleStatus]
    """By ``Rule.key``."""
    candidates: Candidates
    next_question: str | None
    remaining: tuple[int, int]
    """The exact fewest and most questions still to be answered, the next one included.

    Bounds of them for a table whose rules test so many questions crosswise that counting would take too long.
    """
    relevant_options: Mapping[str, tuple[str, ...]]
    """For each asked question the options on offer (a ``many`` may hide some)."""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one more answer would do, against the answers before it."""

    adds: tuple[str, ...] = ()
    """Patterns that become certain."""
    rules_out: tuple[str, ...] = ()
    """Patterns that become impossible."""
    settings: tuple[tuple[str, Setting], ...] = ()
    warns: tuple[str, ...] = ()
    """Warn rule ids that become certain."""
    asks: tuple[str, ...] = ()
    """Questions that become certain to be asked."""
    spares: tuple[str, ...] = ()
    """Questions that become needless."""
    sets_aside: tuple[str, ...] = ()
    """Given answers that stop counting."""
    remaining: tuple[int, int] = (0, 0)
    base: str | None = None
    """The base workload, when this answer decides it."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The nearest rule of a rejected pattern, and the answers that exclude it."""

    pattern: str
    rule: Rule
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One changed answer of a flip; ``after`` for a ``many`` is the whole new ticked tuple."""

    question: str
    before: Answer
    after: Answer


@dataclass(frozen=True, slots=True)
class Flip:
    """One or two changed answers that change the verdict; exact and re-evaluated.

    ``certain``: no question is opened, and ``verdict`` is the new one. Otherwise ``asks`` are the
    questions that open, and ``candidates`` the base patterns that then are possible.
    """

    changes: tuple[Change, ...]
    certain: bool
    verdict: Verdict | None
    asks: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    """Patterns gained (certain flips only)."""
    drops: tuple[str, ...] = ()
    """Patterns lost (certain flips only)."""


@dataclass(frozen=True, slots=True)
class Covering:
    """Few complete answer sets that show every reachable pair together."""

    sets: tuple[Answers, ...]
    of_rules: bool
    """Pairs of rules; else of what rules put out: patterns, values of settings and warnings."""
    complete: bool
    """False when the work budget ran out before every pair was shown."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the prover found. ``decided`` is false when the work budget ran out before an end."""

    faults: tuple[Fault, ...]
    decided: bool
    answer_sets: int
    """How many complete reachable answer sets there are, counted exactly."""
    covering: tuple[Answers, ...] = ()
    """Few complete answer sets that show every reachable rule and pair of rules together."""
    questions_asked: tuple[int, float, int] | None = None
    """Fewest, mean (uniform answers) and most questions asked."""
    counts: Mapping[str, int] = field(default_factory=dict)

"""Results of evaluating, explaining and proving a decision: ids, never sentences for users."""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from wizard.decision.model import Answer, Answers, Rule, Setting
from wizard.errors import Fault


class RuleState(Enum):
    """Three-valued truth of a rule on partial answers."""

    MATCHED = "matched"
    EXCLUDED = "excluded"
    OPEN = "open"


class QuestionState(Enum):
    """State of a question after some answers."""

    ANSWERED = "answered"
    """Asked, and its answer counts."""
    NEXT = "next"
    """Certainly asked, not answered, and may still change the result."""
    LATER = "later"
    """Asked or not, depending on an open question."""
    SETTLED = "settled"
    """Asked by its condition, not answered, and no answer can change the result any more."""
    ASIDE = "aside"
    """Answered, but no longer asked; the answer comes back when the question does."""
    UNASKED = "unasked"
    """Not asked and not answered."""


class Term(NamedTuple):
    """One answer that decided a rule."""

    question: str
    answer: Answer
    wanted: tuple[str, ...]
    """The answers with which the rule applies, or may apply; of a ``many``: ``("ticked",)`` or ``("unticked",)``."""
    option: str = ""
    """Of a ``many`` question the one option that counts."""


class RuleStatus:
    """A rule's state, and the reason, which is worked out only when it is read."""

    def __init__(self, rule: Rule, state: RuleState, explain: Callable[[], tuple[Term, ...]]) -> None:
        self.rule = rule
        self.state = state
        self._explain = explain

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The fewest answers that made it match or excluded it; none while it is open."""
        return self._explain()


class Candidates(NamedTuple):
    """Pattern ids by certainty, each in output order."""

    certain: tuple[str, ...]
    possible: tuple[str, ...]
    excluded: tuple[str, ...]


class Verdict(NamedTuple):
    """The complete result."""

    base: str
    add: tuple[str, ...]
    settings: tuple[tuple[str, Setting], ...]
    warn: tuple[str, ...]
    fired: tuple[Rule, ...]
    """The rules that apply, in the author's order."""
    implementations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(Pattern id, the implementations that its rules allow, the default first); all where it is not named."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Base first, then what is added."""
        return (self.base, *self.add)


class Evaluation:
    """Everything that follows from some answers; the questions to come are counted only when the number is read.

    Attributes:
        rules: by ``Rule.key``.
        relevant_options: for each asked question the options on offer (a ``many`` may hide some).
        verdict: set when no answer can change the result any more.
    """

    def __init__(
        self,
        *,
        questions: Mapping[str, QuestionState],
        rules: Mapping[str, RuleStatus],
        candidates: Candidates,
        next_question: str | None,
        relevant_options: Mapping[str, tuple[str, ...]],
        verdict: Verdict | None,
        count: Callable[[], tuple[int, int]],
    ) -> None:
        self.questions = questions
        self.rules = rules
        self.candidates = candidates
        self.next_question = next_question
        self.relevant_options = relevant_options
        self.verdict = verdict
        self._count = count

    @cached_property
    def remaining(self) -> tuple[int, int]:
        """The fewest and most questions still to be answered, the next one included.

        It is exact, or bounds where rules test so many questions crosswise that counting would take too long.
        """
        return self._count()


class Consequence(NamedTuple):
    """Differences that one more answer makes."""

    adds: tuple[str, ...] = ()
    """Patterns that become certain."""
    rules_out: tuple[str, ...] = ()
    """Patterns that become impossible."""
    settings: tuple[tuple[str, Setting], ...] = ()
    warns: tuple[str, ...] = ()
    """Warn rule ids that become certain."""
    opens: tuple[str, ...] = ()
    """Questions that become certain to be asked."""
    needless: tuple[str, ...] = ()
    """Questions that need no answer any more."""
    sets_aside: tuple[str, ...] = ()
    """Given answers that stop counting."""
    base: str | None = None
    """The base workload, when this answer decides it."""


class WhyNot(NamedTuple):
    """The nearest rule of a rejected pattern, and the answers that exclude it."""

    pattern: str
    rule: Rule
    terms: tuple[Term, ...]


class AnswerChange(NamedTuple):
    """One changed answer of a flip; ``after`` for a ``many`` is the whole new ticked tuple."""

    question: str
    before: Answer
    after: Answer


class Flip(NamedTuple):
    """One or two changed answers that change the verdict; exact and re-evaluated."""

    changes: tuple[AnswerChange, ...]
    certain: bool
    """True when the changes open no question."""
    verdict: Verdict | None
    """The new verdict, when certain."""
    opens: tuple[str, ...] = ()
    """The questions that open, when not certain."""
    candidates: tuple[str, ...] = ()
    """The base patterns that are then possible, when not certain."""
    adds: tuple[str, ...] = ()
    """Patterns gained, when certain."""
    drops: tuple[str, ...] = ()
    """Patterns lost, when certain."""


class Covering(NamedTuple):
    """Few complete answer sets that show every reachable pair together."""

    sets: tuple[Answers, ...]
    of_rules: bool
    """Pairs of rules; else of what rules put out: patterns, values of settings and warnings."""
    complete: bool
    """False when the work budget ran out before every pair was shown."""


class Proof(NamedTuple):
    """Findings of the prover."""

    faults: tuple[Fault, ...]
    decided: bool
    """False when the work budget was spent before the end."""
    answer_sets: int
    """The exact number of complete reachable answer sets."""
    covering: tuple[Answers, ...] = ()
    """Few complete answer sets that together show every reachable rule, and every two rules that can meet."""
    questions_asked: tuple[int, float, int] | None = None
    """Fewest, mean (all answers equally likely) and most questions asked."""
    counts: Mapping[str, int] = {}

"""Results of evaluating, explaining and proving a decision: ids, never sentences for users."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from wizard.decision.model import Answer, Answers, Rule, Setting
from wizard.errors import Fault


class RuleState(Enum):
    """The three-valued truth of a rule on partial answers."""

    MATCHED = "matched"
    EXCLUDED = "excluded"
    OPEN = "open"


class QuestionState(Enum):
    """The state of a question after some answers."""

    ANSWERED = "answered"
    """Asked, and its answer counts."""
    NEXT = "next"
    """Certainly asked, not answered, and still able to change the result."""
    LATER = "later"
    """Asked or not, depending on an open question."""
    SETTLED = "settled"
    """Asked by its condition, not answered, and no longer able to change the result."""
    ASIDE = "aside"
    """Answered, but no longer asked; the answer counts again when the question is asked again."""
    UNASKED = "unasked"
    """Not asked and not answered."""


class Term(NamedTuple):
    """One answer that decided a rule."""

    question: str
    answer: Answer
    wanted: tuple[str, ...]
    """The answers for which the rule applies or may apply; for a ``many``, ``("ticked",)`` or ``("unticked",)``."""
    option: str = ""
    """For a ``many`` question, the relevant option."""


class RuleStatus(NamedTuple):
    """A rule's state, and the reason, which is computed only on access."""

    rule: Rule
    state: RuleState
    explain: Callable[[], tuple[Term, ...]]

    @property
    def terms(self) -> tuple[Term, ...]:
        """The fewest answers that made it match or excluded it; empty while it is open."""
        return self.explain()


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
    """Pairs of pattern id and its allowed implementations, the default first; a pattern not listed allows all."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The base and the added patterns."""
        return (self.base, *self.add)


class Evaluation(NamedTuple):
    """The evaluation of a decision on some answers; the questions to come are counted only on access."""

    questions: Mapping[str, QuestionState]
    rules: Mapping[str, RuleStatus]
    """By ``Rule.key``."""
    candidates: Candidates
    next_question: str | None
    relevant_options: Mapping[str, tuple[str, ...]]
    """For each asked question, the options offered (a ``many`` may hide some)."""
    verdict: Verdict | None
    """Set if no further answer can change the result."""
    count_remaining: Callable[[], tuple[int, int]]

    @property
    def remaining(self) -> tuple[int, int]:
        """The fewest and most questions still to be answered, including the next one.

        The numbers are exact, or bounds if rules test so many questions in combination that counting would take too
        long.
        """
        return self.count_remaining()


class Consequence(NamedTuple):
    """The differences that one more answer makes."""

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
    """Questions that no longer need an answer."""
    sets_aside: tuple[str, ...] = ()
    """Given answers that stop counting."""
    base: str | None = None
    """The base workload, if this answer decides it."""


class WhyNot(NamedTuple):
    """The nearest rule of a rejected pattern, and the answers that exclude it."""

    pattern: str
    rule: Rule
    terms: tuple[Term, ...]


class Flip(NamedTuple):
    """One changed answer that changes the verdict; exact and re-evaluated."""

    question: str
    before: Answer
    after: Answer
    """For a ``many``, all options ticked after the change."""
    certain: bool
    """True if the change opens no question."""
    verdict: Verdict | None
    """The new verdict, if certain."""
    opens: tuple[str, ...] = ()
    """The questions that open, if not certain."""
    candidates: tuple[str, ...] = ()
    """The base patterns that are then possible, if not certain."""
    adds: tuple[str, ...] = ()
    """Patterns gained, if certain."""
    drops: tuple[str, ...] = ()
    """Patterns lost, if certain."""


class Covering(NamedTuple):
    """A small number of complete answer sets that together contain every reachable pair."""

    sets: tuple[Answers, ...]
    of_rules: bool
    """True if the pairs are of rules, false if they are of outputs: patterns, values of settings and warnings."""
    complete: bool
    """False if the work budget ran out before every pair was covered."""


class Proof(NamedTuple):
    """The findings of the prover."""

    faults: tuple[Fault, ...]
    decided: bool
    """False if the work budget ran out before the end."""
    answer_sets: int
    """The exact number of complete reachable answer sets."""
    questions_asked: tuple[int, float, int] | None = None
    """The fewest, mean (all answers equally likely) and most questions asked."""
    counts: Mapping[str, int] = {}

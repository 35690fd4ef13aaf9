"""The prover: it finds every fault of a decision over all reachable answer sets, with an example in answers.

A set of answers is reachable if exactly the questions whose ``when`` holds are answered. Nothing is sampled. The work
is bounded: parts that exceeded the budget are reported, and ``Proof.decided`` is then false.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from wizard.decision.budget import STEPS, Budget, BudgetSpentError
from wizard.decision.compiled import Compiled
from wizard.decision.cover import NODES, is_large
from wizard.decision.evaluate import state_after
from wizard.decision.faults import PendingFault, collect
from wizard.decision.functions import Functions
from wizard.decision.overlaps import Overlaps
from wizard.decision.prove_inputs import input_faults, late_faults, unasked_faults
from wizard.decision.prove_outputs import (
    example_faults,
    implementation_faults,
    pattern_faults,
    promise_faults,
    setting_faults,
)
from wizard.decision.prove_rules import dead_rule_faults, gap_faults, overlap_faults
from wizard.decision.reach import Reach
from wizard.decision.results import Proof
from wizard.decision.tally import Tally
from wizard.errors import Fault, Position


def prove(compiled: Compiled, *, budget: int = STEPS, stats: bool = True) -> Proof:
    """Find every fault; with ``stats``, also the number of questions asked.

    ``budget`` is the number of steps for each part. The number of questions is not part of the proof: a table whose
    whole result is too large for functions, such as one with more than 300 rules, gets none.

    Raises:
        CatalogError: a condition is too large.
    """
    proving = _Proving(compiled, budget)
    proving.faults()
    sets = proving.answer_sets()
    asked: tuple[int, float, int] | None = None
    if stats and proving.functions is not None:
        with suppress(BudgetSpentError):
            asked = questions_asked(compiled)
    return proving.proof(sets, asked)


def questions_asked(compiled: Compiled) -> tuple[int, float, int]:
    """Return the fewest, mean (all answers equally likely) and most questions asked from the start.

    Raises:
        BudgetSpentError: counting them takes too long.
    """
    state = state_after(compiled, {})
    return compiled.flow.count(state.outputs, state.whens)


class _Proving:
    """One proof in progress."""

    def __init__(self, compiled: Compiled, steps: int) -> None:
        self.compiled = compiled
        self.budget = Budget(steps)
        self._nodes = min(steps, NODES)
        self.limited = partial(compiled.functions_within, self._nodes)
        self.reach = Reach(compiled, limit=self._nodes)
        self.found: list[Fault] = []
        self.undecided: list[str] = []
        self.functions: Functions | None = None
        self.overlaps = Overlaps(self.reach, self.budget)
        if not is_large(compiled):
            # The limited build detects a table whose functions would grow without limit.
            with suppress(BudgetSpentError):
                self.limited()
                self.functions = compiled.functions

    def answer_sets(self) -> int:
        """Count the answer sets; return 0 if the budget runs out."""
        self.budget.renew()
        try:
            return Tally(self.reach.builder.diagram, self.reach.builder.whens, self.budget).total()
        except BudgetSpentError:
            self.undecided.append("the number of answer sets")
            return 0

    def faults(self) -> None:
        """Run all parts, those about wrong names first."""
        compiled, reach, budget = self.compiled, self.reach, self.budget
        parts: dict[str, Iterable[PendingFault]] = {
            "patterns": pattern_faults(compiled),
            "gaps": gap_faults(reach, budget),
            "overlaps": overlap_faults(reach, self.overlaps),
            "dead rules": dead_rule_faults(reach, budget),
            "questions and options": input_faults(reach, budget, self.functions, self.limited),
            "late options": late_faults(compiled),
            "settings": setting_faults(reach, budget),
            "implementations": implementation_faults(reach, budget),
            "promises": promise_faults(reach, budget),
            "examples": example_faults(reach, large=self.functions is None),
            "conditions with not": unasked_faults(reach),
        }
        for name, pending in parts.items():
            self.budget.renew()
            self.reach.builder.diagram.allow(self._nodes)
            if not collect(pending, self.found):
                self.undecided.append(name)

    def proof(self, sets: int, asked: tuple[int, float, int] | None) -> Proof:
        decision = self.compiled.decision
        here = next((rule.position.file for rule in decision.rules), decision.id)
        for name in self.undecided:
            text = f"not decided within the work budget: {name}"
            self.found.append(Fault("not-decided", text, Position(here), "allow more steps, or simplify", "warning"))
        counts = {
            "questions": len(decision.questions),
            "rules": len(decision.rules),
            "boxes": sum(len(boxes) for boxes in self.reach.rule_boxes),
            "overlapping_pairs": self.overlaps.pairs,
            "steps": self.budget.used,
        }
        return Proof(tuple(self.found), not self.undecided, sets, asked, counts)

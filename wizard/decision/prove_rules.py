"""Gaps and overlaps of the base rules, and rules that can never apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from wizard.decision.boxes import Box
from wizard.decision.budget import Budget, BudgetSpentError
from wizard.decision.faults import SHOWN, PendingFault
from wizard.decision.gaps import Gaps
from wizard.decision.overlaps import Overlaps
from wizard.decision.reach import Reach, described, fewest_cells
from wizard.errors import Position
from wizard.text import first_few, listed

_NAMED = 8


def gap_faults(reach: Reach, budget: Budget) -> Iterator[PendingFault]:
    """Yield answer sets to which no base rule applies."""
    compiled = reach.compiled
    boxes = [box for index in reach.base for box in reach.rule_boxes[index]]
    bases = compiled.decision.section("base")
    position = bases[0].position if bases else Position(compiled.decision.id)
    for box in Gaps(reach, boxes, budget, enough=SHOWN + 1).find():
        message = f"no base rule applies: {described(compiled, box)}"
        yield PendingFault("gap", position, message, "add a base rule for these answers, or widen one")


def overlap_faults(reach: Reach, overlaps: Overlaps) -> Iterator[PendingFault]:
    """Yield one fault for each largest group of base rules that apply together."""
    overlaps.find()
    for group in overlaps.groups():
        yield PendingFault(
            "overlap",
            reach.compiled.decision.rules[group.rules[-1]].position,
            partial(_overlap, reach, group.rules, group.box),
            "exactly one base rule may apply to any answers: narrow one of them",
        )


def _overlap(reach: Reach, rules: Sequence[int], box: Box) -> str:
    ids = [reach.compiled.decision.rules[index].id for index in rules]
    names = listed(map(repr, ids)) if len(ids) <= _NAMED else first_few([*map(repr, ids)], _NAMED)
    both = "both" if len(ids) == 2 else "all"
    with suppress(BudgetSpentError):  # the original, larger box is an example, too
        box = reach.example(reach.builder.diagram.all_of(reach.rule(index) for index in rules), within=box)
    return f"base rules {names} {both} apply: {described(reach.compiled, box)}"


def dead_rule_faults(reach: Reach, budget: Budget) -> Iterator[PendingFault]:
    """Yield rules that apply to no reachable answer set."""
    compiled = reach.compiled
    for rule, boxes in zip(compiled.decision.rules, reach.rule_boxes, strict=True):
        budget.spend()
        if any(reach.point(box) is not None for box in boxes):
            continue
        core = fewest_cells(boxes[0], lambda box: reach.point(box) is None) if boxes else {}
        why = f"{described(compiled, core)} never occurs" if core else "its conditions contradict each other"
        message = f"{rule.section} rule '{rule.id}' can never apply: {why}"
        yield PendingFault("dead-rule", rule.position, message, "fix its condition, or remove it")

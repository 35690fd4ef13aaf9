"""Gaps and overlaps of the base rules, and rules that can never apply."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from wizard.decision.boxes import Box, inside
from wizard.decision.diagram import BudgetSpentError
from wizard.decision.findings import SHOWN, Finding, listed
from wizard.decision.flow import bits
from wizard.decision.gaps import Budget, Splitter
from wizard.decision.masks import Masks
from wizard.decision.overlaps import Overlaps
from wizard.decision.reach import Lines, Reach, told
from wizard.errors import Position

_NAMED = 8


class _EnoughError(Exception):
    """There are more gaps than anybody reads."""


def base_places(reach: Reach) -> list[int]:
    """The places of the base rules in the table."""
    return [place for place, rule in enumerate(reach.compiled.decision.rules) if rule.section == "base"]


class _Gaps:
    """Collects gaps, each widened as far as it goes."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self.boxes: list[Box] = [box for place in base_places(reach) for box in reach.compiled.rule_boxes[place]]
        self._masks = Masks(self.boxes, reach.compiled.variables)
        self.found: list[Lines] = []

    def add(self, box: Box) -> None:
        """A box without a rule."""
        if any(inside(box, wide) for wide in self.found):
            return
        variables = self._reach.compiled.variables
        lines = {level: mask for level, mask in box.items() if mask & variables[level].real}
        if not self._universal(lines):
            lines = dict(box)
        wide = self._reach.shrunk(lines, self._universal)
        self.found = [each for each in self.found if not inside(each, wide)] + [wide]
        if len(self.found) > SHOWN:
            raise _EnoughError

    def _universal(self, lines: Lines) -> bool:
        """Whether no rule applies anywhere in the lines."""
        for place in bits(self._masks.meeting(lines)):
            rule = self.boxes[place]
            both = {**lines, **{level: mask & lines.get(level, -1) for level, mask in rule.items()}}
            if self._reach.witness(both) is not None:
                return False
        return True


def gap_faults(reach: Reach, budget: Budget) -> Iterator[Finding]:
    """Answer sets that no base rule fits."""
    compiled = reach.compiled
    gaps = _Gaps(reach)
    with suppress(_EnoughError):
        Splitter(compiled.variables, gaps.boxes, compiled.when_boxes, budget, gaps.add).run()
    bases = compiled.decision.section("base")
    position = bases[0].position if bases else Position(compiled.decision.id)
    for lines in gaps.found:
        yield Finding(
            "gap",
            position,
            partial("no base rule fits: {}".format, told(compiled, lines)),
            "add a base rule for these answers, or widen one",
        )


class OverlapFaults:
    """Base rules that apply together; ``pairs`` counts them."""

    def __init__(self, reach: Reach, budget: Budget) -> None:
        self._reach = reach
        self._budget = budget
        self.pairs = 0

    def faults(self) -> Iterator[Finding]:
        """One finding for each largest set of rules that apply together."""
        places = base_places(self._reach)
        overlaps = Overlaps(self._reach, [self._reach.compiled.rule_boxes[place] for place in places], self._budget)
        self.pairs = overlaps.find()
        for group in overlaps.groups():
            rules = [self._reach.compiled.decision.rules[places[place]] for place in group.rules]
            yield Finding(
                "overlap",
                rules[-1].position,
                partial(_overlap, self._reach, [places[place] for place in group.rules], group.box),
                "exactly one base rule may fit any answers: narrow one of them",
            )


def _overlap(reach: Reach, places: list[int], box: Box) -> str:
    ids = [reach.compiled.decision.rules[place].id for place in places]
    names = listed(ids) if len(ids) <= _NAMED else f"{', '.join(map(repr, ids[:_NAMED]))} and {len(ids) - _NAMED} more"
    both = "both" if len(ids) == 2 else "all"
    try:
        node = reach.builder.diagram.all_of(reach.rule(place) for place in places)
        lines = reach.example(node, within=box)
    except BudgetSpentError:
        lines = dict(box)
    return f"base rules {names} {both} fit: {told(reach.compiled, lines)}"


def dead_rule_faults(reach: Reach, budget: Budget) -> Iterator[Finding]:
    """Rules that fit no reachable answer set."""
    compiled = reach.compiled
    for rule, boxes in zip(compiled.decision.rules, compiled.rule_boxes, strict=True):
        budget.spend()
        if any(reach.witness(box) is not None for box in boxes):
            continue
        core = _core(reach, boxes[0]) if boxes else {}
        why = f"{told(compiled, core)} never occurs" if core else "its conditions contradict each other"
        yield Finding(
            "dead-rule",
            rule.position,
            partial("{} rule '{}' can never apply: {}".format, rule.section, rule.id, why),
            "mend its condition, or remove it",
        )


def _core(reach: Reach, box: Box) -> Lines:
    """The fewest cells of an unreachable box that are still unreachable."""
    cells = dict(box)
    for level in sorted(box, reverse=True):
        fewer = {each: mask for each, mask in cells.items() if each != level}
        if reach.witness(fewer) is None:
            cells = fewer
    return cells

"""Clues on a cluster before a question is asked: where to look, and what it means when it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from wizard.catalog.model import Clue, Evidence, Parameter
from wizard.decision.model import Decision

ClueUse = Literal["answers", "suggests", "parameters", "implementations"]

_NAME = r"[A-Za-z0-9][A-Za-z0-9._/:+-]{0,252}"


def telling(found: str) -> bool:
    """Tell whether a text of a server is a name or a version, and nothing that could do harm where it is shown."""
    return re.fullmatch(_NAME, found) is not None


def sentence(clue: Clue, evidence: Evidence) -> str:
    """The evidence in the catalogue's words."""
    return clue.say.replace("*", evidence.found)


def concerns(clue: Clue) -> tuple[str, ...]:
    """The questions at which the clue is worth saying."""
    return (*(question for question, _ in (*clue.answers, *clue.suggests)), *clue.about)


def fits(parameter: Parameter, value: str) -> bool:
    """Tell whether a parameter can have the value; the same key may stand for others in another component."""
    from wizard.catalog.typed import ValueProblem
    from wizard.catalog.values import parse_value

    try:
        parse_value(parameter, value)
    except ValueProblem:
        return False
    return True


def meant(clues: Mapping[str, Clue], evidence: Iterable[Evidence], part: ClueUse) -> dict[str, str]:
    """Join what all the evidence says; where two pieces disagree, neither counts."""
    said: dict[str, dict[str, None]] = {}
    for item in evidence:
        for key, value in getattr(clues[item.clue], part):
            said.setdefault(key, {})[value] = None
    return {key: next(iter(values)) for key, values in said.items() if len(values) == 1}


def certain(clues: Mapping[str, Clue], evidence: Iterable[Evidence]) -> dict[str, str]:
    """The answers that need not be asked for: not contradicted by anything else that was found."""
    evidence = tuple(evidence)
    said = _said(clues, evidence)
    answers = meant(clues, evidence, "answers")
    return {question: option for question, option in answers.items() if list(said[question]) == [option]}


def ticked(decision: Decision, clues: Mapping[str, Clue], evidence: Iterable[Evidence]) -> dict[str, tuple[str, ...]]:
    """The options the evidence speaks for; of a question with one answer, only where all of it agrees."""
    found = {}
    for question_id, options in _said(clues, evidence).items():
        question = decision.questions[question_id]
        if question.many:
            # Of options that exclude each other the evidence speaks for none.
            found[question_id] = tuple(o for o in options if not any(r in options for r in question.excluded(o)))
        elif len(options) == 1:
            found[question_id] = tuple(options)
    return found


def _said(clues: Mapping[str, Clue], evidence: Iterable[Evidence]) -> dict[str, dict[str, None]]:
    said: dict[str, dict[str, None]] = {}
    for item in evidence:
        for question, option in (*clues[item.clue].answers, *clues[item.clue].suggests):
            said.setdefault(question, {})[option] = None
    return said

"""Clues on a cluster before a question is asked: where to look, and what it means when it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from wizard.catalog.model import Clue, Evidence, Parameter, Value
from wizard.decision.model import Decision
from wizard.kube.kinds import is_own_group

ClueUse = Literal["answers", "suggests", "parameters", "implementations"]

FOUND = "*"
"""Stands for what was found, in a clue's sentence and as the value of a parameter."""
_NAME = r"[A-Za-z0-9][A-Za-z0-9._/:+=,-]{0,252}"
_API = r"[a-z0-9][a-z0-9.-]{0,252}/v[a-z0-9]{1,20}"


def telling(found: str) -> bool:
    """Tell whether a text of a server is a name, labels or a version, and can do no harm where it is shown."""
    return re.fullmatch(_NAME, found) is not None


def readable(api: str) -> bool:
    """Tell whether objects of a group and version may be read: custom resources, and nothing of Kubernetes itself."""
    return re.fullmatch(_API, api) is not None and not is_own_group(api)


def kinds_read(clues: Mapping[str, Clue]) -> tuple[str, ...]:
    """The kinds of custom resources that looking at a cluster reads."""
    return tuple(dict.fromkeys(clue.look.names[1] for clue in clues.values() if clue.look.kind == "objects"))


def sentence(clue: Clue, evidence: Evidence) -> str:
    """The evidence in the catalogue's words."""
    return clue.say.replace(FOUND, evidence.found)


def preset(clue: Clue, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield each parameter that the evidence speaks of, with its value."""
    yield from ((key, evidence.found if value == FOUND else value) for key, value in clue.parameters)


def concerns(clue: Clue) -> tuple[str, ...]:
    """The questions at which the clue is worth saying."""
    return (*(question for question, _ in (*clue.answers, *clue.suggests)), *clue.about)


def fits(parameter: Parameter, value: str) -> bool:
    """Tell whether a parameter can have the value; the same key may stand for others in another component."""
    return _parsed(parameter, value) is not None


def agrees(parameter: Parameter, value: Value, text: str) -> bool:
    """Tell whether a parameter's value is what a text means."""
    return value is not None and _parsed(parameter, text) == value


def _parsed(parameter: Parameter, text: str) -> Value:
    """Parse a text as the parameter would; ``None`` when it cannot have it."""
    from wizard.catalog.typed import ValueProblem
    from wizard.catalog.values import parse_value

    try:
        return parse_value(parameter, text)
    except ValueProblem:
        return None


def meant(clues: Mapping[str, Clue], evidence: Iterable[Evidence], part: ClueUse) -> dict[str, str]:
    """Join what all the evidence says; where two pieces disagree, neither counts."""
    said: dict[str, dict[str, None]] = {}
    for item in evidence:
        clue = clues[item.clue]
        for key, value in preset(clue, item) if part == "parameters" else getattr(clue, part):
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

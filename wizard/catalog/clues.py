"""Clues that a cluster can reveal before a question is asked: the lookups, and the meaning of their results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from wizard.catalog.model import Clue, Evidence, Parameter, Value
from wizard.decision.model import Decision
from wizard.kube.kinds import is_own_group

ClueUse = Literal["answers", "suggests", "parameters", "implementations"]

FOUND = "*"
"""The placeholder for the value found, in a clue's sentence and as a parameter's value."""
_NAME = r"[A-Za-z0-9][A-Za-z0-9._/:+=,-]{0,252}"
_API = r"[a-z0-9][a-z0-9.-]{0,252}/v[a-z0-9]{1,20}"


def is_safe_name(found: str) -> bool:
    """Return whether a text from a server is a name, labels or a version, and so is safe to show."""
    return re.fullmatch(_NAME, found) is not None


def readable(api: str) -> bool:
    """Return whether objects of this API version may be read: only custom resources, never Kubernetes' own kinds."""
    return re.fullmatch(_API, api) is not None and not is_own_group(api)


def kinds_read(clues: Mapping[str, Clue]) -> tuple[str, ...]:
    """Return the kinds of custom resources that discovery reads."""
    return tuple(dict.fromkeys(clue.look.names[1] for clue in clues.values() if clue.look.kind == "objects"))


def sentence(clue: Clue, evidence: Evidence) -> str:
    """Return the clue's sentence with the value found."""
    return clue.say.replace(FOUND, evidence.found)


def preset(clue: Clue, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield each parameter that the evidence sets, with its value."""
    yield from ((key, evidence.found if value == FOUND else value) for key, value in clue.parameters)


def concerns(clue: Clue) -> tuple[str, ...]:
    """Return the questions at which the clue's sentence is shown."""
    return (*(question for question, _ in (*clue.answers, *clue.suggests)), *clue.about)


def fits(parameter: Parameter, value: str) -> bool:
    """Return whether the value is valid for the parameter; another component may declare the same key differently."""
    return _parsed(parameter, value) is not None


def agrees(parameter: Parameter, value: Value, text: str) -> bool:
    """Return whether the text, read as a value of the parameter, equals ``value``."""
    return value is not None and _parsed(parameter, text) == value


def _parsed(parameter: Parameter, text: str) -> Value:
    """Parse a text as the parameter's value; return ``None`` if it is not valid."""
    from wizard.catalog.typed import ValueProblem
    from wizard.catalog.values import parse_value

    try:
        return parse_value(parameter, text)
    except ValueProblem:
        return None


def agreed(clues: Mapping[str, Clue], evidence: Iterable[Evidence], part: ClueUse) -> dict[str, str]:
    """Merge the values from all evidence; a key with conflicting values is left out."""
    found: dict[str, dict[str, None]] = {}
    for item in evidence:
        clue = clues[item.clue]
        for key, value in preset(clue, item) if part == "parameters" else getattr(clue, part):
            found.setdefault(key, {})[value] = None
    return {key: next(iter(values)) for key, values in found.items() if len(values) == 1}


def certain(clues: Mapping[str, Clue], evidence: Iterable[Evidence]) -> dict[str, str]:
    """Return the answers that need no question, because no other evidence contradicts them."""
    evidence = tuple(evidence)
    found = _options(clues, evidence)
    answers = agreed(clues, evidence, "answers")
    return {question: option for question, option in answers.items() if list(found[question]) == [option]}


def ticked(decision: Decision, clues: Mapping[str, Clue], evidence: Iterable[Evidence]) -> dict[str, tuple[str, ...]]:
    """Return the options that the evidence supports; for a single-answer question, only if all evidence agrees."""
    found = {}
    for question_id, options in _options(clues, evidence).items():
        question = decision.questions[question_id]
        if question.many:
            # Options that exclude each other are conflicting evidence, so none of them is ticked.
            found[question_id] = tuple(o for o in options if not any(r in options for r in question.excluded(o)))
        elif len(options) == 1:
            found[question_id] = tuple(options)
    return found


def _options(clues: Mapping[str, Clue], evidence: Iterable[Evidence]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for item in evidence:
        for question, option in (*clues[item.clue].answers, *clues[item.clue].suggests):
            found.setdefault(question, {})[option] = None
    return found

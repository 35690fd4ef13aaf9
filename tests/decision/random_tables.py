"""Random small tables that use everything in the format, for comparison with brute force."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

from tests.decision.tables import decision
from wizard.decision.model import Answer, Answers, Decision


@cache
def one_of(*values: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for one of the values; a new strategy for each draw would take most of the time."""
    return st.sampled_from(values)


@cache
def chosen_from(*options: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy for one or two of the options, in any order."""
    return st.sampled_from([*permutations(options, 1), *permutations(options, 2)])


@st.composite
def tables(draw: st.DrawFn, *, questions: int = 4, rules: int = 5, rivals: bool = True) -> Decision:
    """Draw a table of single and ``many`` questions with conditions, facts and all four kinds of rules.

    Without ``rivals``, no options of a ``many`` exclude each other.
    """
    names = [f"q{number}" for number in range(questions)]
    options: dict[str, list[str]] = {}
    raw: dict[str, Any] = {}
    known: list[str] = []

    def atom() -> dict[str, Any]:
        name = draw(one_of(*known))
        return {name: draw(chosen_from(*options[name]))}

    def condition(depth: int) -> dict[str, Any]:
        if not known:
            return {}
        kind = draw(one_of(*range(10))) if depth else 0
        parts = [condition(depth - 1) for _ in range({5: 2, 6: 2, 7: 1, 8: 3}.get(kind, 0))]
        if kind in (5, 6):
            return {("all" if kind == 5 else "any"): parts}
        if kind == 7:
            return {"not": parts[0]}
        if kind == 8:
            return {"at_least": {"n": draw(one_of(1, 2, 3)), "of": parts}}
        if kind == 9 and facts:
            return {"fact": draw(one_of(*sorted(facts)))}
        return atom()

    facts: dict[str, Any] = {}
    for name in draw(one_of(*permutations(names))):
        options[name] = ["a", "b", "c"][: draw(one_of(2, 3))]
        body: dict[str, Any] = {"options": options[name]}
        if draw(one_of(True, False, False, False)):
            options[name] = options[name][:2]
            body["type"] = "many"
            chosen: dict[str, dict[str, Any]] = {
                option: {"when": condition(1)} if known and draw(one_of(True, False)) else {}
                for option in options[name]
            }
            if rivals and draw(one_of(False, True)):
                chosen[draw(one_of(*options[name]))]["not_with"] = options[name]
            body["options"] = chosen
        if known and draw(one_of(True, True, False)):
            body["when"] = condition(2)
        raw[name] = body
        known.append(name)
        if draw(one_of(True, False, False, False)):
            facts[f"f{name}"] = condition(1)
    table: dict[str, Any] = {"questions": {name: raw[name] for name in names}, "facts": facts}
    for section in ("base", "add", "set", "warn"):
        table[section] = {
            f"{section}{number}": {"when": condition(2), **output(draw, section)}
            for number in range(draw(one_of(*range(1, rules + 1))))
        }
    table["patterns"] = ["A", "B", "C", "x", "y"]
    return decision(table)


def output(draw: st.DrawFn, section: str) -> dict[str, Any]:
    if section == "base":
        return {"use": draw(one_of(*"ABC"))}
    if section == "add":
        return {"use": draw(one_of(*"xy"))}
    if section == "set":
        return {"set": {draw(one_of(*"pq")): draw(one_of(1, 2))}}
    return {"level": draw(one_of("note", "error"))}


@st.composite
def answered(draw: st.DrawFn, table: Decision) -> Answers:
    """Draw answers to some of the questions, asked or not."""
    answers: dict[str, Answer] = {}
    for question in table.questions.values():
        if draw(one_of(False, True)):
            names = [option.id for option in question.options]
            if question.many:
                answers[question.id] = tuple(name for name in names if draw(one_of(False, True)))
            else:
                answers[question.id] = draw(one_of(*names))
    return answers

"""Random small tables with everything the format knows, for comparison with brute force."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.decision.tables import decision
from wizard.decision.model import Answer, Answers, Decision


@st.composite
def tables(draw: st.DrawFn, *, questions: int = 4, rules: int = 5, rivals: bool = True) -> Decision:
    """A table of single and ``many`` questions with conditions, facts and all four kinds of rules.

    Without ``rivals`` no options of a ``many`` exclude each other.
    """
    names = [f"q{number}" for number in range(questions)]
    options: dict[str, list[str]] = {}
    raw: dict[str, Any] = {}
    known: list[str] = []

    def atom() -> dict[str, Any]:
        name = draw(st.sampled_from(known))
        chosen = draw(st.lists(st.sampled_from(options[name]), min_size=1, max_size=2, unique=True))
        return {name: chosen}

    def condition(depth: int) -> dict[str, Any]:
        if not known:
            return {}
        kind = draw(st.integers(0, 9)) if depth else 0
        parts = [condition(depth - 1) for _ in range({5: 2, 6: 2, 7: 1, 8: 3}.get(kind, 0))]
        if kind in (5, 6):
            return {("all" if kind == 5 else "any"): parts}
        if kind == 7:
            return {"not": parts[0]}
        if kind == 8:
            return {"at_least": {"n": draw(st.integers(1, 3)), "of": parts}}
        if kind == 9 and facts:
            return {"fact": draw(st.sampled_from(sorted(facts)))}
        return atom()

    facts: dict[str, Any] = {}
    for name in draw(st.permutations(names)):
        options[name] = ["a", "b", "c"][: draw(st.integers(2, 3))]
        body: dict[str, Any] = {"options": options[name]}
        if draw(st.sampled_from((True, False, False, False))):
            options[name] = options[name][:2]
            body["type"] = "many"
            chosen: dict[str, dict[str, Any]] = {
                option: {"when": condition(1)} if known and draw(st.sampled_from((True, False))) else {}
                for option in options[name]
            }
            if rivals and draw(st.booleans()):
                chosen[draw(st.sampled_from(options[name]))]["not_with"] = options[name]
            body["options"] = chosen
        if known and draw(st.sampled_from((True, True, False))):
            body["when"] = condition(2)
        raw[name] = body
        known.append(name)
        if draw(st.sampled_from((True, False, False, False))):
            facts[f"f{name}"] = condition(1)
    table: dict[str, Any] = {"questions": {name: raw[name] for name in names}, "facts": facts}
    for section in ("base", "add", "set", "warn"):
        table[section] = {
            f"{section}{number}": {"when": condition(2), **output(draw, section)}
            for number in range(draw(st.integers(1, rules)))
        }
    table["patterns"] = ["A", "B", "C", "x", "y"]
    return decision(table)


def output(draw: st.DrawFn, section: str) -> dict[str, Any]:
    if section == "base":
        return {"use": draw(st.sampled_from("ABC"))}
    if section == "add":
        return {"use": draw(st.sampled_from("xy"))}
    if section == "set":
        return {"set": {draw(st.sampled_from("pq")): draw(st.integers(1, 2))}}
    return {"level": draw(st.sampled_from(("note", "error")))}


@st.composite
def answered(draw: st.DrawFn, table: Decision) -> Answers:
    """Answers to some of the questions, asked or not."""
    answers: dict[str, Answer] = {}
    for question in table.questions.values():
        if draw(st.booleans()):
            names = [option.id for option in question.options]
            if question.many:
                answers[question.id] = tuple(name for name in names if draw(st.booleans()))
            else:
                answers[question.id] = draw(st.sampled_from(names))
    return answers

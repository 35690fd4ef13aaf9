"""Compiling: the order of variables, and refused conditions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.diagram import FALSE
from wizard.errors import CatalogError

ASKED = {"options": ["x", "y"]}


def refused(**raw: Any) -> CatalogError:
    table = decision({"base": {"one": {"when": {"a": "x"}, "use": "P"}}, **raw})
    with pytest.raises(CatalogError) as caught:
        compile_decision(table)
    return caught.value


def test_a_variable_comes_after_those_it_depends_on() -> None:
    late = {"a": {**ASKED, "when": {"fact": "f"}}, "b": {**ASKED, "when": {"c": "x"}}, "c": ASKED}
    raw = {"questions": late, "facts": {"f": {"not": {"b": "x"}}}, "base": {"one": {"when": {"a": "x"}, "use": "P"}}}
    compiled = compile_decision(decision(raw))
    assert [variable.question for variable in compiled.variables] == ["c", "b", "a"]
    assert compiled.depends == (0b000, 0b001, 0b011)


def test_each_option_of_a_many_question_is_a_variable_with_both_conditions() -> None:
    many = {"type": "many", "when": {"a": "x"}, "options": {"one": "", "two": {"when": {"a": "y"}}}}
    raw = {"questions": {"a": ASKED, "m": many}, "base": {"one": {"when": {"m": "two"}, "use": "P"}}}
    compiled = compile_decision(decision(raw))
    assert [(each.question, each.option) for each in compiled.variables] == [("a", ""), ("m", "one"), ("m", "two")]
    assert [when == FALSE for when in compiled.functions.whens] == [False, False, True]


def test_circular_conditions_are_refused() -> None:
    a = {**ASKED, "when": {"b": "x"}}
    error = refused(questions={"a": a, "b": {**ASKED, "when": {"not": {"a": "y"}}}})
    assert "in a circle" in error.message
    assert error.faults[0].position.line == 1
    facts = {"f": {"fact": "g"}, "g": {"any": [{"a": "x"}, {"fact": "f"}]}}
    assert (
        "defined by itself"
        in refused(questions={"a": ASKED, "b": {**ASKED, "when": {"fact": "f"}}}, facts=facts).message
    )


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ({"gone": "x"}, "tests the question 'gone'"),
        ({"a": "z"}, "tests 'a: z'"),
        ({"fact": "none"}, "uses the fact 'none'"),
    ],
)
def test_an_unknown_question_option_or_fact_is_refused(when: dict[str, Any], problem: str) -> None:
    error = refused(questions={"a": ASKED}, base={"bad": {"when": when, "use": "P"}})
    assert problem in error.message
    assert error.faults[0].position.line == 2

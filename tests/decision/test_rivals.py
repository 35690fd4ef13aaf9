"""Options of one question that exclude each other: no proof, count or covering answer set has both."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decision.brute import Brute
from tests.decision.proofs import faults_of, messages, proved
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.cover import covering
from wizard.decision.evaluate import evaluate
from wizard.decision.model import Decision
from wizard.decision.prove import questions_asked
from wizard.decision.results import QuestionState


def table(*, apart: bool) -> Decision:
    """Return a table whose base rules overlap only if both meshes are ticked."""
    injected: dict[str, Any] = {"not_with": ["ambient"]} if apart else {}
    return decision(
        {
            "questions": {
                "mesh": {"type": "many", "options": {"ambient": {}, "injected": injected, "scarce": {}}},
                "late": {"options": ["a", "b"], "when": {"mesh": "injected"}},
            },
            "base": {
                "none": {"when": {"not": {"mesh": ["ambient", "injected"]}}, "use": "A"},
                "ambient": {"when": {"mesh": "ambient"}, "use": "B"},
                "injected": {"when": {"mesh": "injected"}, "use": "C"},
            },
            "add": {"b": {"when": {"late": "b"}, "use": "D"}},
            "warn": {"scarce": {"when": {"mesh": "scarce"}}},
        }
    )


def test_the_prover_ignores_answer_sets_with_both_options() -> None:
    assert messages(proved(table(apart=True))) == []
    (fault,) = faults_of(proved(table(apart=False)), "overlap")
    assert fault.message == "base rules 'ambient' and 'injected' both apply: mesh=ambient, mesh=injected"


@pytest.mark.parametrize("apart", [True, False])
def test_the_number_of_answer_sets_is_exact(apart: bool) -> None:
    made = table(apart=apart)
    assert proved(made).answer_sets == len(Brute(made).reachable()) == (8 if apart else 12)


def test_no_covering_answer_set_has_both_options() -> None:
    together = {"ambient", "injected"}
    assert not any(together <= {*answers["mesh"]} for answers in covering(compile_decision(table(apart=True))).sets)
    assert any(together <= {*answers["mesh"]} for answers in covering(compile_decision(table(apart=False))).sets)


def test_the_exclusion_is_symmetric() -> None:
    question = table(apart=True).questions["mesh"]
    assert (question.excluded("ambient"), question.excluded("injected")) == (("injected",), ("ambient",))
    assert question.clash(("injected", "scarce")) is None
    assert question.clash(("scarce", "injected", "ambient")) == ("ambient", "injected")


@pytest.mark.parametrize("ticked", [None, (), ("ambient",), ("injected", "scarce")])
def test_all_options_are_offered_regardless_of_ticks(ticked: tuple[str, ...] | None) -> None:
    found = evaluate(compile_decision(table(apart=True)), {} if ticked is None else {"mesh": ticked})
    assert found.relevant_options["mesh"] == ("ambient", "injected", "scarce")
    assert found.questions["mesh"] is (QuestionState.NEXT if ticked is None else QuestionState.ANSWERED)


def test_the_count_of_questions_considers_options_that_exclude_each_other() -> None:
    # Of the six answers to the first question, two open the second one.
    assert questions_asked(compile_decision(table(apart=True))) == pytest.approx((1, 1 + 2 / 6, 2))

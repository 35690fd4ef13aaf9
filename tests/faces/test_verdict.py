"""The verdict's facts that the screens and the numbered lines share."""

from __future__ import annotations

from tests.screens.small import session
from wizard.faces.verdict import (
    SHOWN,
    VerdictReasons,
    container_name,
    container_title,
    gains_and_prices,
    lesson_rows,
    pod_cost,
    shown_patterns,
)
from wizard.render.model import ContainerNote, PodNote

PLAIN: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


def pod(replicas: str, *, cpu: int = 20, memory: int = 1 << 26, total: int = 1 << 28) -> PodNote:
    return PodNote("Deployment", replicas, (), 100, total, cpu, memory)


def test_the_cost_is_given_per_pod_and_for_all_replicas() -> None:
    cost = pod_cost(pod("3"))
    assert cost is not None
    assert (cost.cpu, cost.memory, cost.share) == ("20m", "64 MiB", "25 %")
    assert (cost.all_cpu, cost.all_memory) == ("60m", "192 MiB")


def test_no_total_is_given_for_one_replica_or_an_unknown_number() -> None:
    for replicas in ("1", "one per node", "2-5"):
        cost = pod_cost(pod(replicas, total=0))
        assert cost is not None and (cost.all_cpu, cost.all_memory, cost.share) == ("", "", "")


def test_a_pod_without_helpers_costs_nothing() -> None:
    assert pod_cost(pod("3", cpu=0, memory=0)) is None


def test_a_plain_verdict_describes_its_workload_and_others_their_additions() -> None:
    plain, helped = session(**PLAIN), session(**{**PLAIN, "logs": "files"})
    assert [pattern.id for pattern in shown_patterns(plain)] == ["Deployment"]
    assert "Deployment" not in [pattern.id for pattern in shown_patterns(helped)]
    assert shown_patterns(session()) == ()


def test_a_gain_names_its_pattern_only_among_several() -> None:
    one, two = session(**{**PLAIN, "logs": "files"}), session(**{**PLAIN, "logs": "files", "needs": ("wait",)})
    (gain,), _ = gains_and_prices(one)
    gains, _ = gains_and_prices(two)
    assert any(each.endswith(f": {gain}") for each in gains)
    assert not gain.endswith(".")


def test_the_number_of_reasons_is_limited() -> None:
    reasons = VerdictReasons.of(session(**PLAIN))
    assert reasons.why and len(reasons.why_not) <= SHOWN and len(reasons.flips) <= SHOWN


def test_a_container_has_a_title_only_if_it_adds_information() -> None:
    catalog = session().catalog
    helper = ContainerNote("", "app", "app", "App", "", "", "")
    assert container_name(helper) == "your program"
    assert container_title(catalog, helper) == ""
    assert container_title(catalog, ContainerNote("x", "sidecar", "nobody", "Fluent Bit", "", "", "")) == "Fluent Bit"


def test_a_lesson_omits_texts_that_the_pattern_does_not_have() -> None:
    pattern = session(**PLAIN).pattern("Deployment")
    assert [text for _, text in lesson_rows(pattern)] == [
        " ".join(text.split()) for text in (pattern.gives, pattern.costs, pattern.use_when, pattern.avoid_when) if text
    ]

"""Notes of the verdict, compared with the objects of the same answers."""

from __future__ import annotations

from collections.abc import Iterator

from tests.contract.bundles import Rendered, bundles, for_each


def facts(bundle: Rendered) -> dict[str, bool]:
    """Return, by the id of each note, whether the objects make it true."""
    workload = bundle.workload or {"kind": ""}
    spec, kind = workload.get("spec", {}), workload["kind"]
    one = kind in ("Deployment", "StatefulSet") and spec.get("replicas") == 1
    rolling = spec.get("strategy", {}).get("rollingUpdate", {})
    port = any(port.get("hostPort") for each in bundle.containers for port in each.get("ports", ()))
    first = kind == "Deployment" and bool(port or rolling.get("maxSurge"))
    return {
        "single-replica-downtime": one and not first,
        "lost-node-downtime": one and first,
        "at-most-one": kind == "StatefulSet",
        "two-after-a-lost-node": spec.get("strategy", {}).get("type") == "Recreate",
        "what-the-autoscaler-sees": bool(list(bundle.of("HorizontalPodAutoscaler", "ScaledObject"))),
    }


def untrue(bundle: Rendered) -> Iterator[str]:
    """Yield notes that the objects contradict, and facts without their note."""
    shown = {rule.id for rule in bundle.session.warnings}
    for note, holds in facts(bundle).items():
        # An autoscaler of replicas with data has a separate warning; an operator's object has no such fields.
        if (note in shown) != holds and bundle.has_workload and not (holds and "scaling-stateful" in shown):
            yield f"{note} is {'shown' if note in shown else 'not shown'}"
    if "expert-is-not-autoscaled" in shown and facts(bundle)["what-the-autoscaler-sees"]:
        yield "expert-is-not-autoscaled beside an autoscaler"


@for_each(bundles)
def test_each_note_about_replicas_is_true_of_the_objects(bundle: Rendered) -> None:
    assert not list(untrue(bundle))


def test_a_strategy_that_contradicts_a_note_is_found() -> None:
    noted = {"single-replica-downtime", "lost-node-downtime"}
    broken_ones = 0
    for bundle in bundles():
        if (
            noted & {rule.id for rule in bundle.session.warnings}
            and (bundle.workload or {}).get("kind") == "Deployment"
        ):
            broken = bundle.changed()
            workload = broken.workload
            assert workload
            first = "rollingUpdate" in workload["spec"]["strategy"]
            surge = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}
            workload["spec"]["strategy"] = {"type": "Recreate"} if first else surge
            assert list(untrue(broken))
            broken_ones += 1
    assert broken_ones

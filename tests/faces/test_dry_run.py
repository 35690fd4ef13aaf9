"""The state of a dry run while results arrive."""

from __future__ import annotations

from wizard.cluster.model import Cause, CheckFinished, Identity, ObjectResult, ObjectState
from wizard.faces.dry_run import DryRunState, detail_lines
from wizard.kube.objects import ObjectRef

REF = ObjectRef("apps/v1", "Deployment", "shop")


def test_results_are_counted_as_they_arrive() -> None:
    run = DryRunState(3).after(Identity("me", (), "1.33"))
    run = run.after(ObjectResult(REF, ObjectState.ACCEPTED, "accepted"))
    run = run.after(ObjectResult(REF, ObjectState.INVALID, "no"))
    assert (run.asked, run.fine, run.summary) == (2, 1, "")
    assert run.identity is not None and run.identity.user == "me"
    run = run.after(CheckFinished(2, 3))
    assert "1 not checked" in run.summary


def test_a_workloads_pod_is_not_counted_as_an_object_of_the_bundle() -> None:
    pod = ObjectResult(ObjectRef("v1", "Pod", "shop"), ObjectState.ACCEPTED, "accepted", owner=REF)
    run = DryRunState(1).after(pod)
    assert (len(run.results), run.asked, run.fine) == (1, 0, 0)


def test_an_exception_ends_a_dry_run_and_keeps_its_results() -> None:
    run = DryRunState(2).after(ObjectResult(REF, ObjectState.ACCEPTED, "accepted")).after(OSError("gone"))
    assert run.finished == CheckFinished(1, 2, error="gone")


def test_every_detail_of_a_result_is_shown_exactly_once() -> None:
    causes = (Cause("spec.replicas", "too many"), Cause("", "and more"))
    result = ObjectResult(REF, ObjectState.INVALID, "no good", causes, hint="change it")
    assert detail_lines(result) == (
        (0, "no good"),
        (1, "spec.replicas: too many"),
        (1, "and more"),
        (1, "change it"),
    )
    accepted = detail_lines(ObjectResult(REF, ObjectState.ACCEPTED, ObjectState.ACCEPTED.value))
    assert accepted == ((0, "The server checked it and has no remark."),)

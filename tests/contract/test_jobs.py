"""Jobs: retries, deadlines, trial runs and alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.bundles import Rendered, for_each, served
from tests.contract.test_cases import JOB, WEB, bundle
from wizard.kube.kinds import template_path
from wizard.render.contract.steps import undo

VAULT = {"init.secrets.address": "https://vault.acme.io:8200", "init.secrets.secret_path": "secret/data/x"}
WAIT = {"init.wait.host": "db.shop.svc", "init.wait.port": 5432, "init.wait.kind": "postgres"}


def jobs(bundle: Rendered) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (Job spec, pod spec) of each Job and CronJob of a bundle."""
    for one in bundle.of("Job", "CronJob"):
        template: Any = one
        for key in template_path(one["kind"]) or ():
            template = template[key]
        yield one["spec"] if one["kind"] == "Job" else one["spec"]["jobTemplate"]["spec"], template["spec"]


def plain(pod: dict[str, Any]) -> list[str]:
    """Return the names of the init containers that end before the program starts."""
    return [one["name"] for one in pod.get("initContainers", ()) if one.get("restartPolicy") != "Always"]


def wrong_retries(bundle: Rendered) -> Iterator[str]:
    """Yield failures that are ignored although the program may have run, and others that are wrongly not ignored."""
    for job, pod in jobs(bundle):
        rules = job.get("podFailurePolicy", {}).get("rules", ())
        named = [rule["onExitCodes"].get("containerName") for rule in rules if "onExitCodes" in rule]
        once = 0 in (job.get("backoffLimit"), job.get("backoffLimitPerIndex"))
        if pod["restartPolicy"] == "Never" and named != plain(pod):
            yield f"{named} are ignored, {plain(pod)} end before the program starts"
        if pod["restartPolicy"] != "Never" and rules:
            yield "containers that are restarted in their pod do not fail it"
        if once and any("onPodConditions" in rule for rule in rules):
            yield "work that must not be done twice is done again after a disruption"
        if rules and not job.get("activeDeadlineSeconds"):
            yield "what is ignored is tried again for ever"


WITH_JOBS = {"Job", "CronJob", "job.migrate"}


def with_jobs() -> list[Rendered]:
    """Return the bundles with a Job."""
    return [one for one in served() if one.session.verdict and WITH_JOBS.intersection(one.session.verdict.patterns)]


@for_each(with_jobs)
def test_only_steps_before_the_program_are_retried(bundle: Rendered) -> None:
    assert list(jobs(bundle))
    assert not list(wrong_retries(bundle))


def _a_sidecar(job: dict[str, Any], pod: dict[str, Any]) -> None:
    name = next((one["name"] for one in pod.get("initContainers", ()) if one.get("restartPolicy") == "Always"), "x")
    job.setdefault("podFailurePolicy", {}).setdefault("rules", []).append({"onExitCodes": {"containerName": name}})


def _anything(job: dict[str, Any], _pod: dict[str, Any]) -> None:
    job.setdefault("podFailurePolicy", {}).setdefault("rules", []).append({"onExitCodes": {}})


def _no_deadline(job: dict[str, Any], _pod: dict[str, Any]) -> None:
    job.pop("activeDeadlineSeconds")
    job["podFailurePolicy"] = {"rules": [{"onPodConditions": []}]}


def _once_but_disrupted(job: dict[str, Any], _pod: dict[str, Any]) -> None:
    job["backoffLimit"] = 0
    job["podFailurePolicy"] = {"rules": [{"onPodConditions": []}]}


@pytest.mark.parametrize("change", [_a_sidecar, _anything, _no_deadline, _once_but_disrupted])
def test_a_policy_that_ignores_too_much_is_found(change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    assert len(with_jobs()) > 10
    for one in with_jobs():
        broken = one.changed()
        for job, pod in jobs(broken):
            change(job, pod)
        assert list(wrong_retries(broken)), one.name


def test_a_failed_init_step_does_not_end_a_job_that_must_not_run_twice() -> None:
    answers = {**JOB, "twice_ok": "no", "needs": ("secrets", "wait"), "secrets": "fetched_once"}
    made = bundle(answers, run_seconds=600, start_seconds=1200, **VAULT, **WAIT)
    ((job, pod),) = jobs(made)
    assert (job["backoffLimit"], pod["restartPolicy"]) == (0, "Never")
    rules = job["podFailurePolicy"]["rules"]
    assert [rule["onExitCodes"]["containerName"] for rule in rules] == ["fetch-secrets", "wait"]
    assert all(rule["onExitCodes"]["operator"] == "NotIn" and rule["onExitCodes"]["values"] == [0] for rule in rules)
    assert job["activeDeadlineSeconds"] >= 1200 + 600 + 120
    texts = [file.text for file in made.session.bundle.files]
    assert not any("CrashLoopBackOff" in text or "shows as a restart" in text for text in texts)


@pytest.mark.parametrize(("twice", "removed"), [("yes", False), ("no", True)])
def test_a_job_that_runs_again_once_it_is_deleted_is_not_called_safe_to_apply_again(twice: str, removed: bool) -> None:
    made = bundle({**JOB, "twice_ok": twice}, run_seconds=600, ttl_seconds=900)
    readme = made.session.bundle.files[0].text
    assert "While the Job exists, applying the same files again does nothing." in readme
    assert "900 seconds after its end the Job is deleted" in made.contract.next[-1].say
    assert made.contract.next[-1].say in readme
    assert ("remove the Job's file and its line in `kustomization.yaml`" in readme) is removed


def test_a_job_without_init_steps_has_no_time_for_them() -> None:
    made = bundle({**JOB, "twice_ok": "no"}, run_seconds=600)
    ((job, _),) = jobs(made)
    assert "podFailurePolicy" not in job
    assert job["activeDeadlineSeconds"] == 120 + 600
    assert not made.session.resolved["app.start_seconds"].shown


@pytest.mark.parametrize("answers", [JOB, {**JOB, "parts": "numbered"}], ids=["together", "numbered"])
def test_a_hanging_run_is_ended_after_the_time_of_one_run(
    answers: dict[str, Any],
) -> None:
    given = {"parts": 8} if "parts" in answers else {}
    made = bundle(answers, run_seconds=10800, **given)
    ((job, pod),) = jobs(made)
    assert pod["activeDeadlineSeconds"] == 120 + 10800
    assert job["activeDeadlineSeconds"] > 2 * 10800
    other = bundle(answers, run_seconds=10801, **given)
    assert made.workload and other.workload
    assert made.workload["metadata"]["name"] != other.workload["metadata"]["name"], "a pod template never changes"


def test_a_job_with_a_single_attempt_has_no_deadline_per_attempt() -> None:
    ((_, pod),) = jobs(bundle({**JOB, "twice_ok": "no"}, run_seconds=600))
    assert "activeDeadlineSeconds" not in pod


def test_the_wait_for_a_trial_run_ends_when_it_fails() -> None:
    answers = {**JOB, "work": "schedule", "overlap": "skip", "late": "late_ok"}
    made = bundle(answers, run_seconds=60, schedule="0 3 * * *", time_zone="Etc/UTC")
    look, create, wait, get, _logs = made.contract.next[-5:]
    assert look.command == "kubectl -n web get jobs"
    assert " create job " in create.command
    assert "`get jobs` shows them" in look.say and "`concurrencyPolicy` does not prevent" in look.say
    assert "--for=jsonpath='{.status.conditions[0].status}'=True" in wait.command
    assert " get job/" in get.command
    readme = made.session.bundle.files[0].text
    assert look.say in readme and wait.say in readme
    assert "starts a real run" in create.caution and create.caution in readme
    assert not create.say, "no clock of UTC changes"


@pytest.mark.parametrize(("zone", "explained"), [("Etc/UTC", False), ("Etc/GMT-3", False), ("Europe/Berlin", True)])
def test_the_readme_of_a_schedule_explains_clock_changes_if_the_zone_has_any(zone: str, explained: bool) -> None:
    answers = {**JOB, "work": "schedule", "overlap": "skip", "late": "late_ok"}
    made = bundle(answers, run_seconds=60, schedule="30 2 * * *", time_zone=zone)
    explanation = f"If the clocks of {zone} change with the season"
    assert (explanation in made.session.bundle.files[0].text) == explained


def test_the_suggested_alerts_name_the_jobs_and_follow_the_schedule() -> None:
    answers = {**JOB, "work": "schedule", "overlap": "skip", "late": "late_ok", "twice_ok": "no"}
    made = bundle(answers, run_seconds=3000, schedule="0 3 * * *", time_zone="Etc/UTC")
    advice = made.contract.next[-1].say
    assert '`kube_job_failed{namespace="web", job_name=~"web-[0-9]+", condition="true"} == 1`' in advice
    late, run = 21600, 120 + 3000
    hours = -(-(86400 + late + run) // 3600)
    assert f'status_last_successful_time{{namespace="web", cronjob="web"}} > {hours * 3600}`' in advice
    assert "delete it (`kubectl -n web delete job JOB`)" in advice, "the alert on a failed Job does not end by itself"
    assert advice in made.session.bundle.files[0].text
    assert any("late, skipped or, rarely, doubled" in must.say for one in made.contract.workloads for must in one.must)


@pytest.mark.parametrize(("seconds", "kept"), [(3599, False), (3600, True)])
@pytest.mark.parametrize("work", ["task", "schedule"])
def test_the_cluster_autoscaler_keeps_the_node_of_a_run_of_an_hour(work: str, seconds: int, kept: bool) -> None:
    scheduled = {"overlap": "skip", "late": "late_ok"} if work == "schedule" else {}
    given = {"schedule": "0 3 * * *"} if scheduled else {}
    made = bundle({**JOB, "work": work, **scheduled}, run_seconds=seconds, **given)
    template: Any = made.workload
    for key in template_path(template["kind"]) or ():
        template = template[key]
    marks = template["metadata"].get("annotations") or {}
    assert (marks.get("cluster-autoscaler.kubernetes.io/safe-to-evict") == "false") is kept


@pytest.mark.parametrize(("copies", "pod"), [("one", "web-0"), ("several", "web-2")])
def test_undoing_an_update_deletes_the_first_pod_that_a_stateful_set_replaces(copies: str, pod: str) -> None:
    answers = {**WEB, "keeps": "own_disk", "operate": "plain", "copies": copies}
    del answers["two_harm"]
    made = bundle(answers)
    commands = [step.command for step in made.contract.undo]
    assert commands == ["kubectl -n web rollout undo statefulset/web", f"kubectl -n web delete pod {pod}"]
    assert "This does not replace a replica that never became ready." in made.session.bundle.files[0].text


def test_undoing_an_update_deletes_no_pod_if_all_start_in_parallel() -> None:
    answers = {**WEB, "keeps": "own_disk", "operate": "plain", "copies": "several"}
    del answers["two_harm"]
    made = bundle(answers, start_order="parallel")
    assert len(undo(made.session.bundle.manifests, made.declared)) == 1


@for_each(with_jobs)
def test_each_timeout_in_a_command_is_explained(bundle: Rendered) -> None:
    limited = [step for step in bundle.contract.next if "--timeout=" in step.command]
    assert limited
    for step in limited:
        assert "`--timeout` is " in step.say and "gives up with an error" in step.say, step

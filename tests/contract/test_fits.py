"""P4, P5 and P6: mounts and volumes agree, sums and times fit, and each demand is one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, rendered, served
from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason
from wizard.render.compose.workshop import PULL_SECONDS

LOGS = 10 * 1024**2
"""What the kubelet keeps of a container's output at least, in bytes."""
SHARED_ONLY = ("/tmp",)


def size(text: str) -> int:
    amount = parse_quantity(text)
    assert not isinstance(amount, Reason), text
    return int(amount // BILLION)


# --- P4 -------------------------------------------------------------------------------------------


def wrong_mounts(bundle: Rendered) -> Iterator[str]:
    """Volumes nobody mounts, mounts of nothing, and mounts that hide one another."""
    spec, workload = bundle.template["spec"], bundle.workload or {}
    volumes = {one["name"] for one in spec.get("volumes", ())}
    volumes |= {one["metadata"]["name"] for one in workload["spec"].get("volumeClaimTemplates", ())}
    mounted = {mount["name"] for c in bundle.containers for mount in c.get("volumeMounts", ())}
    yield from (f"{name} is mounted nowhere" for name in volumes - mounted)
    yield from (f"{name} is no volume" for name in mounted - volumes)
    for container in bundle.containers:
        paths = [mount["mountPath"].rstrip("/") for mount in container.get("volumeMounts", ())]
        for path in paths:
            hidden = [other for other in paths if other != path and other.startswith(f"{path}/")]
            if paths.count(path) > 1 or (hidden and not spec.get("hostNetwork")):
                yield f"{path} of {container['name']} hides {hidden or 'itself'}"


@pytest.mark.parametrize("bundle", served(), ids=lambda bundle: bundle.name)
def test_volumes_and_mounts_agree(bundle: Rendered) -> None:
    assert not list(wrong_mounts(bundle))


def test_a_volume_that_is_mounted_nowhere_is_found() -> None:
    broken = served()[0].changed()
    for container in broken.containers:
        container.pop("volumeMounts", None)
    assert list(wrong_mounts(broken))


# --- P5 -------------------------------------------------------------------------------------------


def waited(bundle: Rendered) -> int:
    """The seconds that the README's command waits for the rollout."""
    command = next(step.command for step in bundle.contract.next if " rollout status " in step.command)
    return int(command.rpartition("--timeout=")[2].removesuffix("s"))


def wrong_sums(bundle: Rendered) -> Iterator[str]:
    """Disks and times that do not fit together."""
    workload, spec = bundle.workload, bundle.template["spec"]
    assert workload is not None
    disks = [one["emptyDir"] for one in spec.get("volumes", ()) if "emptyDir" in one]
    needed = sum(size(one["sizeLimit"]) for one in disks if one.get("medium") != "Memory")
    limits = [c.get("resources", {}).get("limits", {}).get("ephemeral-storage") for c in bundle.containers]
    room = sum(size(limit) for limit in limits if limit)
    if all(limits) and needed + LOGS * len(limits) > room:
        yield f"{needed} bytes of disk and the logs do not fit into {room}"
    declared = bundle.declared
    stop = declared.seconds(lambda times: times.stop)
    if spec["terminationGracePeriodSeconds"] < stop:
        yield f"{stop} s to stop do not fit"
    start = declared.seconds(lambda times: times.start)
    before = declared.seconds(lambda times: times.before)
    if workload["kind"] == "Deployment":
        deadline, ready = workload["spec"]["progressDeadlineSeconds"], workload["spec"].get("minReadySeconds", 0)
        if deadline < before + start + PULL_SECONDS or deadline <= ready:
            yield f"{before + start} s to start do not fit into {deadline}"
        replicas = workload["spec"].get("replicas", 1)
        rolling = workload["spec"]["strategy"].get("rollingUpdate", {})
        surge = rolling.get("maxSurge", replicas)
        at_once = ceil(replicas * int(surge[:-1]) / 100) if isinstance(surge, str) else surge
        if waited(bundle) < ceil(replicas / at_once) * (start + ready + PULL_SECONDS) + before:
            yield "the README waits too little"
    if workload["kind"] == "StatefulSet" and waited(bundle) < workload["spec"].get("replicas", 1) * (stop + start):
        yield "the README waits too little"
    if workload["kind"] in ("Job", "CronJob"):
        job = workload["spec"] if workload["kind"] == "Job" else workload["spec"]["jobTemplate"]["spec"]
        run = int(declared.text("app.run_seconds"))
        if job["activeDeadlineSeconds"] < start + run:
            yield f"{start + run} s do not fit into the Job's deadline"


@pytest.mark.parametrize("bundle", served(), ids=lambda bundle: bundle.name)
def test_sums_and_times_fit(bundle: Rendered) -> None:
    assert not list(wrong_sums(bundle))


def _less(bundle: Rendered) -> Iterator[Rendered]:
    """The bundle with one number made too small, for each number that P5 is about."""
    for place in ("grace", "progress", "deadline", "disk"):
        broken = bundle.changed()
        workload, spec = broken.workload, broken.template["spec"]
        assert workload is not None
        job: Any = (
            workload["spec"] if workload["kind"] == "Job" else workload["spec"].get("jobTemplate", {}).get("spec")
        )
        if place == "grace":
            spec["terminationGracePeriodSeconds"] = 0
        elif place == "progress" and workload["kind"] == "Deployment":
            workload["spec"]["progressDeadlineSeconds"] = 5
        elif place == "deadline" and job:
            job["activeDeadlineSeconds"] = 1
        elif place == "disk" and all("resources" in c for c in broken.containers):
            for container in broken.containers:
                container["resources"]["limits"]["ephemeral-storage"] = "1Mi"
        else:
            continue
        yield broken


def test_a_wait_that_is_too_short_for_all_replicas_is_found() -> None:
    found = 0
    for bundle in served():
        if bundle.workload is not None and bundle.workload["kind"] in ("Deployment", "StatefulSet"):
            steps = tuple(replace(one, command=re.sub(r"=\d+s$", "=99s", one.command)) for one in bundle.contract.next)
            found += 1
            assert list(wrong_sums(bundle._replace(contract=replace(bundle.contract, next=steps))))
    assert found > 10


def test_a_number_that_is_too_small_is_found() -> None:
    broken = [one for bundle in served() for one in _less(bundle)]
    assert len(broken) > 100
    assert all(list(wrong_sums(one)) for one in broken)


# --- P6 -------------------------------------------------------------------------------------------

FLAGGED = sorted(
    {(p.key, p.type.name) for c in served()[0].session.catalog.components.values() for p in c.parameters if p.must}
)


def demanded(bundle: Rendered, key: str) -> list[str]:
    return [one.say for workload in bundle.contract.workloads for one in workload.must if one.parameter == key]


@pytest.mark.parametrize("bundle", bundles(), ids=lambda bundle: bundle.name)
def test_each_flagged_parameter_that_is_shown_has_one_line(bundle: Rendered) -> None:
    for key, kind in FLAGGED:
        field = bundle.session.resolved.get(key)
        if field is None or kind == "records" or field.parameter.must is None:
            continue
        told = field.shown and bool(field.text) and bundle.declared.holds(field.parameter.must.when)
        assert len(demanded(bundle, key)) == int(told), key


def test_another_value_changes_its_line_and_no_other() -> None:
    other = {"integer": 77, "path": "/other/place", "port": 7777, "quantity": "300Mi"}
    tried = 0
    for key, kind in FLAGGED:
        bundle = next((b for b in served() if demanded(b, key)), None)
        if bundle is None or kind not in other or bundle.session.resolved[key].text == str(other[kind]):
            continue
        session = bundle.session.give(key, other[kind])
        if session.problems:
            continue
        changed = rendered(bundle.name, session)
        before = {line for w in bundle.contract.workloads for line in w.must}
        after = {line for w in changed.contract.workloads for line in w.must}
        followers = {p.key for p in bundle.declared.parameters.values() if p.derived_from == key}
        assert {one.parameter for one in before ^ after} - followers == {key}, key
        tried += 1
    assert tried > 12

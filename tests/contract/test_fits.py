"""P4 and P5: mounts and volumes agree, and sums and times fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

import pytest

from tests.contract.bundles import Rendered, for_each, served
from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason
from wizard.render.compose.declared import PULL_SECONDS, Declared

LOGS = 10 * 1024**2
"""The minimum of a container's output that the kubelet keeps, in bytes."""


def size(text: str) -> int:
    amount = parse_quantity(text)
    assert not isinstance(amount, Reason), text
    return int(amount // BILLION)


# --- P4 -------------------------------------------------------------------------------------------


def wrong_mounts(bundle: Rendered) -> Iterator[str]:
    """Yield volumes that are not mounted, mounts without a volume, and mounts that hide one another."""
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

    for volume in spec.get("volumes", ()):
        if "emptyDir" in volume:
            users = [mount for c in bundle.containers for mount in c.get("volumeMounts", ()) if is_of(mount, volume)]
            if users and all(mount.get("readOnly") for mount in users):
                yield f"nothing writes into {volume['name']}"
    yield from _not_there(bundle, spec["containers"][0])


WRITES = ("Keep", "Share", "Touch", "Write")
"""The first words of contract lines about a folder that the program writes to."""


def _not_there(bundle: Rendered, program: dict[str, Any]) -> Iterator[str]:
    """Yield folders in the contract that the program does not have or cannot write to."""
    for line in (line for workload in bundle.contract.workloads for line in workload.must):
        field = bundle.session.resolved.get(line.parameter)
        if field is None or (field.parameter.mount != "program" and not line.say.startswith("Touch")):
            continue
        for path in field.value if isinstance(field.value, tuple) else (field.value,):
            mounts = [
                mount for mount in program.get("volumeMounts", ()) if f"{path}/".startswith(f"{mount['mountPath']}/")
            ]
            if not mounts:
                yield f"{path} is no folder of the program: {line.say}"
            elif line.say.startswith(WRITES) and max(mounts, key=lambda each: len(each["mountPath"])).get("readOnly"):
                yield f"{path} cannot be written: {line.say}"


def is_of(mount: dict[str, Any], volume: dict[str, Any]) -> bool:
    return bool(mount["name"] == volume["name"])


@for_each(served)
def test_volumes_and_mounts_agree(bundle: Rendered) -> None:
    assert not list(wrong_mounts(bundle))


def hide(mounts: list[dict[str, Any]]) -> None:
    mounts[0]["mountPath"] = mounts[1]["mountPath"].rpartition("/")[0] or "/"


def lose(mounts: list[dict[str, Any]]) -> None:
    mounts[0]["name"] = "elsewhere"


def lock(mounts: list[dict[str, Any]]) -> None:
    for mount in mounts:
        mount["readOnly"] = True


@pytest.mark.parametrize("change", [list.clear, hide, lose, lock])
def test_mounts_that_do_not_match_the_volumes_are_found(change: Callable[[list[dict[str, Any]]], None]) -> None:
    found = 0
    for bundle in served():
        broken = bundle.changed()
        mounts = broken.containers[-1].get("volumeMounts", [])
        if len(mounts) > 1 and len(broken.containers) == 1:
            change(mounts)
            found += 1
            assert list(wrong_mounts(broken)), bundle.name
    assert found > 1


def test_a_folder_of_the_contract_that_the_program_lacks_is_found() -> None:
    found = 0
    for bundle in served():
        program = bundle.template["spec"]["containers"][0]
        assert not list(_not_there(bundle, program))
        lines = [line for workload in bundle.contract.workloads for line in workload.must]
        if any(line.say.startswith("Write its log files") for line in lines):
            locked = [{**mount, "readOnly": True} for mount in program["volumeMounts"]]
            assert any("cannot be written" in one for one in _not_there(bundle, {"volumeMounts": locked}))
            assert any("is no folder" in one for one in _not_there(bundle, {}))
            found += 1
    assert found > 10


# --- P5 -------------------------------------------------------------------------------------------


def waited(bundle: Rendered) -> int:
    """Return the seconds that the README's command waits for the rollout."""
    command = next(step.command for step in bundle.contract.next if " rollout status " in step.command)
    return int(command.rpartition("--timeout=")[2].removesuffix("s"))


def owner(bundle: Rendered, container: dict[str, Any]) -> str:
    """Return the component that put a container into the pod."""
    pod = bundle.session.bundle.pod
    assert pod is not None
    return next(one.component for one in pod.containers if one.name == container["name"])


def stays(container: dict[str, Any]) -> bool:
    """Return whether an init container is a native sidecar."""
    return bool(container.get("restartPolicy") == "Always")


def started(container: dict[str, Any]) -> int:
    """Return the seconds until the kubelet gives up on a container that does not start; 0 without a startup probe."""
    probe = container.get("startupProbe")
    if probe is None:
        return 0
    return int(probe.get("initialDelaySeconds", 0)) + int(probe.get("failureThreshold", 3)) * int(
        probe.get("periodSeconds", 10)
    )


def start_seconds(bundle: Rendered) -> int:
    """Return the seconds that the pod's containers take to start, one after the other.

    A startup probe states the time in the manifest. An init container without one ends by itself, and only its
    component knows when: it declares that time together with the times of its other containers.
    """
    whole = 0
    for container in bundle.containers:
        known = started(container)
        ends = container in bundle.template["spec"].get("initContainers", ()) and not stays(container)
        if known or not ends:
            whole += known
        else:
            component = owner(bundle, container)
            others = sum(started(one) for one in bundle.containers if owner(bundle, one) == component)
            whole += max(0, declared_of(bundle, component, "start") - others)
    return whole


def stop_seconds(bundle: Rendered) -> int:
    """Return the seconds from a pod's deletion to its end: the pause, the program, each native sidecar in turn."""
    spec = bundle.template["spec"]
    program = spec["containers"][0]
    hook = program.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    field = bundle.session.resolved.get("app.stop_seconds")
    whole = int(hook) + (int(field.text) if field is not None else declared_of(bundle, "app", "stop"))
    for container in bundle.containers:
        if stays(container):
            seconds = declared_of(bundle, owner(bundle, container), "stop")
            assert seconds, f"{container['name']} stops in no time"
            whole += seconds
    return whole


def declared_of(bundle: Rendered, component: str, word: str) -> int:
    """Return the sum of the times that one component declares."""
    each = bundle.declared.each(lambda declares: declares.times)
    return sum(int(bundle.declared.text(getattr(one, word)) or 0) for c, one in each if c.id == component)


def in_memory(bundle: Rendered) -> list[dict[str, Any]]:
    return [v for v in bundle.template["spec"].get("volumes", ()) if v.get("emptyDir", {}).get("medium") == "Memory"]


def _too_much_memory(bundle: Rendered) -> Iterator[str]:
    """Yield in-memory volumes that exceed what a container that writes to them has left between request and limit."""
    for volume in in_memory(bundle):
        for container in bundle.containers:
            if any(is_of(one, volume) and not one.get("readOnly") for one in container.get("volumeMounts", ())):
                resources = container["resources"]
                room = size(resources["limits"]["memory"]) - size(resources["requests"]["memory"])
                if size(volume["emptyDir"]["sizeLimit"]) > room:
                    yield f"{volume['name']} does not fit into the memory of {container['name']}"


def wrong_sums(bundle: Rendered) -> Iterator[str]:
    """Yield disk sizes and times that do not fit together."""
    workload, spec = bundle.workload, bundle.template["spec"]
    assert workload is not None
    disks = [one["emptyDir"] for one in spec.get("volumes", ()) if "emptyDir" in one]
    needed = sum(size(one["sizeLimit"]) for one in disks if one.get("medium") != "Memory")
    limits = [c.get("resources", {}).get("limits", {}).get("ephemeral-storage") for c in bundle.containers]
    room = sum(size(limit) for limit in limits if limit)
    if all(limits) and needed + LOGS * len(limits) > room:
        yield f"{needed} bytes of disk and the logs do not fit into {room}"
    yield from _too_much_memory(bundle)
    stop, start = stop_seconds(bundle), start_seconds(bundle)
    if spec["terminationGracePeriodSeconds"] < stop:
        yield f"{stop} s to stop do not fit"
    before = bundle.declared.before()
    if workload["kind"] == "Deployment":
        deadline, ready = workload["spec"]["progressDeadlineSeconds"], workload["spec"].get("minReadySeconds", 0)
        if deadline < before + start + PULL_SECONDS or deadline <= ready:
            yield f"{before + start} s to start do not fit into {deadline}"
        if waited(bundle) <= deadline:
            yield "the README's command gives up before the Deployment does"
        replicas = workload["spec"].get("replicas", 1)
        rolling = workload["spec"]["strategy"].get("rollingUpdate", {"maxSurge": 0, "maxUnavailable": replicas})
        surge = rolling["maxSurge"]
        at_once = ceil(replicas * int(surge[:-1]) / 100) if isinstance(surge, str) else surge
        gone = 0 if at_once else stop  # without a surge, the old pod must end before the new one starts
        if deadline < gone + before + start + PULL_SECONDS:
            yield f"{gone} s to stop and {before + start} s to start do not fit into {deadline}"
        at_once += rolling["maxUnavailable"]
        if waited(bundle) < ceil(replicas / at_once) * (gone + start + ready + PULL_SECONDS) + before:
            yield "the README waits too little"
    if workload["kind"] == "StatefulSet" and waited(bundle) < workload["spec"].get("replicas", 1) * (stop + start):
        yield "the README waits too little"
    if workload["kind"] in ("Job", "CronJob"):
        job = workload["spec"] if workload["kind"] == "Job" else workload["spec"]["jobTemplate"]["spec"]
        run = int(bundle.session.resolved["app.run_seconds"].text)
        if job["activeDeadlineSeconds"] < start + run:
            yield f"{start + run} s of one run do not fit"
        attempt = spec.get("activeDeadlineSeconds", job["activeDeadlineSeconds"])
        if not start + run + PULL_SECONDS <= attempt <= job["activeDeadlineSeconds"]:
            yield f"{attempt} s of one attempt"


@for_each(served)
def test_sums_and_times_fit(bundle: Rendered) -> None:
    assert not list(wrong_sums(bundle))


def _less(bundle: Rendered) -> Iterator[Rendered]:
    """Yield the bundle with one limit made too small, or one amount made too large for its limit."""
    for place in ("grace", "progress", "deadline", "attempt", "disk", "pause", "probe", "memory"):
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
        elif place == "attempt" and "activeDeadlineSeconds" in spec:
            spec["activeDeadlineSeconds"] = 1
        elif place == "pause" and "lifecycle" in spec["containers"][0]:
            spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"] += 100
        elif (
            place == "probe"
            and workload["kind"] == "Deployment"
            and any("startupProbe" in c for c in broken.containers)
        ):
            next(c["startupProbe"] for c in broken.containers if "startupProbe" in c)["failureThreshold"] = 9999
        elif place == "memory" and in_memory(broken):
            in_memory(broken)[0]["emptyDir"]["sizeLimit"] = "10Gi"
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
            short = f"={waited(bundle) // 3}s"
            steps = tuple(one._replace(command=re.sub(r"=\d+s$", short, one.command)) for one in bundle.contract.next)
            found += 1
            assert list(wrong_sums(bundle._replace(contract=bundle.contract._replace(next=steps))))
    assert found > 10


def test_a_limit_that_is_too_small_is_found() -> None:
    broken = [one for bundle in served() for one in _less(bundle)]
    assert len(broken) > 100
    assert all(list(wrong_sums(one)) for one in broken)


def test_a_sidecar_without_a_declared_stop_time_is_found() -> None:
    found = 0
    for bundle in served():
        if any(map(stays, bundle.containers)):
            components = tuple(
                one._replace(declares=one.declares._replace(times=())) for one in bundle.session.components
            )
            silent = Declared(components, bundle.declared.values, bundle.declared.bundle)
            found += 1
            with pytest.raises(AssertionError, match="stops in no time"):
                list(wrong_sums(bundle._replace(declared=silent)))
    assert found > 10

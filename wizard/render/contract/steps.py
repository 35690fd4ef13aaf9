"""The commands to run after writing: apply the bundle, verify it, roll back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from shlex import quote
from typing import Any

from wizard.kube.data import mapping
from wizard.kube.objects import ObjectRef
from wizard.kube.zones import has_steady_clocks
from wizard.render.compose.declared import PULL_SECONDS, Declared
from wizard.render.compose.workshop import Workshop
from wizard.render.model import BundleFile, Step

_ROLLED = ("Deployment", "StatefulSet", "DaemonSet")
_NODES = 10
"""The number of nodes assumed for an agent's rollout, since the real one is unknown here."""
_DELIVERY = 900
"""Seconds after which a tool that polls a repository should have seen a change."""
_SLACK = 30
"""Seconds for the scheduler and the API server."""
# Source: kubernetes.io/docs/reference/kubectl/generated, `kubectl rollout status` and `kubectl wait`, on `--timeout`.
_ROLLOUT = (
    "`--timeout` is the most that replacing all pods should take, with each image to be pulled. After that the command "
    "gives up with an error, and the update goes on. Without it, or with 0s, the command waits as long as it takes."
)
_ENDED = (
    "The wait ends when the Job has completed or failed; `get job` shows which. `--timeout` is the Job's own "
    "time limit plus half a minute. After that the command gives up with an error, but the Job goes on. Without "
    "`--timeout` kubectl waits 30 seconds; with 0s it checks once."
)
# Source: kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished.
_GONE = (
    "{seconds} seconds after its end the Job is deleted (`ttlSecondsAfterFinished`), with its logs. From then on, "
    "applying the same files runs the work again, and tools such as Flux do so on their own."
)
_CREATED = (
    "`--timeout` is the time in which what delivers the bundle should have made the Job. After that the command gives "
    "up with an error, and the delivery goes on."
)
_BESIDE = (
    "Before you start a run by hand, make sure that none is running; `get jobs` shows them. The schedule's "
    "`concurrencyPolicy` does not prevent a second one."
)
_REAL = "`create job` starts a real run at once."
_CLOCKS = (
    "If the clocks of {zone} change with the season, a run in the hour that is left out may not happen, and one in the "
    "hour that comes twice may happen twice. Etc/UTC has no such hour."
)


def steps(shop: Workshop, manifests: tuple[BundleFile, ...]) -> tuple[Step, ...]:
    """Return the commands in the order in which to run them."""
    declared = shop.declared
    given = tuple(_delivered(declared, back=False))
    apply = given or (Step("kubectl apply -k {path}"),)
    refs = [file.ref for file in manifests if file.ref]
    created = (_created(ref) for ref in refs if ref.kind == "Job") if given else ()
    jobs_first = sorted(manifests, key=lambda file: file.ref is None or file.ref.kind != "Job")
    return (*apply, *created, *(step for file in jobs_first for step in _verify(file, shop, declared)))


def undo(manifests: tuple[BundleFile, ...], declared: Declared) -> tuple[Step, ...]:
    """Return the commands that roll back to the previous version."""
    given = tuple(_delivered(declared, back=True))
    return given or tuple(step for file in manifests for step in _undo(file))


def _delivered(declared: Declared, *, back: bool) -> Iterator[Step]:
    """Yield the commands of components that deliver the bundle by other means than ``kubectl apply``."""
    for component, one in declared.each(lambda declares: declares.next):
        if one.back == back:
            ends = [declared.filled(component.id, text, quote) for text in one.command.split("{path}")]
            command = "{path}".join(ends)
            yield Step(command, declared.filled(component.id, one.say), tool=command.partition(" ")[0])


def _created(ref: ObjectRef) -> Step:
    """Return the command that waits until a Job exists, since waiting for its end would fail before."""
    return Step(f"{_kubectl(ref)} wait --for=create job/{quote(ref.name)} --timeout={_DELIVERY}s", _CREATED)


def _undo(file: BundleFile) -> Iterator[Step]:
    ref = file.ref
    if ref is None or ref.kind not in _ROLLED:
        return
    at, name = _kubectl(ref), quote(ref.name)
    yield Step(f"{at} rollout undo {ref.kind.lower()}/{name}")
    spec = mapping(file.document, "spec")
    # Source: kubernetes.io/docs/concepts/workloads/controllers/statefulset, "Forced rollback".
    if ref.kind == "StatefulSet" and spec.get("podManagementPolicy", "OrderedReady") == "OrderedReady":
        last = max(int(spec.get("replicas") or 1) - 1, 0)
        stuck = "This does not replace a replica that never became ready. Delete its pod, and the old version starts"
        which = ". The command names the last replica, which an update replaces first." if last else "."
        yield Step(f"{at} delete pod {quote(f'{ref.name}-{last}')}", stuck + which)


def _verify(file: BundleFile, shop: Workshop, declared: Declared) -> list[Step]:
    ref = file.ref
    if ref is None:
        return []
    at, name = _kubectl(ref), quote(ref.name)
    if ref.kind in _ROLLED:
        seconds = rollout_seconds(file.document, declared)
        return [Step(f"{at} rollout status {ref.kind.lower()}/{name} --timeout={seconds}s", _ROLLOUT)]
    if ref.kind == "Job":
        return _finished(at, name, mapping(file.document, "spec"))
    if ref.kind == "CronJob":
        trial = quote(f"{ref.name[:40]}-trial")
        spec = mapping(file.document, "spec")
        beside = "" if spec.get("concurrencyPolicy", "Allow") == "Allow" else _BESIDE
        from wizard.render.contract.alerts import alerts  # only needed for a CronJob

        wait, get, logs = _finished(at, trial, mapping(spec, "jobTemplate", "spec"))
        logs = logs._replace(say=alerts(ref, spec))
        look = [Step(f"{at} get jobs", beside)] if beside else []
        begin = Step(f"{at} create job --from=cronjob/{name} {trial}", _clocks(spec), caution=_REAL)
        return [*look, begin, wait, get, logs]
    if shop.base.role == "operator" and ref.name == shop.name and ref.api_version in shop.base.requires:
        return [Step(f"{at} get {ref.kind.lower()}.{ref.api_version.partition('/')[0]} {name}")]
    return []


def _clocks(spec: Any) -> str:
    """Return the note for a time zone whose clocks may change; reads no zone data, so bundles do not depend on it."""
    zone = str(spec.get("timeZone") or "")
    return _CLOCKS.format(zone=zone) if zone and not has_steady_clocks(zone) else ""


def rollout_seconds(workload: Any, declared: Declared) -> int:
    """Return the longest time that replacing all pods of a workload should take, in seconds.

    A Deployment replaces as many pods at a time as its strategy allows, a StatefulSet one after the other. Each pod
    takes the pull of its image, its start and minReadySeconds, and the stop of its predecessor if that must end first.
    It is longer than a Deployment's deadline for progress, so that kubectl reports the reason and not only the time.
    """
    spec = mapping(workload, "spec")
    strategy = mapping(spec, "strategy")
    ready = int(spec.get("minReadySeconds") or 0)
    each = declared.seconds(lambda times: times.start) + ready + PULL_SECONDS
    kind, replicas = workload.get("kind"), int(spec.get("replicas") or 1)
    if kind == "Deployment":
        at_once = sum(_share(strategy, field, replicas) for field in ("maxSurge", "maxUnavailable"))
        rounds = ceil(replicas / max(1, at_once))
    else:
        rounds = replicas if kind == "StatefulSet" else _NODES
    if kind != "Deployment" or strategy.get("type") == "Recreate" or not _share(strategy, "maxSurge", replicas):
        each += declared.seconds(lambda times: times.stop)
    deadline = int(spec.get("progressDeadlineSeconds") or 0)
    return max(rounds * each + declared.before(), deadline) + _SLACK


def _share(strategy: Any, field: str, replicas: int) -> int:
    """Return the number of pods that a field of a rolling update allows; Kubernetes rounds ``maxSurge`` up."""
    value = mapping(strategy, "rollingUpdate").get(field, "25%")
    share = replicas * int(value[:-1]) / 100 if isinstance(value, str) and value.endswith("%") else int(value)
    return ceil(share) if field == "maxSurge" else int(share)


def _finished(at: str, job: str, spec: Mapping[str, Any]) -> list[Step]:
    # The Job controller stops the Job at its deadline, and takes some time to report it.
    seconds = int(spec.get("activeDeadlineSeconds") or 3600) + _SLACK
    wait = f"{at} wait --for=jsonpath='{{.status.conditions[0].status}}'=True job/{job} --timeout={seconds}s"
    ttl = spec.get("ttlSecondsAfterFinished")
    gone = "" if ttl is None else _GONE.format(seconds=ttl)
    return [Step(wait, _ENDED), Step(f"{at} get job/{job}"), Step(f"{at} logs job/{job}", gone)]


def _kubectl(ref: ObjectRef) -> str:
    return f"kubectl -n {quote(ref.namespace)}" if ref.namespace else "kubectl"

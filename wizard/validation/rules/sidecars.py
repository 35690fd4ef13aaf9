"""Init containers and native sidecars."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import show
from wizard.validation.frame import RUNS_PODS, Container, Context, Subject, Violation, container_rule, containers, rule
from wizard.validation.model import Severity

_OTHER_POLICIES_MINOR = 35


@container_rule("init-restart-policy", "warning", "An init container's restartPolicy is Always or left out", "init")
def init_restart_policy(container: Container, context: Context) -> Iterator[Violation]:
    policy = container.data.get("restartPolicy")
    if policy in ("Never", "OnFailure"):
        message = f"Init container {show(container.name)} has restartPolicy {policy}, which needs the newest servers."
        hint = "Remove it for a task that ends, or write Always for a sidecar."
        severity: Severity | None = "error" if context.oldest < _OTHER_POLICIES_MINOR else None
        yield Violation(f"{container.path}.restartPolicy", message, hint, severity)
    elif isinstance(policy, str) and policy:
        hint = "Write Always for a sidecar, or remove it."
        message = f"{show(policy)} is not a valid restart policy."
        yield Violation(f"{container.path}.restartPolicy", message, hint, "error")


@container_rule("container-restart-policy", "error", "Only init containers have their own restartPolicy", "app")
def container_restart_policy(container: Container, context: Context) -> Iterator[Violation]:
    if context.oldest < _OTHER_POLICIES_MINOR and container.data.get("restartPolicy") is not None:
        message = f"Container {show(container.name)} has a restartPolicy, which only init containers may have."
        hint = "Move a sidecar to initContainers, or remove the field."
        yield Violation(f"{container.path}.restartPolicy", message, hint)


@container_rule("init-runs-on", "error", "Probes and hooks belong to containers that keep running", "init")
def init_runs_on(container: Container, _context: Context) -> Iterator[Violation]:
    for field in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
        if container.data.get(field) is not None:
            message = f"Init container {show(container.name)} ends before the pod starts, so it cannot have a {field}."
            hint = "Add `restartPolicy: Always` if it is a sidecar, or remove it."
            yield Violation(f"{container.path}.{field}", message, hint)


@rule("sidecar-no-startup", "note", "Containers that start after a sidecar wait until it is ready", RUNS_PODS)
def sidecar_no_startup(subject: Subject, _context: Context) -> Iterator[Violation]:
    started = list(containers(subject, "init", "sidecar"))
    last = max((number for number, container in enumerate(started) if container.role == "init"), default=0)
    for container in started[:last]:
        if container.role == "sidecar" and container.data.get("startupProbe") is None:
            what = f"starts right after sidecar {show(container.name)}, which may not be ready yet"
            hint = "Add a startupProbe if the later ones need it."
            yield Violation(f"{container.path}.startupProbe", f"An init container {what}.", hint)

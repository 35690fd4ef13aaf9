"""Init containers and native sidecars."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.validation.data import show
from wizard.validation.frame import RUNS_PODS, Context, Subject, Violation, containers, rule, rules_in
from wizard.validation.model import Severity

_SIDECARS_MINOR = 29
_OTHER_POLICIES_MINOR = 35


@rule("sidecar-too-new", "error", "Native sidecars need Kubernetes 1.29", RUNS_PODS)
def sidecar_too_new(subject: Subject, context: Context) -> Iterator[Violation]:
    if context.oldest >= _SIDECARS_MINOR:
        return
    for container in containers(subject, "sidecar"):
        message = f"Init container {show(container.name)} is a native sidecar, which needs Kubernetes 1.29."
        yield Violation(f"{container.path}.restartPolicy", message, "Use 1.29 or newer.")


@rule("init-restart-policy", "warning", "An init container's restartPolicy is Always or left out", RUNS_PODS)
def init_restart_policy(subject: Subject, context: Context) -> Iterator[Violation]:
    for container in containers(subject, "init"):
        policy = container.data.get("restartPolicy")
        if policy in ("Never", "OnFailure"):
            message = (
                f"Init container {show(container.name)} has restartPolicy {policy}, which needs the newest servers."
            )
            hint = "Remove it for a task that ends, or write Always for a sidecar."
            severity: Severity | None = "error" if context.oldest < _OTHER_POLICIES_MINOR else None
            yield Violation(f"{container.path}.restartPolicy", message, hint, severity)
        elif isinstance(policy, str) and policy:
            hint = "Write Always for a sidecar, or remove it."
            yield Violation(
                f"{container.path}.restartPolicy", f"{show(policy)} is not a valid restart policy.", hint, "error"
            )


@rule("container-restart-policy", "error", "Only init containers have their own restartPolicy", RUNS_PODS)
def container_restart_policy(subject: Subject, context: Context) -> Iterator[Violation]:
    if context.oldest >= _OTHER_POLICIES_MINOR:
        return
    for container in containers(subject, "app"):
        if container.data.get("restartPolicy") is not None:
            message = f"Container {show(container.name)} has a restartPolicy, which only init containers may have."
            hint = "Move a sidecar to initContainers, or remove the field."
            yield Violation(f"{container.path}.restartPolicy", message, hint)


@rule("init-runs-on", "error", "Probes and hooks belong to containers that keep running", RUNS_PODS)
def init_runs_on(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject, "init"):
        for field in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
            if container.data.get(field) is not None:
                message = (
                    f"Init container {show(container.name)} ends before the pod starts, so it cannot have a {field}."
                )
                yield Violation(
                    f"{container.path}.{field}",
                    message,
                    "Add `restartPolicy: Always` if it is a sidecar, or remove it.",
                )


@rule("sidecar-no-startup", "note", "Containers that start after a sidecar wait until it is ready", RUNS_PODS)
def sidecar_no_startup(subject: Subject, _context: Context) -> Iterator[Violation]:
    followed = [container.path for container in containers(subject, "init")]
    for container in containers(subject, "sidecar"):
        later = any(_index(path) > _index(container.path) for path in followed)
        if later and container.data.get("startupProbe") is None:
            message = (
                f"An init container starts right after sidecar {show(container.name)}, which may not be ready yet."
            )
            yield Violation(f"{container.path}.startupProbe", message, "Add a startupProbe if the later ones need it.")


def _index(path: str) -> int:
    return int(path[path.rindex("[") + 1 : -1])


RULES = rules_in(globals())

"""Layer 5: the Pod Security Standards, and contradictory security settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wizard.kube.data import as_int, as_list, as_map, as_text, items, listed, show
from wizard.validation.frame import (
    RUNS_PODS,
    Container,
    Context,
    Pod,
    PodCheck,
    Rule,
    Subject,
    Violation,
    container_rule,
    containers,
    pod_rule,
    rule,
)
from wizard.validation.rules.probes import probes_and_hooks

_RANK = {"privileged": 0, "baseline": 1, "restricted": 2}
_LEVEL_LABEL = "pod-security.kubernetes.io/enforce"
_PROBE_HOST_MINOR = 34
_USERNS_MINOR = 35
_BASELINE_CAPABILITIES = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_RESTRICTED_VOLUMES = frozenset({
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image",
})  # fmt: skip
_SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced": 0, "net.ipv4.ip_local_port_range": 0, "net.ipv4.ip_unprivileged_port_start": 0,
    "net.ipv4.tcp_syncookies": 0, "net.ipv4.ping_group_range": 0, "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_keepalive_time": 29, "net.ipv4.tcp_fin_timeout": 29, "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29, "net.ipv4.tcp_rmem": 32, "net.ipv4.tcp_wmem": 32,
}  # fmt: skip
_SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})


def _is_enforced(level: str, subject: Subject, context: Context) -> bool:
    """Return true if an object's pods are known to have to pass at least this level."""
    labels = context.once("levels", lambda: _levels(context))
    alone = not subject.namespace and len(labels) == 1
    known = next(iter(labels.values())) if alone else labels.get(subject.namespace, ())
    return any(_RANK.get(each, 0) >= _RANK[level] for each in (context.pod_security or "privileged", *known))


def _levels(context: Context) -> Mapping[str, list[str]]:
    """Return the levels that the Namespaces enforce, by namespace."""
    found: dict[str, list[str]] = {}
    for space in context.of("Namespace"):
        label = as_text(as_map(space.meta.get("labels")).get(_LEVEL_LABEL))
        found.setdefault(space.name, []).append(label)
    return found


def _standard(level: str, rule_id: str, title: str) -> Callable[[PodCheck], Rule]:
    """Return a decorator that turns a function about one pod into a rule of a Pod Security level."""

    def wrap(check: PodCheck) -> Rule:
        def each(subject: Subject, context: Context) -> Iterable[Violation]:
            pod = subject.pod
            return check(pod, context) if pod is not None and _is_enforced(level, subject, context) else ()

        return rule(rule_id, "error", title, RUNS_PODS)(each)

    return wrap


def _is_windows(pod: Pod) -> bool:
    """Return true if the pod declares Windows, where Linux settings have no effect and are not required."""
    return as_map(pod.spec.get("os")).get("name") == "windows"


def _contexts(pod: Pod) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (path, owner, securityContext) for the pod and for each container."""
    yield f"{pod.path}.securityContext", "The pod", pod.security
    for container in pod.containers:
        yield f"{container.path}.securityContext", f"Container {show(container.name)}", container.security


@_standard("baseline", "psa-host-namespaces", "Baseline: a pod does not share the node's namespaces")
def host_namespaces(pod: Pod, _context: Context) -> Iterator[Violation]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.spec.get(field) is True:
            message = f"{field} is not allowed by Pod Security baseline."
            yield Violation(f"{pod.path}.{field}", message, f"Remove {field}.")


@_standard("baseline", "psa-privileged", "Baseline: no container is privileged")
def privileged(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, whose, settings in _contexts(pod):
        if settings.get("privileged") is True:
            message = f"{whose} is privileged, which Pod Security baseline does not allow."
            yield Violation(f"{path}.privileged", message, "Remove privileged; add single capabilities if it must.")


@rule("psa-capabilities", "error", "Baseline: no capabilities beyond the usual set", RUNS_PODS)
def capabilities(subject: Subject, context: Context) -> Iterator[Violation]:
    if subject.pod is None or not _is_enforced("baseline", subject, context):
        return
    strict = _is_enforced("restricted", subject, context)
    allowed = {"NET_BIND_SERVICE"} if strict else _BASELINE_CAPABILITIES
    for container in subject.pod.containers:
        settings = as_map(container.security.get("capabilities"))
        path = f"{container.path}.securityContext.capabilities"
        extra = [name for name in as_list(settings.get("add")) if not isinstance(name, str) or name not in allowed]
        whose = f"Container {show(container.name)}"
        if extra:
            message = f"{whose} adds {listed(extra, 'and')}, which Pod Security does not allow."
            yield Violation(f"{path}.add", message, "Remove them.")
        if strict and not _is_windows(subject.pod) and "ALL" not in as_list(settings.get("drop")):
            message = f"{whose} does not drop all capabilities, as Pod Security restricted requires."
            yield Violation(f"{path}.drop", message, "Add `capabilities: {drop: [ALL]}`.")


@_standard("baseline", "psa-host-path", "Baseline: no folder of the node is mounted")
def host_path(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, volume in pod.items("volumes"):
        if volume.get("hostPath") is not None:
            message = f"Volume {show(volume.get('name'))} is on the node, which Pod Security baseline does not allow."
            hint = "Use emptyDir or a volume claim, or a namespace with level privileged."
            yield Violation(f"{path}.hostPath", message, hint)


@_standard("baseline", "psa-host-port", "Baseline: no port of the node is taken")
def host_port(pod: Pod, _context: Context) -> Iterator[Violation]:
    for container in pod.containers:
        for path, port in container.items("ports"):
            if as_int(port.get("hostPort")):
                message = f"hostPort {show(port.get('hostPort'))} is not allowed by Pod Security baseline."
                hint = "Remove it and use a Service, or let the namespace allow privileged pods."
                yield Violation(f"{path}.hostPort", message, hint)


@_standard("baseline", "psa-profiles", "Baseline: no security profile is switched off")
def profiles(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, whose, settings in _contexts(pod):
        for field in ("seccompProfile", "appArmorProfile"):
            if as_map(settings.get(field)).get("type") == "Unconfined":
                message = f"{whose} switches its {field} off, which Pod Security baseline does not allow."
                yield Violation(f"{path}.{field}.type", message, "Write RuntimeDefault.")
        if settings.get("procMount") not in (None, "", "Default"):
            message = f"{whose} unmasks /proc, which Pod Security baseline does not allow."
            yield Violation(f"{path}.procMount", message, "Remove it.")


@_standard("baseline", "psa-selinux", "Baseline: SELinux keeps its container types")
def selinux(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, whose, settings in _contexts(pod):
        options = as_map(settings.get("seLinuxOptions"))
        if as_text(options.get("type")) not in _SELINUX_TYPES or options.get("user") or options.get("role"):
            message = f"{whose} sets its own SELinux user, role or type, which Pod Security baseline does not allow."
            yield Violation(f"{path}.seLinuxOptions", message, "Remove them.")


@_standard("baseline", "psa-sysctls", "Baseline: only safe kernel settings")
def sysctls(pod: Pod, context: Context) -> Iterator[Violation]:
    for path, entry in items(pod.security.get("sysctls"), f"{pod.path}.securityContext.sysctls"):
        name = as_text(entry.get("name"))
        if name and _SAFE_SYSCTLS.get(name, 999) > context.oldest:
            message = f"The kernel setting {show(name)} is not allowed by Pod Security baseline."
            yield Violation(f"{path}.name", message, "Remove it.")


@_standard("baseline", "psa-windows-host", "Baseline: no Windows container runs as the host")
def windows_host(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, whose, settings in _contexts(pod):
        if as_map(settings.get("windowsOptions")).get("hostProcess") is True:
            message = f"{whose} runs as the Windows host, which Pod Security baseline does not allow."
            yield Violation(f"{path}.windowsOptions.hostProcess", message, "Remove hostProcess.")


@_standard("baseline", "psa-probe-host", "Baseline from 1.34: probes and hooks check only their own pod")
def probe_host(pod: Pod, context: Context) -> Iterator[Violation]:
    for container in pod.containers if context.newest >= _PROBE_HOST_MINOR else ():
        for path, handler in probes_and_hooks(container):
            for kind in ("httpGet", "tcpSocket"):
                host = as_map(handler.get(kind)).get("host")
                if host:
                    message = f"A probe or hook of container {show(container.name)} calls host {show(host)}."
                    yield Violation(f"{path}.{kind}.host", message, "Remove host: the pod itself is called.")


@_standard("restricted", "psa-escalation", "Restricted: no container gains rights while it runs")
def escalation(pod: Pod, _context: Context) -> Iterator[Violation]:
    for container in () if _is_windows(pod) else pod.containers:
        if container.security.get("allowPrivilegeEscalation") is not False:
            message = f"Container {show(container.name)} may gain rights, which Pod Security restricted does not allow."
            path = f"{container.path}.securityContext.allowPrivilegeEscalation"
            yield Violation(path, message, "Write `allowPrivilegeEscalation: false`.")


@_standard("restricted", "psa-non-root", "Restricted: no container runs as root")
def non_root(pod: Pod, context: Context) -> Iterator[Violation]:
    if pod.spec.get("hostUsers") is False and context.oldest >= _USERNS_MINOR:
        return
    whole = pod.security.get("runAsNonRoot")
    if whole is False:
        message = "The pod may run as root, which Pod Security restricted does not allow."
        yield Violation(f"{pod.path}.securityContext.runAsNonRoot", message, "Write `runAsNonRoot: true`.")
    for container in pod.containers:
        own = container.security.get("runAsNonRoot")
        if own is False or (own is None and whole is None):
            message = f"Container {show(container.name)} may run as root, which Pod Security restricted does not allow."
            path = f"{container.path}.securityContext.runAsNonRoot"
            yield Violation(path, message, "Write `runAsNonRoot: true` for the pod.")
    for path, whose, settings in _contexts(pod):
        if as_int(settings.get("runAsUser")) == 0:
            message = f"{whose} runs as user 0, which Pod Security restricted does not allow."
            yield Violation(f"{path}.runAsUser", message, "Use another user, such as 10001.")


@_standard("restricted", "psa-seccomp", "Restricted: every container has a seccomp profile")
def seccomp(pod: Pod, _context: Context) -> Iterator[Violation]:
    whole = as_map(pod.security.get("seccompProfile")).get("type")
    if _is_windows(pod) or whole in ("RuntimeDefault", "Localhost", "Unconfined"):
        return
    for container in pod.containers:
        if as_map(container.security.get("seccompProfile")).get("type") is None:
            whose = f"Container {show(container.name)}"
            message = f"{whose} has no seccomp profile, which Pod Security restricted requires."
            path = f"{container.path}.securityContext.seccompProfile"
            yield Violation(path, message, "Write `seccompProfile: {type: RuntimeDefault}` for the pod.")


@_standard("restricted", "psa-volumes", "Restricted: only volumes without risk for the node")
def volume_types(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, volume in pod.items("volumes"):
        for field in volume:
            if field not in _RESTRICTED_VOLUMES | {"name", "hostPath"} and volume[field] is not None:
                name = show(volume.get("name"))
                message = f"Volume {name} is a {show(field)}, which Pod Security restricted does not allow."
                yield Violation(f"{path}.{field}", message, "Use a volume claim.")


@rule("privileged-container", "warning", "No container is privileged", RUNS_PODS)
def privileged_container(subject: Subject, context: Context) -> Iterator[Violation]:
    for container in () if _is_enforced("baseline", subject, context) else containers(subject):
        if container.security.get("privileged") is True:
            message = f"Container {show(container.name)} is privileged: it can do anything on its node."
            path = f"{container.path}.securityContext.privileged"
            yield Violation(path, message, "Remove privileged; add single capabilities if it must.")


@pod_rule("non-root-as-root", "error", "A container that must not be root is not given user 0")
def non_root_as_root(pod: Pod, _context: Context) -> Iterator[Violation]:
    whole = pod.security
    for container in pod.containers:
        own = container.security
        user = as_int(own.get("runAsUser", whole.get("runAsUser")))
        if user == 0 and own.get("runAsNonRoot", whole.get("runAsNonRoot")) is True:
            path = f"{container.path if 'runAsUser' in own else pod.path}.securityContext.runAsUser"
            message = f"Container {show(container.name)} has runAsNonRoot but also user 0, so it never starts."
            yield Violation(path, message, "Use another user, such as 10001.")


@container_rule("escalation-contradiction", "error", "A privileged container does not forbid gaining rights")
def escalation_contradiction(container: Container, _context: Context) -> Iterator[Violation]:
    if container.security.get("allowPrivilegeEscalation") is not False:
        return
    added = as_list(as_map(container.security.get("capabilities")).get("add"))
    who = f"Container {show(container.name)} forbids privilege escalation"
    path = f"{container.path}.securityContext.allowPrivilegeEscalation"
    if container.security.get("privileged") is True:
        yield Violation(path, f"{who}, but it is privileged; the server refuses that.", "Remove one of the two.")
    elif "CAP_SYS_ADMIN" in added:
        hint = "Remove one of the two. Capabilities are written without CAP_."
        yield Violation(path, f"{who}, but it adds CAP_SYS_ADMIN; the server refuses that.", hint)
    elif "SYS_ADMIN" in added:  # the server is meant to refuse this as well: kubernetes/kubernetes#119568
        message = f"{who}, but it adds SYS_ADMIN, with which it can gain every other right."
        yield Violation(path, message, "Remove one of the two.", "warning")

"""Layer 5: the Pod Security Standards, and contradictory security settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.validation.data import as_int, as_list, as_map, as_text, items, listed, show
from wizard.validation.frame import RUNS_PODS, Context, Layer, Pod, Subject, Violation, containers, rule, rules_in
from wizard.validation.rules.probes import probes

_LAYER: Layer = "pod-security"
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


def level_of(subject: Subject, context: Context) -> str:
    """Return the strictest level known to be enforced on an object's pods."""
    found: str = context.pod_security or "privileged"
    levels = context.once("levels", lambda: _levels(context))
    alone = not subject.namespace and len(levels) == 1
    for label in next(iter(levels.values())) if alone else levels.get(subject.namespace, ()):
        if _RANK.get(label, 0) > _RANK[found]:
            found = label
    return found


def _levels(context: Context) -> Mapping[str, list[str]]:
    """Return the levels that the Namespaces enforce, by namespace."""
    found: dict[str, list[str]] = {}
    for space in context.of("Namespace"):
        label = as_text(as_map(space.meta.get("labels")).get(_LEVEL_LABEL))
        found.setdefault(space.name, []).append(label)
    return found


def _pod(subject: Subject, context: Context, level: str) -> Pod | None:
    """Return the pod if it must pass at least this level, else ``None``."""
    return subject.pod if _RANK[level_of(subject, context)] >= _RANK[level] else None


def _is_windows(subject: Subject) -> bool:
    """Return true if the pod declares Windows, where Linux settings have no effect and are not required."""
    return subject.pod is not None and as_map(subject.pod.spec.get("os")).get("name") == "windows"


def _contexts(subject: Subject, pod: Pod) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (path, owner, securityContext) for the pod and for each container."""
    yield f"{pod.path}.securityContext", "The pod", as_map(pod.spec.get("securityContext"))
    for container in containers(subject):
        whose = f"Container {show(container.name)}"
        yield f"{container.path}.securityContext", whose, as_map(container.data.get("securityContext"))


@rule("psa-host-namespaces", "error", "Baseline: a pod does not share the node's namespaces", RUNS_PODS, layer=_LAYER)
def host_namespaces(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod is not None and pod.spec.get(field) is True:
            yield Violation(
                f"{pod.path}.{field}", f"{field} is not allowed by Pod Security baseline.", f"Remove {field}."
            )


@rule("psa-privileged", "error", "Baseline: no container is privileged", RUNS_PODS, layer=_LAYER)
def privileged(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    for path, whose, settings in _contexts(subject, pod) if pod is not None else ():
        if settings.get("privileged") is True:
            message = f"{whose} is privileged, which Pod Security baseline does not allow."
            yield Violation(f"{path}.privileged", message, "Remove privileged; add single capabilities if it must.")


@rule("psa-capabilities", "error", "Baseline: no capabilities beyond the usual set", RUNS_PODS, layer=_LAYER)
def capabilities(subject: Subject, context: Context) -> Iterator[Violation]:
    strict = _pod(subject, context, "restricted") is not None
    if _pod(subject, context, "baseline") is None:
        return
    allowed = {"NET_BIND_SERVICE"} if strict else _BASELINE_CAPABILITIES
    for container in containers(subject):
        settings = as_map(as_map(container.data.get("securityContext")).get("capabilities"))
        path = f"{container.path}.securityContext.capabilities"
        extra = [name for name in as_list(settings.get("add")) if not isinstance(name, str) or name not in allowed]
        if extra:
            message = (
                f"Container {show(container.name)} adds {listed(extra, 'and')}, which Pod Security does not allow."
            )
            yield Violation(f"{path}.add", message, "Remove them.")
        if strict and not _is_windows(subject) and "ALL" not in as_list(settings.get("drop")):
            message = (
                f"Container {show(container.name)} does not drop all capabilities, as Pod Security restricted requires."
            )
            yield Violation(f"{path}.drop", message, "Add `capabilities: {drop: [ALL]}`.")


@rule("psa-host-path", "error", "Baseline: no folder of the node is mounted", RUNS_PODS, layer=_LAYER)
def host_path(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    if pod is None:
        return
    for path, volume in items(pod.spec.get("volumes"), f"{pod.path}.volumes"):
        if volume.get("hostPath") is not None:
            message = f"Volume {show(volume.get('name'))} is on the node, which Pod Security baseline does not allow."
            yield Violation(
                f"{path}.hostPath", message, "Use emptyDir or a volume claim, or a namespace with level privileged."
            )


@rule("psa-host-port", "error", "Baseline: no port of the node is taken", RUNS_PODS, layer=_LAYER)
def host_port(subject: Subject, context: Context) -> Iterator[Violation]:
    if _pod(subject, context, "baseline") is None:
        return
    for container in containers(subject):
        for path, port in container.items("ports"):
            if as_int(port.get("hostPort")):
                message = f"hostPort {show(port.get('hostPort'))} is not allowed by Pod Security baseline."
                hint = "Remove it and use a Service, or let the namespace allow privileged pods."
                yield Violation(f"{path}.hostPort", message, hint)


@rule("psa-profiles", "error", "Baseline: no security profile is switched off", RUNS_PODS, layer=_LAYER)
def profiles(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    for path, whose, settings in _contexts(subject, pod) if pod is not None else ():
        for field in ("seccompProfile", "appArmorProfile"):
            if as_map(settings.get(field)).get("type") == "Unconfined":
                message = f"{whose} switches its {field} off, which Pod Security baseline does not allow."
                yield Violation(f"{path}.{field}.type", message, "Write RuntimeDefault.")
        if settings.get("procMount") not in (None, "", "Default"):
            yield Violation(
                f"{path}.procMount", f"{whose} unmasks /proc, which Pod Security baseline does not allow.", "Remove it."
            )


@rule("psa-selinux", "error", "Baseline: SELinux keeps its container types", RUNS_PODS, layer=_LAYER)
def selinux(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    for path, whose, settings in _contexts(subject, pod) if pod is not None else ():
        options = as_map(settings.get("seLinuxOptions"))
        if as_text(options.get("type")) not in _SELINUX_TYPES or options.get("user") or options.get("role"):
            message = f"{whose} sets its own SELinux user, role or type, which Pod Security baseline does not allow."
            yield Violation(f"{path}.seLinuxOptions", message, "Remove them.")


@rule("psa-sysctls", "error", "Baseline: only safe kernel settings", RUNS_PODS, layer=_LAYER)
def sysctls(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    if pod is None:
        return
    place = f"{pod.path}.securityContext.sysctls"
    for path, entry in items(as_map(pod.spec.get("securityContext")).get("sysctls"), place):
        name = as_text(entry.get("name"))
        if name and _SAFE_SYSCTLS.get(name, 999) > context.oldest:
            message = f"The kernel setting {show(name)} is not allowed by Pod Security baseline."
            yield Violation(f"{path}.name", message, "Remove it.")


@rule("psa-windows-host", "error", "Baseline: no Windows container runs as the host", RUNS_PODS, layer=_LAYER)
def windows_host(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "baseline")
    for path, whose, settings in _contexts(subject, pod) if pod is not None else ():
        if as_map(settings.get("windowsOptions")).get("hostProcess") is True:
            message = f"{whose} runs as the Windows host, which Pod Security baseline does not allow."
            yield Violation(f"{path}.windowsOptions.hostProcess", message, "Remove hostProcess.")


@rule(
    "psa-probe-host", "error", "Baseline from 1.34: probes and hooks check only their own pod", RUNS_PODS, layer=_LAYER
)
def probe_host(subject: Subject, context: Context) -> Iterator[Violation]:
    if context.newest < _PROBE_HOST_MINOR or _pod(subject, context, "baseline") is None:
        return
    for container in containers(subject):
        places = [(path, probe) for path, _field, probe in probes(container)]
        hooks = as_map(container.data.get("lifecycle"))
        places += [(f"{container.path}.lifecycle.{name}", as_map(hooks.get(name))) for name in ("postStart", "preStop")]
        for path, probe in places:
            for handler in ("httpGet", "tcpSocket"):
                host = as_map(probe.get(handler)).get("host")
                if host:
                    message = f"A probe or hook of container {show(container.name)} calls host {show(host)}."
                    yield Violation(f"{path}.{handler}.host", message, "Remove host: the pod itself is called.")


@rule("psa-escalation", "error", "Restricted: no container gains rights while it runs", RUNS_PODS, layer=_LAYER)
def escalation(subject: Subject, context: Context) -> Iterator[Violation]:
    if _pod(subject, context, "restricted") is None or _is_windows(subject):
        return
    for container in containers(subject):
        settings = as_map(container.data.get("securityContext"))
        if settings.get("allowPrivilegeEscalation") is not False:
            message = f"Container {show(container.name)} may gain rights, which Pod Security restricted does not allow."
            path = f"{container.path}.securityContext.allowPrivilegeEscalation"
            yield Violation(path, message, "Write `allowPrivilegeEscalation: false`.")


@rule("psa-non-root", "error", "Restricted: no container runs as root", RUNS_PODS, layer=_LAYER)
def non_root(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "restricted")
    if pod is None or (pod.spec.get("hostUsers") is False and context.oldest >= _USERNS_MINOR):
        return
    whole = as_map(pod.spec.get("securityContext")).get("runAsNonRoot")
    if whole is False:
        path = f"{pod.path}.securityContext.runAsNonRoot"
        yield Violation(
            path,
            "The pod may run as root, which Pod Security restricted does not allow.",
            "Write `runAsNonRoot: true`.",
        )
    for container in containers(subject):
        own = as_map(container.data.get("securityContext")).get("runAsNonRoot")
        if own is False or (own is None and whole is None):
            message = f"Container {show(container.name)} may run as root, which Pod Security restricted does not allow."
            path = f"{container.path}.securityContext.runAsNonRoot"
            yield Violation(path, message, "Write `runAsNonRoot: true` for the pod.")
    for path, whose, settings in _contexts(subject, pod):
        if settings.get("runAsUser") == 0 and as_int(settings.get("runAsUser")) is not None:
            message = f"{whose} runs as user 0, which Pod Security restricted does not allow."
            yield Violation(f"{path}.runAsUser", message, "Use another user, such as 10001.")


@rule("psa-seccomp", "error", "Restricted: every container has a seccomp profile", RUNS_PODS, layer=_LAYER)
def seccomp(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "restricted")
    if pod is None or _is_windows(subject):
        return
    good = ("RuntimeDefault", "Localhost")
    whole = as_map(as_map(pod.spec.get("securityContext")).get("seccompProfile")).get("type")
    for container in containers(subject):
        own = as_map(as_map(container.data.get("securityContext")).get("seccompProfile")).get("type")
        if own is None and whole not in good and whole != "Unconfined":
            message = (
                f"Container {show(container.name)} has no seccomp profile, which Pod Security restricted requires."
            )
            path = f"{container.path}.securityContext.seccompProfile"
            yield Violation(path, message, "Write `seccompProfile: {type: RuntimeDefault}` for the pod.")


@rule("psa-volumes", "error", "Restricted: only volumes without risk for the node", RUNS_PODS, layer=_LAYER)
def volume_types(subject: Subject, context: Context) -> Iterator[Violation]:
    pod = _pod(subject, context, "restricted")
    if pod is None:
        return
    for path, volume in items(pod.spec.get("volumes"), f"{pod.path}.volumes"):
        for field in volume:
            if field not in _RESTRICTED_VOLUMES | {"name", "hostPath"} and volume[field] is not None:
                name = show(volume.get("name"))
                message = f"Volume {name} is a {show(field)}, which Pod Security restricted does not allow."
                yield Violation(f"{path}.{field}", message, "Use a volume claim.")


@rule("privileged-container", "warning", "No container is privileged", RUNS_PODS)
def privileged_container(subject: Subject, context: Context) -> Iterator[Violation]:
    if _pod(subject, context, "baseline") is not None:
        return
    for container in containers(subject):
        if as_map(container.data.get("securityContext")).get("privileged") is True:
            message = f"Container {show(container.name)} is privileged: it can do anything on its node."
            path = f"{container.path}.securityContext.privileged"
            yield Violation(path, message, "Remove privileged; add single capabilities if it must.")


@rule("non-root-as-root", "error", "A container that must not be root is not given user 0", RUNS_PODS)
def non_root_as_root(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    whole = as_map(subject.pod.spec.get("securityContext"))
    for container in containers(subject):
        own = as_map(container.data.get("securityContext"))
        user = as_int(own.get("runAsUser", whole.get("runAsUser")))
        if user == 0 and own.get("runAsNonRoot", whole.get("runAsNonRoot")) is True:
            path = f"{container.path if 'runAsUser' in own else subject.pod.path}.securityContext.runAsUser"
            message = f"Container {show(container.name)} has runAsNonRoot but also user 0, so it never starts."
            yield Violation(path, message, "Use another user, such as 10001.")


@rule("escalation-contradiction", "error", "A privileged container does not forbid gaining rights", RUNS_PODS)
def escalation_contradiction(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        settings = as_map(container.data.get("securityContext"))
        added = as_list(as_map(settings.get("capabilities")).get("add"))
        if settings.get("allowPrivilegeEscalation") is not False:
            continue
        who = f"Container {show(container.name)} forbids privilege escalation"
        path = f"{container.path}.securityContext.allowPrivilegeEscalation"
        if settings.get("privileged") is True:
            yield Violation(path, f"{who}, but it is privileged; the server refuses that.", "Remove one of the two.")
        elif "CAP_SYS_ADMIN" in added:
            hint = "Remove one of the two. Capabilities are written without CAP_."
            yield Violation(path, f"{who}, but it adds CAP_SYS_ADMIN; the server refuses that.", hint)
        elif "SYS_ADMIN" in added:  # the server is meant to refuse this as well: kubernetes/kubernetes#119568
            message = f"{who}, but it adds SYS_ADMIN, with which it can gain every other right."
            yield Violation(path, message, "Remove one of the two.", "warning")


RULES = rules_in(globals())

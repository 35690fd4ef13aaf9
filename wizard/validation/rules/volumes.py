"""A pod's volumes, and their mounts in containers."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import Items, as_text, dig, items, listed, show
from wizard.kube.names import is_label
from wizard.validation.frame import (
    RUNS_PODS,
    Container,
    Context,
    Pod,
    Subject,
    Violation,
    container_rule,
    pod_rule,
    rule,
)

_SYSTEM = frozenset({"", "/etc", "/usr", "/bin", "/lib", "/sbin"})


def mounts(container: Container) -> Items:
    """Yield (path, mapping) for each mount of a volume, as files or as a device."""
    yield from container.items("volumeMounts")
    yield from container.items("volumeDevices")


def claimed(subject: Subject) -> list[str]:
    """Return the names of the volumes that a StatefulSet creates for each pod."""
    templates = items(subject.spec.get("volumeClaimTemplates"), "") if subject.kind == "StatefulSet" else ()
    return [as_text(dig(template, "metadata", "name")) for _path, template in templates]


@pod_rule("volume-name", "error", "A volume's name is a DNS label")
def volume_name(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, volume in pod.items("volumes"):
        name = as_text(volume.get("name"))
        if name and not is_label(name):
            hint = "Use at most 63 lower-case letters, digits and dashes."
            yield Violation(f"{path}.name", f"{show(name)} is not a valid volume name.", hint)


@pod_rule("volume-source", "error", "A volume has exactly one source")
def volume_source(pod: Pod, context: Context) -> Iterator[Violation]:
    known = context.schema.types.get("core.v1.Volume", {}).get("fields", {})
    for path, volume in pod.items("volumes"):
        sources = [key for key, value in volume.items() if key != "name" and value is not None and key in known]
        others = [key for key, value in volume.items() if key != "name" and key not in known]
        if len(sources) > 1:
            message = f"Volume {show(volume.get('name'))} has {listed(sources, 'and')}; it can have only one source."
            yield Violation(path, message, "Split it into two volumes.")
        elif not sources and not others:
            message = f"Volume {show(volume.get('name'))} names no source, so it is an emptyDir."
            yield Violation(path, message, "Write `emptyDir: {}` if that is meant.", "warning")


@rule("mount-without-volume", "error", "A mount names a volume the pod has", RUNS_PODS)
def mount_without_volume(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    volumes = [as_text(volume.get("name")) for _path, volume in subject.pod.items("volumes")]
    known = sorted(filter(None, [*volumes, *claimed(subject)]))
    has = f"its volumes are {listed(known, 'and')}" if known else "it has none"
    for container in subject.pod.containers:
        for path, mount in mounts(container):
            name = as_text(mount.get("name"))
            if name and name not in known:
                whose = show(container.name)
                message = f"Container {whose} mounts volume {show(name)}, which the pod does not have; {has}."
                yield Violation(f"{path}.name", message, "Add the volume, or fix the name.")


@pod_rule("volume-unused", "warning", "Some container mounts each volume")
def volume_unused(pod: Pod, _context: Context) -> Iterator[Violation]:
    used = {as_text(mount.get("name")) for container in pod.containers for _path, mount in mounts(container)}
    for path, volume in pod.items("volumes"):
        name = as_text(volume.get("name"))
        if name and name not in used:
            yield Violation(path, f"No container mounts volume {show(name)}.", "Mount it, or remove it.")


@container_rule("mount-path", "error", "A mount path is valid")
def mount_path(container: Container, _context: Context) -> Iterator[Violation]:
    seen: dict[str, str] = {}
    for path, mount in container.items("volumeMounts"):
        where = as_text(mount.get("mountPath"))
        if ":" in where:
            message = f"The mount path {show(where)} has a colon in it."
            yield Violation(f"{path}.mountPath", message, "Choose a path without one.", "warning")
        elif where and not where.startswith("/") and "\\" not in where:
            message = f"The mount path {show(where)} is not absolute."
            yield Violation(f"{path}.mountPath", message, f"Write {show('/' + where)}.", "warning")
        plain = where.rstrip("/") or where
        if plain in seen and plain and seen[plain] != where:
            message = f"{show(where)} is the same place as {show(seen[plain])}: one mount hides the other."
            yield Violation(f"{path}.mountPath", message, "Give each its own path.", "warning")
        seen.setdefault(plain, where)


@container_rule("mount-hides", "warning", "A mount does not hide the image's files")
def mount_hides(container: Container, _context: Context) -> Iterator[Violation]:
    for path, mount in container.items("volumeMounts"):
        where = as_text(mount.get("mountPath")).rstrip("/")
        if where in _SYSTEM and mount.get("mountPath") and not mount.get("subPath"):
            message = f"A volume at {show(mount.get('mountPath'))} hides the image's files there."
            yield Violation(f"{path}.mountPath", message, "Mount it in a separate folder.")


@container_rule("sub-path", "error", "A mount's subPath stays inside its volume")
def sub_path(container: Container, _context: Context) -> Iterator[Violation]:
    for path, mount in container.items("volumeMounts"):
        if mount.get("subPath") and mount.get("subPathExpr"):
            message = "A mount cannot have both subPath and subPathExpr."
            yield Violation(f"{path}.subPathExpr", message, "Remove one of them.")
        for field in ("subPath", "subPathExpr"):
            inner = as_text(mount.get(field))
            if inner.startswith("/") or ".." in inner.split("/"):
                message = f"{field} {show(inner)} leaves the volume."
                yield Violation(f"{path}.{field}", message, "Write a path without a leading slash and without `..`.")

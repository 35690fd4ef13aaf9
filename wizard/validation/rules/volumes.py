"""A pod's volumes, and their mounts in containers."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.names import is_label
from wizard.validation.data import as_map, as_text, items, listed, show
from wizard.validation.frame import RUNS_PODS, Context, Subject, Violation, containers, rule, rules_in

_SYSTEM = frozenset({"", "/etc", "/usr", "/bin", "/lib", "/sbin"})


def _claims(subject: Subject) -> list[str]:
    """Return the names of the volumes that a StatefulSet creates for each pod."""
    if subject.kind != "StatefulSet":
        return []
    templates = items(subject.spec.get("volumeClaimTemplates"), "")
    return [as_text(as_map(template.get("metadata")).get("name")) for _path, template in templates]


@rule("volume-name", "error", "A volume's name is a DNS label", RUNS_PODS)
def volume_name(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    for path, volume in items(subject.pod.spec.get("volumes"), f"{subject.pod.path}.volumes"):
        name = as_text(volume.get("name"))
        if name and not is_label(name):
            hint = "Use at most 63 lower-case letters, digits and dashes."
            yield Violation(f"{path}.name", f"{show(name)} is not a valid volume name.", hint)


@rule("volume-source", "error", "A volume has exactly one source", RUNS_PODS)
def volume_source(subject: Subject, context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    known = context.schema.types.get("core.v1.Volume", {}).get("fields", {})
    for path, volume in items(subject.pod.spec.get("volumes"), f"{subject.pod.path}.volumes"):
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
    volumes = [as_text(v.get("name")) for _path, v in items(subject.pod.spec.get("volumes"), "")]
    known = [*volumes, *_claims(subject)]
    for container in containers(subject):
        for field in ("volumeMounts", "volumeDevices"):
            for path, mount in container.items(field):
                name = as_text(mount.get("name"))
                if name and name not in known:
                    has = (
                        f"its volumes are {listed(sorted(filter(None, known)), 'and')}" if any(known) else "it has none"
                    )
                    whose = show(container.name)
                    message = f"Container {whose} mounts volume {show(name)}, which the pod does not have; {has}."
                    yield Violation(f"{path}.name", message, "Add the volume, or fix the name.")


@rule("volume-unused", "warning", "Some container mounts each volume", RUNS_PODS)
def volume_unused(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    used = {
        as_text(mount.get("name"))
        for container in containers(subject)
        for field in ("volumeMounts", "volumeDevices")
        for _path, mount in container.items(field)
    }
    for path, volume in items(subject.pod.spec.get("volumes"), f"{subject.pod.path}.volumes"):
        name = as_text(volume.get("name"))
        if name and name not in used:
            yield Violation(path, f"No container mounts volume {show(name)}.", "Mount it, or remove it.")


@rule("mount-path", "error", "A mount path is valid", RUNS_PODS)
def mount_path(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        seen: dict[str, str] = {}
        for path, mount in container.items("volumeMounts"):
            where = as_text(mount.get("mountPath"))
            if ":" in where:
                yield Violation(
                    f"{path}.mountPath",
                    f"The mount path {show(where)} has a colon in it.",
                    "Choose a path without one.",
                    "warning",
                )
            elif where and not where.startswith("/") and "\\" not in where:
                message = f"The mount path {show(where)} is not absolute."
                yield Violation(f"{path}.mountPath", message, f"Write {show('/' + where)}.", "warning")
            plain = where.rstrip("/") or where
            if plain in seen and plain and seen[plain] != where:
                message = f"{show(where)} is the same place as {show(seen[plain])}: one mount hides the other."
                yield Violation(f"{path}.mountPath", message, "Give each its own path.", "warning")
            seen.setdefault(plain, where)


@rule("mount-hides", "warning", "A mount does not hide the image's files", RUNS_PODS)
def mount_hides(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for path, mount in container.items("volumeMounts"):
            where = as_text(mount.get("mountPath")).rstrip("/")
            if where in _SYSTEM and mount.get("mountPath") and not mount.get("subPath"):
                message = f"A volume at {show(mount.get('mountPath'))} hides the image's files there."
                yield Violation(f"{path}.mountPath", message, "Mount it in a separate folder.")


@rule("sub-path", "error", "A mount's subPath stays inside its volume", RUNS_PODS)
def sub_path(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for path, mount in container.items("volumeMounts"):
            if mount.get("subPath") and mount.get("subPathExpr"):
                yield Violation(
                    f"{path}.subPathExpr", "A mount cannot have both subPath and subPathExpr.", "Remove one of them."
                )
            for field in ("subPath", "subPathExpr"):
                inner = as_text(mount.get(field))
                if inner.startswith("/") or ".." in inner.split("/"):
                    message = f"{field} {show(inner)} leaves the volume."
                    yield Violation(
                        f"{path}.{field}", message, "Write a path without a leading slash and without `..`."
                    )


RULES = rules_in(globals())

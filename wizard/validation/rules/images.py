"""Images of containers."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.images import parse_image
from wizard.kube.reason import Reason
from wizard.validation.data import as_text, show
from wizard.validation.frame import RUNS_PODS, Context, Subject, Violation, containers, rule, rules_in

_MOVING = frozenset({"latest", "main", "master", "stable", "edge", "nightly", "dev", "develop", "snapshot"})


@rule("image-missing", "error", "A container names its image", RUNS_PODS)
def image_missing(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        image = container.data.get("image")
        if image is None or image == "":
            yield Violation(f"{container.path}.image", f"Container {show(container.name)} has no image.", "Add image.")


@rule("image-invalid", "error", "An image reference is one that nodes can pull", RUNS_PODS)
def image_invalid(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        image = as_text(container.data.get("image"))
        found = parse_image(image) if image else None
        if not isinstance(found, Reason):
            continue
        if any(mark.isspace() for mark in image):
            hint = "Remove the space."
        elif image != image.lower() and not isinstance(parse_image(image.lower()), Reason):
            hint = "Repository names are lower-case."
        else:
            hint = "Write registry/name:tag."
        message = f"No node can pull {show(image)}: {found.message}."
        yield Violation(f"{container.path}.image", message, hint)


@rule("image-unpinned", "warning", "An image names a version that stays the same", RUNS_PODS)
def image_unpinned(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        image = as_text(container.data.get("image"))
        parts = parse_image(image)
        if isinstance(parts, Reason) or parts.digest:
            continue
        if not parts.tag or parts.tag.lower() in _MOVING:
            why = f"tag {show(parts.tag)} moves" if parts.tag else "has no tag, which means latest"
            message = (
                f"The image {show(image)} {why}, so nobody knows which version runs."
                if not parts.tag
                else (f"The {why} in image {show(image)}, so nobody knows which version runs.")
            )
            yield Violation(
                f"{container.path}.image", message, "Set a version, preferably with its digest (name:tag@sha256:…)."
            )


@rule("image-pull-never", "warning", "Nodes may pull the image", RUNS_PODS)
def image_pull_never(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        if container.data.get("imagePullPolicy") == "Never":
            message = f"Container {show(container.name)} starts only on nodes that already have its image."
            yield Violation(f"{container.path}.imagePullPolicy", message, "Write IfNotPresent.")


RULES = rules_in(globals())

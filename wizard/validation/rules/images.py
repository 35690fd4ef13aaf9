"""Images of containers."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import as_text, show
from wizard.kube.images import parse_image
from wizard.kube.reason import Reason
from wizard.validation.frame import Container, Context, Violation, container_rule

_MOVING = frozenset({"latest", "main", "master", "stable", "edge", "nightly", "dev", "develop", "snapshot"})


@container_rule("image-missing", "error", "A container names its image")
def image_missing(container: Container, _context: Context) -> Iterator[Violation]:
    if container.data.get("image") in (None, ""):
        yield Violation(f"{container.path}.image", f"Container {show(container.name)} has no image.", "Add image.")


@container_rule("image-invalid", "error", "An image reference is one that nodes can pull")
def image_invalid(container: Container, _context: Context) -> Iterator[Violation]:
    image = as_text(container.data.get("image"))
    found = parse_image(image) if image else None
    if not isinstance(found, Reason):
        return
    if any(mark.isspace() for mark in image):
        hint = "Remove the space."
    elif image != image.lower() and not isinstance(parse_image(image.lower()), Reason):
        hint = "Repository names are lower-case."
    else:
        hint = "Write registry/name:tag."
    message = f"No node can pull {show(image)}: {found.message}."
    yield Violation(f"{container.path}.image", message, hint)


@container_rule("image-unpinned", "warning", "An image names a version that stays the same")
def image_unpinned(container: Container, _context: Context) -> Iterator[Violation]:
    image = as_text(container.data.get("image"))
    parts = parse_image(image)
    if isinstance(parts, Reason) or parts.digest or (parts.tag and parts.tag.lower() not in _MOVING):
        return
    what = f"tag {show(parts.tag)} moves in image {show(image)}"
    if not parts.tag:
        what = f"image {show(image)} has no tag, which means latest"
    hint = "Set a version, preferably with its digest (name:tag@sha256:…)."
    yield Violation(f"{container.path}.image", f"The {what}, so nobody knows which version runs.", hint)


@container_rule("image-pull-never", "warning", "Nodes may pull the image")
def image_pull_never(container: Container, _context: Context) -> Iterator[Violation]:
    if container.data.get("imagePullPolicy") == "Never":
        message = f"Container {show(container.name)} starts only on nodes that already have its image."
        yield Violation(f"{container.path}.imagePullPolicy", message, "Write IfNotPresent.")

"""Sentences about the images that a verdict's components use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.catalog.model import Advisory, Image
    from wizard.session.session import Session


def weak_images(session: Session) -> Iterator[tuple[Image, Advisory]]:
    """Yield the images with a known vulnerability that the components in play may use, each once."""
    names = dict.fromkeys(name for component in session.components for name in component.images)
    for name in names:
        image = session.catalog.images[name]
        if image.advisory is not None:
            yield image, image.advisory


def weaknesses(session: Session) -> tuple[str, ...]:
    """Return one line per known vulnerability: the image, the vulnerability, and the version that fixes it."""
    return tuple(advisory_text(image) for image, _ in weak_images(session))


def advisory_text(image: Image, registry: str = "") -> str:
    """Return the known vulnerability of an image in one line; empty if it has none."""
    if (found := image.advisory) is None:
        return ""
    gone = f" Fixed in {found.gone_in}." if found.gone_in else ""
    return f"The image {image.reference(registry)} has a known vulnerability: {found.says} See {found.source}.{gone}"

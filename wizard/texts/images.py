"""Sentences about the images that a verdict's components use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.catalog.model import Advisory, Image
    from wizard.session.session import Session


def weak_images(session: Session) -> Iterator[tuple[Image, Advisory]]:
    """Yield the images with a known weakness that the components in play may use, each once."""
    names = dict.fromkeys(name for component in session.components for name in component.images)
    for name in names:
        image = session.catalog.images[name]
        if image.advisory is not None:
            yield image, image.advisory


def weaknesses(session: Session) -> tuple[str, ...]:
    """Tell each known weakness in one line: the image, what it is, and when it is gone."""
    return tuple(_told(image, advisory) for image, advisory in weak_images(session))


def _told(image: Image, advisory: Advisory) -> str:
    gone = f" It is gone in {advisory.gone_in}." if advisory.gone_in else ""
    return f"The image {image.reference()} has a known weakness: {advisory.says} See {advisory.source}.{gone}"

"""``podwizard images``: every image that the catalogue's components may use."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wizard.catalog.model import Catalog, Image
from wizard.cli import exits
from wizard.cli.inputs import catalog_of, registry_of
from wizard.cli.talk import put, put_json
from wizard.texts.images import told

_HEADS = ("IMAGE", "TAG", "DIGEST", "UID", "GID", "CHECKED", "ADVISORY", "SOURCE")


def run(arguments: argparse.Namespace) -> int:
    """Print the images, as a table or as JSON."""
    catalog, registry = catalog_of(arguments), registry_of(arguments)
    if arguments.output == "json":
        put_json(as_data(catalog, registry))
    else:
        put("\n".join(as_table(catalog, registry)))
    return exits.DONE


def as_table(catalog: Catalog, registry: str) -> Iterator[str]:
    """Yield the lines of the table, and below it each known weakness in full."""
    images = _ordered(catalog)
    yield from _columns([_HEADS, *(_row(image, registry) for image in images)])
    weak = [told(image, registry) for image in images if image.advisory]
    yield from ("", *weak) if weak else ()


def _ordered(catalog: Catalog) -> Sequence[Image]:
    return sorted(catalog.images.values(), key=lambda image: image.id)


def _row(image: Image, registry: str) -> tuple[str, ...]:
    advisory = "-"
    if image.advisory:
        advisory = f"before {image.advisory.gone_in}" if image.advisory.gone_in else "yes"
    place = image.place(registry)
    user, group = str(image.uid), str(image.group)
    return (place, image.tag, image.digest or "-", user, group, image.checked, advisory, image.source)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def as_data(catalog: Catalog, registry: str) -> dict[str, Any]:
    """The images as plain data. The form is documented in docs/formats.md."""
    users = {image.id: _users(catalog, image.id) for image in catalog.images.values()}
    return {
        "format": 1,
        "registry": registry,
        "images": [_data(image, registry, users[image.id]) for image in _ordered(catalog)],
    }


def _users(catalog: Catalog, image_id: str) -> list[str]:
    return [component.folder for component in catalog.components.values() if image_id in component.images]


def _data(image: Image, registry: str, users: Iterable[str]) -> dict[str, Any]:
    found = image.advisory
    return {
        "id": image.id,
        "image": image.place(registry),
        "tag": image.tag,
        "digest": image.digest,
        "reference": image.reference(registry),
        "from": image.reference(),
        "uid": image.uid,
        "gid": image.group,
        "uid_fixed": image.uid_fixed,
        "advisory": found and {"says": found.says, "source": found.source, "gone_in": found.gone_in},
        "checked": image.checked,
        "source": image.source,
        "used_by": list(dict.fromkeys(users)),
    }

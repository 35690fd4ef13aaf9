"""``podwizard images``: every image that the catalogue's components may use."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from wizard.catalog.model import Catalog, Component, Image
from wizard.cli import exits
from wizard.cli.inputs import catalog_of, registry_of
from wizard.cli.talk import put, put_json
from wizard.texts.images import advisory_text

_NO_DIGEST = (
    "DIGEST is - if none is known. Tags can move: get the digest from your registry, and pin it with "
    "`images` in a Kustomize overlay, or with `digest` in the images.yaml of a catalogue of your own."
)
_CHOSEN = ("NOT NAMED HERE", "IMAGE", "CHOSEN BY", "SOURCE")
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
    """Yield the lines of the table, followed by each known vulnerability in full."""
    images = _ordered(catalog)
    yield from _columns([_HEADS, *(_row(image, registry) for image in images)])
    if not all(image.digest for image in images):
        yield from ("", _NO_DIGEST)
    weak = [advisory_text(image, registry) for image in images if image.advisory]
    yield from ("", *weak) if weak else ()
    yield ""
    rows = ((one["say"], one["image"] or "-", one["by"], one["source"] or "-") for one in _chosen(catalog))
    yield from _columns([_CHOSEN, *rows])


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
    """Return the images as plain data. The format is documented in docs/formats.md."""
    return {
        "format": 1,
        "registry": registry,
        "chosen": list(_chosen(catalog)),
        "images": [_data(image, registry, catalog) for image in _ordered(catalog)],
    }


def _chosen(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Yield containers whose image is chosen elsewhere: by an operator, a mesh, or the user."""
    components = tuple(dict.fromkeys(catalog.components.values()))
    for component in components:
        for pull in component.declares.pulls:
            known = {"say": pull.say, "image": pull.image, "by": pull.by, "source": pull.source}
            yield {**known, "used_by": [component.folder]}
    asked: dict[str, list[Component]] = {}
    for component in components:
        for parameter in component.parameters:
            if parameter.type.names_image:
                asked.setdefault(parameter.key, []).append(component)
    for key, users in asked.items():
        parameter = next(one for one in users[0].parameters if one.key == key)
        known = {"say": parameter.ask, "image": "", "by": f"you, with {key}", "source": ""}
        yield {**known, "used_by": [one.folder for one in users]}


def _data(image: Image, registry: str, catalog: Catalog) -> dict[str, Any]:
    found = image.advisory
    users = (component.folder for component in catalog.components.values() if image.id in component.images)
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

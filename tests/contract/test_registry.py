"""A private registry: no object and no command of a bundle uses an image from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract.bundles import Rendered, bundles, for_each, rendered
from tests.shipped import CATALOG, covered

MIRROR = "registry.acme.io/mirror"
FIELDS = ("image", "imageName")
"""Fields with an image in pods and in operators' custom resources; an image volume has it in ``image.reference``."""


def named(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (field, image) for every image in a document."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str) and (key in FIELDS or f"{path}.{key}".endswith(".image.reference")):
                yield f"{path}.{key}", value
            yield from named(value, f"{path}.{key}")
    elif isinstance(data, list):
        for one in data:
            yield from named(one, path)


def from_elsewhere(made: Rendered) -> Iterator[str]:
    """Yield every place with an image of another registry, except the images that the user chose."""
    resolved = made.session.resolved.values()
    yours = {one.text for one in resolved if one.parameter.type.names_image}
    for document in made.objects:
        for path, image in named(document):
            if not image.startswith(f"{MIRROR}/") and image not in yours:
                yield f"{document['kind']}{path}: {image}"
    for file in made.session.bundle.files:
        for reference in (one.reference() for one in CATALOG.images.values()):
            if reference in file.text and file.kind != "answers":
                yield f"{file.path}: {reference}"


def mirrored() -> Iterator[Rendered]:
    """Yield the covering bundles, without variants, with the private registry; they contain every component."""
    for name, session in covered():
        if not session.blocked:
            yield rendered(name, session._replace(options=session.options._replace(registry=MIRROR)))


@for_each(mirrored)
def test_every_image_comes_from_the_given_registry(made: Rendered) -> None:
    assert not list(from_elsewhere(made))


def test_an_image_of_a_custom_resource_from_elsewhere_is_found() -> None:
    found = {line.partition(":")[0] for one in bundles() for line in from_elsewhere(one)}
    assert {"Cluster.spec.imageName", "PerconaServerMongoDB.spec.backup.image", "README.md"} <= found
    assert any(line.startswith("Deployment.spec.template.spec.initContainers") for line in found)


def test_the_readme_lists_every_image_that_is_chosen_elsewhere() -> None:
    pulls = 0
    for one in bundles():
        for pull in one.declared.pulls():
            pulls += 1
            readme = next(file.text for file in one.session.bundle.files if file.path == "README.md")
            assert pull.by in readme.replace("\\", "") and pull.image in readme, one.name
    assert pulls

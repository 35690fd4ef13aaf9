"""The disks that are deleted together with a bundle, and the files to delete in order to keep them."""

from typing import Any, NamedTuple

from wizard.kube.data import mapping, mappings
from wizard.kube.kinds import pod_spec
from wizard.render.compose.workshop import Workshop
from wizard.render.model import BundleFile

_KEPT = ("Namespace", "PersistentVolumeClaim")


class Disks(NamedTuple):
    """The effect of deleting the bundle on its data."""

    lost: bool
    """Deleting all objects deletes disks with data."""
    kept: tuple[str, ...] = ()
    """The files whose objects hold the disks; deleting all other objects keeps the data."""
    rest: tuple[str, ...] = ()
    """All other files; empty for an operator's database, since the operator may delete the disks with the object."""


def disks(shop: Workshop, manifests: tuple[BundleFile, ...]) -> Disks:
    """Determine whether deleting the objects deletes data, and how to delete the rest without it."""
    kinds = {file.ref.kind for file in manifests if file.ref}
    operated = shop.base.role == "operator"
    held = operated or any(_holds(file.document) for file in manifests)
    if not ("PersistentVolumeClaim" in kinds or ("Namespace" in kinds and held)):
        return Disks(lost=False)
    if operated:
        return Disks(lost=True)
    kept = tuple(file.path for file in manifests if file.ref and file.ref.kind in _KEPT)
    return Disks(True, kept, tuple(file.path for file in manifests if file.ref and file.path not in kept))


def _holds(document: Any) -> bool:
    """Return whether the pods of an object keep data in claims of the namespace."""
    if document.get("kind") == "StatefulSet" and mapping(document, "spec").get("volumeClaimTemplates"):
        return True
    return any("persistentVolumeClaim" in volume for volume in mappings(pod_spec(document), "volumes"))

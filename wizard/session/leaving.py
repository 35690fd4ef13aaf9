"""Objects of an earlier version of a bundle that this version no longer has: they stay until they are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import TYPE_CHECKING

from wizard.kube.kinds import group_of
from wizard.kube.objects import ObjectRef
from wizard.render.model import Step

if TYPE_CHECKING:
    from wizard.store.plan import WritePlan

_DATA = ("Namespace", "PersistentVolumeClaim")
"""Kinds whose deletion also deletes data or other programs; podwizard never suggests deleting them."""


def leaving(plan: WritePlan) -> tuple[Step, ...]:
    """Return the commands that delete the objects which leave the bundle when this plan is written.

    An object leaves when its file is removed, or when its file describes another object from now on, such as a Job with
    a new name or a StatefulSet in place of a Deployment. A file that the user edited is kept, but its objects leave
    when the kustomization no longer lists it: nothing applies them from then on.
    """
    before = dict.fromkeys(ref for item in plan.items for ref in _refs(item.present.data, item.path))
    if not before:
        return ()
    after = {
        ref for item in plan.items if item.action != "remove" for ref in _refs((item.text or "").encode(), item.path)
    }
    unlisted = _unlisted(plan)
    stays = [item for item in plan.items if item.action == "keep" and item.path not in unlisted]
    kept = {ref for item in stays for ref in _refs(item.present.data, item.path)}
    gone = [ref for ref in before if ref not in after | kept and ref.kind not in _DATA]
    return tuple(Step(_command(ref), f"{ref} is no longer part of the bundle.") for ref in gone)


def _unlisted(plan: WritePlan) -> frozenset[str]:
    """Return the files that the kustomization lists now and no longer lists after this plan is written."""
    for item in plan.items:
        if item.kind == "kustomization" and item.action == "write":
            now, then = _listed(item.present.data), _listed((item.text or "").encode())
            return (now or frozenset()) - then if then is not None else frozenset()
    return frozenset()


def _listed(data: bytes | None) -> frozenset[str] | None:
    """Return the files that a kustomization lists as resources; ``None`` if it cannot be read."""
    from wizard.kube.data import as_list, as_map, as_text
    from wizard.validation.documents import read_documents

    reading = read_documents(data or b"", "kustomization.yaml")
    if not reading.documents:
        return None
    named = (as_text(each) for one in reading.documents for each in as_list(as_map(one.object).get("resources")))
    return frozenset(name.removeprefix("./") for name in named)


def _refs(data: bytes | None, path: str) -> Iterator[ObjectRef]:
    """Yield the references of the objects in a manifest; none if it cannot be read."""
    if not data or not path.startswith("manifests/"):
        return
    from wizard.validation.documents import read_documents

    for document in read_documents(data, path).documents:
        if document.ref.kind and document.ref.name:
            yield document.ref


def _command(ref: ObjectRef) -> str:
    group = group_of(ref.api_version)
    kind = f"{ref.kind}.{group}".lower() if group else ref.kind.lower()
    where = f"kubectl -n {quote(ref.namespace)}" if ref.namespace else "kubectl"
    return f"{where} delete {quote(kind)} {quote(ref.name)}"

"""Advice for replacing an object with an immutable field, including the effect on its data and pods."""

from __future__ import annotations

from wizard.kube.objects import ObjectRef

_STOPS = "delete it and create it again, which stops its pods until the new ones are ready, or rename it"
_NEW_NAME = "rename it, and use the new name where the old one was used"
_HINTS = {
    "StatefulSet": (
        "run `{delete} --cascade=orphan`, then apply it again: the pods keep running, and the claims keep their data"
        " and their size; enlarge each claim itself (`kubectl edit pvc`) where a storage class allows it"
    ),
    "PersistentVolumeClaim": (
        "do not delete it while you need the data, which its volume may lose with it (`reclaimPolicy: Delete`):"
        " a bound claim can only grow; otherwise make a claim under another name and copy the data"
    ),
    "PersistentVolume": "create a volume under another name; deleting this one does not move its data",
    "Job": "delete it and create it again, which runs it again, or rename it",
    "Deployment": _STOPS,
    "DaemonSet": _STOPS,
    "ReplicaSet": _STOPS,
    "ConfigMap": _NEW_NAME,
    "Secret": _NEW_NAME,
}


_NEW_SELECTOR = (
    "delete it and create it again: pods with the old labels would not be found, so they stop and start again;"
    " the claims keep their data and their size"
)


def replacing(ref: ObjectRef, fields: str) -> str:
    """Return the hint for one object, depending on the fields that cannot change."""
    if ref.kind == "StatefulSet" and "spec.selector" in fields:
        return _NEW_SELECTOR
    where = f" -n {ref.namespace}" if ref.namespace else ""
    delete = f"kubectl delete {ref.kind.lower()} {ref.name}{where}"
    return _HINTS.get(ref.kind, "delete and create it again, or rename it").replace("{delete}", delete)

"""References to objects by kind and name."""

from typing import Any, NamedTuple


class ObjectRef(NamedTuple):
    """The identity of an object; missing parts are empty."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        """``Kind/name``, as kubectl writes it."""
        return f"{self.kind}/{self.name}"


def ref_of(data: Any) -> ObjectRef:
    """Return the identity of an object of any shape; ``generateName`` is used if there is no name."""
    fields = data if isinstance(data, dict) else {}
    found = fields.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    parts = (
        fields.get("apiVersion"),
        fields.get("kind"),
        metadata.get("name") or metadata.get("generateName"),
        metadata.get("namespace"),
    )
    return ObjectRef(*(str(part) if isinstance(part, str | int | float) else "" for part in parts))


def enforces_privileged(data: Any) -> bool:
    """Return whether a Namespace requests the Pod Security level privileged; ``data`` may have any shape."""
    if not isinstance(data, dict) or data.get("kind") != "Namespace":
        return False
    meta = data.get("metadata")
    labels = meta.get("labels") if isinstance(meta, dict) else None
    return isinstance(labels, dict) and labels.get("pod-security.kubernetes.io/enforce") == "privileged"

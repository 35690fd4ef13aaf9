"""References to objects by kind and name."""

from typing import Any, NamedTuple

from wizard.kube.data import as_map, dig


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
    metadata = as_map(dig(data, "metadata"))
    name = metadata.get("name") or metadata.get("generateName")
    parts = dig(data, "apiVersion"), dig(data, "kind"), name, metadata.get("namespace")
    return ObjectRef(*(str(part) if isinstance(part, str | int | float) else "" for part in parts))


def enforces_privileged(data: Any) -> bool:
    """Return whether a Namespace requests the Pod Security level privileged; ``data`` may have any shape."""
    level = dig(data, "metadata", "labels", "pod-security.kubernetes.io/enforce")
    return (dig(data, "kind"), level) == ("Namespace", "privileged")

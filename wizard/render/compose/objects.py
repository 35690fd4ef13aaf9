"""The objects of a bundle: their order, their file names, and the ConfigMaps built from config files."""

import hashlib
from string import ascii_lowercase, digits
from typing import NamedTuple

from wizard.errors import RenderError
from wizard.kube.kinds import apply_rank, group_of
from wizard.kube.objects import ObjectRef
from wizard.render.compose.merge import NameOf, clash
from wizard.render.compose.tree import Map, Node, Scalar, at_path, plain, text_at

_PLAIN = frozenset(ascii_lowercase + digits + ".-")


class Composed(NamedTuple):
    """One object and the component that owns it."""

    owner: str
    node: Map
    source: str
    """The template it came from, for messages."""
    folder: str = ""
    """The folder below ``manifests/`` for its file; empty for ``manifests/`` itself."""

    @property
    def ref(self) -> ObjectRef:
        """The object's identity."""
        return ObjectRef(
            text_at(self.node, "apiVersion"),
            text_at(self.node, "kind"),
            text_at(self.node, "metadata", "name"),
            text_at(self.node, "metadata", "namespace"),
        )


def as_object(owner: str, node: Node, source: str) -> Composed:
    """Return a document as an object.

    Raises:
        RenderError: the document is not a Kubernetes object with a name.
    """
    if not isinstance(node, Map):
        raise RenderError(f"templates/{source}: must be a Kubernetes object")
    found = Composed(owner, node, source)
    for field in ("apiVersion", "kind"):
        if not text_at(node, field):
            raise RenderError(f"templates/{source}: the object has no {field}")
    if not found.ref.name and not text_at(node, "metadata", "generateName"):
        raise RenderError(f"templates/{source}: the object has no metadata.name")
    return found


def in_apply_order(objects: list[Composed], names: NameOf) -> tuple[Composed, ...]:
    """Return the objects in the order of applying; equal objects from two components become one.

    Raises:
        RenderError: two components define one object in different ways.
    """
    seen: dict[tuple[str, str, str, str], Composed] = {}
    for one in objects:
        ref = one.ref
        old = seen.setdefault((group_of(ref.api_version), ref.kind, ref.namespace, ref.name), one)
        if old is not one and plain(old.node) != plain(one.node):
            raise clash(names, ref.kind, ref.name, old.owner, one.owner)
    return tuple(sorted(seen.values(), key=lambda one: apply_rank(one.ref.kind)))


def _plain(name: str) -> str:
    """Replace characters that do not belong in a file name with dashes."""
    if _PLAIN.issuperset(name):
        return name
    return "-".join("".join(char if char in _PLAIN else " " for char in name).split())


def file_names(objects: tuple[Composed, ...], app: str) -> tuple[str, ...]:
    """Return a file name for each object, from its kind and the distinguishing part of its name."""
    taken: set[str] = set()
    found = []
    for one in objects:
        ref = one.ref
        name = "" if ref.name in (app, "") or ref.kind == "Namespace" else ref.name.removeprefix(f"{app}-")
        # `kubectl apply -f DIR` applies files in the order of their names, and a namespace must exist first.
        lead = "00-" if ref.kind == "Namespace" else ""
        stem = lead + _plain(f"{ref.kind}-{name}".lower()).strip("-.")[:100]
        path, number = stem, 2
        while path in taken:
            path, number = f"{stem}-{number}", number + 1
        taken.add(path)
        folder = f"manifests/{one.folder}" if one.folder else "manifests"
        found.append(f"{folder}/{path}.yaml")
    return tuple(found)


class ConfigFile(NamedTuple):
    """A configuration file in the ConfigMap of a component."""

    name: str
    text: Scalar
    data: str
    """The text that counts for the checksum: without comments and empty lines, which no program reads."""


def config_map(owner: str, name: Scalar, files: tuple[ConfigFile, ...], like: Map) -> Map:
    """Return the ConfigMap of a component, with the labels and namespace of the object ``like``."""
    metadata: list[tuple[str, Node]] = [("name", name)]
    for key in ("namespace", "labels"):
        found = at_path(like, ("metadata", key))
        if found is not None:
            metadata.append((key, found._replace(owner=owner, above=(), trailing="")))
    return Map(
        (
            ("apiVersion", Scalar("v1", owner)),
            ("kind", Scalar("ConfigMap", owner)),
            ("metadata", Map(tuple(metadata), owner)),
            ("data", Map(tuple((file.name, file.text) for file in files), owner)),
        ),
        owner,
    )


def without_comments(text: str) -> str:
    """Return the lines of a configuration file that are neither empty nor only a comment (``# ...`` or ``; ...``)."""
    rows = (row for row in text.splitlines() if row.strip())
    return "\n".join(row for row in rows if not row.lstrip().startswith(("#", "; ")))


def checksum(files: tuple[ConfigFile, ...]) -> str:
    """Return a value that changes when the data of a config file does, so that the pods are replaced then."""
    text = "\0".join(f"{file.name}\0{file.data}" for file in files)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

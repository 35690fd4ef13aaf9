"""The pod as a Mermaid drawing: containers in start order, and the volumes they share."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters, digits

from wizard.render.compose.tree import Map, Node, Seq, at_path, text_at
from wizard.render.model import PodNote

_PLAIN = frozenset(ascii_letters + digits + "._/:,+-")


def picture(workload: Map, keys: tuple[str, ...], pod: PodNote) -> tuple[str, ...]:
    """The lines of a flowchart."""
    spec = at_path(workload, (*keys, "spec"))
    ids = {note.name: f"c{number}" for number, note in enumerate(pod.containers, start=1)}
    lines = [
        "flowchart LR",
        f'  subgraph pod["{_label(pod.kind)} {_label(text_at(workload, "metadata", "name"))}: one pod"]',
    ]
    lines += [f'    {ids[note.name]}["{note.role}<br/>{_label(note.name)}"]' for note in pod.containers]
    names = [ids[note.name] for note in pod.containers]
    if len(names) > 1:
        lines.append(f"    {' --> '.join(names)}")
    for number, (volume, users) in enumerate(_shared(spec), start=1):
        lines.append(f'    v{number}[("{_label(volume)}")]')
        lines += [f"    {ids[user]} -.- v{number}" for user in users if user in ids]
    lines.append("  end")
    return tuple(lines)


def _label(text: str) -> str:
    return " ".join("".join(char if char in _PLAIN else " " for char in text).split())


def _shared(spec: Node | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Volumes that more than one container mounts, with their names."""
    users: dict[str, list[str]] = {}
    for key in ("initContainers", "containers"):
        for container in _items(spec, key):
            for mount in _items(container, "volumeMounts"):
                named = users.setdefault(text_at(mount, "name"), [])
                if text_at(container, "name") not in named:
                    named.append(text_at(container, "name"))
    return ((volume, tuple(names)) for volume, names in users.items() if len(names) > 1)


def _items(node: Node | None, key: str) -> tuple[Node, ...]:
    found = node.get(key) if isinstance(node, Map) else None
    return found.items if isinstance(found, Seq) else ()

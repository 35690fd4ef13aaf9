"""The pod as a picture: one box a container, in the order in which they start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len

from wizard.screens.text import BLANK, Line, Span, Style, clip, line, pad, quiet, strong
from wizard.text import cpu_text, memory_text, visible
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.render.model import ContainerNote, PodNote

HEIGHT = 5
_WIDEST_BOX = 26
_MOST_BOXES = 4


def pod_picture(pod: PodNote, width: int, names: Mapping[str, str]) -> tuple[Line, ...]:
    """Boxes side by side, or a list where they do not fit; ``names`` are short names of components."""
    head = line(strong("Pod"), _replicas(pod.replicas))
    drawn = _boxes(pod.containers, width, names) if len(pod.containers) <= _MOST_BOXES else None
    return (head, *(drawn or _listed(pod.containers, width, names)))


def cost_text(pod: PodNote) -> str:
    """What the helpers ask for, a pod and in all; empty when there are none."""
    cpu, memory = pod.helper_cpu_millis, pod.helper_memory_bytes
    if not cpu and not memory:
        return ""
    text = f"+{cpu_text(cpu)} CPU, +{memory_text(memory)} a pod"
    if pod.memory_bytes:
        text += f": {round(100 * memory / pod.memory_bytes)} % of memory"
    if pod.replicas.isdigit() and int(pod.replicas) > 1:
        copies = int(pod.replicas)
        text += f", {cpu_text(cpu * copies)} / {memory_text(memory * copies)} in all"
    return text


def _replicas(replicas: str) -> str:
    return f" ×{replicas}" if replicas[:1].isdigit() else f", {replicas}"


def _boxes(containers: tuple[ContainerNote, ...], width: int, names: Mapping[str, str]) -> tuple[Line, ...] | None:
    rows: list[list[Span]] = [[], [], [], []]
    for at, container in enumerate(containers):
        if at:
            joint = " → " if containers[at - 1].role == "init" else "   "
            for number, row in enumerate(rows):
                row.append(Span(joint if number == 1 else "   "))
        for row, cell in zip(rows, _box(container, names), strict=True):
            row.extend(cell)
    lines = tuple(tuple(row) for row in rows)
    return lines if sum(len(span.text) for span in lines[0]) <= width else None


def _box(container: ContainerNote, names: Mapping[str, str]) -> tuple[Line, ...]:
    name, title = _called(container), visible(names.get(container.component, container.title))
    same = title.lower() == name.lower()
    inner = min(_WIDEST_BOX, max(cell_len(name), cell_len(title), len(container.role) + 2))
    role = f" {container.role} "
    return (
        line(f"┌{role}{'─' * (inner + 2 - len(role))}┐"),
        (Span("│ "), *pad(clip(line(strong(name)), inner), inner), Span(" │")),
        (Span("│ "), *pad(BLANK if same else clip(line(title), inner), inner), Span(" │")),
        line(f"└{'─' * (inner + 2)}┘"),
    )


def _called(container: ContainerNote) -> str:
    return visible(container.name) or wording.UNNAMED


def _listed(containers: tuple[ContainerNote, ...], width: int, names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(
        clip(
            line(
                f"  {number}  {container.role.ljust(10)} ",
                Span(_called(container).ljust(22), Style.STRONG),
                quiet(f" {names.get(container.component, container.title)}"),
            ),
            width,
        )
        for number, container in enumerate(containers, 1)
    )

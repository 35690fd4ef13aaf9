"""The pod as a picture: one box a container, in the order in which they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from wizard.faces.verdict import container_name, container_title, pod_cost
from wizard.screens.text import Line, Span, Style, clip, line, pad, quiet, strong
from wizard.text import visible

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.render.model import ContainerNote, PodNote

HEIGHT = 5
_WIDEST_BOX = 26
_MOST_BOXES = 4


def pod_picture(pod: PodNote, width: int, catalog: Catalog) -> tuple[Line, ...]:
    """Boxes side by side, or a list where they do not fit."""
    head = line(strong("Pod"), _replicas(pod.replicas))
    drawn = _boxes(pod.containers, width, catalog) if len(pod.containers) <= _MOST_BOXES else None
    return (head, *(drawn or _listed(pod.containers, width, catalog)))


def cost_text(pod: PodNote) -> str:
    """Give the cost of the helpers, per pod and in all; empty when there are none."""
    cost = pod_cost(pod)
    if cost is None:
        return ""
    share = f": {cost.share} of memory" if cost.share else ""
    in_all = f", {cost.all_cpu} / {cost.all_memory} in all" if cost.all_cpu else ""
    return f"+{cost.cpu} CPU, +{cost.memory} a pod{share}{in_all}"


def _replicas(replicas: str) -> str:
    return f" ×{replicas}" if replicas[:1].isdigit() else f", {replicas}"


def _boxes(containers: tuple[ContainerNote, ...], width: int, catalog: Catalog) -> tuple[Line, ...] | None:
    rows: list[list[Span]] = [[], [], [], []]
    for at, container in enumerate(containers):
        if at:
            joint = " → " if containers[at - 1].role == "init" else "   "
            for number, row in enumerate(rows):
                row.append(Span(joint if number == 1 else "   "))
        for row, cell in zip(rows, _box(container, catalog), strict=True):
            row.extend(cell)
    lines = tuple(tuple(row) for row in rows)
    return lines if sum(len(span.text) for span in lines[0]) <= width else None


def _box(container: ContainerNote, catalog: Catalog) -> tuple[Line, ...]:
    name, title = visible(container_name(container)), visible(container_title(catalog, container))
    inner = min(_WIDEST_BOX, max(cell_len(name), cell_len(title), len(container.role) + 2))
    role = f" {container.role} "
    return (
        line(f"┌{role}{'─' * (inner + 2 - len(role))}┐"),
        (Span("│ "), *pad(clip(line(strong(name)), inner), inner), Span(" │")),
        (Span("│ "), *pad(clip(line(title), inner), inner), Span(" │")),
        line(f"└{'─' * (inner + 2)}┘"),
    )


def _listed(containers: tuple[ContainerNote, ...], width: int, catalog: Catalog) -> tuple[Line, ...]:
    return tuple(
        clip(
            line(
                f"  {number}  {container.role.ljust(10)} ",
                Span(visible(container_name(container)).ljust(22), Style.STRONG),
                quiet(f" {container_title(catalog, container)}"),
            ),
            width,
        )
        for number, container in enumerate(containers, 1)
    )

"""The drawing as a strip of a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.screens.page import first_lines
from wizard.screens.pages.drawing_parts import (
    DOT,
    flowed,
    head_line,
    in_order,
    monitored_text,
    name_line,
    object_words,
    plus,
    style_of,
    towards,
)
from wizard.screens.text import Line, Span, Style, line, plain_text, quiet, width_of, wrap

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing

SO_FAR = "So far   "
ALL = 99


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip, with the drawing behind it for a shorter form."""

    drawn: Drawing
    catalog: Catalog
    width: int
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, drawn: Drawing, catalog: Catalog, width: int) -> Strip:
        """Return the strip of a drawing, without blank lines at its end."""
        lines = strip_lines(drawn, catalog, width)
        while lines and not plain_text(lines[-1]).strip():
            lines = lines[:-1]
        return cls(drawn, catalog, width, lines)

    def within(self, height: int) -> tuple[Line, ...]:
        """Return at most ``height`` lines: new containers and objects first, then how many parts are left out."""
        if len(self.lines) <= height or not self.drawn.workload:
            return first_lines(self.lines, height, self.width)
        containers = [
            (one.new, line(Span(f"{plus(one.new)}{one.role} ", style_of(one)), *name_line(one)))
            for one in in_order(self.drawn)
        ]
        objects = [(word.text.startswith("+"), line(word)) for word in object_words(self.drawn)]
        found = sorted((*containers, *objects), key=lambda each: not each[0])
        head = head_line(self.drawn, self.catalog)
        for kept in range(len(found) - 1, -1, -1):
            for counts in _left_out([new for new, _ in found[kept:]]):
                shown = [head, *(part for _, part in found[:kept]), *counts]
                lines = flowed(SO_FAR, shown, [DOT] * (len(shown) - 1), self.width)
                if len(lines) <= height:
                    return lines
        return first_lines(self.lines, height, self.width)


def _left_out(new: list[bool]) -> tuple[list[Line], list[Line]]:
    """Count the parts that are left out, the new ones apart, or all of them if that takes too much room."""
    added, others = sum(new), len(new) - sum(new)
    signs = ((added, Span(f"+{added} more", Style.ADDED)), (others, quiet(f"{others} more")))
    return [line(sign) for number, sign in signs if number], [line(quiet(f"{len(new)} more"))]


def strip_lines(
    drawn: Drawing, catalog: Catalog, width: int, *, label: str = SO_FAR, most: int = 2
) -> tuple[Line, ...]:
    """Return the drawing in a few lines, for a narrow terminal; empty while nothing is certain.

    At most ``most`` lines show the containers, and at most ``most`` more the objects around the pod. A line ends
    between two containers or two objects, never inside one.
    """
    if not drawn.workload and not drawn.possible:
        return ()
    indent = len(label)
    head = line(quiet(label), *head_line(drawn, catalog))
    lines = wrap(head, width, hang=indent)
    containers = in_order(drawn) if drawn.workload else ()
    joints = [" › " if one.role == "init" else " ‖ " for one in containers[:-1]]
    names = [line(Span(f"{plus(one.new)}{one.role} ", style_of(one)), *name_line(one)) for one in containers]
    sends = [(*name, quiet(towards(one))) for name, one in zip(names, containers, strict=True)]
    whole = [(*each, quiet(monitored_text(one))) for each, one in zip(sends, containers, strict=True)]
    if len(flowed(" " * indent, whole, joints, width)) > len(flowed(" " * indent, sends, joints, width)):
        whole = sends  # the monitoring takes no line of its own
    if len(containers) == 1 and width_of(joined := (*head, quiet("   "), *whole[0])) <= width:
        lines = (joined,)
    elif containers:
        lines += _at_most(most, (whole, names), joints, indent, width)
    objects: list[Line] = [(word,) for word in object_words(drawn)]
    return (*lines, *_at_most(most, (objects,), [DOT] * (len(objects) - 1), indent, width))


def _at_most(most: int, forms: tuple[list[Line], ...], joints: list[str], indent: int, width: int) -> tuple[Line, ...]:
    """Return the first form that fits ``most`` lines; else the first parts of the last one, and how many more exist."""
    label = " " * indent
    for parts in forms:
        if len(lines := flowed(label, parts, joints, width)) <= most:
            return lines
    for kept in range(len(parts) - 1, 0, -1):
        rest = line(quiet(f"{len(parts) - kept} more"))
        if len(lines := flowed(label, [*parts[:kept], rest], joints, width)) <= most:
            return lines
    return lines[:most]

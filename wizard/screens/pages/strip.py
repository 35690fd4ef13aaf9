"""The drawing as a strip of a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from wizard.faces.drawing import APP
from wizard.screens.page import first_lines
from wizard.screens.pages.drawing_parts import (
    DOT,
    flowed,
    head_line,
    head_lines,
    in_order,
    job_line,
    monitored_text,
    name_line,
    object_words,
    plus,
    setting_words,
    starts_before,
    style_of,
    towards,
)
from wizard.screens.text import Line, Span, Style, line, plain_text, quiet, strong, width_of

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
        """Return at most ``height`` lines: the program, then new parts before others, and how many are left out."""
        if len(self.lines) <= height or not self.drawn.workload:
            return first_lines(self.lines, height, self.width)
        objects = (_Part(line(word), new=word.text.startswith("+")) for word in object_words(self.drawn))
        parts = [*_parts(self.drawn), *objects]
        order = sorted(range(len(parts)), key=lambda at: (not parts[at].stays, not parts[at].new, at))
        head = head_line(self.drawn, self.catalog)
        # The program is shown even if that takes the place of the workload.
        starts: tuple[list[Line], ...] = ([head, *setting_words(self.drawn)], [head], [head[:1]], [])
        least = 1 if any(one.stays for one in parts) else 0
        for start in starts:
            for kept in range(len(parts) - 1, least - 1, -1):
                shown = [*start, *(parts[at].name for at in sorted(order[:kept]))]
                for count in _left_out([parts[at].new for at in order[kept:]]):
                    lines = flowed(SO_FAR, [*shown, count], [DOT] * len(shown), self.width)
                    if len(lines) <= height:
                        return lines
        return first_lines(self.lines, height, self.width)


class _Part(NamedTuple):
    """A part of a strip, with the longer form that shows where it sends to or who reads it."""

    name: Line
    sends: Line = ()
    monitored: Line = ()
    joint: str = DOT
    """The sign before the next part."""
    new: bool = False
    stays: bool = False
    """True for the program, which is never left out."""


def _left_out(new: list[bool]) -> tuple[Line, ...]:
    """Count the parts that are left out and, if there is room, the new ones among them."""
    whole, added = line(quiet(f"{len(new)} more")), sum(new)
    return ((*whole, quiet(", "), Span(f"+{added} new", Style.ADDED)), whole) if added else (whole,)


def _parts(drawn: Drawing) -> list[_Part]:
    """Return the pods in the order in which they start: Jobs before them, their containers, and a mesh's proxy."""
    if drawn.product is not None:
        count = f" ×{drawn.product.instances}" if drawn.product.instances else ""
        name = line(strong(drawn.product.title), quiet(count))
        return [_Part(name, name, name, stays=True)] if drawn.product.title else []
    found = []
    for job in (one for one in drawn.objects if one.containers):
        style = Style.ADDED if job.new else Style.INIT
        name = line(Span(f"{plus(job.new)}{job.title}", style))
        if len(job.containers) > 1:
            name = (*name, quiet(" ["), *job_line(job), quiet("]"))
        found.append(_Part(name, name, name, " › ", new=job.new))
    for one in in_order(drawn):
        name = line(Span(f"{plus(one.new)}{one.role} ", style_of(one)), *name_line(one))
        sends = (*name, quiet(towards(one)))
        joint = " › " if starts_before(one) else " ‖ "
        monitored = (*sends, quiet(monitored_text(one)))
        found.append(_Part(name, sends, monitored, joint, new=one.new, stays=one.role == APP))
    for other in drawn.injected:
        style = Style.ADDED if other.new else Style.QUIET
        name = line(Span(f"{plus(other.new)}sidecar {other.name}", style))
        whole = (*name, quiet(f" by {other.by}"))
        found.append(_Part(name, whole, whole, new=other.new))
    return found


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
    lines = head_lines(drawn, catalog, width, label=label)
    parts = _parts(drawn) if drawn.workload else []
    if len(parts) == 1 and width_of(joined := (*lines[-1], quiet("   "), *parts[0].monitored)) <= width:
        lines = (*lines[:-1], joined)
    elif parts:
        lines += _pods(parts, most, indent, width)
    words = [_Part(line(word)) for word in object_words(drawn)]
    return (*lines, *_at_most(most, words, indent, width))


def _pods(parts: list[_Part], most: int, indent: int, width: int) -> tuple[Line, ...]:
    """Return the longest form of the parts that fits; the monitoring takes no line of its own."""
    label, joints = " " * indent, [one.joint for one in parts[:-1]]
    sends = flowed(label, [one.sends for one in parts], joints, width)
    monitored = flowed(label, [one.monitored for one in parts], joints, width)
    for lines in (monitored, sends):
        if len(lines) <= min(most, len(sends)):
            return lines
    return _at_most(most, parts, indent, width)


def _at_most(most: int, parts: list[_Part], indent: int, width: int) -> tuple[Line, ...]:
    """Return the names that fit ``most`` lines, always with the program, and how many more parts there are."""
    label = " " * indent
    order = sorted(range(len(parts)), key=lambda at: (not parts[at].stays, at))
    lines: tuple[Line, ...] = ()
    for kept in range(len(parts), 0, -1):
        shown = [parts[at] for at in sorted(order[:kept])]
        if missing := len(parts) - kept:
            shown = [*shown[:-1], shown[-1]._replace(joint=DOT), _Part(line(quiet(f"{missing} more")))]
        lines = flowed(label, [one.name for one in shown], [one.joint for one in shown[:-1]], width)
        if len(lines) <= most:
            return lines
    return lines[:most]

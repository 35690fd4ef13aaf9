"""The drawing as a strip of a few lines."""

from __future__ import annotations

from itertools import pairwise
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
from wizard.text import count, listed

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.faces.drawing import Drawing

SO_FAR = "So far   "
FORMS = 6
"""The number of forms of a strip: what the names show, each in lines of their own or one after another."""


class Strip:
    """A strip in several forms, each computed when it is needed.

    From form to form a fact is left out of every container: first the monitoring, then where it sends to. For each of
    these there is a form with containers and objects on lines of their own, and one that fills each line.
    """

    def __init__(self, drawn: Drawing, catalog: Catalog, width: int) -> None:
        self.drawn, self.catalog, self.width = drawn, catalog, width
        self.forms: dict[int, tuple[Line, ...]] = {}

    @property
    def lines(self) -> tuple[Line, ...]:
        """The strip with everything that a strip can show."""
        return self.form(0)

    def form(self, number: int) -> tuple[Line, ...]:
        """Return the lines of a form, from 0 for the longest one up to ``FORMS`` - 1."""
        if number not in self.forms:
            lines = strip_lines(self.drawn, self.catalog, self.width, form=number)
            while lines and not plain_text(lines[-1]).strip():
                lines = lines[:-1]
            self.forms[number] = lines
        return self.forms[number]

    def within(self, height: int) -> tuple[Line, ...]:
        """Return the first form that fits the height; else the new parts before others, and a count."""
        fits = (self.form(number) for number in range(FORMS))
        found = next((lines for lines in fits if len(lines) <= height), None)
        if found is not None:
            return found
        return self._folded(height) if self.drawn.workload else first_lines(self.lines, height, self.width)

    def _folded(self, height: int) -> tuple[Line, ...]:
        """Return at most ``height`` lines: the program, then new parts before others, and how many are left out."""
        parts = [*_parts(self.drawn), *_objects(self.drawn)]
        order = sorted(range(len(parts)), key=lambda at: (not parts[at].stays, not parts[at].new, at))
        head = head_line(self.drawn, self.catalog)
        # The program is shown even if that takes the place of the workload.
        starts: tuple[list[Line], ...] = ([head, *setting_words(self.drawn)], [head], [head[:1]], [])
        least = 1 if any(one.stays for one in parts) else 0
        for start in starts:
            before = [_Part(each) for each in start]
            for kept in range(len(parts) - 1, least - 1, -1):
                shown = [*before, *(parts[at] for at in sorted(order[:kept]))]
                for others in _left_out([parts[at] for at in order[kept:]]):
                    lines = _in_one([*shown, _Part(others)], SO_FAR, self.width)
                    if len(lines) <= height:
                        return lines
        bare = _Part(line(quiet(f"{len(parts) - least} more")))
        lines = _in_one([*(parts[at] for at in order[:least]), bare], SO_FAR, self.width)
        return lines if len(lines) <= height else first_lines(self.lines, height, self.width)


class _Part(NamedTuple):
    """A part of a strip, with the longer form that shows where it sends to or who reads it."""

    name: Line
    sends: Line = ()
    monitored: Line = ()
    joint: str = ""
    """The sign before the next container; empty for anything but a container."""
    new: bool = False
    stays: bool = False
    """True for the program, which is never left out."""

    def shown(self, form: int) -> Line:
        """Return everything for form 0, without the monitoring for 1, and without where it sends to for 2."""
        return (self.monitored, self.sends, self.name)[form]


def _left_out(parts: list[_Part]) -> tuple[Line, ...]:
    """Count the containers and objects that are left out, with the new ones among them, the longest text first."""
    containers, new = sum(bool(one.joint) for one in parts), sum(one.new for one in parts)
    counts = ((containers, "container"), (len(parts) - containers, "object"))
    (number, noun), *rest = [each for each in counts if each[0]]
    exact = listed([count(number, f"more {noun}"), *(count(*each) for each in rest)])
    forms = [line(quiet(text)) for text in (exact, count(len(parts), "more part"))]
    added = (quiet(", "), Span(f"{plus(new=True)}{new} new", Style.ADDED))
    return (*((*each, *added) for each in forms if new), *forms)


def _parts(drawn: Drawing) -> list[_Part]:
    """Return the pods in the order in which they start: Jobs before them, their containers, and a mesh's proxy."""
    if drawn.product is not None:
        times = f" ×{drawn.product.instances}" if drawn.product.instances else ""
        name = line(strong(drawn.product.title), quiet(times))
        return [_Part(name, name, name, " ‖ ", stays=True)] if drawn.product.title else []
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
        name = line(Span(f"{plus(other.new)}sidecar {other.text}", style))
        found.append(_Part(name, name, name, " ‖ ", new=other.new))
    return found


def _objects(drawn: Drawing) -> list[_Part]:
    """Return the kinds of the objects around the pod."""
    words = ((line(word), word.style is Style.ADDED) for word in object_words(drawn))
    return [_Part(word, word, word, new=new) for word, new in words]


def strip_lines(
    drawn: Drawing, catalog: Catalog, width: int, *, label: str = SO_FAR, form: int = 0
) -> tuple[Line, ...]:
    """Return the drawing in a few lines, for a narrow terminal; empty while nothing is certain.

    A line ends between two containers or two objects, never inside one.
    """
    if not drawn.workload and not drawn.possible:
        return ()
    shown, in_one = divmod(form, 2)
    parts = [one._replace(name=one.shown(shown)) for one in (_parts(drawn) if drawn.workload else [])]
    objects = _objects(drawn)
    if in_one:
        heads = [head_line(drawn, catalog), *setting_words(drawn)]
        return _in_one([*map(_Part, heads), *parts, *objects], label, width)
    lines = head_lines(drawn, catalog, width, label=label)
    indent = " " * len(label)
    if len(parts) == 1 and width_of(joined := (*lines[-1], quiet("   "), *parts[0].name)) <= width:
        lines = (*lines[:-1], joined)
    elif parts:
        lines += _in_one(parts, indent, width)
    return (*lines, *_in_one(objects, indent, width)) if objects else lines


def _in_one(parts: list[_Part], label: str, width: int) -> tuple[Line, ...]:
    """Return the parts joined by their signs, as many per line as fit."""
    joints = [one.joint if one.joint and other.joint else DOT for one, other in pairwise(parts)]
    return flowed(label, [one.name for one in parts], joints, width)

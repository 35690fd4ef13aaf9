"""A bundle's file as lines: numbers, a little weight, and which answer put each block there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wizard.faces.leads import lead_of_origin, lead_text, line_story, origin_at, topic_and_answer
from wizard.screens.text import BLANK, Line, Span, Style, line, quiet, spread, width_of
from wizard.text import shorten

if TYPE_CHECKING:
    from wizard.render.model import BundleFile, Origin
    from wizard.session.session import Session

_KEY = re.compile(r"^(\s*(?:- )*)([\w./-]+:)(.*)$")
_MOST_PROVENANCE = 24
_SAID = "# <- "
"""Begins the comment by which the manifest itself says which answer a block comes from."""


def source_lines(session: Session, file: BundleFile, width: int, first: int, count: int) -> tuple[Line, ...]:
    """Some lines of the file with their numbers and, where a block begins, where it comes from."""
    texts = file.text.removesuffix("\n").split("\n")
    shown = []
    for number in range(first, min(first + count, len(texts))):
        origin = origin_at(file, number + 1)
        before = origin_at(file, number) if number else None
        code = (*line(quiet(f"{number + 1:>3} ")), *coloured(texts[number]))
        begins = (number == first or origin != before) and _SAID not in texts[number]
        notes = short_provenance(session, origin) if begins else ()
        room = width - width_of(code) - 1
        told = next((line(quiet(f"← {note}")) for note in notes if len(note) + 2 <= room), BLANK)
        shown.append(spread(code, told, width))
    return tuple(shown)


def coloured(text: str) -> Line:
    """A line of YAML: comments quiet, keys as they are."""
    stripped = text.lstrip()
    if stripped.startswith("#"):
        return line(quiet(text))
    match = _KEY.match(text)
    if match is None:
        return line(text)
    value, mark, comment = match[3].partition("  # ")
    return line(match[1], Span(match[2], Style.KEY), value, quiet(mark + comment))


def short_provenance(session: Session, origin: Origin | None) -> tuple[str, ...]:
    """``image``, or ``logs: only to files`` and shorter ``logs``; nothing for the workload's own lines."""
    if origin is None:
        return ()
    if origin.parameters:
        return (lead_text(session, lead_of_origin(session, origin)),)
    if origin.component == "app" or not origin.questions:
        return ()
    topic, said = topic_and_answer(session, session.telling(origin))
    return f"{topic}: {shorten(said, _MOST_PROVENANCE)}", topic


def provenance(session: Session, file: BundleFile, number: int) -> str:
    """Tell the whole story of one line, counted from 1; empty for the workload's own lines."""
    story = line_story(session, origin_at(file, number))
    parts = [f"parameter {key}" for key in story.parameters]
    parts += [story.pattern] if story.pattern else []
    parts += [f"{topic}: {said}" for topic, said in story.answers]
    return "← " + " · ".join(parts) if parts else ""


def diff_lines(diff: str) -> tuple[Line, ...]:
    """A unified diff; the signs say what the colours show."""
    if not diff:
        return (line(quiet("no difference")),)
    lines = []
    for text in diff.rstrip("\n").split("\n"):
        if text.startswith(("---", "+++", "@@")):
            lines.append(line(quiet(text)))
        elif text.startswith(("+", "-")):
            style = Style.ADDED if text.startswith("+") else Style.REMOVED
            lines.append(line(Span(text.replace("\t", "    "), style)))
        else:
            lines.append(line(Span(text, Style.PLAIN)))
    return tuple(lines)

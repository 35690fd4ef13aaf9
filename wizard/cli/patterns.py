"""``podwizard patterns [NAME]``: read about the patterns."""

from __future__ import annotations

import argparse
import textwrap

from wizard.catalog.model import Pattern
from wizard.cli import exits
from wizard.cli.inputs import catalog_of
from wizard.cli.talk import put
from wizard.errors import UsageError
from wizard.faces.verdict import lesson_rows
from wizard.text import nearest

_WIDTH = 76


def run(arguments: argparse.Namespace) -> int:
    """Print the list of patterns, or the full page of one pattern."""
    catalog = catalog_of(arguments)
    if arguments.name is None:
        wide = max(len(pattern_id) for pattern_id in catalog.patterns)
        put("\n".join(f"{p.id:<{wide}}  {p.title}" for p in catalog.patterns.values()))
        return exits.DONE
    known = {pattern_id.lower(): pattern for pattern_id, pattern in catalog.patterns.items()}
    pattern = known.get(arguments.name.lower())
    if pattern is None:
        near = nearest(arguments.name.lower(), known)
        hint = f"did you mean '{known[near].id}'?" if near else "podwizard patterns lists them"
        raise UsageError(f"unknown pattern: {arguments.name}", hint=hint)
    from wizard.catalog.lessons import read_lesson

    put(_page(pattern, read_lesson(catalog, pattern.id)))
    return exits.DONE


def _page(pattern: Pattern, lesson: tuple[str, ...]) -> str:
    parts = [pattern.title, "=" * len(pattern.title)]
    for head, text in lesson_rows(pattern):
        parts.append(textwrap.fill(text, _WIDTH, initial_indent=f"{head:<11} ", subsequent_indent=" " * 12))
    for paragraph in lesson:
        parts.extend(("", textwrap.fill(paragraph, _WIDTH)))
    return "\n".join(parts)

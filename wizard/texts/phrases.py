"""Small pieces of sentences (lists, counts, amounts, paths), and a test whether the locale can show them."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from wizard.text import count, listed, spaced

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.catalog.model import Parameter
    from wizard.catalog.resolve import Field
    from wizard.session.session import AnswerLine, Session

_README = "README.md"
OWN_README = "README.md is yours and is kept; to read the bundle's own:"
"""The line before the command that prints it."""


def shell_path(path: object) -> str:
    """Return a path that can be pasted into a shell; a relative one begins with ``./``."""
    text = str(path)
    shown = text if text.startswith(("/", "./", "../", "~")) or text in (".", "..") else f"./{text}"
    return shlex.quote(shown) if shown != shlex.quote(shown) else shown


def come_back_command(target: object | None, *, catalog: str = "") -> str:
    """Return the command that opens a bundle again, or that starts the wizard if there is no bundle yet."""
    words = ["podwizard", *([shell_path(target)] if target is not None else [])]
    return " ".join([*words, *(["--catalog", shlex.quote(catalog)] if catalog else [])])


def validate_command(target: object) -> str:
    """Return the command that lists the errors in a bundle's folder."""
    return f"podwizard validate {shell_path(target)}"


def readme_command(target: object, kept: Collection[str], *, catalog: str = "") -> str:
    """Return the command that prints the bundle's README if the user's own file is kept; else empty."""
    return f"{come_back_command(target, catalog=catalog)} -o readme" if _README in kept else ""


def readme_place(target: Path, command: str) -> str:
    """Return the place of the bundle's README: the command that prints it, if there is one, else its path."""
    return command or shell_path(target / _README)


def remaining(left: tuple[int, int], likely: int) -> str:
    """Describe how many questions are left, including the current one.

    Args:
        left: the fewest and the most.
        likely: the expected number.
    """
    fewest, most = left
    if most <= 0:
        return "nothing left to ask"
    if (fewest, most) == (1, 1):
        return "last question"
    if fewest == most:
        return f"{most} more"
    return f"about {likely} more"


def whole_way(left: tuple[int, int], likely: int) -> str:
    """Describe, before the first answer, how many questions there are and how long they take, at 15 seconds each."""
    fewest, most = left
    if most <= 1:
        return remaining(left, likely)
    about = "about " if fewest != most else ""
    return f"{about}{count(likely, 'question')}, {count(max(1, round(likely / 4)), 'minute')}"


def ago(seconds: float) -> str:
    """Return a past time as ``3 hours ago``, in the largest unit of which at least one has passed."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{count(int(seconds // size), unit)} ago"
    return "just now"


def speaks_utf8(environ: Mapping[str, str] | None = None) -> bool:
    """Return whether the locale is UTF-8, determined as the C library does.

    Python coerces the C locale by setting ``LC_CTYPE=C.UTF-8`` itself, so that value alone proves nothing.
    """
    env = os.environ if environ is None else environ
    chosen = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    if chosen == "C.UTF-8" and not env.get("LC_ALL") and env.get("LC_CTYPE") == "C.UTF-8":
        chosen = env.get("LANG") or ""
    return re.search(r"utf-?8", chosen, re.IGNORECASE) is not None


def items_text(parameter: Parameter) -> str:
    """Describe how to write the items of a list of records; empty for any other type."""
    needed = [f"{field.name}=..." for field in parameter.fields if field.required]
    more = [_field_text(field) for field in parameter.fields if not field.required]
    also = f"; {listed(more)} may be left out" if more else ""
    none = " Write `nothing` for none." if parameter.default else ""
    return f"Write {listed(needed)} for each, and `;` between two{also}.{none}" if needed else ""


def _field_text(field: Parameter) -> str:
    options = ", ".join(option for option, _ in field.options)
    return f"{field.name} ({options})" if options else field.name


def value_note(session: Session, field: Field) -> str:
    """Name the source of a value that the user did not type: another parameter or the cluster; mostly empty."""
    if followed := _followed(session, field):
        return f"follows {spaced(followed.parameter.name)}"
    return "found in the cluster" if _is_found(session, field) else ""


def source_text(session: Session, field: Field) -> str:
    """Name the source of a value as ``value_note`` does, in a sentence with the question of the other parameter."""
    if followed := _followed(session, field):
        return f'It follows the answer to "{followed.parameter.ask}".'
    return "This was found in the cluster." if _is_found(session, field) else ""


def _followed(session: Session, field: Field) -> Field | None:
    """Return the field whose value this one has, if a form shows it."""
    followed = session.resolved.get(field.parameter.derived_from)
    while followed is not None and followed.parameter.decided:  # no form shows this one, so name its source
        followed = session.resolved.get(followed.parameter.derived_from)
    return followed if field.state == "follows" and followed is not None and followed.shown else None


def _is_found(session: Session, field: Field) -> bool:
    return field.state == "given" and field.parameter.key not in session.given


def awaited_note(leader: Field) -> str:
    """Name the future source of a value: another parameter, which has none yet."""
    return f"from the {spaced(leader.parameter.name)}"


def awaited_text(leader: Field) -> str:
    """Name the future source of a value in a sentence."""
    return f'It will follow the answer to "{leader.parameter.ask}".'


def marks_of(entry: AnswerLine) -> tuple[str, ...]:
    """Return marks for an answer that did not come from the user directly."""
    preset = "found in the cluster" if entry.found else "preset"
    return tuple(word for word, true in (("assumed", entry.assumed), (preset, entry.preset)) if true)

"""A bundle's file as lines: numbers, light colouring, and the answer behind each block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wizard.faces.leads import answers_behind, lead_of_origin, lead_text, line_story, origin_at, unchosen_text
from wizard.screens.page import message_lines
from wizard.screens.text import (
    BLANK,
    Line,
    Span,
    Style,
    accent,
    cells,
    fold,
    line,
    part,
    plain_text,
    quiet,
    spread,
    width_of,
    wrap,
)
from wizard.session.causes import settled_by
from wizard.session.session import Lead
from wizard.text import first_few

if TYPE_CHECKING:
    from wizard.render.model import BundleFile, Origin
    from wizard.session.session import Session

_KEY = re.compile(r"^(\s*(?:- )*)([\w./-]+:)(.*)$")
_VALUE = re.compile(r"^ *[\w./-]+: +[^|>\s]")
"""A line with a key and its value, outside of lists and texts of several lines."""
_MOST_NAMES = 2
"""The number of parameters to name for a line with many; Enter goes to the first one."""
_BESIDE = 28
"""Cells next to the longest line of code: its number, and its origin."""
_EDGE = 74
"""The column in which origins end, unless the code is wider; a narrow screen ends them at its edge."""
_SIGN = 2
"""Cells of a diff reserved for the sign that there are more lines."""
_NUMBER = 4
"""Cells of a line's number."""
_CODE = re.compile(r"(`[^`]+`)")
_COMMENT = re.compile(r"^( *)# (.*)$")
_HANG = 2
"""Indent of the continuation of a comment, or of a diff's line, after its sign."""
_NAMED = "# <- "
"""The start of the comment in a manifest that already names the answer behind a block."""


def source_rows(
    session: Session, file: BundleFile, width: int, *, count: int | None = None
) -> tuple[tuple[Line, ...], ...]:
    """Return the lines of a file with their numbers and, at the start of each block, its origin; long ones wrapped."""
    texts = file.text.removesuffix("\n").split("\n")
    prose = file.path.endswith(".md")
    code_alone = (cells(text) for text in texts if not text.lstrip().startswith("#"))
    edge = min(width, max(_EDGE, *(each + _BESIDE for each in code_alone)))
    flows = markdown_lines(texts[:count], width - _NUMBER) if prose else _comments(texts, width - _NUMBER)
    rows: list[tuple[Line, ...]] = []
    for number, text in enumerate(texts[:count]):
        shown = flows.get(number) or (coloured(text),)
        code = (*line(quiet(f"{number + 1:>3} ")), *shown[0])
        origin = origin_at(file, number + 1)
        begins = _begins(texts, number, origin, origin_at(file, number) if number else None)
        notes = short_provenance(session, origin) if begins and len(shown) == 1 else ()
        room = edge - width_of(code) - 1
        source = next((line(quiet(f"← {note}")) for note in notes if len(note) + 2 <= room), BLANK)
        if source:
            rows.append((spread(code, source, edge),))
        elif width_of(code) <= width:
            rows.append((code, *(line(" " * _NUMBER, *each) for each in shown[1:])))
        else:
            rows.append(_broken(code, text, width))
    return tuple(rows)


def _begins(texts: list[str], number: int, origin: Origin | None, before: Origin | None) -> bool:
    """Return true if the origin of a line is to be named: it is another one than that of the line before.

    A line without parameters belongs to the block of the line before, whatever parameters that one has. A single value
    is named although the one before has the same parameter, such as the labels that contain the name.
    """
    text = texts[number]
    if _NAMED in text or origin is None:
        return False
    if not number or before is None or origin._replace(parameters=()) != before._replace(parameters=()):
        return True
    alike = all(_VALUE.match(each) for each in texts[number - 1 : number + 1])
    return bool(origin.parameters) and (origin != before or alike)


def _broken(code: Line, text: str, width: int) -> tuple[Line, ...]:
    """Wrap a line that is too long; continuation lines start below its text."""
    whole = len(plain_text(code))
    lead = min(whole - len(text.lstrip()), width // 2)
    first, *others = fold(part(code, lead, whole), width - lead)
    return ((*part(code, 0, lead), *first), *(line(" " * lead, *each) for each in others))


def _comments(texts: list[str], width: int) -> dict[int, tuple[Line, ...]]:
    """Return the lines shown for each comment; words that do not fit move to the next line of the same comment."""
    found: dict[int, tuple[Line, ...]] = {}
    carried = ""
    for number, text in enumerate(texts):
        comment = _COMMENT.match(text)
        if comment is None:
            continue
        room = max(width - comment.end(1), _HANG)
        lines = [plain_text(each) for each in wrap(line(f"# {carried}{comment[2]}"), room, hang=_HANG)]
        following = _COMMENT.match(texts[number + 1]) if number + 1 < len(texts) else None
        flows = following is not None and following[1] == comment[1] and _NAMED not in text + following[0]
        carried = f"{lines.pop().strip()} " if flows and len(lines) > 1 else ""
        found[number] = tuple(line(quiet(f"{comment[1]}{each}")) for each in lines)
    return found


def markdown_lines(texts: list[str], width: int) -> dict[int, tuple[Line, ...]]:
    """Return the lines shown for each line of Markdown: headings and code stand out, and prose is wrapped."""
    found: dict[int, tuple[Line, ...]] = {}
    fenced = False
    for number, text in enumerate(texts):
        fence = text.lstrip().startswith("```")
        fenced ^= fence
        lead = len(text) - len(text.lstrip(" "))
        hang = lead + (_HANG if text.lstrip().startswith("- ") else 0)
        code = fence or fenced
        found[number] = (fold if code else wrap)(_marked_down(text, code=code), width, hang=hang)
    return found


def _marked_down(text: str, *, code: bool) -> Line:
    if code:
        return line(quiet(text) if text.lstrip().startswith("```") else text)
    if text.startswith("#"):
        return line(accent(text))
    return line(*(Span(each, Style.KEY) if each.startswith("`") else each for each in _CODE.split(text)))


def scrolled(lines: tuple[Line, ...], top: int, width: int, height: int) -> tuple[Line, ...]:
    """Return the visible part of a text, with an arrow in the last cell if there is more above or below."""
    shown = [*lines[top : top + height]]
    for at, more, sign in ((0, top > 0, "▲"), (-1, top + height < len(lines), "▼")):
        if more and shown:
            shown[at] = spread(shown[at], line(accent(sign)), width)
    return tuple(shown)


def coloured(text: str) -> Line:
    """Return a line of YAML with its key coloured and its comment dimmed."""
    stripped = text.lstrip()
    if stripped.startswith("#"):
        return line(quiet(text))
    match = _KEY.match(text)
    if match is None:
        return line(text)
    value, mark, comment = match[3].partition("  # ")
    return line(match[1], Span(match[2], Style.KEY), value, quiet(mark + comment))


def short_provenance(session: Session, origin: Origin | None) -> tuple[str, ...]:
    """Return names of an origin, the preferred one first; none for the workload's own lines.

    A parameter has one, such as ``image``, an answer two, such as ``logs: only to files`` and ``logs``.
    """
    if origin is None:
        return ()
    lead = lead_of_origin(session, origin)
    if lead.parameter:
        return (lead_text(session, lead),)
    answers = answers_behind(session, origin)
    if not answers or (origin.component == "app" and not settled_by(session, origin)):
        return ()
    topic, answer = answers[0]
    return f"{topic}: {answer}", topic


def provenance(session: Session, file: BundleFile, number: int) -> str:
    """Return the full origin of one line, counted from 1; empty for the workload's own lines."""
    story = line_story(session, origin_at(file, number))
    names = tuple(dict.fromkeys(lead_text(session, Lead(parameter=key)) for key in story.parameters))
    parts = [f"parameter{'s' if len(names) > 1 else ''} {first_few(names, _MOST_NAMES)}"] if names else []
    parts += [story.pattern] if story.pattern else []
    parts += [f"{topic}: {answer}" for topic, answer in story.answers]
    return "← " + " · ".join(parts) if parts else ""


def story_lines(session: Session, file: BundleFile, number: int, width: int) -> tuple[tuple[Line, ...], Line]:
    """Return the lines above the message line, and the message line, with the origin of a line of the file.

    Every line of the file gets the same number of lines, so that the text does not move with the highlight.
    """
    lines = {origin: at for at, origin in enumerate(file.origins, 1)}.values()
    most = max((len(_source_of(session, file, each, width)) for each in lines), default=1)
    source = _source_of(session, file, number, width)
    shown = (*source, *(BLANK,) * (most - len(source)))
    return shown[:-1], shown[-1]


def _source_of(session: Session, file: BundleFile, number: int, width: int) -> tuple[Line, ...]:
    text = provenance(session, file, number) or unchosen_text(origin_at(file, number))
    above, last = message_lines(line(text), width, hang=_HANG)
    return (*above, last)


def diff_lines(diff: str, width: int) -> tuple[Line, ...]:
    """Return a unified diff as wrapped lines; its signs carry the same information as the colours."""
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
    return tuple(row for each in lines for row in fold(each, width - _SIGN, hang=2 * _HANG))

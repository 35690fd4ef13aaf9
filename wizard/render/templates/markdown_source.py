"""Preparation of Markdown templates for ``{{ }}`` in code spans and fenced blocks, where other escapes apply."""

from __future__ import annotations

import re

_SPAN = r"(?<!`)`(?!`)([^`\n]*\{\{[^`\n]*)`(?!`)"
_VALUE = r"\{\{-?(.*?)-?\}\}"
_FENCE = r"\s*(```|~~~)"


def prepared(source: str) -> str:
    """Return the source with values in code spans and fences passed through the matching filter; line numbers stay."""
    lines = []
    fence = ""
    for line in source.split("\n"):
        mark = re.match(_FENCE, line)
        if mark and (not fence or fence == mark[1]):
            fence = "" if fence else mark[1]
        elif fence:
            line = re.sub(_VALUE, lambda found: f"{{{{ ({found[1]}) | fenced }}}}", line)
        else:
            line = re.sub(_SPAN, _code_span, line)
        lines.append(line)
    return "\n".join(lines)


def _code_span(found: re.Match[str]) -> str:
    text = found[1]
    if "{%" in text or "{#" in text:
        return found[0]
    parts = []
    at = 0
    for value in re.finditer(_VALUE, text):
        parts += [_literal(text[at : value.start()]), f"({value[1]})"]
        at = value.end()
    parts.append(_literal(text[at:]))
    return "{{ (" + " ~ ".join(part for part in parts if part) + ") | code }}"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" if text else ""

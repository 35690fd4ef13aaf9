"""Findings about the text of a file, and hints based on the text around them."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wizard.errors import Position
from wizard.kube.data import show
from wizard.text import shown
from wizard.validation.model import Severity
from wizard.yamlio.bounds import Bounds, Code, YamlFault

BOUNDS = Bounds(size=64 << 20, depth=100, values=2_000_000, copies=200_000)
LONGEST_PATH = 2_000
"""A field with a longer path gets its parent's position: long nested keys would fill the memory with paths."""
_TEMPLATE = re.compile(r"\{\{|\{%")
_CONTROL = re.compile(r"^\{[{%]", re.MULTILINE)
_LOOKALIKES = {
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\ufe63": "-",
    "\uff0d": "-", "\uff1a": ":", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ",
    "\u2003": " ", "\u2007": " ", "\u200b": "", "\u3000": " ", "\ufeff": "",
}  # fmt: skip
_NAMES = {"-": "the ASCII hyphen `-`", ":": "the ASCII colon `:`", " ": "an ordinary space"}
_SENTENCES: Mapping[Code, tuple[str, str, str]] = {
    "encoding": ("yaml-encoding", "The file cannot be read: {}.", "Save it as UTF-8."),
    "syntax": ("yaml-syntax", "This is not valid YAML: {}.", "Look at the indentation, colons and quotes around here."),
    "alias": ("yaml-anchors", "The aliases cannot be written out: {}.", "Write the values out instead."),
    "too-deep": ("yaml-too-deep", "The document is {}.", "Kubernetes never needs that."),
    "too-large": (
        "yaml-too-large",
        "There is more than podwizard can read at once: {}.",
        "Split it into several files.",
    ),
}
"""The rule, message and hint for each error code."""
_HINTS = {
    "<document start>": "Write `---` on a separate line between two documents.",
    "undefined alias": "Write the value out, or name an anchor above.",
}
TEMPLATE_HINT = "This is a template; render it first (`helm template`, or the tool it is written for)."


class FindingError(Exception):
    """A finding about a file's text, raised if reading cannot continue and else collected; the readers catch it."""

    def __init__(
        self, rule: str, message: str, hint: str, position: Position, path: str = "", severity: Severity | None = None
    ) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint = rule, message, hint
        self.position, self.path, self.severity = position, path, severity


class Read(NamedTuple):
    """One parsed document: its data, the position of each field, and the source text of values other than strings."""

    value: Any
    lines: Mapping[str, Position]
    texts: Mapping[str, str]
    start: Position


def error_of(fault: YamlFault, text: str, source: str) -> FindingError:
    """Return the finding for a text that cannot be read further."""
    rule, sentence, hint = _SENTENCES[fault.code]
    details = ", ".join(filter(None, (fault.message, fault.context)))
    if fault.code == "syntax":
        otherwise = next((other for words, other in _HINTS.items() if words in details), hint)
        hint = hint_at(text, fault.line, otherwise)
    at = Position(source, fault.line or 1, fault.column or 1)
    return FindingError(rule, sentence.format(shown(details, 160)), hint, at)


def hint_at(text: str, line: int, otherwise: str) -> str:
    """Return the hint for unreadable text at a line: a template, a look-alike character, a tab, or ``otherwise``."""
    lines = text.split("\n")[max(line - 2, 0) : line]
    if any(_TEMPLATE.search(each) for each in lines) or _CONTROL.search(text):
        return TEMPLATE_HINT
    found = next((mark for each in lines for mark in each if mark in _LOOKALIKES), "")
    if found:
        return lookalike_hint(found)
    if any("\t" in each for each in lines):
        return "Indent with spaces, not with tabs."
    return otherwise


def lookalike_hint(text: str) -> str:
    """Return how to replace a look-alike of a YAML character at the start of the text; empty if there is none."""
    plain = _LOOKALIKES.get(text[:1])
    if plain is None:
        return ""
    code = f"U+{ord(text[0]):04X}"
    if not plain:
        return f"Remove the invisible character {code}."
    return f"Replace the character {code} ({show(text[0])}) with {_NAMES.get(plain, f'the ASCII quote {plain}')}."


def invisible_hint(text: str) -> str:
    """Return how to replace an invisible character at the start of the text; empty if there is none."""
    return lookalike_hint(text) if _LOOKALIKES.get(text[:1], "-").strip() == "" else ""

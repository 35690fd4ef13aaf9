"""Trouble with the text of a file, and the hints that the text around it suggests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wizard.errors import Position
from wizard.validation.data import show
from wizard.validation.model import Severity

MAX_DEPTH = 100
MAX_VALUES = 2_000_000
LONGEST_PATH = 2_000
"""A field with a longer path is found at its parent: long keys, nested, would fill the memory with paths."""
_TEMPLATE = re.compile(r"\{\{|\{%")
_CONTROL = re.compile(r"^\{[{%]", re.MULTILINE)
_LOOKALIKES = {
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\ufe63": "-",
    "\uff0d": "-", "\uff1a": ":", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ",
    "\u2003": " ", "\u2007": " ", "\u200b": "", "\u3000": " ", "\ufeff": "",
}  # fmt: skip
_NAMES = {"-": "the ASCII hyphen `-`", ":": "the ASCII colon `:`", " ": "an ordinary space"}
TEMPLATE_HINT = "This is a template; render it first (`helm template`, or the tool it is written for)."


class Trouble(Exception):  # noqa: N818 - a finding in the making; the readers catch it themselves
    """Something wrong with the text; raised where reading cannot go on, else collected."""

    def __init__(
        self, rule: str, message: str, hint: str, position: Position, path: str = "", severity: Severity | None = None
    ) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint = rule, message, hint
        self.position, self.path, self.severity = position, path, severity


class Read(NamedTuple):
    """One document as it was read: data, the place of each field, and the text of what is not written as text."""

    value: Any
    lines: Mapping[str, Position]
    texts: Mapping[str, str]
    start: Position


def too_deep(at: Position) -> Trouble:
    """Trouble with a document that is nested without end."""
    message = f"The document is nested more than {MAX_DEPTH} levels deep."
    return Trouble("yaml-too-deep", message, "Nothing in Kubernetes needs that.", at)


def too_large(at: Position) -> Trouble:
    """Trouble with a file of more values than fit into memory several times over."""
    message = f"The file has more than {MAX_VALUES:,} values, more than podwizard reads at once."
    return Trouble("yaml-too-large", message, "Split it into several files.", at)


def hint_at(text: str, line: int, otherwise: str) -> str:
    """The hint for text that cannot be read at a line: a template, a look-alike letter, a tab, or ``otherwise``."""
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
    """How to replace a character that only looks like one of YAML's, when the text begins with one."""
    plain = _LOOKALIKES.get(text[:1])
    if plain is None:
        return ""
    code = f"U+{ord(text[0]):04X}"
    if not plain:
        return f"Remove the invisible character {code}."
    return f"Replace the character {code} ({show(text[0])}) with {_NAMES.get(plain, f'the ASCII quote {plain}')}."


def invisible_hint(text: str) -> str:
    """How to replace an invisible character, when the text begins with one."""
    return lookalike_hint(text) if _LOOKALIKES.get(text[:1], "-").strip() == "" else ""

"""The text of a file as kubectl decodes it: UTF-8, or UTF-16 with a byte order mark."""

from __future__ import annotations

import re

from wizard.errors import Position
from wizard.validation.json_reader import is_json
from wizard.validation.reading import BOUNDS, FindingError, error_of
from wizard.yamlio.bounds import YamlFault
from wizard.yamlio.bounds import decode as decoded

_MARK = "\ufeff"
_SEAM = re.compile(f"^(---[ \t\r]*\n){_MARK}", re.MULTILINE)
_REFUSED = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_UTF16 = "It looks like UTF-16 or UTF-32 text. Save it as UTF-8."


def decode(data: str | bytes, source: str) -> str:
    """Return the text, without a byte order mark before a document.

    Raises:
        FindingError: the file has bytes or characters that kubectl does not read.
    """
    try:
        text = decoded(data, BOUNDS, utf16=True)
    except YamlFault as fault:
        error = error_of(fault, "", source)
        if isinstance(data, bytes) and b"\0" in data[:64]:
            error.hint = _UTF16
        raise error from None
    if is_json(text):
        return text
    _refuse_bad_character(text, source)
    return _SEAM.sub(r"\1", text) if _MARK in text else text


def _refuse_bad_character(text: str, source: str) -> None:
    """Raise an error for the first character that YAML does not allow; PyYAML would not report its position."""
    found = _REFUSED.search(text)
    if found:
        at = found.start()
        number, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        message = f"The file contains the character U+{ord(text[at]):04X}, which YAML does not allow."
        hint = _UTF16 if text[at] == "\0" and number == 1 else "Remove it."
        raise FindingError("yaml-encoding", message, hint, Position(source, number, column))

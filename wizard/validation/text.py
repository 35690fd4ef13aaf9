"""The text of a file as kubectl decodes it: UTF-8, or UTF-16 with a byte order mark."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE

from wizard.errors import Position
from wizard.validation.json_reader import is_json
from wizard.validation.trouble import Trouble

_MARK = "\ufeff"
_SEAM = re.compile(f"^(---[ \t\r]*\n){_MARK}", re.MULTILINE)
_UTF16 = "It looks like UTF-16 or UTF-32 text. Save it as UTF-8."


def decode(data: str | bytes, source: str) -> str:
    """The text, without a byte order mark before a document.

    Raises:
        Trouble: bytes or characters that kubectl does not read.
    """
    text = _decoded(data, source) if isinstance(data, bytes) else data
    text = text.removeprefix(_MARK)
    if is_json(text):
        return text
    _refuse_bad_character(text, source)
    return _SEAM.sub(r"\1", text) if _MARK in text else text


def _decoded(data: bytes, source: str) -> str:
    wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and not data.startswith(BOM_UTF32_LE)
    try:
        return data.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as problem:
        if wide:
            message = "The file begins as UTF-16 text, and does not go on so."
            raise Trouble("yaml-encoding", message, "Save it as UTF-8.", Position(source, 1, 1)) from None
        before = data[: problem.start]
        position = Position(source, before.count(b"\n") + 1, problem.start - before.rfind(b"\n"))
        hint = _UTF16 if b"\0" in data[:64] else "Save it as UTF-8."
        raise Trouble("yaml-encoding", "The file is not UTF-8 text.", hint, position) from None


def _refuse_bad_character(text: str, source: str) -> None:
    """Refuse the first character that YAML does not allow; PyYAML would not say where it is."""
    if text.isprintable():
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isprintable():
            continue
        for column, mark in enumerate(line, start=1):
            if not _allowed(mark):
                message = f"The file holds the character U+{ord(mark):04X}, which YAML does not allow."
                hint = _UTF16 if mark == "\0" and number == 1 else "Remove it."
                raise Trouble("yaml-encoding", message, hint, Position(source, number, column))


def _allowed(mark: str) -> bool:
    if mark < " ":
        return mark in "\t\r"
    return not ("\x7f" <= mark <= "\x9f" and mark != "\x85") and not (
        "\ud800" <= mark <= "\udfff" or mark in "\ufffe\uffff"
    )

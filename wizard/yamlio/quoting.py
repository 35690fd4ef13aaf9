"""Quoting of texts that cannot be bare in YAML; safe in YAML 1.1 and 1.2."""

from __future__ import annotations

from string import ascii_letters, digits

from wizard.errors import RenderError

# Sets instead of regular expressions, which would be compiled at every start.
_FIRST = frozenset(ascii_letters + "_/$(")
_NUMBERED = frozenset(ascii_letters + digits + "./_%-")
_NUMBER_LIKE = frozenset(digits + "_:.+-eExXoObBabcdfABCDFtTzZ ")
"""The characters of every number, time and date in YAML 1.1, YAML 1.2 and Go's parser."""
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_bare(text: str) -> bool:
    """Return whether ``text`` reads back as itself without quotes, as a key or a value in block style."""
    if _is_words(text):
        return text.lower() not in _WORDS and ": " not in text and " #" not in text and not text.endswith(":")
    return text[:1].isdigit() and _NUMBERED.issuperset(text) and not _NUMBER_LIKE.issuperset(text)


def _is_words(text: str) -> bool:
    """Test for printable ASCII with single inner spaces, whose start cannot be a number or other YAML."""
    first = text[:1] if text[:1] != "-" else text[1:].removeprefix("-")[:1]
    letters = ascii_letters if text[:1] == "-" else _FIRST
    plain = text.isascii() and text.isprintable() and "  " not in text and not text.endswith(" ")
    return bool(first) and first in letters and plain


def quoted(text: str) -> str:
    """Return a double-quoted scalar on one line, valid in both YAML versions, with all invisible characters escaped.

    Raises:
        RenderError: ``text`` is not Unicode text (a lone surrogate).
    """
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        raise RenderError("a value is not valid Unicode text", hint="it holds half of a surrogate pair")
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"

"""What a plain YAML scalar means to Kubernetes, which is not quite what PyYAML makes of it.

The API machinery reads YAML with Go's YAML 1.1 reader: ``y`` and ``off`` are booleans, ``010`` is octal, ``1e3``
is a number, but ``22:22`` and dates stay text.
"""

from __future__ import annotations

import re
from typing import Any

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_SPECIAL = {".nan": "nan", ".NaN": "nan", ".NAN": "nan", ".inf": "inf", ".Inf": "inf", ".INF": "inf"}
_INT = re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST = 100


def plain(text: str) -> Any:
    """The value of an unquoted scalar."""
    if text in _NULL:
        return None
    first = text[0]
    if first in "yYnNtTfFoO" and len(text) <= 5:
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
    if first in "0123456789+-." and len(text) <= _LONGEST:
        return _number(text)
    return text


def _number(text: str) -> Any:
    if _INT.fullmatch(text):
        return _integer(text.replace("_", ""))
    bare = text.replace("_", "")
    if _FLOAT.fullmatch(bare) and bare == text:
        return float(text)
    sign, word = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if word in _SPECIAL:
        return float(sign + _SPECIAL[word])
    return text


def _integer(text: str) -> Any:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    base = {"0b": 2, "0x": 16, "0o": 8}.get(digits[:2].lower())
    if base is not None:
        return sign * int(digits[2:], base) if digits[2:] else text
    if len(digits) > 1 and digits[0] == "0":
        return sign * int(digits, 8)
    return sign * int(digits)


def tagged(tag: str, text: str) -> Any:
    """The value of a scalar with an explicit standard tag; unknown tags leave the text."""
    if tag == "str":
        return text
    if tag == "binary":
        return text
    value = plain(text)
    return float(value) if tag == "float" and isinstance(value, int) and not isinstance(value, bool) else value

"""Values of plain YAML scalars as Kubernetes reads them, which differ slightly from PyYAML's.

The API machinery uses Go's YAML 1.1 reader: ``y`` and ``off`` are booleans, ``010`` is octal, ``1e3`` is a number, but
``22:22`` and dates stay text.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_SPECIAL = {".nan": "nan", ".NaN": "nan", ".NAN": "nan", ".inf": "inf", ".Inf": "inf", ".INF": "inf"}
_INT = re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", re.ASCII)
_TAGGED: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_LONGEST = 100
_LEAST, _MOST = -(2**63), 2**64 - 1


def plain(text: str) -> Any:
    """Return the value of an unquoted scalar."""
    if text in _NULL:
        return None
    first = text[0]
    if first in "yYnNtTfFoO" and len(text) <= 5:
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
    if first in "0123456789+-.":
        return _number(text)
    return text


def _number(text: str) -> Any:
    if len(text) <= _LONGEST and _INT.fullmatch(text):
        return _integer(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        value = float(text)
        return value if isfinite(value) else text
    sign, word = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if word in _SPECIAL:
        return float(sign + _SPECIAL[word])
    return text


def _integer(text: str) -> Any:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    base = {"0b": 2, "0x": 16, "0o": 8}.get(digits[:2].lower())
    if base is not None and not digits[2:]:
        return text
    octal = len(digits) > 1 and digits[0] == "0"
    value = sign * (int(digits[2:], base) if base is not None else int(digits, 8 if octal else 10))
    if _LEAST <= value <= _MOST:
        return value
    return text if base is not None else float(text)


def tagged(tag: str, text: str) -> Any:
    """Return the value of a scalar with an explicit standard tag; unknown tags are ignored.

    Raises:
        ValueError: the text does not fit its tag, which Kubernetes refuses.
    """
    if tag == "binary":
        return b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    if tag == "timestamp":
        found = _DATE.match(text)
        if found is None:
            raise ValueError(tag)
        date(*map(int, found.groups()))
        return text
    wanted = _TAGGED.get(tag)
    if wanted is None:
        return text if tag == "str" else plain(text)
    value = plain(text)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise ValueError(tag)
    return float(value) if isinstance(value, int) and tag == "float" else value

"""Object sizes that kubectl, the API server or etcd refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.kube.data import as_map
from wizard.validation.frame import Context, Subject, Violation, rule

_KIB, _MIB = 1 << 10, 1 << 20
_DATA = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
_MAX_DATA = _MIB
_MAX_REQUEST = 3 * _MIB
_MAX_ANNOTATIONS = 256 * _KIB
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_MOST_BYTES_A_LETTER = 6
_TAGS = "<>&"


@rule("object-too-large", "error", "An object is not larger than the API server accepts")
def object_too_large(subject: Subject, context: Context) -> Iterator[Violation]:
    if not _may_be_large(subject, context):
        return
    data, size = _data_size(subject), _written_size(subject.data)
    if data > _MAX_DATA:
        message = f"The data of the {subject.kind} has {data:,} bytes; {_MAX_DATA:,} is the most."
        yield Violation("data", message, "Split it, or put the data into a volume or an image.")
    elif size > _MAX_REQUEST:
        message = f"The object has {size:,} bytes or more; the API server takes {_MAX_REQUEST:,} at most."
        yield Violation("", message, "Split it.")


@rule("apply-too-large", "warning", "`kubectl apply` can keep a copy of an object in its annotations")
def apply_too_large(subject: Subject, context: Context) -> Iterator[Violation]:
    if not _may_be_large(subject, context) or _data_size(subject) > _MAX_DATA:
        return
    kept = sum(
        _bytes(str(key)) + _bytes(value)
        for key, value in as_map(subject.meta.get("annotations")).items()
        if isinstance(value, str) and key != _LAST_APPLIED
    )
    size = _written_size(subject.data)
    if kept <= _MAX_ANNOTATIONS < kept + size + len(_LAST_APPLIED) + 1 and size <= _MAX_REQUEST:
        message = (
            f"The object has {size:,} bytes; `kubectl apply` keeps a copy of it in an annotation,"
            f" and annotations hold {_MAX_ANNOTATIONS:,} bytes at most."
        )
        yield Violation("", message, "Apply it with `kubectl apply --server-side`, which keeps no copy.")


def _data_size(subject: Subject) -> int:
    """Return the size in bytes of a ConfigMap's or Secret's values, as the server counts it; 0 for other kinds."""
    total = 0
    for field in _DATA.get(subject.kind, ()):
        encoded = field == "binaryData" or (subject.kind == "Secret" and field == "data")
        for value in as_map(subject.data.get(field)).values():
            if isinstance(value, str):
                total += _decoded_size(value) if encoded else _bytes(value)
    return total


def _decoded_size(text: str) -> int:
    """Return the size in bytes of the data that a base64 text encodes."""
    letters = len(text) - text.count("\n") - text.count("\r")
    return letters // 4 * 3 - text[-2:].count("=")


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _may_be_large(subject: Subject, context: Context) -> bool:
    """Return false if an object is small in any encoding; a cheap check."""
    letters = context.once(("letters", id(subject)), lambda: _letters(subject.data, _MAX_ANNOTATIONS))
    return letters * _MOST_BYTES_A_LETTER > _MAX_ANNOTATIONS // 2


def _letters(value: Any, most: int) -> int:
    """Return an object's length in characters; stops after ``most``, because aliases can repeat a long text often."""
    total, rest = 0, [value]
    while rest and total <= most:
        each = rest.pop()
        if isinstance(each, str):
            total += len(each) + 3
        elif isinstance(each, dict):
            total += sum(map(len, map(str, each))) + 4 * len(each) + 2
            rest += each.values()
        elif isinstance(each, list):
            total += len(each) + 2
            rest += each
        else:
            total += 5
    return total


def _written_size(data: Mapping[str, Any]) -> int:
    """Return the size in bytes of an object as kubectl sends it; above the largest request only a lower bound."""
    letters = _letters(data, _MAX_REQUEST)
    if letters > _MAX_REQUEST:
        return letters
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, default=str)
    return _bytes(text) + 5 * sum(map(text.count, _TAGS))

"""What the cache keeps, unpickled once by each process that runs tests.

A command reads the shipped catalogue from the cache at its start, and some thousand tests run a command in the process
of the test. They get the same bytes, and what is unpickled of them does not change. ``tests/catalog/test_cache.py``
has them unpickled each time.
"""

from __future__ import annotations

import pickle
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from wizard.catalog import cache

_KNOWN: dict[bytes, tuple[Any, int]] = {}
"""By digest of the bytes: the value, and how many of them it took."""


def _load(stream: BytesIO) -> Any:
    begin = stream.tell()
    digest = sha256(stream.getbuffer()[begin:]).digest()
    if digest not in _KNOWN:
        value = pickle.load(stream)
        _KNOWN[digest] = value, stream.tell() - begin
    value, length = _KNOWN[digest]
    stream.seek(begin + length)
    return value


def unpickle_once() -> None:
    """Let ``wizard.catalog.cache`` unpickle the same bytes once."""
    cache.pickle = SimpleNamespace(load=_load, dumps=pickle.dumps)  # type: ignore[attr-defined, assignment]

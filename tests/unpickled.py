"""Data from the catalogue cache, unpickled once per test process.

A command reads the shipped catalogue from the cache at startup, and about a thousand tests run a command in the test
process. They all read the same bytes, and the unpickled values are immutable. ``tests/catalog/test_cache.py``
unpickles them each time.
"""

from __future__ import annotations

import pickle
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from wizard.catalog import cache

_KNOWN: dict[bytes, tuple[Any, int]] = {}
"""Digest of the bytes -> (the value, the number of bytes it took)."""


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
    """Make ``wizard.catalog.cache`` unpickle the same bytes only once."""
    cache.pickle = SimpleNamespace(load=_load, dumps=pickle.dumps)  # type: ignore[attr-defined, assignment]

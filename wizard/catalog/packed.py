"""A mapping whose values are pickled one by one, and unpickled on first access."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Packed(Mapping[_K, _V]):
    """A mapping created by ``pack``; a run reads few of its many values."""

    def __init__(self, packed: dict[_K, bytes]) -> None:
        self._packed = packed
        self._known: dict[_K, _V] = {}

    def __getitem__(self, key: _K) -> _V:
        if key not in self._known:
            self._known[key] = pickle.loads(zlib.decompress(self._packed[key]))  # noqa: S301 - only we can write it: ``cache`` checks that
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[_K]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def pack(whole: Mapping[_K, _V]) -> Packed[_K, _V]:
    """Pickle and compress each value separately."""
    return Packed({key: zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)) for key, value in whole.items()})

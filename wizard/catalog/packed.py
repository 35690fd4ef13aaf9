"""A mapping that is kept in pieces: each value is unpickled when it is first looked at."""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Packed(Mapping[Key, Value]):
    """What ``pack`` made of a mapping; of many values, a run looks at few."""

    def __init__(self, packed: dict[Key, bytes]) -> None:
        self._packed = packed
        self._known: dict[Key, Value] = {}

    def __getitem__(self, key: Key) -> Value:
        if key not in self._known:
            self._known[key] = pickle.loads(self._packed[key])  # noqa: S301 - ours alone, as ``cache`` makes sure
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[Key]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def pack(whole: Mapping[Key, Value]) -> Packed[Key, Value]:
    """Pickle each value by itself."""
    return Packed({key: pickle.dumps(value, pickle.HIGHEST_PROTOCOL) for key, value in whole.items()})

"""The outlines of the shipped catalogue, read from its templates or from what was kept of them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache

from wizard.catalog import cache
from wizard.catalog.model import Catalog
from wizard.render.outline.model import Outline, Outlines

_NAME = "outlines"
_Key = tuple[str, str]


class CatalogFiles:
    """The files of a catalogue; two with the same files are the same."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._files = (catalog.root, catalog.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CatalogFiles) and self._files == other._files

    def __hash__(self) -> int:
        return hash(self._files)


@lru_cache(maxsize=2)
def kept_outlines(ours: CatalogFiles) -> Outlines:
    """Give the outlines of the shipped catalogue, read from its templates only when they changed."""
    trees = cache.code("render", "catalog")
    found: dict[_Key, bytes] | None = cache.load(_NAME, ours.catalog.digest, trees=trees)
    if found is not None:
        return _Packed(found)
    stamp = None
    with suppress(OSError):
        stamp = cache.make_stamp(ours.catalog.digest, trees=trees)
    from wizard.render.outline.reading import outlines_of  # Jinja is loaded only then

    read = outlines_of(ours.catalog)
    if stamp:
        cache.keep(_NAME, stamp, {key: pickle.dumps(outline, pickle.HIGHEST_PROTOCOL) for key, outline in read.items()})
    return read


class _Packed(Mapping[_Key, Outline]):
    """Outlines that are unpacked when they are first looked at: a bundle needs few of them."""

    def __init__(self, packed: dict[_Key, bytes]) -> None:
        self._packed = packed
        self._known: dict[_Key, Outline] = {}

    def __getitem__(self, key: _Key) -> Outline:
        if key not in self._known:
            self._known[key] = pickle.loads(self._packed[key])  # noqa: S301 - ours alone, as ``cache`` makes sure
        return self._known[key]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

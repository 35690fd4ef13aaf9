"""The outlines of the shipped catalogue, read from its templates or from the cache."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from wizard.catalog import cache
from wizard.catalog.model import Catalog
from wizard.catalog.packed import Packed, pack
from wizard.render.outline.model import Outline, Outlines

_NAME = "outlines"


class CatalogFiles:
    """A cache key for a catalogue: equal for catalogues with the same files."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._files = (catalog.root, catalog.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CatalogFiles) and self._files == other._files

    def __hash__(self) -> int:
        return hash(self._files)


@lru_cache(maxsize=2)
def kept_outlines(ours: CatalogFiles) -> Outlines:
    """Return the outlines of the shipped catalogue; its templates are only read if they have changed."""
    trees = cache.code("render", "catalog")
    found: Packed[tuple[str, str], Outline] | None = cache.load(_NAME, ours.catalog.digest, trees=trees)
    if found is not None:
        return found
    stamp = None
    with suppress(OSError):
        stamp = cache.make_stamp(ours.catalog.digest, trees=trees)
    from wizard.render.outline.reading import outlines_of  # loads Jinja

    read = outlines_of(ours.catalog)
    if stamp:
        cache.keep(_NAME, stamp, pack(read))
    return read

"""The outlines of the shipped catalogue, read from its templates or from what was kept of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from wizard.catalog import cache
from wizard.catalog.model import Catalog
from wizard.render.outline.model import Outlines

_NAME = "outlines"


@dataclass(frozen=True, slots=True)
class Ours:
    """The shipped catalogue; two with the same files are the same."""

    digest: str
    catalog: Catalog = field(compare=False)


@lru_cache(maxsize=2)
def kept_outlines(ours: Ours) -> Outlines:
    """Give the outlines of the shipped catalogue, read from its templates only when they changed."""
    trees = cache.code("render", "catalog")
    found: Outlines | None = cache.load(_NAME, ours.digest, trees=trees)
    if found is not None:
        return found
    stamp = None
    with suppress(OSError):
        stamp = cache.make_stamp(ours.digest, trees=trees)
    from wizard.render.outline.reading import outlines_of  # Jinja is loaded only then

    read = outlines_of(ours.catalog)
    if stamp:
        cache.keep(_NAME, stamp, read)
    return read

"""The shipped catalogue: where it lies, and what was read of it the last time."""

from __future__ import annotations

import pickle
from pathlib import Path

import wizard
from wizard.catalog import cache
from wizard.catalog.model import Catalog

_NAME = "catalog"


def shipped_root() -> Path:
    """Where the shipped catalogue lies: in the installed package, else in the checkout."""
    package = Path(next(iter(wizard.__path__)))
    data = package / "_data"
    return data if data.is_dir() else package.parent


def shipped_catalog() -> Catalog:
    """The shipped catalogue, read from its files only when they changed.

    Raises:
        CatalogError: it has a fault.
    """
    root = shipped_root()
    try:
        stamp = cache.make_stamp(trees=(f"{root}/decision_table.yaml", f"{root}/templates"))
    except OSError:
        stamp = b""
    if stamp and (kept := cache.load(_NAME, stamp)) is not None:
        catalog: Catalog = pickle.loads(kept)  # noqa: S301 - ours alone, as cache.py makes sure
        return catalog
    from wizard.catalog.load import load_catalog

    catalog = load_catalog()
    if stamp:
        cache.keep(_NAME, stamp, pickle.dumps(catalog, pickle.HIGHEST_PROTOCOL))
    return catalog

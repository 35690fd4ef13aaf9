"""The shipped catalogue, loaded from the cache or, after a change, from its files."""

from __future__ import annotations

from contextlib import suppress

from wizard.catalog import cache
from wizard.catalog.folder import shipped_root
from wizard.catalog.model import Catalog
from wizard.catalog.packed import pack
from wizard.decision.compiled import Compiled
from wizard.decision.evaluate import evaluate

_NAME = "catalog"


def shipped_catalog() -> Catalog:
    """Return the shipped catalogue, read from its files only if they changed.

    Raises:
        CatalogError: the catalogue has faults.
    """
    return shipped()[0]


def shipped() -> tuple[Catalog, Compiled]:
    """Return the shipped catalogue and its compiled table, with the work for the first question already cached."""
    root = shipped_root()
    code = cache.code("errors.py", "text.py", "catalog", "decision", "kube", "yamlio")
    trees = (f"{root}/decision_table.yaml", f"{root}/templates", *code)
    found: tuple[Catalog, Compiled] | None = cache.load(_NAME, trees=trees)
    if found is not None:
        return found
    stamp = None
    with suppress(OSError):
        stamp = cache.make_stamp(trees=trees)  # made before reading, so that a change during it invalidates the stamp
    from wizard.catalog.load import load_catalog
    from wizard.decision.compile import compile_decision

    catalog = load_catalog()
    compiled = compile_decision(catalog.decision)
    if stamp:
        _counted = evaluate(compiled, {}).remaining
        cache.keep(_NAME, stamp, (catalog._replace(components=pack(catalog.components)), compiled))
    return catalog, compiled

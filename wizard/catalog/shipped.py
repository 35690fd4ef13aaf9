"""The shipped catalogue: where it lies, and what was read of it the last time."""

from __future__ import annotations

import pickle

from wizard.catalog import cache
from wizard.catalog.folder import shipped_root
from wizard.catalog.model import Catalog
from wizard.decision.compiled import Compiled
from wizard.decision.evaluate import evaluate

_NAME = "catalog"


def shipped_catalog() -> Catalog:
    """The shipped catalogue, read from its files only when they changed.

    Raises:
        CatalogError: it has a fault.
    """
    return shipped()[0]


def shipped() -> tuple[Catalog, Compiled]:
    """The shipped catalogue with its table compiled, and what the first question takes already worked out."""
    root = shipped_root()
    code = cache.code("errors.py", "catalog", "decision")
    trees = (f"{root}/decision_table.yaml", f"{root}/templates", *code)
    if (kept := cache.load(_NAME, trees=trees)) is not None:
        found: tuple[Catalog, Compiled] = pickle.loads(kept)  # noqa: S301 - ours alone, as cache.py makes sure
        return found
    try:
        stamp = cache.make_stamp(trees=trees)  # before the files are read: a change in between must show
    except OSError:
        stamp = b""
    from wizard.catalog.load import load_catalog
    from wizard.decision.compile import compile_decision

    catalog = load_catalog()
    compiled = compile_decision(catalog.decision)
    if stamp:
        evaluate(compiled, {})
        cache.keep(_NAME, stamp, pickle.dumps((catalog, compiled), pickle.HIGHEST_PROTOCOL))
    return catalog, compiled

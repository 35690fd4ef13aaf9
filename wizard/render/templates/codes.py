"""The bytecode of the shipped templates, cached between runs.

The cache is separate from the catalogue's because only a run that renders fills it; it saves a quarter of such a run.
"""

from __future__ import annotations

import marshal
from contextlib import suppress
from types import CodeType

import jinja2

from wizard.catalog import cache

_NAME = "templates"


class Codes:
    """Bytecode by format and template, for the catalogue with one digest."""

    def __init__(self, digest: str) -> None:
        self._facts = (jinja2.__version__, digest)
        self._trees = cache.code("render/templates")
        self._codes: dict[str, bytes] = cache.load(_NAME, *self._facts, trees=self._trees) or {}
        self._fresh = False

    def get(self, key: str) -> CodeType | None:
        """Return the cached bytecode, or ``None``."""
        kept = self._codes.get(key)
        return marshal.loads(kept) if kept else None  # noqa: S302 - ours alone, see cache.py

    def put(self, key: str, code: CodeType) -> None:
        """Remember the bytecode of a template."""
        self._codes[key] = marshal.dumps(code)
        self._fresh = True

    def keep(self) -> None:
        """Save the remembered bytecode for the next run."""
        if self._fresh:
            with suppress(OSError):
                cache.keep(_NAME, cache.make_stamp(*self._facts, trees=self._trees), self._codes)
            self._fresh = False

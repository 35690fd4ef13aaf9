"""What the shipped templates compile to, kept from one run to the next."""

from __future__ import annotations

import marshal
from contextlib import suppress
from types import CodeType

import jinja2

from wizard.catalog import cache

_NAME = "templates"


class Codes:
    """Bytecode by format and template, of the catalogue with one digest."""

    def __init__(self, digest: str) -> None:
        self._facts = (jinja2.__version__, digest)
        self._trees = cache.code("render/templates")
        kept = cache.load(_NAME, *self._facts, trees=self._trees)
        self._codes: dict[str, bytes] = marshal.loads(kept) if kept else {}  # noqa: S302 - ours alone, see cache.py
        self._fresh = False

    def get(self, key: str) -> CodeType | None:
        """What was kept."""
        kept = self._codes.get(key)
        return marshal.loads(kept) if kept else None  # noqa: S302

    def put(self, key: str, code: CodeType) -> None:
        """Remember what a template compiled to."""
        self._codes[key] = marshal.dumps(code)
        self._fresh = True

    def keep(self) -> None:
        """Keep what was remembered for the next run."""
        if self._fresh:
            with suppress(OSError):
                cache.keep(_NAME, cache.make_stamp(*self._facts, trees=self._trees), marshal.dumps(self._codes))
            self._fresh = False

"""What the shipped templates compile to, kept from one run to the next."""

from __future__ import annotations

import marshal

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from wizard.catalog import cache

_NAME = "templates"


class Codes:
    """Bytecode by format and template. Jinja itself compares it with a digest of the template's text."""

    def __init__(self) -> None:
        self._stamp = cache.make_stamp(jinja2.__version__)
        kept = cache.load(_NAME, self._stamp)
        self._codes: dict[str, bytes] = marshal.loads(kept) if kept else {}  # noqa: S302 - ours alone, see cache.py
        self._fresh = False

    def get(self, key: str) -> bytes | None:
        """What was kept."""
        return self._codes.get(key)

    def put(self, key: str, code: bytes) -> None:
        """Remember what a template compiled to."""
        self._codes[key] = code
        self._fresh = True

    def keep(self) -> None:
        """Keep what was remembered for the next run."""
        if self._fresh:
            cache.keep(_NAME, self._stamp, marshal.dumps(self._codes))
            self._fresh = False


class CodesOf(BytecodeCache):
    """The codes of one format's environment, in the form Jinja asks for."""

    def __init__(self, codes: Codes, fmt: str) -> None:
        self._codes = codes
        self._fmt = fmt

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002
        """The path of a template is its name; the format decides how values in it are escaped."""
        return f"{self._fmt}:{name}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what was kept."""
        if (code := self._codes.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what Jinja just compiled."""
        self._codes.put(bucket.key, bucket.bytecode_to_string())

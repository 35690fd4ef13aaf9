"""Bounds on a YAML or JSON text, the fault of a text outside them, and its decoding. Loads no YAML library."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE
from typing import Literal, NamedTuple

Code = Literal["encoding", "syntax", "alias", "too-deep", "too-large"]
_MARK = "\ufeff"


class Bounds(NamedTuple):
    """The most that one text may hold."""

    size: int
    """Bytes, or characters of decoded text."""
    depth: int
    """Mappings and lists inside one another."""
    values: int
    """Scalars, mappings and lists that are written out."""
    copies: int
    """Values that aliases repeat."""

    def beyond(self, depth: int, line: int, column: int) -> "YamlFault":
        """Make the fault of a value that is too deep, or else one too many."""
        if depth > self.depth:
            return YamlFault("too-deep", f"nested more than {self.depth} levels deep", line, column)
        return YamlFault("too-large", f"more than {self.values:,} values", line, column)


class YamlFault(Exception):  # noqa: N818 - a fault in the making; each reader says it in its own words
    """The reason why the rest of a text cannot be read; line and column count from 1, and are 0 where none is known.

    ``context`` is what libyaml was reading. Neither it nor ``message`` quotes a value, which may be secret.
    """

    def __init__(self, code: Code, message: str, line: int = 0, column: int = 0, context: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column, self.context = code, message, line, column, context


def decode(data: bytes | str, bounds: Bounds, *, utf16: bool = False) -> str:
    """The text without a byte order mark; with ``utf16`` also of UTF-16 that begins with one, as kubectl reads it.

    Raises:
        YamlFault: too large, or not text.
    """
    if len(data) > bounds.size:
        raise YamlFault("too-large", f"the file is larger than {bounds.size // 1000} kB")
    if isinstance(data, str):
        return data.removeprefix(_MARK)
    wide = utf16 and data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and not data.startswith(BOM_UTF32_LE)
    try:
        return data.decode("utf-16" if wide else "utf-8").removeprefix(_MARK)
    except UnicodeDecodeError as error:
        if wide:
            raise YamlFault("encoding", "the file begins as UTF-16 and is not valid UTF-16", 1, 1) from None
        line, column = data.count(b"\n", 0, error.start) + 1, error.start - data.rfind(b"\n", 0, error.start)
        raise YamlFault("encoding", "the file is not UTF-8", line, column) from None

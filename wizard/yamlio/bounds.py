"""Bounds on a YAML or JSON text, its decoding, and the error for a text that cannot be read. Loads no YAML library."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE
from typing import Literal, NamedTuple

Code = Literal["encoding", "syntax", "alias", "too-deep", "too-large"]
_MARK = "\ufeff"


class Bounds(NamedTuple):
    """The limits for one text."""

    size: int
    """Bytes, or characters of decoded text."""
    depth: int
    """Nesting levels of mappings and lists."""
    values: int
    """Scalars, mappings and lists that are written out, without aliases."""
    copies: int
    """Values that aliases repeat."""

    def beyond(self, depth: int, line: int, column: int) -> "YamlFault":
        """Return the error for a value that is nested too deep, or that is one too many."""
        if depth > self.depth:
            return YamlFault("too-deep", f"nested more than {self.depth} levels deep", line, column)
        return YamlFault("too-large", f"more than {self.values:,} values", line, column)


class YamlFault(Exception):  # noqa: N818 - not yet an error for the user: each reader rewords it
    """The reason why the rest of a text cannot be read; line and column count from 1, and are 0 if unknown.

    ``context`` is what libyaml was parsing. Neither it nor ``message`` quotes a value, which may be secret.
    """

    def __init__(self, code: Code, message: str, line: int = 0, column: int = 0, context: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column, self.context = code, message, line, column, context


def decode(data: bytes | str, bounds: Bounds, *, utf16: bool = False) -> str:
    """Return the text without a byte order mark; ``utf16`` also accepts UTF-16 with a byte order mark, as kubectl does.

    Raises:
        YamlFault: the data is too large, or not text.
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

"""Changes of a file, as counts and as a unified diff; a new file does not import ``difflib``."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO


def lines_of(data: bytes | str | None) -> list[str]:
    """Return the lines with their line ends; only a line feed ends a line, even in files with other separators."""
    if data is None:
        return []
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return list(StringIO(text, newline="\n"))


def counts(old: bytes | str | None, new: bytes | str | None) -> tuple[int, int]:
    """Return the numbers of lines added and removed."""
    before, after = lines_of(old), lines_of(new)
    if not before or not after or before == after:
        return (0, 0) if before == after else (len(after), len(before))
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return len(after) - same, len(before) - same


def unified(old: bytes | str | None, new: bytes | str | None, path: str, *, context: int = 3) -> str:
    """Return a diff for ``patch -p1``; ``None`` means that the file does not exist."""
    from difflib import unified_diff

    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    return "".join(_closed(unified_diff(lines_of(old), lines_of(new), *names, n=context)))


def _closed(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"

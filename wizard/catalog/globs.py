"""Shell globs in place of names in a catalogue."""

from __future__ import annotations

from collections.abc import Collection


def matches_any(glob: str, names: Collection[str]) -> bool:
    """Return whether a shell glob matches one of the names; a plain name is compared without `fnmatch`."""
    if glob in names:
        return True
    if not any(char in glob for char in "*?["):
        return False
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, glob) for name in names)

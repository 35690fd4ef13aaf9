"""The paths that a bundle may contain."""

from __future__ import annotations

_HIDDEN_FILES = frozenset({".helmignore", ".gitignore"})


def safe_path(path: str) -> bool:
    """Return whether a bundle may write a path: relative, printable, inside the folder, and not in a hidden folder.

    Hidden folders are refused because a journal or base from someone else's repository must not reach ``.git/hooks``
    and the like.
    """
    *folders, name = path.split("/")
    return (
        path.isprintable()
        and "\\" not in path
        and all(part and not part.startswith(".") for part in folders)
        and bool(name)
        and (not name.startswith(".") or name in _HIDDEN_FILES)
    )

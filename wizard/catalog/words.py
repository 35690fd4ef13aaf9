"""Small helpers for messages about wrong words."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` for the nearest known word, or an empty string."""
    # Case is the commonest slip of all, so it does not count; 0.6 finds `ask` for `asks`.
    folded = {choice.casefold(): choice for choice in known}
    near = nearest(word.casefold()[:80], folded)
    return f"did you mean '{folded[near]}'?" if near else ""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like this one, or an empty string."""
    from difflib import get_close_matches  # only wrong input pays for the import

    return next(iter(get_close_matches(word, list(known), 1, cutoff)), "")


def meant(word: str, known: Iterable[str]) -> str:
    """``did you mean x?`` for the word that is most like this one as it stands, or an empty string."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""


def printable(text: str) -> bool:
    """True when the text holds line breaks and visible characters only."""
    return text.isprintable() or all(line.isprintable() for line in text.split("\n"))


def shown(text: str, limit: int = 40) -> str:
    """A short form of a wrong value to name it by, on one line and without invisible characters."""
    visible = "".join(char if char.isprintable() else "·" for char in text[: limit + 1])
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


def matches_any(glob: str, names: Collection[str]) -> bool:
    """Whether a shell glob matches one of the names; a plain name does not pay for the pattern."""
    if glob in names:
        return True
    if not any(char in glob for char in "*?["):
        return False
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, glob) for name in names)

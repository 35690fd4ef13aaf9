"""Text for users and terminals: safe lines, shortened texts, lists in words, similar words and amounts.

Untrusted data is shown in one of two ways. ``visible`` keeps the width and hides characters that a terminal could
interpret, for pages and documents; ``escaped`` and ``shown`` spell such characters out, for messages that have to name
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_INITIALS = frozenset(["ca", "cpu", "id", "ssh", "sql", "tls", "ttl", "udp", "uid", "url", "wal"])
"""Parts of names that are written in capitals in a sentence."""
_SHORT_WORD = 12
_UNITS = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


# --- one safe line -------------------------------------------------------------------------------


def visible(text: str) -> str:
    """Replace white space by spaces and other invisible characters by ``?``, one for one.

    Format characters count as invisible: some reverse the reading order, others change the width of a cell.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def escaped(text: str, *, keep: str = "") -> str:
    r"""Spell out invisible characters as ``\n``, ``\x1b`` or ``\u200b``, except for those in ``keep``."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escape(c) for c in text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as Python represents it
        code -= 0xDC00
    return _NAMED.get(char) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def printable(text: str) -> bool:
    """Return whether the text contains only line breaks and visible characters."""
    return text.isprintable() or all(line.isprintable() for line in text.split("\n"))


def one_line(text: str) -> str:
    """Put a text on one line, with single spaces."""
    return " ".join(text.split())


def spaced(name: str) -> str:
    """Return an identifier in words, such as ``CPU limit`` for ``cpu_limit``."""
    return " ".join(word.upper() if word in _INITIALS else word for word in name.split("_"))


# --- shortened texts -----------------------------------------------------------------------------


def shown(text: str, limit: int = 60) -> str:
    """Return a value for use in a message: on one line, escaped, at most ``limit`` characters."""
    return cut(escaped(cut(text, 5 * limit)), limit)


def cut(text: str, limit: int) -> str:
    """Leave out the middle of data that is longer than ``limit``, since the end often shows the problem."""
    if len(text) <= limit:
        return text
    tail = limit // 5
    return f"{text[: limit - tail - 1]}…{text[len(text) - tail :]}"


def shorten(text: str, limit: int) -> str:
    """Cut prose that is longer than ``limit`` after a word."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"


def capital(text: str) -> str:
    """Return a text that begins a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def first_sentence(text: str) -> str:
    """Return the first sentence of a paragraph, without its full stop."""
    head, stop, _ = one_line(text).partition(". ")
    return head if stop else head.rstrip(".")


# --- wrapped paragraphs --------------------------------------------------------------------------


def orphan_break(before: str, last: str, width: int) -> int:
    """Return the place in the line before the last one where it should break earlier; 0 if it should not.

    A paragraph should not end with one short word on a line of its own, so the word before it joins it:
    ``where they are taken care`` / ``of).`` becomes ``where they are taken`` / ``care of).``

    Args:
        before: the line before the last one, without its indent.
        last: the last line, without its indent.
        width: the maximum number of characters of the last line.
    """
    at = before.rstrip().rfind(" ")
    if at <= 0 or " " in last.strip() or len(last) > _SHORT_WORD:
        return 0
    joined = len(before.rstrip()) - at + len(last)
    return at if joined <= min(width, len(before[:at].rstrip())) else 0


# --- lists and numbers in words ------------------------------------------------------------------


def listed(items: Iterable[str], joint: str = "and") -> str:
    """Return ``a, b and c``."""
    parts = list(items)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def first_few(items: Sequence[str], most: int = 4) -> str:
    """Return ``a, b and 5 more``; a single item above ``most`` is named instead of counted."""
    if len(items) <= most + 1:
        return ", ".join(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 answer`` or ``2 answers``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


# --- similar words -------------------------------------------------------------------------------


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word that is most similar to this one, or an empty string."""
    from difflib import get_close_matches  # only wrong input pays for the import

    return next(iter(get_close_matches(word[:80], list(known), 1, cutoff)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the most similar known word, ignoring case, or an empty string."""
    folded = {choice.casefold(): choice for choice in known}
    near = nearest(word.casefold(), folded)  # 0.6 finds `ask` for `asks`
    return f"did you mean '{folded[near]}'?" if near else ""


# --- amounts -------------------------------------------------------------------------------------


def cpu_text(millis: int) -> str:
    """Return millicores as ``250m``, or as ``2`` or ``1.5`` from one core on."""
    return f"{millis}m" if 0 < millis < 1000 else f"{millis / 1000:g}"


def memory_text(size: int) -> str:
    """Return bytes as ``160 MiB`` or ``1.5 GiB``, with at most two decimals."""
    for unit, whole in _UNITS:
        if size >= whole:
            return f"{round(size / whole, 2):g} {unit}"
    return f"{size} bytes" if size else "0"

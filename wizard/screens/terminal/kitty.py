"""Conversion of kitty keyboard protocol keys to the few forms that Textual understands.

Source: https://sw.kovidgoyal.net/kitty/keyboard-protocol/, flags 1 to 31.
"""

from __future__ import annotations

import re

_KEY = re.compile(
    r"\x1b\[(?P<code>\d*)(?::(?P<shifted>\d*))?(?::\d*)?"
    r"(?:;(?P<modifiers>\d*)(?::(?P<event>\d*))?)?(?:;(?P<text>[\d:]*))?(?P<final>[u~ABCDEFHPQRS])",
    re.ASCII,
)
_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_FUNCTIONAL = range(0xE000, 0xF900)
"""Code points of keys that produce no text, such as Shift itself or the media keys."""
_MODIFIERS = frozenset({57358, 57359, 57360, *range(57441, 57455)})
"""Lock keys, and modifiers such as Shift and Ctrl reported as separate keys: part of pressing another key."""
_SHIFT, _CAPS_LOCK, _NUM_LOCK = 1, 64, 128
_RELEASED = "3"
_OTHER_KEY = 27
"""In xterm's ``modifyOtherKeys``, ``ESC [ 27 ; modifiers ; code ~`` reports any key."""


def plainer(sequence: str) -> str:
    """Rewrite a key report without alternates and event types, and with its text; return other sequences unchanged.

    For example ``ESC [ 97:65 ; 2 u`` (Shift+a, with ``A`` as its alternate) becomes ``ESC [ 97 ; 2 ; 65 u``.
    Key releases, modifiers alone, and code points that do not exist return an empty string.
    """
    key = _KEY.fullmatch(sequence)
    if key is None:
        return sequence
    if key["event"] == _RELEASED:
        return ""
    code, final = int(key["code"] or 1), key["final"]
    modifiers = max(0, int(key["modifiers"] or 1) - 1)
    if not _exists(code) or (final == "u" and code in _MODIFIERS):
        return ""
    if final == "~" and code == _OTHER_KEY and key["text"] is not None:
        typed = key["text"]  # the code already includes Shift
        return plainer(f"\x1b[{typed}:{typed};{modifiers + 1}u")
    if final != "u":
        extended = key["event"] is not None or key["text"] is not None or key["shifted"] is not None
        return f"\x1b[{code};{modifiers + 1}{final}" if extended else sequence
    text = _text(key["text"] or "") or _typed(code, int(key["shifted"] or 0), modifiers)
    return f"\x1b[{code};{modifiers + 1 if modifiers else ''};{':'.join(str(ord(c)) for c in text)}u"


def _text(codes: str) -> str:
    """Return the text that the terminal reports for a key."""
    numbers = [int(code) for code in codes.split(":") if code]
    return "".join(chr(number) for number in numbers if _exists(number) and chr(number).isprintable())


def _typed(code: int, shifted: int, modifiers: int) -> str:
    """Return the text of a key that the terminal reports without text; empty with Ctrl and similar modifiers."""
    if modifiers & ~(_SHIFT | _CAPS_LOCK | _NUM_LOCK) or code in _FUNCTIONAL or not _exists(code):
        return ""
    shift, character = bool(modifiers & _SHIFT), chr(code)
    if shift and shifted and _exists(shifted):
        character = chr(shifted)
    elif character.isalpha():
        character = character.upper() if shift != bool(modifiers & _CAPS_LOCK) else character
    elif shift:
        return ""  # Shift+1 depends on the keyboard layout, which only the terminal knows
    return character if len(character) == 1 and character.isprintable() else ""


def _exists(code: int) -> bool:
    return 0 < code <= _LAST and code not in _SURROGATES

"""The brightness of the terminal's background, which decides between the dark and the light theme.

The query (OSC 11) is sent before Textual is imported, so that the reply is usually there when the import is done, and
nobody waits for it. A terminal that does not reply, or replies later, gets its own sixteen colours; ``KeyParser`` drops
a late reply. Keys that were typed in the meantime arrive together with the reply and are passed on.
Source: "XTerm Control Sequences", Operating System Commands, ``Ps = 11``.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

_QUERY = b"\x1b]11;?\x1b\\"
_CHANNEL = rb"([0-9a-fA-F]{1,4})"
_REPLY = re.compile(rb"\x1b\]11;rgba?:" + rb"/".join([_CHANNEL] * 3) + rb"(?:/[0-9a-fA-F]{1,4})?(?:\x07|\x1b\\)")
_SHARES = (0.299, 0.587, 0.114)
"""The shares of red, green and blue in the brightness of a colour. Source: ITU-R BT.601."""
_MOST = 1 << 16
_PLAIN = ("linux", "vt", "ansi", "cons25", "sun", "rxvt")
"""The beginnings of the names of consoles and old terminals, which have fewer colours or print a query they ignore."""


class Background(Enum):
    """The background as the terminal reports it."""

    DARK = "dark"
    LIGHT = "light"
    UNKNOWN = "unknown"


class TerminalState(NamedTuple):
    """The terminal when the screens start."""

    settings: list[Any] | None = None
    """The line settings (as from ``termios.tcgetattr``) that it had before."""
    background: Background = Background.UNKNOWN
    typed: bytes = b""
    """Bytes that were read together with the reply and are still to be handled."""
    environ: Mapping[str, str] | None = None
    """The environment variables that choose the theme; ``None`` for those of the process."""


def has_256_colours(environ: Mapping[str, str]) -> bool:
    """Return true if the environment says that the terminal has 256 colours or more, in Textual's reading."""
    many = environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit")
    return many or environ.get("TERM", "").rpartition("-")[2].lower() in ("256color", "kitty")


def decides_theme(environ: Mapping[str, str]) -> bool:
    """Return true if the theme follows the background: nothing else was requested, and the terminal may report it.

    The names in ``TERM`` that say nothing about colours, such as ``xterm`` and ``alacritty``, belong to terminals with
    256 colours today if they report their background.
    """
    if "NO_COLOR" in environ or environ.get("PODWIZARD_THEME"):
        return False
    name = environ.get("TERM", "")
    return has_256_colours(environ) or bool(name and not name.startswith(_PLAIN))


def ask(number: int) -> None:
    """Ask the terminal for its background, on a descriptor."""
    with contextlib.suppress(OSError):
        os.write(number, _QUERY)


def read_available(number: int = 0) -> bytes:
    """Return the available input of a descriptor, without waiting for any."""
    with contextlib.suppress(OSError, ValueError):
        if select.select([number], [], [], 0)[0]:
            return os.read(number, _MOST)
    return b""


def split_reply(data: bytes) -> tuple[Background, bytes]:
    """Return the background that a reply in the data reports, and the data without the reply."""
    reply = _REPLY.search(data)
    if reply is None:
        return Background.UNKNOWN, data
    levels = [int(part, 16) / (16 ** len(part) - 1) for part in reply.groups()]
    light = sum(share * level for share, level in zip(_SHARES, levels, strict=True)) > 0.5
    return Background.LIGHT if light else Background.DARK, data[: reply.start()] + data[reply.end() :]


def from_environment(environ: Mapping[str, str]) -> Background:
    """Return the background that some terminals report in ``COLORFGBG`` (``15;0``: white on black)."""
    number = environ.get("COLORFGBG", "").rpartition(";")[2]
    if not number.isdecimal():
        return Background.UNKNOWN
    return Background.LIGHT if int(number) in (7, *range(9, 16)) else Background.DARK

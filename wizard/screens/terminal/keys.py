"""A terminal's bytes as events: whole sequences only, and nothing a terminal sends can end the wizard.

Textual's parser knows what sequences mean, but takes a byte stream apart as it goes: an unknown or unfinished
sequence ends as keys that nobody pressed, and a valid one may raise. This parser cuts the stream first. For example
``1 ESC ] 1 1 ; rgb:0/0/0 BEL ESC [ A`` is the text ``1``, a control string, and one sequence. Textual is given the
text and the sequence, each whole; the control string, a reply to a question of an earlier program, is dropped.
"""

from __future__ import annotations

import re

from textual import constants, events
from textual._time import get_time
from textual._xterm_parser import _MAX_SEQUENCE_SEARCH_THRESHOLD, XTermParser
from textual.geometry import Size
from textual.message import Message

from wizard.screens.page import believable
from wizard.screens.terminal.kitty import plainer

_ESC, _BEL = "\x1b", "\x07"
_STRING_END = "\x1b\\"
_STRINGS = frozenset({"\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX"})
"""The control strings OSC, DCS, APC, PM and SOS: only terminals send them."""
_BEGUN = re.compile(r"\x1b(?:O[0-9;]*|\[(?:\[|M[^\x00-\x1f]{0,2}|[0-?]*[ -/]*))")
"""The start of a sequence. ``ESC [ [`` is the Linux console, ``ESC [ M`` and three more an old mouse report."""
_WHOLE = re.compile(r"\x1b(?:O[0-9;]*[@-~]|\[(?:\[[@-~]|M[^\x00-\x1f]{3}|(?![M\[])[0-?]*[ -/]*[@-~]))")
_RESIZE = re.compile(r"\x1b\[48;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?(?:;[\d:]*){2}t", re.ASCII)
_PASTE, _PASTE_END = "\x1b[200~", "\x1b[201~"
_LONGEST = 64
"""Characters of a sequence; longer ones mean nothing to us."""
_LONGEST_STRING = 8192
_LONGEST_PASTE = 1 << 16
"""Characters of a paste that are kept."""
_PATIENCE = 1.0
"""Seconds that the rest of what only a terminal sends may take; a person's Esc waits far less."""


class KeyParser(XTermParser):
    """Turns text from a terminal into events.

    Esc with a character right behind it is two keys. Over a slow line, and when a person types ahead, both arrive
    together; Textual would make one key with Alt of them, of which the wizard has none.
    """

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002  # Textual's signature
        super().__init__(debug)
        self._held = ""
        """The part of a sequence that has come; a control string is known by its first two characters."""
        self._passed = 0
        """Characters of a control string that have been dropped."""
        self._pasted: list[str] | None = None
        self._after_return = False
        """True when Enter has just come as CR: some lines send CR LF for it."""

    @property
    def pause(self) -> float | None:
        """Seconds until ``tick`` has something to do; ``None`` while nothing is unfinished."""
        return None if self._timeout_time is None else max(0.0, self._timeout_time - get_time()) + 0.005

    def feed(self, data: str) -> list[Message]:
        """Give the events of what has come. Never raises."""
        found: list[Message] = []
        self._after_return = False
        for character in data:
            found += self._take(character)
        self._timeout_time = None
        if self._pasted is not None or self._only_sent:
            self._timeout_time = get_time() + _PATIENCE
        elif self._held:
            self._timeout_time = get_time() + constants.ESCAPE_DELAY
        return found

    def tick(self) -> list[Message]:
        """Give up waiting for the rest of a sequence, once it is late."""
        if self._timeout_time is None or get_time() < self._timeout_time:
            return []
        self._timeout_time = None
        if self._pasted is not None:
            return self._paste_ended()
        return self._cut_off()

    @property
    def _only_sent(self) -> bool:
        """Tell whether no person types what is held: more than Esc with one character behind it."""
        return len(self._held) > 2 or self._passed > 0

    def _take(self, character: str) -> list[Message]:
        if self._pasted is not None:
            return self._in_paste(self._pasted, character)
        if self._held[:2] in _STRINGS:
            return self._in_string(character)
        if self._held:
            return self._in_sequence(character)
        if character == _ESC:
            self._held, self._after_return = _ESC, False
            return []
        doubled = self._after_return and character == "\n"
        self._after_return = character == "\r"
        return [] if doubled else self._understood(character)

    # --- sequences -------------------------------------------------------------------------------

    def _in_sequence(self, character: str) -> list[Message]:
        if character == _ESC:
            found = self._cut_off()
            self._held = _ESC
            return found
        held = self._held + character
        if held == _STRING_END:
            self._held = ""
            return []
        if held in _STRINGS or _BEGUN.fullmatch(held):
            self._held = held[:_LONGEST]
            return []
        if not _WHOLE.fullmatch(held):
            return [*self._cut_off(), *self._take(character)]
        self._held = ""
        return self._sequence(held) if len(held) < _LONGEST else []

    def _cut_off(self) -> list[Message]:
        """Make keys of what a person may have typed, such as Esc and ``[``; drop what only a terminal sends."""
        held, typed = self._held, not self._only_sent
        self._held, self._passed = "", 0
        if not held or not typed:
            return []
        found: list[Message] = [events.Key("escape", _ESC)]
        return found + self._understood(held[1]) if len(held) == 2 else found

    def _sequence(self, sequence: str) -> list[Message]:
        if sequence == _PASTE:
            self._pasted = []
            return []
        if sequence == _PASTE_END:
            return []
        if resize := _RESIZE.fullmatch(sequence):
            size = believable(int(resize[2]), int(resize[1]))
            return [] if size is None else [events.Resize(Size(*size), Size(*size))]
        plain = plainer(sequence)
        return self._understood(plain) if plain else []

    def _understood(self, text: str) -> list[Message]:
        """Give the events of one character or one whole sequence; none where Textual fails on it."""
        if len(text) > _MAX_SEQUENCE_SEARCH_THRESHOLD:
            return []  # Textual would take it apart into keys
        self._timeout_time = None
        try:
            found = list(super().feed(text))
        except Exception:  # a terminal may send anything, and Textual's faults are not known in advance
            found = []
            self._begin_again()
        if self._timeout_time is not None:  # Textual waits for more, and there is none
            self._begin_again()
        return found

    def _begin_again(self) -> None:
        self._tokens.clear()
        self._timeout_time = None
        self._gen = self.parse(self._tokens.append)
        self._awaiting = next(self._gen)

    # --- strings and pastes ----------------------------------------------------------------------

    def _in_string(self, character: str) -> list[Message]:
        """Drop a control string; a control character ends it too, so that Ctrl+C and Enter work after half of one."""
        if len(self._held) > 2:  # an Esc has come, which begins the end of the string or something else
            self._held, self._passed = _ESC, 0
            return self._in_sequence(character)
        if character == _ESC and self._passed:
            self._held += _ESC
            return []
        if character < " " or self._passed >= _LONGEST_STRING:
            found = self._cut_off()
            return found if character == _BEL else [*found, *self._take(character)]
        self._passed += 1
        return []

    def _in_paste(self, pasted: list[str], character: str) -> list[Message]:
        pasted.append(character)
        if character == "~" and "".join(pasted[-len(_PASTE_END) :]) == _PASTE_END:
            del pasted[-len(_PASTE_END) :]
            return self._paste_ended()
        if len(pasted) > 2 * _LONGEST_PASTE:
            del pasted[_LONGEST_PASTE : -len(_PASTE_END)]
        return []

    def _paste_ended(self) -> list[Message]:
        text = "".join(self._pasted or ())[:_LONGEST_PASTE]
        self._pasted = None
        return [events.Paste(text.replace("\x00", ""))]

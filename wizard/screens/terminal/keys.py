"""A parser from terminal bytes to events that handles only whole sequences, so that no input can crash the wizard.

Textual's parser knows what sequences mean, but splits the byte stream as it arrives: an unknown or unfinished sequence
turns into keys that nobody pressed, and a valid one may raise. This parser splits the stream first. For example,
``1 ESC ] 1 1 ; rgb:0/0/0 BEL ESC [ A`` is the text ``1``, a control string, and one sequence. Textual receives the text
and the whole sequence; the control string, a reply to an earlier program's query, is dropped.
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
"""The control strings OSC, DCS, APC, PM and SOS, which only terminals send."""
_BEGUN = re.compile(r"\x1b(?:O[0-9;]*|\[(?:\[|M[^\x00-\x1f]{0,2}|[0-?]*[ -/]*))")
"""The start of a sequence. ``ESC [ [`` is the Linux console's, ``ESC [ M`` plus three characters a mouse report."""
_WHOLE = re.compile(r"\x1b(?:O[0-9;]*[@-~]|\[(?:\[[@-~]|M[^\x00-\x1f]{3}|(?![M\[])[0-?]*[ -/]*[@-~]))")
_RESIZE = re.compile(r"\x1b\[48;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?(?:;[\d:]*){2}t", re.ASCII)
_PASTE, _PASTE_END = "\x1b[200~", "\x1b[201~"
_LEAST_RUN = 200
_RUN = re.compile(rf"[^\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]{{{_LEAST_RUN - 1},}}")
"""Text that arrives at once and that nobody types: a paste into a terminal that does not mark pastes."""
_LINES = re.compile(r"[\r\n][^\r\n]")
"""The end of a line inside such a text; one at the end of a single line is Enter."""
_REST = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]{2,}")
"""The next part of such a paste, if it arrives directly after the part before."""
_DIRECTLY = 0.1
"""The seconds within which the next part of such a paste arrives."""
_LONGEST = 64
"""The maximum length of a sequence in characters; the wizard uses no longer ones."""
_LONGEST_STRING = 8192
_LONGEST_PASTE = 1 << 16
"""The maximum length of a paste in characters; the rest is dropped."""
_PATIENCE = 1.0
"""Seconds to wait for the rest of a sequence that only a terminal sends; the wait after Esc is much shorter."""


class KeyParser(XTermParser):
    """A parser that turns text from a terminal into events.

    Esc followed directly by a character counts as two keys. Over a slow connection, or when the user types ahead, both
    arrive together; Textual would turn them into one Alt key, which the wizard does not use.
    """

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002  # Textual's signature
        super().__init__(debug)
        self._held = ""
        """The unfinished sequence; for a control string only its first two characters."""
        self._passed = 0
        """The number of characters of a control string dropped so far."""
        self._pasted: list[str] | None = None
        self._alone_until = 0.0
        """The time until which ``]`` continues an Esc that arrived alone: a slow connection may split a reply there."""
        self._continued = False
        """True if the unfinished sequence continues such an Esc, which has already been returned as a key."""
        self._paste_until = 0.0
        """The time until which text continues an unmarked paste, which a terminal sends in parts."""
        self._after_return = False
        """True directly after Enter arrived as CR, because some connections send CR LF for Enter."""

    @property
    def pause(self) -> float | None:
        """The seconds until ``tick`` has something to do; ``None`` if nothing is unfinished."""
        return None if self._timeout_time is None else max(0.0, self._timeout_time - get_time()) + 0.005

    def feed(self, data: str) -> list[Message]:
        """Return the events of the next characters. Never raises."""
        found: list[Message] = []
        self._after_return = False
        done = 0
        if (rest := _REST.match(data)) and rest[0].strip() and get_time() < self._paste_until:
            found, done = self._run(rest[0]), rest.end()
        for run in _RUN.finditer(data, done):
            text = run[0] if _LINES.search(run[0]) else run[0].rstrip("\r\n")
            if len(text) >= _LEAST_RUN:
                found += [*self._each(data[done : run.start()]), *self._run(text)]
                done = run.start() + len(text)
        found += self._each(data[done:])
        self._paste_until = get_time() + _DIRECTLY if 0 < done == len(data) else 0.0
        self._timeout_time = None
        if self._pasted is not None or self._only_sent:
            self._timeout_time = get_time() + _PATIENCE
        elif self._held:
            self._timeout_time = get_time() + constants.ESCAPE_DELAY
        return found

    def tick(self) -> list[Message]:
        """Return the events of an unfinished sequence whose timeout has passed."""
        if self._timeout_time is None or get_time() < self._timeout_time:
            return []
        self._timeout_time = None
        if self._pasted is not None:
            return self._paste_ended()
        if self._held == _ESC:
            self._alone_until = get_time() + _PATIENCE
        return self._cut_off()

    def _run(self, text: str) -> list[Message]:
        """Return a long text as a paste, unless it belongs to a marked one or to a sequence."""
        return [events.Paste(text)] if self._pasted is None and not self._held else self._each(text)

    @property
    def _only_sent(self) -> bool:
        """True if only a terminal can have sent the unfinished sequence: it is longer than Esc plus one character."""
        return len(self._held) > 2 or self._passed > 0

    def _each(self, text: str) -> list[Message]:
        return [event for character in text for event in self._take(character)]

    def _take(self, character: str) -> list[Message]:
        if self._pasted is not None:
            return self._in_paste(self._pasted, character)
        if self._held[:2] in _STRINGS:
            return self._in_string(character)
        if self._held:
            return self._in_sequence(character)
        self._continued = character == "]" and get_time() < self._alone_until
        self._alone_until = 0.0
        if character == _ESC or self._continued:
            self._held, self._after_return = _ESC + "]" * self._continued, False
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
        """End an unfinished sequence: return the keys a user may have typed, such as Esc and ``[``; drop the others."""
        held, typed = self._held, not self._only_sent
        self._held, self._passed = "", 0
        if not held or not typed:
            return []
        found: list[Message] = [] if self._continued else [events.Key("escape", _ESC)]
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
        """Return the events of one character or one whole sequence; empty if Textual fails on it."""
        if len(text) > _MAX_SEQUENCE_SEARCH_THRESHOLD:
            return []  # Textual would split it into keys
        self._timeout_time = None
        try:
            found = list(super().feed(text))
        except Exception:  # a terminal may send anything, and Textual's bugs are not known in advance
            found = []
            self._begin_again()
        if self._timeout_time is not None:  # Textual waits for more input, but the sequence is complete
            self._begin_again()
        return found

    def _begin_again(self) -> None:
        self._tokens.clear()
        self._timeout_time = None
        self._gen = self.parse(self._tokens.append)
        self._awaiting = next(self._gen)

    # --- strings and pastes ----------------------------------------------------------------------

    def _in_string(self, character: str) -> list[Message]:
        """Drop a control string. A control character ends it too, so Ctrl+C and Enter work after an incomplete one."""
        if len(self._held) > 2:  # an Esc has arrived: it starts the string's terminator or another sequence
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

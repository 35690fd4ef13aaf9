"""Reading and writing lines: cleaned, wrapped to the terminal, and in letters it can show."""

from __future__ import annotations

import os
import re
import select
import termios
import textwrap
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

from wizard.text import escaped, shown, visible
from wizard.texts.reasons import ReasonLine

WIDEST = 76
_NARROWEST = 20
QUOTED = 40
"""The most that is repeated of what was typed."""
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("·–—−", "-"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("‘’", "'"),
        "→": "->",
        "←": "<-",
        "…": "...",
        "×": "x",
        "≤": "<=",
        "≥": ">=",
    }
)
_CAPITALS = ("D", "N", "O", "R", "W")
_LONG_WORDS = {
    "answers": "a",
    "back": "b",
    "quit": "q",
    "exit": "q",
    "leave": "q",
    "help": "?",
    "h": "?",
    "list": "l",
}


class Leaving(Exception):  # noqa: N818  # not an error: the person wants to go
    """The person leaves; ``keep`` says whether the answers stay saved."""

    def __init__(self, *, keep: bool) -> None:
        super().__init__()
        self.keep = keep


@dataclass(frozen=True, slots=True)
class Lines:
    """A pair of streams; everything written is cleaned of control characters and wrapped."""

    reader: TextIO
    writer: TextIO
    ascii_only: bool = False

    # --- writing ---------------------------------------------------------------------------------

    def say(self, text: str = "", *, indent: int = 0, hang: int = 0) -> None:
        """Write one paragraph."""
        self._write("\n".join(self._wrapped(text, indent, hang)) + "\n")

    def heading(self, text: str) -> None:
        """Write an empty line and the paragraph that names what follows."""
        self.say()
        self.say(text)

    def raw(self, text: str) -> None:
        """Write lines as they are (a diff, a manifest), cleaned but not wrapped."""
        for row in text.splitlines():
            self._write(escaped(row, keep="\t") + "\n")

    def numbered(self, items: Iterable[str], *, first: int = 1, of: int = 0) -> None:
        """Write a list with numbers; ``of`` is the last number when this is a part of a longer list."""
        rows = list(items)
        wide = len(str(max(of, first + len(rows) - 1)))
        for number, item in enumerate(rows, first):
            self.say(f"{number:>{wide}}  {item}", indent=2, hang=wide + 2)

    def reasons(self, head: str, reasons: Sequence[ReasonLine], *, first: int = 1) -> None:
        """Write reasons under a heading, numbered."""
        self.heading(head)
        self.numbered((f"{reason.about}: {reason.text}" for reason in reasons), first=first)

    def help(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write what the keys of a step do."""
        for keys, does in rows:
            self.say(f"{keys}: {does}", indent=2, hang=4)

    @property
    def width(self) -> int:
        """The columns to use: all of a narrow terminal, and never more than can be read with ease."""
        try:
            columns = os.get_terminal_size(self.writer.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        return max(_NARROWEST, min(WIDEST, columns - 1)) if columns else WIDEST

    def _wrapped(self, text: str, indent: int, hang: int) -> list[str]:
        first, rest = " " * indent, " " * min(indent + hang, self.width // 2)
        return textwrap.wrap(
            self._letters(visible(text)),
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]

    def _prompt_rows(self, prompt: str) -> list[str]:
        """A prompt on as few rows as it takes, broken only between the keys it tells."""
        rows = [""]
        for piece in re.split(r"(?<=[;,]) ", self._letters(prompt)):
            longer = f"{rows[-1]} {piece}" if rows[-1] else piece
            if rows[-1] and len(longer) >= self.width:
                rows.append(f"  {piece}")
            else:
                rows[-1] = longer
        return rows

    def _letters(self, text: str) -> str:
        if not self.ascii_only or text.isascii():
            return text
        return text.translate(_LETTERS).encode("ascii", "replace").decode()

    def _write(self, text: str) -> None:
        self.writer.write(self._letters(text))

    # --- reading ---------------------------------------------------------------------------------

    def ask(self, prompt: str, *, unseen: bool = False) -> str:
        """Read one line; the prompt ends with a colon.

        Args:
            prompt: The question, without its colon.
            unseen: What was typed on a terminal up to now does not count: it was meant for something else.

        Raises:
            Leaving: the input ended.
        """
        *above, last = self._prompt_rows(f"{visible(prompt)}:")
        self._write("".join(f"{row}\n" for row in above))
        self.writer.flush()
        if unseen and self.reader.isatty():
            # Before the prompt's last row: a key pressed when that row is shown is never lost.
            with suppress(termios.error, OSError, ValueError):
                termios.tcflush(self.reader.fileno(), termios.TCIFLUSH)
        ahead = self._is_typed_ahead()
        self._write(f"{last} ")
        self.writer.flush()
        try:
            line = self.reader.readline()
        except Exception:
            self._write("\n")  # whatever is told of it begins on a line of its own
            self.writer.flush()
            raise
        if not self.reader.isatty():
            # Nothing echoes what was read, and a transcript without the answers tells little.
            self._write(shown(line.rstrip("\r\n"), QUOTED) + "\n")
        elif ahead or not line:
            self._write("\n")
            self.writer.flush()  # what comes next may go another way, to standard error
        if not line:
            raise Leaving(keep=True)
        return line.strip()

    def _is_typed_ahead(self) -> bool:
        """Tell whether a whole line waits: its echo, with the line break, is above the prompt and not behind it."""
        with suppress(OSError, ValueError):
            return self.reader.isatty() and bool(select.select([self.reader.fileno()], [], [], 0)[0])
        return False

    def not_here(self, text: str) -> None:
        """Say that a line means nothing at this place."""
        self.say(f"'{shown(text, QUOTED)}' is not a command here; ? lists the commands.")

    def confirm_leaving(self) -> None:
        """Ask what to do with the answers.

        Raises:
            Leaving: the person goes.
        """
        word, _ = command(self.ask("Quit? s saves the answers for later, D discards them, Enter stays"))
        if word in ("s", "save", "k", "keep", "q"):
            raise Leaving(keep=True)
        if word in ("D", "discard"):
            raise Leaving(keep=False)
        if word == "d":
            self.say("Nothing is discarded: only a capital D discards.")


def command(text: str) -> tuple[str, str]:
    """The command word of a line, short and in small letters, and what follows it.

    A capital that destroys something stays a capital: the small letter means something else, or nothing.
    A colon in front is allowed everywhere, because a field that takes text needs one.
    """
    word, _, rest = text.removeprefix(":").strip().partition(" ")
    word = word if word in _CAPITALS else word.lower()
    return _LONG_WORDS.get(word, word), rest.strip()


def told(message: str, hint: str) -> str:
    """Say what is wrong, as it is (it may begin with what was typed), and what to do about it."""
    return f"{message.rstrip('.')}. {sentence(hint)}".rstrip()


def number(text: str, most: int) -> int | None:
    """A number from 1 to ``most``, or ``None``."""
    if not text.isdecimal() or len(text) > 6:
        return None
    return int(text) if 1 <= int(text) <= most else None


def up_to(most: int) -> str:
    """``1 to 4``, ``1 or 2``, or just ``1``."""
    return f"1 {'to' if most > 2 else 'or'} {most}" if most > 1 else "1"


def spoken(text: str) -> str:
    """A status line as it is read aloud."""
    return text.replace(" · ", ", ")


def sentence(*parts: str) -> str:
    """Parts as sentences of their own, each with its full stop."""
    said = (part.strip() for part in parts)
    return " ".join(f"{part[:1].upper()}{part[1:]}{'' if part[-1] in '.?!:' else '.'}" for part in said if part)

"""Input and output in lines: cleaned, wrapped to the terminal's width, and limited to characters it can show."""

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

from wizard.text import escaped, orphan_break, shown, visible
from wizard.texts.keys import BACK, BUNDLE, FIND
from wizard.texts.reasons import ReasonLine

WIDEST = 76
_NARROWEST = 20
QUOTED = 40
"""The maximum number of characters of the input that a message repeats."""
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
    "back": BACK.key,
    "bundle": BUNDLE.key,
    "quit": "q",
    "exit": "q",
    "leave": "q",
    "help": "?",
    "h": "?",
    "list": "l",
    "find": FIND.key,
    "search": FIND.key,
}


class Leaving(Exception):  # noqa: N818  # not an error: the user wants to leave
    """The user leaves; ``keep`` states if the answers stay saved."""

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
        """Write a heading, after an empty line."""
        self.say()
        self.say(text)

    def raw(self, text: str) -> None:
        """Write lines unchanged (a diff, a manifest): cleaned but not wrapped."""
        for row in text.splitlines():
            self._write(escaped(row, keep="\t") + "\n")

    def numbered(self, items: Iterable[str], *, first: int = 1, of: int = 0) -> None:
        """Write a numbered list; ``of`` is the last number if these items are part of a longer list."""
        rows = list(items)
        wide = len(str(max(of, first + len(rows) - 1)))
        for number, item in enumerate(rows, first):
            self.say(f"{number:>{wide}}  {item}", indent=2, hang=wide + 2)

    def reasons(self, head: str, reasons: Sequence[ReasonLine], *, first: int = 1) -> None:
        """Write reasons under a heading, numbered."""
        self.heading(head)
        self.numbered((reason.line for reason in reasons), first=first)

    def help(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write the keys of a step and their meanings."""
        for keys, does in rows:
            self.say(f"{keys}: {does}", indent=2, hang=4)

    @property
    def width(self) -> int:
        """The columns to use: a narrow terminal's full width, but never more than is comfortable to read."""
        try:
            columns = os.get_terminal_size(self.writer.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        return max(_NARROWEST, min(WIDEST, columns - 1)) if columns else WIDEST

    def _wrapped(self, text: str, indent: int, hang: int) -> list[str]:
        first, rest = " " * indent, " " * min(indent + hang, self.width // 2)
        rows = textwrap.wrap(
            self._letters(visible(text)),
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        if len(rows) > 1:
            before, last = rows[-2], rows[-1].lstrip()
            if at := orphan_break(before, last, self.width - len(rest)):
                rows[-2:] = [before[:at].rstrip(), f"{rest}{before[at:].strip()} {last}"]
        return rows or [""]

    def _prompt_rows(self, prompt: str) -> list[str]:
        """Split a prompt into as few rows as possible, breaking it only between the keys it lists."""
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
        """Read one line, stripped; a colon is added to the prompt.

        Args:
            prompt: The question, without its colon.
            unseen: Discard what was typed on a terminal before this prompt, because it was meant for something else.

        Raises:
            Leaving: the input has ended.
        """
        *above, last = self._prompt_rows(f"{visible(prompt)}:")
        self._write("".join(f"{row}\n" for row in above))
        self.writer.flush()
        if unseen and self.reader.isatty():
            # Flush before the prompt's last row is written: a key pressed after that row appears is never lost.
            with suppress(termios.error, OSError, ValueError):
                termios.tcflush(self.reader.fileno(), termios.TCIFLUSH)
        ahead = self._is_typed_ahead()
        self._write(f"{last} ")
        self.writer.flush()
        try:
            line = self.reader.readline()
        except Exception:
            self._write("\n")  # an error message then starts on its own line
            self.writer.flush()
            raise
        if not self.reader.isatty():
            # Nothing echoes piped input, and a transcript is of little use without the answers.
            self._write(shown(line.rstrip("\r\n"), QUOTED) + "\n")
        elif ahead or not line:
            self._write("\n")
            self.writer.flush()  # the next output may go to standard error instead
        if not line:
            raise Leaving(keep=True)
        return line.strip()

    def _is_typed_ahead(self) -> bool:
        """Return true if a whole line is waiting: its echo, with the line break, is above the prompt, not after it."""
        with suppress(OSError, ValueError):
            return self.reader.isatty() and bool(select.select([self.reader.fileno()], [], [], 0)[0])
        return False

    def not_here(self, text: str) -> None:
        """Report that a line is not a command here."""
        self.say(f"'{shown(text, QUOTED)}' is not a command here; ? lists the commands.")

    def confirm_leaving(self) -> None:
        """Ask if the answers are to be saved, discarded, or if the user stays.

        Raises:
            Leaving: the user quits.
        """
        word, _ = command(self.ask("Quit? s saves the answers for later, D discards them, Enter stays"))
        if word in ("s", "save", "k", "keep", "q"):
            raise Leaving(keep=True)
        if word in ("D", "discard"):
            raise Leaving(keep=False)
        if word == "d":
            self.say("Nothing is discarded: only a capital D discards.")


def command(text: str) -> tuple[str, str]:
    """Split a line into its command word, short and in lower case, and the rest.

    Destructive commands are capital letters and stay so: the lower-case letter means something else, or nothing.
    A leading colon is always allowed, because a field that takes text requires one. A slash needs no space after it.
    """
    text = text.removeprefix(":").strip()
    if text.startswith(FIND.key):
        return FIND.key, text.removeprefix(FIND.key).strip()
    word, _, rest = text.partition(" ")
    word = word if word in _CAPITALS else word.lower()
    return _LONG_WORDS.get(word, word), rest.strip()


def with_hint(message: str, hint: str) -> str:
    """Join a message and a hint; the message keeps its first letter, because it may start with the user's input."""
    return f"{message.rstrip('.')}. {sentence(hint)}".rstrip()


def number(text: str, most: int) -> int | None:
    """Return the number from 1 to ``most`` that the text contains, or ``None``."""
    if not text.isdecimal() or len(text) > 6:
        return None
    return int(text) if 1 <= int(text) <= most else None


def up_to(most: int) -> str:
    """Return ``1 to 4``, ``1 or 2``, or just ``1``."""
    return f"1 {'to' if most > 2 else 'or'} {most}" if most > 1 else "1"


def spoken(text: str) -> str:
    """Return a status line with commas as separators, for screen readers."""
    return text.replace(" · ", ", ")


def sentence(*parts: str) -> str:
    """Join the parts as separate sentences, each with a capital letter and a full stop."""
    stripped = (part.strip() for part in parts)
    return " ".join(f"{part[:1].upper()}{part[1:]}{'' if part[-1] in '.?!:' else '.'}" for part in stripped if part)

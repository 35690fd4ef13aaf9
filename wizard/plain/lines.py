"""Reading and writing lines, and the two ways to leave a step."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TextIO

from wizard.wording import Reason

WIDTH = 76


class Leaving(Exception):  # noqa: N818  # not an error: the person wants to go
    """The person leaves; ``keep`` says whether the answers stay saved."""

    def __init__(self, *, keep: bool) -> None:
        super().__init__()
        self.keep = keep


class Back(Exception):  # noqa: N818  # not an error: the person goes to the answers
    """Back to the answers."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A pair of streams; everything written is cleaned of control characters and wrapped."""

    reader: TextIO
    writer: TextIO

    def say(self, text: str = "", *, indent: int = 0, hang: int = 0) -> None:
        """Write one paragraph."""
        visible = "".join(c if c.isprintable() else " " for c in text)
        first, rest = " " * indent, " " * (indent + hang)
        self.writer.write(textwrap.fill(visible, WIDTH, initial_indent=first, subsequent_indent=rest) + "\n")

    def raw(self, text: str) -> None:
        """Write lines as they are (a diff, a manifest), cleaned but not wrapped."""
        for row in text.splitlines():
            self.writer.write("".join(c if c.isprintable() or c == "\t" else "?" for c in row) + "\n")

    def numbered(self, items: list[str]) -> None:
        """Write a list with numbers from 1."""
        for number, item in enumerate(items, 1):
            self.say(f"{number}  {item}", indent=2, hang=len(str(number)) + 2)

    def reasons(self, head: str, reasons: tuple[Reason, ...]) -> None:
        """Write reasons under a heading."""
        self.say(head)
        for reason in reasons:
            self.say(f"{reason.about}: {reason.text}", indent=2, hang=2)

    def ask(self, prompt: str) -> str:
        """Read one line.

        Raises:
            Leaving: the input ended.
        """
        self.writer.write(f"{prompt} ")
        self.writer.flush()
        line = self.reader.readline()
        if not line:
            self.writer.write("\n")
            raise Leaving(keep=True)
        return line.strip()

    def confirm_leaving(self) -> None:
        """Ask what to do with the answers.

        Raises:
            Leaving: the person goes.
        """
        text = self.ask("Leave? k keeps the answers for later, d discards them, Enter stays:")
        if text in ("k", "keep"):
            raise Leaving(keep=True)
        if text in ("d", "discard"):
            raise Leaving(keep=False)

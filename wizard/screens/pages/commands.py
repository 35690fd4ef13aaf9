"""Shell commands on several lines that can be selected on the screen, copied and pasted as they are."""

from __future__ import annotations

from wizard.screens.text import cells
from wizard.text import visible

_CONTINUED = " \\"


def command_lines(command: str, width: int, *, indent: int = 0, hang: int = 4) -> tuple[str, ...]:
    """Return a command on lines of ``width`` cells; each line but the last ends with the shell's backslash.

    A line is broken only between two arguments; a command with an argument that is too long for that stays whole.
    """
    lines: list[str] = []
    words = _arguments(visible(command.replace(f"{_CONTINUED}\n", " ")))
    if any(indent + hang + cells(word) + len(_CONTINUED) > width for word in words):
        return (" " * indent + " ".join(words),)
    line = " " * indent + next(iter(words), "")
    for number, word in enumerate(words[1:], 2):
        end = "" if number == len(words) else _CONTINUED
        if cells(f"{line} {word}{end}") <= width:
            line += f" {word}"
        else:
            lines.append(line + _CONTINUED)
            line = " " * (indent + hang) + word
    return (*lines, line)


def _arguments(command: str) -> list[str]:
    """Split a command at the spaces outside quotes."""
    words, word, quote = [], "", ""
    for char in command:
        if char == " " and not quote:
            words.append(word)
            word = ""
            continue
        if char in ("'", '"') and quote in ("", char):
            quote = "" if quote else char
        word += char
    return [each for each in (*words, word) if each]

"""Input as real terminals send it, and mutations of that input, generated from a seed.

Run as a program, it feeds the parser and prints the number of events and the peak memory:
``python -m tests.screens.noise SEED COUNT``.
"""

from __future__ import annotations

import random
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from textual.message import Message

from wizard.screens.terminal.keys import KeyParser

_CODES = (9, 13, 27, 32, 48, 57, 65, 97, 106, 121, 127, 223, 1092, 20013, 57344, 57399, 57414, 57441, 63743)
_WRONG_CODES = (0, 1, 8, 27, 128, 55296, 57343, 1114111, 1114112, 4294967296, 10**40)
_SIZES = ((24, 80, 480, 800), (24, 80, 0, 0), (0, 0, 0, 0), (1, 1, 1, 1), (50, 200, 1000, 2000), (99999, 99999, 0, 0))
_LEGACY = (
    *("\x1b[A", "\x1b[B", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1b[3~", "\x1b[Z", "\x1bOA", "\x1bOP", "\x1bOM"),
    *("\x1b[1;5C", "\x1b[1;2A", "\x1b[15~", "\x1b[24;5~", "\x1b[[A", "\x1b[27;5;106~", "\x1b[27;2;65~"),
    *("\x1ba", "\x1b"),
)
_REPLIES = (
    *("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]4;1;rgb:ff/00/00\x07", "\x1b]52;c;MTEx\x1b\\", "\x1b]0;title\x07"),
    *("\x1bP>|kitty(0.35.1)\x1b\\", "\x1bP1+r524742=8\x1b\\", "\x1bP1$r0m\x1b\\", "\x1bP!|00000000\x1b\\"),
    *("\x1b_Gi=31;OK\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\"),
    *("\x1b[?62;22;52c", "\x1b[>41;330;0c", "\x1b[=1c", "\x1b[24;80R", "\x1b[0n", "\x1b[?31u", "\x1b[?997;1n"),
    *(f"\x1b[?{mode};{state}$y" for mode in (1016, 2004, 2026, 2031, 2048) for state in range(5)),
    *("\x1b[4;480;800t", "\x1b[6;20;10t", "\x1b[8;24;80t", "\x1b[999;999;999;999t"),
)
_PASTES = ("orders-api", "one\r\ntwo\n", "\x1b[31mred", "é日😀\u202e", "x" * 5000, "", "\x1b[200~", "\x00\x03")
_INSERTED: tuple[str, ...] = (
    *'0123456789:;<=>?[]OPM~uUtRcy$\\ "\x1b\x00\x07\x08\r\n\x18\x7f\x9bé日\ufffd',
    "99999999999",
)


def _key(chance: random.Random) -> str:
    """Return a key in the kitty protocol, with any combination of its flags (1 to 31)."""
    flags = chance.randrange(1, 32)
    code = str(chance.choice(_CODES if chance.random() < 0.8 else _WRONG_CODES))
    if flags & 4:
        code += chance.choice(("", ":65", "::97", ":65:97", ":1114112"))
    modifiers = str(chance.choice((1, 1, 2, 5, 9, 65, 129, 256)))
    if flags & 2:
        modifiers += f":{chance.choice((1, 2, 3))}"
    text = f";{chance.choice((97, 65, 233, 128512, 55296, 1114112))}" if flags & 16 else ""
    return f"\x1b[{code};{modifiers}{text}{chance.choice('uuuuuu~ABCDEFHPQRS')}"


def _mouse(chance: random.Random) -> str:
    button = chance.choice((0, 1, 2, 3, 32, 35, 64, 65, 66, 67, 128, 4 + 8 + 16))
    at = [chance.choice((0, 1, 5, 79, 80, 640, 1920, 99999, -1, 10**30)) for _ in range(2)]
    kind = chance.random()
    if kind < 0.8:
        return f"\x1b[<{button};{at[0]};{at[1]}{chance.choice('Mm')}"
    if kind < 0.9:
        return f"\x1b[{button + 32};{at[0]};{at[1]}M"
    return "\x1b[M" + "".join(chr(chance.randrange(32, 256)) for _ in range(3))


def _size(chance: random.Random) -> str:
    return "\x1b[48;" + ";".join(map(str, chance.choice(_SIZES))) + "t"


def _paste(chance: random.Random) -> str:
    return f"\x1b[200~{chance.choice(_PASTES)}\x1b[201~"


def _other(chance: random.Random) -> str:
    return chance.choice((*_LEGACY, *_REPLIES, "\x1b[I", "\x1b[O", "1", "j", "é", "日"))


_KINDS: tuple[Callable[[random.Random], str], ...] = (_key, _mouse, _size, _paste, _other, _other)


def _mutated(sent: str, chance: random.Random) -> str:
    """Return the input cut, doubled, or with a character inserted or replaced at a random position."""
    at = chance.randrange(len(sent) + 1)
    kind = chance.random()
    if kind < 0.3:
        return sent[:at]
    if kind < 0.4:
        return sent[at:]
    if kind < 0.5:
        return sent[:at] + sent[: at // 2] + sent[at:]
    return sent[:at] + chance.choice(_INSERTED) + sent[at + (kind < 0.8) :]


def noise(seed: str, count: int) -> Iterator[str]:
    """Yield ``count`` pieces of input; about half of them are unmodified terminal input."""
    chance = random.Random(seed)
    for _ in range(count):
        sent = chance.choice(_KINDS)(chance)
        while chance.random() < 0.5:
            sent = _mutated(sent, chance)
        yield sent


def peak() -> int:
    """Return the peak memory of this process, in MiB."""
    status = Path("/proc/self/status")  # on Linux, getrusage also counts the parent process
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20


def main(seed: str, count: int) -> None:
    """Feed the parser pieces that are cut at any position, with occasional pauses."""
    chance, parser, found = random.Random(f"cuts {seed}"), KeyParser(), 0
    for sent in noise(seed, count):
        while sent:
            at = chance.choice((len(sent), chance.randrange(1, len(sent) + 1)))
            events, sent = [*parser.feed(sent[:at])], sent[at:]
            if chance.random() < 0.2 and parser._timeout_time is not None:
                parser._timeout_time = 0.0
                events += parser.tick()
            assert all(isinstance(event, Message) for event in events)
            found += len(events)
    parser._timeout_time = 0.0
    parser.tick()
    assert [getattr(event, "key", "") for event in parser.feed("\x03")] == ["ctrl+c"], "it does not hear any more"
    print(found, peak())  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

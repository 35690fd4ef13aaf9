"""What can be worked out again, kept in a private folder so that the next start is faster.

Nothing needs it: where it is missing, foreign, damaged or switched off, ``load`` says ``None`` and ``keep`` does
nothing. What it holds is unpickled, so it is trusted no further than our own ``.pyc`` files are: a folder and a file
that belong to this user and that no one else can write (``private.py``, ``docs/decisions/0008-private-cache.md``).
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

import wizard
from wizard.private import PrivateFolder
from wizard.version import __version__

OFF = "PODWIZARD_NO_CACHE"
"""The environment variable that switches the cache off when it is not empty."""
_MAGIC = b"podwizard cache 2\n"
_HEAD = len(_MAGIC) + 8
_LARGEST = 1 << 24


def load(name: str, *facts: str, trees: Iterable[str] = ()) -> memoryview | None:
    """What was kept under ``name`` with a stamp of the same facts and trees, if no file of them changed since."""
    with suppress(OSError), PrivateFolder(_place()) as folder:
        data = memoryview(folder.read(name, most=_LARGEST))
        body = data[_HEAD:]
        size = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "big")
        check = int.from_bytes(data[len(_MAGIC) + 4 : _HEAD], "big")
        whole = data[: len(_MAGIC)] == _MAGIC and zlib.crc32(body) == check
        if whole and _holds(bytes(body[:size]).decode("utf-8", "surrogateescape"), _head(*facts, *trees)):
            return body[size:]
    return None


def keep(name: str, stamp: bytes, payload: bytes) -> None:
    """Put ``payload`` in the place of what is kept under ``name``; in silence where that cannot be done."""
    body = stamp + payload
    head = len(stamp).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big")
    with suppress(OSError), PrivateFolder(_place(), make=True) as folder:
        folder.write(name, _MAGIC + head + body)


def make_stamp(*facts: str, trees: Iterable[str] = ()) -> bytes:
    """What is kept holds for this podwizard, this Python, these facts, and the files of these trees as they are now."""
    trees = tuple(trees)
    lines = [line for tree in trees for line in _signatures(tree)]
    return "".join((_head(*facts, *trees), *lines)).encode("utf-8", "surrogateescape")


def code(*names: str) -> tuple[str, ...]:
    """Trees of podwizard's own code: a checkout changes without its version."""
    package = next(iter(wizard.__path__))
    return tuple(f"{package}/{name}" for name in names)


def _head(*facts: str) -> str:
    return "\n".join((__version__, sys.version, *facts)) + "\0"


def _holds(stamp: str, head: str) -> bool:
    """Whether each place still has the signature of the stamp; folders are in it, so that no file can join unseen."""
    if not stamp.startswith(head):
        return False
    parts = stamp[len(head) :].split("\0")
    return all(_signature(path) == signature for path, signature in zip(parts[::2], parts[1::2], strict=False))


def _signatures(path: str) -> Iterator[str]:
    """The place and what the file system says of it, for a file or a folder and all that is in it."""
    yield f"{path}\0{_signature(path)}\0"
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib is ten times slower
        return
    with os.scandir(path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name != "__pycache__":
                yield from _signatures(entry.path)


def _signature(path: str) -> str:
    state = os.stat(path)  # noqa: PTH116 - this runs for each file at every start
    return f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"


def _place() -> str:
    if os.environ.get(OFF):
        raise OSError(OFF)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117 - the XDG specification: a relative path is ignored
        base = os.path.expanduser("~/.cache")  # noqa: PTH111 - unlike Path.home() it does not raise
    if not os.path.isabs(base):  # noqa: PTH117
        raise OSError(base)
    return f"{base}/podwizard"

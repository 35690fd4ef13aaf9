"""Results that can be worked out again, kept in a private folder so that the next start is faster.

Nothing needs it: where it is missing, foreign, damaged or switched off, ``load`` gives ``None`` and ``keep`` does
nothing. Without it ``podwizard new --answers`` takes 60 % more time. A file is a checksum, a pickled stamp of all that
it was made from, and the pickled value. It is unpickled, so it is trusted no further than our own ``.pyc`` files are:
a folder and a file that belong to this user and that no one else can write (``private.py``,
``docs/decisions/0008-private-cache.md``).
"""

from __future__ import annotations

import os
import pickle
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import wizard
from wizard.private import PrivateFolder
from wizard.version import __version__

OFF = "PODWIZARD_NO_CACHE"
"""The environment variable that switches the cache off when it is not empty."""
_LARGEST = 1 << 24
_PROTOCOL = 5
"""A stamp is read by any Python, before it says by which it was written."""
Signature = tuple[int, int, int, int]
"""Size, both times of change in nanoseconds, and inode of a file or folder."""
Stamp = tuple[str, dict[str, Signature]]
"""The facts in one text, and the signature of each place."""


def load(name: str, *facts: str, trees: Iterable[str] = ()) -> Any:
    """Give what was kept under ``name`` with a stamp of the same facts and trees, if no file of them changed since."""
    with suppress(OSError), PrivateFolder(_place()) as folder:
        data = folder.read(name, most=_LARGEST)
        stream = BytesIO(data)
        if stream.read(4) != _checksum(memoryview(data)[4:]):
            return None
        head, signatures = pickle.load(stream)  # noqa: S301 - ours alone, as ``read`` makes sure
        if head == _head(*facts, *trees) and all(_signature(path) == found for path, found in signatures.items()):
            return pickle.load(stream)  # noqa: S301
    return None


def keep(name: str, stamp: Stamp, value: object) -> None:
    """Put ``value`` in the place of what is kept under ``name``; in silence where that cannot be done."""
    body = pickle.dumps(stamp, _PROTOCOL) + pickle.dumps(value, _PROTOCOL)
    with suppress(OSError), PrivateFolder(_place(), make=True) as folder:
        folder.write(name, _checksum(body) + body)


def make_stamp(*facts: str, trees: Iterable[str] = ()) -> Stamp:
    """Describe this podwizard, this Python, these facts, and the files of these trees as they are now."""
    trees = tuple(trees)
    return _head(*facts, *trees), {place: found for tree in trees for place, found in _signatures(tree)}


def code(*names: str) -> tuple[str, ...]:
    """Trees of podwizard's own code: a checkout changes without its version."""
    package = next(iter(wizard.__path__))
    return tuple(f"{package}/{name}" for name in names)


def _head(*facts: str) -> str:
    return "\n".join((__version__, sys.version, *facts))


def _checksum(data: bytes | memoryview) -> bytes:
    return zlib.crc32(data).to_bytes(4)


def _signatures(path: str) -> Iterator[tuple[str, Signature]]:
    """Each place and its signature, of a file or of a folder and all in it; so no file can join unseen."""
    yield path, _signature(path)
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib is ten times slower
        return
    with os.scandir(path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name != "__pycache__":
                yield from _signatures(entry.path)


def _signature(path: str) -> Signature:
    state = os.stat(path)  # noqa: PTH116 - this runs for each file at every start
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


def _place() -> str:
    if os.environ.get(OFF):
        raise OSError(OFF)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117 - the XDG specification: a relative path is ignored
        base = os.path.expanduser("~/.cache")  # noqa: PTH111 - unlike Path.home() it does not raise
    if not os.path.isabs(base):  # noqa: PTH117
        raise OSError(base)
    return f"{base}/podwizard"

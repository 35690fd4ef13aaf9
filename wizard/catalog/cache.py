"""A cache of recomputable results in a private folder, which makes the next start faster.

Nothing depends on the cache. If it is missing, damaged, switched off or owned by another user, ``load`` returns
``None`` and ``keep`` does nothing; ``podwizard new --answers`` then takes 60 % more time. A cache file consists of a
checksum, a pickled stamp of everything that the value was computed from, and the pickled value. Unpickling can run
code, so the file gets no more trust than our own ``.pyc`` files: the folder and the file must belong to this user, and
nobody else may be able to write to them (``private.py``, ``docs/decisions/0008-private-cache.md``).
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
"""The environment variable that switches the cache off if it is not empty."""
_LARGEST = 1 << 24
_PROTOCOL = 5
"""The pickle protocol, which is fixed because any Python reads the stamp before it knows which Python wrote it."""
Signature = tuple[int, int, int, int]
"""The size, the change times (mtime and ctime, in nanoseconds) and the inode of a file or folder."""
Stamp = tuple[str, dict[str, Signature]]
"""All facts joined into one text, and the signature of each path."""


def load(name: str, *facts: str, trees: Iterable[str] = ()) -> Any:
    """Return the value cached as ``name`` if its stamp has the same facts and trees and no file of them has changed."""
    with suppress(OSError), PrivateFolder(_place()) as folder:
        data = folder.read(name, most=_LARGEST)
        stream = BytesIO(data)
        if stream.read(4) != _checksum(memoryview(data)[4:]):
            return None
        head, signatures = pickle.load(stream)  # noqa: S301 - nobody else can write it: ``read`` checks that
        if head == _head(*facts, *trees) and all(_signature(path) == found for path, found in signatures.items()):
            return pickle.load(stream)  # noqa: S301
    return None


def keep(name: str, stamp: Stamp, value: object) -> None:
    """Cache ``value`` as ``name``, replacing the previous one; do nothing if it cannot be written."""
    body = pickle.dumps(stamp, _PROTOCOL) + pickle.dumps(value, _PROTOCOL)
    with suppress(OSError), PrivateFolder(_place(), make=True) as folder:
        folder.write(name, _checksum(body) + body)


def make_stamp(*facts: str, trees: Iterable[str] = ()) -> Stamp:
    """Make a stamp of this podwizard, this Python, the facts, and the current files of the trees."""
    trees = tuple(trees)
    return _head(*facts, *trees), {place: found for tree in trees for place, found in _signatures(tree)}


def code(*names: str) -> tuple[str, ...]:
    """Return paths in podwizard's own code, since a checkout can change while the version stays the same."""
    package = next(iter(wizard.__path__))
    return tuple(f"{package}/{name}" for name in names)


def _head(*facts: str) -> str:
    return "\n".join((__version__, sys.version, *facts))


def _checksum(data: bytes | memoryview) -> bytes:
    return zlib.crc32(data).to_bytes(4)


def _signatures(path: str) -> Iterator[tuple[str, Signature]]:
    """Yield the path and signature of a file, or of a folder and all its contents, so that added files count too."""
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

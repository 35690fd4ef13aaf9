"""What can be worked out again, kept in a private folder so that the next start is faster.

Nothing needs it: where it is missing, foreign, damaged or switched off, ``load`` says ``None`` and ``keep`` does
nothing. What it holds is unpickled, so it is trusted no further than our own ``.pyc`` files are: a folder and a file
that belong to this user and that no one else can write (``docs/decisions/0008-private-cache.md``).
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

import wizard
from wizard.version import __version__

OFF = "PODWIZARD_NO_CACHE"
"""The environment variable that switches the cache off when it is not empty."""
_MAGIC = b"podwizard cache 1\n"
_HEAD = len(_MAGIC) + 8
_LARGEST = 1 << 24


def load(name: str, stamp: bytes) -> bytes | None:
    """What was kept under ``name`` with the same ``stamp``."""
    with suppress(OSError), _Folder() as folder:
        data = folder.read(name)
        body = data[_HEAD:]
        size = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "big")
        check = int.from_bytes(data[len(_MAGIC) + 4 : _HEAD], "big")
        if data.startswith(_MAGIC) and body[:size] == stamp and zlib.crc32(body) == check:
            return body[size:]
    return None


def keep(name: str, stamp: bytes, payload: bytes) -> None:
    """Put ``payload`` in the place of what is kept under ``name``; in silence where that cannot be done."""
    body = stamp + payload
    head = len(stamp).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big")
    with suppress(OSError), _Folder(make=True) as folder:
        folder.write(name, _MAGIC + head + body)


def make_stamp(*facts: str, trees: Iterable[str] = ()) -> bytes:
    """Bytes that change with this podwizard, this Python, one of the facts, or a file of the trees."""
    signed = (line for tree in trees for line in _signatures(tree))
    return "\n".join((__version__, sys.version, *facts, *_code(), *signed)).encode("utf-8", "surrogateescape")


@lru_cache(maxsize=1)
def _code() -> tuple[str, ...]:
    """A checkout changes without its version, so the code that makes what is kept counts as well."""
    package = next(iter(wizard.__path__))
    trees = (f"{package}/{name}" for name in ("errors.py", "frozen.py", "catalog", "decision", "render"))
    return tuple([line for tree in trees for line in _signatures(tree)])


def _signatures(path: str) -> Iterator[str]:
    """A line for each file, from what the file system says of it."""
    if not os.path.isdir(path):  # noqa: PTH112 - this runs at every start, and pathlib is ten times slower
        yield _signature(path, os.stat(path))  # noqa: PTH116
        return
    with os.scandir(path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _signatures(entry.path)
            else:
                yield _signature(entry.path, entry.stat(follow_symlinks=False))


def _signature(path: str, state: os.stat_result) -> str:
    return f"{path}:{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"


class _Folder:
    """Our folder below the user's cache folder, open; raises ``OSError`` unless it is ours alone."""

    def __init__(self, *, make: bool = False) -> None:
        path = _place()
        if make:
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)  # noqa: PTH103, PTH120
            with suppress(FileExistsError):
                os.mkdir(path, 0o700)  # noqa: PTH102
        self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def __enter__(self) -> _Folder:
        try:
            _only_ours(os.fstat(self.fd), 0o077)
        except OSError:
            os.close(self.fd)
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.fd)

    def read(self, name: str) -> bytes:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.fd)
        with os.fdopen(file, "rb", buffering=0) as stream:
            state = os.fstat(file)
            _only_ours(state, 0o022)
            if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST:
                raise OSError(name)
            return stream.read(_LARGEST) or b""

    def write(self, name: str, data: bytes) -> None:
        draft = f".{name}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(draft, flags, 0o600, dir_fd=self.fd)
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(data)
            os.replace(draft, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except OSError:
            os.unlink(draft, dir_fd=self.fd)
            raise


def _place() -> str:
    if os.environ.get(OFF):
        raise OSError(OFF)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117 - the XDG specification: a relative path is ignored
        base = os.path.expanduser("~/.cache")  # noqa: PTH111 - unlike Path.home() it does not raise
    if not os.path.isabs(base):  # noqa: PTH117
        raise OSError(base)
    return f"{base}/podwizard"


def _only_ours(state: os.stat_result, forbidden: int) -> None:
    if state.st_uid != os.geteuid() or state.st_mode & forbidden:
        raise PermissionError

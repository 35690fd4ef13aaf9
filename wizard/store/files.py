"""Files inside one folder, accessed through descriptors so that symbolic links are never followed."""

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import NamedTuple

from wizard.errors import WriteError
from wizard.private import read_regular

StepHook = Callable[[str], None]
"""A callback that gets the name of each step before it is taken; tests raise an exception or exit in it."""

ANSWERS = "podwizard.yaml"
HOME = ".podwizard"
BASE = f"{HOME}/base.json"
JOURNAL, STAGED = "journal.json", "staged"
"""The file and the folder below ``HOME`` that ``journal`` uses while it changes a folder."""
LOCK, STAGING = "lock", "staging"
"""The files below ``HOME`` that exist while a process writes there, and while a new folder is filled (``staging``)."""
SHOWN_LIMIT = 8 << 20
"""The maximum number of bytes of an existing file that are read; no file that we write comes close to it."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def no_hook(step: str) -> None:
    """Do nothing, so that every step is taken."""


class Snapshot(NamedTuple):
    """The content at a path; ``mark`` identifies the content, and is empty if nothing exists there."""

    mark: str = ""
    data: bytes | None = None
    """The contents of a regular file that is not too large to show."""
    mode: int = 0
    link: bool = False


_AWAY = "rename it or move it away"


def mark_of(data: bytes) -> str:
    """Return the mark of a regular file with these contents."""
    return hashlib.sha256(data).hexdigest()


def enter(fd: int, name: str, shown: str) -> int:
    """Return a descriptor of a folder in a folder.

    Raises:
        WriteError: the name belongs to a link or a file.
    """
    try:
        return os.open(name, _FOLDER, dir_fd=fd)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        if stat.S_ISLNK(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
            raise WriteError(
                f"{shown} is a symbolic link, and podwizard does not write through links",
                hint="remove the link, or choose another folder",
            ) from error
        hint = f"{_AWAY}, or choose another folder for the bundle"
        raise WriteError(f"{shown} is a file, but a folder is needed there", hint=hint) from error


@contextmanager
def closing(fd: int) -> Iterator[int]:
    """Yield a descriptor, then close it."""
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def folder(root: int, parts: tuple[str, ...], *, create: bool = False, shown: str = "") -> Iterator[int]:
    """Yield a descriptor of a folder below ``root``, which errors name ``shown``."""
    fd = os.dup(root)
    try:
        for depth, part in enumerate(parts, 1):
            if create:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=fd)
            inner = enter(fd, part, _named(shown, "/".join(parts[:depth])))
            os.close(fd)
            fd = inner
        yield fd
    finally:
        os.close(fd)


def opened(path: str) -> AbstractContextManager[int]:
    """Open a folder that the user named; the result yields its descriptor."""
    return closing(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))


@contextmanager
def parent(root: int, path: str, *, create: bool = False, shown: str = "") -> Iterator[tuple[int, str]]:
    """Yield a descriptor of a path's parent folder, and the name in it."""
    *parts, name = path.split("/")
    with folder(root, tuple(parts), create=create, shown=shown) as fd:
        yield fd, name


def _named(shown: str, path: str) -> str:
    return f"{shown.rstrip('/')}/{path}" if shown else path


def look(root: int, path: str, shown: str = "") -> Snapshot:
    """Return the current content at a path; errors name the folder ``shown``.

    Raises:
        WriteError: it is neither a file nor a link, a parent in the path is not a folder, or it cannot be read.
    """
    try:
        with parent(root, path, shown=shown) as (fd, name):
            return _entry(fd, name, _named(shown, path))
    except FileNotFoundError:
        return Snapshot()
    except PermissionError as error:
        hint = f"make it readable, or {_AWAY}"
        raise WriteError(f"{_named(shown, path)} exists but cannot be read", hint=hint) from error


def _entry(fd: int, name: str, path: str) -> Snapshot:
    found = os.stat(name, dir_fd=fd, follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        return Snapshot("link:" + os.fsencode(os.readlink(name, dir_fd=fd)).hex(), link=True)
    if not stat.S_ISREG(found.st_mode):
        what = "folder" if stat.S_ISDIR(found.st_mode) else "special file"
        raise WriteError(f"{path} is a {what}, but a file is needed there", hint=_AWAY)
    mode = stat.S_IMODE(found.st_mode) & 0o777
    if found.st_size > SHOWN_LIMIT:
        return Snapshot(f"large:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}", mode=mode)
    data = read_regular(fd, name)
    return Snapshot(mark_of(data), data, mode)


def create(fd: int, name: str, data: bytes, *, mode: int | None = None, synced: bool = True) -> None:
    """Write a new file to the disk; its mode follows the umask unless one is given.

    Without ``synced``, the contents reach the disk only with ``sync``, which takes a fifth of the time for many files.
    """
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=fd)
    with os.fdopen(handle, "wb", buffering=0) as stream:
        if mode is not None:
            os.fchmod(handle, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[stream.write(rest) :]
        if synced:
            os.fsync(handle)


def sync(fd: int, path: str) -> None:
    """Wait until a file's contents are on the disk."""
    with parent(fd, path) as (inner, name):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with closing(os.open(name, flags, dir_fd=inner)) as handle:
            os.fsync(handle)


def copy(root: int, path: str, fd: int, name: str) -> None:
    """Copy a file or link to another name in another folder."""
    with parent(root, path) as (source, original):
        found = os.stat(original, dir_fd=source, follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            os.symlink(os.readlink(original, dir_fd=source), name, dir_fd=fd)
        else:
            create(fd, name, read_regular(source, original), mode=stat.S_IMODE(found.st_mode) & 0o777)


def exists(fd: int, name: str) -> bool:
    """Return whether anything has that name in the folder."""
    try:
        os.stat(name, dir_fd=fd, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def has_name(handle: int, name: str, fd: int | None = None) -> bool:
    """Return whether an open file or folder still has that name in a folder, so was neither renamed nor replaced."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.stat(name, dir_fd=fd, follow_symlinks=False), os.fstat(handle))
    return False


@contextmanager
def locked(root: int, shown: str, *, surely: bool = False) -> Iterator[int]:
    """Yield the bundle's ``.podwizard`` folder, locked for this process; then remove the lock and an empty folder.

    Raises:
        WriteError: another process holds the lock.
        OSError: with ``surely``, the file system has no locks, so another process may be writing there.
    """
    try:
        fd, lock = _take(root, shown, surely=surely)
    except BlockingIOError as error:
        hint = "wait until it is done, then run this again"
        raise WriteError(f"another podwizard is writing to {shown}", hint=hint) from error
    try:
        yield fd
    finally:
        with suppress(OSError):
            os.unlink(LOCK, dir_fd=fd)
        os.close(lock)
        os.close(fd)
        with suppress(OSError):
            os.rmdir(HOME, dir_fd=root)


def _take(root: int, shown: str, *, surely: bool) -> tuple[int, int]:
    for _ in range(100):
        with suppress(FileExistsError):
            os.mkdir(HOME, dir_fd=root)
        with suppress(FileNotFoundError), ExitStack() as held:  # its last holder may just have removed the folder
            fd = enter(root, HOME, f"{shown}/{HOME}")
            held.callback(os.close, fd)
            lock = try_lock(fd, LOCK, surely=surely)
            if lock is not None:
                held.pop_all()
                return fd, lock
    raise WriteError(f"cannot lock {shown}: another podwizard is writing there", hint="try again")


def try_lock(fd: int, name: str, *, surely: bool = False) -> int | None:
    """Return a descriptor that locks the file of that name until it is closed; unlink the file before closing it.

    Returns:
        ``None`` if its last holder has just removed the file: try again.

    Raises:
        BlockingIOError: another process holds the lock.
        OSError: with ``surely``, the file system has no locks.
    """
    lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, dir_fd=fd)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if surely or isinstance(error, BlockingIOError):
            os.close(lock)
            raise
        return lock  # without locks in the file system, writing unguarded is better than not at all
    if has_name(lock, name, fd):
        return lock
    os.close(lock)
    return None


_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space, then run this again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, then run this again"),
    errno.EFBIG: ("the file size limit is reached", "raise it (ulimit -f), then run this again"),
    errno.EROFS: ("the file system is read-only", "choose another folder"),
    errno.EACCES: ("permission denied", "choose a folder you can write to"),
    errno.EPERM: ("permission denied", "choose a folder you can write to"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.ENOENT: ("a parent folder does not exist and cannot be created", "choose another folder"),
    errno.ENOTDIR: ("a part of the path is not a folder", "choose another folder"),
    errno.ELOOP: ("symbolic links form a loop or lead out of the folder", "remove the link"),
}


def explained(error: OSError, shown: str, *, outcome: str = "nothing was changed") -> WriteError:
    """Return one clear error for an operation that the system refused."""
    reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    return WriteError(f"cannot write to {shown}: {reason}; {outcome}", hint=hint)

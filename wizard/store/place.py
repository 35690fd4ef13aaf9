"""A check, before any question is asked, that the bundle can be written to its folder."""

from __future__ import annotations

import errno
import os
import stat

from wizard.errors import WriteError
from wizard.store.files import explained

_OF_THE_SYSTEM = ("/proc", "/sys")
"""File systems in which nothing can be created, although the system reports that root may write there."""


def unwritable(target: str | os.PathLike[str], shown: str = "") -> WriteError | None:
    """Return the reason why a folder cannot be written to, or ``None``, without changing anything.

    For a folder that does not exist yet, the nearest existing parent counts. A full disk is not detected.
    """
    shown = shown or os.fspath(target)
    try:
        root = os.path.realpath(target)
        if os.path.islink(target) and not os.path.lexists(root):  # noqa: PTH114
            return WriteError(f"{shown} is a broken symbolic link", hint="remove it, or choose another folder")
        place, found = _nearest(root)
    except OSError as error:
        return explained(error, shown)
    except ValueError:
        return None  # a name that no folder can have; the writer reports it
    if not stat.S_ISDIR(found.st_mode):
        if place == root:
            return WriteError(f"{shown} is not a folder", hint="choose another name for the bundle")
        return _refused(errno.ENOTDIR, shown)
    if found.st_dev in _system_devices():
        return WriteError(f"cannot write to {shown}: {place} is the system's own", hint="choose another folder")
    if os.access(place, os.W_OK | os.X_OK):
        return None
    return _refused(errno.EROFS if os.statvfs(place).f_flag & os.ST_RDONLY else errno.EACCES, shown)


def _nearest(path: str) -> tuple[str, os.stat_result]:
    """Return the folder itself or its nearest existing parent."""
    while True:
        try:
            return path, os.stat(path)  # noqa: PTH116
        except FileNotFoundError:
            path = os.path.dirname(path)  # noqa: PTH120


def _system_devices() -> set[int]:
    return {os.stat(path).st_dev for path in _OF_THE_SYSTEM if os.path.ismount(path)}  # noqa: PTH116


def _refused(number: int, shown: str) -> WriteError:
    return explained(OSError(number, os.strerror(number)), shown)

"""The folder beside a new bundle's place in which it is filled, and what became of such folders when their writer died.

A staging folder is recognised by more than its name, since a person may well have a folder of that name (a copy of a
bundle, say). From before the first file to after the rename it holds ``.podwizard/staging``, with the folder's own name
and inode: a copy or a renamed folder has another one. When a staging folder is emptied, that file goes last, so that
what a second Ctrl+C or a kill leaves can still be told and is removed by the next run.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from string import ascii_lowercase, digits

from wizard.errors import WriteError
from wizard.private import read_regular
from wizard.store.files import HOME, LOCK, STAGING, create, enter, exists, locked, opened

_RANDOM = frozenset(ascii_lowercase + digits + "_")
"""The letters ``tempfile`` makes names of."""
_TRIES = 5


@contextmanager
def staging(above: str, name: str, shown: str) -> Iterator[tuple[str, int, int]]:
    """Yield a locked folder beside the place of ``name``: its path, its descriptor, that of its ``.podwizard``.

    The caller renames it. One that was not renamed is removed.
    """
    path = ""
    try:
        with ExitStack() as hold:
            for tried in range(1, _TRIES + 1):
                path = tempfile.mkdtemp(prefix=_prefix(name), dir=above)
                try:
                    fd = hold.enter_context(opened(path))
                    home = hold.enter_context(locked(fd, shown))
                    break
                except (FileNotFoundError, WriteError):  # a sweep took it before it was locked
                    if tried == _TRIES:
                        raise
            create(home, STAGING, _label(fd, os.path.basename(path)), synced=False)  # noqa: PTH119
            try:
                yield path, fd, home
            except BaseException:
                if _is_at(path, fd):
                    _empty(fd, home)
                raise
            os.unlink(STAGING, dir_fd=home)
    except BaseException:
        if path:
            with suppress(OSError):
                os.rmdir(path)  # noqa: PTH106
        raise


def sweep(root: str) -> bool:
    """Remove the staging folders that writers of this bundle left when they died; whether there were any.

    Only a folder of this user that its contents show to be ours, or that is empty, and that no living process holds.
    """
    above, name = os.path.split(root)
    prefix = _prefix(name)
    swept = False
    with suppress(OSError), opened(above) as fd:
        for found in os.listdir(fd):  # noqa: PTH208
            if _is_staging(found, prefix):
                with suppress(OSError, WriteError):
                    swept = _sweep(fd, found) or swept
    return swept


def _sweep(above: int, name: str) -> bool:
    fd = enter(above, name, name)
    try:
        if not _is_ours(fd, name):
            return False
        with locked(fd, name, surely=True) as home:
            if not _is_ours(fd, name):
                return False
            _empty(fd, home)
    finally:
        os.close(fd)
    os.rmdir(name, dir_fd=above)
    return True


def _is_ours(fd: int, name: str) -> bool:
    found = os.fstat(fd)
    if found.st_uid != os.geteuid():
        return False
    if not exists(fd, HOME):
        return _is_closed(found) and not os.listdir(fd)
    home = enter(fd, HOME, HOME)
    try:
        said = read_regular(home, STAGING, most=1_000, ours=True) if exists(home, STAGING) else b""
        label = _label(fd, name)
        # Killed before the label was whole, or after it was removed: then there is nothing else yet, or any more.
        bare = os.listdir(fd) == [HOME] and {LOCK, STAGING}.issuperset(os.listdir(home))  # noqa: PTH208
        return said == label or (bare and _is_closed(found) and label.startswith(said))
    finally:
        os.close(home)


def _is_closed(found: os.stat_result) -> bool:
    """Tell whether it is as ``tempfile`` makes it, which says more than an empty folder can."""
    return stat.S_IMODE(found.st_mode) & 0o777 == 0o700


def _is_at(path: str, fd: int) -> bool:
    """Tell whether the folder still has that name: it was not renamed."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(fd))  # noqa: PTH116
    return False


def _empty(fd: int, home: int) -> None:
    """Remove all but the lock; what tells that it is ours goes last, and only when all else is gone."""
    with suppress(OSError):
        os.fchmod(fd, 0o700)  # it may already be as open as the bundle will be
        _remove_all(fd, {HOME})
        _remove_all(home, {LOCK, STAGING})
        with suppress(FileNotFoundError):
            os.unlink(STAGING, dir_fd=home)


def _remove_all(fd: int, kept: set[str]) -> None:
    for name in os.listdir(fd):
        if name in kept:
            continue
        if stat.S_ISDIR(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=fd)
        else:
            os.unlink(name, dir_fd=fd)


def _label(fd: int, name: str) -> bytes:
    found = os.fstat(fd)
    return b"%d %d %s\n" % (found.st_dev, found.st_ino, os.fsencode(name))


def _prefix(name: str) -> str:
    """Return the start of the name of a bundle's staging folder: recognisable, and never too long."""
    return f".{os.fsencode(name)[:100].decode(errors='ignore')}.podwizard-"


def _is_staging(name: str, prefix: str) -> bool:
    """Tell whether ``tempfile`` can have made this name for us: eight letters of its own after the prefix."""
    return name.startswith(prefix) and len(name) == len(prefix) + 8 and _RANDOM.issuperset(name[len(prefix) :])

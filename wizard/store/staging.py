"""The temporary folder in which a new bundle is prepared, and the removal of such folders after a crash.

A staging folder is recognised by more than its name, since the user may well have a folder with such a name (a copy of
a bundle, for example). From before the first file until after the rename, it contains ``.podwizard/staging`` with the
folder's own name and inode; a copy or a renamed folder differs in these. When a staging folder is emptied, that file is
removed last, so that the next run still recognises and removes what a second Ctrl+C or a kill left behind.
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
from wizard.store.files import HOME, LOCK, STAGING, closing, create, enter, exists, explained, has_name, locked, opened

_RANDOM = frozenset(ascii_lowercase + digits + "_")
"""The characters that ``tempfile`` uses in names."""
_TRIES = 5


@contextmanager
def staging(above: str, name: str, shown: str) -> Iterator[tuple[str, int, int]]:
    """Yield a locked folder next to ``name``, as its path, its descriptor, and the descriptor of its ``.podwizard``.

    The caller renames the folder; otherwise, it is removed.

    Raises:
        WriteError: another error occurred, and the folder could not be removed; the message names it.
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
                except (FileNotFoundError, WriteError):  # a sweep by another process removed it before it was locked
                    if tried == _TRIES:
                        raise
            try:
                create(home, STAGING, _label(fd, os.path.basename(path)), synced=False)  # noqa: PTH119
                yield path, fd, home
            except BaseException:
                if has_name(fd, path):
                    _empty(fd, home)
                raise
            os.unlink(STAGING, dir_fd=home)
    except BaseException as error:
        for each in (f"{path}/{HOME}", path) if path else ():
            with suppress(OSError):
                os.rmdir(each)  # noqa: PTH106
        if isinstance(error, OSError) and path and os.path.isdir(path):  # noqa: PTH112
            outcome = f"nothing was changed, but the temporary folder {path} could not be removed: remove it"
            raise explained(error, shown, outcome=outcome) from error
        raise


def sweep(root: str) -> bool:
    """Remove staging folders left by dead writers of this bundle; return whether there were any.

    A folder is removed only if it belongs to this user, its contents show that it is ours (or it is empty), and no
    living process holds it.
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
    with closing(enter(above, name, name)) as fd:
        if not _is_ours(fd, name):
            return False
        with locked(fd, name, surely=True) as home:
            if not _is_ours(fd, name):
                return False
            _empty(fd, home)
    os.rmdir(name, dir_fd=above)
    return True


def _is_ours(fd: int, name: str) -> bool:
    found = os.fstat(fd)
    if found.st_uid != os.geteuid():
        return False
    if not exists(fd, HOME):
        return _is_closed(found) and not os.listdir(fd)
    with closing(enter(fd, HOME, HOME)) as home:
        written = read_regular(home, STAGING, most=1_000, ours=True) if exists(home, STAGING) else b""
        label = _label(fd, name)
        # Killed before the label was complete or after it was removed, so nothing else can be in the folder.
        bare = os.listdir(fd) == [HOME] and {LOCK, STAGING}.issuperset(os.listdir(home))  # noqa: PTH208
        return written == label or (bare and _is_closed(found) and label.startswith(written))


def _is_closed(found: os.stat_result) -> bool:
    """Return whether the folder has the mode that ``tempfile`` sets, which is stronger evidence than being empty."""
    return stat.S_IMODE(found.st_mode) & 0o777 == 0o700


def _empty(fd: int, home: int) -> None:
    """Remove everything except the lock; the label goes last, and only if all else is gone."""
    with suppress(OSError):
        os.fchmod(fd, 0o700)  # it may already have the bundle's final, more open mode
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
    """Return the start of a staging folder's name, which is recognisable and never too long."""
    return f".{os.fsencode(name)[:100].decode(errors='ignore')}.podwizard-"


def _is_staging(name: str, prefix: str) -> bool:
    """Return whether ``tempfile`` can have created this name for us: the prefix and eight of its characters."""
    return name.startswith(prefix) and len(name) == len(prefix) + 8 and _RANDOM.issuperset(name[len(prefix) :])

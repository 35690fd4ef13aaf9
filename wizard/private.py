"""Files that only this user can read or change, kept in one folder: the cache and the saved answers.

The folder is opened once and its owner checked; each file is then accessed through that descriptor, so that nothing can
be swapped in between. Existing files are never written to: new contents are written to a temporary file next to them,
which is then renamed, so that no write ever goes through a symbolic link or a second name of the file (a hard link).
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress


class PrivateFolder:
    """An open folder that belongs to this user alone; a context manager that closes it.

    Raises:
        OSError: it does not exist, is a link, belongs to another user, or other users can enter it; ``strerror`` is a
            phrase that names the folder and, if possible, a fix.
    """

    __slots__ = ("fd", "path")

    def __init__(self, path: str, *, make: bool = False) -> None:
        self.path = path
        if make:
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)  # noqa: PTH103, PTH120 - see below
            with suppress(FileExistsError):
                os.mkdir(path, 0o700)  # noqa: PTH102 - pathlib is not loaded at the start
        self.fd = _enter(path)
        found = os.fstat(self.fd)
        problem = f"{path} belongs to another user" if found.st_uid != os.geteuid() else ""
        if not problem and found.st_mode & 0o077:
            problem = f"other users can access it; run chmod 700 {path}"
        if problem:
            self.close()
            raise PermissionError(errno.EPERM, problem)

    def close(self) -> None:
        """Close the folder; repeated calls are harmless."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1

    def __enter__(self) -> PrivateFolder:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def read(self, name: str, *, most: int) -> bytes:
        """Return the contents of a file in the folder, which no other user can have written.

        Raises:
            OSError: it is not a regular file, not private to this user, or holds more than ``most`` bytes.
        """
        return read_regular(self.fd, name, most=most, ours=True)

    def write(self, name: str, data: bytes) -> None:
        """Write a file in the folder, replacing an existing one.

        Two processes that write the same file concurrently need a lock, or contents that show whether they are
        complete.

        Raises:
            OSError: the system refused it; the previous file is unchanged.
        """
        # Not synced: a killed process loses nothing without it, and a sync takes longer than one frame of the display.
        draft = f".{name}.new"
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=self.fd)  # left by a killed process, or planted as a trap
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(draft, flags, 0o600, dir_fd=self.fd)
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(data)
            os.replace(draft, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except OSError:
            with suppress(OSError):
                os.unlink(draft, dir_fd=self.fd)
            raise


def open_regular(path: str | os.PathLike[str], *, folder: int | None = None) -> int:
    """Return a descriptor for reading a regular file; nothing else, because a pipe or device may never end.

    With ``folder``, the descriptor of the folder that holds the file, a link is refused as well.

    Raises:
        OSError: the file cannot be opened or is not a regular file.
    """
    # O_NONBLOCK: opening a pipe would otherwise wait for a writer.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if folder is None else os.O_NOFOLLOW)
    handle = os.open(path, flags, dir_fd=folder)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, os.strerror(number) if stat.S_ISDIR(mode) else "Not a regular file", str(path))
    return handle


def read_regular(fd: int, name: str, *, most: int | None = None, ours: bool = False) -> bytes:
    """Return the contents of a regular file in a folder; refuse a pipe or link in its place without waiting.

    Args:
        fd: The folder.
        name: The file in it.
        most: The maximum number of bytes it may hold.
        ours: Refuse a file of another user, or one that others can write to.

    Raises:
        OSError: it cannot be read, is not a regular file, holds more than ``most`` bytes, or is not ours.
    """
    with os.fdopen(open_regular(name, folder=fd), "rb", buffering=0) as stream:
        found = os.fstat(stream.fileno())
        if ours and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
            raise PermissionError(errno.EPERM, "other users can write to it", name)
        if most is not None and found.st_size > most:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
        return stream.readall()


def _enter(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            what = "a symbolic link" if os.path.islink(path) else "not a folder"  # noqa: PTH114
            raise OSError(error.errno, f"{path} is {what}: move it away") from error
        raise

"""Answers saved from one run to the next, so that a dropped connection loses at most the current input.

A session claims a slot for its target and saves into it after each answer. Nothing here ever stops a wizard: an error
of the operating system comes back as one sentence, once.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from wizard.private import PrivateFolder
from wizard.store.files import try_lock

FORMAT = 1
SLOTS = 9
"""The maximum number of separate sessions on one target."""
_LARGEST = 4 << 20


@dataclass(frozen=True, slots=True)
class SessionKey:
    """The target and table that saved answers belong to. Made by ``key_for``."""

    target: str
    """Absolute path of the bundle's folder."""
    catalog: str
    """Id of the decision table."""

    @property
    def stem(self) -> str:
        """The start of every file name of this key."""
        return sha256(f"{self.target}\0{self.catalog}".encode(errors="surrogateescape")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Saved:
    """Answers saved by an earlier session."""

    key: SessionKey
    text: str
    """The text of an answers file."""
    when: float
    """Seconds since the epoch."""
    pid: int
    path: str


class _NewerError(ValueError):
    """The file was saved in a newer format than this podwizard knows."""


def key_for(target: str | os.PathLike[str], catalog: str) -> SessionKey:
    """Return the key of a target folder and a decision table."""
    try:
        return SessionKey(os.path.realpath(target), catalog)
    except ValueError:  # the name is not valid for any folder; the writer reports it
        return SessionKey(os.fspath(target), catalog)


def default_folder(environ: Mapping[str, str]) -> str:
    """Return the folder that holds saved answers; empty if the home folder is unknown."""
    state = environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):  # noqa: PTH117 - the XDG specification: a relative path is ignored
        home = os.path.expanduser("~")  # noqa: PTH111 - unlike Path.home() it does not raise
        state = f"{home}/.local/state" if os.path.isabs(home) else ""  # noqa: PTH117
    return f"{state}/podwizard" if state else ""


class Lease:
    """One session's right to save under a key, created by ``claim``; a context manager that releases it."""

    __slots__ = ("_failed", "_folder", "_last", "_lock", "_name", "found", "key", "note", "others")

    def __init__(
        self,
        key: SessionKey,
        *,
        folder: PrivateFolder | None = None,
        lock: int = -1,
        name: str = "",
        found: Saved | None = None,
        others: tuple[Saved, ...] = (),
        note: str,
    ) -> None:
        self.key = key
        self.found = found
        """The session that an earlier run left here."""
        self.others = others
        """Sessions that other runs left, newest first, and that no running session uses."""
        self.note = note
        """A note for the user, in one sentence; usually empty."""
        self._folder, self._lock, self._name = folder, lock, name
        self._last = found.text if found else ""
        self._failed = not name

    @property
    def saving(self) -> bool:
        """True when the last save worked."""
        return bool(self._name) and not self._failed

    @property
    def holds(self) -> bool:
        """True when there are saved answers for the next start."""
        return bool(self._name and self._last)

    @property
    def path(self) -> str:
        """The file with the saved answers, which ``--answers`` can read as well; empty if there is none."""
        return f"{self._folder.path}/{self._name}" if self._folder is not None and self.holds and self.saving else ""

    def save(self, text: str) -> str:
        """Save these answers in place of the last ones; return a sentence when saving stops or resumes, else empty."""
        if self._folder is None or (text == self._last and not self._failed):
            return ""
        try:
            self._folder.write(self._name, _dump(self.key, text))
        except OSError as error:
            note = "" if self._failed else _cannot(error)
            self._failed = True
            return note
        note = "Answers are being saved again." if self._failed else ""
        self._failed, self._last = False, text
        return note

    def discard(self) -> None:
        """Delete the saved answers after the bundle is written, or when they are not wanted."""
        self._last = ""
        if self._folder is not None:
            with suppress(OSError):
                os.unlink(self._name, dir_fd=self._folder.fd)

    def take(self, saved: Saved) -> str:
        """Switch to the slot of other saved answers and keep the current slot; return a sentence, usually empty."""
        name = os.path.basename(saved.path)  # noqa: PTH119 - pathlib is not loaded at the start
        if self._folder is None or name == self._name:
            return ""
        lock = _lock(self._folder.fd, name)
        if lock is None:
            return self.apart() or _saved_apart(self._folder, self._name, "these answers")
        self._hold(name, lock, saved)
        return ""

    def apart(self) -> str:
        """Switch to an empty slot and keep the current one; return a sentence if no slot is free, else empty."""
        if self._folder is None:
            return ""
        taken = set(os.listdir(self._folder.fd))  # noqa: PTH208
        for name in _slots(self.key):
            if name not in taken and (lock := _lock(self._folder.fd, name)) is not None:
                self._hold(name, lock, None)
                return ""
        self.release()
        return "Quitting loses the answers: forget an earlier run first."

    def forget(self, saved: Saved) -> None:
        """Remove the answers that another run left."""
        if saved is self.found:
            self.discard()
        else:
            discard(saved)

    def _hold(self, name: str, lock: int, found: Saved | None) -> None:
        """Switch to a slot whose lock is already held."""
        if self._folder is not None:
            _unlock(self._folder.fd, self._name, self._lock)
        self._lock, self._name, self.found = lock, name, found
        self._last = found.text if found else ""

    def set_aside(self) -> str:
        """Rename unreadable answers out of the way; return a sentence that names the new file."""
        self.found, self._last = None, ""
        return _set_aside(self._folder, self._name) if self._folder is not None else ""

    def release(self) -> None:
        """Release the slot; saved answers stay."""
        if self._folder is not None:
            _unlock(self._folder.fd, self._name, self._lock)
            self._folder.close()
        self._folder, self._lock, self._name = None, -1, ""

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()


def claim(key: SessionKey, folder: str) -> Lease:
    """Claim a slot for saving, with the answers that an earlier session left in it; never raise an OSError.

    Prefers the slot with the newest answers that no running session holds; if another session is working on the same
    target, an empty slot is claimed.
    """
    try:
        private = PrivateFolder(_known(folder), make=True)
    except OSError as error:
        return Lease(key, found=load(key, folder), note=_cannot(error))
    try:
        return _claim(key, private)
    except OSError as error:
        private.close()
        return Lease(key, found=load(key, folder), note=_cannot(error))


def load(key: SessionKey, folder: str) -> Saved | None:
    """Return the newest answers saved under a key, even if another session holds them; unreadable ones are skipped."""
    return next((saved for saved in list_saved(folder) if saved.key == key), None)


def discard(saved: Saved) -> None:
    """Remove saved answers, unless a running session is using them."""
    with suppress(OSError):
        folder, name = os.path.split(saved.path)
        with PrivateFolder(folder) as private:
            lock = try_lock(private.fd, _lock_name(name))
            if lock is not None:
                os.unlink(name, dir_fd=private.fd)
                _unlock(private.fd, name, lock)


def answers_in(data: bytes) -> bytes:
    """Return the answers file in ``data``, which may be a file that a session saved."""
    if not data.startswith(b'{"format"'):
        return data
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return data
    text = found.get("text") if isinstance(found, dict) and "pid" in found else None
    return text.encode(errors="replace") if isinstance(text, str) else data


def list_saved(folder: str) -> tuple[Saved, ...]:
    """Return all saved answers, newest first."""
    found: list[Saved] = []
    with suppress(OSError), PrivateFolder(_known(folder)) as private:
        for name in os.listdir(private.fd):  # noqa: PTH208
            if name.endswith(".json"):
                with suppress(OSError, ValueError):
                    found.append(_load(private, name))
    return tuple(sorted(found, key=lambda saved: -saved.when))


def _claim(key: SessionKey, folder: PrivateFolder) -> Lease:
    names = _slots(key)
    notes: list[str] = []
    slots = _found(folder, names, notes)
    found = {name: saved for name, saved in slots.items() if saved is not None}
    newest = sorted(found, key=lambda name: -found[name].when)
    busy = False
    for name in (*newest, *(name for name in names if name not in slots)):
        lock = _lock(folder.fd, name)
        if lock is None:
            busy = True
            continue
        # Between listing and locking, another session may have saved more or discarded the slot.
        earlier = _found(folder, [name], notes).get(name)
        others = tuple(found[other] for other in newest if other != name and _is_free(folder.fd, other))
        if busy:
            notes.append(_saved_apart(folder, name, "this bundle"))
        note = " ".join(dict.fromkeys(notes))
        return Lease(key, folder=folder, lock=lock, name=name, found=earlier, others=others, note=note)
    folder.close()
    return Lease(key, note="Quitting loses the answers: too many sessions are open.")


def _slots(key: SessionKey) -> list[str]:
    return [f"{key.stem}.json", *(f"{key.stem}-{n}.json" for n in range(2, SLOTS + 1))]


def _is_free(fd: int, name: str) -> bool:
    lock = _lock(fd, name)
    if lock is not None:
        _unlock(fd, name, lock)
    return lock is not None


def _found(folder: PrivateFolder, names: list[str], notes: list[str]) -> dict[str, Saved | None]:
    """Read the slots' contents; ``None`` for a slot that must not be touched."""
    found: dict[str, Saved | None] = {}
    for name in names:
        try:
            found[name] = _load(folder, name)
        except FileNotFoundError:
            continue
        except _NewerError:
            found[name] = None
            notes.append("A newer podwizard saved answers for this bundle; they are left alone.")
        except (OSError, ValueError):
            notes.append(_set_aside(folder, name))
    return found


def _lock(fd: int, name: str) -> int | None:
    for _ in range(100):
        try:
            lock = try_lock(fd, _lock_name(name))
        except BlockingIOError:
            return None
        if lock is not None:
            return lock
    return None


def _unlock(fd: int, name: str, lock: int) -> None:
    with suppress(OSError):
        os.unlink(_lock_name(name), dir_fd=fd)
    os.close(lock)


def _lock_name(name: str) -> str:
    return name.removesuffix(".json") + ".lock"


def _known(folder: str) -> str:
    if not folder:
        raise OSError(errno.ENOENT, "no home folder is known")
    return folder


def _dump(key: SessionKey, text: str) -> bytes:
    data = {
        "format": FORMAT,
        "target": key.target,
        "catalog": key.catalog,
        "saved": time.time(),
        "pid": os.getpid(),
        "text": text,
    }
    return json.dumps(data).encode()


def _load(folder: PrivateFolder, name: str) -> Saved:
    try:
        found = json.loads(folder.read(name, most=_LARGEST))
        if found["format"] != FORMAT:
            raise (_NewerError if found["format"] > FORMAT else ValueError)(name)
        key = SessionKey(found["target"], found["catalog"])
        saved = Saved(key, found["text"], float(found["saved"]), int(found["pid"]), f"{folder.path}/{name}")
        texts = all(isinstance(part, str) for part in (key.target, key.catalog, saved.text))
        if not texts or not name.startswith(key.stem):
            raise ValueError(name)
    except (TypeError, KeyError, RecursionError, OverflowError) as error:
        raise ValueError(name) from error
    return saved


def _set_aside(folder: PrivateFolder, name: str) -> str:
    """Rename a file that cannot be read; return a sentence that names it."""
    try:
        taken = set(os.listdir(folder.fd))  # noqa: PTH208
        aside = next(f"{name}.corrupt-{n}" for n in range(1, len(taken) + 2) if f"{name}.corrupt-{n}" not in taken)
        os.rename(name, aside, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
    except OSError:
        return f"Saved answers cannot be read: check or remove {_at_home(folder.path)}/{name}."
    return f"Unreadable answers are kept in {_at_home(folder.path)} as {aside}."


def _saved_apart(folder: PrivateFolder, name: str, what: str) -> str:
    where = f"{_at_home(folder.path)}/{name}"
    return f"Saved separately in {where}: another podwizard uses {what}. The next run offers both."


def _cannot(error: OSError) -> str:
    reason = error.strerror or str(error)
    small = f"{reason[:1].lower()}{reason[1:]}"
    return f"Answers cannot be saved, quitting loses them: {small}."


def _at_home(path: str) -> str:
    """Return a path in shell notation, shortened with ``~`` inside the user's home folder."""
    home = os.path.expanduser("~")  # noqa: PTH111 - unlike Path.home() it does not raise
    return f"~{path[len(home) :]}" if path.startswith(f"{home}/") else path

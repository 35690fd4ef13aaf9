"""Changes of several files in a folder, either all of them or none.

All new files are put into ``.podwizard/staged`` first, together with copies of the files they replace, followed by a
journal that lists the steps. From then on, the next command finishes the change (or undoes it, after an error): each
step is one ``rename`` or ``unlink``, and the file contents show whether it was taken.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from wizard.errors import WriteError
from wizard.private import read_regular
from wizard.render.paths import safe_path
from wizard.store.files import (
    BASE,
    JOURNAL,
    SHOWN_LIMIT,
    STAGED,
    STAGING,
    StepHook,
    copy,
    create,
    exists,
    folder,
    look,
    mark_of,
    no_hook,
    parent,
)

FORMAT = 1
_BACK = "back.json"


class JournalError(Exception):
    """A journal that cannot be followed."""


class FileChange(NamedTuple):
    """One file to write (``data``) or remove (``None``), and the mark of its current content."""

    path: str
    data: bytes | None
    before: str
    mode: int | None = None


class _Step(NamedTuple):
    path: str
    before: str
    after: str
    """The mark of the new contents; empty to remove the file."""


def change(root: int, home: int, changes: Sequence[FileChange], *, hook: StepHook = no_hook) -> str:
    """Make all changes, or none after an error.

    Returns:
        The name of what could not be removed from ``home`` afterwards; usually empty.

    Args:
        root: The folder.
        home: Its ``.podwizard`` folder, locked by the caller.
        changes: At most one per path.
        hook: Called before each step.

    Raises:
        WriteError: a file is not in the state that the caller saw.
        OSError: the system refused a step. In both cases, the folder is as before.
    """
    steps = tuple(_Step(c.path, c.before, "" if c.data is None else mark_of(c.data)) for c in changes)
    try:
        _stage(root, home, changes, steps, hook)
    except BaseException:
        clear(home)
        raise
    try:
        hook("journal")
        os.rename(f"{STAGED}/{JOURNAL}", JOURNAL, src_dir_fd=home, dst_dir_fd=home)
        os.fsync(home)
        _move(root, home, steps, hook, forward=True, strict=True)
    except BaseException:
        _undo(root, home, steps, hook)
        raise
    try:
        clear(home, hook)
    except OSError:  # the change is complete; the next command removes what cannot be removed now
        return next((name for name in (STAGED, STAGING, JOURNAL) if exists(home, name)), "")
    return ""


def pending(home: int) -> bool:
    """Return whether a change was started but neither finished nor undone."""
    return exists(home, JOURNAL)


def clear(home: int, hook: StepHook = no_hook) -> None:
    """Remove the files of a change; the journal goes last, so that it can still be read if this is interrupted."""
    hook("clear staged")
    with suppress(FileNotFoundError):
        shutil.rmtree(STAGED, dir_fd=home)
    with suppress(FileNotFoundError):
        os.unlink(STAGING, dir_fd=home)
    hook("clear journal")
    with suppress(FileNotFoundError):
        os.unlink(JOURNAL, dir_fd=home)


def resume(root: int, home: int, *, hook: StepHook = no_hook) -> tuple[bool, tuple[str, ...]]:
    """Finish an interrupted change, or undo it if it was already being undone or cannot be finished.

    Returns:
        True if the change was finished, false if it was undone; and the files that the user has changed since, which
        are left as they are.

    Raises:
        JournalError: the journal or a file that it needs is missing, so the state cannot be determined.
    """
    forward, steps = _parse(home)
    if forward:
        try:
            left = _move(root, home, steps, hook, forward=True)
        except (OSError, WriteError):
            forward = False
            _turn(home)
    if not forward:
        try:
            left = _move(root, home, steps, hook, forward=False)
        except FileNotFoundError as error:
            raise JournalError(str(error)) from error
    clear(home, hook)
    return forward, left


def set_aside(home: int) -> str:
    """Move a damaged journal out of the way; return its new name."""
    number = next(n for n in range(1, 10_000) if not exists(home, f"damaged-{n}"))
    name = f"damaged-{number}"
    os.mkdir(name, dir_fd=home)
    for item in (STAGED, JOURNAL):
        with suppress(FileNotFoundError):
            os.rename(item, f"{name}/{item}", src_dir_fd=home, dst_dir_fd=home)
    return name


def _stage(root: int, home: int, changes: Sequence[FileChange], steps: tuple[_Step, ...], hook: StepHook) -> None:
    hook("stage")
    with folder(home, (STAGED,), create=True) as staged:
        for number, item in enumerate(changes):
            hook(f"stage {item.path}")
            if item.before:
                copy(root, item.path, staged, f"old-{number}")
            if item.data is not None:
                create(staged, f"new-{number}", item.data, mode=item.mode)
        hook("stage journal")
        # Both directions are on the disk before the first step, because undoing must not need disk space.
        create(staged, JOURNAL, _dump(steps, forward=True))
        create(staged, _BACK, _dump(steps, forward=False))
        os.fsync(staged)


def _move(
    root: int, home: int, steps: tuple[_Step, ...], hook: StepHook, *, forward: bool, strict: bool = False
) -> tuple[str, ...]:
    """Take all steps that have not been taken, or undo those that have; return the files that the user has changed.

    With ``strict``, such a file is an error.
    """
    verb, prefix = ("change", "new") if forward else ("undo", "old")
    left = []
    with folder(home, (STAGED,), create=not strict) as staged:
        for number, step in list(enumerate(steps))[:: 1 if forward else -1]:
            hook(f"{verb} {step.path}")
            start, end = (step.before, step.after) if forward else (step.after, step.before)
            now = look(root, step.path).mark
            if now == end:
                continue
            if now == start:
                _put(root, staged, f"{prefix}-{number}" if end else "", step.path)
            elif strict:
                raise meanwhile(step.path)
            else:
                left.append(step.path)
    _tidy(root, steps, hook)
    return tuple(left)


def _undo(root: int, home: int, steps: tuple[_Step, ...], hook: StepHook) -> None:
    """Undo the steps taken; if even that fails, the journal stays for the next command."""
    try:
        if pending(home):
            _turn(home)
            _move(root, home, steps, hook, forward=False)
        clear(home, hook)
    except (OSError, WriteError) as error:
        raise WriteError(
            "the change could neither be finished nor undone",
            hint="the next podwizard command on this folder repairs it",
        ) from error


def _turn(home: int) -> None:
    with suppress(FileNotFoundError):
        os.rename(f"{STAGED}/{_BACK}", JOURNAL, src_dir_fd=home, dst_dir_fd=home)
        os.fsync(home)


def _put(root: int, staged: int, name: str, path: str) -> None:
    """Move a staged file to its path, or remove the file there if ``name`` is empty."""
    with parent(root, path, create=bool(name)) as (fd, last):
        if name:
            os.replace(name, last, src_dir_fd=staged, dst_dir_fd=fd)
        else:
            os.unlink(last, dir_fd=fd)
        os.fsync(fd)


def _tidy(root: int, steps: tuple[_Step, ...], hook: StepHook) -> None:
    """Remove the folders that these steps left empty."""
    hook("tidy")
    parts = {tuple(step.path.split("/")[:depth]) for step in steps for depth in range(1, step.path.count("/") + 1)}
    for path in sorted(parts, key=len, reverse=True):
        with suppress(OSError, WriteError), folder(root, path[:-1]) as fd:
            os.rmdir(path[-1], dir_fd=fd)


def _dump(steps: tuple[_Step, ...], *, forward: bool) -> bytes:
    data = {"format": FORMAT, "forward": forward, "steps": [step._asdict() for step in steps]}
    return json.dumps(data, indent=1).encode()


def _parse(home: int) -> tuple[bool, tuple[_Step, ...]]:
    try:
        found = json.loads(read_regular(home, JOURNAL, most=SHOWN_LIMIT))
        steps = tuple(_Step(str(s["path"]), str(s["before"]), str(s["after"])) for s in found["steps"])
        paths = {step.path for step in steps}
        if found["format"] != FORMAT or len(paths) < len(steps) or not all(p == BASE or safe_path(p) for p in paths):
            raise JournalError("unknown journal")
        return bool(found["forward"]), steps
    except (ValueError, TypeError, KeyError, RecursionError, OSError) as error:
        raise JournalError(str(error)) from error


def meanwhile(path: str) -> WriteError:
    """Return the error for a file that has changed since the preview."""
    return WriteError(f"{path} was changed after the preview; nothing was written", hint="check the preview again")

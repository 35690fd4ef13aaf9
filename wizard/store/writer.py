"""Writing a bundle in two steps, plan and write; the folder always holds either the old or the new bundle."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from wizard.errors import WriteError
from wizard.store.base import dump
from wizard.store.files import (
    BASE,
    HOME,
    JOURNAL,
    LOCK,
    STAGED,
    STAGING,
    StepHook,
    create,
    exists,
    explained,
    folder,
    no_hook,
    opened,
    parent,
    sync,
)
from wizard.store.plan import Action, PlanItem, WritePlan, plan
from wizard.store.staging import staging, sweep

__all__ = ["Action", "PlanItem", "WriteOutcome", "WritePlan", "plan", "recover", "write"]


class WriteOutcome(NamedTuple):
    """The result of writing, by path."""

    target: Path
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Files left unchanged although the bundle's version differs."""
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    """Parent folders of the target that had to be created."""
    left: str = ""
    """The path of temporary files that could not be removed; usually empty."""

    @property
    def nothing(self) -> bool:
        """True if nothing had to be done."""
        return not self.written and not self.removed


def write(plan: WritePlan, *, hook: StepHook = no_hook) -> WriteOutcome:
    """Carry out the plan.

    Raises:
        WriteError: it failed, or the folder has changed since the plan was made; nothing was changed.
    """
    made: tuple[str, ...] = ()
    left = ""
    try:
        if plan.fresh:
            made = _write_fresh(plan, hook)
        else:
            from wizard.store.existing import write_existing

            left = write_existing(plan, hook)
    except OSError as error:
        if plan.fresh or not plan.unchanged:  # otherwise only base.json could not be updated
            raise explained(error, str(plan.target)) from error
    return WriteOutcome(
        plan.target,
        tuple(item.path for item in plan.items if item.action == "write"),
        tuple(item.path for item in plan.items if item.action == "keep" and item.state != "unchanged"),
        tuple(item.path for item in plan.items if item.action == "remove"),
        tuple(item.path for item in plan.items if item.state == "unchanged"),
        made,
        left,
    )


def recover(target: Path | str, *, hook: StepHook = no_hook) -> str:
    """Finish or undo an interrupted write to this folder; return a sentence about it, or an empty text.

    Raises:
        WriteError: another podwizard is writing there, or the folder cannot be repaired.
    """
    shown = str(target)
    try:
        root = os.path.realpath(target)
    except ValueError:
        return ""  # a name that no file can have; ``plan`` reports it
    except FileNotFoundError as error:
        raise explained(error, shown) from error
    begun = False
    try:
        swept = sweep(root)
        if not os.path.isdir(root):  # noqa: PTH112
            return f"An interrupted write to {shown} was undone; nothing had been written." if swept else ""
        with opened(root) as fd:
            begun = _begun(fd)
            if not begun:
                return ""
            from wizard.store.existing import finish_begun

            return finish_begun(fd, shown, hook)
    except OSError as error:
        outcome = "an interrupted write is still to be finished or undone" if begun else "nothing was changed"
        raise explained(error, shown, outcome=outcome) from error


# --- a new folder ---------------------------------------------------------------------------------


def _write_fresh(plan: WritePlan, hook: StepHook) -> tuple[str, ...]:
    above, name = os.path.split(plan.root)
    made: list[str] = []
    try:
        _make_folders(above, made)
        hook("stage")
        with staging(above, name, str(plan.target)) as (staged, fd, home):
            _fill(plan, fd, home, hook)
            hook("place")
            if os.path.lexists(plan.root):
                raise _appeared(plan)
            # If something appears after this check, rename replaces it only if it is an empty folder.
            os.rename(staged, plan.root)  # noqa: PTH104
    except BaseException as error:
        for path in reversed(made):
            with suppress(OSError):
                os.rmdir(path)  # noqa: PTH106
        if isinstance(error, OSError) and os.path.lexists(plan.root):
            raise _appeared(plan) from error
        raise
    with suppress(OSError), opened(above) as fd:
        os.fsync(fd)
    return tuple(made)


def _appeared(plan: WritePlan) -> WriteError:
    return WriteError(f"{plan.target} has appeared since the preview", hint="check the preview again")


def _fill(plan: WritePlan, fd: int, home: int, hook: StepHook) -> None:
    texts = {item.path: item.text for item in plan.items if item.action == "write" and item.text is not None}
    for path, text in texts.items():
        hook(f"write {path}")
        with parent(fd, path, create=True) as (inner, name):
            create(inner, name, text.encode(), synced=False)
    hook(f"write {BASE}")
    create(home, Path(BASE).name, dump(plan.next_base), synced=False)
    for path in (*texts, BASE):
        sync(fd, path)
    # So far only its owner can enter it; a folder created in it shows the mode for this umask (and set-group bit).
    os.fchmod(fd, stat.S_IMODE(os.fstat(home).st_mode))
    os.fsync(fd)


def _make_folders(path: str, made: list[str]) -> None:
    missing = []
    while not os.path.lexists(path):
        missing.append(path)
        path = os.path.dirname(path)  # noqa: PTH120
    for path in reversed(missing):
        with suppress(FileExistsError):
            os.mkdir(path)  # noqa: PTH102
            made.append(path)


def _begun(root: int) -> bool:
    if not exists(root, HOME):
        return False
    with folder(root, (HOME,)) as home:
        return any(exists(home, name) for name in (JOURNAL, STAGED, STAGING, LOCK))

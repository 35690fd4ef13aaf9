"""Writing a bundle into a folder that holds one, and repair of an interrupted write."""

from __future__ import annotations

import os

from wizard.errors import WriteError
from wizard.store import journal
from wizard.store.base import dump
from wizard.store.files import BASE, HOME, STAGED, StepHook, exists, locked, look, opened
from wizard.store.plan import WritePlan


def write_existing(plan: WritePlan, hook: StepHook) -> str:
    """Change the files of a folder, either all of them or none; return the path of temporary files that are left.

    Raises:
        WriteError: the folder has changed since the plan was made.
    """
    changes = _changes(plan)
    if not changes:
        return ""
    with opened(plan.root) as root, locked(root, str(plan.target)) as home:
        hook("check")
        if journal.pending(home):
            raise WriteError(
                f"an interrupted write to {plan.target} is not finished or undone yet", hint="run the command again"
            )
        for change in changes:
            if look(root, change.path, str(plan.target)).mark != change.before:
                raise journal.meanwhile(change.path)
        left = journal.change(root, home, changes, hook=hook)
    return os.path.join(plan.target, HOME, left) if left else ""  # noqa: PTH118  # a Path would drop a leading ./


def _changes(plan: WritePlan) -> tuple[journal.FileChange, ...]:
    changes = []
    for item in plan.items:
        if item.action == "write" and item.text is not None:
            mode = item.present.mode or None
            changes.append(journal.FileChange(item.path, item.text.encode(), item.present.mark, mode))
        elif item.action == "remove":
            changes.append(journal.FileChange(item.path, None, item.present.mark))
    if changes or plan.next_base != plan.base:
        changes.append(journal.FileChange(BASE, dump(plan.next_base), plan.base_mark))
    return tuple(changes)


def finish_begun(root: int, shown: str, hook: StepHook) -> str:
    """Finish or undo an interrupted write to a folder; return a sentence about it, or an empty text."""
    with locked(root, shown) as home:
        if not journal.pending(home):
            begun = exists(home, STAGED)
            journal.clear(home, hook)
            return f"An interrupted write to {shown} was undone; nothing had been changed." if begun else ""
        try:
            finished, left = journal.resume(root, home, hook=hook)
        except journal.JournalError:
            name = journal.set_aside(home)
            return (
                f"An interrupted write to {shown} cannot be completed: its journal is damaged and is now in "
                f"{HOME}/{name}. Every file is complete, but some may be from the previous bundle."
            )
    note = f"; changed since and left alone: {', '.join(left)}" if left else ""
    return f"An interrupted write to {shown} was {'finished' if finished else 'undone'}{note}."

"""The plan: what writing a bundle would do to each file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from wizard.errors import UsageError, WriteError
from wizard.render.model import Bundle, BundleFile, FileKind
from wizard.render.paths import safe_path
from wizard.store.base import Base, Pristine, parse, unusable
from wizard.store.diff import counts, lines_of, unified
from wizard.store.files import BASE, HOME, JOURNAL, Snapshot, explained, look, opened
from wizard.version import __version__

State = Literal["new", "changed", "unchanged", "edited", "foreign", "stale"]
"""``edited``: the user changed it since we wrote it; ``foreign``: it is not ours; ``stale``: ours, no longer needed."""
Action = Literal["write", "keep", "remove"]
OnConflict = Literal["keep", "overwrite", "fail"]

_ACTIONS: Mapping[State, tuple[Action, ...]] = {
    "new": ("write", "keep"),
    "changed": ("write", "keep"),
    "unchanged": ("keep",),
    "edited": ("keep", "write"),
    "foreign": ("keep", "write"),
    "stale": ("keep", "remove"),
}


class PlanItem(NamedTuple):
    """One file: its state, and the action for it."""

    path: str
    state: State
    action: Action
    text: str | None
    """The text in the bundle; ``None`` if stale."""
    present: Snapshot
    pristine: Pristine | None = None
    """The text that podwizard last wrote there."""
    kind: FileKind = "other"
    added: int = 0
    removed: int = 0
    """The numbers of lines that differ between the existing file and the bundle's, for any action."""
    note: str = ""

    @property
    def edited(self) -> bool:
        """True if the user changed it since we wrote it (a stale file may be edited, too)."""
        ours = self.pristine.text.encode() if self.pristine else None
        return self.state == "edited" or (self.state == "stale" and self.present.data != ours)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions that can be chosen for it."""
        return _ACTIONS[self.state]

    @property
    def conflict(self) -> bool:
        """True if someone else's text would be overwritten."""
        return self.state == "foreign" or self.edited

    @property
    def yours(self) -> int:
        """The number of the user's lines that writing or removing the file would lose; 0 if they cannot be counted."""
        if self.present.data is None or not self.conflict:
            return 0
        if self.state == "foreign":
            return len(lines_of(self.present.data))
        return max(counts(self.pristine.text if self.pristine else None, self.present.data))

    def diff(self, *, context: int = 3) -> str:
        """Return the diff from the existing file to the bundle's."""
        if self.present.mark.startswith("large:"):
            return f"{self.path} is too large to compare\n"
        old = b"" if self.present.link else self.present.data
        return unified(old, self.text, self.path, context=context)


class Summary(NamedTuple):
    """The number of files for each action."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    """The number of files left unchanged although the bundle's version differs."""
    unchanged: int = 0


class WritePlan(NamedTuple):
    """The complete plan for ``write``, made by ``plan``."""

    bundle: Bundle
    target: Path
    """The folder as the user named it."""
    root: str
    """The same folder, absolute and without links."""
    fresh: bool
    """True if the target does not exist yet."""
    items: tuple[PlanItem, ...] = ()
    """The files in the bundle's order, followed by stale ones."""
    base: Base | None = None
    base_mark: str = ""
    catalog: str = ""
    notes: tuple[str, ...] = ()
    """Warnings to show before writing, one sentence each."""

    @property
    def unchanged(self) -> bool:
        """True if no file would be written or removed."""
        return all(item.action == "keep" for item in self.items)

    @property
    def conflicts(self) -> tuple[PlanItem, ...]:
        """The files that the user changed or that are not ours."""
        return tuple(item for item in self.items if item.conflict)

    @property
    def summary(self) -> Summary:
        """The counts for a headline."""
        writes = [item.state for item in self.items if item.action == "write"]
        return Summary(
            new=writes.count("new"),
            changed=len(writes) - writes.count("new"),
            removed=sum(item.action == "remove" for item in self.items),
            kept=sum(item.action == "keep" and item.state != "unchanged" for item in self.items),
            unchanged=sum(item.state == "unchanged" for item in self.items),
        )

    def item(self, path: str) -> PlanItem:
        """Return the item of that path.

        Raises:
            UsageError: there is none.
        """
        for item in self.items:
            if item.path == path:
                return item
        raise UsageError(f"{path} is not part of this bundle", hint="one of: " + ", ".join(i.path for i in self.items))

    def choose(self, path: str, action: Action) -> "WritePlan":
        """Return this plan with another action for one file.

        Raises:
            UsageError: there is no such file, or it does not allow this action.
        """
        chosen = self.item(path)
        if action not in chosen.actions:
            raise UsageError(f"{path} is {chosen.state}: no {action}", hint=f"one of: {', '.join(chosen.actions)}")
        done = tuple(item._replace(action=action) if item is chosen else item for item in self.items)
        return self._replace(items=done)

    @property
    def next_base(self) -> Base:
        """The next ``base.json``: a kept file keeps the text that its edits started from."""
        refs = {file.path: file.ref for file in self.bundle.files}
        files: dict[str, Pristine] = {}
        for item in self.items:
            ours = item.action == "write" or item.state == "unchanged"
            if ours and item.text is not None:
                files[item.path] = Pristine(item.text, refs.get(item.path))
            elif item.action == "keep" and item.pristine is not None and item.present.mark:
                files[item.path] = item.pristine
        return Base(files, __version__, self.catalog, self.bundle.digest, self.bundle.name)


def plan(
    bundle: Bundle, target: Path | str, *, on_conflict: OnConflict = "keep", catalog_digest: str = ""
) -> WritePlan:
    """Return the plan for writing the bundle, without changing anything; call ``writer.recover`` first.

    Args:
        bundle: The bundle to write.
        target: The folder, which need not exist.
        on_conflict: The action for files that the user edited or that are not ours.
        catalog_digest: Stored in ``base.json``.

    Raises:
        UsageError: ``on_conflict`` is ``fail`` and there are such files, or the name is unusable.
        WriteError: the target is not a folder, or a link or folder is in the place of a file.
    """
    shown = str(target)
    _check_names(bundle, shown)
    try:
        root = os.path.realpath(target)
        if os.path.islink(shown) and not os.path.lexists(root):  # noqa: PTH114
            raise WriteError(f"{shown} is a broken symbolic link", hint="remove it, or choose another name")
        new = WritePlan(bundle, Path(target), root, fresh=not os.path.lexists(root), catalog=catalog_digest)
        if new.fresh:
            return new._replace(items=tuple(_item(file, Snapshot(), None, on_conflict) for file in bundle.files))
        if not os.path.isdir(root):  # noqa: PTH112 - a Path would follow the last link again
            raise WriteError(f"{shown} is not a folder", hint="choose another name for the bundle")
        with opened(root) as fd:
            return _existing(new, fd, on_conflict)
    except OSError as error:
        raise explained(error, shown) from error


def _existing(new: WritePlan, fd: int, on_conflict: OnConflict) -> WritePlan:
    shown = str(new.target)
    if look(fd, f"{HOME}/{JOURNAL}", shown).mark:
        raise WriteError(f"an interrupted write to {shown} is not finished or undone yet", hint="run the command again")
    found = look(fd, BASE, shown)
    base, why = None, ""
    if found.mark:
        base, why = parse(found.data, shown) if found.data is not None else (None, unusable(shown))
    notes = [why] if why else []
    if not os.access(new.root, os.W_OK | os.X_OK):
        notes.append(f"{shown} cannot be written to")
    known = base.files if base else {}
    ours = {file.path for file in new.bundle.files}
    items = [_item(file, look(fd, file.path, shown), known.get(file.path), on_conflict) for file in new.bundle.files]
    others = ((path, look(fd, path, shown)) for path in known if path not in ours)
    items += [_stale(path, here, known[path]) for path, here in others if here.mark]
    plan = new._replace(items=tuple(items), base=base, base_mark=found.mark, notes=tuple(notes))
    if on_conflict == "fail" and plan.conflicts:
        raise _conflict(plan)
    return plan


def _item(file: BundleFile, here: Snapshot, pristine: Pristine | None, on_conflict: OnConflict) -> PlanItem:
    note = ""
    if not here.mark:
        state: State = "new"
        note = "it was deleted after it was written" if pristine else ""
    elif here.data == file.text.encode():
        state = "unchanged"
    elif pristine is None:
        state = "foreign"
        note = "a symbolic link" if here.link else ""
    else:
        state = "changed" if here.data == pristine.text.encode() else "edited"
    action: Action = _ACTIONS[state][0]
    if on_conflict == "overwrite" and state in ("edited", "foreign"):
        action = "write"
    added, removed = counts(here.data, file.text)
    return PlanItem(file.path, state, action, file.text, here, pristine, file.kind, added, removed, note)


def _stale(path: str, here: Snapshot, pristine: Pristine) -> PlanItem:
    # An edited file without a replacement is never removed unasked, not even with `--on-conflict=overwrite`.
    action: Action = "remove" if here.data == pristine.text.encode() else "keep"
    kind: FileKind = "manifest" if pristine.ref else "other"
    return PlanItem(path, "stale", action, None, here, pristine, kind, *counts(here.data, None))


def _check_names(bundle: Bundle, shown: str) -> None:
    if not shown.isprintable():
        raise UsageError("the folder's name contains characters that cannot be shown", hint="choose another name")
    paths = [file.path for file in bundle.files]
    for path in paths:
        if not safe_path(path):
            raise WriteError(f"the bundle has a file that may not be written: {path!r}")
    if len({path.casefold() for path in paths}) < len(paths):
        raise WriteError("the bundle has two files with one name")


def _conflict(plan: WritePlan) -> UsageError:
    names = ", ".join(f"{item.path} ({'edited' if item.edited else 'not ours'})" for item in plan.conflicts)
    return UsageError(
        f"files in {plan.target} were changed since podwizard wrote them: {names}",
        hint="--on-conflict=keep leaves them, --on-conflict=overwrite replaces them, --on-conflict=fail stops here",
    )

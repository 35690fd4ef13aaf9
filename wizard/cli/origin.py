"""The match between a folder's bundle and the command line: the same catalogue and app, or the user's choice."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.catalog.model import Catalog
from wizard.catalog.shipped import shipped_catalog
from wizard.cli.inputs import catalog_of, catalog_path, named_from_here
from wizard.cli.talk import say
from wizard.cli.terminal import asking_on, forgive_bytes, has_person
from wizard.errors import UsageError
from wizard.store.files import ANSWERS
from wizard.store.written import WrittenWith, written_with
from wizard.text import capital, escaped

if TYPE_CHECKING:
    from wizard.render.model import Bundle


def settle_catalog(target: Path | None, arguments: argparse.Namespace) -> argparse.Namespace | None:
    """Return the arguments with the catalogue to use for the bundle in ``target``; ``None`` if the user quits.

    Raises:
        UsageError: the bundle was written with another catalogue, and there is no terminal to ask on.
    """
    record = written_with(target) if target is not None else None
    if target is None or record is None or _is_plainly_same(record, target, arguments.catalog):
        return arguments
    if not _is_other(record, target, arguments.catalog, catalog_of(arguments)):
        return arguments
    if not _may_ask(arguments) or not _own_is_known(record):
        raise _other_catalog(record, target, arguments.catalog)
    return _asked(record, target, arguments)


def check_folder(
    where: Path, bundle: Bundle, arguments: argparse.Namespace, catalog: Catalog, *, elsewhere: bool
) -> None:
    """Refuse to replace a bundle of another app or of another catalogue.

    Args:
        where: The folder.
        bundle: The bundle to write there.
        arguments: The command line.
        catalog: The catalogue of the bundle.
        elsewhere: True if the answers are known to come from somewhere other than that folder.

    Raises:
        UsageError: the folder has such a bundle; the hint has the option that makes the choice.
    """
    record = written_with(where)
    if record is None:
        return
    if arguments.dir is None and _is_other(record, where, arguments.catalog, catalog):
        raise _other_catalog(record, where, arguments.catalog)
    if not record.app or record.app == bundle.name or arguments.on_conflict == "overwrite":
        return
    named = any(item.partition("=")[0].strip() == "app.name" for item in arguments.sets)
    if is_own(where, arguments) and (named or not elsewhere):
        return  # the user renames the bundle's app
    raise UsageError(
        f"the folder {where} contains the bundle of {record.app}, but these answers are for {bundle.name}",
        hint=f"choose another folder, or replace the bundle of {record.app} with --on-conflict=overwrite",
    )


def is_own(where: Path, arguments: argparse.Namespace) -> bool:
    """Return true if the answers were read from the folder's own answers file."""
    own = where / ANSWERS
    try:
        if arguments.answers is None:
            return arguments.dir is not None and own.is_file()
        return arguments.answers != "-" and os.path.samefile(arguments.answers, own)  # noqa: PTH121
    except OSError:
        return False


def _is_plainly_same(record: WrittenWith, folder: Path, given: str | None) -> bool:
    """Return true if the paths alone show that it is the same catalogue, which saves loading it."""
    if not record.digest and not record.catalog:
        return True  # there is only an answers file, whose reader compares the tables
    return _same_place(record, folder, given) if given else not record.catalog


def _is_other(record: WrittenWith, folder: Path, given: str | None, catalog: Catalog) -> bool:
    """Return true if the bundle was written with a catalogue other than this one or an earlier version of it."""
    if _is_plainly_same(record, folder, given) or record.digest == catalog.digest:
        return False
    if record.table != catalog.decision.id:
        return True
    return not (given and _numbers(catalog.decision.version) > _numbers(record.version))


def _same_place(record: WrittenWith, folder: Path, given: str) -> bool:
    return bool(record.catalog) and os.path.realpath(_own(record, folder)) == os.path.realpath(given)


def _own(record: WrittenWith, folder: Path) -> str:
    """Return the bundle's catalogue path relative to the current folder."""
    return named_from_here(record.catalog, folder)


def _own_is_known(record: WrittenWith) -> bool:
    return bool(record.catalog) or record.table == shipped_catalog().decision.id


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))


def _other_catalog(record: WrittenWith, folder: Path, given: str | None) -> UsageError:
    use = f"use --catalog {shlex.quote(_own(record, folder))}"
    if not record.catalog:
        use = "leave --catalog out" if _own_is_known(record) and given else "pass its catalogue with --catalog"
    wanted = f'write catalog: "{catalog_path(given, folder)}" into' if given else "remove the line catalog: from"
    return UsageError(
        _mismatch(record, folder, given),
        hint=f"{use}; to give the bundle the other catalogue, {wanted} {os.path.join(folder, ANSWERS)}",  # noqa: PTH118
    )


def _mismatch(record: WrittenWith, folder: Path, given: str | None) -> str:
    own = f"the catalogue {_own(record, folder)}" if record.catalog else "the shipped catalogue"
    if not record.catalog and not _own_is_known(record):
        own = "another catalogue"
    other = given or "the shipped one"
    return f"the folder {folder} holds a bundle of {own} ({record.table} {record.version}), not of {other}"


def _may_ask(arguments: argparse.Namespace) -> bool:
    """Return true if a face is certain to start, so that the user can be asked."""
    if arguments.no_input or arguments.output or arguments.dry_run != "none" or arguments.answers or arguments.sets:
        return False
    return bool(arguments.plain or has_person())


def _asked(record: WrittenWith, folder: Path, arguments: argparse.Namespace) -> argparse.Namespace | None:
    forgive_bytes()
    message = _mismatch(record, folder, arguments.catalog)
    say(f"{capital(message)}.")
    with asking_on() as terminal:
        while True:
            terminal.write(escaped("Enter uses the bundle's own catalogue, c switches to the other one, q quits: "))
            terminal.flush()
            text = sys.stdin.readline()
            word = text.strip().lower()
            if not text or word == "q":
                say("nothing written")
                return None
            if word == "c":
                return arguments
            if word == "":
                own = _own(record, folder) if record.catalog else None
                return argparse.Namespace(**{**vars(arguments), "catalog": own})

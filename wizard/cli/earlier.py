"""Answers that earlier runs saved: loaded as offers, and continued if the user chooses one."""

from __future__ import annotations

import argparse
import time

from wizard.cli.inputs import apply_set, apply_version, with_form
from wizard.cli.talk import say
from wizard.errors import UsageError
from wizard.faces.resume import Earlier
from wizard.session.applied import apply_answers
from wizard.session.saved import Lease, Saved
from wizard.session.session import Session, start


def offers(session: Session, lease: Lease, arguments: argparse.Namespace) -> tuple[Earlier, ...]:
    """Return readable earlier sessions on this target, newest first, with the command line's options applied.

    Nothing is offered if the command line names an answers file, and never a session equal to this one.
    """
    if arguments.answers:
        return ()
    kept = sorted(filter(None, (lease.found, *lease.others)), key=lambda saved: -saved.when)
    found = []
    for saved in kept:
        earlier = _read(session, lease, saved, arguments)
        if earlier is not None and earlier.saved_text != session.saved_text:
            found.append(Earlier(earlier, time.time() - saved.when, saved.path))
    return tuple(found)


def keep_apart(session: Session, lease: Lease, arguments: argparse.Namespace) -> str:
    """Save apart from an earlier session if an answers file starts a different one; return a note, usually empty."""
    another = arguments.answers and lease.found is not None and lease.found.text != session.saved_text
    return lease.apart() if another else ""


def _read(session: Session, lease: Lease, saved: Saved, arguments: argparse.Namespace) -> Session | None:
    from wizard.render.bundle.answers_file import read_answers

    try:
        answers = read_answers(saved.text, saved.path, session.catalog)
        found = start(session.catalog, compiled=session.compiled, quick=session.quick)
        found = apply_answers(found._replace(catalog_path=session.catalog_path), answers)
    except UsageError:
        if saved is lease.found:
            say(lease.set_aside())
        return None
    for item in arguments.sets:
        found = apply_set(found, item)
    if arguments.kubernetes_version:
        found = apply_version(found, arguments.kubernetes_version)
    if arguments.discover:
        found = found.discovered(session.evidence)
    return with_form(found, arguments)


class Beginning:
    """The choice between starting over and continuing an earlier session, whose slot is then used for saving."""

    def __init__(self, lease: Lease, found: tuple[Earlier, ...]) -> None:
        self._lease = lease
        self._kept = {saved.path: saved for saved in (lease.found, *lease.others) if saved}
        own = lease.found.path if lease.found else ""
        self.stays = bool(found) and [each.id for each in found] != [own]
        """True when starting over keeps the earlier sessions."""
        self._offered = any(each.id == own for each in found)
        self.since = lease.found.when if self._offered and lease.found else time.time()
        """The time from which the answers date, in seconds since the epoch."""
        self._session = found[0].session if found else None

    @property
    def name(self) -> str | None:
        """The program's name in the chosen or newest earlier session; ``None`` if there is none."""
        if self._session is None:
            return None
        from wizard.render.bundle.answers_file import flat_answers

        name = flat_answers(self._session.saved_text).get("app.name")
        return str(name) if name is not None else None

    def begin(self, earlier: Earlier | None) -> str:
        """Switch saving to the session's slot, or to an empty one for ``None`` if others stay; return a note."""
        if earlier is not None:
            saved = self._kept[earlier.id]
            self.since, self._session = saved.when, earlier.session
            return self._lease.take(saved)
        return self._lease.apart() if self.stays and self._offered else ""

    def forget(self, earlier: Earlier) -> None:
        """Remove an earlier session's answers."""
        self._lease.forget(self._kept[earlier.id])

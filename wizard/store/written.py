"""The bundle that a folder already holds: its app, and the catalogue it was written with."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from wizard.errors import WriteError
from wizard.store.files import ANSWERS, BASE, look, opened

if TYPE_CHECKING:
    from wizard.store.base import Base


class WrittenWith(NamedTuple):
    """The facts from a folder's answers file and its base; a text is empty if neither has it."""

    app: str
    """The name of the app."""
    table: str
    """The id of the decision table."""
    version: str
    catalog: str
    """The path of the catalogue, relative to the folder; empty for the shipped one."""
    digest: str
    """The digest of the catalogue; empty if there is only an answers file."""


def written_with(folder: str | os.PathLike[str]) -> WrittenWith | None:
    """Return the app and catalogue of the bundle in a folder, or ``None`` if there is none that can be read.

    The answers file counts in its current state, even if the user edited it: this is how a bundle is moved to another
    catalogue.
    """
    with suppress(OSError, ValueError, WriteError), opened(os.fspath(folder)) as fd:
        answers, base = look(fd, ANSWERS), _base(look(fd, BASE).data)
        if answers.data is None and base is None:
            return None
        from wizard.render.bundle.answers_file import flat_answers  # only a folder with a bundle pays for the import

        given = flat_answers(answers.data.decode()) if answers.data is not None else {}
        text = {key: value for key, value in given.items() if isinstance(value, str)}
        return WrittenWith(
            text.get("app.name", "") or (base.app if base else ""),
            text.get("table.id", ""),
            text.get("table.version", ""),
            text.get("catalog", ""),
            base.catalog if base else "",
        )
    return None


def _base(data: bytes | None) -> "Base | None":
    if data is None:
        return None
    from wizard.store.base import parse

    return parse(data, "")[0]

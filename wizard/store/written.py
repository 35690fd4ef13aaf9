"""The bundle that a folder holds already: whose it is, and which catalogue it was written with."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from wizard.errors import WriteError
from wizard.store.files import ANSWERS, BASE, look, opened

if TYPE_CHECKING:
    from wizard.store.base import Base


class WrittenWith(NamedTuple):
    """The facts in a folder's answers file and its base; a text is empty where neither has it."""

    app: str
    """Name of the app."""
    table: str
    """Id of the decision table."""
    version: str
    catalog: str
    """The path of the catalogue from the folder; empty for the shipped one."""
    digest: str
    """Digest of the catalogue; empty where there is only an answers file."""


def written_with(folder: str | os.PathLike[str]) -> WrittenWith | None:
    """Return what the bundle in a folder was written with; ``None`` where there is none that can be read.

    The answers file counts as it is now, also when a person edited it: that is how a bundle is given another catalogue.
    """
    with suppress(OSError, ValueError, WriteError), opened(os.fspath(folder)) as fd:
        answers, base = look(fd, ANSWERS), _base(look(fd, BASE).data)
        if answers.data is None and base is None:
            return None
        from wizard.render.bundle.answers_file import flat_answers  # only a folder with a bundle pays for the import

        said = flat_answers(answers.data.decode()) if answers.data is not None else {}
        text = {key: value for key, value in said.items() if isinstance(value, str)}
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
